"""Parts the captures of a bucket into articles.

The partition tells for captures that are live. A withdrawn one shows nothing and stays with what is left of its
article, so that what was said of it is not lost; an article of which nothing is left lies in the bin as it was.
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
    """A capture of a bucket; `born` is the number of the article that it was first, if it was one."""

    revision: RevisionId
    article: ArticleId
    member: Member
    page: int
    withdrawn: int | None
    born: ArticleId | None


@dataclass(slots=True)
class Part:
    """One article of a bucket: its captures, those that are withdrawn last, and what is shown of it.

    `number` is that of the partition, None where all captures are withdrawn.
    """

    number: int | None
    captures: list[Capture]
    showing: Showing
    id: ArticleId = _NO_ID

    @property
    def withdrawn(self) -> int | None:
        """When the last of its captures was withdrawn, None if one is not."""
        times = [capture.withdrawn for capture in self.captures]
        return None if None in times else max(time for time in times if time is not None)

    @property
    def with_keys(self) -> list[Capture]:
        """The captures that make it an article: those without a key come and go, unless there are no others."""
        return [capture for capture in self.captures if not capture.member.likeness.is_blank] or self.captures

    @property
    def shown(self) -> RevisionId:
        """The version that is shown."""
        best = self.showing.best
        return next(capture.revision for capture in self.captures if capture.member.rank == best)


def parts_of(partition: Partition, live: Sequence[Capture], withdrawn: Iterable[Capture]) -> list[Part]:
    """Return the articles of a bucket; `live` is in the order of the partition."""
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
    """Find for a withdrawn capture what is left of its article.

    Where that has parted it is the part which shares most keys with the capture, of several that of the smallest hash.
    """
    smallest = [min(capture.member.rank.sha256 for capture in part.captures) for part in parts]
    left: dict[ArticleId, dict[int, None]] = {}
    for place in sorted(range(len(parts)), key=smallest.__getitem__):
        for capture in parts[place].with_keys:
            left.setdefault(capture.article, {})[place] = None
    parted = {place for places in left.values() if len(places) > 1 for place in places}
    # A key that joins captures is one article's alone.
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
