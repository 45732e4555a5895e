"""The write-ahead log that SQLite keeps next to the store: turns it off, and puts aside one of another database."""

from __future__ import annotations

import errno
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from reader.errors import LibraryInUseError
from reader.files import put_aside
from reader.store.sqlite.log_link import is_foreign_journal, is_foreign_log

logger = logging.getLogger(__name__)

# Time to wait for another program that has the store open: it will hardly close it soon.
_LEAVING_MS = 1_000
_HEADER = 100
_SHARED_FIRST, _SHARED_BYTES = 0x40000002, 510


def companion(path: Path, ending: str) -> Path:
    """Return the file that SQLite keeps next to a database under this ending."""
    return path.with_name(f"{path.name}{ending}")


def has_bytes(path: Path) -> bool:
    """Say whether a file exists and is not empty."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def do_without_log(path: Path) -> bool:
    """Move the content of a database's log into the file, and turn the log off.

    Returns False if that must wait, because another program has the database open with its log.
    """
    if not _is_logged(path):
        return True
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {_LEAVING_MS}")
        # In exclusive mode SQLite keeps the log's index in its own memory instead of mapping the -shm file.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            # It may be locked by another program that is turning the log off, too.
            if _is_logged(path):
                logger.warning("another program has the store open with a log on a disk that may go away: %s", path)
                return False
            return True
    # SQLite deletes the -shm file only if it has mapped it itself.
    companion(path, "-shm").unlink(missing_ok=True)
    return True


def _is_logged(path: Path) -> bool:
    """Say whether a database has a write-ahead log, by its header."""
    try:
        with path.open("rb") as file:
            return file.read(_HEADER)[18:20] == b"\2\2"
    except FileNotFoundError:
        return False


def put_foreign_aside(path: Path) -> None:
    """Rename a log that is not this database's own, before SQLite writes it over the file.

    A log about which nothing can be proved stays, as it may hold the last work before a kill.
    """
    for ending, is_foreign in (("-wal", is_foreign_log), ("-journal", is_foreign_journal)):
        log = companion(path, ending)
        if not (has_bytes(path) and has_bytes(log) and is_foreign(path)):
            continue
        try:
            put_log_aside(path, log, is_foreign)
        except LibraryInUseError:
            logger.warning("%s belongs to another library, and another program has it open", log)


def put_log_aside(path: Path, log: Path, still: Callable[[Path], bool] = lambda _: True) -> None:
    """Rename a log of a database if `still` is true of the database once nobody else can open it.

    Raises:
        LibraryInUseError: another program has it open.
    """
    with alone_with(path):
        if still(path):
            aside = put_aside(log)
            companion(path, "-shm").unlink(missing_ok=True)
            logger.warning("the log %s is not this library's, or damages it; it is kept as %s", log, aside)


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Keep other programs from opening a database for the block, in which it may be replaced.

    Every program that has a database with a log open holds a lock on these bytes, even while it neither reads nor
    writes. If the file were replaced under it, what it wrote would be lost, and on closing it would delete the new
    file's log. Windows needs no such care: it refuses to replace a file that is open.

    Raises:
        LibraryInUseError: another program has it open.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    with path.open("ab") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_BYTES, _SHARED_FIRST)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EAGAIN):
                raise
            raise LibraryInUseError(
                "The library {library} is open in another program. Close it there and try again.",
                path=path.parent,
                library=str(path.parent),
            ) from error
        yield
