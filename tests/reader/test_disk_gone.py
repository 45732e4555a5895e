"""A disk that goes away under a running program: a sentence, where mapped memory ended the process with SIGBUS."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from reader.store import connection as connection_module
from reader.store.connection import Connections, transaction
from tests.reader.cli.command_line import ROOT, CommandLine
from tests.support.captures import write_feed
from tests.support.loop_disk import LoopDisk, loop_disk
from tests.support.patience import PATIENCE_SECONDS

ARTICLES = 40
STORE = "library.sqlite3"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[LoopDisk]:
    with loop_disk(tmp_path) as disk:
        yield disk


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    for n in range(ARTICLES):
        body = f"<p>河边的旧书市。{'河边旧书市周六清晨摊主说' * 400}第{n}页</p>"
        write_feed(tmp_path / "drop", f"{n}.txt", title=f"第{n}篇", url=f"https://news.example/{n}", body=body)
    return tmp_path / "drop"


READER = """
import sys
from pathlib import Path
from reader.errors import ReaderError
from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query, SortOrder

library = Library.open(AppPaths(Path(sys.argv[1])))
assert library.search(Query(text="旧书市")).total
print("ready", flush=True)
sys.stdin.readline()
told = set()
for text in ("旧书市", "第3页", "摊主说第", "河边 清晨", "周六清*", "title:第", "source:news", ""):
    for order in SortOrder:
        try:
            library.hits(library.search(Query(text=text, order=order, limit=50)).ids, Query(text=text))
        except ReaderError as error:
            told.add(str(error))
for work in (lambda: library.article(library.ids()[0]), library.sources, lambda: list(library.verify()), library.refresh):
    try:
        work()
    except ReaderError as error:
        told.add(str(error))
for sentence in told:
    print(sentence)
print("alive", flush=True)
"""


def test_a_program_whose_disk_is_pulled_out_says_so_and_lives(disk: LoopDisk, drop: Path) -> None:
    data = disk.folder / "library"
    pressmark = CommandLine(data)
    assert pressmark.json("import", drop)[0]["added"] == ARTICLES
    with subprocess.Popen(
        [sys.executable, "-c", READER, data],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        assert not _maps(reader.pid, data)
        disk.pull_out()
        said, errors = reader.communicate("go on\n", timeout=PATIENCE_SECONDS)
    assert (reader.returncode, errors) == (0, "")
    assert said.splitlines()[-1] == "alive"
    assert len(said.splitlines()) > 1
    for command in (("search", "旧书市"), ("info",), ("verify",), ("import", drop), ("rebuild-index",)):
        done = pressmark.run(*command)
        assert done.returncode == 2, (command, done)
        assert "Traceback" not in done.stderr
        assert "pressmark: " in done.stderr


def _maps(pid: int, folder: Path) -> list[str]:
    """Name the files below a folder that a process has mapped."""
    lines = Path(f"/proc/{pid}/maps").read_text("utf-8").splitlines()
    return [line for line in lines if str(folder) in line]


def test_a_library_on_a_disk_that_may_go_is_written_and_read_without_mapped_memory(disk: LoopDisk, drop: Path) -> None:
    data = disk.folder / "library"
    library = Library.open(AppPaths(data))
    with library.writer("a test") as writer:
        for _ in writer.import_paths([drop]):
            names = {path.name for path in data.iterdir()}
            assert not {f"{STORE}-wal", f"{STORE}-shm"} & names
        list(writer.catch_up())
    assert library.search(Query(text="旧书市")).total == ARTICLES
    assert not _maps(os.getpid(), data)
    library.close()
    assert CommandLine(data).json("verify")[0]["problems"] == []


def test_a_library_that_moves_between_disks_changes_its_way_of_writing(
    disk: LoopDisk, drop: Path, tmp_path: Path
) -> None:
    home, away = tmp_path / "home", disk.folder / "away"
    library = Library.open(AppPaths(home))
    with library.writer("a test") as writer:
        list(writer.import_paths([drop]))
    # As a kill leaves it: what was imported is in the log alone.
    shutil.copytree(home, away, ignore=shutil.ignore_patterns("*-shm"))
    library.close()
    for data, logged in ((away, False), (home, True), (shutil.copytree(away, tmp_path / "back"), True)):
        library = Library.open(AppPaths(data))
        assert library.article_count() == ARTICLES
        library.set_position(library.ids()[0], 0.5)
        assert (data / f"{STORE}-wal").exists() == logged
        assert (data / f"{STORE}-shm").exists() == logged
        library.close()
        assert CommandLine(data).json("verify")[0]["problems"] == []


def test_a_store_that_another_program_has_open_with_a_log_keeps_it_for_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / STORE
    first = Connections(path)
    with transaction(first.get()):
        first.get().execute("INSERT INTO import (began, program, paths) VALUES (1, 'a', '[]')")
    monkeypatch.setattr(connection_module, "is_on_foreign_disk", lambda _: True)
    monkeypatch.setattr("reader.store.sqlite.write_ahead._LEAVING_MS", 10)
    second = Connections(path)
    assert second.get().execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert second.get().execute("SELECT count(*) FROM import").fetchone() == (1,)
    first.close()
    second.close()
    third = Connections(path)
    assert third.get().execute("PRAGMA journal_mode").fetchone() == ("truncate",)
    assert third.get().execute("SELECT count(*) FROM import").fetchone() == (1,)
    third.close()
