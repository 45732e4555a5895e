"""Brings a library that an older version wrote up to date, after a copy of its own."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from reader.errors import StoreError
from reader.store import schema
from reader.store.sqlite.copy import copy_database
from reader.store.sqlite.writer_lock import writer_lock

logger = logging.getLogger(__name__)

Step = Callable[[int, int], None]

# Who comes second waits for the first; an import by an older version may hold the lock for longer.
_PATIENCE = 20.0


# What a transaction writes beside the copy, at most, and some room for others.
_SHARE, _ROOM = 4, 1 << 20


def bring_up_to_date(path: Path, connection: sqlite3.Connection, step: Step) -> None:
    """Copy the store to `library.sqlite3.vN-backup`, then change it in one transaction.

    It may be killed at any moment, or ended by an exception of `step`, which is told how many articles are done, and
    of how many: until the end the library is what it was, and the next start tries again. The copies of earlier
    formats are removed; this one stays until everything was checked once.

    Raises:
        LibraryInUseError: another program writes the library.
        StoreError: there is no room for the copy.
        OSError, sqlite3.DatabaseError: it cannot be copied or written, and is as it was.
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
    """Remove the copies of a store that were made before it was brought up to date; one that stays is logged."""
    for backup in path.parent.glob(f"{path.name}.v*-backup"):
        if backup == but:
            continue
        try:
            backup.unlink()
        except OSError as error:
            logger.warning("a copy of an older format stays: %s", error)


def _refuse_without_room(path: Path) -> None:
    """Refuse to begin what the disk has no room for.

    Raises:
        StoreError: there is less free space than a copy of the store takes, and what is written beside it.
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
