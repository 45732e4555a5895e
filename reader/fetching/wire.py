"""A connection over a socket or TLS on which every wait ends at a deadline, or when the person cancels."""

from __future__ import annotations

import errno
import io
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from reader.fetching.addresses import IPAddress

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Seconds between two checks for cancelling during a wait.
TICK = 0.1
HEADER_BYTES = 64 * 2**10

_ONE_ADDRESS_SECONDS = 10.0
# Where systems keep their certificates, for builds whose OpenSSL looks elsewhere.
_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_T = TypeVar("_T")


class StoppedError(Exception):
    """The person has cancelled."""


class TooSlowError(Exception):
    """The deadline has passed."""


class TooMuchError(Exception):
    """More bytes came than the bounds allow."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Ends every wait at `deadline` (by time.monotonic), or once `stop` is set."""

    stop: threading.Event
    deadline: float

    def check(self) -> None:
        """Raise StoppedError if cancelled, TooSlowError after the deadline."""
        if self.stop.is_set():
            raise StoppedError
        if time.monotonic() >= self.deadline:
            raise TooSlowError

    def sooner(self, seconds: float) -> Guard:
        """Return a guard whose deadline is at most `seconds` from now."""
        return Guard(self.stop, min(self.deadline, time.monotonic() + seconds))

    def wait(self, sock: socket.socket, event: int) -> None:
        """Wait until a socket can be read or written; raises as `check` does."""
        with selectors.DefaultSelector() as selector:
            selector.register(sock, event)
            while True:
                self.check()
                if selector.select(min(TICK, max(0.0, self.deadline - time.monotonic()))):
                    return


class Wire(io.RawIOBase):
    """A connection that waits only under its guard; `left` is how many more bytes it may receive."""

    def __init__(self, sock: socket.socket, guard: Guard) -> None:
        super().__init__()
        self._sock = sock
        self._guard = guard
        self.left = HEADER_BYTES

    @classmethod
    def open(cls, address: IPAddress, port: int, guard: Guard) -> Wire:
        """Connect to an address; the caller has checked that it is public.

        Raises:
            OSError: the address cannot be reached.
            TooSlowError, StoppedError: see Guard.
        """
        sock = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            code = sock.connect_ex((str(address), port))
            if code in (errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", 0)):
                guard.sooner(_ONE_ADDRESS_SECONDS).wait(sock, selectors.EVENT_WRITE)
                code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                raise OSError(code, "cannot connect")
        except BaseException:
            sock.close()
            raise
        return cls(sock, guard)

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Start TLS, checking the certificate against the name `host`."""
        secured = context.wrap_socket(self._sock, server_hostname=host, do_handshake_on_connect=False)
        self._sock = secured
        self._until_done(secured.do_handshake)

    def send(self, data: bytes) -> None:
        """Send all of `data`."""
        while data:
            data = data[self._until_done(partial(self._sock.send, data), selectors.EVENT_WRITE) :]

    def readable(self) -> bool:
        """Override RawIOBase.readable."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Override RawIOBase.readinto."""
        count = self._until_done(partial(self._sock.recv_into, buffer))
        self.left -= count
        if self.left < 0:
            raise TooMuchError
        return count

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return a file to read from, which http.client asks a socket for."""
        return io.BufferedReader(self)

    def close(self) -> None:
        """Override RawIOBase.close."""
        self._sock.close()
        super().close()

    def _until_done(self, attempt: Callable[[], _T], event: int = selectors.EVENT_READ) -> _T:
        """Retry a non-blocking operation until it succeeds, waiting under the guard."""
        while True:
            self._guard.check()
            try:
                return attempt()
            except ssl.SSLWantReadError:
                self._guard.wait(self._sock, selectors.EVENT_READ)
            except ssl.SSLWantWriteError:
                self._guard.wait(self._sock, selectors.EVENT_WRITE)
            except BlockingIOError:
                self._guard.wait(self._sock, event)


def trust() -> ssl.SSLContext:
    """Return a TLS context that checks certificates against the system's."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    paths = ssl.get_default_verify_paths()
    if not context.cert_store_stats()["x509_ca"] and not (paths.cafile or paths.capath):
        for path in _CERTIFICATES:
            if Path(path).is_file():
                context.load_verify_locations(path)
                break
    return context
