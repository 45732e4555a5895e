"""Gathers words and what they begin with, of scripts that put spaces between words."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from reader.index import segment_format as layout
from reader.index.analysis import WORDS
from reader.index.posting_lists import (
    ARTICLE_BITS,
    LEVEL_BITS,
    MOST_ARTICLES,
    KeyedLists,
    PostingLists,
    concatenated,
    lists_of,
)
from reader.index.relevance import IN_TITLE, level


@dataclass(frozen=True, slots=True)
class DealtWords:
    """Keys and lists of the words that stand for themselves, of beginnings, and of rare words by beginning."""

    own: KeyedLists
    prefixes: KeyedLists
    rare: KeyedLists


@dataclass(frozen=True, slots=True)
class _Occurrences:
    """Which word an article has, how often, and whether in its title."""

    words: NDArray[np.int64]
    articles: NDArray[np.uint16]
    counts: NDArray[np.int64]
    titled: NDArray[np.bool_]

    def lists(self, term_of_word: NDArray[np.int64], lengths: NDArray[np.int64]) -> PostingLists:
        """Make lists of terms that stand for one word or more; a word of the term -1 is left out."""
        terms = term_of_word[self.words]
        packed = (terms << ARTICLE_BITS | self.articles)[terms >= 0]
        order = np.argsort(packed)
        packed = packed[order]
        first = np.flatnonzero(np.diff(packed, prepend=-1))
        if not len(first):
            return lists_of(np.zeros(0, np.uint64))
        counts = np.add.reduceat(self.counts[terms >= 0][order], first)
        titled = np.logical_or.reduceat(self.titled[terms >= 0][order], first)
        levels = np.where(titled, IN_TITLE, level(counts, lengths[packed[first] & MOST_ARTICLES - 1]))
        return lists_of((packed[first] << LEVEL_BITS | levels).astype(np.uint64))


class WordCollector:
    """Takes the articles of a segment in order."""

    def __init__(self) -> None:
        """Begin with no article."""
        self._ids: defaultdict[str, int] = defaultdict()
        self._ids.default_factory = self._ids.__len__
        self._words, self._articles, self._counts = array("I"), array("H"), array("I")
        self._titled = bytearray()

    def add(self, number: int, content: str) -> None:
        """Add the next article: title, line break, text."""
        counts = Counter(WORDS.findall(content))
        if counts:
            title = set(WORDS.findall(content, 0, content.index("\n")))
            self._words.extend(map(self._ids.__getitem__, counts))
            self._articles.extend([number] * len(counts))
            self._counts.extend(counts.values())
            self._titled += bytes(map(title.__contains__, counts))

    def deal(self, lengths: NDArray[np.int64]) -> DealtWords:
        """Divide the words; `lengths` has the articles' bytes of UTF-8 by number."""
        words = list(self._ids)
        found = _Occurrences(
            np.array(self._words, np.int64),
            np.array(self._articles, np.uint16),
            np.array(self._counts, np.int64),
            np.frombuffer(self._titled, np.bool_),
        )
        lists = found.lists(np.arange(len(words)), lengths)
        sizes = np.fromiter(map(len, words), np.int64, len(words))
        common = (lists.counts >= layout.COMMON_WORD) & (sizes <= layout.LONGEST_WORD)
        own = common | (sizes < layout.LONGEST_PREFIX)
        return DealtWords(
            own=([word.encode() for word in compress(words, own)], lists.chosen(own)),
            prefixes=_by_beginning(words, found, lengths),
            rare=_rare(list(compress(words, ~own)), lists.chosen(~own)),
        )


def _by_beginning(words: Sequence[str], found: _Occurrences, lengths: NDArray[np.int64]) -> KeyedLists:
    """Make lists of the first letter of words, of the first two and the first three."""
    keys: list[bytes] = []
    parts: list[PostingLists] = []
    for length in range(1, layout.LONGEST_PREFIX + 1):
        beginnings = [word[:length] for word in words]
        numbers = {
            text: at for at, text in enumerate(dict.fromkeys(text for text in beginnings if len(text) == length))
        }
        terms = np.array([numbers.get(text, -1) for text in beginnings], np.int64)
        keys += [text.encode() for text in numbers]
        parts.append(found.lists(terms, lengths))
    return keys, concatenated(parts)


def _rare(words: Sequence[str], lists: PostingLists) -> KeyedLists:
    """Let rare words share a list with all that begin alike."""
    beginnings = [word[: layout.LONGEST_PREFIX] for word in words]
    numbers = {text: at for at, text in enumerate(dict.fromkeys(beginnings))}
    terms = np.array([numbers[text] for text in beginnings], np.int64)
    return [text.encode() for text in numbers], lists.dealt(terms, np.zeros_like(terms))
