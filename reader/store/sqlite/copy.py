"""Copies a store's file while it is in use; a copy that exists under its name is complete and checked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from reader.errors import StoreError
from reader.files import remove_if_possible, rename_synced
from reader.store.rows import snapshot

_HALF_MADE = (".restoring*", ".repairing*", ".*.part*")
# Pages per step of the copy; between two steps the caller may cancel it.
_PAGES = 2_000


def copy_database(
    connection: sqlite3.Connection, target: Path, step: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Copy a database, as it is now, to `target`: write under a temporary name, check, fsync, then rename.

    `step` is called with the pages done and their number, and may raise to end the copy.

    Raises:
        OSError, sqlite3.DatabaseError: the copy cannot be written.
        StoreError: the copy is damaged.
    """
    part = target.with_name(f"{target.name}.part")
    remove_database(part)
    try:
        _copy_snapshot(connection, part, step)
        check_database(part)
        rename_synced(part, target)
    finally:
        remove_database(part)


def _copy_snapshot(connection: sqlite3.Connection, part: Path, step: Callable[[int, int], None]) -> None:
    """Copy one snapshot: inside a read transaction a commit elsewhere does not make SQLite start over."""
    with snapshot(connection), closing(sqlite3.connect(part, isolation_level=None)) as copy:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        copy.execute("PRAGMA synchronous = OFF")
        # Nobody else opens the copy, so SQLite need not map shared memory, whatever disk it is on.
        copy.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.backup(copy, pages=_PAGES, progress=lambda _, left, total: step(total - left, total))
        # The copy is a single file, even if the store has a write-ahead log.
        copy.execute("PRAGMA journal_mode = DELETE")


def remove_database(path: Path) -> None:
    """Delete a database that nobody has open, with its logs, which SQLite would apply to the next one of that name.

    If that fails, the folder is read-only or gone, so the error is left to whoever writes there next.
    """
    for ending in ("", "-journal", "-wal", "-shm"):
        remove_if_possible(path.with_name(f"{path.name}{ending}"))


def remove_half_made(path: Path) -> None:
    """Delete half-made copies and new stores that a kill left next to a store; leave what cannot be deleted.

    Only for the holder of the writer lock, under which all of them are made.
    """
    for pattern in _HALF_MADE:
        for left in path.parent.glob(f"{path.name}{pattern}"):
            remove_if_possible(left)


def check_database(path: Path) -> None:
    """Read every page of a database that nobody has open.

    Raises:
        StoreError: the database is damaged.
        sqlite3.DatabaseError: the file is not a database.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise StoreError(
                "The library {path_name} is damaged ({cause}).", path=path, path_name=str(path), cause=verdict
            )
