"""Decides which segments are merged: the merge policy, which keeps their number and the cost of merging small.

Every segment costs a search 15 to 50 µs. Segments of similar size are merged: one that is more than three times as
large as all smaller ones together is left alone, so an article is rewritten only each time its segment grows fourfold.
During an import only small segments are merged, and only if there are many; the rest waits until nothing else is to be
done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reader.index.segment.posting_builder import MOST_ARTICLES

LARGEST_ARTICLES = MOST_ARTICLES - 1
# Merging this many characters takes about 500 MB of memory and 10 s.
LARGEST_CHARACTERS = 40_000_000
_ALIKE = 3
MANY, FEWEST = 4, 2


@dataclass(frozen=True, slots=True)
class SegmentSize:
    """The size of a segment; `deleted` counts its deleted articles."""

    articles: int
    characters: int
    deleted: int

    @property
    def live(self) -> int:
        """The number of articles that are not deleted."""
        return self.articles - self.deleted

    @property
    def live_characters(self) -> int:
        """The approximate number of characters of the articles that are not deleted."""
        return self.characters * self.live // max(1, self.articles)

    @property
    def hollow(self) -> bool:
        """Whether so many articles were deleted that the segment should be rewritten for that alone."""
        return 3 * self.deleted > self.articles


def choose_merge(sizes: Sequence[SegmentSize], fewest: int = FEWEST) -> list[int]:
    """Return the places of the segments to merge: at least `fewest` of similar size, or a hollow one; or none.

    Smaller segments that are too few to be merged by themselves are merged with them.
    """
    group = _Group()
    for at in sorted(range(len(sizes)), key=lambda at: sizes[at].live):
        if not group.has_room(sizes[at]):
            if len(group.alike) >= fewest:
                break
            group = _Group()
        elif not group.is_like(sizes[at]):
            if len(group.alike) >= fewest:
                break
            group.begin_again()
        group.add(at, sizes[at])
    if len(group.alike) >= fewest:
        return group.smaller + group.alike
    return [at for at, size in enumerate(sizes) if size.hollow][:1]


class _Group:
    """Segments that could be merged: some of similar size, and some smaller ones."""

    def __init__(self) -> None:
        self.smaller: list[int] = []
        self.alike: list[int] = []
        self._articles = self._characters = 0

    def has_room(self, size: SegmentSize) -> bool:
        articles, characters = self._articles + size.live, self._characters + size.live_characters
        return articles <= LARGEST_ARTICLES and characters <= LARGEST_CHARACTERS

    def is_like(self, size: SegmentSize) -> bool:
        return size.live <= _ALIKE * self._articles

    def begin_again(self) -> None:
        self.smaller += self.alike
        self.alike = []

    def add(self, at: int, size: SegmentSize) -> None:
        self.alike.append(at)
        self._articles += size.live
        self._characters += size.live_characters
