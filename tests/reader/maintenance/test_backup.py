"""Backups: one file that is checked, and that makes the same library elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import struct
import threading
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.errors import BackupError, ReaderError
from reader.library import Library
from reader.long_work import drive
from reader.maintenance.backup import BackupReport, restore_backup
from reader.paths import AppPaths
from reader.query import Query
from tests.reader.cli.command_line import ROOT, CommandLine
from tests.reader.disks import small_disk
from tests.support.captures import write_feed
from tests.support.changes import set_read


def never() -> bool:
    return False


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    shutil.copytree(ROOT / "tests" / "data" / "libraries" / "v1", tmp_path / "library")
    library = Library.open(AppPaths(tmp_path / "library"))
    yield library
    library.close()


def save(library: Library, target: Path) -> BackupReport | None:
    return drive(library.back_up(target, never))


def test_a_restored_library_is_the_same_to_the_last_bit(library: Library, tmp_path: Path) -> None:
    pressmark, elsewhere = CommandLine(library.paths.data), CommandLine(tmp_path / "elsewhere")
    pressmark.run("delete", 3)
    before = pressmark.json("library-hash")
    (report,) = pressmark.json("backup", tmp_path / "all.pressmark-backup")
    assert (report["articles"], report["pictures"], report["missing"]) == (12, 3, [])
    assert elsewhere.run("restore", tmp_path / "all.pressmark-backup").returncode == 0
    assert elsewhere.json("library-hash") == before
    assert pressmark.json("library-hash") == before
    assert elsewhere.json("verify")[0]["problems"] == []
    assert elsewhere.json("search", "--stdin", stdin="旧书市\n")[0]["total"] == 1
    assert [hit["id"] for hit in elsewhere.json("bin")] == [3]
    shutil.move(tmp_path / "elsewhere", tmp_path / "moved")
    assert CommandLine(tmp_path / "moved").json("library-hash") == before


def test_the_hash_sees_one_changed_bit_of_anything(library: Library) -> None:
    pressmark = CommandLine(library.paths.data)
    hashes = {pressmark.json("library-hash")[0]["hash"]}
    set_read(library, library.ids()[:1], True)
    hashes.add(pressmark.json("library-hash")[0]["hash"])
    file = library.pictures.file_of(next(library.pictures.hashes()))
    assert file is not None
    data = bytearray(file.read_bytes())
    data[-9] ^= 1
    file.write_bytes(data)
    hashes.add(pressmark.json("library-hash")[0]["hash"])
    assert len(hashes) == 3


def test_a_backup_is_one_moment_though_others_read_and_write(library: Library, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    for n in range(40):
        write_feed(drop, f"{n}.txt", title=f"第{n}篇", url=f"https://news.example/{n}")

    def bring() -> None:
        with library.writer("a test") as writer:
            list(writer.import_paths([drop]))

    work = library.back_up(tmp_path / "backup", never)
    next(work)
    importing = threading.Thread(target=bring)
    importing.start()
    assert library.search(Query()).total >= 12
    importing.join()
    report = drive(work)
    assert report is not None
    assert report.articles == 12
    drive(restore_backup(tmp_path / "backup", AppPaths(tmp_path / "other"), never))
    other = Library.open(AppPaths(tmp_path / "other"))
    assert other.info().articles == 12
    other.close()


def test_a_cancelled_backup_leaves_nothing(library: Library, tmp_path: Path) -> None:
    answers = iter([False] * 3 + [True] * 9)
    assert drive(library.back_up(tmp_path / "backup", lambda: next(answers))) is None
    work = library.back_up(tmp_path / "backup", never)
    next(work)
    work.close()
    assert [path.name for path in tmp_path.iterdir()] == ["library"]


def test_a_picture_that_is_lost_is_named_and_keeps_no_backup_from_being_made(library: Library, tmp_path: Path) -> None:
    sha256 = next(library.pictures.hashes())
    library.pictures.remove(sha256)
    report = save(library, tmp_path / "backup")
    assert report is not None
    assert (report.missing, report.pictures) == ((sha256,), 2)
    assert drive(restore_backup(tmp_path / "backup", AppPaths(tmp_path / "other"), never)) is not None


def test_a_backup_is_never_restored_over_articles(library: Library, tmp_path: Path) -> None:
    save(library, tmp_path / "backup")
    with pytest.raises(BackupError, match="12 articles already"):
        drive(restore_backup(tmp_path / "backup", library.paths, never))
    done = CommandLine(library.paths.data).run("restore", tmp_path / "backup")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_a_restored_library_knows_that_it_has_no_index_though_its_program_is_killed_right_then(
    library: Library, tmp_path: Path
) -> None:
    with library.writer("a test") as writer:
        list(writer.catch_up())
    assert not library._store.has_unindexed()
    save(library, tmp_path / "backup")
    drive(restore_backup(tmp_path / "backup", AppPaths(tmp_path / "other"), never))
    other = Library.open(AppPaths(tmp_path / "other"))
    assert len(other._store.to_index()) == 12
    other.close()


def test_an_open_window_sees_what_is_restored_into_its_empty_library(library: Library, tmp_path: Path) -> None:
    save(library, tmp_path / "backup")
    paths = AppPaths(tmp_path / "other")
    window = Library.open(paths)
    assert window.search(Query()).total == 0
    drive(restore_backup(tmp_path / "backup", paths, never))
    assert window.search(Query()).total == 12
    assert window.article(window.search(Query()).ids[0]).text
    window.close()


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
@pytest.mark.parametrize("how", ["flip", "cut"])
def test_a_damaged_backup_is_refused_before_anything_is_written(
    library: Library, tmp_path: Path, place: float, how: str
) -> None:
    save(library, tmp_path / "backup")
    data = bytearray((tmp_path / "backup").read_bytes())
    at = int(len(data) * place)
    if how == "flip":
        data[at] ^= 0x40
    else:
        del data[at:]
    (tmp_path / "backup").write_bytes(data)
    with pytest.raises(BackupError, match="damaged"):
        drive(restore_backup(tmp_path / "backup", AppPaths(tmp_path / "other"), never))
    assert not (tmp_path / "other").exists()


def test_what_is_no_backup_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    with zipfile.ZipFile(tmp_path / "zip", "w") as archive:
        archive.writestr("a.txt", "hello")
    for name in ("text", "zip"):
        with pytest.raises(BackupError, match="no backup of Pressmark"):
            drive(restore_backup(tmp_path / name, AppPaths(tmp_path / "other"), never))


def test_a_backup_that_names_files_elsewhere_writes_none_of_them(library: Library, tmp_path: Path) -> None:
    save(library, tmp_path / "backup")
    with zipfile.ZipFile(tmp_path / "backup") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    picture = next(name for name in members if name.startswith("images/"))
    with zipfile.ZipFile(tmp_path / "evil", "w") as archive:
        for name, data in members.items():
            evil = data.replace(picture.encode(), b"images/../../../evil.jpg") if name == "manifest.json" else data
            archive.writestr("images/../../../evil.jpg" if name == picture else name, evil)
    drive(restore_backup(tmp_path / "evil", AppPaths(tmp_path / "other" / "below"), never))
    assert not list(tmp_path.rglob("evil.jpg"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no tmpfs")
@pytest.mark.parametrize("size", ["16k", "120k", "200k", "260k"])
def test_a_disk_without_room_for_a_backup_is_a_sentence_and_left_as_it_was(
    library: Library, tmp_path: Path, size: str
) -> None:
    with small_disk(tmp_path / "disk", size) as disk:
        with pytest.raises(ReaderError, match="no room left for"):
            save(library, disk / "all.pressmark-backup")
        assert list(disk.iterdir()) == []
    save(library, tmp_path / "all.pressmark-backup")


@pytest.mark.parametrize(
    "change",
    [
        {"members": []},
        {"members": {"library.sqlite3": {"sha256": "x", "size": "1"}}},
        {"members": {"library.sqlite3": None}},
        {"format": "1"},
        {"articles": 1.5},
        {"missing_pictures": 3},
    ],
)
def test_a_list_of_members_that_makes_no_sense_is_a_sentence(
    library: Library, tmp_path: Path, change: dict[str, object]
) -> None:
    save(library, tmp_path / "a.pressmark-backup")
    bad = tmp_path / "bad.pressmark-backup"
    with zipfile.ZipFile(tmp_path / "a.pressmark-backup") as old, zipfile.ZipFile(bad, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "manifest.json":
                data = json.dumps(json.loads(data) | change).encode()
            new.writestr(info, data)
    with pytest.raises(BackupError, match="no backup of Pressmark"):
        drive(restore_backup(bad, AppPaths(tmp_path / "other"), never))


def test_a_packed_list_of_members_is_not_even_unpacked(library: Library, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pressmark-backup"
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * 100_000_000)
    tracemalloc.start()
    with pytest.raises(BackupError, match="packed"):
        drive(restore_backup(bad, AppPaths(tmp_path / "other"), never))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_a_member_that_claims_to_lie_before_the_file_begins_is_a_sentence(library: Library, tmp_path: Path) -> None:
    save(library, tmp_path / "a.pressmark-backup")
    data = (tmp_path / "a.pressmark-backup").read_bytes()
    end = data.rindex(b"PK\5\6")
    (offset,) = struct.unpack_from("<I", data, end + 16)
    data = data[: end + 16] + struct.pack("<I", offset + 50) + data[end + 20 :]
    (tmp_path / "bad.pressmark-backup").write_bytes(data)
    with pytest.raises(BackupError, match="no backup of Pressmark"):
        drive(restore_backup(tmp_path / "bad.pressmark-backup", AppPaths(tmp_path / "other"), never))


def test_a_backup_that_is_not_there_is_not_called_damaged(library: Library, tmp_path: Path) -> None:
    pressmark = CommandLine(tmp_path / "elsewhere")
    for file in (tmp_path / "none", tmp_path):
        done = pressmark.run("restore", file)
        assert done.returncode == 2
        assert f"{file} cannot be read: " in done.stderr
        assert "damaged" not in done.stderr


def test_a_restored_backup_says_what_was_missing_in_it(library: Library, tmp_path: Path) -> None:
    pressmark, elsewhere = CommandLine(library.paths.data), CommandLine(tmp_path / "elsewhere")
    picture = library.pictures.file_of(next(library.pictures.hashes()))
    assert picture is not None
    picture.unlink()
    assert pressmark.run("backup", tmp_path / "all.pressmark-backup").returncode == 1
    done = elsewhere.run("restore", tmp_path / "all.pressmark-backup")
    assert done.returncode == 1
    assert "1 picture damaged or missing when the backup was made" in done.stderr
