"""Disks that are full, read-only, or taken away: a sentence, no loss, and work goes on when the cause is gone."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reader.errors import ReaderError, StoreError
from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from reader.worker.protocol import Import
from tests.reader.cli.command_line import CommandLine
from tests.reader.worker.test_worker import Worker
from tests.support.captures import write_feed
from tests.support.changes import set_read

pytestmark = pytest.mark.skipif(os.name == "nt", reason="these mount disks as Linux does")


def _mount(*arguments: object) -> None:
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting takes root and a system that lets it")


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder one that not even root may write to."""
    _mount("--bind", folder, folder)
    try:
        _mount("-o", "remount,bind,ro", folder)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for n in range(5):
        write_feed(tmp_path / "drop", f"{n}.txt", title=f"第{n}篇", url=f"https://news.example/{n}")
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "drop"]))
    library.close()
    return tmp_path / "library"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_library_on_a_read_only_disk_is_read_and_searched_and_not_touched(data: Path, tmp_path: Path) -> None:
    write_feed(tmp_path / "more", "1.txt", title="新的", url="https://news.example/new")
    before = files(data)
    pressmark = CommandLine(data)
    with read_only(data):
        assert pressmark.json("search", "--stdin", stdin="旧书市\n")[0]["total"] == 5
        assert pressmark.json("show", 1)[0]["title"] == "第0篇"
        assert pressmark.json("verify")[0]["problems"] == []
        assert pressmark.json("backup", tmp_path / "all.pressmark-backup")[0]["articles"] == 5
        for command in (("import", tmp_path / "more"), ("delete", 1), ("repair",), ("rebuild-index",)):
            done = pressmark.run(*command)
            assert (done.returncode, "cannot be written here" in done.stderr) == (2, True), done.stderr
            assert "Traceback" not in done.stderr
        library = Library.open(AppPaths(data))
        assert library.read_only
        set_read(library, library.ids()[:1], True)
        library.set_position(library.ids()[0], 0.5)
        library.close()
    assert files(data) == before
    assert pressmark.json("import", tmp_path / "more")[0]["added"] == 1


def test_what_a_program_that_was_killed_left_in_the_log_is_read_on_a_read_only_disk(tmp_path: Path) -> None:
    library = Library.open(AppPaths(tmp_path / "library"))
    write_feed(tmp_path, "1.txt", title="在日志里")
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "1.txt"]))
    copy = Path(shutil.copytree(tmp_path / "library", tmp_path / "copy"))
    library.close()
    assert (copy / "library.sqlite3-wal").stat().st_size > 0
    with read_only(copy):
        done = CommandLine(copy).run("search", "", "--json")
        assert "在日志里" in done.stdout, done.stderr


def test_an_older_library_on_a_read_only_disk_says_what_to_do(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[1] / "data" / "libraries" / "v1", tmp_path / "library")
    with read_only(tmp_path / "library"):
        done = CommandLine(tmp_path / "library").run("info")
    assert (done.returncode, "of an older version" in done.stderr) == (2, True)
    assert CommandLine(tmp_path / "library").json("info")[0]["articles"] == 12


def test_a_disk_that_fills_up_loses_nothing_and_the_import_goes_on_when_there_is_room(tmp_path: Path) -> None:
    for n in range(300):
        body = f"<p>旧书市{n}</p>" + os.urandom(2000).hex()
        write_feed(tmp_path / "drop", f"{n:03}.txt", title=f"第{n}篇", url=f"https://news.example/{n}", body=body)
    disk = tmp_path / "disk"
    disk.mkdir()
    _mount("-t", "tmpfs", "-o", "size=1500k", "tmpfs", disk)
    try:
        pressmark = CommandLine(disk / "library")
        done = pressmark.run("import", tmp_path / "drop")
        assert done.returncode == 2
        assert "no room left" in done.stderr or "No space left" in done.stderr
        assert "Traceback" not in done.stderr
        library = Library.open(AppPaths(disk / "library"))
        held = library.info().articles
        assert library._store.rows("PRAGMA integrity_check") == [("ok",)]
        library.close()
        subprocess.run(["mount", "-o", "remount,size=40m", disk], check=True)
        counts = pressmark.json("import", tmp_path / "drop")[0]
        assert (counts["added"] + counts["duplicate"], counts["duplicate"]) == (300, held)
        assert pressmark.json("verify")[0]["problems"] == []
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_disk_that_is_taken_away_is_said_and_no_new_library_begun_in_its_place(data: Path, tmp_path: Path) -> None:
    library = Library.open(AppPaths(data))
    data.rename(tmp_path / "away")
    worker = Worker(data, "--existing")
    failed = worker.do(Import((str(tmp_path / "drop"),)))
    assert "not there any more" in str(failed.sentence)
    worker.close()
    assert not data.exists()
    (tmp_path / "away").rename(data)
    assert library.search(Query()).total == 5
    library.close()


def test_a_thread_that_comes_new_to_a_library_that_is_gone_gets_a_sentence(data: Path, tmp_path: Path) -> None:
    library = Library.open(AppPaths(data))
    library._store.connections.close()
    data.rename(tmp_path / "away")
    with pytest.raises(StoreError, match="not there any more"):
        library.search(Query())
    (tmp_path / "away").rename(data)
    assert library.search(Query()).total == 5
    library.close()


def test_a_folder_that_may_not_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ReaderError, match="cannot be"):
        Library.open(AppPaths(tmp_path / "file" / "library"))
