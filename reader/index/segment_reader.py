"""Reads one segment: terms, postings and columns, from memory-mapped files; safe in several threads.

Nothing is read whole at opening; the small columns are read when they are first wanted.
"""

from __future__ import annotations

import mmap
import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from zlib import crc32

from reader.index import segment_format as layout
from reader.index.postings import block_size, decode_block
from reader.index.segment_writer import Row, SegmentFacts, decode

_LENGTH = struct.Struct("!i")
_ID_BITS = 64
ID_MASK = (1 << _ID_BITS) - 1
Posting = tuple[int, int]
"""How many articles a term has, and where in `.pst` its block lies."""


class DamagedSegmentError(Exception):
    """The files of a segment are not what the table of contents says."""


class SegmentReader:
    """One segment. Articles are numbered by date, those without one first, then by id."""

    def __init__(self, stem: Path, facts: SegmentFacts) -> None:
        """Map the files.

        Raises:
            FileNotFoundError: a writer has removed the segment meanwhile.
            DamagedSegmentError: a file is not as long as it was written.
        """
        self.facts = facts
        self.articles = facts.articles
        self._maps = {ext: _mapped(Path(f"{stem}{ext}"), size) for ext, size in facts.sizes.items()}
        self._terms = self._maps[".trm"]
        self._postings = self._maps[".pst"]
        self.text = self._maps[".text.col"]
        self._read_directory()

    def _read_directory(self) -> None:
        end = len(self._terms) - _LENGTH.size
        tail = end - _LENGTH.unpack_from(self._terms, end)[0]
        directory = tail - layout.TABLES * layout.TABLE.size
        if self._terms[:4] != layout.TERMS_MAGIC or directory < 0:
            raise DamagedSegmentError
        self._tables = tuple(layout.TABLE.iter_unpack(self._terms[directory:tail]))
        # The index of the keys closes the file: as many numbers as there are keys.
        self._key_count = self.facts.terms
        self._key_index = end - self._key_count * _LENGTH.size

    # Terms

    def find(self, field: int, term: bytes) -> Posting | None:
        """Look a term up in the hash table."""
        key = layout.FIELD_KEY.pack(field) + term
        hashed = crc32(key)
        start, slots = self._tables[hashed & 255]
        terms, pointer = self._terms, layout.POINTER
        for probe in range(slots):
            slot = ((hashed >> 8) + probe) % slots
            slot_hash, position = pointer.unpack_from(terms, start + slot * pointer.size)
            if not position:
                return None
            if slot_hash == hashed and self._key_at(position) == key:
                return self._posting_at(position + layout.RECORD.size + len(key))
        return None

    def find_beginning(self, field: int, prefix: bytes, limit: int) -> list[Posting] | None:
        """Find the terms that begin with `prefix`; None if there are more than `limit`."""
        key = layout.FIELD_KEY.pack(field) + prefix
        low, high = 0, self._key_count
        while low < high:
            middle = (low + high) // 2
            if self._key_at(self._position(middle)) < key:
                low = middle + 1
            else:
                high = middle
        found: list[Posting] = []
        for number in range(low, self._key_count):
            position = self._position(number)
            term = self._key_at(position)
            if not term.startswith(key):
                break
            if len(found) == limit:
                return None
            found.append(self._posting_at(position + layout.RECORD.size + len(term)))
        return found

    def _position(self, number: int) -> int:
        position: int = _LENGTH.unpack_from(self._terms, self._key_index + number * _LENGTH.size)[0]
        return position

    def _key_at(self, position: int) -> bytes:
        length = layout.RECORD.unpack_from(self._terms, position)[0]
        start = position + layout.RECORD.size
        return self._terms[start : start + length]

    def _posting_at(self, position: int) -> Posting:
        info = layout.TERM_INFO.unpack_from(self._terms, position)
        return info[2], info[8]

    def documents(self, posting: Posting) -> list[int]:
        """Read the rising numbers of the articles of a term."""
        _, offset = posting
        block = self._postings[offset : offset + block_size(self._postings, offset)]
        numbers: list[int] = decode_block(block).tolist()
        return numbers

    # Columns

    @cached_property
    def ids(self) -> array[int]:
        """The ids by number."""
        return layout.from_big_endian("q", self._maps[".id.col"][:])

    @cached_property
    def published(self) -> array[int]:
        """The dates by number, rising; UNDATED where there is none."""
        return layout.from_big_endian("q", self._maps[".published.col"][:])

    @cached_property
    def undated(self) -> int:
        """How many articles, the first ones, have no date."""
        return bisect_right(self.published, layout.UNDATED)

    @cached_property
    def order_keys(self) -> list[int]:
        """Date and id in one number each, rising."""
        return [(date << _ID_BITS) + number for date, number in zip(self.published, self.ids, strict=True)]

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The numbers by id."""
        return {id_: number for number, id_ in enumerate(self.ids)}

    @cached_property
    def images(self) -> bytes:
        """1 for each article with a picture, else 0."""
        return self._maps[".image.col"][:]

    @cached_property
    def text_offsets(self) -> list[int]:
        """Where each article's text begins, and where the last one ends."""
        return list(self._offsets(layout.TEXT))

    @cached_property
    def titles(self) -> tuple[str, list[int]]:
        """All titles, each closed by a line break, and where each begins; one more entry gives the end."""
        titles = list(self._strings(layout.TITLES))
        return "".join(titles), list(accumulate(map(len, titles), initial=0))

    @cached_property
    def sources(self) -> tuple[Sequence[str], array[int]]:
        """The sources as written, each once, and for each article which of them it has."""
        return self._distinct(layout.SOURCES)

    @cached_property
    def authors(self) -> tuple[Sequence[str], array[int]]:
        """The folded authors, likewise."""
        return self._distinct(layout.AUTHORS)

    @cached_property
    def tags(self) -> tuple[Sequence[str], array[int]]:
        """The folded tags, one a line, likewise."""
        return self._distinct(layout.TAGS)

    def content(self, number: int) -> bytes:
        """Read one article: title, line break, text, folded."""
        return self.text[self.text_offsets[number] : self.text_offsets[number + 1]]

    def row(self, number: int) -> Row:
        """Read all that the segment holds of an article."""
        return Row(
            id=self.ids[number],
            published=self.published[number],
            has_image=bool(self.images[number]),
            content=decode(self.content(number)),
            source=self.sources[0][self.sources[1][number]],
            author=self.authors[0][self.authors[1][number]],
            tags=self.tags[0][self.tags[1][number]],
        )

    def _offsets(self, name: str) -> array[int]:
        column = self._maps[f".{name}.col"]
        end = len(column) - 1
        lengths = layout.from_big_endian("i", column[end - self.articles * _LENGTH.size : end])
        return array("I", accumulate(lengths, initial=0))

    def _strings(self, name: str) -> Iterator[str]:
        column, offsets = self._maps[f".{name}.col"], self._offsets(name)
        return (decode(column[offsets[at] : offsets[at + 1]]) for at in range(self.articles))

    def _distinct(self, name: str) -> tuple[Sequence[str], array[int]]:
        known: dict[str, int] = {}
        places = array("H", (known.setdefault(value, len(known)) for value in self._strings(name)))
        return tuple(known), places


def _mapped(path: Path, size: int) -> mmap.mmap:
    with path.open("rb") as file:
        if path.stat().st_size != size or not size:
            raise DamagedSegmentError
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
