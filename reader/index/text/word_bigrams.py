"""Word bigrams: a word with the next word, or with one or two characters of a script without spaces next to it.

Such a bigram is a term, for example `2023年`, `在GPT` or `prime minister`: its parts may each be in thousands of
articles, all of which would have to be read to find the few that have them side by side. `2023年` may itself be in
thousands of articles, so a word with two characters, as in `2023年的`, is a term, too.
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
    """A word and its neighbour: another word, or one or two characters. `last` says that the word ends the text."""

    left: str
    right: str
    spaced: bool
    last: bool

    @property
    def key(self) -> str:
        """The spelling of the term, with a single space between two words."""
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
    """Return the pattern of a word with the characters after it, or the spaces before the next word.

    It is compiled on first use, as that takes 4 ms.
    """
    return re.compile(rf"({WORD_CHAR}++)(?:(?=([{JOINED}]{{1,2}}))|( ++)(?={WORD_CHAR}))?")


def _before(text: str, start: int) -> str:
    """Return the one or two characters, of a script without spaces, before the word that begins at `start`.

    A pattern for them would take twice as long, as it would be tried at each such character.
    """
    if not start or not _is_joined(text[start - 1]):
        return ""
    return text[start - 2 : start] if start > 1 and _is_joined(text[start - 2]) else text[start - 1]


@lru_cache(maxsize=1 << 13)
def _is_joined(char: str) -> bool:
    return JOINED_RUNS.match(char) is not None


def word_bigrams_of(text: str) -> Iterator[WordBigram]:
    """Yield the word bigrams of a text; one with two characters follows the one with only the nearer of them."""
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
