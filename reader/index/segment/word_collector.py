"""Collects words, their prefixes and word bigrams, of scripts that put spaces between words."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from reader.index.segment import format as layout
from reader.index.segment.posting_builder import (
    ARTICLE_BITS,
    LEVEL_BITS,
    MOST_ARTICLES,
    KeyedLists,
    Mask,
    PostingLists,
    concatenated,
    lists_of,
    rare_lists,
)
from reader.index.segment.rare_terms import (
    list_of_word_bigrams,
    token_hash,
    word_bigram_hash,
    word_bigram_signature,
)
from reader.index.text.score_levels import IN_TITLE, level
from reader.index.text.word_bigrams import pieces_of

# The average number of entries in a list of rare word bigrams.
_WORD_BIGRAMS_PER_LIST = 512
# A word bigram is two tokens: a code point, or above these the number of a word, or above these that of two characters.
_TOKEN_BITS, _FIRST_WORD, _FIRST_PAIR = 32, 0x110000, 1 << 30
_TOKEN = (1 << _TOKEN_BITS) - 1


@dataclass(frozen=True, slots=True)
class DealtWords:
    """Keys and lists of words, prefixes, prefixes of long words, word bigrams, and the shared lists of rare bigrams.

    `joint_lists` is the number by which the hashes of rare bigrams are divided to find their list.
    """

    own: KeyedLists
    prefixes: KeyedLists
    long: KeyedLists
    bigrams: KeyedLists
    rare_bigrams: KeyedLists
    joint_lists: int


class _Occurrences:
    """The terms of articles: each with the number of its occurrences, and whether it is in the title."""

    def __init__(self) -> None:
        self._terms = array("Q")
        self._articles, self._counts = array("H"), array("I")
        self._titled = bytearray()

    def add(self, number: int, terms: Sequence[int], in_title: int) -> None:
        """Add all occurrences in an article; the first `in_title` of them are in the title."""
        if terms:
            counts, titled = Counter(terms), set(terms[:in_title])
            self._terms.extend(counts)
            self._articles.extend([number] * len(counts))
            self._counts.extend(counts.values())
            self._titled += bytes(map(titled.__contains__, counts))

    @property
    def terms(self) -> NDArray[np.int64]:
        """The terms, in the order in which they were added."""
        return np.frombuffer(self._terms, np.int64)

    def lists(self, numbers: NDArray[np.int64], lengths: NDArray[np.int64]) -> PostingLists:
        """Return the lists of renumbered terms; several may have the same new number, and -1 leaves a term out."""
        kept = numbers >= 0
        packed = (numbers << ARTICLE_BITS | np.frombuffer(self._articles, np.uint16))[kept]
        order = np.argsort(packed)
        packed = packed[order]
        first = np.flatnonzero(np.diff(packed, prepend=-1))
        if not len(first):
            return lists_of(np.zeros(0, np.uint64))
        counts = np.add.reduceat(np.frombuffer(self._counts, np.uint32)[kept][order], first, dtype=np.int64)
        titled = np.logical_or.reduceat(np.frombuffer(self._titled, np.bool_)[kept][order], first)
        levels = np.where(titled, IN_TITLE, level(counts, lengths[packed[first] & MOST_ARTICLES - 1]))
        return lists_of((packed[first] << LEVEL_BITS | levels).astype(np.uint64))


class WordCollector:
    """Takes the articles of a segment in order."""

    def __init__(self) -> None:
        """Start without articles."""
        self._ids, self._pairs = _numbered_keys(), _numbered_keys()
        self._words, self._bigrams = _Occurrences(), _Occurrences()

    def add(self, number: int, content: str) -> None:
        """Add the next article: title, line break, text."""
        title, _, text = content.partition("\n")
        title_words, title_bigrams = self._tokens(title)
        words, bigrams = self._tokens(text)
        self._words.add(number, title_words + words, len(title_words))
        self._bigrams.add(number, title_bigrams + bigrams, len(title_bigrams))

    def _tokens(self, content: str) -> tuple[array[int], array[int]]:
        """Return the numbers of the words, and the word bigrams, of a text."""
        ids, pairs = self._ids, self._pairs
        words, bigrams = array("Q"), array("Q")
        before = -1
        for left, text, right, spaces in pieces_of(content):
            word = ids[text]
            words.append(word)
            token = word + _FIRST_WORD
            if before >= 0:
                bigrams.append(before << _TOKEN_BITS | token)
            elif left:
                bigrams.append(ord(left[-1]) << _TOKEN_BITS | token)
                if len(left) > 1:
                    bigrams.append(pairs[left] + _FIRST_PAIR << _TOKEN_BITS | token)
            if right:
                bigrams.append(token << _TOKEN_BITS | ord(right[0]))
                if len(right) > 1:
                    bigrams.append(token << _TOKEN_BITS | pairs[right] + _FIRST_PAIR)
            before = token if spaces else -1
        return words, bigrams

    def deal(self, lengths: NDArray[np.int64]) -> DealtWords:
        """Return keys and lists; `lengths` are those of the articles by number, in bytes of UTF-8."""
        words = list(self._ids)
        lists = self._words.lists(self._words.terms, lengths)
        sizes = np.fromiter(map(len, words), np.int64, len(words))
        own = sizes <= layout.LONGEST_WORD
        bigrams, which = np.unique(self._bigrams.terms, return_inverse=True)
        joined = self._bigrams.lists(which.astype(np.int64), lengths)
        texts = _WordBigrams(words, list(self._pairs), bigrams)
        standing = (joined.counts >= layout.COMMON_PAIR) & (texts.sizes(sizes) <= layout.LONGEST_WORD_BIGRAM)
        nearer = texts.nearer()
        told = (nearer < 0) | standing[nearer]
        standing &= told
        rare_bigrams, joint_lists = texts.rare(joined.chosen(told & ~standing))
        return DealtWords(
            own=([word.encode() for word in compress(words, own)], lists.chosen(own)),
            prefixes=_by_beginning(words, self._words, lengths),
            long=_beginning(layout.LONGEST_PREFIX, layout.LONGEST_WORD + 1, words, self._words, lengths),
            bigrams=(list(texts.keys(standing)), joined.chosen(standing)),
            rare_bigrams=rare_bigrams,
            joint_lists=joint_lists,
        )


class _WordBigrams:
    """The distinct word bigrams, sorted, with the words and pairs of characters that they consist of."""

    def __init__(self, words: Sequence[str], pairs: Sequence[str], bigrams: NDArray[np.int64]) -> None:
        self._words, self._pairs, self._bigrams = words, pairs, bigrams
        self._left, self._right = bigrams >> _TOKEN_BITS, bigrams & _TOKEN

    def sizes(self, word_sizes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of characters of each, with a space between two words."""
        sizes = np.full(len(self._left), 1)
        for side in (self._left, self._right):
            words = (side >= _FIRST_WORD) & (side < _FIRST_PAIR)
            sizes[words] += word_sizes[side[words] - _FIRST_WORD]
            sizes[side >= _FIRST_PAIR] += 1
        return sizes

    def nearer(self) -> NDArray[np.int64]:
        """For bigrams with two characters, return the place of the bigram with the nearer one only; else -1."""
        found = np.full(len(self._bigrams), -1)
        for side, near, shift in ((self._left, -1, _TOKEN_BITS), (self._right, 0, 0)):
            characters = np.array([ord(pair[near]) for pair in self._pairs], np.int64)
            has_two = side >= _FIRST_PAIR
            two = side[has_two]
            fewer = self._bigrams[has_two] + (characters[two - _FIRST_PAIR] - two << shift)
            found[has_two] = np.searchsorted(self._bigrams, fewer)
        return found

    def keys(self, chosen: Mask) -> Iterator[bytes]:
        """Yield the keys of the chosen ones."""
        for left, right in zip(self._left[chosen].tolist(), self._right[chosen].tolist(), strict=True):
            space = " " if _is_word(left) and _is_word(right) else ""
            yield f"{self._text(left)}{space}{self._text(right)}".encode()

    def rare(self, lists: PostingLists) -> tuple[KeyedLists, int]:
        """Return the shared lists of rare bigrams, and the number by which their hashes were divided."""
        count = len(lists.articles) // _WORD_BIGRAMS_PER_LIST + 1
        bigrams = np.repeat(lists.terms, lists.counts)
        hashes = word_bigram_hash(self._hashes(self._left), self._hashes(self._right))[bigrams]
        rare = rare_lists(hashes % count, lists.articles, word_bigram_signature(hashes))
        return ([list_of_word_bigrams(number) for number in rare.terms.tolist()], rare), count

    def _text(self, token: int) -> str:
        if token >= _FIRST_PAIR:
            return self._pairs[token - _FIRST_PAIR]
        return self._words[token - _FIRST_WORD] if _is_word(token) else chr(token)

    def _hashes(self, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
        distinct, places = np.unique(tokens, return_inverse=True)
        hashes = np.fromiter((token_hash(self._text(token)) for token in distinct.tolist()), np.int64, len(distinct))
        return hashes[places]


def _is_word(token: int) -> bool:
    return _FIRST_WORD <= token < _FIRST_PAIR


def _numbered_keys() -> defaultdict[str, int]:
    """Return a dictionary that numbers its keys in the order in which they are first looked up."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    return numbers


def _by_beginning(words: Sequence[str], found: _Occurrences, lengths: NDArray[np.int64]) -> KeyedLists:
    """Return keys and lists of the prefixes of words of one, two and three letters."""
    keys: list[bytes] = []
    parts: list[PostingLists] = []
    for length in range(1, layout.LONGEST_PREFIX + 1):
        some_keys, lists = _beginning(length, length, words, found, lengths)
        keys += some_keys
        parts.append(lists)
    return keys, concatenated(parts)


def _beginning(
    length: int, shortest: int, words: Sequence[str], found: _Occurrences, lengths: NDArray[np.int64]
) -> KeyedLists:
    """Return keys and lists of the prefixes of `length` letters, of words of at least `shortest` letters."""
    beginnings = [word[:length] if len(word) >= shortest else "" for word in words]
    numbers = {text: at for at, text in enumerate(filter(None, dict.fromkeys(beginnings)))}
    terms = np.array([numbers.get(text, -1) for text in beginnings], np.int64)
    return [text.encode() for text in numbers], found.lists(terms[found.terms], lengths)
