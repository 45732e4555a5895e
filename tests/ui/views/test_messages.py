"""Messages float: one at a time, nothing moves for them, and none that needs an answer is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QCursor, QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from reader.worker.protocol import Import
from ui.app import Running
from ui.look.colours import DARK, LIGHT
from ui.views.message_bar import Choice, MessageBar
from ui.words.progress import Progress

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

_SHORT_MS = 150


class Window(QWidget):
    """A field and a page side by side, and the message over them."""

    def __init__(self) -> None:
        super().__init__()
        self.field, self.page = QLineEdit(self), QWidget(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.field, 1)
        row.addWidget(self.page, 1)
        self.messages = MessageBar(LIGHT, self)
        self.messages.stand_over(self.page)
        self.messages._passing.setInterval(_SHORT_MS)
        self.resize(900, 600)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    made = Window()
    qtbot.addWidget(made)
    QCursor.setPos(made.mapToGlobal(QPoint(5, 5)))
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.field.setFocus()
    return made


def nothing() -> None:
    pass


YES = Choice("Yes", nothing)


def test_a_message_passes_after_a_while_and_one_that_stays_does_not(window: Window, qtbot: QtBot) -> None:
    messages = window.messages
    messages.say("Link copied.")
    assert messages.isVisible()
    qtbot.waitUntil(lambda: messages.isHidden() and messages.text == "")
    messages.say("It could not be written.", stays=True)
    qtbot.wait(3 * _SHORT_MS)
    assert messages.text == "It could not be written."
    messages.close_message()
    assert messages.isHidden()


def test_five_seconds_are_five_seconds(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    assert MessageBar(LIGHT, parent)._passing.interval() == 5000


def test_a_message_stays_under_the_pointer(window: Window, qtbot: QtBot) -> None:
    messages = window.messages
    messages.say("1 article moved to the bin.", [YES])
    QCursor.setPos(messages.mapToGlobal(messages.rect().center()))
    here = QPointF(5, 5)
    QApplication.sendEvent(messages, QEnterEvent(here, here, QPointF(messages.mapToGlobal(here.toPoint()))))
    qtbot.wait(3 * _SHORT_MS)
    assert messages.isVisible()
    QCursor.setPos(window.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(messages, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(messages.isHidden)


def test_a_message_that_comes_under_a_resting_pointer_stays_as_well(window: Window, qtbot: QtBot) -> None:
    window.messages.say("1 article moved to the bin.", [YES])
    QCursor.setPos(window.messages.mapToGlobal(window.messages.rect().center()))
    qtbot.wait(3 * _SHORT_MS)
    assert window.messages.isVisible()


def test_a_message_stays_while_it_has_the_focus_and_gives_it_back(window: Window, qtbot: QtBot) -> None:
    messages = window.messages
    messages.say("1 article moved to the bin.", [YES])
    messages.take_focus()
    assert messages.buttons[0].hasFocus()
    qtbot.wait(3 * _SHORT_MS)
    assert messages.isVisible()
    QTest.keyClick(messages.buttons[0], Qt.Key.Key_Tab)
    assert messages.findChild(QToolButton).hasFocus()
    QTest.keyClick(messages.findChild(QToolButton), Qt.Key.Key_Escape)
    assert messages.isHidden()
    assert window.field.hasFocus()


@pytest.fixture
def other(window: Window, qtbot: QtBot) -> QWidget:
    """Another window, with a field that takes the focus."""
    made = QLineEdit()
    qtbot.addWidget(made)
    return made


def bring(qtbot: QtBot, window: QWidget) -> None:
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()


def test_the_focus_goes_back_to_where_it_was_after_another_window_had_it(
    window: Window, other: QWidget, qtbot: QtBot
) -> None:
    window.messages.say("Fetch them?", [YES], stays=True)
    window.messages.take_focus()
    bring(qtbot, other)
    other.setFocus()
    bring(qtbot, window)
    qtbot.waitUntil(window.messages.buttons[0].hasFocus)
    QTest.keyClick(window.messages.buttons[0], Qt.Key.Key_Escape)
    assert window.field.hasFocus()


def test_the_focus_goes_to_its_home_if_it_was_nowhere_before(window: Window) -> None:
    window.messages.focus_home = window.field
    window.field.clearFocus()
    assert QApplication.focusWidget() is None
    window.messages.say("Fetch them?", [YES], stays=True)
    window.messages.take_focus()
    QTest.keyClick(window.messages.buttons[0], Qt.Key.Key_Escape)
    assert window.field.hasFocus()


def test_a_message_that_comes_while_the_window_is_in_the_background_waits_to_be_seen(
    window: Window, other: QWidget, qtbot: QtBot
) -> None:
    messages = window.messages
    bring(qtbot, other)
    messages.say("Import done: 3 added.")
    qtbot.wait(3 * _SHORT_MS)
    assert messages.text == "Import done: 3 added."
    bring(qtbot, window)
    qtbot.waitUntil(messages.isHidden)


def test_esc_leaves_a_question_unanswered(window: Window) -> None:
    window.messages.say("Fetch them?", [YES], stays=True)
    window.messages.take_focus()
    QTest.keyClick(window.messages.buttons[0], Qt.Key.Key_Escape)
    assert window.field.hasFocus()
    assert window.messages.text == "Fetch them?"


def test_an_answer_is_given_once_and_takes_the_message_away(window: Window) -> None:
    given: list[str] = []
    window.messages.say("Fetch them?", [Choice("Yes", lambda: given.append(window.messages.text))], stays=True)
    window.messages.take_focus()
    QTest.keyClick(window.messages.buttons[0], Qt.Key.Key_Space)
    assert given == [""]
    assert window.messages.isHidden()
    assert window.field.hasFocus()


def test_what_passes_gives_way_to_what_is_newer(window: Window) -> None:
    for number in range(3):
        window.messages.say(f"{number} articles starred.")
        assert window.messages.text == f"{number} articles starred."
    window.messages.close_message()
    assert window.messages.isHidden()


def test_a_question_comes_back_after_what_is_said_over_it(window: Window, qtbot: QtBot) -> None:
    messages = window.messages
    messages.say("Fetch them?", [YES], stays=True)
    messages.say("2 articles starred.")
    assert (messages.text, messages.buttons) == ("2 articles starred.", [])
    qtbot.waitUntil(lambda: messages.text == "Fetch them?")
    assert [button.text() for button in messages.buttons] == ["Yes"]


def test_a_question_waits_for_its_turn_and_no_question_is_lost(window: Window, qtbot: QtBot) -> None:
    messages = window.messages
    messages.say("Import done: 3 added.")
    messages.say("Fetch them?", [YES], stays=True)
    messages.say("Repair it?", [YES], stays=True)
    assert messages.text == "Import done: 3 added."
    qtbot.waitUntil(lambda: messages.text == "Fetch them?")
    messages.say("It could not be written.", stays=True)
    said = []
    while messages.text:
        said.append(messages.text)
        messages.close_message()
    assert said == ["It could not be written.", "Fetch them?", "Repair it?"]


def test_what_is_pointed_at_is_not_replaced(window: Window) -> None:
    messages = window.messages
    messages.say("1 article moved to the bin.", [YES])
    messages.take_focus()
    for number in range(3):
        messages.say(f"{number} articles starred.")
    messages.say("It could not be written.", stays=True)
    assert messages.text == "1 article moved to the bin."
    said = []
    while messages.text:
        said.append(messages.text)
        messages.close_message()
    assert said == ["1 article moved to the bin.", "It could not be written.", "2 articles starred."]


def test_what_is_about_the_same_is_said_once_with_the_newest_words(window: Window) -> None:
    messages = window.messages
    for count in (1, 2):
        messages.say(f"{count} pictures", [YES], stays=True, about="pictures")
    messages.say("Repair it?", [YES], stays=True)
    messages.say("Repair it?", [YES], stays=True)
    messages.say("3 pictures", [YES], stays=True, about="pictures")
    said = []
    while messages.text:
        said.append(messages.text)
        messages.close_message()
    assert said == ["3 pictures", "Repair it?"]


def test_what_is_settled_is_asked_no_more(window: Window) -> None:
    messages = window.messages
    messages.say("Repair it?", [YES], stays=True, about="damage")
    messages.say("Fetch them?", [YES], stays=True, about="pictures")
    messages.withdraw("pictures")
    assert messages.text == "Repair it?"
    messages.withdraw("damage")
    assert messages.isHidden()
    messages.say("Repair it?", [YES], stays=True)
    messages.say("2 articles starred.")
    messages.clear()
    assert messages.isHidden()


def place(window: Window) -> QRect:
    return window.messages.geometry()


def test_it_floats_over_the_foot_of_the_page_in_its_middle(window: Window, qtbot: QtBot) -> None:
    window.messages.say("4 articles starred.", [YES])
    page = QRect(window.page.mapTo(window, QPoint(0, 0)), window.page.size())
    assert place(window).height() == 44
    assert abs(place(window).center().x() - page.center().x()) <= 1
    assert page.bottom() - place(window).bottom() == 20
    window.resize(1200, 700)
    qtbot.waitUntil(lambda: window.page.geometry().bottom() - place(window).bottom() == 20)
    assert abs(place(window).center().x() - window.page.geometry().center().x()) <= 1


@pytest.mark.parametrize("width", [380, 640, 1600])
def test_long_words_are_shown_whole_within_the_window(window: Window, width: int) -> None:
    window.resize(width, 600)
    QApplication.processEvents()
    window.messages.say(
        "The page of an article is damaged, which a repair may make again. " * 4, [YES, YES], stays=True
    )
    QApplication.processEvents()
    assert QRect(0, 0, width, 600).adjusted(20, 0, -20, -20).contains(place(window))
    label = window.messages._text
    assert label.height() >= label.heightForWidth(label.width())


def test_a_screen_reader_is_told(window: Window) -> None:
    window.messages.say("4 articles starred.", [YES])
    interface = QAccessible.queryAccessibleInterface(window.messages)
    assert interface.text(QAccessible.Text.Name) == "4 articles starred."
    close = QAccessible.queryAccessibleInterface(window.messages.findChild(QToolButton))
    assert close.text(QAccessible.Text.Name) == "Close this message"


def test_it_wears_both_palettes(window: Window) -> None:
    window.messages.say("4 articles starred.", [YES])
    light = window.grab().toImage()
    window.messages.set_colours(DARK)
    dark = window.grab().toImage()
    edge = place(window).bottomLeft() + QPoint(30, 6)
    assert dark.pixelColor(edge).lightness() < light.pixelColor(edge).lightness()


# In the running window


@pytest.fixture
def run(filled: Path, start, qtbot: QtBot) -> Running:
    running = start()
    qtbot.waitUntil(lambda: running.window.articles.rowCount() == 3, timeout=10000)
    qtbot.waitUntil(lambda: running.window.has_pane, timeout=10000)
    running.window.activateWindow()
    return running


def rows(run: Running) -> tuple[QPoint, int, int]:
    """Return where the list is, how tall, and where its second row stands."""
    view = run.window.list
    return view.viewport().mapTo(run.window, QPoint(0, 0)), view.viewport().height(), view.rowViewportPosition(1)


@pytest.mark.parametrize("sidebar", [True, False])
def test_nothing_moves_the_list(run: Running, qtbot: QtBot, sidebar: bool) -> None:
    window = run.window
    if not sidebar:
        window.actions_["sidebar"].trigger()
    QApplication.processEvents()
    before, tall, row = rows(run)
    window.search.set_hint("OR stands between two words; one of them is missing.")
    window.messages.say("2 articles starred.")
    window.messages.say("Fetch them?", [YES], stays=True)
    run.bindings._show_progress(Progress(Import(("/a",)), 5, 10, 3.0, 2.0))
    QApplication.processEvents()
    now, now_tall, now_row = rows(run)
    assert (now, now_row) == (before, row)
    assert window.import_bar.isVisible()
    assert window.search._hint.isVisible()
    if sidebar:
        assert now_tall == tall
        assert window.sidebar.isAncestorOf(window.import_bar)
    else:
        assert window.column.isAncestorOf(window.import_bar)
    window.search.set_hint("")
    assert window.search._hint.isHidden()


def test_a_hint_lies_under_the_box_and_shows_all_its_words(run: Running, qtbot: QtBot) -> None:
    window = run.window
    for words in ("A parenthesis is not closed.", "OR stands between two words; one of them is missing. " * 3):
        window.search.set_hint(words)
        QApplication.processEvents()
        hint, box = window.search._hint, window.search.box
        assert hint.text() == words
        assert hint.height() >= hint.heightForWidth(hint.width())
        assert hint.mapTo(window, QPoint(0, 0)).y() > box.mapTo(window, QPoint(0, box.height())).y()
        assert hint.width() == box.width()
    window.splitter.setSizes([150, 400, 300])
    qtbot.waitUntil(lambda: hint.width() == box.width())


def test_the_message_is_reached_by_a_key(run: Running, qtbot: QtBot) -> None:
    window = run.window
    action = window.actions_["message"]
    window.list.setFocus()
    assert not action.isEnabled()
    window.messages.say("Fetch them?", [YES], stays=True)
    assert action.isEnabled()
    QTest.keyClick(window.list, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: window.messages.buttons[0].hasFocus())
    QTest.keyClick(window.messages.buttons[0], Qt.Key.Key_Return)
    assert window.messages.isHidden()
    assert window.list.hasFocus()
    assert not action.isEnabled()


def test_the_find_bar_stays_free(run: Running, qtbot: QtBot) -> None:
    window = run.window
    window.list.step(1)
    qtbot.waitUntil(lambda: run.session.open_article is not None, timeout=10000)
    window.messages.say("Fetch them?", [YES], stays=True)
    window.pane.find()
    bar = window.pane._find_bar

    def above() -> bool:
        top = bar.mapTo(window.messages.parentWidget(), QPoint(0, 0)).y()
        return bar.isVisible() and window.messages.geometry().bottom() < top

    qtbot.waitUntil(above)
