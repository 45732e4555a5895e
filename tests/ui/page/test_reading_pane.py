from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reader.article import CleanPage, RevisionId
from reader.settings import PageFont, Settings
from tests.ui.page.pages import LONG, absent, article, browser, find, held, no_picture, picture, revision
from ui.look.colours import DARK
from ui.page.document import FIRST_PART
from ui.views.find_bar import FindBar
from ui.views.reading_pane import ReadingPane

# The offscreen platform says so of any window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def scrolled(pane: ReadingPane) -> int:
    return browser(pane).verticalScrollBar().value()


def test_nothing_selected_is_one_calm_sentence(pane: ReadingPane, qtbot: QtBot) -> None:
    assert not browser(pane).isVisible()
    with qtbot.waitSignal(pane.next_requested):
        pane.page_down()
    pane.find()
    assert not pane.findChild(FindBar).isVisible()


def test_a_page_opens_at_its_first_match_in_the_upper_third(pane: ReadingPane) -> None:
    pane.show_article(article(LONG), picture=no_picture, matches=find("第60段"), position=0.1)
    view = browser(pane)
    top = view.line_top(view.underlay.highlights[0][0]) - scrolled(pane)
    assert 0 < top < view.viewport().height() / 3
    assert len(view.underlay.highlights) == 1


def test_matches_are_highlighted_in_title_and_text_but_not_in_the_byline(pane: ReadingPane) -> None:
    html = "<p>老码头的山城周报</p><table><tr><td>码头</td><td>码</td></tr></table>"
    pane.show_article(article(html), picture=no_picture, matches=find("码头|山城周报"))
    text = browser(pane).document().toPlainText()
    assert [text[first:last] for first, last in browser(pane).underlay.highlights] == [
        "码头",
        "码头",
        "山城周报",
        "码头",
    ]


def test_f3_goes_round_through_the_matches_of_the_search(pane: ReadingPane) -> None:
    pane.show_article(article(LONG), picture=no_picture, matches=find("第[37]0段"))
    view = browser(pane)
    first, second = view.underlay.highlights
    assert view.underlay.current == first
    pane.step_match(1)
    assert view.underlay.current == second
    pane.step_match(1)
    assert view.underlay.current == first
    pane.step_match(-1)
    assert view.underlay.current == second


def test_without_a_search_the_old_place_is_found_again(pane: ReadingPane, qtbot: QtBot) -> None:
    shown = article(LONG)
    pane.show_article(shown, picture=no_picture)
    with qtbot.waitSignal(pane.position_changed) as told:
        for _ in range(5):
            pane.page_down()
    number, fraction = told.args
    assert number == shown.id
    before = scrolled(pane)
    pane.show_article(article("<p>x</p>", number=2), picture=no_picture)
    pane.show_article(shown, picture=no_picture, position=fraction)
    assert abs(scrolled(pane) - before) <= 32


def test_the_place_is_told_before_another_article_comes(pane: ReadingPane, qtbot: QtBot) -> None:
    pane.show_article(article(LONG), picture=no_picture)
    pane.page_down()
    with qtbot.waitSignal(pane.position_changed, timeout=100) as told:
        pane.show_article(article("<p>x</p>", number=2), picture=no_picture)
    assert told.args[0] == 1
    assert 0 < told.args[1] < 1


def test_opening_an_article_tells_no_place(pane: ReadingPane, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(pane.position_changed, wait=600):
        pane.show_article(article(LONG), picture=no_picture, position=0.5)


def test_space_pages_to_the_end_and_then_asks_for_the_next(pane: ReadingPane, qtbot: QtBot) -> None:
    pane.show_article(article(LONG), picture=no_picture)
    asked: list[bool] = []
    pane.next_requested.connect(lambda: asked.append(True))
    steps, last = 0, -1
    while not asked:
        last, steps = scrolled(pane), steps + 1
        QTest.keyClick(browser(pane), Qt.Key.Key_Space)
        assert asked or last < scrolled(pane) <= last + 600
        assert steps < 100
    assert scrolled(pane) == browser(pane).verticalScrollBar().maximum()
    while scrolled(pane):
        QTest.keyClick(browser(pane), Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(pane.previous_requested):
        QTest.keyClick(browser(pane), Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)


def test_the_end_of_the_page_is_told_as_read(pane: ReadingPane, qtbot: QtBot) -> None:
    pane.show_article(article(LONG), picture=no_picture)
    with qtbot.waitSignal(pane.position_changed) as told:
        QTest.keyClick(browser(pane), Qt.Key.Key_End)
    assert told.args[1] == 1.0
    with qtbot.waitSignal(pane.position_changed) as told:
        QTest.keyClick(browser(pane), Qt.Key.Key_Home)
    assert told.args[1] == 0.0


def first_line(pane: ReadingPane) -> str:
    view = browser(pane)
    return view.document().findBlock(view.top()[0]).text()


def test_zoom_width_colours_and_font_keep_the_line_at_the_top(pane: ReadingPane, qtbot: QtBot) -> None:
    pane.show_article(article(LONG), picture=no_picture, position=0.5)
    line = first_line(pane)
    pane.set_zoom(pane.next_zoom(1))
    assert (pane.zoom, first_line(pane)) == (110, line)
    pane.set_zoom(200)
    assert first_line(pane) == line
    pane.set_colours(DARK)
    assert first_line(pane) == line
    pane.set_settings(Settings(page_font=PageFont.SERIF, text_size=20, column=34))
    assert first_line(pane) == line
    pane.resize(500, 600)
    qtbot.waitUntil(lambda: browser(pane).viewport().width() < 500)
    assert first_line(pane) == line
    pane.set_zoom(100)
    pane.set_zoom(pane.next_zoom(-1))
    assert (pane.zoom, first_line(pane)) == (90, line)


def test_zoom_has_ends_and_tells_what_it_is(pane: ReadingPane, qtbot: QtBot) -> None:
    pane.show_article(article("<p>x</p>"), picture=no_picture)
    with qtbot.waitSignal(pane.zoom_changed) as told:
        pane.set_zoom(1000)
    assert told.args == [200]
    pane.set_zoom(pane.next_zoom(1))
    assert pane.zoom == 200
    size = browser(pane).document().firstBlock().begin().fragment().charFormat().font().pixelSize()
    pane.set_zoom(60)
    small = browser(pane).document().firstBlock().begin().fragment().charFormat().font().pixelSize()
    assert small < size / 3
    event = QWheelEvent(
        QPointF(9, 9),
        QPointF(9, 9),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(browser(pane).viewport(), event)
    assert pane.zoom == 70


def test_the_column_is_centred_and_never_wider_than_the_pane(pane: ReadingPane) -> None:
    pane.show_article(article(LONG), picture=no_picture)
    view = browser(pane)
    for width in (360, 560, 860, 1600):
        pane.resize(width, 500)
        QApplication.processEvents()
        form = view.document().rootFrame().frameFormat()
        assert abs(form.leftMargin() - form.rightMargin()) < 1
        assert view.column <= min(38 * 18, view.viewport().width())
        assert view.horizontalScrollBar().maximum() == 0


def test_colours_change_at_once(pane: ReadingPane) -> None:
    pane.show_article(article("<p>x</p>"), picture=no_picture)
    pane.set_colours(DARK)
    view = browser(pane)
    title = view.document().firstBlock().begin().fragment().charFormat()
    assert title.foreground().color().name().upper() == DARK.text
    assert view.grab().toImage().pixelColor(5, 5).name().upper() == DARK.page


def test_a_late_picture_moves_nothing(pane: ReadingPane, qtbot: QtBot) -> None:
    images = (held("a", 1200, 800),)
    html = f'<p><img src="img:0"></p>{LONG}'
    pane.show_article(article(html, images=images), picture=lambda _sha256: picture(1200, 800, "#ff0000"))
    view = browser(pane)
    place = view.line_top(view.document().characterCount() - 2)
    pictures = view.picture_object.pictures
    with qtbot.waitSignal(pictures.arrived):
        view.grab()
    QApplication.processEvents()
    assert view.line_top(view.document().characterCount() - 2) == place
    image = view.grab().toImage()
    at = view.viewport().width() // 2
    red = [y for y in range(image.height()) if image.pixelColor(at, y).name() == "#ff0000"]
    assert len(red) > 200


def test_a_picture_is_as_wide_as_the_column_at_most_and_never_larger_than_itself(pane: ReadingPane) -> None:
    images = (held("a", 1200, 800), held("b", 100, 60))
    pane.show_article(article('<img src="img:0"><img src="img:1">', images=images), picture=no_picture)
    view = browser(pane)
    sizes = [
        view.picture_object.shown_size(view.document().findBlock(at).begin().fragment().charFormat()).toSize().toTuple()
        for at in (view.document().characterCount() - 4, view.document().characterCount() - 2)
    ]
    assert sizes == [(684, 456), (100, 60)]


def test_versions_are_named_under_the_byline_and_can_be_chosen(pane: ReadingPane, qtbot: QtBot) -> None:
    history = (revision(3, current=True), revision(2), revision(1))
    pane.show_article(replace(article("<p>x</p>"), revision=RevisionId(3)), picture=no_picture, revisions=history)
    view = browser(pane)
    assert view.document().toPlainText().split("\n")[2].startswith("Versions: 3 Jul 2023, ")
    with qtbot.waitSignal(pane.revision_requested) as told:
        view.anchorClicked.emit(QUrl("revision:2"))
    assert told.args == [2]


def test_another_version_says_which_it_is_and_leads_to_the_current_one(pane: ReadingPane, qtbot: QtBot) -> None:
    history = (revision(3, current=True), revision(2), revision(1))
    pane.show_article(replace(article("<p>x</p>"), revision=RevisionId(2)), picture=no_picture, revisions=history)
    view = browser(pane)
    said = view.document().toPlainText().split("\n")[2]
    assert said.startswith("This is the version of 2 Jul 2023, ")
    assert said.endswith("Show the current version")
    cursor = view.document().find("Show the current version")
    assert cursor.charFormat().anchorHref() == "revision:3"
    with qtbot.waitSignal(pane.revision_requested) as told:
        view.anchorClicked.emit(QUrl(cursor.charFormat().anchorHref()))
    assert told.args == [3]


def test_a_newer_capture_that_lost_its_text_is_named_among_the_versions(pane: ReadingPane) -> None:
    history = (revision(1, current=True), replace(revision(2), lost_text=True))
    shown = replace(article("<p>x</p>"), revision=RevisionId(1))
    pane.show_article(shown, picture=no_picture, revisions=history)
    line = browser(pane).document().toPlainText().split("\n")[2]
    assert line.startswith("Versions: 1 Jul 2023, ")
    assert line.endswith("(lost its text)")


def test_one_version_is_not_worth_a_line(pane: ReadingPane) -> None:
    pane.show_article(article("<p>x</p>"), picture=no_picture, revisions=(revision(1, current=True),))
    assert "Versions" not in browser(pane).document().toPlainText()


def test_the_original_is_shown_with_what_is_removed_and_keeps_no_place(pane: ReadingPane, qtbot: QtBot) -> None:
    page = CleanPage(html=f'<div class="removed"><p>分享</p></div>{LONG}', text="x")
    pane.show_original(page, article("<p>x</p>"), picture=no_picture)
    assert "分享" in browser(pane).document().toPlainText()
    with qtbot.assertNotEmitted(pane.position_changed, wait=500):
        pane.page_down()


def test_links_are_reached_by_tab_and_opened_by_enter(pane: ReadingPane, qtbot: QtBot) -> None:
    pane.show_article(article('<p><a href="https://example.com/a">去</a></p>'), picture=no_picture)
    pane.activateWindow()
    view = browser(pane)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Tab)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert view.textCursor().selectedText() == "去"
    with qtbot.waitSignal(pane.link_requested) as told:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert told.args == ["https://example.com/a"]


def test_the_menu_copies_selects_and_copies_an_address_as_plain_text(pane: ReadingPane) -> None:
    pane.show_article(article('<p><a href="https://example.com/a">一个很长的链接</a></p>'), picture=no_picture)
    view = browser(pane)
    at = view.document().toPlainText().index("很长")
    cursor = view.textCursor()
    cursor.setPosition(at)
    names = [action.text() for action in view.make_menu(QPoint(3, 3)).actions() if action.text()]
    assert names == ["Copy", "Select All"]
    menu = view.make_menu(view.cursorRect(cursor).center())
    actions = {action.text(): action for action in menu.actions()}
    assert not actions["Copy"].isEnabled()
    actions["Copy Link Address"].trigger()
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == "https://example.com/a"
    assert not data.hasHtml()
    actions["Select All"].trigger()
    assert "一个很长的链接" in browser(pane).selected_text()


def test_copied_text_is_plain_and_without_what_only_the_page_needs(pane: ReadingPane) -> None:
    row = "<td>" + "x" * 60 + "</td>"
    images = (held("a", 100, 100),)
    html = f'<p>一</p><img src="img:0"><blockquote>二</blockquote><table><tr>{row * 5}</tr></table>'
    pane.show_article(article(html, images=images), picture=no_picture)
    browser(pane).selectAll()
    browser(pane).copy()
    data = QGuiApplication.clipboard().mimeData()
    assert data.formats() == ["text/plain"]
    assert "\u200b" not in data.text()
    assert "\ufffc" not in data.text()
    assert "一\n\n二\n\n" + "x" * 60 in data.text()


def test_text_is_selected_by_keyboard(pane: ReadingPane) -> None:
    pane.show_article(article(LONG), picture=no_picture)
    view = browser(pane)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert scrolled(pane) > 0
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert len(browser(pane).selected_text()) > 0


def test_drops_are_left_to_the_window(pane: ReadingPane) -> None:
    pane.show_article(article("<p>x</p>"), picture=no_picture)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/x")])
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    view = browser(pane)
    assert not view.acceptDrops()
    assert not view.viewport().acceptDrops()
    event.ignore()
    QApplication.sendEvent(view.viewport(), event)
    assert not event.isAccepted()


def test_a_screen_reader_hears_what_the_pane_is(pane: ReadingPane) -> None:
    pane.show_article(article("<p>清晨的港口</p>"), picture=no_picture)
    interface = QAccessible.queryAccessibleInterface(browser(pane))
    assert interface.text(QAccessible.Text.Name) == "Article"
    assert "清晨的港口" in interface.text(QAccessible.Text.Value)


def test_a_long_page_paints_at_once(pane: ReadingPane) -> None:
    html = "".join(
        f"<p>{'渔船在清晨返航，岸边的人“数着”今天的鱼。' * 5}</p><img src='img:{n % 138}'>" for n in range(1500)
    )
    assert len(html.encode()) > 400_000
    images = tuple(absent() if number % 2 else held("a", 800, 600) for number in range(138))
    pane.show_article(article(html, images=images), picture=no_picture)
    view = browser(pane)
    assert view.verticalScrollBar().maximum() < view.line_top(view.document().characterCount() - 2)


def test_a_very_long_page_is_set_in_parts_and_more_of_it_comes_when_it_is_wanted(pane: ReadingPane) -> None:
    paragraph = "<p>" + "灯塔与海。" * 100 + "</p>"
    many = 5 * FIRST_PART // len(paragraph)
    pane.show_article(article(paragraph * many + "<p>最后一句。</p>"), picture=no_picture)
    view = browser(pane)
    document = view.document()
    blocks = document.blockCount()
    assert blocks < many / 4
    assert "最后一句" not in document.toPlainText()
    assert document.lastBlock().text() == "This page is very long. Show more of it"
    view.lay_out_all()
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    top = view.top()
    view.anchorClicked.emit(QUrl("more:"))
    assert document.blockCount() > 1.9 * (blocks - 20)
    assert view.top()[0] == top[0]
    for _ in range(2):
        view.anchorClicked.emit(QUrl("more:"))
    assert document.lastBlock().text() == "最后一句。"
    pane.show_article(article("<p>短。</p>", number=2), picture=no_picture)
    assert document.lastBlock().text() == "短。"


@pytest.mark.parametrize(
    "body",
    [
        "<p>字" + "\u3000" * 70_000 + "字</p>",
        "<p>字" + "<b>\u3000\u3000</b><i>\u3000\u3000</i>" * 18_000 + "字</p>",
        "<table><tr><td>字" + "\u3000" * 70_000 + "</td><td>字</td></tr></table>",
        f"<pre>x{' ' * 70_000}x</pre>",
        f"<pre>{chr(9) * 20_000}x</pre>",
    ],
)
def test_a_line_of_more_spaces_than_qt_can_count_is_laid_out(pane: ReadingPane, body: str) -> None:
    """Qt counts the spaces at the end of a line in 16 bits, and never ends where there are more."""
    pane.show_article(article(body), picture=no_picture, matches=find("nothing"))
    browser(pane).lay_out_all()
    assert set("x字") & set(browser(pane).toPlainText())
