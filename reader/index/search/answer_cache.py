"""Remembers the last answers of one snapshot, as far as they fit into some bytes.

A window asks the same again when it goes back, and for all ids after the first fifty. What was answered is
right as long as the snapshot is what is searched; with it the answers go. What depends on the states of articles
is right for one version of them only.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from reader.query import HitPage, Query

# All articles of a library of 300,000, in three orders and eight bytes each, and thousands of first pages.
MOST_BYTES = 8 << 20
# About what query, page and their places take, besides ids and text.
_OVERHEAD = 600
_BYTES_PER_ID, _BYTES_PER_CHARACTER = 8, 4


_CacheKey = tuple[Query, int]


class AnswerCache:
    """Answers by query; those that were not asked for longest go first. Safe in several threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Begin with none."""
        self._most = most_bytes
        self._held = 0
        self._answers: OrderedDict[_CacheKey, HitPage] = OrderedDict()
        self._lock = Lock()

    def get(self, query: Query, version: int = 0) -> HitPage | None:
        """Return what was answered, of the states of this version; 0 where they do not matter."""
        key = query, version
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def put(self, query: Query, answer: HitPage, version: int = 0) -> None:
        """Remember an answer, unless it is larger than all may be."""
        size = _size(query, answer)
        if size > self._most:
            return
        with self._lock:
            if (query, version) in self._answers:
                return
            self._answers[query, version] = answer
            self._held += size
            while self._held > self._most:
                self._held -= self._forget_oldest()

    def _forget_oldest(self) -> int:
        (query, _), answer = self._answers.popitem(last=False)
        return _size(query, answer)

    def __len__(self) -> int:
        """Say how many answers are held."""
        return len(self._answers)


def _size(query: Query, answer: HitPage) -> int:
    return _OVERHEAD + _BYTES_PER_CHARACTER * len(query.text) + _BYTES_PER_ID * len(answer.ids)
