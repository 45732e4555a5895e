"""All articles of a snapshot in one order, by date and id, so that the hits of several segments are soon merged.

Each article's place in it is one number, and merging is sorting some of these: the first fifty of five segments in
10 µs, where comparing dates and ids took 60. It is made when it is first wanted, 2 ms for 28,000 articles.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reader.index.segment.reader import SegmentReader

Places = NDArray[np.int64]


class Timeline:
    """The articles of all segments, deleted ones too; those without a date come first."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        """Make it for these segments."""
        self._segments = segments

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        """The ids by place."""
        return np.concatenate([segment.ids for segment in self._segments])[self._order]

    @cached_property
    def places(self) -> Sequence[Places]:
        """For each segment, the place of each article."""
        places = np.empty(len(self._order), np.int64)
        places[self._order] = np.arange(len(self._order))
        return np.split(places, np.cumsum([segment.articles for segment in self._segments])[:-1])

    @cached_property
    def undated(self) -> int:
        """How many have no date."""
        return sum(segment.undated for segment in self._segments)

    @cached_property
    def _order(self) -> NDArray[np.intp]:
        """Sort all articles, one segment behind the other.

        Each segment is in order, and sorting stably is merging then. But of equal dates in several segments the ids
        are not: those few are sorted once more, and stay where they are among the others.
        """
        dates = np.concatenate([segment.published for segment in self._segments])
        order = np.argsort(dates, kind="stable")
        equal = np.zeros(len(dates) + 1, np.bool_)
        np.equal(dates[order[1:]], dates[order[:-1]], out=equal[1:-1])
        tied = equal[1:] | equal[:-1]
        if tied.any():
            ids = np.concatenate([segment.ids for segment in self._segments])
            some = order[tied]
            order[tied] = some[np.lexsort((ids[some], dates[some]))]
        return order
