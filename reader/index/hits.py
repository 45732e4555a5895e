"""The hits of a query in one segment: counted, or read from either end, with as little work as that takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from reader.index.segment_reader import Posting, SegmentReader
from reader.index.sets import Numbers


class Hits(Protocol):
    """The articles of a segment that a query finds."""

    @property
    def total(self) -> int:
        """How many there are."""
        ...

    @property
    def numbers(self) -> Numbers:
        """All of them, rising."""
        ...

    def newest(self, limit: int) -> Numbers:
        """Return the last ones, falling."""
        ...


@dataclass(frozen=True)
class KnownHits:
    """Hits that had to be found one and all."""

    numbers: Numbers

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.numbers)

    def newest(self, limit: int) -> Numbers:
        """Return the last ones, falling."""
        return self.numbers[: -limit - 1 : -1]


@dataclass(frozen=True)
class TermHits:
    """The articles of one term: it knows how many, and the last ones are at the end of its postings."""

    segment: SegmentReader
    posting: Posting

    @property
    def total(self) -> int:
        """How many there are."""
        return self.posting.articles

    @cached_property
    def numbers(self) -> Numbers:
        """All of them, rising."""
        return self.segment.documents(self.posting)

    def newest(self, limit: int) -> Numbers:
        """Return the last ones, falling."""
        return self.segment.newest(self.posting, limit)
