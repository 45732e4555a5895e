"""Full disks, forbidden folders, drives pulled out and clocks set back, for what keeps a library."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reader.errors import BackupError, DamagedStoreError, StoreError
from reader.library import Library
from reader.maintenance.backup import restore_backup
from reader.paths import BACKUP_ENDING, AppPaths
from reader.query import Query
from reader.scope import BIN
from reader.worker.protocol import BackUp, EmptyBin, Job, Restore, UndoImport
from tests.lab.reliability.libraries import bring, library_hash_of, make_library
from tests.lab.reliability.power.upkeep_session import finish
from tests.lab.reliability.works import OLDER
from tests.reader.cli.command_line import CommandLine
from tests.reader.maintenance.test_backup import small_disk
from tests.reader.test_disk_trouble import read_only
from tests.reader.worker.test_worker import Worker
from tests.support.captures import write_feed
from tests.support.changes import move_to_bin, restore

pytestmark = pytest.mark.skipif(os.name == "nt", reason="these mount disks as Linux does")

_PAGE = 4096
_ARTICLES = 42


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a library of two imports and 29 articles in the bin, and a backup of it."""
    folder = tmp_path_factory.mktemp("kept")
    make_library(folder, 40)
    library = Library.open(AppPaths(folder / "library"))
    move_to_bin(library, library.ids()[-29:])
    finish(library.back_up(folder / f"all{BACKUP_ENDING}", lambda: False))
    library.close()
    return folder


@contextmanager
def full(disk: Path, free: int) -> Iterator[None]:
    """Let only so many bytes of a disk be free, for the block."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        with suppress(OSError):
            while file.write(bytes(_PAGE)):
                continue
        file.truncate(max(0, file.tell() - free))
    try:
        yield
    finally:
        filler.unlink()


def _as_it_is(_: Path) -> None:
    """Begin with the library as it was copied."""


def _remove(data: Path) -> None:
    shutil.rmtree(data)


def _damage(data: Path) -> None:
    with (data / "library.sqlite3").open("rb+") as file:
        file.write(bytes(_PAGE))


def _make_older(data: Path) -> None:
    shutil.rmtree(data)
    shutil.copytree(OLDER / "v1", data)


@pytest.mark.parametrize(
    "free", [0, *(pytest.param(free, marks=pytest.mark.slow) for free in (8_000, 40_000, 120_000))]
)
@pytest.mark.parametrize(
    ("command", "prepare"),
    [
        (("info",), _as_it_is),
        (("delete", "1", "2"), _as_it_is),
        (("undo-import", "2"), _as_it_is),
        (("empty-bin",), _as_it_is),
        (("restore", f"all{BACKUP_ENDING}"), _remove),
        (("repair",), _damage),
        (("info",), _make_older),
    ],
    ids=["open", "delete", "undo", "empty the bin", "restore", "repair", "migrate"],
)
def test_a_full_disk_is_said_and_loses_nothing_and_work_goes_on_when_there_is_room(
    kept: Path, tmp_path: Path, command: tuple[str, ...], prepare: Callable[[Path], None], free: int
) -> None:
    with small_disk(tmp_path / "disk", "20m") as disk:
        data = disk / "library"
        shutil.copytree(kept / "library", data)
        prepare(data)
        pressmark = CommandLine(data)
        arguments = [kept / part if part.endswith(BACKUP_ENDING) else part for part in command]
        with full(disk, free):
            done = pressmark.run(*arguments)
        if done.returncode:
            assert done.returncode == 2
            assert any(words in done.stderr for words in ("no room left", "No space left")), done.stderr
            assert "Traceback" not in done.stderr
            assert "damaged" not in done.stderr.replace("the store is damaged; what can be read of it is saved", "")
        if prepare is _as_it_is and done.returncode and "search index" not in done.stderr:
            assert library_hash_of(AppPaths(data)) == library_hash_of(AppPaths(kept / "library"))
        again = pressmark.run(*arguments)
        assert again.returncode == 0, again.stderr
        if prepare in (_remove, _damage):
            assert library_hash_of(AppPaths(data)) == library_hash_of(AppPaths(kept / "library"))
        if prepare is _make_older:
            pressmark.run("rebuild-index")
        assert pressmark.json("verify")[0]["problems"] == []


def test_a_library_on_a_full_disk_does_not_pass_for_a_damaged_one(kept: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "20m") as disk:
        shutil.copytree(kept / "library", disk / "library")
        with full(disk, 0), pytest.raises(StoreError, match="no room left") as caught:
            Library.open(AppPaths(disk / "library"))
        assert not isinstance(caught.value, DamagedStoreError)


def test_a_disk_that_fills_up_under_an_open_library_keeps_it_readable(kept: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "20m") as disk:
        shutil.copytree(kept / "library", disk / "library")
        library = Library.open(AppPaths(disk / "library"))
        before = library.search(Query()).total
        some = library.search(Query()).ids[:2]
        with full(disk, 0):
            with pytest.raises(StoreError, match="no room left"):
                move_to_bin(library, some)
            assert library.search(Query()).total == before
            assert library.article(some[0]).text
        assert move_to_bin(library, some) == list(some)
        library.close()


def test_a_folder_that_may_not_be_written_takes_no_backup_and_no_restored_library(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir()
    pressmark, elsewhere = CommandLine(kept / "library"), CommandLine(tmp_path / "shut" / "library")
    commands = ((pressmark, "backup", tmp_path / "shut" / "one"), (elsewhere, "restore", kept / f"all{BACKUP_ENDING}"))
    with read_only(tmp_path / "shut"):
        for line, *command in commands:
            done = line.run(*command)
            assert (done.returncode, "cannot be written" in done.stderr) == (2, True), done.stderr
            assert "Traceback" not in done.stderr
        assert list((tmp_path / "shut").iterdir()) == []
    for line, *command in commands:
        assert line.run(*command).returncode == 0


def test_a_drive_that_is_pulled_out_under_a_backup_is_said_and_the_next_backup_clears_up(
    kept: Path, tmp_path: Path
) -> None:
    library = Library.open(AppPaths(kept / "library"))
    drive = tmp_path / "drive"
    work = library.back_up(drive / "one", lambda: False)
    next(work)
    drive.rename(tmp_path / "away")
    with pytest.raises(BackupError, match=r"cannot be (written|read)|no backup"):
        finish(work)
    (tmp_path / "away").rename(drive)
    assert not (drive / "one").exists()
    long_ago = time.time() - 86_400
    for left in drive.iterdir():
        os.utime(left, (long_ago, long_ago))
    finish(library.back_up(drive / "two", lambda: False))
    assert [path.name for path in drive.iterdir()] == ["two"]
    library.close()


def test_half_a_backup_that_another_program_is_writing_is_let_be(kept: Path, tmp_path: Path) -> None:
    library = Library.open(AppPaths(kept / "library"))
    first = library.back_up(tmp_path / "one", lambda: False)
    next(first)
    finish(library.back_up(tmp_path / "two", lambda: False))
    finish(first)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]
    library.close()


@pytest.mark.parametrize("job", [UndoImport(1), EmptyBin(), BackUp("x"), Restore("x")])
def test_no_work_begins_a_new_library_where_one_was_taken_away(kept: Path, tmp_path: Path, job: Job) -> None:
    gone = tmp_path / "gone"
    worker = Worker(gone, "--existing")
    if isinstance(job, BackUp | Restore):
        job = replace(job, file=str(kept / f"all{BACKUP_ENDING}"))
    assert "not there any more" in str(worker.do(job).sentence)
    worker.close()
    assert not gone.exists()


class _SetBack(datetime):
    """A clock that was set back to 1970."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return datetime(1970, 1, 2, tzinfo=UTC)


def test_nothing_is_hidden_or_lost_by_a_clock_that_was_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n, epoch in ((1, 1_600_000_000_000), (2, 1_700_000_000_000)):
        write_feed(tmp_path / "a", f"{n}.txt", title=f"第{n}篇", url=f"https://news.example/{n}", epoch=epoch)
    write_feed(tmp_path / "b", "1.txt", title="改过的", url="https://news.example/1", epoch=1_650_000_000_000)
    write_feed(tmp_path / "b", "3.txt", title="第3篇", url="https://news.example/3", epoch=1_690_000_000_000)
    paths = AppPaths(tmp_path / "library")
    bring(paths.data, tmp_path / "a")
    library = Library.open(paths)
    move_to_bin(library, [library.ids()[1]])
    monkeypatch.setattr("reader.store.rows.datetime", _SetBack)
    bring(paths.data, tmp_path / "b")
    library.refresh()
    # What is newest is said by the captures, not by when they were imported.
    titles = [hit.title for hit in library.hits(library.search(Query()).ids)]
    assert titles == ["第3篇", "改过的"]
    assert [revision.current for revision in library.revisions(library.search(Query()).ids[1])] == [True, False]
    move_to_bin(library, [library.ids()[1]])
    assert set(library.search(Query(scope=BIN)).ids) == {2, 3}
    assert [record.id for record in library.imports.all()] == [2, 1]
    assert restore(library, library.bin.ids()) != []
    assert library.article_count() == 3
    finish(library.back_up(tmp_path / "one", lambda: False))
    before = library_hash_of(paths)
    monkeypatch.undo()
    finish(restore_backup(tmp_path / "one", AppPaths(tmp_path / "other"), lambda: False))
    assert library_hash_of(AppPaths(tmp_path / "other")) == before
    library.close()
