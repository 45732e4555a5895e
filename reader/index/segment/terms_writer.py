"""Writes the terms and postings of a segment: its `.trm` and `.pst` files."""

from __future__ import annotations

import pickle
import struct
from array import array
from typing import BinaryIO
from zlib import crc32

from reader.index.segment import format as layout
from reader.index.segment.posting_builder import KeyedLists
from reader.index.segment.posting_codec import encode_blocks

# One in five slots of the hash tables stays empty.
_SLOTS_PER_TERM = 1.25


class TermsWriter:
    """Writes postings as they are added, and all terms at the end, by `finish`."""

    def __init__(self, terms: BinaryIO, postings: BinaryIO) -> None:
        """Write the heads of both files."""
        self._terms = terms
        self._postings = postings
        head = layout.TERMS_MAGIC + struct.pack("!Bii", layout.CRC32, 0, 0)
        terms.write(head)
        postings.write(layout.POSTINGS_FILE_MAGIC)
        self._terms_at = len(head)
        self._postings_at = len(layout.POSTINGS_FILE_MAGIC)
        self._infos: list[tuple[bytes, bytes]] = []
        self._positions = array("i")
        self._hashes = array("L")

    def add(self, field: int, keyed: KeyedLists) -> None:
        """Add terms of one field and write their postings; fields and terms may come in any order."""
        keys, lists = keyed
        if not keys:
            return
        prefix = layout.FIELD_KEY.pack(field)
        blocks = encode_blocks(lists)
        for key, (count, first, last, block, behind) in zip(keys, blocks, strict=True):
            info = layout.TERM_INFO.pack(0, count, count, 0, 0, 1.0, first, last, self._postings_at, len(block))
            self._postings.write(block)
            self._postings.write(behind)
            self._postings_at += len(block) + len(behind)
            self._infos.append((prefix + key, info))

    @property
    def count(self) -> int:
        """The number of terms added."""
        return len(self._infos)

    def finish(self) -> None:
        """Write the terms, the hash tables, and the index of the keys in order."""
        for key, info in sorted(self._infos):
            record = layout.RECORD.pack(len(key), len(info)) + key + info
            self._terms.write(record)
            self._positions.append(self._terms_at)
            self._hashes.append(crc32(key))
            self._terms_at += len(record)
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
        """Write one hash table; return its entry in the directory."""
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
