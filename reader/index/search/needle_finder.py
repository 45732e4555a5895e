"""Finds needles in the folded bytes of a segment; what it says is the truth that terms only approach.

Borders of words are looked at around what was found, which is cheaper than a pattern that knows them (1.5 µs).
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from reader.index.segment.writer import encode_text, segment_text
from reader.index.text.analysis import Needle, is_word_char
from reader.index.text.score_levels import IN_TITLE, level

ABSENT = -1
_ASCII_WORD = frozenset(code for code in range(128) if is_word_char(chr(code)))
_LINE_BREAK, _TWO_SPACES = b"\n", b"  "


class Verifier:
    """Looks for one needle in UTF-8 that may be a part of something longer. `plain`: wherever its bytes are."""

    def __init__(self, needle: Needle) -> None:
        """Prepare the search."""
        self.literal = encode_text(needle.folded)
        self._start_of_word, self._end_of_word = needle.start_of_word, needle.end_of_word
        self._spaced = b" " in self.literal
        self.plain = not (self._spaced or needle.start_of_word or needle.end_of_word)

    def find(self, text: bytes, at: int = 0) -> int:
        """Return where the needle first occurs in an article, or its title, from `at` on; or ABSENT."""
        literal, size = self.literal, len(self.literal)
        found = text.find(literal, at)
        while found >= 0 and not (self.plain or self._is_bounded(text, found, found + size)):
            found = text.find(literal, found + 1)
        # What has more spaces and begins before has two of them before the other ends.
        if self._spaced and text.find(_TWO_SPACES, at, len(text) if found < 0 else found + size) >= 0:
            return self._find_spaced(text, at)
        return found

    def _find_spaced(self, text: bytes, at: int) -> int:
        """Do the same for a phrase, the words of which may be more than one space apart."""
        while match := self._pattern.search(text, at):
            at, behind = match.span()
            if self._is_bounded(text, at, behind):
                return at
            at += 1
        return ABSENT

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        """What finds a phrase with any spaces: rarely needed, and 30 µs to compile."""
        return re.compile(b" +".join(map(re.escape, self.literal.split(b" "))))

    def _is_bounded(self, text: bytes, at: int, behind: int) -> bool:
        if self._start_of_word and at and _word_before(text, at):
            return False
        return not (self._end_of_word and behind < len(text) and _word_at(text, behind))

    def level(self, text: bytes) -> int:
        """Return how relevant the needle is to an article, or ABSENT."""
        first = self.find(text)
        if first < 0:
            return ABSENT
        if text.find(_LINE_BREAK, 0, first) < 0:
            return IN_TITLE
        # More occurrences than these would change nothing.
        enough = 3 + len(text) // 2048
        occurrences = 1
        while occurrences < enough:
            first = self.find(text, first + 1)
            if first < 0:
                break
            occurrences += 1
        return level(occurrences, len(text))


@lru_cache(maxsize=64)
def verifier_of(needle: Needle) -> Verifier:
    """Make the verifier of a needle, once for all segments."""
    return Verifier(needle)


def _word_before(text: bytes, at: int) -> bool:
    if text[at - 1] < 128:
        return text[at - 1] in _ASCII_WORD
    begin = at - 1
    while begin and text[begin] & 0xC0 == 0x80:
        begin -= 1
    return is_word_char(segment_text(text[begin:at]))


def _word_at(text: bytes, at: int) -> bool:
    if text[at] < 128:
        return text[at] in _ASCII_WORD
    behind = at + 1
    while behind < len(text) and text[behind] & 0xC0 == 0x80:
        behind += 1
    return is_word_char(segment_text(text[at:behind]))
