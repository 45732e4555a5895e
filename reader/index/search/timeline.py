"""The timeline: all articles of a snapshot by date and id, by which the hits of several segments are merged.

The place of an article in it is one number, so merging is sorting numbers: the first fifty hits of five segments take
10 µs, where comparing dates and ids took 60. It is made on first use, in 2 ms for 28,000 articles.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reader.index.segment.reader import SegmentReader

Places = NDArray[np.int64]


class Timeline:
    """The articles of all segments, deleted ones included; those without a date come first."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        """Order the articles of `segments`."""
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
        """The number of articles without a date."""
        return sum(segment.undated for segment in self._segments)

    @cached_property
    def _order(self) -> NDArray[np.intp]:
        """The places, in the concatenated segments, of all articles in order.

        A stable sort by date merges the segments, each of which is in order. Only articles with equal dates in several
        segments are then out of order by id, and are sorted again.
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
