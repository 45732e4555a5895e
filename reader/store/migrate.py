"""Brings a library of an older format up to date, after making a copy of its store."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from reader.errors import StoreError
from reader.files import remove_if_possible
from reader.store import schema
from reader.store.sqlite.copy import copy_database
from reader.store.sqlite.writer_lock import writer_lock

logger = logging.getLogger(__name__)

Step = Callable[[int, int], None]

# Wait this long for another program that is doing the same; an import may hold the lock for longer.
_PATIENCE = 20.0


# Room the transaction takes besides the copy: at most a quarter of the store, and some for other programs.
_SHARE, _ROOM = 4, 1 << 20


def bring_up_to_date(path: Path, connection: sqlite3.Connection, step: Step) -> None:
    """Copy the store to `library.sqlite3.vN-backup`, then change it in one transaction.

    `step` is called with the articles done and their number, and may raise to end the work. After that or a kill the
    library is unchanged, and the next start tries again. Copies of earlier formats are removed; this one stays until
    the library has passed a check.

    Raises:
        LibraryInUseError: another program is writing the library.
        StoreError: there is no room for the copy.
        OSError, sqlite3.DatabaseError: the store cannot be copied or written, and is unchanged.
    """
    lock = path.with_name("writer.lock")
    with writer_lock(lock, "Pressmark, which brings it up to date", patience=_PATIENCE):
        version = schema.version_of(connection)
        if version == schema.SCHEMA_VERSION:
            return
        backup = path.with_name(f"{path.name}.v{version}-backup")
        logger.info("the library is of format %d; it is copied to %s", version, backup)
        _refuse_without_room(path)
        (articles,) = connection.execute("SELECT count(*) FROM article").fetchone()
        step(0, articles)
        copy_database(connection, backup, lambda done, total: step(0, articles))
        schema.upgrade(connection, lambda done: step(min(done, articles), articles))
        logger.info("the library is of format %d now", schema.SCHEMA_VERSION)
        remove_backups(path, but=backup)


def remove_backups(path: Path, but: Path | None = None) -> None:
    """Remove the copies of a store made before upgrades, except `but`; log a copy that cannot be removed."""
    for backup in path.parent.glob(f"{path.name}.v*-backup"):
        if backup != but:
            remove_if_possible(backup)


def _refuse_without_room(path: Path) -> None:
    """Refuse to begin an upgrade that the disk has no room for.

    Raises:
        StoreError: there is not enough space for a copy of the store and for the transaction.
    """
    size = path.stat().st_size
    needed, free = size + size // _SHARE + _ROOM, shutil.disk_usage(path.parent).free
    if free < needed:
        raise StoreError(
            "There is no room left to bring the library {path_name} up to date: it takes {megabytes} MB for a while. "
            "Free some space and try again; nothing was changed.",
            path=path,
            path_name=str(path),
            megabytes=needed // 1_000_000 + 1,
        )
