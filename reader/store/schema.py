"""Makes the tables of a new store, and brings those of an older one up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from reader.errors import StoreError
from reader.store.sqlite import log_link

SCHEMA_VERSION = 4
# The format whose articles are no longer one for each address.
_ARTICLES_BY_LIKENESS = 4
APPLICATION_ID = 0x50726573  # "Pres", so that file(1) and we can tell a library from any other database


def version_of(connection: sqlite3.Connection) -> int:
    """Return the format of a file, 0 for an empty one, once it is sure that the file is a library of ours.

    Raises:
        StoreError: the file is another program's database, or a newer Pressmark wrote it.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        return 0
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise StoreError("This file is a database of another program, not a Pressmark library.")
    refuse_newer(version)
    return int(version)


def refuse_newer(version: int) -> None:
    """Refuse a library that this version does not understand.

    Raises:
        StoreError: a newer Pressmark wrote it.
    """
    if version > SCHEMA_VERSION:
        raise StoreError("This library was written by a newer Pressmark. Update Pressmark to open it.")


def table_names(version: int) -> set[str]:
    """Return the names of the tables of a format."""
    from reader.store.tables import TABLES

    return {table.name for table in TABLES if table.since <= version}


def create(connection: sqlite3.Connection) -> None:
    """Make an empty library in one transaction; a second program that starts at once finds it made."""
    with _whole(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if tables:
                raise StoreError("This file is a database of another program, not a Pressmark library.")
            # The description of the tables is wanted once in the life of a library.
            from reader.store.tables import everything

            _run(connection, everything(SCHEMA_VERSION))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def upgrade(connection: sqlite3.Connection, step: Callable[[int], None] = lambda _: None) -> None:
    """Bring a library of an older format up to date, in one transaction; one that is needs nothing.

    `step` is told how many things are done, and may end it by an exception.
    """
    # A table that is written again is away for a moment; in a transaction this cannot be said any more.
    connection.execute("PRAGMA foreign_keys = OFF")
    with _whole(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version < SCHEMA_VERSION:
            from reader.store.tables import step_to

            for newer in range(version + 1, SCHEMA_VERSION + 1):
                _run(connection, step_to(newer))
        if version < _ARTICLES_BY_LIKENESS <= SCHEMA_VERSION:
            from reader.store.grouping.regroup import regroup

            regroup(connection, step)
        if version >= log_link.SINCE:
            connection.execute(log_link.RELINK)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("PRAGMA foreign_keys = ON")


def _run(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement)


@contextmanager
def _whole(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have made SQLite roll back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
