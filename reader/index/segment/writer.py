"""Writes whole segments in bulk; see format, bigram_collector and terms_writer."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from reader.index.segment import format as layout
from reader.index.segment.bigram_collector import BigramCollector
from reader.index.segment.older_rows import OlderRow
from reader.index.segment.terms_writer import TermsWriter
from reader.index.segment.text_chunk import make_chunk
from reader.index.segment.word_collector import WordCollector

# Characters that are cut into terms at a time, by 30 MB of arrays.
_CHUNK_CHARACTERS = 1 << 20


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """An article as it is in a segment: all but `source` is folded; `content` is title, line break, text.

    `published` is in microseconds since 1970, or UNDATED; `older` are the lines that only older versions have.
    """

    id: int
    published: int
    has_image: bool
    content: str
    source: str
    author: str
    tags: str
    older: OlderRow | None = None

    @property
    def characters(self) -> int:
        """The number of characters to cut into terms."""
        return len(self.content) + (len(self.older.content) if self.older else 0)

    @property
    def order(self) -> tuple[int, int]:
        """The sort key: by date, then by id."""
        return self.published, self.id


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """What a reader must know of a segment before it opens the files; stored in the table of contents.

    `sizes` (in bytes) and `checksums` (CRC-32) are keyed by the extensions of the files.
    """

    articles: int
    characters: int
    terms: int
    joint_lists: int
    sizes: Mapping[str, int]
    checksums: Mapping[str, int]
    older: SegmentFacts | None = None

    @property
    def all_characters(self) -> int:
        """The number of characters, including those of older versions."""
        return self.characters + (self.older.characters if self.older else 0)

    @property
    def extensions(self) -> list[str]:
        """The endings of the names of all files."""
        older = self.older.sizes if self.older else ()
        return [*self.sizes, *(f"{layout.OLDER}{extension}" for extension in older)]


def write_segment(stem: Path, rows: Iterable[SegmentRow]) -> SegmentFacts:
    """Write and sync the files of a segment, whose paths begin with `stem`; `rows` are sorted by their `order`."""
    older: list[SegmentRow] = []
    facts = _write_files(stem, _noting_older(rows, older))
    return replace(facts, older=_write_files(Path(f"{stem}{layout.OLDER}"), older)) if older else facts


def _noting_older(rows: Iterable[SegmentRow], older: list[SegmentRow]) -> Iterator[SegmentRow]:
    """Yield the rows, and append to `older` the rows for the segment of older versions."""
    for number, row in enumerate(rows):
        if row.older is not None:
            older.append(SegmentRow(row.id, number, False, row.older.content, "", "", row.older.versions))
        yield row


def _write_files(stem: Path, rows: Iterable[SegmentRow]) -> SegmentFacts:
    sizes: dict[str, int] = {}
    columns = _Columns()
    bigrams, words = BigramCollector(), WordCollector()
    with _created(stem, _extension(layout.TEXT), sizes) as file:
        for contents in _chunks(rows, columns, file):
            first = columns.count - len(contents)
            bigrams.add(make_chunk(first, contents), columns.lengths)
            for number, content in enumerate(contents, first):
                words.add(number, content)
        file.write(layout.lengths_tail(columns.text_lengths))
    for name, data in columns.small():
        with _created(stem, _extension(name), sizes) as file:
            file.write(data)
    with _created(stem, ".trm", sizes) as terms, _created(stem, ".pst", sizes) as postings:
        writer = TermsWriter(terms, postings)
        joint_lists = _write_terms(writer, bigrams, words, columns.lengths)
    _sync_files(stem, sizes)
    checksums = {extension: _checksum_of(Path(f"{stem}{extension}")) for extension in sizes}
    return SegmentFacts(columns.count, columns.characters, writer.count, joint_lists, sizes, checksums)


def _chunks(rows: Iterable[SegmentRow], columns: _Columns, text: BinaryIO) -> Iterator[list[str]]:
    """Write the texts, add the rows to the columns, and yield the contents in batches."""
    contents: list[str] = []
    size = 0
    for row in rows:
        text.write(columns.add(row))
        contents.append(row.content)
        size += len(row.content)
        if size >= _CHUNK_CHARACTERS:
            yield contents
            contents, size = [], 0
    if contents:
        yield contents


def _write_terms(
    writer: TermsWriter, bigrams: BigramCollector, words: WordCollector, lengths: NDArray[np.int64]
) -> int:
    """Write all terms; return the number of shared lists of rare word bigrams."""
    for keyed in bigrams.deal(lengths):
        writer.add(layout.BIGRAM, keyed)
    writer.add(layout.RARE, bigrams.rare)
    dealt = words.deal(lengths)
    writer.add(layout.WORD, dealt.own)
    writer.add(layout.PREFIX, dealt.prefixes)
    writer.add(layout.LONG, dealt.long)
    writer.add(layout.WORD_BIGRAM, dealt.bigrams)
    writer.add(layout.RARE, dealt.rare_bigrams)
    writer.finish()
    return dealt.joint_lists


@contextmanager
def _created(stem: Path, extension: str, sizes: dict[str, int]) -> Iterator[BinaryIO]:
    """Open a file of the segment for writing; at the end, note its size."""
    with Path(f"{stem}{extension}").open("wb", buffering=1 << 18) as file:
        yield file
        sizes[extension] = file.tell()


def _sync_files(stem: Path, extensions: Iterable[str]) -> None:
    """Sync the files once all are written, as the first sync then does most of the work."""
    for extension in extensions:
        with Path(f"{stem}{extension}").open("r+b") as file:
            os.fsync(file.fileno())


def _checksum_of(path: Path) -> int:
    """Compute the CRC-32 of a file."""
    checksum = 0
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            checksum = crc32(data, checksum)
    return checksum


class _Columns:
    """Collects the columns of a segment, except the text, which is written to its file at once."""

    def __init__(self) -> None:
        self.count = 0
        self.characters = 0
        self.text_lengths = array("i")
        self._ids, self._published = array("q"), array("q")
        self._images = bytearray()
        self._strings: dict[str, list[bytes]] = {
            name: [] for name in (layout.SOURCES, layout.AUTHORS, layout.TAGS, layout.STORED)
        }

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The length of each article's content, in bytes of UTF-8."""
        return np.array(self.text_lengths, np.int64)

    def add(self, row: SegmentRow) -> bytes:
        """Add the next article; return its content as it is written."""
        content = encode_text(row.content)
        self.count += 1
        self.characters += len(row.content)
        self.text_lengths.append(len(content))
        self._ids.append(row.id)
        self._published.append(row.published)
        self._images.append(row.has_image)
        values = encode_text(row.source), encode_text(row.author), encode_text(row.tags), b""
        for column, value in zip(self._strings.values(), values, strict=True):
            column.append(value)
        return content

    def small(self) -> Iterator[tuple[str, bytes]]:
        """Yield the other columns, with the bytes of each."""
        yield layout.IDS, layout.big_endian(self._ids)
        yield layout.PUBLISHED, layout.big_endian(self._published)
        yield layout.IMAGES, bytes(self._images)
        for name, values in self._strings.items():
            yield name, b"".join(values) + layout.lengths_tail(list(map(len, values)))


def _extension(column: str) -> str:
    return f".{column}.col"


def encode_text(text: str) -> bytes:
    """Return text as bytes of a segment; a lone surrogate is encoded, too."""
    return text.encode("utf-8", "surrogatepass")


def segment_text(data: bytes) -> str:
    """Return the text that `encode_text` encoded."""
    return data.decode("utf-8", "surrogatepass")
