"""Cuts a needle into the terms that its articles must have; once for all segments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from reader.index.segment import format as layout
from reader.index.segment.rare_terms import joint_hash, token_hash
from reader.index.segment.writer import encode
from reader.index.text.analysis import JOINED, JOINED_RUNS, WORD_CHAR, WORDS, Needle
from reader.index.text.char_bigrams import border_pairs, gram_key, pairs_of
from reader.index.text.word_bigrams import Joint, joints_of

# More terms than these are not looked up for one needle.
_MOST_TERMS = 24
_SHORTEST_RUN = 3


class Term(NamedTuple):
    """A word or beginning, which is `text`; a gram, which is `number`; or a joint, of which it is the hash."""

    field: int
    key: bytes
    number: int = 0
    text: str = ""


class Terms(NamedTuple):
    """What a needle is cut into. `exact`: an article that has the one part has the needle.

    `run` may be a term that says as much as all parts; if it is none, that says nothing.
    """

    parts: tuple[Term, ...]
    exact: bool
    run: bytes | None = None


def one_term(text: str, *, open_end: bool) -> Term | None:
    """Return the term that says just what a folded needle does, if it is of the shapes that most have; else None.

    `open_end`: a word at its end may go on.
    """
    # Most are one or two Chinese characters, and need no pattern to be known.
    if len(text) <= 2 and "\u4e00" <= text[:1] <= "\u9fff" and "\u4e00" <= text[-1] <= "\u9fff":
        return Term(layout.GRAM, text.encode(), ord(text[0]) | (ord(text[1]) << 16 if len(text) == 2 else 0))
    word = WORDS.match(text)
    if word is None:
        if len(text) <= 2 and JOINED_RUNS.fullmatch(text) is not None:
            return _one_gram(text)
        # A character and a word; if that may go on, this joint is not all of it.
        alike = not open_end and WORDS.fullmatch(text, 1) is not None and JOINED_RUNS.match(text) is not None
        return _one_joint(text, text[0], text[1:]) if alike else None
    end = word.end()
    if end == len(text):
        return Term(layout.PREFIX if open_end else layout.WORD, text.encode(), 0, text)
    if text[end] == " ":
        alike = not open_end and WORDS.fullmatch(text, end + 1) is not None
        return _one_joint(text, word[0], text[end + 1 :]) if alike else None
    alike = end + 1 == len(text) and JOINED_RUNS.match(text, end) is not None
    return _one_joint(text, word[0], text[end:]) if alike else None


def _one_gram(text: str) -> Term | None:
    if len(text) == 1:
        return Term(layout.GRAM, text.encode(), ord(text))
    return Term(layout.GRAM, text.encode(), ord(text[0]) | ord(text[1]) << 16) if max(text) <= "\uffff" else None


def _one_joint(text: str, left: str, right: str) -> Term:
    return Term(layout.JOINT, text.encode(), joint_hash(token_hash(left), token_hash(right)))


@lru_cache(maxsize=64)
def terms_of(needle: Needle) -> Terms:
    """Cut a needle that is more than `one_term`.

    Most are a run of characters, maybe behind a word or a number, and done in a quarter of the 15 µs of others.
    """
    text = needle.folded
    word = WORDS.match(text)
    behind = 0 if word is None else word.end()
    if len(text) - behind > 1 and JOINED_RUNS.fullmatch(text, behind):
        if word is not None:
            joint = _joint(Joint(word[0], text[behind], False, False))
            return Terms((joint, *_pairs_of(text[behind:]))[:_MOST_TERMS], False)
        parts = tuple(_pairs_of(text))
        run = encode(text) if len(text) >= _SHORTEST_RUN else None
        return Terms(parts[:_MOST_TERMS], len(parts) == 1 and run is None, run)
    parts = tuple(dict.fromkeys(cut(needle)))
    return Terms(parts[:_MOST_TERMS], len(parts) == 1 and parts[0].key == encode(text))


def cut(needle: Needle) -> Iterator[Term]:
    """Cut any needle, by looking for all that may be in it; a term may come twice."""
    text = needle.folded
    every = list(joints_of(text))
    joints = [joint for joint in every if needle.end_of_word or not joint.last]
    yield from map(_joint, joints)
    # What a joint says its parts need not say again.
    said = {token for joint in joints for token in (joint.left, joint.right)}
    for run in JOINED_RUNS.findall(text):
        if run not in said:
            yield from _pairs_of(run) if len(run) > 1 else (_gram(ord(run)),)
    if len(joints) < len(every):
        yield from map(_gram, border_pairs(text))
    for match in WORDS.finditer(text):
        whole = match.end() < len(text) or needle.end_of_word
        if not whole or match.group() not in said:
            yield _word(match.group(), whole=whole)
    yield from map(_gram, map(ord, _others().findall(text)))


def _pairs_of(run: str) -> list[Term]:
    """Cut a run into pairs: of characters of one unit each in half the time that `pairs_of` needs for few of them."""
    if max(run) > "\uffff":
        return list(map(_gram, pairs_of(run)))
    pairs = dict.fromkeys(pairwise(run))
    return [Term(layout.GRAM, (first + second).encode(), ord(first) | ord(second) << 16) for first, second in pairs]


@cache
def _others() -> re.Pattern[str]:
    """What finds characters of neither words nor runs, as punctuation; few ask for it, and compiling takes 2 ms."""
    return re.compile(rf"(?!{WORD_CHAR})[^\s{JOINED}]")


def _gram(gram: int) -> Term:
    return Term(layout.GRAM, gram_key(gram), gram)


def _word(word: str, *, whole: bool) -> Term:
    return Term(layout.WORD if whole else layout.PREFIX, encode(word), 0, word)


def _joint(joint: Joint) -> Term:
    return Term(layout.JOINT, encode(joint.key), joint_hash(token_hash(joint.left), token_hash(joint.right)))
