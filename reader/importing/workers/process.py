"""One worker as the writer sees it: tasks go in, answers come out, and it can be ended."""

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
from reader.importing.workers.messages import Asks, BesideAnswer
from reader.paths import AppPaths
from reader.system.processes import deaf_to_interrupts, packed, receive

logger = logging.getLogger(__name__)

# An idle worker ends within a few hundredths of a second; nothing is lost by killing one that does not.
_FAREWELL_SECONDS = 1.0


class Task(Protocol):
    """A piece of work for one worker."""

    @property
    def seconds(self) -> float:
        """How long the task may take, in seconds."""

    def message(self) -> object:
        """Return the message to send to the worker."""

    def finish(self, answer: Any) -> None:
        """Take the worker's answer."""

    def reply(self, question: Asks) -> BesideAnswer:
        """Answer a question that the worker asks about the task."""

    def interrupted(self, *, guilty: bool) -> Sequence[Task]:
        """Return the tasks to do instead, as the worker has ended; `guilty` if it was doing this one."""


class ReadingProcess:
    """A worker, the tasks it has, and a thread that sends to it.

    As another thread sends, this one is always free to receive, so that writer and worker never deadlock on full pipes.
    """

    def __init__(self, number: int, paths: AppPaths, read: ReadCaptures, seconds: float) -> None:
        self.number = number
        self.ready = False
        self.tasks: deque[Task] = deque()
        self.since = time.monotonic()
        context = multiprocessing.get_context("spawn")
        # Local sockets, or named pipes on Windows; the type stubs call both Connection.
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
        """Answer a question about the first task, and restart its clock: waiting for the answer does not count."""
        self.say(self.tasks[0].reply(question))
        self.since = time.monotonic()

    def say(self, message: object) -> None:
        """Send a message, without waiting for it to arrive."""
        self._outbox.put(packed(message))

    def receive(self) -> Any:
        """Return the next message.

        Raises:
            EOFError, OSError: the worker has ended.
        """
        return receive(self.connection)

    def finished(self) -> Task:
        """Remove and return the first task, as it has been answered."""
        self.since = time.monotonic()
        return self.tasks.popleft()

    def is_late(self, start_seconds: float) -> bool:
        """Say whether the worker has been too long over its first task, or over starting."""
        spent = time.monotonic() - self.since
        if not self.ready:
            return spent > start_seconds
        return bool(self.tasks) and spent > self.tasks[0].seconds

    def dismiss(self) -> None:
        """Ask the worker to end once its tasks are done."""
        self.say(None)

    def close(self, *, wait: bool) -> None:
        """End the worker: kill it, after a moment to end by itself with `wait`."""
        if wait:
            self._process.join(_FAREWELL_SECONDS)
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        # The sender may still be writing; that fails now that there is no reader, and then the pipe can be closed.
        self._outbox.put(None)
        self._sender.join()
        self.connection.close()
        self._process.close()

    def _send(self, connection: Connection) -> None:
        # `receive` reports that the worker has ended.
        with suppress(OSError):
            while (message := self._outbox.get()) is not None:
                connection.send_bytes(message)
