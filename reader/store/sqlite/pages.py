"""Reads what is left of a damaged SQLite file, page by page, without SQLite.

The format is described at https://www.sqlite.org/fileformat2.html.

Nothing in the file is trusted: a page number or length that makes no sense costs only what depends on it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF, _INDEX_INNER = 0x0D, 0x05, 0x0A, 0x02
_INNER = (_TABLE_INNER, _INDEX_INNER)
_TREES = (_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF, _INDEX_INNER)
_FILE_HEAD, _DEFAULT_PAGE = 100, 4096
WAL_HEAD, FRAME_HEAD = 32, 24
WAL_MAGIC = 0x377F0682
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_FLOAT = 7
# In bytes: Pressmark stores no larger row, so a greater length is damage.
_LONGEST = 1 << 30


class Missing:
    """The type of MISSING, the value of a column that is lost."""


MISSING: Final = Missing()
Value = int | float | str | bytes | None | Missing
RawRow = tuple[int, tuple[Value, ...]]
"""The row number, 0 in an index, and the values; the last ones may be MISSING."""


class RawFile:
    """One SQLite file, with the committed pages of the log next to it, as bytes."""

    def __init__(self, path: Path) -> None:
        """Read the whole file.

        Raises:
            OSError: the file cannot be read.
        """
        self._data = path.read_bytes()
        self.page_size = page_size(self._data) or _DEFAULT_PAGE
        reserved = self._data[20] if len(self._data) > 20 and self._data[20] < 64 else 0
        self._usable = self.page_size - reserved
        log = path.with_name(f"{path.name}-wal")
        self._newer = dict(_committed(log.read_bytes(), self.page_size)) if log.is_file() else {}
        self.pages = max([-(-len(self._data) // self.page_size), *self._newer])

    def page(self, number: int) -> bytes:
        """Return a page by number, from 1; one that is cut off is padded with zeros, and one outside the file empty."""
        if number in self._newer:
            return self._newer[number]
        if not 1 <= number <= self.pages:
            return b""
        return self._data[(number - 1) * self.page_size : number * self.page_size].ljust(self.page_size, b"\0")

    def roots(self) -> dict[str, int]:
        """Return the root page of each table and index, by name, as far as the schema can be read."""
        found: dict[str, int] = {}
        for number in self.reach(1):
            for _, values in self.rows(number):
                if len(values) == 5 and isinstance(values[1], str) and isinstance(values[3], int):
                    found[values[1]] = values[3]
        return found

    def reach(self, root: int) -> list[int]:
        """Return the pages of a b-tree, as far as its branches are intact."""
        seen: dict[int, None] = {}
        waiting = [root]
        while waiting:
            number = waiting.pop()
            if number in seen or not self.page(number):
                continue
            seen[number] = None
            waiting.extend(self._children(number))
        return list(seen)

    def _children(self, number: int) -> Iterator[int]:
        page, at = self.page(number), self._start(number)
        if page[at] in _INNER:
            yield int.from_bytes(page[at + 8 : at + 12], "big")
            for cell in self._cells(number):
                yield int.from_bytes(page[cell : cell + 4], "big")

    def free(self) -> set[int]:
        """Return the free pages, as far as the list of them is intact."""
        found: set[int] = set()
        trunk = int.from_bytes(self.page(1)[32:36], "big")
        while trunk and trunk not in found and (page := self.page(trunk)):
            found.add(trunk)
            count = min(int.from_bytes(page[4:8], "big"), (self._usable - 8) // 4)
            found.update(struct.unpack(f">{count}I", page[8 : 8 + 4 * count]))
            trunk = int.from_bytes(page[:4], "big")
        return found

    def is_tree(self, number: int) -> bool:
        """Say whether a page looks like one of a b-tree, that is, of a table or an index."""
        page = self.page(number)
        return bool(page) and page[self._start(number)] in _TREES

    def rows(self, number: int) -> Iterator[RawRow]:
        """Yield the rows on a page, skipping cells that make no sense."""
        page, at = self.page(number), self._start(number)
        kind = page[at] if page else 0
        if kind not in _TREES or kind == _TABLE_INNER:
            return
        for cell in self._cells(number):
            with suppress(IndexError, struct.error, OverflowError):
                yield self._row(page, cell, kind)

    @staticmethod
    def _start(number: int) -> int:
        return _FILE_HEAD if number == 1 else 0

    def _cells(self, number: int) -> list[int]:
        page, at = self.page(number), self._start(number)
        head = at + (12 if page[at] in _INNER else 8)
        count = min(int.from_bytes(page[at + 3 : at + 5], "big"), (self.page_size - head) // 2)
        cells = struct.unpack(f">{count}H", page[head : head + 2 * count])
        return [cell for cell in cells if head + 2 * count <= cell < self._usable]

    def _row(self, page: bytes, at: int, kind: int) -> RawRow:
        if kind == _INDEX_INNER:
            at += 4
        size, at = _varint(page, at)
        rowid = 0
        if kind == _TABLE_LEAF:
            rowid, at = _varint(page, at)
        return rowid, _columns(self._payload(page, at, size, kind))

    def _payload(self, page: bytes, at: int, size: int, kind: int) -> bytes:
        """Join the part of a row on its page with those on overflow pages; it may end early."""
        if size > _LONGEST:
            raise OverflowError
        usable = self._usable
        most = usable - 35 if kind == _TABLE_LEAF else (usable - 12) * 64 // 255 - 23
        if size <= most:
            return page[at : at + size]
        least = (usable - 12) * 32 // 255 - 23
        local = least + (size - least) % (usable - 4)
        local = local if local <= most else least
        parts = [page[at : at + local]]
        left = size - local
        following = int.from_bytes(page[at + local : at + local + 4], "big")
        seen: set[int] = set()
        while left > 0 and following not in seen and (more := self.page(following)):
            seen.add(following)
            parts.append(more[4 : 4 + min(left, usable - 4)])
            left -= usable - 4
            following = int.from_bytes(more[:4], "big")
        return b"".join(parts)


def page_size(head: bytes) -> int | None:
    """Read the page size from a database's header, in bytes; None if the header is damaged."""
    size = int.from_bytes(head[16:18], "big")
    size = 65536 if size == 1 else size
    return size if size >= 512 and size & (size - 1) == 0 else None


def only_row(page: bytes) -> tuple[Value, ...] | None:
    """Return the values of the only row on a page; None if the page is not such a one."""
    if page[:1] != bytes((_TABLE_LEAF,)) or page[3:5] != b"\0\1":
        return None
    try:
        size, at = _varint(page, int.from_bytes(page[8:10], "big"))
        _, at = _varint(page, at)
        return _columns(page[at : at + size])
    except IndexError:
        return None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(8):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    value = value << 8 | data[at]
    return value - (1 << 64) if value >> 63 else value, at + 1


def _columns(payload: bytes) -> tuple[Value, ...]:
    """Read a record; values beyond the end of the payload are MISSING."""
    end, at = _varint(payload, 0)
    kinds = []
    while at < min(end, len(payload)):
        kind, at = _varint(payload, at)
        kinds.append(kind)
    at = end
    values: list[Value] = []
    for kind in kinds:
        size = _value_bytes(kind)
        piece = payload[at : at + size]
        values.append(MISSING if len(piece) < size else _value(kind, piece))
        at += size
    return tuple(values)


def _value_bytes(kind: int) -> int:
    if kind in _INTEGERS:
        return _INTEGERS[kind]
    if kind == _FLOAT:
        return 8
    return max(0, (kind - 12) // 2) if kind >= 12 else 0


def _value(kind: int, piece: bytes) -> Value:
    if kind in _INTEGERS:
        return int.from_bytes(piece, "big", signed=True)
    if kind == _FLOAT:
        return float(struct.unpack(">d", piece)[0])
    if kind < 12:
        return {8: 0, 9: 1}.get(kind)
    return piece if kind % 2 == 0 else piece.decode("utf-8", "replace")


def _committed(log: bytes, page_size: int) -> Iterator[tuple[int, bytes]]:
    """Yield the committed pages of a log with their numbers, in its order; stop at the first wrong checksum."""
    if len(log) < WAL_HEAD or int.from_bytes(log[:4], "big") & ~1 != WAL_MAGIC:
        return
    order = ">" if log[3] & 1 else "<"
    if int.from_bytes(log[8:12], "big") != page_size:
        return
    sums = _checksum(log[:24], (0, 0), order)
    waiting: list[tuple[int, bytes]] = []
    for at in range(WAL_HEAD, len(log) - FRAME_HEAD - page_size + 1, FRAME_HEAD + page_size):
        number, size, salt, first, second = struct.unpack(">II8sII", log[at : at + FRAME_HEAD])
        page = log[at + FRAME_HEAD : at + FRAME_HEAD + page_size]
        sums = _checksum(page, _checksum(log[at : at + 8], sums, order), order)
        if salt != log[16:24] or sums != (first, second):
            return
        waiting.append((number, page))
        if size:
            yield from waiting
            waiting.clear()


def _checksum(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
