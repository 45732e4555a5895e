"""The bin, undoing, backups and repair, as a person meets them in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from reader.query import Query
from tests.ui.test_window import ALL, titles, wait_open, wait_titles
from ui.app import Running
from ui.dates import day_and_time
from ui.models.source_list_model import BIN


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
    model = run.window.sources
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


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_several_are_moved_at_once_and_the_bin_is_emptied_after_one_question(run, qtbot):
    rows = run.window.list
    rows.step(1)
    flag = QItemSelectionModel.SelectionFlag
    rows.selectionModel().select(rows.model().index(2, 0), flag.Select)
    assert len(rows.selected_ids()) == 2
    run.window.actions_["to_bin"].trigger()
    wait_titles(qtbot, run, ALL[1])
    assert run.window.messages.text == "2 articles moved to the bin."
    qtbot.waitUntil(lambda: names(run)[-1] == "Bin")
    run.window.sidebar.source_chosen.emit(BIN)
    qtbot.waitUntil(lambda: sorted(titles(run)) == sorted([ALL[0], ALL[2]]), timeout=10000)
    assert not run.window.actions_["to_bin"].isEnabled()
    run.window.list.step(1)
    run.window.actions_["from_bin"].trigger()
    qtbot.waitUntil(lambda: len(titles(run)) == 1 and titles(run)[0] is not None, timeout=10000)
    run.window.actions_["empty_bin"].trigger()
    question = box(qtbot, run)
    assert question.text() == "Delete 1 article for good?"
    assert question.defaultButton().text() == "Cancel"
    answer(question, "Delete for Good")
    wait_said(qtbot, run, "1 article deleted for good.")
    assert run.library.info().in_bin == 0
    assert run.library.info().articles == 2
    qtbot.waitUntil(lambda: run.window.nothing.heading.text() == "The bin is empty", timeout=10000)
    run.window.sidebar.source_chosen.emit(None)
    qtbot.waitUntil(lambda: len(titles(run)) == 2, timeout=10000)


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_the_last_import_is_undone_after_a_question_that_says_what_it_did(run, qtbot):
    run.window.actions_["undo_import"].trigger()
    question = box(qtbot, run)
    began = run.library.imports().last().began
    assert question.text() == f"Undo the import of {day_and_time(began)}?"
    assert question.informativeText() == "3 articles go to the bin."
    answer(question, "Undo Import")
    wait_said(qtbot, run, "Import undone. 3 articles moved to the bin.")
    qtbot.waitUntil(lambda: names(run) == ["All articles", "Unread", "Starred", "Bin"], timeout=10000)
    assert run.library.info().in_bin == 3
    idle(qtbot, run)
    run.window.actions_["undo_import"].trigger()
    wait_said(qtbot, run, "There is no import to undo.")


def test_a_backup_is_written_and_restored_into_an_empty_library(run, qtbot, start, data, tmp_path: Path):
    run.keeping.back_up_to(str(tmp_path / "all.pressmark-backup"))
    wait_said(qtbot, run, "3 articles are backed up in all.pressmark-backup, read back and compared.")
    run.imports.keep("restore", file=str(tmp_path / "all.pressmark-backup"))
    qtbot.waitUntil(lambda: "holds a library of 3 articles already" in run.window.messages.text, timeout=20000)
    run.keeping.back_up_to(str(tmp_path / "no" / "\0"))
    idle(qtbot, run)


def test_an_empty_window_is_filled_from_a_backup(start, filled, qtbot, tmp_path: Path, data: Path):
    first = start()
    first.keeping.back_up_to(str(tmp_path / "all.pressmark-backup"))
    wait_said(qtbot, first, "3 articles are backed up in all.pressmark-backup, read back and compared.")
    first.window.close()
    first.close()
    data.rename(data.with_name("old"))
    run = start()
    run.imports.keep("restore", file=str(tmp_path / "all.pressmark-backup"))
    wait_said(qtbot, run, "3 articles restored from the backup.")
    wait_titles(qtbot, run, *ALL)
    assert run.library.search(Query(text="灯塔")).total == 1


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
