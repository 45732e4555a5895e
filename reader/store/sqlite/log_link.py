"""Tells whether the log that lies beside a store is the store's own.

SQLite takes any log of the right name for one of its file, and writes what is in it over the file's pages. So each
transaction draws a number at random, and notes it with that of the transaction before: `log_link`. The number in the
file is then that before the log's first transaction, or that of one of the log's own, from which the file was brought
up to date. Of another library, or of an older or newer copy of this one, it is neither. What proves nothing is left
to SQLite: a log is what is left of somebody's work.

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

from reader.store.sqlite.pages import WAL_MAGIC, only_row

_MARK = "Pressmark: which transaction came before"
FIRST = f"INSERT INTO log_link VALUES ('{_MARK}', random(), 0)"
# The first format whose transactions are linked.
SINCE = 4
RELINK = "UPDATE log_link SET before = now, now = random()"

_DATABASE_HEAD, _WAL_HEAD, _FRAME_HEAD = 100, 32, 24
_JOURNAL_MAGIC = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
# The magic, how many pages it holds, how they are summed, the file's pages before, bytes of a sector and of a page.
_JOURNAL_HEAD = struct.Struct(">8sIIIII")
_UNCOUNTED = (0, 0xFFFFFFFF)


class Link(NamedTuple):
    """The number of a transaction, and of the one before it; 0 where there was none."""

    now: int
    before: int


def follow(connection: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Let a database that is about to be copied over another be what one transaction more makes of that one."""
    (now,) = other.execute("SELECT now FROM log_link").fetchone()
    connection.execute("UPDATE log_link SET before = ?, now = random()", (now,))


def is_foreign_log(path: Path) -> bool:
    """Say whether the write-ahead log beside a database is surely not its own; others may write both meanwhile."""
    log = path.with_name(f"{path.name}-wal")
    head = _read(log, _WAL_HEAD)
    if len(head) < _WAL_HEAD or int.from_bytes(head[:4], "big") & ~1 != WAL_MAGIC:
        return False
    size = _page_size(_read(path, _DATABASE_HEAD))
    if size is not None and size != int.from_bytes(head[8:12], "big"):
        return True
    link, links = _link_in(path), [*filter(None, map(_link_on, _pages_of_log(log, head)))]
    # One that has begun from the start meanwhile is alive.
    if link is None or not links or _read(log, _WAL_HEAD) != head:
        return False
    return link.now not in (links[0].before, *(each.now for each in links))


def is_foreign_journal(path: Path) -> bool:
    """Say whether the rollback journal beside a database is surely not its own; it holds pages as they were before."""
    journal = path.with_name(f"{path.name}-journal")
    head, link = _read(journal, _JOURNAL_HEAD.size), _link_in(path)
    links = [*filter(None, map(_link_on, _pages_of_journal(journal)))]
    if link is None or _link_in(path) != link or _read(journal, _JOURNAL_HEAD.size) != head:
        return False
    return any(each.now not in link for each in links)


def _link_in(path: Path) -> Link | None:
    """Read the link in a database's file, whatever its log says; None if that cannot be told."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'log_link'").fetchone():
                return Link(0, 0)
            row = connection.execute("SELECT now, before FROM log_link").fetchone()
            return row and Link(*row)
    except sqlite3.Error:
        # A kill has left it half brought up to date from its log, which then is its own.
        return None


def _link_on(page: bytes) -> Link | None:
    """Read the link on a page, if it is the one that holds it."""
    if _MARK.encode() not in page:
        return None
    match only_row(page):
        case (str(mark), int(now), int(before)) if mark == _MARK:
            return Link(now, before)
    return None


def _pages_of_log(log: Path, head: bytes) -> Iterator[bytes]:
    """Yield the pages of a log, as far as they were written after it was last begun from the start."""
    size = int.from_bytes(head[8:12], "big")
    with suppress(OSError), log.open("rb") as file:
        file.seek(_WAL_HEAD)
        while len(frame := file.read(_FRAME_HEAD + size)) == _FRAME_HEAD + size and frame[8:16] == head[16:24]:
            yield frame[_FRAME_HEAD:]


def _pages_of_journal(journal: Path) -> Iterator[bytes]:
    """Yield the pages of a journal: parts of a head and some pages, each from the beginning of a sector on."""
    at = 0
    with suppress(OSError), journal.open("rb") as file:
        while len(head := file.read(_JOURNAL_HEAD.size)) == _JOURNAL_HEAD.size:
            magic, count, _, _, sector, size = _JOURNAL_HEAD.unpack(head)
            if magic != _JOURNAL_MAGIC or not (sector and size):
                return
            file.seek(at + sector)
            # Of the last part it may not be noted how many there are.
            for _ in repeat(None) if count in _UNCOUNTED else range(count):
                data = file.read(size + 8)
                if len(data) < size + 8:
                    return
                yield data[4:-4]
            at = -(-file.tell() // sector) * sector
            file.seek(at)


def _read(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""


def _page_size(head: bytes) -> int | None:
    """Read how large the pages of a database are; None if its head is damaged."""
    if not head.startswith(b"SQLite format 3\0"):
        return None
    size = int.from_bytes(head[16:18], "big")
    size = 65536 if size == 1 else size
    return size if size >= 512 and size & (size - 1) == 0 else None
