"""The processes that prepare, together: who does what, what came of it, and what when one of them ends."""

from __future__ import annotations

import logging
import os
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import wait as wait_for

from reader.formats.default import read_captures
from reader.importing.prepare import ReadCaptures
from reader.importing.workers.messages import Asks, CouldNot, Started
from reader.importing.workers.process import ReadingProcess, Task
from reader.paths import AppPaths

logger = logging.getLogger(__name__)

_MOST_PROCESSES = 4
# One task is done while the next ones already lie there, for as long as the writer waits for its disk.
_TASKS_AT_ONCE = 3
_START_SECONDS = 60.0
# So many processes in a row that end before they have begun: more would end likewise.
_FALSE_STARTS = 2


def cores() -> int:
    """Count the cores that this process may use, up to as many as an import can keep busy."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, _MOST_PROCESSES))


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSettings:
    """How an import is divided among processes.

    `processes` is how many there are beside the writer. They are started after `alone` new files, and until they
    work the writer reads by itself; with an `alone` of 0 it leaves all to them. `seconds` is how long one may read
    on a task, and `read` is what reads a file.
    """

    processes: int = field(default_factory=cores)
    alone: int = 64
    files_a_task: int = 32
    bytes_a_task: int = 256 * 1024
    seconds: float = 60.0
    read: ReadCaptures = read_captures


class Pool:
    """Some processes; `step` is to be called often, and is where tasks learn their answers."""

    def __init__(self, paths: AppPaths, settings: PipelineSettings) -> None:
        self._paths = paths
        self._settings = settings
        self._processes: dict[int, ReadingProcess] = {}
        self._waiting: deque[Task] = deque()
        self._started = 0
        self._false_starts = 0

    def start(self) -> None:
        """Start the processes, once, without waiting for them."""
        if not self._started:
            for _ in range(self._settings.processes):
                self._start()

    @property
    def has_started(self) -> bool:
        """Whether processes were started."""
        return self._started > 0

    @property
    def is_ready(self) -> bool:
        """Whether some process has begun to work."""
        return any(process.ready for process in self._processes.values())

    @property
    def has_failed(self) -> bool:
        """Whether there are no processes, and will not be."""
        return self._started > 0 and not self._processes

    @property
    def is_busy(self) -> bool:
        """Whether there are tasks that no process has yet."""
        return bool(self._waiting)

    def numbers(self) -> list[int]:
        """Name the processes that work."""
        return [process.number for process in self._processes.values() if process.ready]

    def give(self, task: Task) -> None:
        """Let some process do a task."""
        self._waiting.append(task)
        self._deal()

    def give_to(self, number: int, task: Task) -> None:
        """Let the process of that number do a task, after those it has."""
        self._processes[number].give(task)

    def withdraw(self) -> None:
        """Forget the tasks that no process has."""
        self._waiting.clear()

    def step(self, seconds: float) -> None:
        """Hear what the processes have to say, waiting at most `seconds` for the first of it.

        Raises:
            ReaderError: one met what ends the whole import, such as a full disk.
        """
        by_connection = {process.connection: process for process in self._processes.values()}
        if not by_connection:
            return
        for connection in wait_for(list(by_connection), seconds):
            self._hear(by_connection[connection])  # type: ignore[index]
        for process in list(self._processes.values()):
            if process.is_late(_START_SECONDS):
                logger.warning("reading process %d does not come to an end", process.number)
                self._bury(process)
        self._deal()

    def close(self, *, wait: bool) -> None:
        """End all processes: with `wait` those that are idle by themselves."""
        processes = list(self._processes.values())
        self._processes.clear()
        if wait:
            for process in processes:
                process.dismiss()
        for process in processes:
            process.close(wait=wait)

    def _start(self) -> None:
        self._started += 1
        try:
            process = ReadingProcess(self._started, self._paths, self._settings.read, self._settings.seconds)
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
        if isinstance(message, Started):
            process.ready = True
            self._false_starts = 0
        elif isinstance(message, Asks):
            process.reply(message)
        elif isinstance(message, CouldNot):
            raise message.error()
        else:
            process.finished().finish(message, process.number)

    def _bury(self, process: ReadingProcess) -> None:
        """Take back what a process had to do, and start another in its place."""
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
        """Give what waits to those who have least to do."""
        while self._waiting:
            able = [process for process in self._processes.values() if process.ready]
            idlest = min(able, key=lambda process: len(process.tasks), default=None)
            if idlest is None or len(idlest.tasks) >= _TASKS_AT_ONCE:
                return
            idlest.give(self._waiting.popleft())
