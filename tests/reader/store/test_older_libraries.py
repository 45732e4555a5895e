"""Libraries of older formats: copies of what older versions wrote are opened, brought up to date, and read."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from reader.errors import LibraryInUseError, StoreError
from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from reader.store import schema
from reader.store.sqlite.copy import copy_database
from reader.store.sqlite.writer_lock import writer_lock
from tests.reader.cli.command_line import ROOT, CommandLine
from tests.support.changes import set_starred, set_tags

OLDER = ROOT / "tests" / "data" / "libraries"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OLDER / "v1", tmp_path / "library"))


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.parametrize("version", range(1, schema.SCHEMA_VERSION))
def test_there_is_a_library_of_every_older_format(version: int) -> None:
    # Without SQLite, which makes files beside it that another test would copy.
    head = (OLDER / f"v{version}" / "library.sqlite3").read_bytes()[:100]
    assert int.from_bytes(head[60:64], "big") == version


def test_everything_in_a_library_of_format_1_is_there_and_found(data: Path) -> None:
    pressmark = CommandLine(data)
    (info,) = pressmark.json("info")
    assert (info["articles"], info["revisions"], info["pictures_held"]) == (12, 14, 3)
    (answer,) = pressmark.json("search", "--stdin", stdin="旧书市\n")
    (id_,) = answer["ids"]
    (article,) = pressmark.json("show", id_)
    # The later version of it is a line of a page of which nothing else is left.
    assert article["title"] == "河边的旧书市又开张了"
    assert [revision["current"] for revision in article["revisions"]] == [True, False]
    assert pressmark.json("verify")[0]["problems"] == []
    library = Library.open(AppPaths(data))
    assert library.position(library.ids()[2]) == 0.5
    assert all(library.article(id_).text for id_ in library.ids())
    assert all(
        library.pictures.display(sha256) and library.pictures.thumbnail(sha256) for sha256 in library.pictures.hashes()
    )
    library.close()


def test_everything_in_a_library_of_format_2_is_there_and_what_is_new_can_be_said_of_it(tmp_path: Path) -> None:
    data = Path(shutil.copytree(OLDER / "v2", tmp_path / "library"))
    pressmark = CommandLine(data)
    (info,) = pressmark.json("info")
    assert (info["articles"], info["in_bin"], info["revisions"]) == (11, 1, 13)
    assert version_of(data / "library.sqlite3.v2-backup") == 2
    assert [record["added"] for record in pressmark.json("imports")] == [0, 12]
    (answer,) = pressmark.json("search", "--stdin", stdin="is:read\n")
    assert sorted(answer["ids"]) == [1, 4]
    library = Library.open(AppPaths(data))
    assert library.position(library.ids()[2]) == 0.5
    assert library.bin.ids() == [6]
    ids = library.ids()[:1]
    assert set_starred(library, ids, True) == set_tags(library, ids, ["停水"]) == ids
    assert list(library.search(Query(text="is:starred tag:停水 is:read")).ids) == ids
    library.close()
    assert pressmark.json("verify")[0]["problems"] == []


def test_the_older_library_is_kept_beside_the_new_one_and_can_still_be_opened(data: Path) -> None:
    before = _content(data / "library.sqlite3")
    Library.open(AppPaths(data)).close()
    assert version_of(data / "library.sqlite3") == schema.SCHEMA_VERSION
    backup = data / "library.sqlite3.v1-backup"
    assert version_of(backup) == 1
    assert _content(backup) == before
    assert sorted(path.name for path in data.glob("library.sqlite3*")) == ["library.sqlite3", backup.name]


def _content(path: Path) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


_KILLED_AT = """
import os, sqlite3, sys
from pathlib import Path
from reader.store import schema
from reader.store import connection as module
from reader.store import migrate
at = int(sys.argv[2])
steps = 0
def step(*_):
    global steps
    steps += 1
    if steps == at:
        os._exit(9)
run, copy, upgrade = schema._run, migrate.copy_database, schema.upgrade
def slow_run(connection, script):
    for statement in script.split(";\\n"):
        connection.execute(statement)
        step()
def slow_copy(connection, target):
    step()
    copy(connection, target, step)
    step()
def slow_upgrade(connection):
    upgrade(connection)
    step()
schema._run, migrate.copy_database, schema.upgrade = slow_run, slow_copy, slow_upgrade
module.Connections(Path(sys.argv[1])).close()
"""


def test_bringing_a_library_up_to_date_may_be_killed_at_every_step(tmp_path: Path) -> None:
    killed = 0
    for step in range(1, 60, 6):
        data = Path(shutil.copytree(OLDER / "v1", tmp_path / str(step)))
        path = data / "library.sqlite3"
        done = subprocess.run([sys.executable, "-c", _KILLED_AT, path, str(step)], cwd=ROOT, check=False)
        library = Library.open(AppPaths(data))
        assert (library.info().articles, library.info().revisions) == (12, 14)
        library.close()
        assert version_of(path) == schema.SCHEMA_VERSION
        assert not list(data.glob("*.part*"))
        if done.returncode == 0:
            break
        killed += 1
    assert killed >= 3


def test_a_newer_library_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    Library.open(AppPaths(tmp_path)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
        connection.execute("PRAGMA journal_mode = DELETE")
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in tmp_path.iterdir()}
    done = CommandLine(tmp_path).run("info")
    assert (done.returncode, "newer Pressmark" in done.stderr) == (2, True)
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in tmp_path.iterdir()} == before


def test_a_library_that_an_older_program_writes_is_not_brought_up_to_date_meanwhile(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.store.migrate._PATIENCE", 0.1)
    with writer_lock(data / "writer.lock", "an older Pressmark"), pytest.raises(LibraryInUseError, match="an older"):
        Library.open(AppPaths(data))
    assert version_of(data / "library.sqlite3") == 1


def test_an_older_library_without_room_for_its_copy_stays_as_it_is(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reader.store.migrate.copy_database", full)
    with pytest.raises(StoreError, match="no room left"):
        Library.open(AppPaths(data))
    monkeypatch.setattr("reader.store.migrate.copy_database", copy_database)
    assert version_of(data / "library.sqlite3") == 1
    library = Library.open(AppPaths(data))
    assert library.search(Query()).total == 12
    library.close()
