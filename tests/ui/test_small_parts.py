"""Window state, the hook for bugs, wording, thumbnails, the dialogs that need no library."""

import csv
import errno
import os
import sys
import threading
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget

from reader.article import ArticleId
from reader.errors import Sentence
from reader.outcome import ImportCounts, NotImported, OutcomeKind
from reader.query import Query, SortOrder
from reader.scope import BIN, EVERYTHING, ArticleState, InState, OneSource, Scope
from reader.settings import Appearance, Language, PageFont, Settings, WebPictures
from reader.worker.protocol import (
    BackUp,
    CleanAgain,
    DeletePermanently,
    EmptyBin,
    FetchPictures,
    ForgetBinned,
    Import,
    Job,
    RebuildIndex,
    Repair,
    Restore,
    UndoImport,
    UpdateIndex,
)
from tests.support.patience import PATIENCE_SECONDS
from ui.background.thumbnails import Thumbnails, rounded_thumbnail
from ui.dialogs.import_report import ImportReport
from ui.dialogs.open_link import OpenLink, shown_host
from ui.dialogs.preferences import Preferences
from ui.look.colours import LIGHT
from ui.system.exception_hook import ExceptionHook
from ui.system.settings_store import SettingsStore
from ui.system.window_state import WindowState
from ui.views.import_bar import ImportBar
from ui.words.progress import Progress, Report, most_frequent_reason
from ui.words.wording import (
    duration,
    found_line,
    job_name,
    nothing_found,
    progress_line,
    report_line,
    saved_line,
    stopping_line,
)


def test_the_state_of_the_window_returns(tmp_path: Path):
    state = WindowState(
        geometry=b"\x01\x02",
        splitter=b"\x00\xff",
        sidebar=False,
        text='北约 "a, b"',
        scope=OneSource("灯塔"),
        order=SortOrder.RELEVANCE,
        article=ArticleId(7),
        zoom=125,
    )
    state.save(tmp_path / "new" / "window.ini")
    assert WindowState.load(tmp_path / "new" / "window.ini") == state


@pytest.mark.parametrize(
    ("lines", "scope"),
    [
        ("source=\nstate=", EVERYTHING),
        ("source=harbour.example\nstate=", OneSource("harbour.example")),
        (r"source=\x706f\x5854", OneSource("灯塔")),
        ("source=\nstate=unread", InState(ArticleState.UNREAD)),
        ("source=\nstate=starred", InState(ArticleState.STARRED)),
        ("source=\nstate=asleep", EVERYTHING),
    ],
)
def test_what_was_chosen_in_the_sidebar_returns_from_a_file_of_any_age(tmp_path: Path, lines: str, scope: Scope):
    path = tmp_path / "window.ini"
    path.write_text(f"[General]\ntext=\n{lines}\n", "utf-8")
    assert WindowState.load(path).scope == scope
    WindowState.load(path).save(path)
    assert WindowState.load(path) == WindowState(scope=scope)


def test_after_the_bin_everything_returns(tmp_path: Path):
    WindowState(scope=OneSource("灯塔")).save(tmp_path / "window.ini")
    WindowState(scope=BIN).save(tmp_path / "window.ini")
    assert WindowState.load(tmp_path / "window.ini").scope == EVERYTHING


def test_a_missing_or_foreign_state_is_that_of_the_first_start(tmp_path: Path):
    assert WindowState.load(tmp_path / "none.ini") == WindowState()
    (tmp_path / "odd.ini").write_text("[General]\norder=sideways\narticle=-3\ngeometry=7\n", "utf-8")
    assert WindowState.load(tmp_path / "odd.ini") == WindowState()


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000])
def test_a_number_that_the_store_cannot_hold_is_that_of_the_first_start(tmp_path: Path, number: str):
    (tmp_path / "odd.ini").write_text(f"[General]\narticle={number}\nzoom={number}\n", "utf-8")
    assert WindowState.load(tmp_path / "odd.ini") == WindowState()


def test_a_bug_is_said_once_and_logged_each_time(qtbot, caplog):
    hook, said = ExceptionHook(), []
    hook.struck.connect(said.append)
    give_back = hook.install()
    try:
        for _ in range(2):
            sys.excepthook(ValueError, ValueError("odd"), None)
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    finally:
        give_back()
    assert said == ["ValueError: odd"]
    assert caplog.text.count("a bug") == 3
    assert sys.excepthook != hook.install


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        (Progress(Import(("/a",))), "Importing: Looking at the files…"),
        (Progress(Import(("/a",)), 5), "Importing: 5"),
        (Progress(Import(("/a",)), 12, 30, 6.0, 3.0), "Importing: 12 of 30 · 6/s · 3 s left"),
        (Progress(FetchPictures()), "Saving pictures…"),
        (Progress(FetchPictures(), 1, 2), "Saving pictures: 1 of 2"),
        (Progress(UpdateIndex(), 0, 3), "Indexing: 0 of 3"),
        (Progress(RebuildIndex(), 1, 2, 0.2, 5.0), "Rebuilding the index: 1 of 2 · 1/s · 5 s left"),
        (Progress(UndoImport(1)), "Undoing the import…"),
        (Progress(UndoImport(1), 12, None, 6.0), "Undoing the import: 12 · 6/s"),
        (Progress(EmptyBin(), 0, 5), "Emptying the bin: 0 of 5"),
        (Progress(DeletePermanently((1, 2)), 3, 5), "Deleting permanently: 3 of 5"),
        (Progress(BackUp("a")), "Backing up: 0 %"),
        (Progress(Restore("a"), 512, 1024, 6.0, 3.0), "Restoring: 50 % · 3 s left"),
        (Progress(Restore("a"), 512, None, 6.0), "Restoring: 512"),
        (Progress(Repair()), "Repairing…"),
        (Progress(Repair(), 7), "Repairing: 7"),
    ],
)
def test_progress_says_what_is_known(progress, line):
    assert progress_line(progress) == line


def test_every_job_that_shows_its_progress_has_words_of_its_own():
    jobs = [_any(kind) for kind in (*get_args(Job), CleanAgain) if kind is not ForgetBinned]
    assert len({job_name(job) for job in jobs}) == len(jobs)
    assert [job for job in jobs if "Looking at the files" in progress_line(Progress(job))] == [_any(Import)]
    assert [job for job in jobs if "imported" in stopping_line(job)] == [_any(Import)]


def _any(kind: type) -> Any:
    """Return a job of a kind; what is in it does not matter."""
    return kind(*[()] * len(fields(kind)))


def test_the_bar_keeps_what_cancel_said_until_the_job_ends(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    bar = ImportBar(LIGHT, window)
    bar.show_progress("Saving pictures: 1 of 2", 1, 2, stopping=stopping_line(FetchPictures()))
    bar.cancel.click()
    bar.show_progress("Saving pictures: 2 of 2", 2, 2, stopping=stopping_line(FetchPictures()))
    assert bar.line == "Stopping. The pictures that are saved stay."
    bar.end()
    bar.show_progress("Indexing…", 0, None)
    assert bar.line == "Indexing…"


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "1 s"), (89, "89 s"), (150, "2 min"), (7200, "2 h")])
def test_times_are_as_precise_as_they_can_be_meant(seconds, text):
    assert duration(seconds) == text


def test_reports_leave_out_what_did_not_happen():
    assert report_line(Report(ImportCounts(added=2, failed=1))) == "Import done: 2 added, 1 not readable."
    assert report_line(Report(ImportCounts(), (), True)) == "Import stopped before anything was imported."


def test_an_empty_list_says_what_was_searched():
    assert "北约" in nothing_found(Query(text=" 北约 "))[0]
    # One word cannot be fewer.
    assert nothing_found(Query(text=" 北约 "))[1] == ""
    assert "Fewer words" in nothing_found(Query(text="北约 峰会"))[1]
    heading, detail = nothing_found(Query(text="a", scope=OneSource("harbour")))
    assert "harbour" in heading
    assert detail
    assert nothing_found(Query(scope=OneSource("harbour")))[1] == ""
    assert found_line(3, Query()) != found_line(3, Query(text="a"))
    assert "2" in saved_line(5, 2)
    assert saved_line(0, 2, "There is no network.").endswith("\nThere is no network.")


def test_the_reason_of_most_failures_is_told():
    def item(template: str, host: str) -> NotImported:
        return NotImported(OutcomeKind.FAILED, "", Sentence(template, {"host": host}))

    items = [item("{host} is slow.", "a"), item("{host} is gone.", "b"), item("{host} is gone.", "c")]
    assert str(most_frequent_reason(items)) == "b is gone."
    assert most_frequent_reason([]) is None


def test_the_bar_of_an_import_keeps_its_height_and_cuts_what_is_too_long(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    bar = ImportBar(LIGHT, window)
    bar.resize(216, 64)
    bar.show_progress("Importing: 5", 5, None)
    short = bar.sizeHint().height()
    line = "Importing: 12,480 of 129,591 and many more words than are room for · 1,610/s · 28 min left and many more"
    bar.show_progress(line, 5, None)
    assert bar.sizeHint().height() == short
    assert bar.line == line
    head, tail = bar.findChildren(QLabel)
    assert head.text().endswith("…")
    assert tail.text().endswith("…")
    bar.resize(1200, 64)
    qtbot.waitUntil(lambda: f"{head.text()} · {tail.text()}" == line)


def _png(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFF3366)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


@pytest.mark.parametrize("size", [(10, 300), (300, 10), (144, 144)])
def test_thumbnails_are_square_with_round_corners(qapp, size):
    image = rounded_thumbnail(_png(*size), 72, 6)
    assert (image.width(), image.height()) == (72, 72)
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(36, 36).name() == "#ff3366"


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\x89PNG broken", _png(8, 8)[:30]])
def test_what_is_no_picture_makes_none(qapp, data):
    assert rounded_thumbnail(data, 72, 6).isNull()


def test_thumbnails_come_from_another_thread_and_stay(qtbot):
    readers = []

    def read(_: str) -> bytes:
        readers.append(threading.get_ident())
        return _png(20, 20)

    thumbnails = Thumbnails(read, 72, 6)
    with qtbot.waitSignal(thumbnails.arrived) as arrived:
        assert thumbnails.pixmap("abc", 2.0) is None
    assert arrived.args == ["abc"]
    pixmap = thumbnails.pixmap("abc", 2.0)
    assert pixmap.width() == 144
    assert pixmap.devicePixelRatio() == 2.0
    assert len(readers) == 1
    assert readers[0] != threading.get_ident()
    thumbnails.close()


def test_rows_that_were_scrolled_away_are_not_decoded(qtbot):
    go_on, read = threading.Event(), []

    def slow(name: str) -> None:
        go_on.wait(PATIENCE_SECONDS)
        read.append(name)

    thumbnails = Thumbnails(slow, 72, 6)
    for number in range(200):
        thumbnails.pixmap(str(number), 1.0)
    go_on.set()
    qtbot.waitUntil(lambda: "199" in read and len(read) >= 20)
    qtbot.wait(50)
    assert len(read) <= 26
    thumbnails.close()


def test_the_report_is_saved_as_csv_that_no_spreadsheet_runs(qtbot, tmp_path: Path):
    items = [
        NotImported(OutcomeKind.FAILED, "/a/空.md", Sentence("{name} is empty.", {"name": "空.md"})),
        NotImported(OutcomeKind.SKIPPED, "=HYPERLINK(1)", Sentence("No, thanks.")),
    ]
    dialog = ImportReport(Report(ImportCounts(failed=1, skipped=1), items))
    qtbot.addWidget(dialog)
    dialog.save(tmp_path / "report.csv")
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1] == ["Not readable", "空.md is empty.", "/a/空.md"]
    assert rows[2] == ["Skipped", "No, thanks.", "'=HYPERLINK(1)"]


def test_a_report_that_cannot_be_written_leaves_the_older_file_as_it_was(qtbot, tmp_path: Path, monkeypatch):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    report = tmp_path / "report.csv"
    report.write_text("an older one")
    item = NotImported(OutcomeKind.SKIPPED, "/a.html", Sentence("No, thanks."))
    dialog = ImportReport(Report(ImportCounts(skipped=1), [item]))
    qtbot.addWidget(dialog)
    dialog.save(report)
    assert report.read_text() == "an older one"
    assert dialog.problem.text() == f"{report} cannot be written: No space left on device."


def test_the_report_is_not_saved_over_the_library(qtbot, tmp_path: Path):
    (tmp_path / "library.sqlite3").write_text("the store")
    item = NotImported(OutcomeKind.SKIPPED, "/a.html", Sentence("No, thanks."))
    dialog = ImportReport(Report(ImportCounts(skipped=1), [item]), library=tmp_path)
    qtbot.addWidget(dialog)
    dialog.save(tmp_path / "library.sqlite3")
    assert (tmp_path / "library.sqlite3").read_text() == "the store"
    assert "belongs to the library itself" in dialog.problem.text()


def test_an_import_that_is_stopped_at_once_is_not_said_to_have_had_nothing_to_do(qtbot):
    assert report_line(Report(ImportCounts(), cancelled=True)) == "Import stopped before anything was imported."
    assert report_line(Report(ImportCounts())) == "Import done: there was nothing to import."
    assert report_line(Report(ImportCounts(skipped=2), cancelled=True)) == "Import stopped: 2 skipped."


@pytest.mark.parametrize(
    ("report", "everything"),
    [
        (Report(ImportCounts(added=2)), True),
        (Report(ImportCounts(added=2), cancelled=True), False),
        (Report(ImportCounts()), False),
    ],
)
def test_a_report_says_that_everything_was_imported_only_if_it_was(qtbot, report, everything):
    dialog = ImportReport(report)
    qtbot.addWidget(dialog)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert ("Every file was imported." in said) is everything


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://user:word@example.org:81/a?b#c", "example.org"),
        ("https://аpple.example/", "xn--pple-43d.example"),
        ("mailto:a@example.org", "a@example.org"),
        ("https://[broken/", "https://[broken/"),
    ],
)
def test_the_host_is_shown_without_disguise(address, host):
    assert shown_host(address) == host


def test_an_address_is_shown_whole_as_plain_text(qtbot):
    address = "https://example.org/<b>x</b>?" + "long=1&" * 60
    dialog = OpenLink(address)
    qtbot.addWidget(dialog)
    assert dialog.address.toPlainText() == address


def test_every_preference_works_at_once_and_is_kept(qtbot, tmp_path: Path):
    kept = SettingsStore(tmp_path / "settings.json")
    dialog = Preferences(kept)
    qtbot.addWidget(dialog)
    dialog.appearance.setCurrentIndex(2)
    dialog.language.setCurrentIndex(2)
    dialog.page_font.setCurrentIndex(1)
    dialog.text_size.setValue(20)
    dialog.column.setValue(40)
    dialog.web_pictures.setCurrentIndex(1)
    wanted = Settings(
        appearance=Appearance.DARK,
        language=Language.CHINESE,
        page_font=PageFont.SERIF,
        text_size=20,
        column=40,
        web_pictures=WebPictures.ALWAYS,
    )
    assert kept.value == wanted
    assert Settings.load(tmp_path / "settings.json") == wanted


def test_settings_that_cannot_be_written_still_work(qtbot, tmp_path: Path, caplog):
    (tmp_path / "file").write_text("", "utf-8")
    kept = SettingsStore(tmp_path / "file" / "settings.json")
    with qtbot.waitSignal(kept.changed):
        kept.change(column=30)
    assert "cannot be saved" in caplog.text
