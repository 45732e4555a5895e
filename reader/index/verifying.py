"""Finds needles in the folded bytes of a segment; what it says is the truth that terms only approach."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from reader.index.analysis import Needle, is_word_char
from reader.index.segment_reader import SegmentReader
from reader.index.segment_writer import decode, encode

_ASCII_WORD = frozenset(code for code in range(128) if is_word_char(chr(code)))


class Verifier:
    """Looks for one needle in UTF-8."""

    def __init__(self, needle: Needle) -> None:
        """Prepare the search."""
        self.literal = encode(needle.folded)
        self._start = needle.start_of_word
        self._end = needle.end_of_word
        pattern = b" +".join(map(re.escape, self.literal.split(b" ")))
        self._search = re.compile(pattern).search if b" " in self.literal else None
        self.occurs: Callable[[bytes], bool] = self._contains
        if self._search or self._start or self._end:
            self.occurs = self._occurs

    def spans(self, data: bytes, at: int = 0) -> Iterator[tuple[int, int]]:
        """Yield where the needle occurs, overlapping matches included."""
        while (span := self._next(data, at)) is not None:
            start, end = span
            if self._bounded(data, start, end):
                yield span
            at = start + 1

    def _next(self, data: bytes, at: int) -> tuple[int, int] | None:
        if self._search is not None:
            match = self._search(data, at)
            return match and match.span()
        start = data.find(self.literal, at)
        return None if start < 0 else (start, start + len(self.literal))

    def _bounded(self, data: bytes, start: int, end: int) -> bool:
        return not (self._start and _word_before(data, start)) and not (self._end and _word_at(data, end))

    def _contains(self, data: bytes) -> bool:
        return self.literal in data

    def _occurs(self, data: bytes) -> bool:
        return next(self.spans(data), None) is not None

    def in_titles(self, segment: SegmentReader) -> list[int]:
        """Find the articles that have the needle in the title, all in one go."""
        titles, offsets = segment.titles
        found: list[int] = []
        at = 0
        while (span := next(self.spans(titles, at), None)) is not None:
            number = bisect_right(offsets, span[0]) - 1
            found.append(number)
            at = offsets[number + 1]
        return found


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
