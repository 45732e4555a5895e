"""Forbids the network to tests, and counts who tries.

An audit hook sees every socket that Python opens, also those of C extensions that use Python's own; what Qt opens
it does not see. Sockets of the file system (AF_UNIX) are no network.
"""

from __future__ import annotations

import errno
import ipaddress
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

_CONNECTING = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"})
_RESOLVING = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})


@dataclass
class NetworkGuard:
    """What one test tried. With `loopback` it may talk to itself, by numeric address."""

    attempts: list[str] = field(default_factory=list)
    loopback: bool = False

    def see(self, event: str, place: object) -> None:
        """Let pass what is no network; count the others and refuse them."""
        if isinstance(place, (str, bytes)) and event in _CONNECTING:
            return
        host = place[0] if isinstance(place, tuple) else place
        if self.loopback and _is_loopback(host):
            return
        self.attempts.append(f"{event} {place!r}")
        raise PermissionError(errno.EACCES, f"a test tried the network: {event} {place!r}")


class _Watch:
    """Installs the hook, which Python never lets go again, and points it to the test that runs."""

    def __init__(self) -> None:
        self.guard: NetworkGuard | None = None
        self._installed = False

    def set(self, guard: NetworkGuard | None) -> None:
        if not self._installed:
            sys.addaudithook(self._hear)
            self._installed = True
        self.guard = guard

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if self.guard is None or not event.startswith("socket."):
            return
        if event in _CONNECTING:
            self.guard.see(event, args[1])
        elif event in _RESOLVING:
            self.guard.see(event, args[0])


_watch = _Watch()


@pytest.fixture(autouse=True)
def no_network() -> Iterator[NetworkGuard]:
    """Fail a test that tries the network. One that means to clears `attempts` before it ends."""
    guard = NetworkGuard()
    _watch.set(guard)
    yield guard
    _watch.set(None)
    if guard.attempts:
        pytest.fail("the test tried the network: " + ", ".join(guard.attempts), pytrace=False)


@pytest.fixture
def loopback(no_network: NetworkGuard) -> Iterator[NetworkGuard]:
    """Let a test talk to a server of its own on this machine."""
    no_network.loopback = True
    yield no_network
    no_network.loopback = False


def _is_loopback(host: object) -> bool:
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False
