"""Text chunks: articles as one array of UTF-16 units, from which terms are cut in bulk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from reader.index.text.analysis import JOINED_RUNS, WORDS, is_word_char

# Kinds of units, as bits: a script without spaces between words; a word character; whitespace; half of a character.
JOINED, WORD, SPACE, HALF = 1, 2, 4, 8


Unit = TypeVar("Unit", int, NDArray[np.int64])


@dataclass(frozen=True, slots=True)
class TextChunk:
    """Consecutive articles, each followed by a line break, so that no term crosses from one to the next.

    `first` is the number of the first article; `starts` and `title_ends` are offsets into `units` by article.
    """

    units: NDArray[np.uint16]
    first: int
    starts: NDArray[np.int64]
    title_ends: NDArray[np.int64]

    def kinds(self) -> NDArray[np.uint8]:
        """Return the kind of each unit."""
        kinds = _kinds()[self.units]
        for at in _high_halves(self.units).tolist():
            kinds[at : at + 2] = HALF | _kind(chr(_code_point(int(self.units[at]), int(self.units[at + 1]))))
        return kinds

    def pieces(self, size: int) -> Iterator[tuple[TextChunk, int]]:
        """Divide a chunk of more than `2 * size` units; yield each piece and the number of units that are its own.

        A piece also holds the next two units, which decide whether a pair begins at its last own unit.
        """
        if len(self.units) <= 2 * size:
            yield self, len(self.units)
            return
        start = 0
        while start < len(self.units):
            end = min(start + size, len(self.units))
            # A character of two units is not divided.
            if start + 1 < end and len(_high_halves(self.units[end - 1 : end + 1])):
                end -= 1
            first = int(np.searchsorted(self.starts, start, "right")) - 1
            last = int(np.searchsorted(self.starts, end + 2, "left"))
            starts = np.maximum(self.starts[first:last] - start, 0)
            ends = self.title_ends[first:last] - start
            yield TextChunk(self.units[start : end + 2], self.first + first, starts, ends), end - start
            start = end

    def located(self, places: NDArray[np.integer]) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
        """Return, for each place, the number of its article, and whether it is after the title."""
        lengths = np.diff(self.starts, append=len(self.units))
        articles = np.repeat(np.arange(len(lengths), dtype=np.uint16), lengths)[places]
        return articles + np.uint16(self.first), places >= self.title_ends[articles]

    def astral(self, kinds: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return places and code points of the characters of two units that are neither in words nor whitespace."""
        at = _high_halves(self.units)
        at = at[kinds[at] & (WORD | SPACE) == 0]
        return at, _code_point(self.units[at].astype(np.int64), self.units[at + 1].astype(np.int64))


def make_chunk(first: int, contents: Sequence[str]) -> TextChunk:
    """Return the chunk of articles numbered from `first`; a content is title, line break, text."""
    encoded = [f"{content}\n".encode("utf-16-le", "surrogatepass") for content in contents]
    titles = [len(content[: content.index("\n")].encode("utf-16-le", "surrogatepass")) // 2 for content in contents]
    ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)) // 2)
    starts = np.concatenate(([0], ends[:-1]))
    return TextChunk(np.frombuffer(b"".join(encoded), "<u2"), first, starts, starts + np.array(titles, np.int64))


def _high_halves(units: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Return the places at which a character of two units begins."""
    high = np.flatnonzero(units[:-1] & 0xFC00 == 0xD800)
    pairs: NDArray[np.int64] = high[units[high + 1] & 0xFC00 == 0xDC00]
    return pairs


def _code_point(high: Unit, low: Unit) -> Unit:
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)


def _kind(character: str) -> int:
    joined = JOINED if JOINED_RUNS.match(character) else 0
    return joined | (WORD if is_word_char(character) else 0) | (SPACE if character.isspace() else 0)


@cache
def _kinds() -> NDArray[np.uint8]:
    """Return the kind of every UTF-16 unit, by its value; a lone surrogate has none."""
    every = "".join(map(chr, range(0x10000)))
    kinds = np.zeros(0x10000, np.uint8)
    for pattern, kind in ((JOINED_RUNS, JOINED), (WORDS, WORD)):
        for match in pattern.finditer(every):
            kinds[match.start() : match.end()] |= kind
    kinds[[code for code in range(0x10000) if chr(code).isspace()]] |= SPACE
    return kinds
