"""Records how late a timer of the GUI thread is; runs inside the process that is measured."""

from __future__ import annotations

import time
from itertools import pairwise

from PySide6.QtCore import QObject, Qt, QTimer

from tests.lab.benchmarks.figures import percentile
from tests.lab.benchmarks.window.gaps_picture import BARS

TICK_MS = 5
LIMIT_MS = 20
_LONGEST = 5


class GapRecorder(QObject):
    """A timer that notes how late it was, and how much of that this thread spent working.

    The rest is the machine's, or Python's lock held by another thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._late: list[float] = []
        self._work: list[float] = []
        self._when: list[float] = []
        self._began = self._last = time.monotonic()
        self._worked = time.thread_time()
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now, worked = time.monotonic(), time.thread_time()
        self._late.append((now - self._last) * 1000)
        self._work.append((worked - self._worked) * 1000)
        self._when.append(now - self._began)
        self._last, self._worked = now, worked

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()

    def told(self) -> dict[str, object]:
        """Return the longest times between two ticks, and the longest work in one, in milliseconds."""
        longest, work = (sorted(values, reverse=True)[:_LONGEST] for values in (self._late, self._work))
        return {
            "ticks": len(self._late),
            "longest_ms": longest,
            "longest_work_ms": work,
            "p50_ms": percentile(self._late, 0.5),
            "p99_ms": percentile(self._late, 0.99),
            "p999_ms": percentile(self._late, 0.999),
            "over_20_ms": sum(late > LIMIT_MS for late in self._late),
        }

    def recorded(self) -> dict[str, object]:
        """Return the same with how many gaps were how long, and the longest gap and work in each second."""
        seconds = int(self._when[-1]) + 1 if self._when else 0
        line, work = [0.0] * seconds, [0.0] * seconds
        for when, late, worked in zip(self._when, self._late, self._work, strict=True):
            at = int(when)
            line[at], work[at] = max(line[at], late), max(work[at], worked)
        bars = [sum(low <= late < high for late in self._late) for low, high in pairwise(BARS)]
        told = {**self.told(), "began": self._began}
        return {**told, "histogram": bars, "by_second_ms": line, "work_by_second_ms": work}
