"""The bin, undoing, backups and repair, as a person meets them in the window."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from reader.scope import BIN, EVERYTHING
from reader.worker.protocol import Restore
from tests.support.changes import move_to_bin
from tests.ui.driving import said
from tests.ui.test_window import ALL, titles, wait_open, wait_titles
from ui.app import Running
from ui.background.worker_process import open_window
from ui.words.dates import day_and_time


@pytest.fixture
def run(filled, start, qtbot) -> Running:
    running = start()
    wait_titles(qtbot, running, *ALL)
    running.window.activateWindow()
    return running


def box(qtbot, run: Running) -> QMessageBox:
    qtbot.waitUntil(lambda: bool(run.window.findChildren(QMessageBox)), timeout=10000)
    return run.window.findChildren(QMessageBox)[-1]


def answer(message: QMessageBox, text: str) -> None:
    next(button for button in message.findChildren(QPushButton) if button.text() == text).click()


def names(run: Running) -> list[str]:
    model = run.window.scopes
    return [model.index(row).data() for row in range(model.rowCount())]


def wait_said(qtbot, run: Running, text: str) -> None:
    qtbot.waitUntil(lambda: run.window.messages.text == text, timeout=20000)


def idle(qtbot, run: Running) -> None:
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=20000)


def test_delete_moves_to_the_bin_opens_the_next_article_and_undo_brings_back(run, qtbot):
    run.window.list.setFocus()
    run.window.list.step(1)
    wait_open(qtbot, run, ALL[0])
    QTest.keyClick(run.window.list, Qt.Key.Key_Delete)
    wait_titles(qtbot, run, *ALL[1:])
    wait_open(qtbot, run, ALL[1])
    assert run.window.messages.text == "1 article moved to the bin."
    qtbot.waitUntil(lambda: names(run)[-1] == "Bin")
    assert run.library.search(Query(text="灯塔")).total == 0
    run.window.messages.buttons[0].click()
    wait_titles(qtbot, run, *ALL)
    qtbot.waitUntil(lambda: "Bin" not in names(run))
    assert run.library.search(Query(text="灯塔")).total == 1


def test_a_page_of_an_article_that_is_gone_is_closed_although_the_next_did_not_load(run, qtbot):
    run.window.list.step(1)
    wait_open(qtbot, run, ALL[0])
    gone, following = run.window.articles.ids[:2]
    run.session.open(following)
    run.session.show_original()
    move_to_bin(run.library, [gone])
    run.session.close_if_gone()
    qtbot.waitUntil(lambda: run.session.open_article is None)


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_page_of_an_article_that_is_gone_is_closed(run, qtbot):
    run.window.list.step(1)
    wait_open(qtbot, run, ALL[0])
    run.window.list.selectAll()
    run.window.actions_["to_bin"].trigger()
    qtbot.waitUntil(lambda: run.session.open_article is None, timeout=10000)
    assert said(run)
    assert run.window.windowTitle() == "Pressmark"
    assert not run.window.actions_["export_original"].isEnabled()
    run.window.sidebar.scope_chosen.emit(BIN)
    qtbot.waitUntil(lambda: len(titles(run)) == 3, timeout=10000)
    run.window.list.step(1)
    qtbot.waitUntil(lambda: run.session.open_article is not None, timeout=10000)
    run.library_commands.empty_bin()
    answer(box(qtbot, run), "Delete Permanently")
    qtbot.waitUntil(lambda: run.session.open_article is None, timeout=20000)


def test_the_bin_is_shown_whole_and_a_search_leaves_it(run, qtbot):
    window, view = run.window, run.window.sidebar.view
    window.list.step(1)
    window.actions_["to_bin"].trigger()
    qtbot.waitUntil(lambda: names(run)[-1] == "Bin", timeout=10000)
    window.search.box.setText("ferry")
    view.setCurrentIndex(window.scopes.index(window.scopes.row_of(BIN)))
    wait_titles(qtbot, run, ALL[0])
    assert window.search.box.text() == ""
    window.search.box.setText("ferry")
    qtbot.waitUntil(lambda: view.currentIndex().row() == 0, timeout=10000)
    assert run.session.query.scope == EVERYTHING


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_several_are_moved_at_once_and_the_bin_is_emptied_after_one_question(run, qtbot):
    rows = run.window.list
    rows.step(1)
    flag = QItemSelectionModel.SelectionFlag
    rows.selectionModel().select(rows.model().index(2, 0), flag.Select)
    assert rows.selection.now().count == 2
    run.window.actions_["to_bin"].trigger()
    wait_titles(qtbot, run, ALL[1])
    wait_said(qtbot, run, "2 articles moved to the bin.")
    qtbot.waitUntil(lambda: names(run)[-1] == "Bin")
    run.window.sidebar.scope_chosen.emit(BIN)
    qtbot.waitUntil(lambda: sorted(titles(run)) == sorted([ALL[0], ALL[2]]), timeout=10000)
    assert not run.window.actions_["to_bin"].isEnabled()
    run.window.list.step(1)
    run.window.actions_["from_bin"].trigger()
    qtbot.waitUntil(lambda: len(titles(run)) == 1 and titles(run)[0] is not None, timeout=10000)
    run.window.actions_["empty_bin"].trigger()
    question = box(qtbot, run)
    assert question.text() == "Delete 1 article permanently?"
    assert question.defaultButton().text() == "Cancel"
    answer(question, "Delete Permanently")
    wait_said(qtbot, run, "1 article deleted permanently.")
    assert run.library.info().in_bin == 0
    assert run.library.info().articles == 2
    qtbot.waitUntil(lambda: run.window.nothing.heading.text() == "The bin is empty", timeout=10000)
    run.window.sidebar.scope_chosen.emit(EVERYTHING)
    qtbot.waitUntil(lambda: len(titles(run)) == 2, timeout=10000)


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_the_last_import_is_undone_after_a_question_that_says_what_it_did(run, qtbot):
    qtbot.waitUntil(run.window.actions_["undo_import"].isEnabled, timeout=10000)
    run.window.actions_["undo_import"].trigger()
    question = box(qtbot, run)
    began = run.library.imports.last().began
    assert question.text() == f"Undo the import of {day_and_time(began)}?"
    assert question.informativeText() == "3 articles go to the bin."
    lines: list[str] = []
    run.imports.progressed.connect(lambda _: lines.append(run.window.import_bar.line))
    pages: list[str] = []
    run.session.found.connect(lambda _: pages.append(run.window.nothing.heading.text()))
    answer(question, "Undo Import")
    wait_said(qtbot, run, "Import undone. 3 articles moved to the bin.")
    qtbot.waitUntil(lambda: names(run) == ["All articles", "Unread", "Starred", "Bin"], timeout=10000)
    assert run.library.info().in_bin == 3
    idle(qtbot, run)
    assert lines
    assert all(line.startswith("Undoing the import") for line in lines)
    qtbot.waitUntil(lambda: run.window.nothing.heading.text() == "No articles here", timeout=10000)
    assert "The first articles are on their way" not in pages
    qtbot.waitUntil(lambda: not run.window.actions_["undo_import"].isEnabled(), timeout=10000)
    run.library_commands.ask_undo()
    wait_said(qtbot, run, "There is no import to undo.")


def test_a_backup_is_written_and_restored_into_an_empty_library(run, qtbot, start, data, tmp_path: Path):
    run.library_commands.back_up_to(str(tmp_path / "all.pressmark-backup"))
    wait_said(qtbot, run, "3 articles are backed up in all.pressmark-backup, read back and compared.")
    run.imports.do(Restore(str(tmp_path / "all.pressmark-backup")))
    qtbot.waitUntil(lambda: "holds a library of 3 articles already" in run.window.messages.text, timeout=20000)
    run.library_commands.back_up_to(str(tmp_path / "no" / "\0"))
    idle(qtbot, run)


def test_an_empty_window_is_filled_from_a_backup(start, filled, qtbot, tmp_path: Path, data: Path):
    first = start()
    first.library_commands.back_up_to(str(tmp_path / "all.pressmark-backup"))
    wait_said(qtbot, first, "3 articles are backed up in all.pressmark-backup, read back and compared.")
    first.window.close()
    first.close()
    data.rename(data.with_name("old"))
    run = start()
    run.imports.do(Restore(str(tmp_path / "all.pressmark-backup")))
    wait_said(qtbot, run, "3 articles restored from the backup.")
    wait_titles(qtbot, run, *ALL)
    assert run.library.search(Query(text="灯塔")).total == 1


@pytest.fixture
def backup(run, qtbot, tmp_path: Path) -> str:
    file = str(tmp_path / "all.pressmark-backup")
    run.library_commands.back_up_to(file)
    wait_said(qtbot, run, "3 articles are backed up in all.pressmark-backup, read back and compared.")
    return file


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_backup_goes_into_an_empty_folder_where_there_is_a_library_and_is_opened(
    run, backup, qtbot, tmp_path: Path, monkeypatch
):
    full, empty = tmp_path / "full", tmp_path / "new one"
    full.mkdir()
    (full / "x").write_text("x", "utf-8")
    empty.mkdir()
    folders = [str(full), str(empty)]
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getOpenFileName", lambda *_: (backup, ""))
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *_: folders.pop(0))
    run.window.actions_["restore_backup"].trigger()
    question = box(qtbot, run)
    assert question.informativeText() == (
        "This library holds 3 articles, and is left as it is. Choose an empty folder, or make a new one."
    )
    answer(question, "Choose a Folder…")
    told = f"{full} is not empty. Choose an empty folder, or make a new one."
    qtbot.waitUntil(lambda: [each.informativeText() for each in run.window.findChildren(QMessageBox)] == [told])
    answer(box(qtbot, run), "Choose a Folder…")
    # The desktop brings the window back when its dialog is closed.
    run.window.activateWindow()
    wait_said(qtbot, run, f"3 articles restored from the backup.\nThey are in {empty}.")
    # Where they are is said until the person has seen it.
    assert run.window.messages._shown.stays
    library = Library.open(AppPaths(empty))
    assert library.search(Query(text="灯塔")).total == 1
    library.close()
    assert run.library.info().articles == 3
    opened: list[int | None] = []
    monkeypatch.setattr(
        "ui.commands.library.open_window", lambda folder: opened.append(open_window(folder)) or opened[0]
    )
    run.window.messages.buttons[0].click()
    assert opened[0] is not None
    # It is in nobody's way, and ends as any window does.
    qtbot.waitUntil((empty / "pressmark.log").exists, timeout=20000)
    os.kill(opened[0], signal.SIGTERM)
    qtbot.waitUntil((empty / "window.ini").exists, timeout=20000)


def test_a_library_that_is_dropped_is_offered_to_be_opened(run, qtbot, data: Path, tmp_path: Path, monkeypatch):
    other = tmp_path / "another library"
    Library.open(AppPaths(other)).close()
    (other / "index").mkdir(exist_ok=True)
    for dropped in (data / "library.sqlite3", other / "library.sqlite3"):
        run.imports.import_paths([str(dropped)])
    qtbot.waitUntil(lambda: run.imports.report is not None and not run.imports.busy)
    messages = run.window.messages
    assert messages.text == "Import done: 1 skipped."
    messages.close_message()
    assert messages.text == f"{other} is another library of Pressmark."
    opened: list[Path] = []
    monkeypatch.setattr("ui.commands.library.open_window", lambda folder: opened.append(folder) or 1)
    assert [button.text() for button in messages.buttons] == ["Open"]
    messages.buttons[0].click()
    assert opened == [other]
    # The library of this very window was not offered.
    assert messages.text == ""


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_window_that_cannot_be_opened_is_said_with_the_way_to_open_it(run, monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    run.library_commands._open_library("/a b/c")
    assert run.window.messages.text.endswith("Start it with: pressmark --data-dir '/a b/c'")


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_library_that_does_not_open_leaves_its_backup_a_way_out(run, backup, start, qtbot, data, tmp_path: Path):
    run.window.close()
    run.close()
    (data / "library.sqlite3").write_bytes(b"this is no database" * 99)
    again = start(wait=False)
    page = again.window.first_run.heading
    qtbot.waitUntil(lambda: page.text() == "The library does not open", timeout=10000)
    again.library_commands.restore_from(backup)
    assert "does not open is left as it is" in box(qtbot, again).informativeText()
    (tmp_path / "new").mkdir()
    again.library_commands.restore_into(backup, str(tmp_path / "new"))
    wait_said(qtbot, again, f"3 articles restored from the backup.\nThey are in {tmp_path / 'new'}.")
    assert not again.window.is_reading


def test_a_damaged_library_is_repaired_from_the_page_that_says_so(start, filled, qtbot, data: Path):
    path = data / "library.sqlite3"
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
    run = start(wait=False)
    page = run.window.first_run
    qtbot.waitUntil(lambda: page.heading.text() == "The library does not open", timeout=10000)
    assert "is damaged" in page.detail.text()
    assert page.button.text() == "Repair"
    page.button.click()
    wait_said(qtbot, run, "The library is repaired. 3 articles were saved.")
    wait_titles(qtbot, run, *ALL)
    assert list(data.glob("library.sqlite3.damaged-*"))
    assert run.library.search(Query(text="灯塔")).total == 1
