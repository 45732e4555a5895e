"""Copies a store's file whole while it is read and written; the copy is checked, or it is not there."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from reader.errors import StoreError
from reader.files import sync_folder

logger = logging.getLogger(__name__)

_HALF_MADE = (".restoring*", ".repairing*", ".*.part*")
# A step of the copy, in pages; between two steps the caller may say that it is enough.
_PAGES = 2_000


def copy_database(
    connection: sqlite3.Connection, target: Path, step: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Copy a database, as it is now, to `target`: under another name first, checked and synced, then in its place.

    `step` is told pages done and their number, and may raise to end it.

    Raises:
        OSError, sqlite3.DatabaseError: it cannot be written, or is not what was read.
    """
    part = target.with_name(f"{target.name}.part")
    remove_database(part)
    try:
        _copy(connection, part, step)
        check_database(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
        sync_folder(target.parent)
    finally:
        remove_database(part)


def _copy(connection: sqlite3.Connection, part: Path, step: Callable[[int, int], None]) -> None:
    """Copy one snapshot: while a transaction that reads is open, a commit elsewhere does not start it over."""
    connection.execute("BEGIN")
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with closing(sqlite3.connect(part, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous = OFF")
            # It is nobody else's, so that SQLite need not map memory to share, on whatever disk it lies.
            copy.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.backup(copy, pages=_PAGES, progress=lambda _, left, total: step(total - left, total))
            # The copy is one file, whichever way the other keeps its journal.
            copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        connection.execute("ROLLBACK")


def remove_database(path: Path) -> None:
    """Delete a database that nobody has open, with its journals, which would be read into the next of that name.

    Where that cannot be done, its folder cannot be written, or is gone; whoever writes there next is told by the disk.
    """
    for ending in ("", "-journal", "-wal", "-shm"):
        _remove(path.with_name(f"{path.name}{ending}"))


def remove_half_made(path: Path) -> None:
    """Delete what a kill has left beside a store of copies and new stores that were being made of it.

    For the one who holds the writer lock, under which all of them are made; a file that cannot be deleted stays.
    """
    for pattern in _HALF_MADE:
        for left in path.parent.glob(f"{path.name}{pattern}"):
            _remove(left)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("a file that is half made stays: %s", error)


def check_database(path: Path) -> None:
    """Read every page of a database that nobody has open.

    Raises:
        StoreError: it is damaged.
        sqlite3.DatabaseError: it is none.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise StoreError(
                "The library {path_name} is damaged ({cause}).", path=path, path_name=str(path), cause=verdict
            )
