"""A log is written over the store only if it is the store's own, and one that is its own is never put aside."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.library import Library
from reader.long_work import drive
from reader.maintenance.backup import restore_backup
from reader.maintenance.repair import repair_library
from reader.paths import AppPaths
from reader.store import connection as connection_module
from reader.store.connection import Connections, transaction
from reader.store.sqlite.log_link import _link_in, is_foreign_journal, is_foreign_log
from tests.reader.cli.command_line import ROOT
from tests.support.captures import write_feed

STORE = "library.sqlite3"
OLDER = ROOT / "tests" / "data" / "libraries"


def copied(source: Path, target: Path, *endings: str) -> Path:
    """Copy a store and what is beside it, as a kill leaves them at this moment."""
    target.mkdir(parents=True, exist_ok=True)
    for ending in ("", *endings):
        if (file := source.with_name(source.name + ending)).exists():
            shutil.copy(file, target / file.name)
    return target / source.name


def sources(path: Path) -> list[str]:
    """Open a store as the program does, and name the articles."""
    connections = Connections(path)
    try:
        assert connections.get().execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [row[0] for row in connections.get().execute("SELECT source FROM article ORDER BY id")]
    finally:
        connections.close()


def add(connections: Connections, name: str, count: int = 1) -> None:
    with transaction(connections.get()):
        for n in range(count):
            sql = "INSERT INTO article (bucket, revision, source, added) VALUES (?, 0, ?, 0)"
            connections.get().execute(sql, (f"{name}-{n}-" + "x" * 500, name))


def aside(folder: Path) -> list[str]:
    return [path.name.split(".aside")[0] for path in folder.glob("*.aside-*")]


def articles_of(data: Path) -> set[str]:
    library = Library.open(AppPaths(data))
    try:
        return {library.article(id_).title for id_ in library.ids()}
    finally:
        library.close()


@pytest.fixture
def killed(tmp_path: Path) -> Callable[[str, int], Path]:
    """Make libraries that a kill has left with a log."""

    def make(name: str, articles: int) -> Path:
        write_feed(tmp_path / name / "drop", "0.txt", title=f"{name} 0", url=f"https://{name}.example/0")
        data = tmp_path / name / "library"
        library = Library.open(AppPaths(data))
        with library.writer("a test") as writer:
            list(writer.import_paths([tmp_path / name / "drop"]))
        library.close()
        for n in range(1, articles):
            write_feed(tmp_path / name / "drop", f"{n}.txt", title=f"{name} {n}", url=f"https://{name}.example/{n}")
        code = (
            "import os, sys; from pathlib import Path; from reader.library import Library; from reader.paths import AppPaths\n"
            "library = Library.open(AppPaths(Path(sys.argv[1])))\n"
            "with library.writer('a test') as writer:\n"
            "    list(writer.import_paths([Path(sys.argv[2])]))\n"
            "    os.kill(os.getpid(), 9)\n"
        )
        subprocess.run([sys.executable, "-c", code, data, tmp_path / name / "drop"], cwd=ROOT, check=False)
        assert (data / f"{STORE}-wal").stat().st_size > 0
        return data

    return make


def test_what_a_killed_writer_left_in_the_log_is_in_the_library(killed: Callable[[str, int], Path]) -> None:
    data = killed("one", 8)
    assert articles_of(data) == {f"one {n}" for n in range(8)}
    assert aside(data) == []


def test_a_log_of_another_library_is_put_aside_and_said(
    killed: Callable[[str, int], Path], caplog: pytest.LogCaptureFixture
) -> None:
    one, other = killed("one", 8), killed("other", 12)
    log = (other / f"{STORE}-wal").read_bytes()
    sources(one / STORE)
    shutil.copy(other / f"{STORE}-wal", one)
    with caplog.at_level(logging.WARNING):
        assert articles_of(one) == {f"one {n}" for n in range(8)}
    assert aside(one) == [f"{STORE}-wal"]
    (kept,) = one.glob("*.aside-*")
    assert kept.read_bytes() == log
    assert kept.name in caplog.text


def test_a_log_of_another_library_in_the_place_of_the_own_is_put_aside(killed: Callable[[str, int], Path]) -> None:
    one, other = killed("one", 3), killed("other", 12)
    for ending in ("-wal", "-shm"):
        shutil.copy(other / f"{STORE}{ending}", one)
    assert "one 0" in articles_of(one)
    assert aside(one) == [f"{STORE}-wal"]


def test_a_log_of_another_page_size_is_put_aside(tmp_path: Path, killed: Callable[[str, int], Path]) -> None:
    data = killed("one", 3)
    before = articles_of(data)
    strange = tmp_path / "strange.sqlite3"
    with closing(sqlite3.connect(strange, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 1024")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE strange (n)")
        shutil.copy(strange.with_name("strange.sqlite3-wal"), data / f"{STORE}-wal")
    assert articles_of(data) == before
    assert aside(data) == [f"{STORE}-wal"]


def test_a_newer_copy_is_not_made_older_by_a_log_that_was_left(killed: Callable[[str, int], Path]) -> None:
    """As somebody copies a whole store over one that a kill had left."""
    data = killed("one", 8)
    newer = copied(data / STORE, data.parent / "newer", "-wal")
    connections = Connections(newer)
    add(connections, "later", 50)
    connections.close()
    shutil.copy(newer, data / STORE)
    assert len(sources(data / STORE)) == 58
    assert aside(data) == [f"{STORE}-wal"]


def test_an_older_copy_is_not_mixed_with_a_newer_log(tmp_path: Path) -> None:
    connections = Connections(tmp_path / "library" / STORE)
    add(connections, "first", 40)
    connections.close()
    old = copied(tmp_path / "library" / STORE, tmp_path / "old")
    for name in ("second", "third"):
        connections = Connections(tmp_path / "library" / STORE)
        add(connections, name, 40)
        copied(tmp_path / "library" / STORE, tmp_path / name, "-wal")
        connections.close()
    # The log of the second begins where the older copy ends; that of the third does not.
    shutil.copy(tmp_path / "third" / f"{STORE}-wal", old.parent)
    assert sources(old) == ["first"] * 40
    assert aside(old.parent) == [f"{STORE}-wal"]
    shutil.copy(tmp_path / "second" / f"{STORE}-wal", old.parent)
    assert sources(old) == ["first"] * 40 + ["second"] * 40


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_library_that_was_killed_after_it_was_brought_up_to_date_keeps_its_log(version: int, tmp_path: Path) -> None:
    data = Path(shutil.copytree(OLDER / f"v{version}", tmp_path / "library"))
    connections = Connections(data / STORE)
    before = connections.get().execute("SELECT count(*) FROM article").fetchone()[0]
    add(connections, "later", 3)
    copy = copied(data / STORE, tmp_path / "copy", "-wal")
    connections.close()
    assert len(sources(copy)) == before + 3
    assert aside(copy.parent) == []


def test_a_library_that_was_killed_after_a_backup_was_restored_keeps_its_log(
    killed: Callable[[str, int], Path], tmp_path: Path
) -> None:
    library = Library.open(AppPaths(killed("one", 8)))
    list(library.back_up(tmp_path / "all.pressmark-backup", lambda: False))
    library.close()
    data = tmp_path / "restored"
    opened = Library.open(AppPaths(data))
    list(restore_backup(tmp_path / "all.pressmark-backup", AppPaths(data), lambda: False))
    copy = copied(data / STORE, tmp_path / "copy", "-wal")
    assert (tmp_path / "copy" / f"{STORE}-wal").stat().st_size
    opened.close()
    assert len(sources(copy)) == 8
    assert aside(copy.parent) == []


STEPS = st.lists(
    st.sampled_from(["add", "many", "star", "nothing", "PASSIVE", "FULL", "RESTART", "TRUNCATE", "reopen", "read"]),
    min_size=1,
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_store_takes_any_log_that_leads_to_a_state_of_its_own_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("states")
    moments: list[tuple[Path, list[tuple[object, ...]]]] = []
    for moment in _moments(folder, steps):
        moments.append(moment)
    for n, (mine, state) in enumerate(moments):
        assert not is_foreign_log(mine), f"the log of step {n} is its own"
        assert _state(copied(mine, folder / f"own{n}", "-wal")) == state
        if _link_in(mine) is None:
            # Half made from its first log: whole with that one only, and with no other is there anything to lose.
            continue
        for m, (theirs, other) in enumerate(moments):
            mixed = copied(mine, folder / f"mixed{n}-{m}")
            log = theirs.with_name(f"{STORE}-wal")
            if not log.exists() or not log.stat().st_size:
                continue
            shutil.copy(log, mixed.parent)
            if not is_foreign_log(mixed):
                assert _state(mixed) == other


def _moments(folder: Path, steps: list[str]) -> Iterator[tuple[Path, list[tuple[object, ...]]]]:
    """Do the steps with one library, and keep what a kill would leave after each."""
    path = folder / "library" / STORE
    connections = Connections(path)
    reader = None
    try:
        for n, step in enumerate(["add", *steps]):
            if step in ("add", "many"):
                add(connections, f"{step}{n}", 1 if step == "add" else 60)
            elif step == "star":
                with transaction(connections.get()):
                    connections.get().execute("UPDATE article SET starred = ?", (n,))
            elif step == "nothing":
                with transaction(connections.get()):
                    connections.get().execute("UPDATE article SET starred = 1 WHERE id < 0")
            elif step == "reopen":
                if reader is not None:
                    reader.close()
                    reader = None
                connections.close()
                connections = Connections(path)
            elif step == "read":
                # Who reads keeps a checkpoint from its end, and the log from its beginning.
                if reader is None:
                    reader = sqlite3.connect(path, isolation_level=None)
                    reader.execute("BEGIN")
                    reader.execute("SELECT count(*) FROM article").fetchone()
            else:
                connections.get().execute("PRAGMA busy_timeout = 0")
                connections.get().execute(f"PRAGMA wal_checkpoint({step})")
            state = connections.get().execute("SELECT id, source, starred FROM article ORDER BY id").fetchall()
            yield copied(path, folder / f"step{n}", "-wal"), state
    finally:
        if reader is not None:
            reader.close()
        connections.close()


def _state(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT id, source, starred FROM article ORDER BY id").fetchall()


@pytest.fixture
def without_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "is_on_foreign_disk", lambda _: True)


def interrupted(folder: Path, name: str) -> Path:
    """Make a store that a kill has left in the middle of a transaction, some of which is in its file already."""
    path = folder / "library" / STORE
    connections = Connections(path)
    add(connections, name, 200)
    whole = path.read_bytes()
    with transaction(connections.get()):
        connections.get().execute("PRAGMA cache_size = 5")
        connections.get().execute("UPDATE article SET source = 'half', bucket = bucket || 'half'")
        copy = copied(path, folder / "killed", "-journal")
    connections.close()
    assert copy.read_bytes() != whole
    return copy


@pytest.mark.usefixtures("without_logs")
def test_a_transaction_that_a_kill_has_cut_off_is_taken_back_by_its_own_journal(tmp_path: Path) -> None:
    path = interrupted(tmp_path, "one")
    assert not is_foreign_journal(path)
    assert sources(path) == ["one"] * 200
    assert aside(path.parent) == []


@pytest.mark.usefixtures("without_logs")
def test_a_journal_of_another_library_is_put_aside(tmp_path: Path) -> None:
    one, other = interrupted(tmp_path / "one", "one"), interrupted(tmp_path / "other", "other")
    assert sources(one) == ["one"] * 200
    shutil.copy(other.with_name(f"{STORE}-journal"), one.parent)
    assert sources(one) == ["one"] * 200
    assert aside(one.parent) == [f"{STORE}-journal"]


def test_a_repair_tries_the_store_without_its_log(killed: Callable[[str, int], Path]) -> None:
    """A log of which nothing tells that it is another's, as an older version wrote none of the numbers."""
    data = killed("one", 8)
    sources(data / STORE)
    path = data / STORE
    hostile = copied(path, data.parent / "hostile")
    with closing(sqlite3.connect(hostile, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'article_by_date'")
        shutil.copy(hostile.with_name(f"{STORE}-wal"), data)
    assert not is_foreign_log(path)
    whole = path.read_bytes()
    report = drive(repair_library(AppPaths(data), "a test", lambda: False))
    assert report is not None
    assert (report.articles, report.lost, report.kept_as) == (8, (), None)
    assert aside(data) == [f"{STORE}-wal"]
    assert whole[:16] == path.read_bytes()[:16]
    assert articles_of(data) == {f"one {n}" for n in range(8)}
