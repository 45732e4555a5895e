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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reader.identity.addresses import Address
from reader.identity.keys import Likeness
from reader.identity.shown import Rank, Showing

# No address of one article has more than three groups among 1,481 on the web; of 75 shared ones none has fewer.
_SHARED = 4
# The article of an address whose captures have nothing to compare, or need no comparing.
_ONLY = -1


@dataclass(frozen=True, slots=True)
class Member:
    """A capture of an address: `rest` is what the naming key leaves out of its own address."""

    rank: Rank
    likeness: Likeness
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a capture has changed: it belongs to `article`, into which the articles `joined` went.

    With `all` any capture may belong to another article than before.
    """

    article: int
    joined: tuple[int, ...] = ()
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

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, member: Member) -> Change:
        """Take a capture in; some 50 µs, however many there are."""
        before = self._in_force
        likeness = member.likeness
        if self._address.named or likeness.is_blank:
            self._numbers.append(_ONLY)
            self._blank.add(member.rank)
            return Change(self._first(), all=not self._address.named)
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
        return Change(root, joined, all=self._in_force is not before or self._blank.longest >= 0)

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
        find, first = self._in_force.find, self._first()
        return [first if number == _ONLY else find(number) for number in self._numbers]

    def showing(self, article: int) -> Showing:
        """Return what is shown of an article."""
        showings = self._in_force.showings
        if self._blank.longest < 0 or article != self._first():
            return showings[article]
        whole = Showing()
        whole.join(self._blank)
        if article in showings:
            whole.join(showings[article])
        return whole

    def _first(self) -> int:
        """Return the article that is shown first, to which captures without a key belong."""
        showings: Mapping[int, Showing] = self._in_force.showings
        return max(showings, key=lambda number: showings[number].best, default=_ONLY)


def _title_keys(member: Member) -> Iterable[int]:
    """Return what decides where the title does: a capture without one is named by its text, else by its bytes."""
    likeness = member.likeness
    return likeness.titles or (hash(("untitled", likeness.text or int.from_bytes(member.rank.sha256[:8]))),)
