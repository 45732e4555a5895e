"""Cuts a needle into the terms that every matching article has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from reader.index.segment import format as layout
from reader.index.segment.rare_terms import token_hash, word_bigram_hash
from reader.index.segment.writer import encode_text
from reader.index.text.analysis import JOINED_RUNS, WORDS, Needle
from reader.index.text.char_bigrams import bigram_key, border_pairs, pairs_of
from reader.index.text.word_bigrams import WordBigram, word_bigrams_of

# The most terms that are looked up for one needle.
_MOST_TERMS = 24
_SHORTEST_RUN = 3


class Term(NamedTuple):
    """A term of the index. `text` is a word or prefix; `number` is a character bigram, or the hash of a word bigram."""

    field: int
    key: bytes
    number: int = 0
    text: str = ""


class Terms(NamedTuple):
    """The terms of a needle. If a part has the key `whole`, an article with that part has the needle.

    `run` is the key of a run of characters that, if the segment has that term, is equivalent to the needle.
    """

    parts: tuple[Term, ...]
    whole: bytes
    run: bytes | None = None


@lru_cache(maxsize=64)
def terms_of(needle: Needle) -> Terms:
    """Return the terms of a needle, cut once for all segments."""
    text = needle.folded
    parts = tuple(dict.fromkeys(_terms_in(needle)))
    run = encode_text(text) if len(text) >= _SHORTEST_RUN and JOINED_RUNS.fullmatch(text) else None
    return Terms(parts[:_MOST_TERMS], encode_text(text), run)


def _terms_in(needle: Needle) -> Iterator[Term]:
    """Yield the terms of a needle; the same term may come twice.

    A bigram of a word and two characters follows that with only the nearer one: a segment has it if that one is common.
    """
    text = needle.folded
    every = list(word_bigrams_of(text))
    bigrams = [bigram for bigram in every if needle.end_of_word or not bigram.last]
    yield from map(_word_bigram, bigrams)
    # Words in a bigram need no term of their own.
    said = {token for bigram in bigrams for token in (bigram.left, bigram.right)}
    for run in JOINED_RUNS.findall(text):
        if run not in said:
            yield from map(_bigram, pairs_of(run) if len(run) > 1 else (ord(run),))
    if len(bigrams) < len(every):
        yield from map(_bigram, border_pairs(text))
    for match in WORDS.finditer(text):
        whole = match.end() < len(text) or needle.end_of_word
        if not whole or match.group() not in said:
            yield _word(match.group(), whole=whole)
    # Characters outside words and runs, such as punctuation.
    yield from map(_bigram, map(ord, "".join(WORDS.sub("", JOINED_RUNS.sub("", text)).split())))


def _bigram(bigram: int) -> Term:
    return Term(layout.BIGRAM, bigram_key(bigram), bigram)


def _word(word: str, *, whole: bool) -> Term:
    return Term(layout.WORD if whole else layout.PREFIX, encode_text(word), 0, word)


def _word_bigram(bigram: WordBigram) -> Term:
    return Term(
        layout.WORD_BIGRAM, encode_text(bigram.key), word_bigram_hash(token_hash(bigram.left), token_hash(bigram.right))
    )
