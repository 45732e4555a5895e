"""The hits of a query in one segment: counted, or read from either end, with as little work as that takes."""

from __future__ import annotations

from typing import NamedTuple

from reader.index.segment.id_sets import Numbers
from reader.index.segment.reader import Posting, SegmentReader


class KnownHits(NamedTuple):
    """Hits that had to be found one and all."""

    numbers: Numbers

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.numbers)

    def newest(self, limit: int) -> Numbers:
        """Return the last ones, falling."""
        return self.numbers[: -limit - 1 : -1]


class TermHits(NamedTuple):
    """The articles of one term: it knows how many, and the last ones are at the end of its postings."""

    segment: SegmentReader
    posting: Posting

    @property
    def total(self) -> int:
        """How many there are."""
        return self.posting.articles

    @property
    def numbers(self) -> Numbers:
        """All of them, rising."""
        return self.segment.documents(self.posting)

    def newest(self, limit: int) -> Numbers:
        """Return the last ones, falling."""
        return self.segment.newest(self.posting, limit)


Hits = KnownHits | TermHits
