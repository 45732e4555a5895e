"""The tables of a new library, and those of one that was brought up to date."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reader.store import schema
from reader.store.tables import TABLES
from tests.reader.cli.command_line import ROOT


def tables(connection: sqlite3.Connection) -> dict[str, object]:
    """Tell what there is, but for how its making was once written."""
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    columns = {name: connection.execute(f"PRAGMA table_info({name})").fetchall() for name in names}
    others = connection.execute("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type <> 'table' ORDER BY name")
    return {"columns": columns, "others": others.fetchall()}


@pytest.mark.parametrize("version", range(1, schema.SCHEMA_VERSION))
def test_a_library_that_was_brought_up_to_date_has_the_tables_of_a_new_one(version: int, tmp_path: Path) -> None:
    older = ROOT / "tests" / "data" / "libraries" / f"v{version}" / "library.sqlite3"
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        schema.create(fresh)
        copy = shutil.copyfile(older, tmp_path / older.name)
        with closing(sqlite3.connect(copy, isolation_level=None)) as migrated:
            schema.upgrade(migrated)
            assert tables(migrated) == tables(fresh)
            assert migrated.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("version", range(1, schema.SCHEMA_VERSION))
@pytest.mark.parametrize("empty", [False, True])
def test_a_number_that_was_ever_given_out_is_not_given_out_again(version: int, empty: bool, tmp_path: Path) -> None:
    older = ROOT / "tests" / "data" / "libraries" / f"v{version}" / "library.sqlite3"
    copy = shutil.copyfile(older, tmp_path / older.name)
    given = "SELECT name, seq FROM sqlite_sequence"
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        # As it is once the newest were deleted for good.
        connection.execute("UPDATE sqlite_sequence SET seq = seq + 1000")
        if empty:
            for table in ("image", "revision", "article"):
                connection.execute(f"DELETE FROM {table}")
        before = dict(connection.execute(given))
        assert {"article", "revision"} <= before.keys()
        schema.upgrade(connection)
        after = dict(connection.execute(given))
        assert all(after[table] >= number for table, number in before.items())


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ("id FROM article WHERE read = 0 AND deleted IS NULL AND published IS NOT NULL", "article_unread"),
        ("id FROM article WHERE starred IS NOT NULL AND deleted IS NULL AND published IS NOT NULL", "article_starred"),
    ],
)
def test_a_list_of_a_state_is_one_walk_along_an_index(tmp_path: Path, asked: str, index: str) -> None:
    with closing(sqlite3.connect(tmp_path / "empty", isolation_level=None)) as connection:
        schema.create(connection)
        sql = f"EXPLAIN QUERY PLAN SELECT {asked} ORDER BY published DESC, id DESC LIMIT 200"
        plan = " ".join(row[3] for row in connection.execute(sql))
        assert f"INDEX {index}" in plan
        assert "TEMP B-TREE" not in plan


def test_a_table_is_described_once() -> None:
    """Whatever a library holds of tables and columns is what the description says, and the other way about."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        schema.create(connection)
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        assert names - {"sqlite_sequence"} == {table.name for table in TABLES}
        for table in TABLES:
            held = [row[1] for row in connection.execute(f"PRAGMA table_info({table.name})")]
            assert held == [column.name for column in table.columns_of(schema.SCHEMA_VERSION)]
