"""The states of a segment's articles as arrays of flags, by which queries filter.

States (read, starred, own tags) are stored in the store only, so starring an article writes nothing to the index. The
flags are made from the ids in each state, in 0.1 ms for 28,000 articles, and kept until a state changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reader.index.segment.reader import SegmentReader
from reader.index.text.folding import fold
from reader.query import States
from reader.scope import ArticleState

Flags = NDArray[np.bool_]


class StateRows:
    """The flags of all segments of a snapshot, made on first use."""

    def __init__(self, states: States) -> None:
        """Make flags from the ids in `states`."""
        self.version = states.version
        self._states = states
        self._made: dict[tuple[SegmentReader, ArticleState | str], Flags] = {}

    def of(self, segment: SegmentReader, state: ArticleState) -> Flags:
        """Return a flag for each article: whether it is in a state."""
        made = self._made.get((segment, state))
        if made is None:
            ids = self._states.starred if state is ArticleState.STARRED else self._states.read
            made = self._made[segment, state] = _are_among(ids, segment, invert=state is ArticleState.UNREAD)
        return made

    def tagged(self, segment: SegmentReader, folded: str) -> Flags | None:
        """Return a flag for each article: whether it has an own tag that folds to `folded`; None without such a tag."""
        ids = self._by_folded_tag.get(folded)
        if ids is None:
            return None
        made = self._made.get((segment, folded))
        if made is None:
            made = self._made[segment, folded] = _are_among(ids, segment)
        return made

    @cached_property
    def _by_folded_tag(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for tag, ids in self._states.tags.items():
            found.setdefault(fold(tag).strip().replace("\n", " "), []).extend(ids)
        return found


def _are_among(ids: Sequence[int], segment: SegmentReader, *, invert: bool = False) -> Flags:
    """Return a flag for each article of a segment: whether it is among `ids`."""
    return np.isin(segment.ids, np.asarray(ids, np.int64), invert=invert)
