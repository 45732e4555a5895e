"""Tells whether the log next to a store is the store's own.

SQLite takes any log of the right name for that of its file, and writes its pages over the file's. So each transaction
draws a random number, and stores it with the number of the transaction before, in the table `log_link`. If the log
belongs to the file, the number in the file is the one from before the log's first transaction, or that of one of the
log's transactions, if a checkpoint has copied it. In another library, or an older or newer copy of this one, it is
neither. A log about which nothing can be proved is left to SQLite, as it may hold somebody's work.

https://www.sqlite.org/fileformat2.html describes both kinds of log.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

from reader.store.sqlite.pages import FRAME_HEAD, WAL_HEAD, WAL_MAGIC, only_row, page_size

_MARK = "Pressmark: which transaction came before"
FIRST = f"INSERT INTO log_link VALUES ('{_MARK}', random(), 0)"
# The first format whose transactions are linked.
SINCE = 4
RELINK = "UPDATE log_link SET before = now, now = random()"

_DATABASE_HEAD = 100
_JOURNAL_MAGIC = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
# Magic, number of pages, nonce for the checksums, size of the file before in pages, bytes per sector, bytes per page.
_JOURNAL_HEAD = struct.Struct(">8sIIIII")
_UNCOUNTED = (0, 0xFFFFFFFF)


class Link(NamedTuple):
    """The numbers of the last transaction and of the one before it; 0 if there was none."""

    now: int
    before: int


def follow(connection: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Link a database that is about to be copied over another one, as if it were that one's next transaction."""
    (now,) = other.execute("SELECT now FROM log_link").fetchone()
    connection.execute("UPDATE log_link SET before = ?, now = random()", (now,))


def is_foreign_log(path: Path) -> bool:
    """Say whether the write-ahead log next to a database is certainly not its own; others may write both meanwhile."""
    log = path.with_name(f"{path.name}-wal")
    head = _read_bytes(log, WAL_HEAD)
    if len(head) < WAL_HEAD or int.from_bytes(head[:4], "big") & ~1 != WAL_MAGIC:
        return False
    head_of_file = _read_bytes(path, _DATABASE_HEAD)
    size = page_size(head_of_file) if head_of_file.startswith(b"SQLite format 3\0") else None
    if size is not None and size != int.from_bytes(head[8:12], "big"):
        return True
    link, links = _link_in(path), [*filter(None, map(_link_on, _pages_of_log(log, head)))]
    # If the log's header has changed meanwhile, a program is using it, and it is the database's own.
    if link is None or not links or _read_bytes(log, WAL_HEAD) != head:
        return False
    return link.now not in (links[0].before, *(each.now for each in links))


def is_foreign_journal(path: Path) -> bool:
    """Say whether the rollback journal next to a database is certainly not its own; it holds the pages from before."""
    journal = path.with_name(f"{path.name}-journal")
    head, link = _read_bytes(journal, _JOURNAL_HEAD.size), _link_in(path)
    links = [*filter(None, map(_link_on, _pages_of_journal(journal)))]
    if link is None or _link_in(path) != link or _read_bytes(journal, _JOURNAL_HEAD.size) != head:
        return False
    return any(each.now not in link for each in links)


def _link_in(path: Path) -> Link | None:
    """Read the link from a database's file, ignoring its log; None if it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'log_link'").fetchone():
                return Link(0, 0)
            row = connection.execute("SELECT now, before FROM log_link").fetchone()
            return row and Link(*row)
    except sqlite3.Error:
        # A kill during a checkpoint leaves such a file, and then the log is its own.
        return None


def _link_on(page: bytes) -> Link | None:
    """Read the link from a page; None if it is on another page."""
    if _MARK.encode() not in page:
        return None
    match only_row(page):
        case (str(mark), int(now), int(before)) if mark == _MARK:
            return Link(now, before)
    return None


def _pages_of_log(log: Path, head: bytes) -> Iterator[bytes]:
    """Yield the pages of a write-ahead log that were written since it was last reset."""
    size = int.from_bytes(head[8:12], "big")
    with suppress(OSError), log.open("rb") as file:
        file.seek(WAL_HEAD)
        while len(frame := file.read(FRAME_HEAD + size)) == FRAME_HEAD + size and frame[8:16] == head[16:24]:
            yield frame[FRAME_HEAD:]


def _pages_of_journal(journal: Path) -> Iterator[bytes]:
    """Yield the pages of a rollback journal: segments of a header and some pages, each starting at a new sector."""
    at = 0
    with suppress(OSError), journal.open("rb") as file:
        while len(head := file.read(_JOURNAL_HEAD.size)) == _JOURNAL_HEAD.size:
            magic, count, _, _, sector, size = _JOURNAL_HEAD.unpack(head)
            if magic != _JOURNAL_MAGIC or not (sector and size):
                return
            file.seek(at + sector)
            # The header of the last segment may not tell its number of pages.
            for _ in repeat(None) if count in _UNCOUNTED else range(count):
                data = file.read(size + 8)
                if len(data) < size + 8:
                    return
                yield data[4:-4]
            at = -(-file.tell() // sector) * sector
            file.seek(at)


def _read_bytes(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""
