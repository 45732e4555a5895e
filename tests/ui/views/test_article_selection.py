"""What is selected, over ids that come in pages and lists that change: on its own, and in the window."""

from __future__ import annotations

import shutil
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox

from reader.article import ArticleId
from reader.errors import Sentence
from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from reader.scope import BIN, ArticleState, InState
from reader.worker.protocol import ExportOriginals
from tests.support.changes import move_to_bin
from tests.ui.commands.test_library import answer, box
from tests.ui.driving import write_capture
from ui.app import Running
from ui.dialogs.tags import Tags
from ui.list_query import FIRST_IDS
from ui.views.article_selection import Selected

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


MANY = 2 * FIRST_IDS + 50


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A library of more articles than one answer brings ids; made once, as it takes seconds."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(MANY):
        body = f"<p>The ferry of day {number}.</p>"
        write_capture(folder / "drop", f"{number:04}", title=f"Day {number}", body=body, epoch=10**12 + number * 10**6)
    library = Library.open(AppPaths(folder / "library"))
    with library.writer("a test") as writer:
        assert len(list(writer.import_paths([folder / "drop"]))) == MANY
        for _ in writer.catch_up():
            pass
    library.close()
    return folder / "library"


@pytest.fixture
def run(built, data, start, qtbot) -> Running:
    shutil.copytree(built, data)
    running = start()
    qtbot.waitUntil(lambda: running.window.has_pane and running.window.scopes.rowCount() > 3, timeout=10000)
    assert len(running.window.articles.ids) == FIRST_IDS
    return running


def select_all(run: Running) -> None:
    run.window.list.setFocus()
    QTest.keyClick(run.window.list, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)


def selected(run: Running) -> Selected:
    return run.window.list.selection.now()


def wait_said(qtbot, run: Running, text: str) -> None:
    qtbot.waitUntil(lambda: run.window.messages.text == text, timeout=20000)


def total(run: Running, **about: object) -> int:
    return int(run.library.search(Query(**about)).total)


# On its own


def runs(rows: list[int]) -> list[tuple[int, int]]:
    return [(row, row) for row in sorted(rows)]


@given(
    st.lists(st.integers(0, 60), unique=True, max_size=40),
    st.lists(st.integers(0, 60), unique=True, max_size=40),
    st.data(),
)
def test_the_same_articles_are_selected_in_a_newer_answer(before, after, data):
    rows = data.draw(st.lists(st.integers(0, len(before) - 1), unique=True)) if before else []
    was = Selected(runs(rows), array("q", before), len(before))
    now = [row for top, bottom in was.rows_in(after, len(after)) for row in range(top, bottom + 1)]
    assert [after[row] for row in now] == [id_ for id_ in after if id_ in {before[row] for row in rows}]


def test_rows_whose_ids_were_not_here_stay_selected_while_the_answer_is_the_same():
    was = Selected([(1, 5)], array("q", [9, 8, 7]), 6)
    assert not was.is_known
    assert was.rows_in([9, 8, 7, 6, 5, 4], 6) == [(1, 5)]
    # Of another answer only those are known to be the same that were here.
    assert was.rows_in([10, 9, 8, 7, 6, 5, 4], 7) == [(2, 3)]
    everything = Selected([(0, 5)], array("q", [9, 8, 7]), 6)
    assert everything.rows_in([10, 9, 8, 7, 6, 5, 4], 7) == [(0, 6)]


# In the window


def test_select_all_selects_all_and_says_how_many(run, qtbot):
    select_all(run)
    assert run.window.search.count == f"{MANY} articles · {MANY} selected"
    actions = run.window.actions_
    assert actions["star"].text() == f"&Star or Unstar {MANY} Articles"
    assert actions["to_bin"].text() == f"Move {MANY} Articles to &Bin"
    assert actions["tags"].text() == f"&Tags of {MANY} Articles…"
    assert not actions["open_web"].isEnabled()
    qtbot.waitUntil(lambda: selected(run).is_known, timeout=10000)
    assert selected(run).count == len(set(selected(run).articles())) == MANY
    run.window.list.step(1)
    assert run.window.search.count == f"{MANY} articles"
    assert actions["to_bin"].text() == "Move to &Bin"


def test_every_article_is_starred_and_unstarred_after_a_question(run, qtbot):
    select_all(run)
    # The ids of most are not here yet.
    run.window.actions_["star"].trigger()
    question = box(qtbot, run)
    assert question.text() == f"Star {MANY} articles?"
    answer(question, "Star")
    wait_said(qtbot, run, f"{MANY} articles starred.")
    assert total(run, scope=InState(ArticleState.STARRED)) == MANY
    qtbot.waitUntil(lambda: not run.window.findChildren(QMessageBox), timeout=5000)
    run.window.actions_["star"].trigger()
    question = box(qtbot, run)
    assert question.text() == f"Unstar {MANY} articles?"
    answer(question, "Unstar")
    wait_said(qtbot, run, f"{MANY} articles unstarred.")
    assert total(run, scope=InState(ArticleState.STARRED)) == 0


def test_every_article_found_is_marked_as_read_and_cancel_changes_nothing(run, qtbot):
    run.window.search.box.setText("ferry")
    qtbot.waitUntil(lambda: run.window.search.count == f"{MANY} found", timeout=10000)
    select_all(run)
    run.window.actions_["read"].trigger()
    question = box(qtbot, run)
    assert question.text() == f"Mark {MANY} articles as read?"
    answer(question, "Cancel")
    qtbot.waitUntil(lambda: not run.window.findChildren(QMessageBox), timeout=5000)
    assert total(run, scope=InState(ArticleState.READ)) == 0
    run.window.actions_["read"].trigger()
    answer(box(qtbot, run), "Mark as Read")
    qtbot.waitUntil(lambda: total(run, scope=InState(ArticleState.READ)) == MANY, timeout=10000)


def test_every_article_gets_the_tag(run, qtbot):
    select_all(run)
    run.window.actions_["tags"].trigger()
    qtbot.waitUntil(lambda: bool(run.window.findChildren(Tags)), timeout=10000)
    dialog = run.window.findChildren(Tags)[0]
    assert f"For {MANY} articles" in [label.text() for label in dialog.findChildren(QLabel)]
    dialog.box.setText("harbour")
    dialog.finish()
    wait_said(qtbot, run, f"The tags of {MANY} articles are changed.")
    assert total(run, text="tag:harbour") == MANY


def test_every_article_goes_to_the_bin_comes_back_and_is_deleted(run, qtbot):
    select_all(run)
    run.window.actions_["to_bin"].trigger()
    question = box(qtbot, run)
    assert question.text() == f"Move {MANY} articles to the bin?"
    answer(question, "Move to Bin")
    wait_said(qtbot, run, f"{MANY} articles moved to the bin.")
    assert run.library.info().in_bin == MANY
    run.window.messages.buttons[0].click()
    wait_said(qtbot, run, f"{MANY} articles are back from the bin.")
    move_to_bin(run.library, run.library.ids())
    run.session.refresh(whole=False)
    run.window.sidebar.scope_chosen.emit(BIN)
    qtbot.waitUntil(lambda: run.session.shows_bin and run.window.articles.rowCount() == MANY, timeout=10000)
    select_all(run)
    run.window.actions_["from_bin"].trigger()
    answer(box(qtbot, run), "Restore")
    qtbot.waitUntil(lambda: run.library.info().in_bin == 0, timeout=10000)
    move_to_bin(run.library, run.library.ids())
    run.session.refresh(whole=False)
    qtbot.waitUntil(lambda: run.window.articles.rowCount() == MANY, timeout=10000)
    select_all(run)
    run.window.actions_["delete_for_good"].trigger()
    qtbot.waitUntil(
        lambda: any(
            each.text() == f"Delete {MANY} articles permanently?" for each in run.window.findChildren(QMessageBox)
        )
    )
    answer(run.window.findChildren(QMessageBox)[-1], "Delete Permanently")
    wait_said(qtbot, run, f"{MANY} articles deleted permanently.")
    assert run.library.info().articles == run.library.info().in_bin == 0


def test_the_originals_of_all_that_was_found_are_exported(run, qtbot, tmp_path: Path, monkeypatch):
    run.window.search.box.setText("ferry")
    qtbot.waitUntil(lambda: run.window.search.count == f"{MANY} found", timeout=10000)
    select_all(run)
    assert run.window.actions_["export_original"].text() == f"&Export the Originals of {MANY} Articles…"
    asked: list[str] = []
    to = tmp_path / "exported"
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda _, title, *__: asked.append(title) or str(to)
    )
    run.window.actions_["export_original"].trigger()
    wait_said(qtbot, run, f"The originals of {MANY} articles are in {to}.")
    assert asked == [f"Export the Originals of {MANY} Articles"]
    files = [path for path in to.rglob("*") if path.is_file()]
    assert len(files) == MANY
    assert {path.read_bytes() for path in files} == {run.library.original(id_) for id_ in run.library.ids()}


def test_an_export_says_what_is_damaged_and_stops_when_it_is_told_to(run, qtbot, tmp_path: Path):
    ids = list(run.library.ids())
    run.library._store.rows("UPDATE original SET data = x'00' WHERE id = 3")
    run.imports.do(ExportOriginals(tuple(ids), str(tmp_path / "one")))
    wait_said(
        qtbot,
        run,
        f"The originals of {MANY - 1} articles are in {tmp_path / 'one'}. 1 article is damaged, and not among them.",
    )
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=10000)
    run.imports.progressed.connect(lambda progress: progress.done and run.imports.cancel())
    run.imports.do(ExportOriginals(tuple(ids * 20), str(tmp_path / "two")))
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=20000)
    assert 0 < len(list((tmp_path / "two").rglob("*.md"))) < MANY


def test_nothing_is_done_when_the_list_is_another_than_the_one_that_was_selected(run, qtbot):
    move_to_bin(run.library, run.library.ids()[:1])
    select_all(run)
    run.window.actions_["star"].trigger()
    wait_said(qtbot, run, "The list has changed meanwhile, so nothing was done. Select again.")
    assert total(run, scope=InState(ArticleState.STARRED)) == 0
    assert not run.window.findChildren(QMessageBox)


def press_end(run: Running) -> None:
    """Choose the last row, whose id is not here yet."""
    run.window.list.setFocus()
    QTest.keyClick(run.window.list, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert not selected(run).is_known


def test_nothing_is_done_with_the_open_article_when_another_question_is_answered_first(run, qtbot):
    click(run, 3)
    wait_open(qtbot, run, 3)
    press_end(run)
    run.window.actions_["to_bin"].trigger()
    run.window.search.box.setText("ferry")
    wait_said(qtbot, run, "The list has changed meanwhile, so nothing was done. Select again.")
    assert run.library.info().in_bin == 0


def test_a_command_is_about_what_was_selected_when_it_was_given(run, qtbot):
    last = run.library.search(Query()).ids[-1]
    press_end(run)
    run.window.actions_["star"].trigger()
    click(run, 3)
    qtbot.waitUntil(lambda: total(run, scope=InState(ArticleState.STARRED)) == 1, timeout=10000)
    assert list(run.library.search(Query(scope=InState(ArticleState.STARRED))).ids) == [last]


def test_each_of_two_commands_that_wait_for_the_ids_is_done(run, qtbot):
    press_end(run)
    run.window.actions_["star"].trigger()
    run.window.actions_["read"].trigger()
    qtbot.waitUntil(lambda: total(run, scope=InState(ArticleState.STARRED)) == 1, timeout=10000)
    qtbot.waitUntil(lambda: total(run, scope=InState(ArticleState.READ)) == 1, timeout=10000)


def test_what_waits_for_ids_that_cannot_be_read_is_not_done_later(run, qtbot):
    select_all(run)
    run.window.actions_["star"].trigger()
    run.session.failed.emit(Sentence("Nothing can be read."))
    qtbot.waitUntil(lambda: selected(run).is_known, timeout=10000)
    qtbot.wait(100)
    assert not run.window.findChildren(QMessageBox)


def click(run: Running, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    rows = run.window.list
    place = rows.visualRect(rows.model().index(row, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def wait_open(qtbot, run: Running, row: int) -> None:
    id_ = run.window.articles.id_at(row)
    qtbot.waitUntil(lambda: run.session.open_article is not None and run.session.open_article.id == id_, timeout=10000)


def test_what_is_selected_by_ctrl_and_click_stays_when_the_article_comes(run, qtbot):
    control = Qt.KeyboardModifier.ControlModifier
    click(run, 0)
    for row in (2, 4):
        click(run, row, control)
    wait_open(qtbot, run, 0)
    qtbot.wait(100)
    assert [top for top, _ in selected(run).rows] == [0, 2, 4]
    assert run.session.open_article.id == run.window.articles.id_at(0)
    # Once one alone is selected again, it is the one that is shown.
    click(run, 0, control)
    click(run, 2, control)
    wait_open(qtbot, run, 4)
    assert selected(run).rows == [(4, 4)]


def test_a_selection_stays_while_the_library_grows(run, qtbot, tmp_path: Path):
    click(run, 0)
    for row in (2, 3, 5):
        click(run, row, Qt.KeyboardModifier.ControlModifier)
    before = set(selected(run).articles())
    assert len(before) == 4
    write_capture(tmp_path / "new", "x", title="New", body="<p>New.</p>", epoch=2 * 10**12)
    run.imports.import_paths([str(tmp_path / "new")])
    qtbot.waitUntil(lambda: run.window.articles.rowCount() == MANY + 1 and not run.imports.busy, timeout=20000)
    qtbot.waitUntil(lambda: run.window.search.count == f"{MANY + 1} articles · 4 selected", timeout=10000)
    assert set(selected(run).articles()) == before


def test_rows_that_were_never_seen_are_selected_by_shift(run, qtbot):
    click(run, 1)
    wait_open(qtbot, run, 1)
    run.window.list.scrollToBottom()
    click(run, MANY - 1, Qt.KeyboardModifier.ShiftModifier)
    taken: list[list[ArticleId]] = []
    run.window.list.selection.with_articles(taken.append)
    qtbot.waitUntil(lambda: bool(taken), timeout=10000)
    assert len(set(taken[0])) == MANY - 1
