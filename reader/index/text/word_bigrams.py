"""Where words touch: one another with only spaces between them, or characters of scripts without such spaces.

A bigram of a word and what is beside it is a term, as `2023年`, `在GPT` or `prime minister`: the parts of it are
in thousands of articles, which all would have to be looked at for the few that have them side by side. So is a word
with the two characters beside it, as `2023年的`, as `2023年` may be in thousands of articles, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from reader.index.text.analysis import JOINED, JOINED_RUNS, WORD_CHAR

# A word, with the characters before and behind it that it touches, at most two, and the spaces before the next word.
WordInPlace = tuple[str, str, str, str]


class WordBigram(NamedTuple):
    """A word and its neighbour, which is another word or one or two characters; `last`: the word ends the text."""

    left: str
    right: str
    spaced: bool
    last: bool

    @property
    def key(self) -> str:
        """How the term is written, with one space between two words however many there are."""
        return f"{self.left} {self.right}" if self.spaced else self.left + self.right


def pieces_of(text: str) -> Iterator[WordInPlace]:
    """Yield the words of a text, in order."""
    spaces = ""
    for match in _piece().finditer(text):
        left = "" if spaces else _before(text, match.start())
        word, right, spaces = match.groups("")
        yield left, word, right, spaces


@cache
def _piece() -> re.Pattern[str]:
    """What finds a word, the characters behind it, or the spaces before another word.

    Compiled when it is first needed, as that takes 4 ms.
    """
    return re.compile(rf"({WORD_CHAR}++)(?:(?=([{JOINED}]{{1,2}}))|( ++)(?={WORD_CHAR}))?")


def _before(text: str, start: int) -> str:
    """Return the characters that a word touches which begins at `start`.

    A pattern that looks for them takes twice as long, as it begins at each of them.
    """
    if not start or not _is_joined(text[start - 1]):
        return ""
    return text[start - 2 : start] if start > 1 and _is_joined(text[start - 2]) else text[start - 1]


@lru_cache(maxsize=1 << 13)
def _is_joined(char: str) -> bool:
    return JOINED_RUNS.match(char) is not None


def word_bigrams_of(text: str) -> Iterator[WordBigram]:
    """Yield the bigrams of a text; that of a word and two characters comes behind that of the nearer character."""
    before = ""
    pieces = list(pieces_of(text))
    for number, (left, word, right, spaces) in enumerate(pieces, 1):
        last = number == len(pieces) and text.endswith(word)
        if before:
            yield WordBigram(before, word, True, last)
        for length in range(1, len(left) + 1):
            yield WordBigram(left[-length:], word, False, last)
        for length in range(1, len(right) + 1):
            yield WordBigram(word, right[:length], False, False)
        before = word if spaces else ""
