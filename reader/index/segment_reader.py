"""Reads one segment: terms, postings and columns, from memory-mapped files; safe in several threads.

Nothing is read whole at opening; the small columns are read when they are first wanted.
"""

from __future__ import annotations

import mmap
import struct
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from reader.index import segment_format as layout
from reader.index.analysis import fold
from reader.index.older_rows import OlderRow
from reader.index.postings import decode_levels, decode_signatures, decode_some_levels, gaps_of, last_numbers
from reader.index.relevance import FEWEST_WITH_LEVELS
from reader.index.segment_writer import Row, SegmentFacts, decode
from reader.index.sets import Numbers

_LENGTH = struct.Struct("!i")
_POINTER_AT, _RECORD_AT, _LENGTH_AT = layout.POINTER.unpack_from, layout.RECORD.unpack_from, _LENGTH.unpack_from
_FOUND_AT = layout.FOUND_INFO.unpack_from
# Looked up once, as a search calls each of them some times, and takes a microsecond for that.
_UINT16, _sums = np.dtype(np.uint16), np.add.accumulate
# The first steps of all searches for a beginning go to the same keys, 255 in all: half of the time of a search.
_PROBES_KEPT = 8
# Years and months are asked for again and again, and finding one takes 2 µs.
_BORDERS_KEPT = 1_000
_FIELD_KEYS = tuple(map(layout.FIELD_KEY.pack, range(len(layout.FIELD_NAMES))))
Levels = NDArray[np.uint8]


class Posting(NamedTuple):
    """The articles of a term: how many, where in `.pst` their block lies and how long it is, and the last one.

    In a shared list, those with `signature` are its own; `articles` is then the most that there can be.
    """

    articles: int
    offset: int
    length: int
    last: int
    signature: int | None = None

    def signed(self, signature: int, most: int) -> Posting:
        """Return what a shared list has of `signature`: `most` articles."""
        return Posting(min(most, self.articles), self.offset, self.length, self.last, signature)


class DamagedSegmentError(Exception):
    """The files of a segment are not what the table of contents says."""


class OtherFormatError(Exception):
    """A segment is of another version of the program."""


@dataclass(frozen=True, slots=True)
class FactColumn:
    """A column of few different values: each of them once, and for each article which of them it has."""

    values: tuple[str, ...]
    places: NDArray[np.uint16]

    def of(self, number: int) -> str:
        """Return the value of one article."""
        return self.values[int(self.places[number])]


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
        # Slices of it copy nothing, as those of the map itself would.
        self._postings = memoryview(self._maps[".pst"])
        self.text = self._maps[".text.col"]
        # What only the other versions of its articles say is a segment of its own.
        self.older = None if facts.older is None else SegmentReader(Path(f"{stem}{layout.OLDER}"), facts.older)
        self._probed: dict[int, bytes] = {}
        self._borders: dict[int, int] = {}
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

    def damaged(self) -> Iterator[str]:
        """Read all files, and yield the extensions of those that are not as they were written."""
        yield from (ext for ext, data in self._maps.items() if crc32(data) != self.facts.checksums[ext])
        if self.older is not None:
            yield from (f"{layout.OLDER}{extension}" for extension in self.older.damaged())

    # Terms

    def find(self, field: int, term: bytes) -> Posting | None:
        """Look a term up in the hash table."""
        key = _FIELD_KEYS[field] + term
        size, hashed, terms = len(key), crc32(key), self._terms
        start, slots = self._tables[hashed & 255]
        for probe in range(slots):
            slot = ((hashed >> 8) + probe) % slots
            slot_hash, position = _POINTER_AT(terms, start + slot * layout.POINTER.size)
            if not position:
                return None
            if slot_hash == hashed:
                key_at = position + layout.RECORD.size
                if terms[key_at : key_at + size] == key and _RECORD_AT(terms, position)[0] == size:
                    articles, last, offset, length = _FOUND_AT(terms, key_at + size)
                    return Posting(articles, offset, length, last)
        return None

    def find_beginning(self, field: int, prefix: bytes, limit: int) -> list[Posting] | None:
        """Find the terms that begin with `prefix`; None if there are more than `limit`."""
        key = layout.FIELD_KEY.pack(field) + prefix
        low, high, steps = 0, self._key_count, 0
        while low < high:
            middle = (low + high) // 2
            steps += 1
            probed = self._probed.get(middle)
            if probed is None:
                probed, _ = self._entry(middle)
                if steps <= _PROBES_KEPT:
                    self._probed[middle] = probed
            if probed < key:
                low = middle + 1
            else:
                high = middle
        found: list[Posting] = []
        for number in range(low, self._key_count):
            term, end = self._entry(number)
            if not term.startswith(key):
                break
            if len(found) == limit:
                return None
            articles, last, offset, length = _FOUND_AT(self._terms, end)
            found.append(Posting(articles, offset, length, last))
        return found

    def _entry(self, number: int) -> tuple[bytes, int]:
        """Return a key, by its place in order, and where it ends and what is known of it begins."""
        position = _LENGTH_AT(self._terms, self._key_index + number * _LENGTH.size)[0]
        start = position + layout.RECORD.size
        end = start + _RECORD_AT(self._terms, position)[0]
        return self._terms[start:end], end

    # Postings

    def documents(self, posting: Posting) -> Numbers:
        """Read the rising numbers of the articles of a term."""
        _, start, length, _, signature = posting
        behind = start + length
        numbers: Numbers = _sums(gaps_of(self._postings[start:behind]), 0, _UINT16)
        if signature is None:
            return numbers
        signatures = decode_signatures(self._postings[behind : behind + 2 * len(numbers)])
        own: Numbers = numbers[signatures == signature]
        return own

    def newest(self, posting: Posting, limit: int) -> Numbers:
        """Read the last numbers of a term with a list of its own, falling, without reading the others."""
        articles, start, length, last, _ = posting
        return last_numbers(self._postings[start : start + length], articles, last, min(limit, articles))

    def levels(self, posting: Posting) -> Levels | None:
        """Read how relevant a term is to each of its articles; None for a term that has too few of them."""
        if posting.signature is not None or posting.articles < FEWEST_WITH_LEVELS:
            return None
        start = posting.offset + posting.length
        return decode_levels(self._postings[start : start + (posting.articles + 3) // 4], posting.articles)

    def some_levels(self, posting: Posting, places: NDArray[np.intp]) -> Levels | None:
        """Read the same for the articles at some places of the list of `documents`."""
        if posting.signature is not None or posting.articles < FEWEST_WITH_LEVELS:
            return None
        start = posting.offset + posting.length
        return decode_some_levels(self._postings[start : start + (posting.articles + 3) // 4], places)

    # Columns

    @cached_property
    def everything(self) -> Numbers:
        """The numbers of all articles."""
        return np.arange(self.articles, dtype=np.uint16)

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        """The ids by number."""
        return np.frombuffer(self._maps[".id.col"], ">i8").astype(np.int64)

    @cached_property
    def published(self) -> NDArray[np.int64]:
        """The dates by number, rising; UNDATED where there is none."""
        return np.frombuffer(self._maps[".published.col"], ">i8").astype(np.int64)

    @cached_property
    def undated(self) -> int:
        """How many articles, the first ones, have no date."""
        return int(self.published.searchsorted(layout.UNDATED, "right"))

    def published_before(self, moment: int) -> int:
        """Count the articles that were published before `moment`, or have no date."""
        place = self._borders.get(moment)
        if place is None:
            place = max(self.undated, bisect_left(self.published.data, moment))
            if len(self._borders) < _BORDERS_KEPT:
                self._borders[moment] = place
        return place

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The numbers by id."""
        return {id_: number for number, id_ in enumerate(self.ids.tolist())}

    @cached_property
    def images(self) -> NDArray[np.bool_]:
        """Whether an article has a picture, by number."""
        return np.frombuffer(self._maps[".image.col"], np.bool_)

    @cached_property
    def text_offsets(self) -> memoryview:
        """Where each article's text begins, and where the last one ends; a view gives out a number in 30 ns."""
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
        """The folded tags, those of an article one a line."""
        return self._facts_of(layout.TAGS)

    def content(self, number: int) -> bytes:
        """Read one article: title, line break, text, folded."""
        return self.text[self.text_offsets[number] : self.text_offsets[number + 1]]

    def row(self, number: int) -> Row:
        """Read all that the segment holds of an article."""
        return Row(
            id=int(self.ids[number]),
            published=int(self.published[number]),
            has_image=bool(self.images[number]),
            content=decode(self.content(number)),
            source=self.sources.of(number),
            author=self.authors.of(number),
            tags=self.tags.of(number),
            older=self.older_row(number),
        )

    # Older versions

    @cached_property
    def owners(self) -> Numbers:
        """Of a segment of older versions: the number in the outer segment of the article of each row, rising."""
        return self.published.astype(np.uint16)

    def older_row(self, number: int) -> OlderRow | None:
        """Read what only the other versions of an article say."""
        if self.older is None:
            return None
        at = int(self.older.owners.searchsorted(number))
        if at == self.older.articles or self.older.owners[at] != number:
            return None
        return OlderRow(decode(self.older.content(at)), self.older.tags.of(at))

    def _offsets(self, name: str) -> NDArray[np.int64]:
        """Add up the lengths of what a column holds; they fill it but for themselves and one byte."""
        column = self._maps[f".{name}.col"]
        dtype = layout.LENGTHS.get(column[-1])
        end = len(column) - 1 - self.articles * (dtype.itemsize if dtype else 0)
        offsets = np.zeros(self.articles + 1, np.int64)
        if dtype is None or end < 0:
            raise DamagedSegmentError
        lengths = np.frombuffer(column, dtype, self.articles, end)
        np.add.accumulate(lengths, dtype=np.int64, out=offsets[1:])
        if offsets[-1] != end or lengths.min() < 0:
            raise DamagedSegmentError
        return offsets

    def _facts_of(self, name: str) -> FactColumn:
        column, offsets = self._maps[f".{name}.col"], self._offsets(name).tolist()
        known: dict[bytes, int] = {}
        values = (column[start:end] for start, end in pairwise(offsets))
        places = np.fromiter((known.setdefault(value, len(known)) for value in values), np.uint16, self.articles)
        return FactColumn(tuple(map(decode, known)), places)


def _mapped(path: Path, size: int) -> mmap.mmap:
    with path.open("rb") as file:
        if path.stat().st_size != size or not size:
            raise DamagedSegmentError
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
