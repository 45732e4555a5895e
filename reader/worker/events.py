"""Writes the events of a worker, each flushed at once."""

from __future__ import annotations

import time
from typing import IO

from reader.worker.protocol import Committed, Event, Progressed, Started, to_line

# Progress is told so often; the window paints no faster than a person reads a number.
_PROGRESS_SECONDS = 0.1
_COMMITTED_SECONDS = 1.0


class EventWriter:
    """Writes events; `done` is how far the job is that was started last, told or not."""

    def __init__(self, stdout: IO[str]) -> None:
        self._stdout = stdout
        self._last = 0.0
        self._last_commit = time.monotonic()
        self.done = 0

    def send(self, event: Event) -> None:
        """Write one event."""
        self._stdout.write(to_line(event))
        self._stdout.flush()

    def start(self, total: int | None = None) -> None:
        """Say that a job has begun."""
        self.done = 0
        self.send(Started(total))

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the job is, unless that was said a moment ago."""
        self.done = done
        now = time.monotonic()
        if now - self._last >= _PROGRESS_SECONDS:
            self._last = now
            self.send(Progressed(done, total))

    def committed(self) -> None:
        """Say that there is more to read and find, about once a second: the window then looks again."""
        now = time.monotonic()
        if now - self._last_commit >= _COMMITTED_SECONDS:
            self._last_commit = now
            self.send(Committed())
