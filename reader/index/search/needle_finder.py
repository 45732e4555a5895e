"""Finds needles in the folded bytes of a segment: the exact check of the candidates that terms give.

The borders of words are checked around each match, which is cheaper than a pattern with lookarounds (1.5 µs).
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
    """Finds one needle in UTF-8. `plain` says that it matches wherever its bytes occur."""

    def __init__(self, needle: Needle) -> None:
        """Prepare to find `needle`."""
        self.literal = encode_text(needle.folded)
        self._start_of_word, self._end_of_word = needle.start_of_word, needle.end_of_word
        self._spaced = b" " in self.literal
        self.plain = not (self._spaced or needle.start_of_word or needle.end_of_word)

    def find(self, text: bytes, at: int = 0) -> int:
        """Return the offset of the first match in a content or a title, from `at` on; or ABSENT."""
        literal, size = self.literal, len(self.literal)
        found = text.find(literal, at)
        while found >= 0 and not (self.plain or self._is_bounded(text, found, found + size)):
            found = text.find(literal, found + 1)
        # An earlier match with more spaces contains two spaces in a row before the end of this one.
        if self._spaced and text.find(_TWO_SPACES, at, len(text) if found < 0 else found + size) >= 0:
            return self._find_spaced(text, at)
        return found

    def _find_spaced(self, text: bytes, at: int) -> int:
        """Return the offset of the first match of a phrase whose words may be several spaces apart; or ABSENT."""
        while match := self._pattern.search(text, at):
            at, behind = match.span()
            if self._is_bounded(text, at, behind):
                return at
            at += 1
        return ABSENT

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        """The pattern of a phrase with any number of spaces: rarely needed, and 30 µs to compile."""
        return re.compile(b" +".join(map(re.escape, self.literal.split(b" "))))

    def _is_bounded(self, text: bytes, at: int, behind: int) -> bool:
        if self._start_of_word and at and _word_before(text, at):
            return False
        return not (self._end_of_word and behind < len(text) and _word_at(text, behind))

    def level(self, text: bytes) -> int:
        """Return the score level of the needle in an article's content, or ABSENT."""
        first = self.find(text)
        if first < 0:
            return ABSENT
        if text.find(_LINE_BREAK, 0, first) < 0:
            return IN_TITLE
        # More matches than this do not change the level.
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
    """Return the verifier of a needle, made once for all segments."""
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
