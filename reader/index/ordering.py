"""Puts the hits of all segments in order: by date, or by relevance.

Relevance compares, in this order: how many of the searched words stand in the title; how often they occur
for the length of the article; which is newer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from reader.article import ArticleId
from reader.index.evaluator import Numbers
from reader.index.search_index import SearchCancelled
from reader.index.segment_reader import ID_MASK, SegmentReader
from reader.index.verifying import Verifier
from reader.query import SortOrder

# So many occurrences, in an article of usual length, count half as much as any number would.
_HALF_SATURATED = 2.0
# Articles whose frequencies differ less than this are equal, and the newer comes first.
_STEPS = 50
_SCORED_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class SegmentHits:
    """The rising numbers of the hits in one segment."""

    segment: SegmentReader
    numbers: Numbers


def by_date(hits: Sequence[SegmentHits], order: SortOrder, limit: int | None) -> list[ArticleId]:
    """Return the ids of the first `limit` hits; those without a date come last, in the same direction."""
    dated, undated = [], []
    for part in hits:
        border = bisect_left(part.numbers, part.segment.undated)
        undated.append(SegmentHits(part.segment, part.numbers[:border]))
        dated.append(SegmentHits(part.segment, part.numbers[border:]))
    newest = order != SortOrder.OLDEST
    first = _ordered(dated, newest=newest, limit=limit)
    if limit is not None and len(first) >= limit:
        return first
    rest = None if limit is None else limit - len(first)
    return first + _ordered(undated, newest=newest, limit=rest)


def _ordered(hits: Sequence[SegmentHits], *, newest: bool, limit: int | None) -> list[ArticleId]:
    """Sort by date and id; each segment can only give its own first ones."""
    keys: list[int] = []
    for part in hits:
        numbers = part.numbers
        if limit is not None:
            numbers = numbers[max(0, len(numbers) - limit) :] if newest else numbers[:limit]
        segment_keys = part.segment.order_keys
        keys += segment_keys if len(numbers) == len(segment_keys) else [segment_keys[at] for at in numbers]
    keys.sort(reverse=newest)
    return [ArticleId(key & ID_MASK) for key in keys[:limit]]


def by_relevance(
    hits: Sequence[SegmentHits],
    verifiers: Sequence[Verifier],
    limit: int | None,
    cancelled: Callable[[], bool],
) -> list[ArticleId]:
    """Return the ids of the first `limit` hits. Without words to look for, the newest are the first."""
    if not verifiers:
        return by_date(hits, SortOrder.NEWEST, limit)
    ranked: list[ArticleId] = []
    usual = _usual_length(hits)
    for tier in _title_tiers(hits, verifiers):
        scores = list(chain.from_iterable(_scores(part, verifiers, usual, cancelled) for part in tier))
        scores.sort(reverse=True)
        ranked += [ArticleId(key & ID_MASK) for _, key in scores]
        if limit is not None and len(ranked) >= limit:
            return ranked[:limit]
    return ranked


def _usual_length(hits: Sequence[SegmentHits]) -> float:
    articles = sum(part.segment.articles for part in hits)
    return max(1.0, sum(part.segment.text_offsets[-1] for part in hits) / max(1, articles))


def _title_tiers(hits: Sequence[SegmentHits], verifiers: Sequence[Verifier]) -> Iterator[list[SegmentHits]]:
    """Divide the hits by how many of the words their titles hold, most first."""
    counted: list[tuple[int, int, int]] = []
    for place, part in enumerate(hits):
        counts = dict.fromkeys(part.numbers, 0)
        for verifier in verifiers:
            for number in verifier.in_titles(part.segment):
                if number in counts:
                    counts[number] += 1
        counted += [(-count, place, number) for number, count in counts.items()]
    counted.sort()
    for _, tier in groupby(counted, key=lambda entry: entry[0]):
        parts = groupby(tier, key=lambda entry: entry[1])
        yield [SegmentHits(hits[place].segment, [entry[2] for entry in part]) for place, part in parts]


def _scores(
    hits: SegmentHits, verifiers: Sequence[Verifier], usual: float, cancelled: Callable[[], bool]
) -> list[tuple[int, int]]:
    """Score each hit by frequency, in steps; its date and id go along."""
    segment = hits.segment
    text, offsets, keys = segment.text, segment.text_offsets, segment.order_keys
    literals = [verifier.literal for verifier in verifiers]
    scores = []
    for at, number in enumerate(hits.numbers):
        if at % _SCORED_AT_ONCE == 0 and cancelled():
            raise SearchCancelled
        start, end = offsets[number], offsets[number + 1]
        content = text[start:end]
        half = _HALF_SATURATED * (0.5 + 0.5 * (end - start) / usual)
        score = 0.0
        for literal in literals:
            occurrences = content.count(literal)
            score += occurrences / (occurrences + half)
        scores.append((int(_STEPS * score), keys[number]))
    return scores
