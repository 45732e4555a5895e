"""A cache of the last answers of one snapshot of the index, bounded in bytes.

A window repeats a query when the person goes back. An answer is right as long as its snapshot is searched, and is
dropped with it; one that depends on the states of articles is right for one version of them only.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from reader.query import HitPage, Query

# Enough for all articles of a library of 300,000 in three orders, at eight bytes each, and thousands of first pages.
MOST_BYTES = 8 << 20
# The approximate bytes of a query, its page and their places in the cache, without ids and text.
_OVERHEAD = 600
_BYTES_PER_ID, _BYTES_PER_CHARACTER = 8, 4


_CacheKey = tuple[Query, int]


class AnswerCache:
    """Answers by query, with the least recently used dropped first; safe from several threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Hold at most `most_bytes` bytes, by an estimate."""
        self._most = most_bytes
        self._held = 0
        self._answers: OrderedDict[_CacheKey, HitPage] = OrderedDict()
        self._lock = Lock()

    def get(self, query: Query, version: int = 0) -> HitPage | None:
        """Return the answer to a query, or None; `version` is that of the states, 0 if they do not matter."""
        key = query, version
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def put(self, query: Query, answer: HitPage, version: int = 0) -> None:
        """Cache an answer, unless it alone exceeds the limit."""
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
        """Return the number of cached answers."""
        return len(self._answers)


def _size(query: Query, answer: HitPage) -> int:
    return _OVERHEAD + _BYTES_PER_CHARACTER * len(query.text) + _BYTES_PER_ID * len(answer.ids)
