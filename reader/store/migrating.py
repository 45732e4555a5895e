"""Brings a library that an older version wrote up to date, after a copy of its own."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from reader.store import schema
from reader.store.copying import copy_database
from reader.store.writer_lock import writer_lock

logger = logging.getLogger(__name__)

# Who comes second waits for the first; an import by an older version may hold the lock for longer.
_PATIENCE = 20.0


def bring_up_to_date(path: Path, connection: sqlite3.Connection) -> None:
    """Copy the store to `library.sqlite3.vN-backup`, then change it in one transaction.

    It may be killed at any moment: until the end the library is what it was, and the next start begins anew.

    Raises:
        LibraryInUseError: another program writes the library.
        StoreError, OSError, sqlite3.DatabaseError: it cannot be copied or written, and is as it was.
    """
    lock = path.with_name("writer.lock")
    with writer_lock(lock, "Pressmark, which brings it up to date", patience=_PATIENCE):
        version = schema.version_of(connection)
        if version == schema.SCHEMA_VERSION:
            return
        backup = path.with_name(f"{path.name}.v{version}-backup")
        logger.info("the library is of format %d; it is copied to %s", version, backup)
        copy_database(connection, backup)
        schema.upgrade(connection)
        logger.info("the library is of format %d now", schema.SCHEMA_VERSION)
