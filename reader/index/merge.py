"""Decides which segments are merged, so that there are few of them and none costs much.

Every segment costs a search some 15 to 50 µs. So those of like size are joined: one that is more than three
times as large as all the smaller ones together is left alone, and each article is thus rewritten only as often
as its segment grows fourfold. While articles come in, only small segments are joined, and only when there are
many; the rest waits for a time when nothing else is to be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reader.index.segment.posting_builder import MOST_ARTICLES

LARGEST_ARTICLES = MOST_ARTICLES - 1
# Joining so many characters takes some 500 MB of memory, and 10 s.
LARGEST_CHARACTERS = 40_000_000
_ALIKE = 3
MANY, FEWEST = 4, 2


@dataclass(frozen=True, slots=True)
class SegmentSize:
    """How large a segment is, and how many of its articles were deleted."""

    articles: int
    characters: int
    deleted: int

    @property
    def live(self) -> int:
        """How many articles remain."""
        return self.articles - self.deleted

    @property
    def live_characters(self) -> int:
        """About how many characters remain."""
        return self.characters * self.live // max(1, self.articles)

    @property
    def hollow(self) -> bool:
        """Whether so much of it was deleted that it should be rewritten for that alone."""
        return 3 * self.deleted > self.articles


def choose_merge(sizes: Sequence[SegmentSize], fewest: int = FEWEST) -> list[int]:
    """Say which segments to join, by their places: at least `fewest` alike, or a hollow one; none if all is well.

    Smaller ones that are too few to be joined by themselves come along.
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
    """Segments that could be joined: some of like size, and some that are smaller."""

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
