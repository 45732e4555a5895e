"""Stars, tags of one's own, read and unread, as a person meets them in the window."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest

from reader.article import ArticleId, TagCount
from reader.operation import MarkRead, tagging
from reader.query import Query
from reader.scope import BIN, EVERYTHING, ArticleState, InState
from tests.support.changes import move_to_bin, set_tags
from tests.ui.test_window import ALL, titles, wait_open, wait_titles
from ui.app import Running
from ui.dialogs.tags import Tagging, Tags
from ui.models.article_list_model import HIT
from ui.models.scope_list_model import COUNT
from ui.session import READ_AFTER_MS


@pytest.fixture
def run(filled, start, qtbot) -> Running:
    running = start()
    wait_titles(qtbot, running, *ALL)
    running.window.activateWindow()
    qtbot.waitUntil(lambda: counts(running) == (3, 3, 0), timeout=10000)
    return running


def counts(run: Running) -> tuple[object, ...]:
    model = run.window.scopes
    return tuple(model.data(model.index(row), COUNT) for row in range(3))


def starred(run: Running) -> list[bool]:
    model = run.window.articles
    return [model.index(row).data(HIT).starred for row in range(model.rowCount())]


def open_row(qtbot, run: Running, row: int) -> None:
    run.window.list.setFocus()
    for _ in range(row + 1):
        run.window.list.step(1)
    wait_open(qtbot, run, ALL[row])


def retag(run: Running, ids: list[ArticleId], add: list[str], remove: list[str]) -> None:
    run.article_commands.run(*tagging(ids, add, remove))


def page(run: Running) -> str:
    return run.window.pane._browser.document().toPlainText()


def test_s_stars_the_open_article_and_takes_the_star_away(run, qtbot):
    open_row(qtbot, run, 1)
    assert "★" not in page(run)
    QTest.keyClick(run.window.list, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: starred(run) == [False, True, False], timeout=5000)
    assert "★" in page(run)
    qtbot.waitUntil(lambda: counts(run)[2] == 1, timeout=5000)
    assert list(run.library.search(Query(text="is:starred")).ids) == [run.session.open_article.id]
    QTest.keyClick(run.window.list, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: starred(run) == [False] * 3 and counts(run)[2] == 0, timeout=5000)
    assert "★" not in page(run)


def test_several_are_starred_at_once_and_shown_by_the_sidebar(run, qtbot):
    rows = run.window.list
    rows.step(1)
    rows.selectionModel().select(rows.model().index(2, 0), QItemSelectionModel.SelectionFlag.Select)
    run.window.actions_["star"].trigger()
    qtbot.waitUntil(lambda: run.window.messages.text == "2 articles starred.", timeout=5000)
    assert starred(run) == [True, False, True]
    run.window.sidebar.scope_chosen.emit(InState(ArticleState.STARRED))
    qtbot.waitUntil(lambda: titles(run) == [ALL[0], ALL[2]], timeout=5000)
    run.window.search.box.setText("ferry")
    wait_titles(qtbot, run, ALL[2])
    run.window.search.box.setText("梨树")
    heading = run.window.nothing.heading
    qtbot.waitUntil(lambda: heading.text() == "Nothing for “梨树” with a star", timeout=5000)


def test_what_is_read_stays_in_the_list_of_the_unread_until_it_is_asked_for_again(run, qtbot):
    run.window.sidebar.scope_chosen.emit(InState(ArticleState.UNREAD))
    qtbot.waitUntil(
        lambda: run.session.query.scope == InState(ArticleState.UNREAD) and not run.session.waits, timeout=5000
    )
    open_row(qtbot, run, 0)
    run.window.actions_["read"].trigger()
    qtbot.waitUntil(lambda: counts(run)[1] == 2, timeout=5000)
    assert run.window.articles.index(0).data(HIT).read
    with qtbot.waitSignal(run.session.found):
        run.session.refresh(whole=True)
    assert titles(run) == list(ALL)
    run.window.sidebar.scope_chosen.emit(EVERYTHING)
    run.window.sidebar.scope_chosen.emit(InState(ArticleState.UNREAD))
    qtbot.waitUntil(lambda: titles(run) == list(ALL[1:]), timeout=5000)
    run.window.search.box.setText("is:read")
    qtbot.waitUntil(lambda: run.window.nothing.isVisible(), timeout=5000)
    run.window.sidebar.scope_chosen.emit(EVERYTHING)
    wait_titles(qtbot, run, ALL[0])
    run.window.actions_["unread"].trigger()
    qtbot.waitUntil(lambda: counts(run)[1] == 3, timeout=5000)
    assert titles(run) == [ALL[0]]


def refresh(qtbot, run: Running) -> None:
    """Ask the same question again, as an import does."""
    with qtbot.waitSignal(run.window.articles.modelReset):
        run.session.refresh(whole=True)


@pytest.mark.parametrize("searched", [False, True])
def test_a_star_that_goes_and_comes_back_leaves_the_article_where_the_list_had_it(run, qtbot, searched: bool):
    """What counts is how an article was when the list came, not how the last change but one left it."""
    open_row(qtbot, run, 0)
    run.window.actions_["star"].trigger()
    qtbot.waitUntil(lambda: counts(run)[2] == 1, timeout=5000)
    if searched:
        run.window.search.box.setText("is:starred")
    else:
        run.window.sidebar.scope_chosen.emit(InState(ArticleState.STARRED))
    wait_titles(qtbot, run, ALL[0])
    for there in (0, 1, 0):
        run.window.actions_["star"].trigger()
        qtbot.waitUntil(lambda there=there: counts(run)[2] == there, timeout=5000)
        refresh(qtbot, run)
        assert titles(run) == [ALL[0]]
    run.window.sidebar.scope_chosen.emit(EVERYTHING)
    run.window.search.box.clear()
    wait_titles(qtbot, run, *ALL)
    run.window.search.box.setText("is:starred")
    qtbot.waitUntil(lambda: run.window.nothing.isVisible() and not run.session.waits, timeout=5000)


def test_an_article_that_is_read_and_unread_again_stays_in_a_search_for_the_unread(run, qtbot):
    run.window.search.box.setText("is:unread 灯塔")
    wait_titles(qtbot, run, ALL[0])
    run.window.list.step(1)
    wait_open(qtbot, run, ALL[0])
    for command, unread in (("read", 2), ("unread", 3), ("read", 2)):
        run.window.actions_[command].trigger()
        qtbot.waitUntil(lambda unread=unread: counts(run)[1] == unread, timeout=5000)
        refresh(qtbot, run)
        assert titles(run) == [ALL[0]]


def test_the_state_that_was_chosen_returns_with_the_window(run, start, qtbot):
    open_row(qtbot, run, 0)
    QTest.keyClick(run.window.list, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: counts(run)[2] == 1, timeout=5000)
    run.window.sidebar.scope_chosen.emit(InState(ArticleState.STARRED))
    qtbot.waitUntil(lambda: titles(run) == [ALL[0]], timeout=5000)
    run.window.close()
    run.close()
    again = start()
    wait_titles(qtbot, again, ALL[0])
    assert again.window.sidebar.view.currentIndex().row() == 2


def test_tags_are_asked_for_shown_and_found_by_a_click(run, qtbot):
    open_row(qtbot, run, 1)
    run.window.actions_["tags"].trigger()
    qtbot.waitUntil(lambda: bool(run.window.findChildren(Tags)), timeout=5000)
    dialog = run.window.findChildren(Tags)[0]
    dialog.box.setText("to read，河边")
    dialog.finish()
    qtbot.waitUntil(lambda: "to read" in page(run), timeout=5000)
    assert run.library.article(run.session.open_article.id).own_tags == ("to read", "河边")
    run.window.pane.tag_requested.emit("to read")
    wait_titles(qtbot, run, ALL[1])
    assert run.window.search.box.text() == 'tag:"to read"'
    retag(run, [run.session.open_article.id], [], ["to read"])
    qtbot.waitUntil(lambda: "to read" not in page(run), timeout=5000)
    assert titles(run) == [ALL[1]]


@pytest.mark.parametrize("tag", ["(访谈)", "a:b", "-C++", "河边 OR 山上"])
def test_a_tag_of_signs_that_the_search_takes_for_its_own_is_found_by_a_click(run, qtbot, tag: str):
    open_row(qtbot, run, 1)
    retag(run, [run.session.open_article.id], [tag], [])
    qtbot.waitUntil(lambda: tag in page(run), timeout=5000)
    run.window.pane.tag_requested.emit(tag)
    wait_titles(qtbot, run, ALL[1])
    assert run.window.search.hint == ""


def test_what_was_under_way_when_the_library_was_left_does_no_harm(run, qtbot):
    open_row(qtbot, run, 0)
    id_ = run.session.open_article.id
    run.session.apply([MarkRead((id_,))])
    run.window.actions_["star"].trigger()
    run._repair()
    retag(run, [id_], ["新"], [])
    qtbot.waitUntil(lambda: run.library is not None and not run.imports.busy, timeout=20000)
    wait_titles(qtbot, run, *ALL)
    (hit,) = run.library.hits([id_])
    assert (hit.read, hit.starred) == (True, True)


def test_nothing_is_starred_or_tagged_in_the_bin(run, qtbot):
    move_to_bin(run.library, run.library.ids()[:1])
    run.window.sidebar.scope_chosen.emit(BIN)
    qtbot.waitUntil(
        lambda: len(titles(run)) == 1 and run.session.query.scope == BIN and not run.session.waits, timeout=5000
    )
    assert not run.window.actions_["star"].isEnabled()
    assert not run.window.actions_["tags"].isEnabled()
    run.window.sidebar.scope_chosen.emit(InState(ArticleState.UNREAD))
    qtbot.waitUntil(lambda: len(titles(run)) == 2, timeout=5000)
    run.window.list.step(1)
    assert run.window.actions_["star"].isEnabled()


def test_what_could_not_be_stored_is_not_shown(run, qtbot):
    run.library._store.rows(
        "CREATE TRIGGER full BEFORE UPDATE OF read, starred ON article BEGIN SELECT RAISE(FAIL, 'disk full'); END"
    )
    open_row(qtbot, run, 0)
    for command in ("read", "star"):
        run.window.messages.say("")
        run.window.actions_[command].trigger()
        qtbot.waitUntil(lambda: "There is no room left" in run.window.messages.text, timeout=5000)
        assert not run.window.articles.index(0).data(HIT).read
        assert starred(run) == [False] * 3
    assert counts(run) == (3, 3, 0)


@pytest.fixture
def read_only_run(filled, start, qtbot, monkeypatch) -> Running:
    monkeypatch.setattr("reader.store.connection._is_writable", lambda _: False)
    run = start()
    wait_titles(qtbot, run, *ALL)
    return run


def test_a_library_that_may_not_be_written_shows_only_what_was_stored(read_only_run, qtbot):
    run = read_only_run
    assert run.window.messages.text.startswith("This library can be read here, but not changed.")
    assert not run.window.acceptDrops()
    open_row(qtbot, run, 0)
    run.window.pane.page_down()
    run.session.apply([MarkRead((run.session.open_article.id,))])
    qtbot.wait(READ_AFTER_MS + 500)
    for command in ("star", "tags", "read", "unread", "to_bin"):
        assert not run.window.actions_[command].isEnabled()
        run.window.actions_[command].trigger()
    qtbot.wait(100)
    assert not run.window.articles.index(0).data(HIT).read
    assert starred(run) == [False] * 3
    assert counts(run)[1:] == (3, 0)
    assert len(titles(run)) == 3


def test_a_change_of_a_library_that_may_not_be_written_is_refused_in_a_sentence(read_only_run, qtbot):
    run = read_only_run
    open_row(qtbot, run, 0)
    for do in (run.article_commands.toggle_star, lambda: retag(run, [run.session.open_article.id], ["x"], [])):
        run.window.messages.clear()
        do()
        qtbot.waitUntil(lambda: "cannot be written here" in run.window.messages.text, timeout=5000)
    assert starred(run) == [False] * 3


def test_the_dialog_says_what_is_to_be_added_and_what_taken_away(qtbot):
    held = [TagCount("both", 2), TagCount("one", 1)]
    dialog = Tags(Tagging(2, [TagCount("other", 5), TagCount("both", 2), TagCount("one", 1)], held))
    qtbot.addWidget(dialog)
    states = {dialog.list.item(row).text(): dialog.list.item(row).checkState() for row in range(3)}
    assert list(states) == ["both", "one", "other"]
    check = Qt.CheckState
    assert list(states.values()) == [check.Checked, check.PartiallyChecked, check.Unchecked]
    assert dialog.changes() == ([], [])
    dialog.list.item(0).setCheckState(check.Unchecked)
    QTest.keyClicks(dialog.box, " new, other ")
    QTest.keyClick(dialog.box, Qt.Key.Key_Return)
    assert dialog.changes() == (["new", "other"], ["both"])
    assert dialog.box.text() == ""
    QTest.keyClick(dialog.box, Qt.Key.Key_Return)
    assert dialog.result() == dialog.DialogCode.Accepted


@pytest.fixture
def tag_dialog(run, qtbot) -> Tags:
    """The dialog as the window shows it, with three tags to complete and one article to tag."""
    open_row(qtbot, run, 0)
    others = [id_ for id_ in run.library.ids() if id_ != run.session.open_article.id]
    set_tags(run.library, others, ["river", "Reading", "to read"])
    run.window.actions_["tags"].trigger()
    qtbot.waitUntil(lambda: bool(run.window.findChildren(Tags)), timeout=5000)
    dialog = run.window.findChildren(Tags)[0]
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def checked(dialog: Tags) -> set[str]:
    items = (dialog.list.item(row) for row in range(dialog.list.count()))
    return {item.text() for item in items if item.checkState() == Qt.CheckState.Checked}


def enter(dialog: Tags) -> None:
    """Press Enter as the desktop does: the popup of the completion has the keyboard while it is open."""
    target = dialog.box.popup if dialog.box.popup.isVisible() else dialog.box
    # A dialog that closes by it is gone before the key is let go.
    QTest.keyPress(target, Qt.Key.Key_Return)


def is_closed(dialog: Tags) -> bool:
    return not shiboken6.isValid(dialog) or not dialog.isVisible()


def own_tags(run: Running) -> tuple[str, ...]:
    return run.library.article(run.session.open_article.id).own_tags


def test_enter_adds_the_tag_and_a_second_one_closes(tag_dialog, run, qtbot):
    QTest.keyClicks(tag_dialog.box, "harbour, ")
    tag_dialog.box.insert("河边")
    enter(tag_dialog)
    assert tag_dialog.isVisible()
    assert tag_dialog.box.text() == ""
    assert checked(tag_dialog) == {"harbour", "河边"}
    enter(tag_dialog)
    assert is_closed(tag_dialog)
    qtbot.waitUntil(lambda: set(own_tags(run)) == {"harbour", "河边"}, timeout=5000)


@pytest.mark.qt_log_ignore("plugin does not support")
@pytest.mark.parametrize(
    ("typed", "downs", "tag"),
    [("ri", 0, "ri"), ("ri", 1, "river"), ("river", 0, "river"), ("READ", 1, "Reading"), ("read", 2, "to read")],
)
def test_enter_takes_what_was_typed_unless_a_completion_was_highlighted_by_down(
    tag_dialog, run, qtbot, typed, downs, tag
):
    box = tag_dialog.box
    QTest.keyClicks(box, typed)
    assert box.popup.isVisible()
    for _ in range(downs):
        QTest.keyClick(box.popup, Qt.Key.Key_Down)
    assert box.text() == typed
    enter(tag_dialog)
    assert not box.popup.isVisible()
    assert tag_dialog.isVisible()
    assert (box.text(), checked(tag_dialog)) == ("", {tag})
    # The next key is a letter again, and Enter in the empty box closes.
    QTest.keyClicks(box, "x")
    assert box.text() == "x"
    QTest.keyClick(box, Qt.Key.Key_Backspace)
    enter(tag_dialog)
    assert is_closed(tag_dialog)
    qtbot.waitUntil(lambda: own_tags(run) == (tag,), timeout=5000)


@pytest.mark.qt_log_ignore("plugin does not support")
def test_escape_closes_the_completion_first_and_the_word_is_as_it_was_typed(tag_dialog, run, qtbot):
    QTest.keyClicks(tag_dialog.box, "ri")
    QTest.keyClick(tag_dialog.box.popup, Qt.Key.Key_Escape)
    assert not tag_dialog.box.popup.isVisible()
    assert tag_dialog.isVisible()
    enter(tag_dialog)
    assert checked(tag_dialog) == {"ri"}
    QTest.keyPress(tag_dialog.box, Qt.Key.Key_Escape)
    assert is_closed(tag_dialog)
    qtbot.wait(100)
    assert own_tags(run) == ()


@pytest.mark.qt_log_ignore("plugin does not support")
def test_a_completion_that_is_clicked_is_added(tag_dialog, qtbot):
    QTest.keyClicks(tag_dialog.box, "read")
    popup = tag_dialog.box.popup
    place = popup.visualRect(popup.model().index(1, 0)).center()
    QTest.mouseClick(popup.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert checked(tag_dialog) == {"to read"}
    assert tag_dialog.isVisible()
