"""Writes whole segments in bulk, in Whoosh's own format; see segment_format and terms_writer.

Terms are decided per segment, by how many of its articles hold them. What is rare shares a bucket with
others: most bigrams occur in a few articles only, and every term costs as much as a hundred postings.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from operator import add
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from reader.index import segment_format as layout
from reader.index.analysis import JOINED_RUNS, WORDS, is_word_char
from reader.index.terms_writer import TermsWriter

# How many postings a bucket of rare bigrams holds.
_BUCKET_SIZE = 24
_SMALL_SEGMENT, _SMALL_BUCKET_SIZE = 256, 3


@dataclass(frozen=True, slots=True)
class Row:
    """One article as a segment holds it. All but `source` is folded; `content` is title, line break, text."""

    id: int
    published: int
    has_image: bool
    content: str
    source: str
    author: str
    tags: str

    @property
    def order(self) -> tuple[int, int]:
        """Sort by date, then by id."""
        return self.published, self.id


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """What a reader must know about a segment besides its files: kept in the table of contents."""

    articles: int
    characters: int
    terms: int
    buckets: int
    sizes: Mapping[str, int]


class _Postings(dict[str, "array[int]"]):
    """Article numbers by term."""

    def __missing__(self, term: str) -> array[int]:
        documents = self[term] = array("H")
        return documents


def write_segment(stem: Path, rows: Iterable[Row]) -> SegmentFacts:
    """Write the segment files that begin with `stem`, each synced. The rows come in their `order`."""
    sizes: dict[str, int] = {}
    columns = _Columns()
    grams, words = _Postings(), _Postings()
    with _synced(stem, _extension(layout.TEXT), sizes) as file:
        for number, row in enumerate(rows):
            file.write(columns.add(row))
            _collect(row.content, number, grams, words)
        file.write(layout.big_endian(columns.text_lengths) + b"i")
    for name, data in columns.small():
        with _synced(stem, _extension(name), sizes) as file:
            file.write(data)
    with _synced(stem, ".trm", sizes) as terms, _synced(stem, ".pst", sizes) as postings:
        writer = TermsWriter(terms, postings)
        buckets = _Terms(grams, words, columns.count).write(writer)
        writer.finish()
    return SegmentFacts(columns.count, columns.characters, writer.count, buckets, sizes)


def _collect(content: str, number: int, grams: _Postings, words: _Postings) -> None:
    """Note which characters, bigrams and words one article has."""
    joined = " ".join(JOINED_RUNS.findall(content))
    found = set(map(add, joined, joined[1:]))
    found.update(content)
    for gram in found:
        grams[gram].append(number)
    for word in set(WORDS.findall(content)):
        words[word].append(number)


@contextmanager
def _synced(stem: Path, extension: str, sizes: dict[str, int]) -> Iterator[BinaryIO]:
    """Open a file of the segment for writing; at the end, see it on the disk and note its size."""
    with Path(f"{stem}{extension}").open("wb", buffering=1 << 18) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
        sizes[extension] = file.tell()


class _Columns:
    """Gathers the columns of a segment, but for the text, which goes to its file at once."""

    def __init__(self) -> None:
        self.count = 0
        self.characters = 0
        self.text_lengths = array("i")
        self._ids, self._published = array("q"), array("q")
        self._images = bytearray()
        self._strings: dict[str, list[bytes]] = {
            name: [] for name in (layout.TITLES, layout.SOURCES, layout.AUTHORS, layout.TAGS, layout.STORED)
        }

    def add(self, row: Row) -> bytes:
        """Add the next article; return its content as it is written."""
        content = encode(row.content)
        self.count += 1
        self.characters += len(row.content)
        self.text_lengths.append(len(content))
        self._ids.append(row.id)
        self._published.append(row.published)
        self._images.append(row.has_image)
        title = content[: content.index(b"\n") + 1]
        values = title, encode(row.source), encode(row.author), encode(row.tags), b""
        for column, value in zip(self._strings.values(), values, strict=True):
            column.append(value)
        return content

    def small(self) -> Iterator[tuple[str, bytes]]:
        """Yield the other columns, with the bytes of each."""
        yield layout.IDS, layout.big_endian(self._ids)
        yield layout.PUBLISHED, layout.big_endian(self._published)
        yield layout.IMAGES, bytes(self._images)
        for name, values in self._strings.items():
            yield name, b"".join(values) + layout.big_endian(array("i", map(len, values))) + b"i"


class _Terms:
    """Decides which terms stand for themselves, and writes them all in order."""

    def __init__(self, grams: _Postings, words: _Postings, articles: int) -> None:
        self._grams = grams
        self._words = words
        self._bucket_size = _SMALL_BUCKET_SIZE if articles < _SMALL_SEGMENT else _BUCKET_SIZE
        self._prefixes: dict[str, set[int]] = {}
        self._rare_words: dict[str, set[int]] = {}

    def write(self, writer: TermsWriter) -> int:
        """Write all terms; return the number of buckets that the rare bigrams were dealt to."""
        rare = self._write_grams(writer)
        self._write_words(writer)
        _write_sets(writer, layout.PREFIX, self._prefixes)
        buckets = self._write_buckets(writer, rare)
        _write_sets(writer, layout.RARE, self._rare_words)
        return buckets

    def _write_grams(self, writer: TermsWriter) -> list[bytes]:
        """Write characters and common bigrams; return the keys of the rare ones."""
        own: list[bytes] = []
        rare: list[bytes] = []
        for gram, documents in self._grams.items():
            if len(gram) == 1:
                if not gram.isspace() and not is_word_char(gram):
                    own.append(encode(gram))
            elif " " not in gram:
                (own if len(documents) >= layout.COMMON_BIGRAM else rare).append(encode(gram))
        for key in sorted(own):
            writer.add(layout.GRAM, key, self._grams[decode(key)])
        return rare

    def _write_words(self, writer: TermsWriter) -> None:
        own = []
        for word, documents in self._words.items():
            for length in range(1, min(len(word), layout.LONGEST_PREFIX) + 1):
                self._prefixes.setdefault(word[:length], set()).update(documents)
            if is_own_word(word, len(documents)):
                own.append(encode(word))
            else:
                self._rare_words.setdefault(word[: layout.LONGEST_PREFIX], set()).update(documents)
        for key in sorted(own):
            writer.add(layout.WORD, key, self._words[decode(key)])

    def _write_buckets(self, writer: TermsWriter, rare: list[bytes]) -> int:
        postings = sum(len(self._grams[decode(key)]) for key in rare)
        count = postings // self._bucket_size + 1
        buckets: dict[int, set[int]] = {}
        for key in rare:
            buckets.setdefault(crc32(key) % count, set()).update(self._grams[decode(key)])
        for number in sorted(buckets):
            writer.add(layout.BUCKET, layout.bucket_key(number), sorted(buckets[number]))
        return count


def is_own_word(word: str, articles: int) -> bool:
    """Say whether a word is a term of its own; the others share one by their first three letters."""
    if len(word) < layout.LONGEST_PREFIX:
        return True
    return articles >= layout.COMMON_WORD and len(word) <= layout.LONGEST_WORD


def _write_sets(writer: TermsWriter, field: int, terms: Mapping[str, set[int]]) -> None:
    for key in sorted(map(encode, terms)):
        writer.add(field, key, sorted(terms[decode(key)]))


def _extension(column: str) -> str:
    return f".{column}.col"


def encode(text: str) -> bytes:
    """Write text as the segment holds it; half a surrogate pair is no reason to fail."""
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    """Read text from a segment."""
    return data.decode("utf-8", "surrogatepass")
