"""Parts the captures of one address into articles.

The partition is a function of the set of captures, so the order in which they come never matters:

1. an address that holds an id names one article;
2. captures that share a strong key are one group;
3. four groups or more, and the address is shared by articles: the title alone decides;
4. an address that is weak, by its shape or as its captures differ in what its name leaves out: the groups of 2;
5. any other address is trusted: captures that share a strong or a weak key are one article.

Below four groups more captures only join articles; at the fourth one an article may be parted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from reader.identity.addresses import Address
from reader.identity.keys import Likeness
from reader.identity.shown import Rank, Showing

# No address of one article has more than three groups among 1,481 on the web; of 75 shared ones none has fewer.
_SHARED = 4
# The article of an address whose captures have nothing to compare, or need no comparing.
_ONLY = -1
_OLDEST = Rank(0, -1, b"")


@dataclass(frozen=True, slots=True)
class Member:
    """A capture of an address: `rest` is what the naming key leaves out of its own address."""

    rank: Rank
    likeness: Likeness
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a capture has changed: it belongs to `article`, into which the articles `joined` went.

    Captures without a key have left the article `left` for it, as it is the one that is shown first now. With `all` any
    capture may belong to another article than before.
    """

    article: int
    joined: tuple[int, ...] = ()
    left: int | None = None
    all: bool = False


@dataclass(slots=True)
class _Groups:
    """Members that are connected: a union-find over their numbers, and what is shown of each group."""

    parents: list[int] = field(default_factory=list)
    showings: dict[int, Showing] = field(default_factory=dict)

    def add(self, rank: Rank, like: Iterable[int]) -> tuple[int, tuple[int, ...]]:
        """Add a member and join the groups of those that it is like; return its group, and those that are no more."""
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
        """Return the group of a member: the number of its first."""
        parents = self.parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number


class Partition:
    """The articles among the captures of one address, as captures are added.

    A capture without any key (no title, no text) connects nothing and proves no group: it belongs to the article
    that is shown first. Articles are named by numbers that mean nothing elsewhere.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._numbers: list[int] = []
        self._owners: dict[int, int] = {}
        self._rests: set[str] = set()
        self._strong, self._any, self._titles = _Groups(), _Groups(), _Groups()
        self._blank = Showing()
        # The article that is shown first and its version; they are kept only once there is a capture without a key.
        self._first, self._best = _ONLY, _OLDEST

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, member: Member) -> Change:
        """Take a capture in; some 50 µs, however many there are."""
        before, likeness = self._in_force, member.likeness
        if self._address.named or likeness.is_blank:
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
        """Say what an article that has changed means for the captures without a key."""
        first = root if self._first in joined else self._first
        best = self._in_force.showings[root].best
        if first == root and best < self._best:
            # A longer version has come, and that which was shown has lost its text beside it.
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
        """Return the members that had one of these keys first."""
        number = self._numbers[-1]
        return {self._owners.setdefault(key, number) for key in keys} - {number}

    @property
    def _in_force(self) -> _Groups:
        if len(self._strong.showings) >= _SHARED:
            return self._titles
        return self._strong if self._address.weak or len(self._rests) > 1 else self._any

    def keys(self, member: Member) -> Iterable[int]:
        """Return the keys by which captures are joined as things are: no two articles have one in common."""
        if self._in_force is self._titles:
            return _title_keys(member)
        strong = (*member.likeness.titles, *member.likeness.strong())
        return strong if self._in_force is self._strong else (*strong, *member.likeness.weak())

    def articles(self) -> list[int]:
        """Return for each capture, in the order in which they were added, its article."""
        find, first = self._in_force.find, self._first
        return [first if number == _ONLY else find(number) for number in self._numbers]

    def showing(self, article: int) -> Showing:
        """Return what is shown of an article."""
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
    """Return what decides where the title does: a capture without one is named by its text, else by its bytes."""
    likeness = member.likeness
    return likeness.titles or (hash(("untitled", likeness.text or int.from_bytes(member.rank.sha256[:8]))),)
