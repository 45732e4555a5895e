"""Sorts the hits of all segments: by date, or by score.

The score is exact, and the same whether it is read from the index or counted in the texts. For each of the first 32
needles of the query, an article with the needle in its title gets 8 points; else 2 or 1 if the needle occurs often for
the length of the article (see score_levels); else none. Most points come first, among equals the newest; articles that
match only in an older version come last. By date, ids break ties in the same direction, and articles without a date
come last in both directions.

Only the first `limit` hits of each segment are compared with those of the others.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from reader.article import ArticleId
from reader.index.query.nodes import Node
from reader.index.search.evaluator import Evaluator
from reader.index.search.score import Scored, Scorer
from reader.index.search.timeline import Places, Timeline
from reader.index.segment.id_sets import NO_NUMBERS, Numbers, difference
from reader.index.text.analysis import Needle

# More points than all needles together can give.
_BEHIND = np.int16(1_000)


class SegmentHits(NamedTuple):
    """The hits in the segment at place `at` of a snapshot, with the evaluator and the query that found them."""

    at: int
    evaluator: Evaluator
    numbers: Numbers
    root: Node | None = None

    def newest(self, limit: int | None) -> Numbers:
        """Return the newest hits, newest first."""
        return self.numbers[::-1][:limit]

    def scored(self, needles: Sequence[Needle], limit: int | None) -> Scored:
        """Return the most relevant hits; those that match only in an older version have negative points."""
        last = NO_NUMBERS if self.root is None else self.evaluator.only_older(self.root, self.numbers)
        best = Scorer(self.evaluator, difference(self.numbers, last), needles).best(limit)
        left = None if limit is None else limit - len(best.numbers)
        if not len(last) or left == 0:
            return best
        rest = Scorer(self.evaluator, last, needles).best(left)
        return Scored(
            np.concatenate((best.points, rest.points - _BEHIND)), np.concatenate((best.numbers, rest.numbers))
        )


def newest(parts: Sequence[SegmentHits], timeline: Timeline, limit: int | None) -> Sequence[ArticleId]:
    """Return the ids of the first `limit` hits, the newest first."""
    if len(parts) == 1:
        return _as_sequence(parts[0].evaluator.segment.ids[parts[0].newest(limit)])
    places = np.concatenate([timeline.places[part.at][part.newest(limit)] for part in parts])
    places.sort()
    return _as_sequence(timeline.ids[places[::-1][:limit]])


def oldest(parts: Sequence[SegmentHits], timeline: Timeline, limit: int | None) -> Sequence[ArticleId]:
    """Return the ids of the first `limit` hits, the oldest first."""
    found: list[Places] = []
    for part in parts:
        numbers = part.numbers
        border = int(numbers.searchsorted(part.evaluator.segment.undated))
        for some in (numbers[border:], numbers[:border]):
            found.append(timeline.places[part.at][some[:limit]])
    places = np.concatenate(found)
    # Articles without a date come last.
    places[places < timeline.undated] += len(timeline.ids)
    places.sort()
    return _as_sequence(timeline.ids[places[:limit] % len(timeline.ids)])


def most_relevant(
    parts: Sequence[SegmentHits], timeline: Timeline, needles: Sequence[Needle], limit: int | None
) -> Sequence[ArticleId]:
    """Return the ids of the first `limit` hits by score; without needles, by date, newest first."""
    if not needles:
        return newest(parts, timeline, limit)
    scored = [part.scored(needles, limit) for part in parts]
    if len(parts) == 1:
        return _as_sequence(parts[0].evaluator.segment.ids[scored[0].numbers])
    points = np.concatenate([each.points for each in scored])
    places = np.concatenate([timeline.places[part.at][each.numbers] for part, each in zip(parts, scored, strict=True)])
    order = np.lexsort((places, points))
    return _as_sequence(timeline.ids[places[order[::-1][:limit]]])


def _as_sequence(ids: NDArray[np.int64]) -> Sequence[ArticleId]:
    """Return ids as an array, at eight bytes each, as answers are cached."""
    return cast("Sequence[ArticleId]", array("q", ids.tobytes()))
