"""Fetches one picture over HTTP/1.1 within bounds, or says in a sentence why it could not."""

from __future__ import annotations

import http.client
import ipaddress
import queue
import ssl
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from reader.errors import FetchError, Sentence
from reader.fetching.addresses import IPAddress, Resolver, Target, is_public, redirected
from reader.fetching.wire import HEADER_BYTES, TICK, Guard, TooMuchError, TooSlowError, Wire
from reader.pictures import picture_kind

if TYPE_CHECKING:
    from socket import socket

_MEGABYTE = 2**20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REQUEST = (
    "GET {target} HTTP/1.1\r\n"
    "Host: {host}\r\n"
    "User-Agent: Mozilla/5.0 (compatible; Pressmark)\r\n"
    "Accept: image/jpeg,image/png,image/webp,image/gif\r\n"
    "Accept-Encoding: identity\r\n"
    "Connection: close\r\n\r\n"
)
# Enough to recognise a kind of picture. The store decides what it keeps; this only saves reading other answers.
_HEAD_BYTES = 12
_LOST_AFTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """The bounds of a fetch; `seconds` is for all of it, including redirects."""

    max_bytes: int = 20 * _MEGABYTE
    seconds: float = 30.0
    redirects: int = 5
    at_once: int = 4


@dataclass(frozen=True, slots=True)
class FetchedPicture:
    """The outcome of one address: the bytes of the picture, or the reason why there are none."""

    url: str
    data: bytes | None = None
    reason: Sentence | None = None


class _Unpacker:
    """Unpacks gzip, which some hosts send unasked, to at most one byte above the bound."""

    def __init__(self, encoding: str | None, max_bytes: int) -> None:
        packed = (encoding or "").strip().lower() in ("gzip", "x-gzip")
        self._decoder = zlib.decompressobj(wbits=31) if packed else None
        self._left = max_bytes + 1

    def feed(self, piece: bytes) -> bytes:
        """Return the unpacked bytes of a piece of the body."""
        if self._decoder is None:
            return piece
        data = self._decoder.decompress(piece, max(1, self._left))
        self._left -= len(data)
        return data

    @property
    def complete(self) -> bool:
        """Whether the packed body has ended properly."""
        return self._decoder is None or self._decoder.eof


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches one picture at a time, in any thread.

    `lost` counts how often in a row a host was not found or not reached. After `_LOST_AFTER` times it is not tried
    again in the same run: without a network, thousands of pictures would each take their time to fail.
    """

    limits: FetchLimits
    allow_private: bool
    resolve: Resolver
    tls: ssl.SSLContext
    stop: threading.Event
    lost: Counter[str] = field(default_factory=Counter)

    def fetch(self, url: str) -> FetchedPicture:
        """Fetch a picture, following redirects, or return the reason why not."""
        guard = Guard(self.stop, time.monotonic() + self.limits.seconds)
        asked = url
        try:
            for _ in range(self.limits.redirects + 1):
                target = Target.parse(asked, any_port=self.allow_private)
                with self._said_plainly(target.host):
                    answer = self._ask(target, guard)
                if isinstance(answer, bytes):
                    return FetchedPicture(url, data=answer)
                asked = answer
            raise FetchError("{host} sends the request for the picture in circles.", host=target.host)
        except FetchError as error:
            return FetchedPicture(url, reason=error.sentence)

    def _ask(self, target: Target, guard: Guard) -> bytes | str:
        """Return the picture's bytes, or the address that the host redirects to."""
        if self.lost[target.host] >= _LOST_AFTER:
            raise FetchError("{host} cannot be found; perhaps there is no network.", host=target.host)
        addresses = self._checked_addresses(target, guard)
        with closing(self._connected(addresses, target, guard)) as wire:
            if target.secure:
                wire.secure(self.tls, target.host)
            wire.send(_REQUEST.format(target=target.path, host=target.host_header).encode("ascii"))
            # The response is closed before its wire: closing flushes, and Python 3.13 reports when that fails.
            with closing(http.client.HTTPResponse(cast("socket", wire))) as response:
                _read_headers(response)
                location = response.getheader("Location")
                if response.status in _REDIRECTS and location:
                    return redirected(target.url, location)
                _refuse_status(response.status, target.host)
                wire.left = 2 * self.limits.max_bytes + HEADER_BYTES
                return self._body(response, target.host)

    def _checked_addresses(self, target: Target, guard: Guard) -> list[IPAddress]:
        """Resolve a host; refuse it if any of its addresses is not public."""
        addresses = [ipaddress.ip_address(text) for text in self._resolved(target, guard)]
        for address in addresses:
            if not (is_public(address) or (self.allow_private and address.is_loopback)):
                raise FetchError(
                    "{host} lies in this computer or its own network, and is not asked for pictures.",
                    host=target.host,
                )
        return addresses

    def _resolved(self, target: Target, guard: Guard) -> Sequence[str]:
        """Resolve in a thread of its own, since the system's resolver cannot be cancelled."""
        answers: queue.SimpleQueue[Sequence[str]] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self.resolve(target.host, target.port))
            except (OSError, UnicodeError):
                answers.put(())

        threading.Thread(target=ask, name="resolve", daemon=True).start()
        while True:
            guard.check()
            try:
                found = answers.get(timeout=TICK)
            except queue.Empty:
                continue
            if not found:
                self.lost[target.host] += 1
                raise FetchError("{host} cannot be found; perhaps there is no network.", host=target.host)
            return found

    def _connected(self, addresses: Sequence[IPAddress], target: Target, guard: Guard) -> Wire:
        """Connect to the first address that answers."""
        for address in addresses:
            try:
                wire = Wire.open(address, target.port, guard)
            except (OSError, TooSlowError):
                guard.check()
            else:
                self.lost[target.host] = 0
                return wire
        self.lost[target.host] += 1
        raise FetchError("{host} cannot be reached.", host=target.host)

    def _body(self, response: http.client.HTTPResponse, host: str) -> bytes:
        """Read the body; stop as soon as it proves not to be a picture, or to be too large."""
        if (response.length or 0) > self.limits.max_bytes:
            raise TooMuchError
        unpack = _Unpacker(response.getheader("Content-Encoding"), self.limits.max_bytes)
        body = bytearray()
        while piece := response.read(_HEAD_BYTES if len(body) < _HEAD_BYTES else 2**16):
            body += unpack.feed(piece)
            if len(body) > self.limits.max_bytes:
                raise TooMuchError
            if len(body) >= _HEAD_BYTES:
                _refuse_other_than_picture(body, host)
        _refuse_other_than_picture(body, host)
        if response.length or not unpack.complete:
            raise ConnectionResetError("less came than was said")
        return bytes(body)

    @contextmanager
    def _said_plainly(self, host: str) -> Iterator[None]:
        """Turn errors of the connection into a FetchError with a sentence."""
        try:
            yield
        except TooSlowError as error:
            seconds = round(self.limits.seconds)
            raise FetchError("{host} took longer than {seconds} s.", host=host, seconds=seconds) from error
        except TooMuchError as error:
            size = self.limits.max_bytes // _MEGABYTE
            raise FetchError("What {host} sent is larger than {size} MB.", host=host, size=size) from error
        except ssl.SSLCertVerificationError as error:
            reason = error.verify_message
            raise FetchError("{host} has no valid certificate: {reason}.", host=host, reason=reason) from error
        except (ConnectionError, ssl.SSLError, http.client.IncompleteRead) as error:
            raise FetchError("{host} broke off the connection.", host=host) from error
        except (http.client.HTTPException, ValueError, zlib.error) as error:
            raise FetchError("{host} gave an answer that cannot be read.", host=host) from error
        except OSError as error:
            raise FetchError("{host} cannot be reached.", host=host) from error


def _read_headers(response: http.client.HTTPResponse) -> None:
    """Read the headers of a response; the wire bounds their length."""
    try:
        response.begin()
    except TooMuchError as error:
        raise http.client.HTTPException("headers without end") from error


def _refuse_status(status: int, host: str) -> None:
    if status in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE):
        raise FetchError("{host} does not have the picture any more ({status}).", host=host, status=status)
    if status in (http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.FORBIDDEN):
        raise FetchError("{host} does not give the picture away ({status}).", host=host, status=status)
    if status != http.HTTPStatus.OK:
        raise FetchError("{host} did not send the picture ({status}).", host=host, status=status)


def _refuse_other_than_picture(body: bytes | bytearray, host: str) -> None:
    if picture_kind(body) is None:
        raise FetchError("What {host} sent is no picture.", host=host)
