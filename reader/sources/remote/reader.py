"""Reads files on disks that may never answer, in a process that can be abandoned.

Nothing ends a process that waits for a dead network disk, not even the exit of its parent. So this process is not
joined, holds no open file of Pressmark, and exits by itself once its wait ends.
"""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.process
import weakref
from collections import Counter, deque
from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from reader.article import Origin
from reader.errors import CaptureError, Sentence
from reader.outcome import ImportOutcome
from reader.sources.beside import unreadable_beside
from reader.sources.found import Below, Found, look
from reader.sources.names import printable
from reader.sources.remote.messages import Alive, Answer, Ask, RemoteFile
from reader.sources.remote.server import Look, serve_files
from reader.system.processes import deaf_to_interrupts, packed, receive

logger = logging.getLogger(__name__)

# Give up a file that gives no byte for this long; read a slow one to its end.
_PATIENCE = 20.0
_START_SECONDS = 60.0
# The first time-out may be the fault of one file; after a second the disk counts as dead, so that it is not waited for
# over each of its files.
_CHANCES = 2
_FAREWELL_SECONDS = 0.5
# No path is longer. An Ask this short always fits into the pipe, since only one is ever under way. A longer one could
# deadlock: sending it blocks until the process reads, and that may be blocked until we read what it sends.
_NAME_CHARACTERS = 4096
_MOST_FORGOTTEN = 1000
# Not translated, like the system's own error messages: people see it after a translated sentence.
_ENDED = "the part of Pressmark that reads it has stopped"
_SILENT = "its disk or network does not answer"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Opened:
    """A path that a process has looked at; every member of an archive there holds a reference to this."""

    path: Path
    disk: str
    connection: Connection
    ticket: int


class _NoAnswerError(Exception):
    """The process has ended or does not answer; `reason` is the sentence to show, `cause` the words for the log."""

    def __init__(self, cause: str, reason: Sentence | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.reason = reason or Sentence("The file cannot be read: {cause}.", {"cause": cause})


class PatientReader:
    """A RemoteReader that gives up a file after `seconds` without progress; its process starts at first use."""

    def __init__(self, seconds: float = _PATIENCE, look: Look = look) -> None:
        self._seconds = seconds
        self._look = look
        self._tickets = count()
        self._connection: Connection | None = None
        self._process: BaseProcess | None = None
        # Messages of a look that came while another answer was waited for.
        self._ahead: deque[Any] = deque()
        self._forgotten: list[int] = []
        # By disk: time-outs in a row.
        self._silences: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def look(self, path: Path, root: Path | None, disk: str) -> Generator[Found, None, Below]:
        """Override RemoteReader.look."""
        try:
            opened = _Opened(path, disk, *self._ask(Ask("look", path, disk, root)))
            # The process holds an archive open, or its pictures in memory, until it is told that no member is left.
            weakref.finalize(opened, self._forgotten.append, opened.ticket)
            beside = partial(self.beside, path.parent, root or path.parent, disk=disk)
            while not isinstance(found := self._next(opened), Answer):
                if isinstance(found, RemoteFile):
                    ask = beside if found.member is None else partial(self._beside_member, opened, found.member)
                    yield replace(found.file, beside=ask)
                else:
                    yield found
        except _NoAnswerError as error:
            logger.warning("%s is given up: %s", path, error.cause)
            yield _not_given(path, error.reason)
            return []
        _log_bug(path, found)
        if found.reason is not None:
            yield _not_given(path, found.reason)
            return []
        below: Below = found.value
        return below

    def beside(self, folder: Path, root: Path, name: str, disk: str) -> bytes | None:
        """Override RemoteReader.beside."""
        return self._read_beside(Ask("beside", folder, disk, root, name))

    def count(self, path: Path, disk: str) -> int | None:
        """Override RemoteReader.count."""
        try:
            answer = self._answer(Ask("count", path, disk))
        except _NoAnswerError:
            return None
        files: int | None = answer.value
        return files

    def close(self) -> None:
        """End the process; abandon it if it does not end."""
        if self._connection is not None and self._process is not None:
            self._connection.close()
            self._process.kill()
            self._process.join(_FAREWELL_SECONDS)
        self._connection = self._process = None
        self._ahead.clear()

    def _beside_member(self, opened: _Opened, member: int, name: str) -> bytes | None:
        if opened.connection is not self._connection:
            # The process that held the archive open is gone.
            raise unreadable_beside(name, _ENDED)
        archive = opened.ticket
        return self._read_beside(
            Ask("beside member", opened.path, opened.disk, name=name, archive=archive, member=member)
        )

    def _read_beside(self, ask: Ask) -> bytes | None:
        if len(ask.name) > _NAME_CHARACTERS:
            return None
        try:
            answer = self._answer(ask)
        except _NoAnswerError as error:
            raise unreadable_beside(ask.name, error.cause) from error
        if answer.reason is not None:
            raise CaptureError(answer.reason.template, path=None, **answer.reason.params)
        data: bytes | None = answer.value
        return data

    def _answer(self, ask: Ask) -> Answer:
        """Send an Ask other than a look, and return its Answer.

        Raises:
            _NoAnswerError: the process has ended, or does not answer in time.
        """
        try:
            connection, ticket = self._ask(ask)
            while not isinstance(found := self._receive(connection, ask.disk), Answer) or found.ticket != ticket:
                self._ahead.append(found)
        except _NoAnswerError as error:
            logger.warning("%s is given up: %s", ask.path / ask.name, error.cause)
            raise
        _log_bug(ask.path / ask.name, found)
        return found

    def _ask(self, ask: Ask) -> tuple[Connection, int]:
        if self._silences[ask.disk] >= _CHANCES:
            raise self._no_answer()
        connection = self._connection or self._start()
        ticket = next(self._tickets)
        forgotten = tuple(self._forgotten[:_MOST_FORGOTTEN])
        del self._forgotten[: len(forgotten)]
        try:
            connection.send_bytes(packed(replace(ask, ticket=ticket, forgotten=forgotten)))
        except OSError as error:
            self.close()
            raise _NoAnswerError(_ENDED) from error
        return connection, ticket

    def _next(self, opened: _Opened) -> Any:
        if opened.connection is not self._connection:
            raise _NoAnswerError(_ENDED)
        return self._ahead.popleft() if self._ahead else self._receive(opened.connection, opened.disk)

    def _receive(self, connection: Connection, disk: str) -> Any:
        """Wait for the next message other than Alive; each Alive restarts the time-out."""
        message = self._hear(connection, self._seconds)
        while isinstance(message, Alive):
            message = self._hear(connection, self._seconds)
        if message is None:
            self.close()
            self._silences[disk] += 1
            raise self._no_answer()
        del self._silences[disk]
        return message

    def _hear(self, connection: Connection, seconds: float) -> Any:
        """Return the next message; None if none comes within `seconds`."""
        try:
            return receive(connection) if connection.poll(seconds) else None
        except (EOFError, OSError) as error:
            self.close()
            raise _NoAnswerError(_ENDED) from error

    def _no_answer(self) -> _NoAnswerError:
        return _NoAnswerError(
            _SILENT,
            Sentence(
                "The file gave nothing for {seconds} seconds, and was left out. Its disk or network does not answer.",
                {"seconds": round(self._seconds)},
            ),
        )

    def _start(self) -> Connection:
        try:
            ours, self._process = _started(self._look)
        except OSError as error:
            raise _NoAnswerError(error.strerror or str(error)) from error
        self._connection = ours
        if self._hear(ours, _START_SECONDS) is None:
            self.close()
            raise _NoAnswerError(_ENDED)
        return ours


def _started(look: Look) -> tuple[Connection, BaseProcess]:
    """Start a reading process; return our end of its pipe, and the process.

    Raises:
        OSError: the system has no room for another process, or for another open file.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve_files, args=(theirs, look), name="remote reader", daemon=True)
    with theirs:
        try:
            with deaf_to_interrupts():
                process.start()
        except OSError:
            ours.close()
            raise
    # At exit Python joins every child it knows of, and this one may never end.
    multiprocessing.process._children.discard(process)  # type: ignore[attr-defined]  # noqa: SLF001
    return ours, process


def _not_given(path: Path, reason: Sentence) -> ImportOutcome:
    return ImportOutcome.failed(Origin(printable(str(path))), reason)


def _log_bug(path: Path, answer: Answer) -> None:
    if answer.bug:
        logger.error("%s tripped a bug where it was read: %s", path, answer.bug)
