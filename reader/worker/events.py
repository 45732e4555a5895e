"""Writes the events of a worker to its standard output, flushing each at once."""

from __future__ import annotations

import time
from typing import IO

from reader.worker.protocol import Committed, Event, Progressed, Started, to_line

# Seconds between two events of progress: people read numbers no faster.
_PROGRESS_SECONDS = 0.1
_COMMITTED_SECONDS = 1.0


class EventWriter:
    """Writes events; `done` is the progress of the current job, whether it was sent or not."""

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
        """Send the start of a job."""
        self.done = 0
        self.send(Started(total))

    def progress(self, done: int, total: int | None = None) -> None:
        """Send the progress of the job, at most ten times a second."""
        self.done = done
        now = time.monotonic()
        if now - self._last >= _PROGRESS_SECONDS:
            self._last = now
            self.send(Progressed(done, total))

    def committed(self) -> None:
        """Send, at most once a second, that there is more to read and find: the window then refreshes."""
        now = time.monotonic()
        if now - self._last_commit >= _COMMITTED_SECONDS:
            self._last_commit = now
            self.send(Committed())
