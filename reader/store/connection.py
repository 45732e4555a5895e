"""SQLite connections, one per thread, and SQLite's errors as sentences."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

from reader.errors import LIBRARY_GONE, DamagedStoreError, StoreError
from reader.files import make_folder
from reader.store import schema
from reader.store.sqlite.foreign_disk import is_on_foreign_disk
from reader.store.sqlite.log_link import RELINK, is_foreign_log
from reader.store.sqlite.write_ahead import companion, do_without_log, has_bytes, put_foreign_aside

logger = logging.getLogger(__name__)

# A reader waits this long for a writer's commit; a commit of the import takes some 20 ms.
_BUSY_MS = 10_000
# Time between two checks whether another program has replaced the store's file.
_LOOK_SECONDS = 0.2
_HEADER = 100
_DAMAGED = "The library {path_name} is damaged ({cause})."
_FULL = "There is no room left on the disk for the library {path_name}. Free some space and try again."
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# Errors of reading only: an error of writing says nothing about what is stored.
_UNREADABLE = (
    "SQLITE_IOERR",
    "SQLITE_IOERR_READ",
    "SQLITE_IOERR_SHORT_READ",
    "SQLITE_IOERR_CORRUPTFS",
    "SQLITE_IOERR_DATA",
)


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the disk into a StoreError that names the library."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        template = LIBRARY_GONE if _is_gone(error, path) else _template_of(error)
        kind = DamagedStoreError if template == _DAMAGED else StoreError
        raise kind(template, path=path, path_name=str(path), cause=str(error)) from error
    except OSError as error:
        raise StoreError(
            _FULL if error.errno in _NO_ROOM else "The library {path_name} cannot be used: {cause}.",
            path=path,
            path_name=str(path),
            cause=error.strerror or str(error),
        ) from error


def _is_gone(error: sqlite3.DatabaseError, path: Path) -> bool:
    """Say whether the file went away while it was open, as when its disk is unplugged."""
    return ("disk I/O" in str(error) or "unable to open" in str(error)) and not os.path.exists(path.parent)  # noqa: PTH110 - it raises nothing


def is_full(error: sqlite3.DatabaseError) -> bool:
    """Say whether the disk is full; SQLite reports it as SHMSIZE if there is no room even for the -shm file."""
    return "full" in str(error) or getattr(error, "sqlite_errorname", "") == "SQLITE_IOERR_SHMSIZE"


def _template_of(error: sqlite3.DatabaseError) -> str:
    """Return the sentence for an error of SQLite."""
    text = str(error)
    if is_full(error):
        return _FULL
    if "readonly" in text or "unable to open" in text:
        return "The library {path_name} cannot be written here. Check the folder's permissions."
    if "locked" in text:
        return "The library {path_name} is busy in another program. Try again in a moment."
    damaged = ("malformed", "not a database", "no such", "Could not decode")
    if is_unreadable(error) or any(words in text for words in damaged):
        return _DAMAGED
    return "The library {path_name} reports an error: {cause}."


def is_unreadable(error: sqlite3.Error) -> bool:
    """Say whether the disk failed to read what is written there."""
    return getattr(error, "sqlite_errorname", "") in _UNREADABLE


def is_damage(error: sqlite3.OperationalError) -> bool:
    """Say whether an error may be caused by the file's content, not by its disk, locks or permissions."""
    name = getattr(error, "sqlite_errorname", "")
    if is_unreadable(error):
        return True
    return not name.startswith(("SQLITE_IOERR", "SQLITE_FULL", "SQLITE_BUSY", "SQLITE_READONLY", "SQLITE_PROTOCOL"))


class Connections:
    """The connections of one database file: each thread that asks gets its own.

    A file that may not be written, or whose folder may not, is opened `read_only`.

    With a write-ahead log readers and writers do not wait for each other, but its index is memory that all processes
    map. If the disk goes away, touching the map kills the process, so a disk that can go away is used without a log.
    """

    def __init__(self, path: Path, step: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Open the file; create an empty library if there is none, and bring an older one up to date.

        `step` is called with what is done of that and the total, and may raise to end it.

        Raises:
            StoreError: the file cannot be opened, or is not a Pressmark library.
            LibraryInUseError: the library is of an older format, and another program is writing it.
        """
        self.path = path
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._address: str | None = None
        self._step = step
        self._has_log = True
        with store_errors(path):
            try:
                self._prepare()
            except BaseException:
                self.close()
                raise

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written."""
        return self._address is not None

    def _prepare(self) -> None:
        """Open, create or upgrade the file, after checks that must come before anything is written."""
        schema.refuse_newer(_version_in_header(self.path))
        if self.path.exists() and not _is_writable(self.path):
            self._open_for_reading()
            return
        _let_write_beside(self.path)
        make_folder(self.path.parent)
        put_foreign_aside(self.path)
        self._has_log = not is_on_foreign_disk(self.path) or not do_without_log(self.path)
        version = schema.version_of(self.get())
        if version == 0:
            schema.create(self.get())
        elif version < schema.SCHEMA_VERSION:
            # Imported here as it is rarely needed, and would delay every start of the window by some milliseconds.
            from reader.store import migrate

            migrate.bring_up_to_date(self.path, self.get(), self._step)

    def _open_for_reading(self) -> None:
        """Open the file read-only; as immutable if need be, as SQLite creates files next to it otherwise."""
        # Without a log to read there is no need to map memory on a disk that may go away.
        logged = has_bytes(companion(self.path, "-wal")) and not is_foreign_log(self.path)
        alone = not logged and (is_on_foreign_disk(self.path) or has_bytes(companion(self.path, "-wal")))
        for mode in ("mode=ro&immutable=1",) if alone else ("mode=ro", "mode=ro&immutable=1"):
            self._address = f"{self.path.absolute().as_uri()}?{mode}"
            try:
                version = schema.version_of(self.get())
            except sqlite3.OperationalError:
                self.close()
                if "immutable" in mode:
                    raise
                continue
            if version < schema.SCHEMA_VERSION:
                raise StoreError(
                    "The library {path_name} is of an older version and may not be written here. "
                    "Copy its folder to where it may.",
                    path=self.path,
                    path_name=str(self.path),
                )
            return

    def get(self) -> sqlite3.Connection:
        """Return this thread's connection; the caller begins and ends transactions.

        If another program has replaced the file, the new one is opened, at the latest a fraction of a second later: to
        check every time would cost as much as a small query.
        """
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None and self._is_replaced(connection):
            logger.warning("the store has been replaced, and is opened again")
            connection = None
        if connection is None:
            connection = sqlite3.connect(
                self._address or self.path,
                isolation_level=None,
                check_same_thread=False,
                uri=self._address is not None,
            )
            with self._lock:
                self._all.append(connection)
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            if self._address is None:
                # TRUNCATE rather than DELETE: SQLite syncs the truncated journal, but not its deletion.
                connection.execute(f"PRAGMA journal_mode = {'WAL' if self._has_log else 'TRUNCATE'}")
                connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA mmap_size = 0")
            connection.execute("PRAGMA foreign_keys = ON")
            # Small, as each thread has its own; the system's file cache serves them all.
            connection.execute("PRAGMA cache_size = -2048")
            self._local.connection, self._local.file = connection, _identity(self.path)
            self._local.looked = monotonic()
        return connection

    def _is_replaced(self, connection: sqlite3.Connection) -> bool:
        """Say whether the file is not the one this thread has opened, and no transaction forbids opening it now."""
        now = monotonic()
        if now - self._local.looked < _LOOK_SECONDS:
            return False
        self._local.looked = now
        file = _identity(self.path)
        return file is not None and file != self._local.file and not connection.in_transaction

    def close(self) -> None:
        """Close every thread's connection; no thread may be using one."""
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
        self._local = threading.local()


def _let_write_beside(path: Path) -> None:
    """Make the -wal and -shm writable if the database is: a reader that opened it read-only may have left them so."""
    for ending in ("-wal", "-shm"):
        file = companion(path, ending)
        if file.exists() and not os.access(file, os.W_OK):
            with suppress(OSError):
                file.chmod(path.stat().st_mode)


def _identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode, which tell a file from another of the same name; None if there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _version_in_header(path: Path) -> int:
    """Read the format from the file's header, without SQLite, which might change a file that is not Pressmark's."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER)
    except FileNotFoundError:
        return 0
    if len(head) < _HEADER or int.from_bytes(head[68:72], "big") != schema.APPLICATION_ID:
        return 0
    return int.from_bytes(head[60:64], "big")


def _is_writable(path: Path) -> bool:
    """Say whether a file and its folder may be written; on a disk mounted read-only not even root may."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one write transaction, all or nothing; a block that changes no row writes nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        # First of all, so that a journal left by a kill at any moment shows which database it belongs to.
        connection.execute(RELINK)
        before = connection.total_changes
        yield
        connection.execute("ROLLBACK" if connection.total_changes == before else "COMMIT")
    except BaseException:
        # On a full disk SQLite may have rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
