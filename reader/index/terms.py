"""Cuts a needle into the terms that its articles must have; once for all segments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from reader.index import segment_format as layout
from reader.index.analysis import JOINED, JOINED_RUNS, WORD_CHAR, WORDS, Needle
from reader.index.grams import border_pairs, gram_key, pairs_of
from reader.index.joints import Joint, joints_of
from reader.index.segment_writer import encode
from reader.index.shared_lists import joint_hash, token_hash

# More terms than these are not looked up for one needle.
_MOST_TERMS = 24
_SHORTEST_RUN = 3
# Characters of neither words nor runs, as punctuation.
_OTHERS = re.compile(rf"(?!{WORD_CHAR})[^\s{JOINED}]")
# A word; a character or a pair; two words, a word and a character, or a character and a word, side by side.
_ONE_TERM = re.compile(
    rf"({WORD_CHAR}++)|([{JOINED}]{{1,2}})"
    rf"|({WORD_CHAR}++) ({WORD_CHAR}++)|({WORD_CHAR}++)([{JOINED}])|([{JOINED}])({WORD_CHAR}++)"
)
_WORD_AND_RUN = re.compile(rf"({WORD_CHAR}++)([{JOINED}]{{2,}}+)")
_A_WORD, _GRAM, _ENDS_IN_CHARACTER = 1, 2, 6


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
    match = _ONE_TERM.fullmatch(text)
    if match is None or match.lastindex is None:
        return None
    shape = match.lastindex
    if shape == _A_WORD:
        return Term(layout.PREFIX if open_end else layout.WORD, text.encode(), 0, text)
    if shape == _GRAM:
        if len(text) == 1:
            return Term(layout.GRAM, text.encode(), ord(text))
        return Term(layout.GRAM, text.encode(), ord(text[0]) | ord(text[1]) << 16) if max(text) <= "\uffff" else None
    if shape != _ENDS_IN_CHARACTER and open_end:
        # The second word may go on, so that this joint is not all of it.
        return None
    return Term(layout.JOINT, text.encode(), joint_hash(token_hash(match[shape - 1]), token_hash(match[shape])))


@lru_cache(maxsize=64)
def terms_of(needle: Needle) -> Terms:
    """Cut a needle that is more than `one_term`.

    Most are a run of characters, maybe behind a word or a number, and done in a quarter of the 15 µs of others.
    """
    text = needle.folded
    if match := _WORD_AND_RUN.fullmatch(text):
        word, run = match.groups()
        if max(run) <= "\uffff":
            return Terms((_joint(Joint(word, run[0], False, False)), *_pairs(run))[:_MOST_TERMS], False)
    if len(text) > 1 and JOINED_RUNS.fullmatch(text):
        parts = tuple(_pairs(text) if max(text) <= "\uffff" else map(_gram, pairs_of(text)))
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
            yield from map(_gram, pairs_of(run) if len(run) > 1 else (ord(run),))
    if len(joints) < len(every):
        yield from map(_gram, border_pairs(text))
    for match in WORDS.finditer(text):
        whole = match.end() < len(text) or needle.end_of_word
        if not whole or match.group() not in said:
            yield _word(match.group(), whole=whole)
    yield from map(_gram, map(ord, _OTHERS.findall(text)))


def _pairs(run: str) -> Iterator[Term]:
    """Cut characters of one unit each into pairs, in half the time that `pairs_of` needs for few of them."""
    for pair in dict.fromkeys(map(str.__add__, run, run[1:])):
        yield Term(layout.GRAM, pair.encode(), ord(pair[0]) | ord(pair[1]) << 16)


def _gram(gram: int) -> Term:
    return Term(layout.GRAM, gram_key(gram), gram)


def _word(word: str, *, whole: bool) -> Term:
    return Term(layout.WORD if whole else layout.PREFIX, encode(word), 0, word)


def _joint(joint: Joint) -> Term:
    return Term(layout.JOINT, encode(joint.key), joint_hash(token_hash(joint.left), token_hash(joint.right)))
