"""A disk that does not give back what is there: it is said, and never passes for something that is missing or lost."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from reader.article import ArticleId
from reader.errors import BackupError, SearchIndexError, StoreError
from reader.importing.workers.pool import PipelineSettings
from reader.index import IndexedArticle, open_index
from reader.library import Library
from reader.long_work import drive
from reader.maintenance.backup import _read_manifest
from reader.maintenance.repair import RepairReport, repair_library
from reader.outcome import ImportId, OutcomeKind
from reader.paths import AppPaths
from reader.store.connection import is_damage
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore
from tests.reader.cli.command_line import CommandLine
from tests.support.captures import write_feed
from tests.support.indexing import update


@pytest.fixture
def data(tmp_path: Path, png: bytes) -> Path:
    """Return a library with one picture that its capture holds."""
    picture = f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}">'
    write_feed(tmp_path / "drop", "1.txt", body=f"<p>图。</p>{picture}")
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "drop"]))
    library.close()
    return tmp_path / "library"


@pytest.fixture
def sha256(png: bytes) -> str:
    return hashlib.sha256(png).hexdigest()


@contextmanager
def unreadable(data: Path, sha256: str) -> Iterator[None]:
    """Let a picture be one that cannot be read, for the block: a folder lies in its place."""
    file = data / "images" / sha256[:2] / f"{sha256}.png"
    file.rename(data / "away")
    file.mkdir()
    try:
        yield
    finally:
        file.rmdir()
        (data / "away").rename(file)


def repair(data: Path) -> RepairReport:
    report = drive(repair_library(AppPaths(data), "a test", lambda: False))
    assert report is not None
    return report


def test_a_picture_that_cannot_be_read_is_not_a_missing_one(data: Path, sha256: str, png: bytes) -> None:
    images = ImageStore(data / "images")
    with unreadable(data, sha256):
        with pytest.raises(StoreError, match=f"{sha256} cannot be read: Is a directory"):
            images.read(sha256)
        assert images.display(sha256) is None
    assert images.read(sha256) == images.display(sha256) == png


def test_a_derived_picture_that_cannot_be_read_is_made_again(data: Path, sha256: str) -> None:
    images = ImageStore(data / "images")
    thumbnail = images.thumbnail(sha256)
    (file,) = (data / "images" / "thumbs").glob("*/*")
    file.unlink()
    file.mkdir()
    assert images.thumbnail(sha256) == thumbnail


def test_verify_and_the_hash_say_which_picture_cannot_be_read(data: Path, sha256: str) -> None:
    pressmark = CommandLine(data)
    with unreadable(data, sha256):
        verified, hashed = pressmark.run("verify"), pressmark.run("library-hash")
    assert (verified.returncode, f"{sha256} cannot be read: Is a directory" in verified.stdout) == (1, True)
    assert (hashed.returncode, f"{sha256} cannot be read: Is a directory" in hashed.stderr) == (2, True)
    assert hashed.stdout == ""


def test_repair_deletes_no_picture_that_cannot_be_read(data: Path, sha256: str, png: bytes) -> None:
    with unreadable(data, sha256):
        assert (data / "away").read_bytes() == png
        report = repair(data)
        assert (report.pictures_unreadable, report.pictures_lost, report.orphans) == (1, 0, 0)
        done = CommandLine(data).run("repair")
        assert (done.returncode, "does not give back, left as they are: 1" in done.stdout) == (1, True)
    library = Library.open(AppPaths(data))
    assert list(library.verify()) == []
    assert library.pictures.read(sha256) == png
    library.close()


def test_a_picture_that_there_is_no_room_for_is_made_again_by_the_next_repair(
    data: Path, sha256: str, png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = data / "images" / sha256[:2] / f"{sha256}.png"
    file.write_bytes(png[:-5])

    def full(*_: object) -> NoReturn:
        raise StoreError("The picture cannot be saved: the disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(ImageStore, "put", full)
        with pytest.raises(StoreError, match="disk is full"):
            repair(data)
    assert repair(data).pictures_lost == 0
    assert file.read_bytes() == png


def test_a_store_that_answers_with_an_error_does_not_make_repair_count_its_pages_as_lost(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> NoReturn:
        raise StoreError("The library {path_name} is busy.", path_name="one")

    monkeypatch.setattr(LibraryStore, "one", busy)
    with pytest.raises(StoreError, match="is busy"):
        repair(data)


def test_repair_calls_nothing_lost_of_an_import_that_was_undone(data: Path, tmp_path: Path) -> None:
    write_feed(tmp_path / "later", "1.txt", body="<p>改过的。</p>", epoch=1_700_000_000_000)
    library = Library.open(AppPaths(data))
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "later"]))
    with library.writer("a test") as writer:
        assert writer.undo_import(ImportId(2)).revisions == 1
    library.close()
    assert repair(data).lost == ()


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("SQLITE_IOERR_READ", True),
        ("SQLITE_CANTOPEN", True),
        ("SQLITE_IOERR_SHMSIZE", False),
        ("SQLITE_IOERR_LOCK", False),
        ("SQLITE_FULL", False),
        ("SQLITE_BUSY", False),
        ("SQLITE_READONLY_DIRECTORY", False),
        ("SQLITE_PROTOCOL", False),
    ],
)
def test_an_error_of_the_disk_or_its_locks_is_not_damage(name: str, damage: bool) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name
    assert is_damage(error) is damage


def test_a_backup_names_the_picture_that_cannot_be_read_and_replaces_no_older_one(
    data: Path, sha256: str, tmp_path: Path
) -> None:
    older, new = tmp_path / "older.pressmark-backup", tmp_path / "new.pressmark-backup"
    pressmark = CommandLine(data)
    assert pressmark.run("backup", older).returncode == 0
    before = older.read_bytes()
    with unreadable(data, sha256):
        again, other = pressmark.run("backup", "--force", older), pressmark.run("backup", new)
    assert (again.returncode, "stays as it was: 1 of the" in again.stderr) == (2, True)
    assert older.read_bytes() == before
    assert (other.returncode, sha256 in other.stderr) == (1, True)
    assert _read_manifest(new)["missing_pictures"] == [sha256]
    assert sorted(tmp_path.glob(".*")) == []


def test_a_backup_whose_copy_of_the_store_comes_back_damaged_is_a_sentence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(_: object, to: Path, __: object) -> None:
        to.write_bytes(b"SQLite format 3\0" + os.urandom(8_000))

    monkeypatch.setattr("reader.maintenance.backup.copy_database", spoil)
    library = Library.open(AppPaths(data))
    with pytest.raises(BackupError, match="cannot be written"):
        list(library.back_up(tmp_path / "one", lambda: False))
    library.close()


def test_a_backup_that_cannot_be_read_again_is_a_sentence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def fail(file: Path, mode: str = "r", *rest: Any, **named: Any) -> zipfile.ZipFile:
        opened.append(mode)
        # Once for the list of members, which is there; zipfile takes a disk that fails for a file of another kind.
        if opened.count("r") == 2:
            raise zipfile.BadZipFile("File is not a zip file")
        return zipfile.ZipFile(file, mode, *rest, **named)

    monkeypatch.setattr("reader.maintenance.backup.zipfile", SimpleNamespace(**{**vars(zipfile), "ZipFile": fail}))
    library = Library.open(AppPaths(data))
    with pytest.raises(BackupError, match="not a zip"):
        list(library.back_up(tmp_path / "one", lambda: False))
    library.close()
    assert not (tmp_path / "one").exists()


@pytest.mark.parametrize("settings", [PipelineSettings(processes=0), PipelineSettings(processes=1, alone=0)])
def test_an_article_whose_picture_cannot_be_read_now_is_imported_with_it_another_time(
    tmp_path: Path, png: bytes, monkeypatch: pytest.MonkeyPatch, settings: PipelineSettings
) -> None:
    write_feed(tmp_path / "drop", "1.txt", body='<p>图。</p><p><img src="a.png"></p>')
    (tmp_path / "drop" / "a.png").write_bytes(png)
    read_bytes = Path.read_bytes

    def fail(path: Path) -> bytes:
        if path.name == "a.png":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read_bytes(path)

    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        with monkeypatch.context() as patch:
            patch.setattr(Path, "read_bytes", fail)
            (outcome,) = writer.import_paths([tmp_path / "drop" / "1.txt"], settings)
        assert outcome.kind is OutcomeKind.FAILED
        assert str(outcome.reason) == (
            "a.png, which belongs to this file, cannot be read: Input/output error. Import the file again."
        )
        (outcome,) = writer.import_paths([tmp_path / "drop" / "1.txt"], settings)
    assert outcome.kind is OutcomeKind.ADDED
    assert library.info().pictures_held == 1
    library.close()


def test_a_held_article_whose_picture_cannot_be_read_now_does_not_end_the_import(
    tmp_path: Path, png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("1.txt", "2.txt"):
        write_feed(tmp_path / "drop", name, body=f'<p>图 {name}。</p><p><img src="{name}.png"></p>')
    read_bytes = Path.read_bytes

    def fail(path: Path) -> bytes:
        if path.name == "1.txt.png":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read_bytes(path)

    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "drop"]))
        for name in ("1.txt.png", "2.txt.png"):
            (tmp_path / "drop" / name).write_bytes(png)
        monkeypatch.setattr(Path, "read_bytes", fail)
        first, second = writer.import_paths([tmp_path / "drop" / name for name in ("1.txt", "2.txt")])
    assert (first.kind, second.kind) == (OutcomeKind.FAILED, OutcomeKind.UPDATED)
    assert str(first.reason) == (
        "1.txt.png, which belongs to this file, cannot be read: Input/output error. Import the file again."
    )
    library.close()


def test_an_index_whose_folder_cannot_be_listed_is_not_an_empty_one(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    index = open_index(folder, writer=True)
    update(index, [_article()])
    index.close()
    reader = open_index(folder, writer=False)
    folder.rename(tmp_path / "away")
    folder.write_text("no folder")
    with pytest.raises(SearchIndexError, match="cannot be read"):
        reader.refresh()
    assert reader.count() == 1
    folder.unlink()
    shutil.move(tmp_path / "away", folder)
    reader.refresh()
    assert reader.count() == 1


def _article() -> IndexedArticle:
    return IndexedArticle(
        id=ArticleId(1), title="题", text="文", source="", author=None, tags=(), published=None, has_image=False
    )
