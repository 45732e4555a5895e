"""Gathers which terms the articles of a segment have, and decides which of them stand for themselves.

That is decided per segment, by how many of its articles hold a term. What is rare shares a bucket with
others: most pairs of characters occur in a few articles only, and a term costs as much as many postings.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass

from reader.index import segment_format as layout
from reader.index.analysis import JOINED_RUNS, WORDS
from reader.index.grams import border_pairs, is_gram, pairs_of

# How many postings a bucket of rare pairs holds.
_BUCKET_SIZE = 24
_SMALL_SEGMENT, _SMALL_BUCKET_SIZE = 500, 3
_SAMPLE_STEP = 4


@dataclass(frozen=True, slots=True)
class DealtGrams:
    """The rising article numbers of the grams that stand for themselves, and of the buckets."""

    own: dict[int, array[int]]
    buckets: list[array[int]]


class GramCollector:
    """Characters and pairs. A sample of the articles says which pairs are common enough for a list."""

    def __init__(self) -> None:
        """Begin with no article."""
        self._characters: defaultdict[str, array[int]] = defaultdict(_no_articles)
        self._pairs: list[array[int]] = []

    def add(self, number: int, content: str) -> None:
        """Add the next article."""
        for char in set(content):
            self._characters[char].append(number)
        pairs = pairs_of(" ".join(JOINED_RUNS.findall(content)))
        self._pairs.append(array("I", pairs | border_pairs(content)))

    def deal(self) -> DealtGrams:
        """Give every gram its articles, or those to its bucket."""
        own, denied, count = self._sample()
        buckets = [_no_articles() for _ in range(count)]
        known = denied.union(own)
        for number, pairs in enumerate(self._pairs):
            for pair in own.keys() & pairs:
                own[pair].append(number)
            for bucket in {pair % count for pair in set(pairs) - known}:
                buckets[bucket].append(number)
        own.update((ord(char), found) for char, found in self._characters.items() if is_gram(ord(char)))
        return DealtGrams({gram: found for gram, found in own.items() if found}, buckets)

    def _sample(self) -> tuple[dict[int, array[int]], set[int], int]:
        """Choose the common pairs; return them, pairs that are no grams, and how many buckets are wanted."""
        small = len(self._pairs) < _SMALL_SEGMENT
        step = 1 if small else _SAMPLE_STEP
        counts: Counter[int] = Counter()
        for pairs in self._pairs[::step]:
            counts.update(pairs)
        own: dict[int, array[int]] = {}
        denied: set[int] = set()
        rare_postings = 0
        for pair, count in counts.items():
            if not is_gram(pair):
                denied.add(pair)
            elif count * step >= layout.COMMON_PAIR:
                own[pair] = _no_articles()
            else:
                rare_postings += count
        return own, denied, step * rare_postings // (_SMALL_BUCKET_SIZE if small else _BUCKET_SIZE) + 1


def _no_articles() -> array[int]:
    return array("H")


class WordCollector:
    """Words, and what they begin with."""

    def __init__(self) -> None:
        """Begin with no article."""
        self._words: defaultdict[str, array[int]] = defaultdict(_no_articles)
        self.own: dict[str, array[int]] = {}
        self.prefixes: defaultdict[str, set[int]] = defaultdict(set)
        self.rare: defaultdict[str, set[int]] = defaultdict(set)

    def add(self, number: int, content: str) -> None:
        """Add the next article."""
        for word in set(WORDS.findall(content)):
            self._words[word].append(number)

    def deal(self) -> None:
        """Fill `own`, `rare` (by the first letters) and `prefixes`."""
        for word, articles in self._words.items():
            for length in range(1, min(len(word), layout.LONGEST_PREFIX) + 1):
                self.prefixes[word[:length]].update(articles)
            if _stands_for_itself(word, len(articles)):
                self.own[word] = articles
            else:
                self.rare[word[: layout.LONGEST_PREFIX]].update(articles)


def _stands_for_itself(word: str, articles: int) -> bool:
    if len(word) < layout.LONGEST_PREFIX:
        return True
    return articles >= layout.COMMON_WORD and len(word) <= layout.LONGEST_WORD
