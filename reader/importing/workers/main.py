"""The main loop of a worker: prepares files for the store, and builds segments of what is stored."""

from __future__ import annotations

import gc
import signal
from collections import deque
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from multiprocessing.connection import Connection

from reader.errors import NO_MEMORY, CaptureError, OutOfMemoryError, ReaderError
from reader.importing.prepare import Preparer, ReadCaptures
from reader.importing.stored_articles import Built, build_stored
from reader.importing.workers.messages import (
    Asks,
    BesideAnswer,
    Build,
    CouldNot,
    ReadFiles,
    WorkerStarted,
)
from reader.outcome import ImportOutcome
from reader.paths import AppPaths
from reader.sources.saved_file import SavedFile
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore
from reader.store.store_writer import NewCapture
from reader.system.processes import packed, receive


def serve(connection: Connection, paths: AppPaths, read: ReadCaptures, seconds: float) -> None:
    """Do tasks until the other end closes.

    Reading that takes longer than `seconds` ends this process by a timer of the system, which works even inside a
    loop in C. The writer ends it sooner; the timer is for when the writer is gone.
    """
    # Ctrl-C reaches every process of a terminal, and the writer decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is loaded now is never freed: keeping it out of every later collection saves a twentieth of a page's time.
    gc.freeze()
    server = _Server(connection, paths, read)
    # When the writer has ended, there is nobody to answer, and nothing is lost: the files are still there.
    with suppress(EOFError, ConnectionError):
        connection.send_bytes(packed(WorkerStarted()))
        while (task := server.next_task()) is not None:
            _set_alarm(seconds if isinstance(task, ReadFiles) else 0)
            connection.send_bytes(packed(server.answer(task)))


def _set_alarm(seconds: float) -> None:
    """Have the system end this process after `seconds`; 0 turns the timer off. Windows has no such timer."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


class _Server:
    def __init__(self, connection: Connection, paths: AppPaths, read: ReadCaptures) -> None:
        self._connection = connection
        self._paths = paths
        self._preparer = Preparer(ImageStore(paths.images), read)
        self._tasks: deque[ReadFiles | Build | None] = deque()

    def next_task(self) -> ReadFiles | Build | None:
        """Wait for the next task; None means that there are no more."""
        if self._tasks:
            return self._tasks.popleft()
        task: ReadFiles | Build | None = receive(self._connection)
        return task

    def answer(self, task: ReadFiles | Build) -> list[list[NewCapture | ImportOutcome]] | Built | CouldNot:
        """Do a task, and return its answer; CouldNot if an error ends the whole import."""
        try:
            if isinstance(task, ReadFiles):
                return [self._read(number, file) for number, file in enumerate(task.files)]
            with closing(LibraryStore(self._paths.database)) as store:
                return build_stored(task.articles, store, self._paths.index)
        except ReaderError as error:
            return CouldNot.of(error)
        except MemoryError:
            return CouldNot.of(OutOfMemoryError(NO_MEMORY))

    def _read(self, number: int, file: SavedFile) -> list[NewCapture | ImportOutcome]:
        return self._preparer.prepare(replace(file, beside=self._beside(number)))

    def _beside(self, number: int) -> Callable[[str], bytes | None]:
        """Return a function that reads files next to this one: it asks the writer, which has folder or archive open."""

        def ask(name: str) -> bytes | None:
            self._connection.send_bytes(packed(Asks(number, name)))
            # Later tasks may have been sent before the answer.
            while not isinstance(message := receive(self._connection), BesideAnswer):
                self._tasks.append(message)
            if message.reason is not None:
                raise CaptureError(message.reason.template, path=None, **message.reason.params)
            return message.data

        return ask
