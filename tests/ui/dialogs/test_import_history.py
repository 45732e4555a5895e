"""The imports that the library remembers, and their reports, also of those before the window was opened."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QLabel

from reader.library import Library
from reader.outcome import ImportId, ImportRecord
from reader.paths import AppPaths
from tests.reader.cli.command_line import CommandLine
from tests.ui.driving import write_capture
from tests.ui.test_window import ALL, wait_titles
from ui.dialogs.import_history import ImportHistory
from ui.dialogs.import_report import ImportReport


def shown(qtbot, window, kind: type[QDialog]) -> QDialog:
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in window.findChildren(kind)))
    return next(dialog for dialog in window.findChildren(kind) if dialog.isVisible())


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_imports_are_listed_with_their_reports(start, filled, qtbot, data: Path, tmp_path: Path):
    (tmp_path / "drop").mkdir()
    for n in range(3):
        (tmp_path / "drop" / f"{n}.pdf").write_bytes(b"%PDF-1.4 no article")
    CommandLine(data).run("import", tmp_path / "drop")
    run = start()
    wait_titles(qtbot, run, *ALL)
    run.window.actions_["import_history"].trigger()
    history = shown(qtbot, run.window, ImportHistory)
    rows = [history.list.topLevelItem(n) for n in range(history.list.topLevelItemCount())]
    assert rows[0].text(1) == str(tmp_path / "drop")
    assert [row.text(4) for row in rows] == ["3", *["0"] * (len(rows) - 1)]
    history.open_report()
    report = shown(qtbot, history, ImportReport)
    assert report.model.rowCount() == 1
    assert report.model.rowCount(report.model.index(0, 0)) == 3
    assert "PDF" in report.model.index(0, 0).data()
    report.accept()
    qtbot.waitUntil(lambda: not history.findChildren(ImportReport))
    history.reject()
    # What was closed does not stay until the window is.
    qtbot.waitUntil(lambda: not run.window.findChildren(ImportHistory))


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_an_import_that_was_cut_off_is_called_stopped(start, filled, qtbot, data: Path, tmp_path: Path):
    for n in range(250):
        write_capture(tmp_path / "drop", f"{n:03}", title=f"Day {n}", body=f"<p>Ferry {n}.</p>", epoch=10**12 + n)
    library = Library.open(AppPaths(data))
    with library.writer("a test") as writer:
        work = writer.import_paths([tmp_path / "drop"])
        next(work)
        work.close()
    (record, *_) = library.imports.all()
    library.close()
    assert record.incomplete
    assert " · stopped" in CommandLine(data).run("imports", record.id).stdout
    run = start()
    run.window.actions_["import_history"].trigger()
    history = shown(qtbot, run.window, ImportHistory)
    states = [history.list.topLevelItem(n).text(5) for n in range(history.list.topLevelItemCount())]
    assert states == ["stopped", *[""] * (len(states) - 1)]
    history.open_report()
    report = shown(qtbot, history, ImportReport)
    words = [label.text() for label in report.findChildren(QLabel)]
    assert f"Import stopped: {record.added} added." in words
    assert "Every file was imported." not in words
    report.accept()
    history.reject()


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_history_that_is_closed_opens_no_report_any_more(start, filled, qtbot):
    run = start()
    wait_titles(qtbot, run, *ALL)
    run.window.actions_["import_history"].trigger()
    history = shown(qtbot, run.window, ImportHistory)
    history.open_report()
    shiboken6.delete(history)
    run.tasks.drain()
    QCoreApplication.sendPostedEvents(run.tasks)
    assert not run.window.findChildren(ImportReport)


def test_an_import_of_hundreds_of_files_is_listed_by_the_first_ones(qtbot):
    began = datetime(2026, 11, 30, tzinfo=UTC)
    paths = tuple(f"/captures/<{number}>.md" for number in range(603))
    counts = {"added": 603, "updated": 0, "duplicate": 0, "skipped": 0, "failed": 0}
    ended = {"began": began, "finished": began, "undone": None, "incomplete": False}
    record = ImportRecord(id=ImportId(1), program="a test", paths=paths, **ended, **counts)
    history = ImportHistory([record], lambda *_: None)
    qtbot.addWidget(history)
    row = history.list.topLevelItem(0)
    assert row.text(1) == "/captures/<0>.md, /captures/<1>.md, /captures/<2>.md and 600 more"
    assert row.toolTip(1) == row.text(1).replace("<", "‹")


def test_an_import_tells_all_of_itself_on_the_command_line(data: Path, tmp_path: Path):
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.4 no article")
    pressmark = CommandLine(data)
    pressmark.run("import", tmp_path / "x.pdf")
    (told,) = pressmark.json("imports", 1)
    assert told["incomplete"] is False
    assert told["incomplete"] is False
    assert [(group["count"], group["outcome"]) for group in told["not_imported"]] == [(1, "skipped")]
    assert told["not_imported"][0]["files"] == [str(tmp_path / "x.pdf")]
    assert "x.pdf: This is a PDF" in pressmark.run("imports", 1).stdout
    assert pressmark.run("imports", 9).returncode == 2
