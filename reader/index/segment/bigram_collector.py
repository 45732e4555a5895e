"""Collects characters, pairs of characters and common longer runs, and decides which of them become terms.

That is decided per segment, by the number of articles that contain them: no vocabulary is shipped. Rare pairs share a
list, as most pairs occur in few articles, and a term takes as much space as a hundred postings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from reader.index.segment import format as layout
from reader.index.segment.posting_builder import (
    TERM_SHIFT,
    KeyedLists,
    Mask,
    Packed,
    PostingLists,
    add_counts,
    concatenated,
    count_occurrences,
    lists_of,
    pack_occurrences,
    postings_of,
    rare_lists,
)
from reader.index.segment.rare_terms import LONGEST_LIST, PARTS, list_of_pairs
from reader.index.segment.text_chunk import HALF, JOINED, SPACE, WORD, TextChunk
from reader.index.text.char_bigrams import FIRST_PAIR, bigram_key

# Longer runs become terms in segments of at least this many articles, if one article in 200 contains them.
_LEAST_ARTICLES = 2_000
_COMMON_PART = 200
_ID_BITS = 17
# A very long article is cut into terms in pieces, as the arrays take about 60 bytes per unit.
_PIECE_UNITS = 1 << 20
# Postings that are merged at a time; one in 500 is sampled to divide them.
_PART_POSTINGS, _SAMPLED = 2_000_000, 500


class BigramCollector:
    """Takes the articles of a segment in order, chunk by chunk; `deal` then returns the terms and their lists."""

    def __init__(self) -> None:
        """Start without articles."""
        self._postings: list[Packed] = []
        self._chunks: list[TextChunk] = []
        self._articles = 0

    def add(self, chunk: TextChunk, lengths: NDArray[np.int64]) -> None:
        """Add a chunk; `lengths` are the lengths of all articles so far, by number, in bytes of UTF-8."""
        parts = (count_occurrences(_bigrams_of(piece, own)) for piece, own in chunk.pieces(_PIECE_UNITS))
        self._postings.append(reduce(add_counts, parts).postings(lengths))
        self._chunks.append(chunk)
        self._articles = len(lengths)

    def deal(self, lengths: NDArray[np.int64]) -> Iterator[KeyedLists]:
        """Yield the bigrams that become terms, then the runs; afterwards `rare` has the other pairs.

        `lengths` is as for `add`, with all articles.
        """
        least = max(layout.COMMON_RUN, self._articles // _COMMON_PART)
        common: list[NDArray[np.int64]] = []
        rare: list[tuple[NDArray[np.uint32], NDArray[np.uint16]]] = []
        for lists in _joined_lists(self._postings):
            pairs = lists.terms >= FIRST_PAIR
            own = lists.chosen(~pairs | (lists.counts >= layout.COMMON_PAIR))
            common.append(lists.terms[pairs & (lists.counts >= least)])
            few = lists.chosen(pairs & (lists.counts < layout.COMMON_PAIR))
            rare.append((np.repeat(few.terms.astype(np.uint32), few.counts), few.articles))
            yield [bigram_key(bigram) for bigram in own.terms.tolist()], own
        if self._articles >= _LEAST_ARTICLES:
            yield from _common_runs(self._chunks, np.concatenate(common), lengths, least)
        self._deal_rare(rare)

    def _deal_rare(self, rare: list[tuple[NDArray[np.uint32], NDArray[np.uint16]]]) -> None:
        """Put rare pairs into lists by their first unit; `rare` is emptied to free memory."""
        bigrams, articles = (np.concatenate(arrays) for arrays in zip(*rare, strict=True))
        rare.clear()
        firsts, seconds = (bigrams & 0xFFFF).astype(np.int32), (bigrams >> 16).astype(np.int32)
        long = (np.bincount(firsts, minlength=1 << 16) > LONGEST_LIST)[firsts]
        # The number of a list encodes its unit and its part, or PARTS for an undivided list.
        numbers = firsts * (PARTS + 1) + np.where(long, seconds % PARTS, PARTS)
        del bigrams, firsts, long
        lists = rare_lists(numbers, articles, seconds)
        named = (divmod(number, PARTS + 1) for number in lists.terms.tolist())
        self.rare: KeyedLists = [list_of_pairs(first, part if part < PARTS else None) for first, part in named], lists


def _bigrams_of(chunk: TextChunk, own: int) -> Packed:
    """Pack all occurrences of characters and pairs that begin in the first `own` units."""
    units, kinds = chunk.units, chunk.kinds()
    single = np.flatnonzero(kinds[:own] & (WORD | SPACE | HALF) == 0)
    double = np.flatnonzero(_are_pairs(kinds[:-1], kinds[1:])[:own])
    astral, code_points = chunk.astral(kinds)
    code_points = code_points[astral < own]
    astral = astral[astral < own]
    pairs = units[double].astype(np.uint32) | units[double + 1].astype(np.uint32) << np.uint32(16)
    bigrams = np.concatenate((units[single].astype(np.uint32), pairs, code_points.astype(np.uint32)))
    return pack_occurrences(bigrams, *chunk.located(np.concatenate((single, double, astral))))


def _are_pairs(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> Mask:
    """Return where two neighbours are a pair: inside a run, or where a run and a word touch, as in `3月`."""
    within = left & right & JOINED != 0
    touching = ((left ^ right) & (JOINED | WORD) == JOINED | WORD) & ((left | right) & HALF == 0)
    pairs: Mask = within | touching
    return pairs


def _joined_lists(postings: list[Packed]) -> Iterator[PostingLists]:
    """Merge sorted postings, a range of terms at a time, to bound the memory; `postings` is emptied."""
    sample = np.sort(np.concatenate([each[::_SAMPLED] for each in postings]))
    borders = np.unique(sample[_PART_POSTINGS // _SAMPLED :: _PART_POSTINGS // _SAMPLED] >> TERM_SHIFT) << TERM_SHIFT
    cuts = [np.searchsorted(each, borders) for each in postings]
    parts = [np.split(each, cut) for each, cut in zip(postings, cuts, strict=True)]
    postings.clear()
    for part in zip(*parts, strict=True):
        packed = np.concatenate(part)
        packed.sort()
        yield lists_of(packed)


@dataclass(frozen=True, slots=True)
class _Runs:
    """The runs of one length in a chunk: the place at which each begins, and the number of its text."""

    places: NDArray[np.int32]
    ids: NDArray[np.int32]

    def longer(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the places of runs longer by one character, and for each the packed numbers of its two parts."""
        touching = np.flatnonzero(np.diff(self.places) == 1)
        return self.places[touching], self.ids[touching].astype(np.int64) << _ID_BITS | self.ids[touching + 1]


def _common_runs(
    chunks: Sequence[TextChunk], pairs: NDArray[np.int64], lengths: NDArray[np.int64], least: int
) -> Iterator[KeyedLists]:
    """Yield the common runs of 3, 4, … characters; each consists of two common runs that are shorter by one."""
    runs = _pairs_in(chunks, pairs)
    for length in range(3, layout.LONGEST_RUN + 1):
        longer = [each.longer() for each in runs]
        packed = [
            postings_of(pack_occurrences(terms, *chunk.located(places)), lengths)
            for chunk, (places, terms) in zip(chunks, longer, strict=True)
        ]
        parts = [lists.chosen(lists.counts >= least) for lists in _joined_lists(packed)]
        common = np.concatenate([lists.terms for lists in parts])
        if not len(common):
            return
        runs = [_numbered(places, terms, common) for places, terms in longer]
        yield _texts(chunks, runs, length, len(common)), concatenated(parts)


def _pairs_in(chunks: Sequence[TextChunk], pairs: NDArray[np.int64]) -> list[_Runs]:
    """Return the places of the common pairs, found by a table of the characters in them."""
    in_pairs = np.zeros(1 << 16, np.bool_)
    in_pairs[pairs & 0xFFFF] = in_pairs[pairs >> 16] = True
    number = np.where(in_pairs, np.cumsum(in_pairs), 0).astype(np.int32)
    width = int(number.max()) + 1
    table = np.zeros(width * width, np.int32)
    table[number[pairs & 0xFFFF] * width + number[pairs >> 16]] = np.arange(1, len(pairs) + 1)
    runs = []
    for chunk in chunks:
        numbers = number[chunk.units]
        numbers[chunk.kinds() & (JOINED | HALF) != JOINED] = 0
        ids = table[numbers[:-1] * width + numbers[1:]]
        places = np.flatnonzero(ids).astype(np.int32)
        runs.append(_Runs(places, ids[places] - 1))
    return runs


def _numbered(places: NDArray[np.int32], terms: NDArray[np.int64], common: NDArray[np.int64]) -> _Runs:
    """Return the common runs among `terms`, with new numbers."""
    ids = np.minimum(np.searchsorted(common, terms), len(common) - 1)
    kept = common[ids] == terms
    return _Runs(places[kept], ids[kept].astype(np.int32))


def _texts(chunks: Sequence[TextChunk], runs: Sequence[_Runs], length: int, count: int) -> list[bytes]:
    """Return the text of each run, by its number."""
    units = np.zeros((count, length), np.uint16)
    for chunk, each in zip(chunks, runs, strict=True):
        ids, first = np.unique(each.ids, return_index=True)
        units[ids] = chunk.units[each.places[first][:, np.newaxis] + np.arange(length)]
    text = units.astype("<u2").tobytes().decode("utf-16-le")
    return [text[at : at + length].encode() for at in range(0, len(text), length)]
