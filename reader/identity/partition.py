"""Splits the captures of one address into articles.

The partition depends only on the set of captures, never on the order in which they come:

1. an address that holds an id names one article;
2. captures that share a strong key are one group;
3. if there are four groups or more, several articles share the address, and the title alone decides;
4. if the address is weak, by its shape or because its captures differ in what the key leaves out, the groups of
   step 2 are the articles;
5. any other address is trusted: captures that share a strong or a weak key are one article.

Below four groups another capture can only join articles; the fourth group may split one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from reader.identity.addresses import Address
from reader.identity.keys import Likeness
from reader.identity.shown import Rank, Showing

# Measured: of 1,481 web addresses of one article none has more than three groups; of 75 shared ones none has fewer
# than four.
_SHARED = 4
# Stands for the one article of an address whose captures have no keys, or need none as the address holds an id.
_ONLY = -1
_OLDEST = Rank(0, -1, b"")


@dataclass(frozen=True, slots=True)
class Member:
    """A capture in a bucket; `rest` is the part of its address that the naming key leaves out."""

    rank: Rank
    likeness: Likeness
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """The effect of adding a capture: it belongs to `article`, with which the articles `joined` were merged.

    If `left` is set, the captures without a key have moved from that article to `article`, which is now shown first.
    With `all`, any capture may belong to a different article than before.
    """

    article: int
    joined: tuple[int, ...] = ()
    left: int | None = None
    all: bool = False


@dataclass(slots=True)
class _Groups:
    """Groups of connected members: a union-find over their numbers, with the Showing of each group by its root."""

    parents: list[int] = field(default_factory=list)
    showings: dict[int, Showing] = field(default_factory=dict)

    def add(self, rank: Rank, like: Iterable[int]) -> tuple[int, tuple[int, ...]]:
        """Add a member, merging the groups of all members in `like`; return its group, and those merged into it."""
        number = len(self.parents)
        self.parents.append(number)
        roots = sorted({self.find(other) for other in like})
        root = roots[0] if roots else number
        showing = self.showings.setdefault(root, Showing())
        showing.add(rank)
        for other in (*roots[1:], number):
            self.parents[other] = root
            if other != number:
                showing.join(self.showings.pop(other))
        return root, tuple(roots[1:])

    def find(self, number: int) -> int:
        """Return the group of a member: the number of the group's first member."""
        parents = self.parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number


class Partition:
    """The articles among the captures of one address, updated as captures are added.

    A capture without any key (no title, no text) connects nothing and forms no group: it belongs to the article that is
    shown first. Articles are numbered, and the numbers mean nothing outside this partition.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self._numbers: list[int] = []
        self._owners: dict[int, int] = {}
        self._rests: set[str] = set()
        self._strong, self._any, self._titles = _Groups(), _Groups(), _Groups()
        self._blank = Showing()
        # The article that is shown first, and its best version; maintained only once there is a capture without a key.
        self._first, self._best = _ONLY, _OLDEST

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, member: Member) -> Change:
        """Add a capture; takes about 50 µs, however many there are."""
        before, likeness = self._in_force, member.likeness
        if self.address.named or likeness.is_blank:
            self._numbers.append(_ONLY)
            if self._blank.longest < 0:
                self._find_first()
            self._blank.add(member.rank)
            return Change(self._first)
        self._numbers.append(len(self._strong.parents))
        self._rests.add(member.rest)
        titled, strong, weak = map(self._met, (_title_keys(member), likeness.strong(), likeness.weak()))
        if likeness.titles:
            strong |= titled
        found = {
            id(groups): groups.add(member.rank, like)
            for groups, like in ((self._titles, titled), (self._strong, strong), (self._any, strong | weak))
        }
        root, joined = found[id(self._in_force)]
        if self._in_force is not before:
            self._find_first()
            return Change(root, joined, all=True)
        return Change(root, joined) if self._blank.longest < 0 else self._with_blank(root, joined)

    def _with_blank(self, root: int, joined: tuple[int, ...]) -> Change:
        """Update the article shown first after the article `root` has changed; return the Change."""
        first = root if self._first in joined else self._first
        best = self._in_force.showings[root].best
        if first == root and best < self._best:
            # The new version is so much longer that the one shown now counts as collapsed.
            self._find_first()
        elif first in (root, _ONLY) or best > self._best:
            self._first, self._best = root, best
        else:
            self._first = first
        if self._first == first:
            return Change(root, joined)
        return (
            Change(root, joined, left=first)
            if self._first == root and first != _ONLY
            else Change(root, joined, all=True)
        )

    def _met(self, keys: Iterable[int]) -> set[int]:
        """Return the members that own one of these keys; the new member becomes the owner of the others."""
        number = self._numbers[-1]
        return {self._owners.setdefault(key, number) for key in keys} - {number}

    @property
    def _in_force(self) -> _Groups:
        if len(self._strong.showings) >= _SHARED:
            return self._titles
        return self._strong if self.address.weak or len(self._rests) > 1 else self._any

    def keys(self, member: Member) -> Iterable[int]:
        """Return the keys that connect captures at present; no two articles have one in common."""
        if self._in_force is self._titles:
            return _title_keys(member)
        strong = (*member.likeness.titles, *member.likeness.strong())
        return strong if self._in_force is self._strong else (*strong, *member.likeness.weak())

    def articles(self) -> list[int]:
        """Return the article of each capture, in the order in which they were added."""
        find, first = self._in_force.find, self._first
        return [first if number == _ONLY else find(number) for number in self._numbers]

    def showing(self, article: int) -> Showing:
        """Return the Showing of an article, with the captures without a key if they belong to it."""
        showings = self._in_force.showings
        if self._blank.longest < 0 or article != self._first:
            return showings[article]
        whole = Showing()
        whole.join(self._blank)
        if article in showings:
            whole.join(showings[article])
        return whole

    def _find_first(self) -> None:
        """Find the article that is shown first, to which captures without a key belong."""
        best = {number: showing.best for number, showing in self._in_force.showings.items()}
        self._first = max(best, key=best.__getitem__, default=_ONLY)
        self._best = best.get(self._first, _OLDEST)


def _title_keys(member: Member) -> Iterable[int]:
    """Return the keys in force when the title decides; without a title, one key from the text, else from the bytes."""
    likeness = member.likeness
    return likeness.titles or (hash(("untitled", likeness.text or int.from_bytes(member.rank.sha256[:8]))),)
