"""A web server on 127.0.0.1 that says byte for byte what a test wants said."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.support.patience import PATIENCE_SECONDS


@dataclass
class Call:
    """One request as it came, and the connection to answer it."""

    head: bytes
    connection: socket.socket
    closing: threading.Event

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode("ascii").split("\r\n")[1:]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}

    def say(self, data: bytes) -> None:
        self.connection.sendall(data)

    def drip(self, piece: bytes, seconds: float) -> None:
        """Say the piece again and again, until the other side has had enough."""
        while not self.closing.wait(seconds):
            self.say(piece)


Answer = Callable[[Call], None]


@dataclass
class Web:
    """The server. `answers` are by path; `calls` are the requests that came.

    `first_words` are said to whoever connects.
    """

    tls: ssl.SSLContext | None = None
    answers: dict[str, bytes | Answer] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    first_words: bytes = b""
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port: int = self._listener.getsockname()[1]
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://{host}:{self.port}{path}"

    def close(self) -> None:
        self._closing.set()
        for thread in list(self._threads):
            thread.join()
        self._listener.close()

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                connection, _ = self._listener.accept()
                self._start(lambda connection=connection: self._serve(connection))

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self.connections += 1
        connection.settimeout(PATIENCE_SECONDS)
        with suppress(OSError):
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            connection.sendall(self.first_words)
            self._answer(connection)
        connection.close()

    def _answer(self, connection: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = connection.recv(4096)
            if not piece:
                return
            head += piece
        call = Call(head, connection, self._closing)
        self.calls.append(call)
        answer = self.answers.get(head.split()[1].decode("ascii"), said(b"", status="404 Not Found"))
        if isinstance(answer, bytes):
            call.say(answer)
        else:
            answer(call)


def said(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """Return an answer; `length` is what it claims."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def sent_on(to: str) -> bytes:
    """Return a redirect."""
    return said(b"", f"Location: {to}", status="302 Found")
