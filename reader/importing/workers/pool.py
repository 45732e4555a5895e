"""The pool of workers: deals tasks out, passes answers back, and replaces a worker that ends."""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import wait as wait_for
from typing import Self

from reader.formats.default import read_captures
from reader.importing.prepare import ReadCaptures
from reader.importing.workers.messages import Asks, CouldNot, WorkerStarted
from reader.importing.workers.process import ReadingProcess, Task
from reader.paths import AppPaths

logger = logging.getLogger(__name__)

_MOST_PROCESSES = 4
# Tasks given to one worker at a time, so that it never idles while the writer waits for its disk.
_TASKS_AT_ONCE = 3
_START_SECONDS = 60.0
# Pause between two looks at the workers: one costs as much as hashing a file.
_PAUSE = 0.005
# Give up after this many workers in a row died during start-up.
_FALSE_STARTS = 2


def cores() -> int:
    """Return how many cores this process may use, at most as many as an import can keep busy."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, _MOST_PROCESSES))


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSettings:
    """How an import is divided among workers.

    `processes` is the number of workers. They are started after `alone` new files, and until they are ready the
    writer reads by itself; with `alone` at 0 it leaves everything to them. A task holds at most `files_a_task` files,
    and is sent once they reach `bytes_a_task`; a worker may take `seconds` over it. `read` reads the captures of a
    file.
    """

    processes: int = field(default_factory=cores)
    alone: int = 64
    files_a_task: int = 32
    bytes_a_task: int = 256 * 1024
    seconds: float = 60.0
    read: ReadCaptures = read_captures


class Pool:
    """The workers and the tasks that wait for one. Call `step` often: it is there that tasks get their answers.

    At the end of the block the workers are ended; if it ends without an error, idle ones get a moment to do so.
    """

    def __init__(self, paths: AppPaths, settings: PipelineSettings) -> None:
        self.settings = settings
        self._paths = paths
        self._processes: dict[int, ReadingProcess] = {}
        self._waiting: deque[Task] = deque()
        self._started = 0
        self._false_starts = 0
        self._stepped = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        processes = list(self._processes.values())
        self._processes.clear()
        if kind is None:
            for process in processes:
                process.dismiss()
        for process in processes:
            process.close(wait=kind is None)

    def start(self) -> None:
        """Start the workers, the first time, without waiting for them."""
        if not self._started:
            for _ in range(self.settings.processes):
                self._start()

    @property
    def is_starting(self) -> bool:
        """Whether workers were started, and none takes tasks yet."""
        return bool(self._processes) and not self.is_ready

    @property
    def is_ready(self) -> bool:
        """Whether at least one worker takes tasks."""
        return any(process.ready for process in self._processes.values())

    @property
    def has_failed(self) -> bool:
        """Whether all workers are gone, and no more will be started."""
        return self._started > 0 and not self._processes

    @property
    def is_busy(self) -> bool:
        """Whether there are tasks that no worker has yet."""
        return bool(self._waiting)

    def give(self, task: Task) -> None:
        """Give a task to whichever worker is free first."""
        self._waiting.append(task)
        self._deal()

    def withdraw(self) -> None:
        """Forget the tasks that no worker has yet."""
        self._waiting.clear()

    def step(self, seconds: float) -> None:
        """Handle the messages of the workers, waiting at most `seconds` for the first; replace workers that are late.

        Raises:
            ReaderError: a worker met something that ends the whole import, such as a full disk.
        """
        now = time.monotonic()
        if not self._processes or (not seconds and now - self._stepped < _PAUSE):
            return
        self._stepped = now
        by_connection = {process.connection: process for process in self._processes.values()}
        for connection in wait_for(list(by_connection), seconds):
            self._hear(by_connection[connection])  # type: ignore[index]
        for process in list(self._processes.values()):
            if process.is_late(_START_SECONDS):
                logger.warning("reading process %d does not come to an end", process.number)
                self._bury(process)
        self._deal()

    def _start(self) -> None:
        self._started += 1
        try:
            process = ReadingProcess(self._started, self._paths, self.settings.read, self.settings.seconds)
        except OSError as error:
            logger.warning("no other process can be started: %s", error)
            self._false_starts = _FALSE_STARTS
        else:
            self._processes[process.number] = process

    def _hear(self, process: ReadingProcess) -> None:
        try:
            message = process.receive()
        except (EOFError, OSError):
            logger.warning("reading process %d has ended", process.number)
            self._bury(process)
            return
        if isinstance(message, WorkerStarted):
            process.ready = True
            self._false_starts = 0
        elif isinstance(message, Asks):
            process.reply(message)
        elif isinstance(message, CouldNot):
            raise message.error()
        else:
            process.finished().finish(message)

    def _bury(self, process: ReadingProcess) -> None:
        """Take back the tasks of a worker that has ended, and start another in its place."""
        del self._processes[process.number]
        process.close(wait=False)
        self._false_starts += not process.ready
        instead: list[Task] = []
        for place, task in enumerate(process.tasks):
            instead += task.interrupted(guilty=place == 0)
        self._waiting.extendleft(reversed(instead))
        if self._false_starts < _FALSE_STARTS:
            self._start()

    def _deal(self) -> None:
        """Give each waiting task to the worker that has fewest."""
        while self._waiting:
            able = [process for process in self._processes.values() if process.ready]
            idlest = min(able, key=lambda process: len(process.tasks), default=None)
            if idlest is None or len(idlest.tasks) >= _TASKS_AT_ONCE:
                return
            idlest.give(self._waiting.popleft())
