"""Decides when segments are written anew, so that there are few of them and none costs much.

Segments come in sizes. When there are too many of one size, they are joined into one of the next; the
largest are left alone, unless much of them was deleted. In an import that commits a thousand articles at a
time each article is so rewritten once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LARGEST_ARTICLES = 10_000
LARGEST_CHARACTERS = 30_000_000
# Up to so many articles, so many segments may lie about.
_SIZES = ((64, 4), (512, 4), (4_000, 7))


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


def choose_merge(sizes: Sequence[SegmentSize]) -> list[int]:
    """Say which segments to join now, by their places; none if all is well."""
    smallest = 0
    for largest, most in _SIZES:
        alike = [at for at, size in enumerate(sizes) if smallest < size.live <= largest and _joinable(size)]
        if len(alike) >= most:
            return _fitting(sizes, sorted(alike, key=lambda at: sizes[at].live))
        smallest = largest
    return [at for at, size in enumerate(sizes) if size.hollow][:1]


def _joinable(size: SegmentSize) -> bool:
    """Say whether there is room for another of its kind."""
    return 2 * size.live_characters <= LARGEST_CHARACTERS


def _fitting(sizes: Sequence[SegmentSize], places: Sequence[int]) -> list[int]:
    """Take as many, from the smallest, as fit into one segment: two at least."""
    chosen: list[int] = []
    articles = characters = 0
    for at in places:
        articles += sizes[at].live
        characters += sizes[at].live_characters
        if articles > LARGEST_ARTICLES or characters > LARGEST_CHARACTERS:
            break
        chosen.append(at)
    return chosen
