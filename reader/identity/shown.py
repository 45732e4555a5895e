"""Which version of an article is shown: the newest that has not lost its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

# A later capture that is at most so long, and less than a tenth of the longest version, has lost its text.
# Measured: 15 of 15 such captures are found so, and none of 808 others.
SHORT = 100
SHARE = 10

# A time after this is a slip of whoever wrote it. A constant, not today's date: what is shown depends on the
# captures alone. Ten years after the release; it moves with CLEAN_VERSION, as stored pages are cleaned again then.
HORIZON = datetime(2036, 12, 1, tzinfo=UTC)


class Rank(NamedTuple):
    """What decides between two versions; the greater is shown. An undated one counts as the oldest.

    `time` is in milliseconds since 1970, `length` the characters of the text, `sha256` the hash of the capture's
    bytes. The same bytes may have come with more of their pictures another time: `pictures` is from `pictures_key`.
    """

    time: int
    length: int
    sha256: bytes
    pictures: bytes = b""


def pictures_key(hashes: Sequence[str]) -> bytes:
    """Return what tells one set of pictures that came with a capture from another; more of them are greater."""
    if not hashes:
        return b""
    # Whoever only wants to know what is shown needs no hashes.
    from hashlib import sha256

    return min(len(hashes), 0xFFFF).to_bytes(2) + sha256("".join(hashes).encode()).digest()[:8]


@dataclass(slots=True)
class Showing:
    """The versions of one article, as far as the choice among them needs them; adding one costs the same however many.

    Only a short version can have lost its text, so the best of each short length is kept beside the best long one.
    """

    longest: int = -1
    _long: Rank | None = None
    _short: dict[int, Rank] = field(default_factory=dict)

    def add(self, rank: Rank) -> None:
        """Take a version in."""
        self.longest = max(self.longest, rank.length)
        if rank.length > SHORT:
            self._long = rank if self._long is None else max(self._long, rank)
        else:
            self._short[rank.length] = max(rank, self._short.get(rank.length, rank))

    def join(self, other: Showing) -> None:
        """Take in the versions of another article, which is the same."""
        self.longest = max(self.longest, other.longest)
        for rank in (other._long, *other._short.values()):
            if rank is not None:
                self.add(rank)

    @property
    def best(self) -> Rank:
        """The version that is shown.

        Raises:
            ValueError: there is none.
        """
        whole = [rank for rank in self._short.values() if not has_collapsed(rank.length, self.longest)]
        return max(whole if self._long is None else [*whole, self._long])


def has_collapsed(length: int, longest: int) -> bool:
    """Say whether a version of this length has lost its text, when the longest of all versions has `longest`.

    Strictly less than the share: else an article of empty versions had none to show.
    """
    return length <= SHORT and length * SHARE < longest
