"""Creates the tables of a new store, and upgrades those of an older format."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from reader.errors import StoreError
from reader.store.sqlite import log_link

SCHEMA_VERSION = 4
# The first format in which captures of one address can be several articles.
_ARTICLES_BY_LIKENESS = 4
APPLICATION_ID = 0x50726573  # "Pres", so that file(1) and Pressmark can tell a library from any other database


def version_of(connection: sqlite3.Connection) -> int:
    """Return the format of a file, 0 for an empty one, after checking that it is a Pressmark library.

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
    """Refuse a library whose format this Pressmark does not know.

    Raises:
        StoreError: a newer Pressmark wrote it.
    """
    if version > SCHEMA_VERSION:
        raise StoreError("This library was written by a newer Pressmark. Update Pressmark to open it.")


def table_names(version: int) -> set[str]:
    """Return the names of all tables of a format."""
    from reader.store.tables import TABLES

    return {table.name for table in TABLES if table.since <= version}


def create(connection: sqlite3.Connection) -> None:
    """Create an empty library in one transaction; if another program was faster, leave what it has created."""
    with _write_transaction(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if tables:
                raise StoreError("This file is a database of another program, not a Pressmark library.")
            # Imported here: the description of the tables is needed once in the life of a library.
            from reader.store.tables import TABLES

            for table in TABLES:
                _execute(connection, table.whole(SCHEMA_VERSION))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def upgrade(connection: sqlite3.Connection, step: Callable[[int], None] = lambda _: None) -> None:
    """Bring a library up to date in one transaction; one that is up to date is left alone.

    `step` is called with a running count of what is done, and may raise to end the upgrade.
    """
    # Rebuilding a table drops it for a moment; and the pragma has no effect inside a transaction.
    connection.execute("PRAGMA foreign_keys = OFF")
    with _write_transaction(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version < SCHEMA_VERSION:
            from reader.store.tables import TABLES

            for newer in range(version + 1, SCHEMA_VERSION + 1):
                for table in TABLES:
                    _execute(connection, table.step_to(newer))
        if version < _ARTICLES_BY_LIKENESS <= SCHEMA_VERSION:
            from reader.store.grouping.regroup import regroup

            regroup(connection, step)
        if version >= log_link.SINCE:
            connection.execute(log_link.RELINK)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("PRAGMA foreign_keys = ON")


def _execute(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement)


@contextmanager
def _write_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one write transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # On a full disk SQLite may have rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
