"""Reads one segment: terms, postings and columns; safe from several threads.

Opening reads only the directory of the terms; columns are read on first use.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from reader.index.segment import format as layout
from reader.index.segment.file import DamagedSegmentError, SegmentFile
from reader.index.segment.id_sets import Numbers
from reader.index.segment.older_rows import OlderRow
from reader.index.segment.posting_codec import (
    decode_levels,
    decode_signatures,
    gaps_of,
)
from reader.index.segment.writer import SegmentFacts, SegmentRow, segment_text
from reader.index.text.folding import fold
from reader.index.text.score_levels import FEWEST_WITH_LEVELS

_LENGTH = struct.Struct("!i")
_RECORD_AT, _FOUND_AT = layout.RECORD.unpack_from, layout.FOUND_INFO.unpack_from
_POINTER_AT = layout.POINTER.unpack_from
_AROUND_KEY = layout.RECORD.size + layout.FOUND_INFO.size
# The number of keys that are read at once, about 5 kB: a search in the keys ends with a block of them.
_KEYS_AT_ONCE = 64
# Most titles are shorter than this.
_TITLE_BYTES = 256
_CHUNK = 1 << 20
Levels = NDArray[np.uint8]


class Posting(NamedTuple):
    """A posting list: its number of articles, and offset and length of its block in `.pst`.

    If `signature` is set, the list is shared by rare terms: the term has only the entries with that signature, and
    `articles` is an upper bound.
    """

    articles: int
    offset: int
    length: int
    signature: int | None = None

    def signed(self, signature: int, most: int) -> Posting:
        """Return the part of a shared list that has a signature: at most `most` articles."""
        return Posting(min(most, self.articles), self.offset, self.length, signature)


class OtherFormatError(Exception):
    """A segment is of another version of the program."""


@dataclass(frozen=True, slots=True)
class FactColumn:
    """A column with few distinct values: `values` has each of them once, `places` the place of each article's value."""

    values: tuple[str, ...]
    places: NDArray[np.uint16]

    def of(self, number: int) -> str:
        """Return the value of one article."""
        return self.values[int(self.places[number])]


class SegmentReader:
    """One segment. Its articles are numbered by date, then by id; those without a date come first."""

    def __init__(self, stem: Path, facts: SegmentFacts) -> None:
        """Open the files.

        Raises:
            FileNotFoundError: a writer has removed the segment meanwhile.
            DamagedSegmentError: a file has another size than it was written with.
        """
        self.facts = facts
        self.articles = facts.articles
        self._files = {ext: SegmentFile(Path(f"{stem}{ext}"), size) for ext, size in facts.sizes.items()}
        self._terms, self._postings, self._text = (self._files[ext] for ext in (".trm", ".pst", ".text.col"))
        self._read_tables: dict[int, bytes] = {}
        # The older versions of its articles are a segment of their own.
        self.older = None if facts.older is None else SegmentReader(Path(f"{stem}{layout.OLDER}"), facts.older)
        self._read_directory()

    def _read_directory(self) -> None:
        end = self._terms.size - _LENGTH.size
        tail = end - _LENGTH.unpack(self._terms.read(end, _LENGTH.size))[0]
        size = layout.TABLES * layout.TABLE.size
        if self._terms.read(0, len(layout.TERMS_MAGIC)) != layout.TERMS_MAGIC:
            raise DamagedSegmentError
        self._tables = tuple(layout.TABLE.iter_unpack(self._terms.read(tail - size, size)))
        # The records of the terms end where the first table begins.
        self._records_end = self._tables[0][0]
        # The index of the keys, one number for each, is at the end of the file.
        self._key_count = self.facts.terms
        self._key_index = end - self._key_count * _LENGTH.size

    def damaged(self) -> Iterator[str]:
        """Read all files, and yield the extensions of those that do not match their checksum."""
        yield from (extension for extension, file in self._files.items() if not self._is_intact(extension, file))
        if self.older is not None:
            yield from (f"{layout.OLDER}{extension}" for extension in self.older.damaged())

    def _is_intact(self, extension: str, file: SegmentFile) -> bool:
        checksum = 0
        try:
            for start in range(0, file.size, _CHUNK):
                checksum = crc32(file.read(start, min(_CHUNK, file.size - start)), checksum)
        except DamagedSegmentError:
            return False
        return checksum == self.facts.checksums[extension]

    # Terms

    def find(self, field: int, term: bytes) -> Posting | None:
        """Look a term up in the hash table."""
        key = layout.FIELD_KEY.pack(field) + term
        size, hashed = len(key), crc32(key)
        table = self._read_tables.get(hashed & 255) or self._table(hashed & 255)
        slots = len(table) // layout.POINTER.size
        for probe in range(slots):
            slot = ((hashed >> 8) + probe) % slots
            slot_hash, position = _POINTER_AT(table, slot * layout.POINTER.size)
            if not position:
                return None
            if slot_hash == hashed:
                record = self._terms.read(position, size + _AROUND_KEY)
                key_end = layout.RECORD.size + size
                if record[layout.RECORD.size : key_end] == key and _RECORD_AT(record)[0] == size:
                    articles, _, offset, length = _FOUND_AT(record, key_end)
                    return Posting(articles, offset, length)
        return None

    def _table(self, number: int) -> bytes:
        """Read one of the hash tables and keep it: all of them together are a sixth of the file."""
        start, slots = self._tables[number]
        table = self._read_tables[number] = self._terms.read(start, slots * layout.POINTER.size)
        return table

    def find_beginning(self, field: int, prefix: bytes, limit: int) -> list[Posting] | None:
        """Return the postings of the terms that begin with `prefix`; None if there are more than `limit`."""
        key = layout.FIELD_KEY.pack(field) + prefix
        found: list[Posting] = []
        for term, posting in self.terms_from(self._place_of(key)):
            if not term.startswith(key):
                break
            if len(found) == limit:
                return None
            found.append(posting)
        return found

    def _place_of(self, key: bytes) -> int:
        """Return the place, in the order of keys, of the first that is not smaller than `key`."""
        low, high = 0, self._key_count
        while high - low > _KEYS_AT_ONCE:
            middle = (low + high) // 2
            if _key(*self._records(middle, 1), 0) < key:
                low = middle + 1
            else:
                high = middle
        starts, records = self._records(low, high - low)
        return low + bisect_left(range(high - low), key, key=lambda number: _key(starts, records, number))

    def terms_from(self, place: int) -> Iterator[tuple[bytes, Posting]]:
        """Yield keys (field and term) with their postings, in order, from a place on."""
        for first in range(place, self._key_count, _KEYS_AT_ONCE):
            starts, records = self._records(first, min(_KEYS_AT_ONCE, self._key_count - first))
            for number, start in enumerate(starts):
                key = _key(starts, records, number)
                articles, _, offset, length = _FOUND_AT(records, start + layout.RECORD.size + len(key))
                yield key, Posting(articles, offset, length)

    def _records(self, first: int, count: int) -> tuple[Sequence[int], bytes]:
        """Read the records of `count` keys from place `first` on; return the offset of each, and their bytes."""
        if not count:
            return (), b""
        # The position of the next record is the end of the last one.
        places = min(count + 1, self._key_count - first)
        index = self._terms.read(self._key_index + first * _LENGTH.size, places * _LENGTH.size)
        positions = struct.unpack(f"!{places}i", index)
        begin, end = positions[0], positions[count] if places > count else self._records_end
        return [position - begin for position in positions[:count]], self._terms.read(begin, end - begin)

    # Postings

    def documents(self, posting: Posting) -> Numbers:
        """Return the numbers of the articles of a term, in ascending order."""
        _, start, length, signature = posting
        numbers: Numbers = np.cumsum(gaps_of(self._postings.read(start, length)), dtype=np.uint16)
        if signature is None:
            return numbers
        signatures = decode_signatures(self._postings.read(start + length, 2 * len(numbers)))
        own: Numbers = numbers[signatures == signature]
        return own

    def levels(self, posting: Posting) -> Levels | None:
        """Return the score level of a term in each of its articles; None if it has too few articles to store levels."""
        if posting.signature is not None or posting.articles < FEWEST_WITH_LEVELS:
            return None
        packed = self._postings.read(posting.offset + posting.length, (posting.articles + 3) // 4)
        return decode_levels(packed, posting.articles)

    # Columns

    @cached_property
    def everything(self) -> Numbers:
        """The numbers of all articles."""
        return np.arange(self.articles, dtype=np.uint16)

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        """The ids by number."""
        return np.frombuffer(self._column(layout.IDS), ">i8").astype(np.int64)

    @cached_property
    def published(self) -> NDArray[np.int64]:
        """The dates by number, in ascending order; UNDATED for an article without one."""
        return np.frombuffer(self._column(layout.PUBLISHED), ">i8").astype(np.int64)

    @cached_property
    def undated(self) -> int:
        """The number of articles without a date, which come first."""
        return int(self.published.searchsorted(layout.UNDATED, "right"))

    def published_before(self, moment: int) -> int:
        """Count the articles that were published before `moment`, or have no date."""
        return max(self.undated, bisect_left(self.published.data, moment))

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The numbers by id."""
        return {id_: number for number, id_ in enumerate(self.ids.tolist())}

    @cached_property
    def images(self) -> NDArray[np.bool_]:
        """Whether an article has a picture, by number."""
        return np.frombuffer(self._column(layout.IMAGES), np.bool_)

    @cached_property
    def text_offsets(self) -> memoryview:
        """The offset of each article in the column of texts, and the end; a view, as reading one number takes 30 ns."""
        return self._offsets(layout.TEXT).data

    @cached_property
    def sources(self) -> FactColumn:
        """The sources as written."""
        return self._facts_of(layout.SOURCES)

    @cached_property
    def folded_sources(self) -> tuple[str, ...]:
        """The values of `sources`, folded."""
        return tuple(map(fold, self.sources.values))

    @cached_property
    def authors(self) -> FactColumn:
        """The folded authors."""
        return self._facts_of(layout.AUTHORS)

    @cached_property
    def tags(self) -> FactColumn:
        """The folded tags, those of an article on a line each."""
        return self._facts_of(layout.TAGS)

    def content(self, number: int) -> bytes:
        """Read one article: title, line break, text, folded."""
        start = self.text_offsets[number]
        return self._text.read(start, self.text_offsets[number + 1] - start)

    def contents(self, numbers: Iterable[int]) -> Iterator[bytes]:
        """Yield the contents of articles; a third faster than reading each by itself."""
        return self._text.pieces(self.text_offsets, numbers)

    def title(self, number: int) -> bytes:
        """Read the title of an article, folded."""
        start, behind = self.text_offsets[number], self.text_offsets[number + 1]
        head = self._text.read(start, min(_TITLE_BYTES, behind - start))
        title, line_break, _ = head.partition(b"\n")
        return title if line_break else self.content(number).partition(b"\n")[0]

    def row(self, number: int) -> SegmentRow:
        """Return an article as it was given to the writer."""
        return SegmentRow(
            id=int(self.ids[number]),
            published=int(self.published[number]),
            has_image=bool(self.images[number]),
            content=segment_text(self.content(number)),
            source=self.sources.of(number),
            author=self.authors.of(number),
            tags=self.tags.of(number),
            older=self.older_row(number),
        )

    def _column(self, name: str) -> bytes:
        file = self._files[f".{name}.col"]
        return file.read(0, file.size)

    # Older versions

    @cached_property
    def owners(self) -> Numbers:
        """For a segment of older versions: the number, in the outer segment, of each row's article, ascending."""
        return self.published.astype(np.uint16)

    def older_row(self, number: int) -> OlderRow | None:
        """Return the row of an article's older versions; None if it has none."""
        if self.older is None:
            return None
        at = int(self.older.owners.searchsorted(number))
        if at == self.older.articles or self.older.owners[at] != number:
            return None
        return OlderRow(segment_text(self.older.content(at)), self.older.tags.of(at))

    def _offsets(self, name: str) -> NDArray[np.int64]:
        """Return the offsets of a column's values, from the lengths at its end.

        Raises:
            DamagedSegmentError: the lengths do not add up to the size of the column.
        """
        column = self._files[f".{name}.col"]
        dtype = layout.LENGTHS.get(column.read(column.size - 1, 1)[0])
        if dtype is None:
            raise DamagedSegmentError
        size = self.articles * dtype.itemsize
        end = column.size - 1 - size
        lengths = np.frombuffer(column.read(end, size), dtype)
        offsets = np.zeros(self.articles + 1, np.int64)
        np.add.accumulate(lengths, dtype=np.int64, out=offsets[1:])
        if offsets[-1] != end or lengths.min() < 0:
            raise DamagedSegmentError
        return offsets

    def _facts_of(self, name: str) -> FactColumn:
        column, offsets = self._column(name), self._offsets(name).tolist()
        known: dict[bytes, int] = {}
        values = (column[start:end] for start, end in pairwise(offsets))
        places = np.fromiter((known.setdefault(value, len(known)) for value in values), np.uint16, self.articles)
        return FactColumn(tuple(map(segment_text, known)), places)


def _key(starts: Sequence[int], records: bytes, number: int) -> bytes:
    """Return the key of record `number` among those that `_records` returned."""
    start = starts[number]
    key_at = start + layout.RECORD.size
    return records[key_at : key_at + _RECORD_AT(records, start)[0]]
