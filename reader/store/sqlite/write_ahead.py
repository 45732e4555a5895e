"""The log that SQLite keeps beside the store (WAL): doing without it, and putting aside one of another database."""

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

# Another program that has the store open with a log will not close it soon.
_LEAVING_MS = 1_000
_HEADER = 100
_SHARED_FIRST, _SHARED_BYTES = 0x40000002, 510


def beside(path: Path, ending: str) -> Path:
    """Return the file that SQLite keeps beside a database under this ending."""
    return path.with_name(f"{path.name}{ending}")


def has_bytes(path: Path) -> bool:
    """Say whether a file is there and not empty."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def do_without_log(path: Path) -> bool:
    """Bring what is in the log of a database into its file, and let it be written without one from now on.

    Returns False if that must wait, as another program has it open with its log.
    """
    if not _is_logged(path):
        return True
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {_LEAVING_MS}")
        # Nobody else may open it meanwhile; then SQLite keeps to itself what it would map.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            # It may have been another who did the same.
            if _is_logged(path):
                logger.warning("another program has the store open with a log on a disk that may go away: %s", path)
                return False
            return True
    # SQLite leaves it where it did not map it itself.
    beside(path, "-shm").unlink(missing_ok=True)
    return True


def _is_logged(path: Path) -> bool:
    """Say whether a database is written with a log, as its head says."""
    try:
        with path.open("rb") as file:
            return file.read(_HEADER)[18:20] == b"\2\2"
    except FileNotFoundError:
        return False


def put_foreign_aside(path: Path) -> None:
    """Give a log that is not this database's another name, before SQLite writes it over the file.

    A log that proves nothing stays: it is what a kill has left of somebody's work.
    """
    for ending, is_foreign in (("-wal", is_foreign_log), ("-journal", is_foreign_journal)):
        log = beside(path, ending)
        if not (has_bytes(path) and has_bytes(log) and is_foreign(path)):
            continue
        try:
            put_log_aside(path, log, is_foreign)
        except LibraryInUseError:
            logger.warning("%s belongs to another library, and another program has it open", log)


def put_log_aside(path: Path, log: Path, still: Callable[[Path], bool] = lambda _: True) -> None:
    """Give a log of a database another name, if that is `still` so while nobody else has the database open.

    Raises:
        LibraryInUseError: another program has it open.
    """
    with alone_with(path):
        if still(path):
            aside = put_aside(log)
            beside(path, "-shm").unlink(missing_ok=True)
            logger.warning("the log %s is not this library's, or damages it; it is kept as %s", log, aside)


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Keep others from opening the file for the block, in which it may be replaced.

    SQLite locks these bytes for everyone who has a file with a log open, whether they read or write just then.
    What they wrote behind our back would be lost, and their closing would take the new file's log away. Windows
    needs no such care: it replaces no file that is open.

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
