"""The progress of a job of the worker, and the report of an import."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reader.errors import Sentence
from reader.outcome import ImportCounts, NotImported
from reader.worker.protocol import CleanAgain, Job

_PACE_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a job: `total` is a guess, `rate` is per second, `left` in seconds; None is not known."""

    job: Job | CleanAgain
    done: int = 0
    total: int | None = None
    rate: float | None = None
    left: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The result of an import."""

    counts: ImportCounts
    not_imported: Sequence[NotImported] = ()
    cancelled: bool = False


def most_frequent_reason(items: Sequence[NotImported]) -> Sentence | None:
    """Return the most frequent reason among `items`, None if there are none."""
    templates = Counter(item.reason.template for item in items).most_common(1)
    return next((item.reason for item in items if item.reason.template == templates[0][0]), None)


class Pace:
    """Measures the rate of a job over the last seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque([(clock(), 0)])

    def measure(self, done: int) -> float | None:
        """Note that `done` steps are done; return the rate per second, None while it is too early to say."""
        now = self._clock()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > _PACE_SECONDS:
            self._seen.popleft()
        since, before = self._seen[0]
        if now - since < 1.0 or done <= before:
            return None
        return (done - before) / (now - since)
