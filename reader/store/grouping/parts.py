"""Divides the captures of a bucket into parts, each of them one article.

The partition decides for live captures. A withdrawn capture is not shown, but stays with what is left of its article,
so that the statements on it are not lost; an article that has only withdrawn captures is in the bin, unchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reader.article import ArticleId, RevisionId
from reader.identity.partition import Member, Partition
from reader.identity.shown import Showing

_NO_ID = ArticleId(0)


@dataclass(slots=True)
class Capture:
    """A capture of a bucket, stored as `revision` of `article`.

    `page` is a hash of title and page; `withdrawn` is when it was withdrawn, in ms since 1970; `born` is the number
    that it carries: that of the article it first was, if it was one.
    """

    revision: RevisionId
    article: ArticleId
    member: Member
    page: int
    withdrawn: int | None
    born: ArticleId | None


@dataclass(slots=True)
class Part:
    """One article of a bucket: its captures, the withdrawn ones last, and which of them is shown.

    `number` is that of the article in the partition, None if all its captures are withdrawn.
    """

    number: int | None
    captures: list[Capture]
    showing: Showing
    id: ArticleId = _NO_ID

    @property
    def withdrawn(self) -> int | None:
        """When the last of its captures was withdrawn, in ms since 1970; None if one of them is live."""
        times = [capture.withdrawn for capture in self.captures]
        return None if None in times else max(time for time in times if time is not None)

    @property
    def with_keys(self) -> list[Capture]:
        """The captures that have keys and so define the article; all captures if none of them has."""
        return [capture for capture in self.captures if not capture.member.likeness.is_blank] or self.captures

    @property
    def shown(self) -> RevisionId:
        """The version that is shown."""
        best = self.showing.best
        return next(capture.revision for capture in self.captures if capture.member.rank == best)


def parts_of(partition: Partition, live: Sequence[Capture], withdrawn: Iterable[Capture]) -> list[Part]:
    """Return the articles of a bucket; `live` must be in the order of the partition."""
    found: dict[int, Part] = {}
    for capture, number in zip(live, partition.articles(), strict=True):
        if number not in found:
            found[number] = Part(number, [], partition.showing(number))
        found[number].captures.append(capture)
    parts = list(found.values())
    home_of = _homes(parts, partition.keys)
    in_bin: dict[ArticleId, Part] = {}
    for capture in withdrawn:
        part = home_of(capture)
        if part is None:
            part = in_bin.setdefault(capture.article, Part(None, [], Showing()))
            part.showing.add(capture.member.rank)
        part.captures.append(capture)
    return [*parts, *in_bin.values()]


def _homes(parts: Sequence[Part], keys: Callable[[Member], Iterable[int]]) -> Callable[[Capture], Part | None]:
    """Return a function that finds, for a withdrawn capture, the part that is left of its article.

    If the article was divided, it is the part that shares most keys with the capture, and among equals the one with
    the smallest hash; None if nothing is left.
    """
    smallest = [min(capture.member.rank.sha256 for capture in part.captures) for part in parts]
    left: dict[ArticleId, dict[int, None]] = {}
    for place in sorted(range(len(parts)), key=smallest.__getitem__):
        for capture in parts[place].with_keys:
            left.setdefault(capture.article, {})[place] = None
    parted = {place for places in left.values() if len(places) > 1 for place in places}
    # Captures that share a key are one article, so a key belongs to one part at most.
    owners = {key: place for place in parted for capture in parts[place].captures for key in keys(capture.member)}

    def home(capture: Capture) -> Part | None:
        places = left.get(capture.article)
        if places is None:
            return None
        if len(places) == 1:
            return parts[next(iter(places))]
        alike = Counter(owners[key] for key in keys(capture.member) if owners.get(key) in places)
        return parts[min(alike or places, key=lambda place: (-alike[place], smallest[place]))]

    return home
