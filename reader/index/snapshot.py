"""What one commit of the index holds: its segments, as they were left, and what was made of them since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reader.article import ArticleId
from reader.index.merge import SegmentSize
from reader.index.search.answer_cache import AnswerCache
from reader.index.search.state_rows import StateRows
from reader.index.search.timeline import Timeline
from reader.index.segment.id_sets import Numbers, difference
from reader.index.segment.reader import SegmentReader
from reader.index.table_of_contents import Segment
from reader.query import NO_STATES, States


@dataclass(frozen=True)
class OpenSegment:
    """A segment as one commit left it."""

    segment: Segment
    reader: SegmentReader
    deleted: frozenset[int]

    def live(self, hits: Numbers) -> Numbers:
        """Leave the deleted articles out."""
        return difference(hits, self._gone)

    @cached_property
    def numbers(self) -> Numbers:
        """The articles that are not deleted."""
        return self.live(self.reader.everything)

    def places(self, ids: Iterable[ArticleId]) -> frozenset[int]:
        """Return the numbers of those of `ids` that are here."""
        numbers = self.reader.numbers
        return frozenset(numbers[id_] for id_ in ids if id_ in numbers)

    @cached_property
    def _gone(self) -> Numbers:
        return np.array(sorted(self.deleted), np.uint16)

    @property
    def size(self) -> SegmentSize:
        """How large it is."""
        facts = self.reader.facts
        return SegmentSize(facts.articles, facts.all_characters, len(self.deleted))


class Snapshot:
    """All segments of one commit."""

    def __init__(self, generation: int, parts: Iterable[OpenSegment], identity: object = None) -> None:
        self.generation = generation
        self.parts = tuple(parts)
        # Of the file that says so: an index that was rebuilt counts from the beginning again.
        self.identity = identity
        self.answers = AnswerCache()
        self.timeline = Timeline([part.reader for part in self.parts])
        self._hiding: tuple[frozenset[ArticleId], Snapshot] | None = None
        self._state_rows = StateRows(NO_STATES)

    def hiding(self, ids: frozenset[ArticleId]) -> Snapshot:
        """Return the same without some articles, as if they were deleted; the last answer is kept."""
        if not ids:
            return self
        if self._hiding is None or self._hiding[0] != ids:
            parts = [OpenSegment(part.segment, part.reader, part.deleted | part.places(ids)) for part in self.parts]
            hiding = Snapshot(self.generation, parts, self.identity)
            # The order is that of all articles, deleted ones too.
            hiding.timeline = self.timeline
            self._hiding = ids, hiding
        return self._hiding[1]

    def state_rows(self, states: States) -> StateRows:
        """Return which articles are in which state; what was made of the last version is kept."""
        rows = self._state_rows
        if states.version is None or rows.version != states.version:
            rows = StateRows(states)
        if states.version:
            self._state_rows = rows
        return rows

    @property
    def count(self) -> int:
        """How many articles there are."""
        return sum(part.size.live for part in self.parts)
