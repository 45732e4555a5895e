"""Writes the terms and postings of a segment, in the order of their keys."""

from __future__ import annotations

import pickle
import struct
from array import array
from collections.abc import Sequence
from operator import sub
from typing import BinaryIO
from zlib import crc32

from reader.index import segment_format as layout

# One slot in five of the hash tables stays empty.
_SLOTS_PER_TERM = 1.25


class TermsWriter:
    """Takes the terms in rising order of field and key; `finish` completes the files."""

    def __init__(self, terms: BinaryIO, postings: BinaryIO) -> None:
        """Begin both files."""
        self._terms = terms
        self._postings = postings
        head = layout.TERMS_MAGIC + struct.pack("!Bii", layout.CRC32, 0, 0)
        terms.write(head)
        postings.write(layout.POSTINGS_FILE_MAGIC)
        self._terms_at = len(head)
        self._postings_at = len(layout.POSTINGS_FILE_MAGIC)
        self._positions = array("i")
        self._hashes = array("L")

    def add(self, field: int, term: bytes, documents: Sequence[int]) -> None:
        """Write one term and the rising numbers of the articles that hold it."""
        block = _block(documents)
        count = len(documents)
        info = layout.TERM_INFO.pack(
            0, count, count, 0, 0, 1.0, documents[0], documents[-1], self._postings_at, len(block)
        )
        self._postings.write(block)
        self._postings_at += len(block)
        key = layout.FIELD_KEY.pack(field) + term
        record = layout.RECORD.pack(len(key), len(info)) + key + info
        self._terms.write(record)
        self._positions.append(self._terms_at)
        self._hashes.append(crc32(key))
        self._terms_at += len(record)

    @property
    def count(self) -> int:
        """How many terms were written."""
        return len(self._positions)

    def finish(self) -> None:
        """Write the hash tables, and the index that finds the next key."""
        directory = b"".join(self._write_table(table) for table in self._tables())
        extras = {
            "fieldmap": {name: number for number, name in enumerate(layout.FIELD_NAMES)},
            "indextype": "i",
            "indexlen": len(self._positions),
        }
        tail = pickle.dumps(extras, 2) + layout.big_endian(self._positions)
        self._terms.write(directory + tail + struct.pack("!i", len(tail)))

    def _tables(self) -> list[list[tuple[int, int]]]:
        tables: list[list[tuple[int, int]]] = [[] for _ in range(layout.TABLES)]
        for hashed, position in zip(self._hashes, self._positions, strict=True):
            tables[hashed & 255].append((hashed, position))
        return tables

    def _write_table(self, entries: list[tuple[int, int]]) -> bytes:
        """Write one hash table; return its entry of the directory."""
        slots = int(len(entries) * _SLOTS_PER_TERM) + 1 if entries else 0
        table = bytearray(slots * layout.POINTER.size)
        taken = bytearray(slots)
        for hashed, position in entries:
            slot = (hashed >> 8) % slots
            while taken[slot]:
                slot = (slot + 1) % slots
            taken[slot] = 1
            layout.POINTER.pack_into(table, slot * layout.POINTER.size, hashed, position)
        self._terms.write(table)
        entry = layout.TABLE.pack(self._terms_at, slots)
        self._terms_at += len(table)
        return entry


def _block(documents: Sequence[int]) -> bytes:
    """Write the postings of one term as one block, the last of its list."""
    deltas = [documents[0], *map(sub, documents[1:], documents)]
    try:
        data = bytes(deltas)
        head, tail = layout.BYTES_HEAD, layout.BYTES_TAIL
    except ValueError:
        data = layout.to_little_endian(array("H", deltas))
        head, tail = layout.SHORTS_HEAD, layout.SHORTS_TAIL
    body = head + layout.DATA_LENGTH.pack(len(data)) + data + tail
    info = layout.BLOCK_INFO.pack(layout.INFO_HEAD, len(documents), layout.INFO_MIDDLE, documents[-1], layout.INFO_TAIL)
    return layout.BLOCK.pack(layout.BLOCK_MAGIC, -(len(info) + len(body))) + info + body
