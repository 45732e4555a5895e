"""Ranks the hits of one segment by their score, reading only the texts that the first ones need.

An article has a level for each needle (see score_levels). A level that is not stored is assumed to be the highest
possible one until the article would be among the first hits; then its text is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reader.index.search.evaluator import Evaluator
from reader.index.search.needle_finder import verifier_of
from reader.index.search.planner import Plan
from reader.index.segment.id_sets import NO_NUMBERS, Numbers
from reader.index.segment.reader import Levels, Posting
from reader.index.text.analysis import Needle
from reader.index.text.score_levels import POINTS, UNKNOWN, UNKNOWN_NOT_IN_TITLE

# The points of each level, and the most that an unknown level can have.
_MOST_POINTS = np.array((*POINTS, POINTS[3], POINTS[2]), np.int16)
_POLLED = 256
# Searching for a hit among postings costs as much as spreading this many of them.
_POSTINGS_PER_SEARCH = 8


class Scored(NamedTuple):
    """Hits in order, best first, with the points of each."""

    points: NDArray[np.int16]
    numbers: Numbers


class Scorer:
    """Ranks hits, given in ascending order, by their points for some needles; among equals the newest is first."""

    def __init__(self, evaluator: Evaluator, numbers: Numbers, needles: Sequence[Needle]) -> None:
        """Start with the levels that are stored, and those that the evaluator has noted."""
        self._evaluator = evaluator
        self._segment = evaluator.segment
        self._needles = needles
        self._numbers = numbers
        evaluator.poll()
        self._levels = [self._known(needle) for needle in needles]
        self._points = sum((_MOST_POINTS.take(levels) for levels in self._levels), np.zeros(len(numbers), np.int16))
        self._open = np.zeros(len(numbers), np.bool_)
        for levels in self._levels:
            self._open |= levels >= UNKNOWN

    def best(self, limit: int | None) -> Scored:
        """Return the first `limit` hits, or all, best first."""
        limit = len(self._numbers) if limit is None else min(limit, len(self._numbers))
        looked_at = limit
        if not limit:
            return Scored(self._points[:0], NO_NUMBERS)
        while True:
            first = self._first(looked_at)
            unsettled = first[self._open[first]]
            if not len(unsettled) or not self._open[first[:limit]].any():
                first = first[:limit]
                return Scored(self._points[first], self._numbers[first])
            self._settle(unsettled)
            # Doubled each time, so that even hundreds of hits with too high an estimate take few rounds.
            looked_at = min(2 * looked_at, len(self._numbers))

    def _first(self, count: int) -> NDArray[np.intp]:
        """Return the places of the `count` hits with the most points, known or possible; among equals newest first."""
        keys = self._points.astype(np.int32)
        keys <<= 16
        keys += self._numbers
        if count < len(keys):
            keys.partition(len(keys) - count)
            keys = keys[len(keys) - count :]
        keys.sort()
        # The lower half of a key is the number.
        return self._numbers.searchsorted(keys[::-1].astype(np.uint16))

    def _settle(self, places: NDArray[np.intp]) -> None:
        """Read the texts of some hits, and replace their unknown levels."""
        numbers = self._numbers[places].tolist()
        looked_at = zip(places.tolist(), self._segment.contents(numbers), strict=True)
        for done, (place, text) in enumerate(looked_at):
            if done % _POLLED == 0:
                self._evaluator.poll()
            for needle, levels in zip(self._needles, self._levels, strict=True):
                if levels[place] >= UNKNOWN:
                    levels[place] = max(verifier_of(needle).level(text), 0)
        self._open[places] = False
        self._points[places] = sum(_MOST_POINTS[levels[places]] for levels in self._levels)

    # Levels

    def _known(self, needle: Needle) -> Levels:
        """Return the levels of the hits for a needle, UNKNOWN where neither stored nor noted."""
        plan = self._evaluator.plan(needle)
        levels = self._written(plan) if plan.exact else np.full(len(self._numbers), UNKNOWN, np.uint8)
        for numbers, noted in self._evaluator.noted.get(needle, ()):
            if numbers is None:
                levels[:] = 0
                continue
            places = numbers.searchsorted(self._numbers)
            here = numbers.take(places, mode="clip") == self._numbers
            levels[here] = 0 if noted is None else noted[places[here]]
        return levels

    def _written(self, plan: Plan) -> Levels:
        """Return the levels of the hits that are stored after the postings."""
        if plan.only is not None:
            documents = self._evaluator.documents(plan.only)
            if len(documents) == len(self._numbers) and np.array_equal(documents, self._numbers):
                levels = self._segment.levels(plan.only)
                return np.full(len(documents), UNKNOWN, np.uint8) if levels is None else levels
            if _POSTINGS_PER_SEARCH * len(self._numbers) < len(documents):
                return self._some_written(plan.only, documents)
        found = np.zeros(self._segment.articles, np.uint8)
        seen = np.zeros(self._segment.articles, np.bool_)
        clause = plan.clauses[0]
        for posting in (*clause.doubtful, *clause.postings):
            documents = self._evaluator.documents(posting)
            levels = self._segment.levels(posting) if posting in clause.postings else None
            found[documents] = UNKNOWN if levels is None else _add_levels(found[documents], levels, seen[documents])
            seen[documents] = True
        return found[self._numbers]

    def _some_written(self, posting: Posting, documents: Numbers) -> Levels:
        """Return the stored levels of the hits, if these are few compared with the postings."""
        places = documents.searchsorted(self._numbers)
        places[places == len(documents)] = 0
        written = self._segment.levels(posting)
        levels = np.full(len(places), UNKNOWN, np.uint8) if written is None else written[places]
        levels[documents[places] != self._numbers] = 0
        return levels


def _add_levels(before: Levels, levels: Levels, seen: NDArray[np.bool_]) -> Levels:
    """Return the levels of a prefix after adding those of one more word; `seen` marks articles with an earlier word.

    Occurrences add up, so two words of a low level may together reach a higher one; one word in the title is enough.
    """
    best = np.maximum(np.where((before == UNKNOWN_NOT_IN_TITLE) & (levels >= 2), 0, before), levels)
    return np.where(seen & (best < 2), np.uint8(UNKNOWN_NOT_IN_TITLE), best)
