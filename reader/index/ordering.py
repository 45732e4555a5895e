"""Puts the hits of all segments in order: by date, or by relevance.

Relevance is exact, and the same whether it is read from the index or counted in the texts. For each needle that
the query wants (the first 32 of them), an article that has it in the title gets 8 points; else 2 or 1 if it
occurs often for the length of the article, see relevance; else none. The most points come first, of equals the
newest. By date and by id in the same direction; articles without a date come last in both.

No segment can give more than its own first ones, and only these are compared with those of the others.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from reader.article import ArticleId
from reader.index.analysis import Needle
from reader.index.evaluator import Evaluator
from reader.index.hits import Hits
from reader.index.ranking import Ranking
from reader.index.segment_reader import SegmentReader
from reader.index.sets import Numbers


class SegmentHits(NamedTuple):
    """The hits in one segment, and what found them."""

    evaluator: Evaluator
    hits: Hits

    @property
    def segment(self) -> SegmentReader:
        """The segment."""
        return self.evaluator.segment


def newest(parts: Sequence[SegmentHits], limit: int | None) -> Sequence[ArticleId]:
    """Return the ids of the first `limit` hits, the newest first."""
    if len(parts) == 1:
        part = parts[0]
        return _as_sequence(part.segment.ids[part.hits.newest(_most(part, limit))])
    rising = [(part.segment, part.hits.newest(_most(part, limit))[::-1]) for part in parts]
    return _as_sequence(_merged(rising)[::-1][:limit])


def oldest(parts: Sequence[SegmentHits], limit: int | None) -> Sequence[ArticleId]:
    """Return the ids of the first `limit` hits, the oldest first."""
    undated, dated = [], []
    for part in parts:
        numbers = part.hits.numbers
        border = int(numbers.searchsorted(part.segment.undated))
        dated.append((part.segment, numbers[border:][:limit]))
        undated.append((part.segment, numbers[:border][:limit]))
    return _as_sequence(np.concatenate((_merged(dated), _merged(undated)))[:limit])


def most_relevant(parts: Sequence[SegmentHits], needles: Sequence[Needle], limit: int | None) -> Sequence[ArticleId]:
    """Return the ids of the first `limit` hits. Without needles the newest are the first."""
    if not needles or sum(part.hits.total for part in parts) == 1:
        return newest(parts, limit)
    points, dates, ids = [], [], []
    for part in parts:
        some, numbers = Ranking(part.evaluator, part.hits.numbers, needles).best(limit)
        points.append(some)
        dates.append(part.segment.published[numbers])
        ids.append(part.segment.ids[numbers])
    if len(parts) == 1:
        return _as_sequence(ids[0])
    every_id = np.concatenate(ids)
    order = np.lexsort((every_id, np.concatenate(dates), np.concatenate(points)))
    return _as_sequence(every_id[order[::-1][:limit]])


def _most(part: SegmentHits, limit: int | None) -> int:
    return part.hits.total if limit is None else limit


def _merged(parts: Sequence[tuple[SegmentReader, Numbers]]) -> NDArray[np.int64]:
    """Return the ids, rising by date and id. Each part rises: sorting stably takes what is in order as it is."""
    dates = np.concatenate([segment.published[numbers] for segment, numbers in parts])
    ids = np.concatenate([segment.ids[numbers] for segment, numbers in parts])
    order = np.argsort(dates, kind="stable")
    dates, ids = dates[order], ids[order]
    equal = np.zeros(len(dates) + 1, np.bool_)
    np.equal(dates[1:], dates[:-1], out=equal[1:-1])
    tied = equal[1:] | equal[:-1]
    # What has the same date stands together already, and stays where it is when it is sorted by id, too.
    ids[tied] = ids[tied][np.lexsort((ids[tied], dates[tied]))]
    return ids


def _as_sequence(ids: NDArray[np.int64]) -> Sequence[ArticleId]:
    """Keep ids in eight bytes each."""
    return cast("Sequence[ArticleId]", array("q", ids.tobytes()))
