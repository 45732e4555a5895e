"""Reads what lies on disks that may never answer, in a process that can be left behind.

Nothing ends a process that waits for a dead network disk, not even the end of its program. So this one is not waited
for, holds no file of ours, and ends by itself once its wait does.
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
from reader.sources.remote.messages import Alive, Answer, Ask, RemoteFile
from reader.sources.remote.server import Look, serve
from reader.sources.walk import (
    Below,
    Found,
    Unreadable,
    look,
    printable,
    unreadable_beside,
)
from reader.system.processes import deaf_to_interrupts, packed, receive

logger = logging.getLogger(__name__)

# Give up a file that gives no byte for this long; read a slow one to its end.
_PATIENCE = 20.0
_START_SECONDS = 60.0
# A single file may be at fault; a disk that is dead would else be waited for over each of its files.
_CHANCES = 2
_FAREWELL_SECONDS = 0.5
# No path has more characters. Questions this short always fit into the pipe, since only one is ever on its way. A
# longer one would block until it is read, by a process that may be blocked itself, until we read what it sends.
_NAME_CHARACTERS = 4096
_MOST_FORGOTTEN = 1000
# As the system says why a file cannot be read: in English, after what is translated.
_ENDED = "the part of Pressmark that reads it has stopped"
_SILENT = "its disk or network does not answer"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Opened:
    """A path that a process has looked at; whoever holds a member of the archive there holds this."""

    path: Path
    disk: str
    connection: Connection
    ticket: int


class _NoAnswerError(Exception):
    """The other process has ended, or gives no byte; then the `reason` says so in a whole sentence."""

    def __init__(self, cause: str, reason: Sentence | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.reason = reason or Sentence("The file cannot be read: {cause}.", {"cause": cause})


class PatientReader:
    """A RemoteReader that gives up what gives no byte for `seconds`; its process is started when it is first needed."""

    def __init__(self, seconds: float = _PATIENCE, look: Look = look) -> None:
        self._seconds = seconds
        self._look = look
        self._tickets = count()
        self._connection: Connection | None = None
        self._process: BaseProcess | None = None
        # What was on its way when an answer was waited for.
        self._ahead: deque[Any] = deque()
        self._forgotten: list[int] = []
        # How often in a row a disk has not answered.
        self._silences: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def look(self, path: Path, root: Path | None, disk: str) -> Generator[Found, None, Below]:
        """Override RemoteReader.look."""
        try:
            opened = _Opened(path, disk, *self._ask(Ask("look", path, disk, root)))
            # The process keeps an archive open, or all its pictures in memory, as long as somebody may ask for them.
            weakref.finalize(opened, self._forgotten.append, opened.ticket)
            beside = partial(self.beside, path.parent, root or path.parent, disk=disk)
            while not isinstance(found := self._next(opened), Answer):
                if isinstance(found, RemoteFile) and found.member is not None:
                    yield found.source(partial(self._beside_member, opened, found.member))
                else:
                    yield found.source(beside) if isinstance(found, RemoteFile) else found
        except _NoAnswerError as error:
            logger.warning("%s is given up: %s", path, error.cause)
            yield _unreadable(path, error.reason)
            return []
        _log_bug(path, found)
        if found.reason is not None:
            yield _unreadable(path, found.reason)
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
        """Let the process end; if it cannot, it is left behind."""
        if self._connection is not None and self._process is not None:
            self._connection.close()
            self._process.kill()
            self._process.join(_FAREWELL_SECONDS)
        self._connection = self._process = None
        self._ahead.clear()

    def _beside_member(self, opened: _Opened, member: int, name: str) -> bytes | None:
        if opened.connection is not self._connection:
            # The process that had the archive open is gone.
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
        """Ask something that has one answer.

        Raises:
            _NoAnswerError: none comes.
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
        """Wait for a word that says something of what was asked, as long as there is progress."""
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
        """Return the next word; None if none comes in `seconds`."""
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
    """Start a process that reads.

    Raises:
        OSError: there is no room for one, or for another open file.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, look), name="remote reader", daemon=True)
    with theirs:
        try:
            with deaf_to_interrupts():
                process.start()
        except OSError:
            ours.close()
            raise
    # Python waits at its end for each process that it knows.
    multiprocessing.process._children.discard(process)  # type: ignore[attr-defined]  # noqa: SLF001
    return ours, process


def _unreadable(path: Path, reason: Sentence) -> Unreadable:
    return Unreadable(origin=Origin(printable(str(path))), reason=reason, skipped=False)


def _log_bug(path: Path, answer: Answer) -> None:
    if answer.bug:
        logger.error("%s tripped a bug where it was read: %s", path, answer.bug)
