"""Puts the hits of all segments in order: by date, or by relevance.

Relevance compares, in this order: how many of the searched words stand in the title; how often they occur
for the length of the article; which is newer. How often is looked at for the newest two thousand of those
with as many words in the title; the older ones follow by date. It is counted without regard to whole words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

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
_MOST_SCORED = 2_000

_Placed = tuple[int, int, int]
"""A hit: the place of its segment, its number there, its date and id."""


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
    for tier in _title_tiers(hits, verifiers, cancelled):
        scores: list[tuple[int, int]] = []
        for place, number, key in tier[:_MOST_SCORED]:
            if len(scores) % _SCORED_AT_ONCE == 0 and cancelled():
                raise SearchCancelled
            scores.append((_frequency(hits[place].segment, number, verifiers, usual), key))
        scores.sort(reverse=True)
        ranked += [ArticleId(key & ID_MASK) for _, key in scores]
        ranked += [ArticleId(key & ID_MASK) for _, _, key in tier[_MOST_SCORED:]]
        if limit is not None and len(ranked) >= limit:
            return ranked[:limit]
    return ranked


def _usual_length(hits: Sequence[SegmentHits]) -> float:
    articles = sum(part.segment.articles for part in hits)
    return max(1.0, sum(part.segment.text_offsets[-1] for part in hits) / max(1, articles))


def _title_tiers(
    hits: Sequence[SegmentHits], verifiers: Sequence[Verifier], cancelled: Callable[[], bool]
) -> Iterator[list[_Placed]]:
    """Divide the hits by how many words their titles hold, most first; in each the newest come first."""
    tiers: defaultdict[int, list[_Placed]] = defaultdict(list)
    for place, part in enumerate(hits):
        counts: Counter[int] = Counter()
        for verifier in verifiers:
            if cancelled():
                raise SearchCancelled
            counts.update(verifier.among_titles(part.segment, part.numbers))
        keys = part.segment.order_keys
        for number in part.numbers:
            tiers[counts.get(number, 0)].append((place, number, keys[number]))
    for count in sorted(tiers, reverse=True):
        yield sorted(tiers[count], key=itemgetter(2), reverse=True)


def _frequency(segment: SegmentReader, number: int, verifiers: Sequence[Verifier], usual: float) -> int:
    """Score how often the words occur for the length of the article, in steps."""
    content = segment.content(number)
    half = _HALF_SATURATED * (0.5 + 0.5 * len(content) / usual)
    score = 0.0
    for verifier in verifiers:
        occurrences = content.count(verifier.literal)
        score += occurrences / (occurrences + half)
    return int(_STEPS * score)
