"""Reads what lies on disks that may never answer, in a process that can be left behind.

Nothing ends a process that waits for a dead network disk, not even the end of its program. So this one is not waited
for, holds no file of ours, and ends by itself once its wait does.
"""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.process
import os
import signal
import threading
import time
import traceback
import weakref
from collections import deque
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from reader.article import Origin
from reader.errors import NO_MEMORY_TO_READ, CaptureError, Sentence, lacks_memory, tripped
from reader.formats.base import SourceFile
from reader.formats.sources import (
    Below,
    Found,
    Unreadable,
    count_sources,
    look,
    printable,
    read_beside,
    unreadable_beside,
)
from reader.pipeline.messages import packed, receive
from reader.pipeline.process import deaf_to_interrupts
from reader.standard_streams import let_go

logger = logging.getLogger(__name__)

# A file that gives no byte for so long is given up; a slow one is read to its end.
_PATIENCE = 20.0
_START_SECONDS = 60.0
# It says that it is alive so often, while it does something.
_ALIVE_SECONDS = 0.5
_FAREWELL_SECONDS = 0.5
# No path has more characters. Questions this short always fit into the pipe, since only one is ever on its way. A
# longer one would block until it is read, by a process that may be blocked itself, until we read what it sends.
_NAME_CHARACTERS = 4096
_MOST_FORGOTTEN = 1000
# As the system says why a file cannot be read: in English, after what is translated.
_ENDED = "the part of Pressmark that reads it has stopped"
_SILENT = "its disk or network does not answer"

Look = Callable[[Path, Path | None], Generator[Found, None, Below]]
Beside = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class _Ask:
    """To look at a path, count what is there, or read a file: beside a member of an archive, or in a folder."""

    do: str
    path: Path
    root: Path | None = None
    name: str = ""
    # Which archive: the ticket of the look at it; and which of the members that were read of it.
    archive: int = 0
    member: int = 0
    ticket: int = 0
    # Archives of which nobody holds a member any more, so that nothing in them will be asked for.
    forgotten: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was read; in an archive, what lies beside it is asked for by its number."""

    member: int | None
    origin: Origin
    name: str
    data: bytes
    parents: tuple[str, ...]

    def source(self, beside: Beside) -> SourceFile:
        """Return the file, with what reads beside it."""
        return SourceFile(origin=self.origin, name=self.name, data=self.data, parents=self.parents, beside=beside)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The last word about what was asked: a value, or the reason why there is none, and of a bug its traceback."""

    ticket: int
    value: Any
    reason: Sentence | None = None
    bug: str = ""


@dataclass(frozen=True, slots=True)
class _Alive:
    """Something was done since the last word; this is also the first one."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Opened:
    """A path that a process has looked at; whoever holds a member of the archive there holds this."""

    path: Path
    connection: Connection
    ticket: int


class _NoAnswerError(Exception):
    """The other process has ended, or gives no byte; then the `reason` says so in a whole sentence."""

    def __init__(self, cause: str, reason: Sentence | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.reason = reason or Sentence("The file cannot be read: {cause}.", {"cause": cause})


class PatientReader:
    """Reads elsewhere, giving up what gives no byte for `seconds`; the process is started when it is first wanted."""

    def __init__(self, seconds: float = _PATIENCE, look: Look = look) -> None:
        self._seconds = seconds
        self._look = look
        self._tickets = count()
        self._connection: Connection | None = None
        self._process: BaseProcess | None = None
        # What was on its way when an answer was waited for.
        self._ahead: deque[Any] = deque()
        self._forgotten: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def look(self, path: Path, root: Path | None) -> Generator[Found, None, Below]:
        """Override Elsewhere.look."""
        try:
            opened = _Opened(path, *self._ask(_Ask("look", path, root)))
            # The process keeps an archive open, or all its pictures in memory, as long as somebody may ask for them.
            weakref.finalize(opened, self._forgotten.append, opened.ticket)
            beside = partial(self.beside, path.parent, root or path.parent)
            while not isinstance(found := self._next(opened.connection), _Answer):
                if isinstance(found, _File) and found.member is not None:
                    yield found.source(partial(self._beside_member, opened, found.member))
                else:
                    yield found.source(beside) if isinstance(found, _File) else found
        except _NoAnswerError as error:
            logger.warning("%s is given up: %s", path, error)
            self.close()
            yield _unreadable(path, error.reason)
            return []
        _log_bug(path, found)
        if found.reason is not None:
            yield _unreadable(path, found.reason)
            return []
        below: Below = found.value
        return below

    def beside(self, folder: Path, root: Path, name: str) -> bytes | None:
        """Override Elsewhere.beside."""
        return self._read_beside(_Ask("beside", folder, root, name=name))

    def count(self, path: Path) -> int | None:
        """Override Elsewhere.count."""
        try:
            answer = self._answer(_Ask("count", path))
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
        return self._read_beside(_Ask("beside member", opened.path, name=name, archive=opened.ticket, member=member))

    def _read_beside(self, ask: _Ask) -> bytes | None:
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

    def _answer(self, ask: _Ask) -> _Answer:
        """Ask something that has one answer.

        Raises:
            _NoAnswerError: none comes, and the process was given up.
        """
        try:
            connection, ticket = self._ask(ask)
            while not isinstance(found := self._receive(connection), _Answer) or found.ticket != ticket:
                self._ahead.append(found)
        except _NoAnswerError as error:
            logger.warning("%s is given up: %s", ask.path / ask.name, error)
            self.close()
            raise
        _log_bug(ask.path / ask.name, found)
        return found

    def _ask(self, ask: _Ask) -> tuple[Connection, int]:
        connection = self._connection or self._start()
        ticket = next(self._tickets)
        forgotten = tuple(self._forgotten[:_MOST_FORGOTTEN])
        del self._forgotten[: len(forgotten)]
        try:
            connection.send_bytes(packed(replace(ask, ticket=ticket, forgotten=forgotten)))
        except OSError as error:
            raise _NoAnswerError(_ENDED) from error
        return connection, ticket

    def _next(self, connection: Connection) -> Any:
        if connection is not self._connection:
            raise _NoAnswerError(_ENDED)
        return self._ahead.popleft() if self._ahead else self._receive(connection)

    def _receive(self, connection: Connection, seconds: float | None = None) -> Any:
        """Wait for a word that says something."""
        try:
            while connection.poll(seconds or self._seconds):
                message = receive(connection)
                if seconds or not isinstance(message, _Alive):
                    return message
        except (EOFError, OSError) as error:
            raise _NoAnswerError(_ENDED) from error
        raise _NoAnswerError(
            _SILENT,
            Sentence(
                "The file gave nothing for {seconds} seconds, and was left out. Its disk or network does not answer.",
                {"seconds": round(seconds or self._seconds)},
            ),
        )

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._look), name="reading elsewhere", daemon=True)
        with deaf_to_interrupts():
            process.start()
        # Python waits at its end for each process that it knows.
        multiprocessing.process._children.discard(process)  # type: ignore[attr-defined]  # noqa: SLF001
        theirs.close()
        self._connection, self._process = ours, process
        self._receive(ours, _START_SECONDS)
        return ours


def _unreadable(path: Path, reason: Sentence) -> Unreadable:
    return Unreadable(origin=Origin(printable(str(path))), reason=reason, skipped=False)


def _log_bug(path: Path, answer: _Answer) -> None:
    if answer.bug:
        logger.error("%s tripped a bug where it was read: %s", path, answer.bug)


def _serve(connection: Connection, look: Look) -> None:
    """Answer until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    let_go()
    # Python's helper of all processes, which holds the streams of our program, ends when nobody holds its pipe.
    with suppress(OSError, TypeError, AttributeError):
        os.close(resource_tracker._resource_tracker._fd)  # type: ignore[attr-defined]  # noqa: SLF001
    with suppress(EOFError, OSError):
        _Reader(connection, look).run()


class _Reader:
    """What reads in the other process."""

    def __init__(self, connection: Connection, look: Look) -> None:
        self._connection = connection
        self._look = look
        self._lock = threading.Lock()
        self._archives: dict[int, list[Beside]] = {}
        self._clock = time.pthread_getcpuclockid(threading.get_ident())

    def run(self) -> None:
        """Do what is asked."""
        self._say(_Alive())
        threading.Thread(target=self._tell_alive, daemon=True, name="alive").start()
        while True:
            self._do(receive(self._connection))

    def _do(self, ask: _Ask) -> None:
        """Answer a question; whatever goes wrong is an answer, too, so that what is still to be read goes on."""
        for ticket in ask.forgotten:
            self._archives.pop(ticket, None)
        try:
            answer = _Answer(ask.ticket, self._value(ask))
        except CaptureError as error:
            answer = _Answer(ask.ticket, None, error.sentence)
        except Exception as error:  # noqa: BLE001 - the program that asked logs it
            # When the other end has closed, the answer fails likewise, and this process ends.
            reason = NO_MEMORY_TO_READ if lacks_memory(error) else tripped(type(error).__name__)
            answer = _Answer(ask.ticket, None, reason, "" if lacks_memory(error) else traceback.format_exc())
        self._say(answer)

    def _value(self, ask: _Ask) -> Any:
        if ask.do == "look":
            return self._look_at(ask)
        if ask.do == "count":
            return count_sources([ask.path])
        if ask.do == "beside":
            return read_beside(ask.path, ask.root or ask.path, ask.name)
        return self._archives[ask.archive][ask.member](ask.name)

    def _look_at(self, ask: _Ask) -> Below:
        found = self._look(ask.path, ask.root)
        while True:
            try:
                file = next(found)
            except StopIteration as end:
                below: Below = end.value
                return below
            if isinstance(file, SourceFile):
                self._say(_File(self._keep(ask, file), file.origin, file.name, file.data, file.parents))
            else:
                self._say(file)
            while self._connection.poll():
                self._do(receive(self._connection))

    def _keep(self, ask: _Ask, file: SourceFile) -> int | None:
        """Keep what reads beside a member of an archive; return the member's number."""
        if file.origin.member is None:
            return None
        members = self._archives.setdefault(ask.ticket, [])
        members.append(file.beside)
        return len(members) - 1

    def _say(self, message: object) -> None:
        with self._lock:
            self._connection.send_bytes(packed(message))

    def _tell_alive(self) -> None:
        """Say now and then that there is progress: whoever waits for a byte uses no time of the processor."""
        before = 0.0
        with suppress(OSError):
            while True:
                time.sleep(_ALIVE_SECONDS)
                now = time.clock_gettime(self._clock)
                if now != before:
                    self._say(_Alive())
                before = now
