from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.page.pages import LONG, article, browser, find, no_picture
from ui.views.find_bar import FindBar
from ui.views.reading_pane import ReadingPane

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def write(field: QWidget, words: str) -> None:
    """Write as an input method does."""
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(field, event)


def test_the_find_bar_counts_turns_and_closes(pane: ReadingPane, qtbot: QtBot) -> None:
    pane.show_article(article(LONG), picture=no_picture, matches=find("第3段"))
    view, bar = browser(pane), pane.findChild(FindBar)
    pane.find()
    assert bar.isVisible()
    field = bar.focusProxy()
    write(field, "第11")
    assert bar._count.text() == "1 of 11"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert bar._count.text() == "2 of 11"
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar._count.text() == "11 of 11"
    QTest.keyClicks(field, "x")
    assert bar._count.text() == "Not found"
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert view.selected_text() == "第11"
    assert len(view.underlay.highlights) == 1


def test_the_selection_is_what_is_looked_for(pane: ReadingPane) -> None:
    pane.show_article(article("<p>quay Quay</p>"), picture=no_picture)
    view = browser(pane)
    at = view.document().toPlainText().index("quay")
    view.select(at, at + 4)
    pane.find()
    assert pane.findChild(FindBar).needle == "quay"
    assert pane.findChild(FindBar)._count.text() == "1 of 2"


def test_find_stays_open_over_another_article(pane: ReadingPane) -> None:
    pane.show_article(article("<p>quay</p>"), picture=no_picture)
    pane.find()
    QTest.keyClicks(pane.findChild(FindBar).focusProxy(), "quay")
    pane.show_article(article("<p>quay quay</p>", number=2), picture=no_picture)
    assert pane.findChild(FindBar)._count.text() == "0 of 2"
    pane.step_match(1)
    assert pane.findChild(FindBar)._count.text() == "1 of 2"


def test_a_search_does_not_move_to_a_match_that_the_open_find_bar_has_not(pane: ReadingPane) -> None:
    pane.show_article(article("<p>quay</p>"), picture=no_picture)
    pane.find()
    QTest.keyClicks(pane.findChild(FindBar).focusProxy(), "quay")
    pane.show_article(article("<p>boat</p>", number=2), picture=no_picture, matches=find("boat"))
    assert pane.findChild(FindBar)._count.text() == "Not found"
    pane.close_find()
    assert pane.has_matches
