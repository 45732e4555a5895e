"""One process that prepares, as the writer sees it: tasks go in, answers come out, and it can be ended."""

from __future__ import annotations

import logging
import multiprocessing
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Protocol

from reader.importing.prepare import ReadCaptures
from reader.importing.workers.main import serve
from reader.importing.workers.messages import Asks, Beside
from reader.paths import AppPaths
from reader.system.processes import deaf_to_interrupts, packed, receive

logger = logging.getLogger(__name__)

# A process that is idle ends within a few hundredths of a second; there is nothing to lose by ending it harder.
_FAREWELL_SECONDS = 1.0


class Task(Protocol):
    """Something that a process is to do."""

    @property
    def seconds(self) -> float:
        """How long it may take."""

    def message(self) -> object:
        """Return what is sent."""

    def finish(self, answer: Any, number: int) -> None:
        """Take the answer of the process of that number."""

    def reply(self, question: Asks) -> Beside:
        """Answer a question about it."""

    def interrupted(self, *, guilty: bool) -> Sequence[Task]:
        """Return the tasks to do instead, as a process has ended; `guilty`, if this is what it was doing."""


class ReadingProcess:
    """A process, the tasks it has, and a thread that sends to it.

    As another thread sends, this one is always free to receive, so that the two never wait for each other.
    """

    def __init__(self, number: int, paths: AppPaths, read: ReadCaptures, seconds: float) -> None:
        self.number = number
        self.ready = False
        self.tasks: deque[Task] = deque()
        self.since = time.monotonic()
        context = multiprocessing.get_context("spawn")
        # A pair of sockets of this machine's own, or of named pipes; Connection is what both are called in the types.
        self.connection, other = context.Pipe()
        self._process = context.Process(
            target=serve, args=(other, paths, read, 2 * seconds), name=f"reading {number}", daemon=True
        )
        with deaf_to_interrupts():
            self._process.start()
        other.close()
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._sender = threading.Thread(target=self._send, args=(self.connection,), daemon=True, name="sender")
        self._sender.start()

    def give(self, task: Task) -> None:
        """Add a task."""
        if not self.tasks:
            self.since = time.monotonic()
        self.tasks.append(task)
        self.say(task.message())

    def reply(self, question: Asks) -> None:
        """Answer a question about the first task; what it waited for us does not count."""
        self.say(self.tasks[0].reply(question))
        self.since = time.monotonic()

    def say(self, message: object) -> None:
        """Send something, without waiting for it to arrive."""
        self._outbox.put(packed(message))

    def receive(self) -> Any:
        """Return the next message.

        Raises:
            EOFError, OSError: the process has ended.
        """
        return receive(self.connection)

    def finished(self) -> Task:
        """Take the first task away: it has been answered."""
        self.since = time.monotonic()
        return self.tasks.popleft()

    def is_late(self, start_seconds: float) -> bool:
        """Say whether it has spent more time on its first task than that may take, or on starting."""
        spent = time.monotonic() - self.since
        if not self.ready:
            return spent > start_seconds
        return bool(self.tasks) and spent > self.tasks[0].seconds

    def dismiss(self) -> None:
        """Let it end when it has done what it has."""
        self.say(None)

    def close(self, *, wait: bool) -> None:
        """See it ended: with `wait` by itself, if it is quick, else at once."""
        if wait:
            self._process.join(_FAREWELL_SECONDS)
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        # The sender may still be writing, which fails now that there is no reader; then nobody uses the pipe.
        self._outbox.put(None)
        self._sender.join()
        self.connection.close()
        self._process.close()

    def _send(self, connection: Connection) -> None:
        # The end of the process is seen by whoever receives.
        with suppress(OSError):
            while (message := self._outbox.get()) is not None:
                connection.send_bytes(message)
