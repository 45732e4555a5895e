"""Finds needles in the folded bytes of a segment; what it says is the truth that terms only approach."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from reader.index.analysis import Needle, is_word_char, needle_pattern
from reader.index.segment_reader import SegmentReader
from reader.index.segment_writer import decode, encode

# Looking at one title costs as much as passing over so many.
_TITLES_PER_LOOK = 8
_ASCII_WORD = frozenset(code for code in range(128) if is_word_char(chr(code)))


class Verifier:
    """Looks for one needle in UTF-8. `plain`: it is there wherever its bytes are."""

    def __init__(self, needle: Needle) -> None:
        """Prepare the search."""
        self.needle = needle
        self.literal = encode(needle.folded)
        spaced = b" " in self.literal
        self.plain = not (spaced or needle.start_of_word or needle.end_of_word)
        words = map(re.escape, self.literal.split(b" "))
        self._pattern = re.compile(b" +".join(words)) if spaced else None
        self._title_pattern = None if self.plain else needle_pattern(needle)

    def occurs(self, data: bytes) -> bool:
        """Say whether the needle occurs in a folded text."""
        start, end = self._next(data, 0)
        while start >= 0:
            if self._bounded(data, start, end):
                return True
            start, end = self._next(data, start + 1)
        return False

    def _next(self, data: bytes, at: int) -> tuple[int, int]:
        if self._pattern is not None:
            match = self._pattern.search(data, at)
            return match.span() if match else (-1, -1)
        start = data.find(self.literal, at)
        return start, start + len(self.literal)

    def _bounded(self, data: bytes, start: int, end: int) -> bool:
        needle = self.needle
        if needle.start_of_word and _word_before(data, start):
            return False
        return not (needle.end_of_word and _word_at(data, end))

    def among_titles(self, segment: SegmentReader, within: Sequence[int]) -> Sequence[int]:
        """Return those of `within`, rising, that have the needle in the title."""
        titles, offsets = segment.titles
        if len(within) * _TITLES_PER_LOOK < len(offsets):
            find = self._find_in_titles
            return [at for at in within if find(titles, offsets[at], offsets[at + 1]) >= 0]
        found = self._in_titles(titles, offsets)
        if len(within) == segment.articles:
            return found
        wanted = set(within)
        return [number for number in found if number in wanted]

    def _in_titles(self, titles: str, offsets: Sequence[int]) -> list[int]:
        """Go through all titles at once."""
        found: list[int] = []
        at = self._find_in_titles(titles, 0, len(titles))
        while at >= 0:
            number = bisect_right(offsets, at) - 1
            found.append(number)
            at = self._find_in_titles(titles, offsets[number + 1], len(titles))
        return found

    def _find_in_titles(self, titles: str, start: int, end: int) -> int:
        if self._title_pattern is None:
            return titles.find(self.needle.folded, start, end)
        match = self._title_pattern.search(titles, start, end)
        return match.start() if match else -1


def _word_before(data: bytes, at: int) -> bool:
    if not at:
        return False
    if data[at - 1] < 128:
        return data[at - 1] in _ASCII_WORD
    start = at - 1
    while data[start] & 0xC0 == 0x80:
        start -= 1
    return is_word_char(decode(data[start:at]))


def _word_at(data: bytes, at: int) -> bool:
    if at == len(data):
        return False
    if data[at] < 128:
        return data[at] in _ASCII_WORD
    end = at + 1
    while end < len(data) and data[end] & 0xC0 == 0x80:
        end += 1
    return is_word_char(decode(data[at:end]))
