"""The main loop of a worker: prepares files, keeps their rows for the index, and builds segments from them."""

from __future__ import annotations

import gc
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from itertools import count
from multiprocessing.connection import Connection

from reader.article import ArticleId, RevisionId
from reader.errors import NO_MEMORY, CaptureError, OutOfMemoryError, ReaderError
from reader.formats.base import SourceFile
from reader.importing.prepare import Preparer, ReadCaptures
from reader.importing.stored_articles import index_errors, intact_articles, searchable
from reader.importing.workers.messages import (
    Asks,
    BesideAnswer,
    Build,
    Built,
    CouldNot,
    FilesRead,
    FileToRead,
    ReadFiles,
    Taken,
    WorkerStarted,
)
from reader.index import BuiltSegment, SegmentRow, build_segment, make_row
from reader.outcome import ImportOutcome
from reader.paths import AppPaths
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore
from reader.system.processes import packed, receive

# Most characters per segment, which is built in memory; an article has a few thousand.
_SEGMENT_CHARACTERS = 24_000_000


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
    with closing(server), suppress(EOFError, ConnectionError):
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
        self._rows: dict[int, SegmentRow] = {}
        self._tickets = count()
        self._store: LibraryStore | None = None
        self._tasks: deque[ReadFiles | Build | None] = deque()

    def close(self) -> None:
        """Close the store, if it was opened."""
        if self._store is not None:
            self._store.close()

    def next_task(self) -> ReadFiles | Build | None:
        """Wait for the next task; None means that there are no more."""
        if self._tasks:
            return self._tasks.popleft()
        task: ReadFiles | Build | None = receive(self._connection)
        return task

    def answer(self, task: ReadFiles | Build) -> FilesRead | Built | CouldNot:
        """Do a task, and return its answer; CouldNot if an error ends the whole import."""
        try:
            if isinstance(task, ReadFiles):
                return FilesRead([self._read(number, file) for number, file in enumerate(task.files)])
            return self._build(task)
        except ReaderError as error:
            return CouldNot.of(error)
        except MemoryError:
            return CouldNot.of(OutOfMemoryError(NO_MEMORY))

    def _read(self, number: int, file: FileToRead) -> list[Taken | ImportOutcome]:
        source = SourceFile(
            origin=file.origin,
            name=file.name,
            data=file.data,
            parents=file.parents,
            beside=self._beside(number),
        )
        taken: list[Taken | ImportOutcome] = []
        for item in self._preparer.prepare(source, file.digest):
            if isinstance(item, ImportOutcome):
                taken.append(item)
                continue
            row = make_row(item.article)
            ticket = next(self._tickets)
            self._rows[ticket] = row
            taken.append(Taken(item.capture, ticket, len(row.content)))
        return taken

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

    def _build(self, task: Build) -> Built:
        for ticket in task.dropped:
            self._rows.pop(ticket, None)
        rows = [replace(self._rows.pop(ticket), id=id_) for ticket, id_ in task.ids.items()]
        held: list[tuple[ArticleId, RevisionId]] = []
        segments = [self._segment(part) for part in _parts(self._all_rows(rows, task.articles, held))]
        return Built(segments, held)

    def _all_rows(
        self, rows: Iterable[SegmentRow], articles: Iterable[ArticleId], held: list[tuple[ArticleId, RevisionId]]
    ) -> Iterator[SegmentRow]:
        """Yield `rows`, then a row for each of `articles`, adding to `held` which revision of each was read."""
        yield from rows
        if not articles:
            return
        store = self._opened_store()
        for article in intact_articles(articles, store):
            held.append((article.id, article.revision))
            yield make_row(searchable(article, store))

    def _opened_store(self) -> LibraryStore:
        if self._store is None:
            self._store = LibraryStore(self._paths.database)
        return self._store

    def _segment(self, rows: list[SegmentRow]) -> BuiltSegment:
        with index_errors():
            return build_segment(self._paths.index, rows)


def _parts(rows: Iterable[SegmentRow]) -> Iterator[list[SegmentRow]]:
    """Divide rows into lists that each make one segment."""
    part: list[SegmentRow] = []
    characters = 0
    for row in rows:
        part.append(row)
        characters += row.characters
        if characters >= _SEGMENT_CHARACTERS:
            yield part
            part, characters = [], 0
    if part:
        yield part
