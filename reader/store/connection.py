"""SQLite connections, one a thread, and SQLite's errors as sentences."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reader.durable import make_folder
from reader.errors import StoreError
from reader.store import schema

# A reader waits this long for a writer's commit; a commit of the import takes some 20 ms.
_BUSY_MS = 10_000


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk may raise into a StoreError that names the library."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StoreError(_template_of(error), path=path, path_name=str(path), cause=str(error)) from error
    except OSError as error:
        raise StoreError(
            "The library {path_name} cannot be used: {cause}.",
            path=path,
            path_name=str(path),
            cause=error.strerror or str(error),
        ) from error


def _template_of(error: sqlite3.DatabaseError) -> str:
    """Choose the sentence for an error of SQLite."""
    text = str(error)
    if "full" in text:
        return "There is no room left on the disk for the library {path_name}. Free some space and try again."
    if "readonly" in text or "unable to open" in text:
        return "The library {path_name} cannot be written here. Check the folder's permissions."
    if "locked" in text:
        return "The library {path_name} is busy in another program. Try again in a moment."
    if "malformed" in text or "not a database" in text:
        return "The library {path_name} is damaged ({cause})."
    return "The library {path_name} reports an error: {cause}."


class Connections:
    """The connections of one database file: each thread that asks gets its own."""

    def __init__(self, path: Path) -> None:
        """Open the file, creating an empty library where there is none.

        Raises:
            StoreError: the file cannot be opened, or is no library of ours.
        """
        self.path = path
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        with store_errors(path):
            make_folder(path.parent)
            try:
                schema.prepare(self.get())
            except BaseException:
                self.close()
                raise

    def get(self) -> sqlite3.Connection:
        """Return this thread's connection; transactions are begun and ended by hand."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            with self._lock:
                self._all.append(connection)
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -16384")
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close every thread's connection; no thread may be using one."""
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
        self._local = threading.local()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one write transaction: all of it, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have made SQLite roll back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
