"""The process that reads network disks, and answers requests about them."""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from reader.article import ReadFile
from reader.errors import NO_MEMORY_TO_READ, CaptureError, lacks_memory, tripped, unreadable
from reader.formats.base import read_whole
from reader.sources.beside import read_beside
from reader.sources.found import Below, Found
from reader.sources.remote.messages import Alive, Answer, Ask, RemoteFile
from reader.sources.saved_file import SavedFile
from reader.sources.walk import count_sources
from reader.system.processes import packed, receive
from reader.system.standard_streams import let_go

# The interval between Alive messages while work goes on.
_ALIVE_SECONDS = 0.5

Look = Callable[[Path, Path | None], Generator[Found, None, Below]]


def serve_files(connection: Connection, look: Look) -> None:
    """Answer requests until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    let_go()
    # Python's resource tracker holds the parent's standard streams, and ends only when no process holds its pipe.
    with suppress(OSError, TypeError, AttributeError):
        os.close(resource_tracker._resource_tracker._fd)  # type: ignore[attr-defined]  # noqa: SLF001
    with suppress(EOFError, OSError):
        _FileServer(connection, look).run()


class _FileServer:
    """Answers requests one by one, and reports progress from a second thread."""

    def __init__(self, connection: Connection, look: Look) -> None:
        self._connection = connection
        self._look = look
        self._lock = threading.Lock()
        self._archives: dict[int, list[ReadFile]] = {}
        self._clock = time.pthread_getcpuclockid(threading.get_ident())

    def run(self) -> None:
        """Answer requests until the connection closes, which raises EOFError or OSError."""
        self._say(Alive())
        threading.Thread(target=self._tell_alive, daemon=True, name="alive").start()
        while True:
            self._do(receive(self._connection))

    def _do(self, ask: Ask) -> None:
        """Answer a request; an error becomes an Answer, too, so that the rest can still be read."""
        for ticket in ask.forgotten:
            self._archives.pop(ticket, None)
        try:
            answer = Answer(ask.ticket, self._value(ask))
        except CaptureError as error:
            answer = Answer(ask.ticket, None, error.sentence)
        except OSError as error:
            answer = Answer(ask.ticket, None, unreadable(error))
        except Exception as error:  # noqa: BLE001 - the program that asked logs it
            # When the other end has closed, the answer fails too, and this process ends.
            reason = NO_MEMORY_TO_READ if lacks_memory(error) else tripped(type(error).__name__)
            answer = Answer(ask.ticket, None, reason, "" if lacks_memory(error) else traceback.format_exc())
        self._say(answer)

    def _value(self, ask: Ask) -> Any:
        if ask.do == "look":
            return self._look_at(ask)
        if ask.do == "count":
            return count_sources([ask.path])
        if ask.do == "beside":
            return read_beside(ask.path, ask.root or ask.path, ask.name)
        return self._archives[ask.archive][ask.member](ask.name)

    def _look_at(self, ask: Ask) -> Below:
        found = self._look(ask.path, ask.root)
        while True:
            try:
                file = next(found)
            except StopIteration as end:
                below: Below = end.value
                return below
            if isinstance(file, SavedFile):
                held = SavedFile.of_bytes(file.origin, file.name, read_whole(file), file.parents)
                self._say(RemoteFile(self._keep(ask, file), held))
            else:
                self._say(file)
            while self._connection.poll():
                self._do(receive(self._connection))

    def _keep(self, ask: Ask, file: SavedFile) -> int | None:
        """Keep the reader of files next to an archive's member; return the member's number, None for a plain file."""
        if file.origin.member is None:
            return None
        members = self._archives.setdefault(ask.ticket, [])
        members.append(file.beside)
        return len(members) - 1

    def _say(self, message: object) -> None:
        with self._lock:
            self._connection.send_bytes(packed(message))

    def _tell_alive(self) -> None:
        """Send Alive while this process uses CPU time: one blocked on a disk uses none."""
        before = 0.0
        with suppress(OSError):
            while True:
                time.sleep(_ALIVE_SECONDS)
                now = time.clock_gettime(self._clock)
                if now != before:
                    self._say(Alive())
                before = now
