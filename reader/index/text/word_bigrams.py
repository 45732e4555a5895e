"""Where words touch: one another with only spaces between them, or characters of scripts without such spaces.

A bigram of a word and what is beside it is a term, as `2023年`, `在GPT` or `prime minister`: the parts of it are
in thousands of articles, which all would have to be looked at for the few that have them side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from reader.index.text.analysis import JOINED, JOINED_RUNS, WORD_CHAR, WORDS

WordInPlace = tuple[str, str, str, str]
_LONG = 1 << 20


class WordBigram(NamedTuple):
    """Two neighbours, at least one of which is a word; `spaced`: both are. `last`: the right one ends the text."""

    left: str
    right: str
    spaced: bool
    last: bool

    @property
    def key(self) -> str:
        """How the term is written, with one space however many there are."""
        return f"{self.left} {self.right}" if self.spaced else self.left + self.right


def pieces_of(text: str) -> list[WordInPlace]:
    """Return the words of a text, each with the character before, the character behind, and the spaces behind it."""
    return _piece().findall(text)


def pieces_in(text: str) -> Iterable[WordInPlace]:
    """Return the words as `pieces_of` does; those of a very long text one by one, as a list takes 250 bytes a word."""
    if len(text) <= _LONG:
        return pieces_of(text)
    return ((left, word, right, spaces) for left, word, right, spaces in map(_groups, _piece().finditer(text)))


def _groups(match: re.Match[str]) -> Sequence[str]:
    return match.groups("")


@cache
def _piece() -> re.Pattern[str]:
    """What finds a word, the character before it, the one behind it, or the spaces before another word.

    Only an index that is being built asks for it, and compiling takes 4 ms.
    """
    return re.compile(rf"([{JOINED}]?)({WORD_CHAR}++)(?:(?=([{JOINED}]))|( ++)(?={WORD_CHAR}))?")


def word_bigrams_of(text: str) -> Iterator[WordBigram]:
    """Yield the bigrams of a short text, without the pattern of `pieces_of`: the first search would wait for it."""
    before = None
    for match in WORDS.finditer(text):
        word, (start, end) = match[0], match.span()
        last = end == len(text)
        if start and JOINED_RUNS.match(text, start - 1):
            yield WordBigram(text[start - 1], word, False, last)
        elif before is not None and not text[before.end() : start].strip(" "):
            yield WordBigram(before[0], word, True, last)
        if JOINED_RUNS.match(text, end):
            yield WordBigram(word, text[end], False, False)
        before = match
