"""Downloads pictures when the person has asked for it; the only package that opens a socket.

A request reveals the address it asks for and nothing else: no cookie, no referrer, no name. It goes to public
addresses only: a host is resolved once, every address in the answer is checked, and the connection is made to one
of exactly those.
"""

from __future__ import annotations

import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice

from reader.fetching.addresses import Resolver, resolve_host
from reader.fetching.fetcher import FetchedPicture, Fetcher, FetchLimits
from reader.fetching.wire import TICK, trust
from reader.identity.addresses import host_of
from reader.long_work import never

__all__ = ["FetchLimits", "FetchedPicture", "fetch_pictures"]

_LIMITS = FetchLimits()
_AT_ONCE_A_HOST = 2
_LOOK_AHEAD = 256


def fetch_pictures(
    urls: Iterable[str],
    *,
    limits: FetchLimits = _LIMITS,
    allow_private: bool = False,
    cancelled: Callable[[], bool] = never,
    resolve: Resolver | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[FetchedPicture]:
    """Fetch each address, yielding its outcome as soon as it is known, in no particular order.

    Once `cancelled` returns True it ends within a second; unfinished addresses are not yielded.

    Args:
        urls: the addresses of the pictures.
        limits: the bounds of each fetch, and how many run at once.
        allow_private: for tests only: allows loopback, but no other private address, on any port.
        cancelled: called ten times a second, in the caller's thread.
        resolve: returns the addresses of a host; the system's resolver, except in tests.
        tls: the context that checks certificates; by default against the system's, except in tests.
    """
    stop = threading.Event()
    fetcher = Fetcher(limits, allow_private, resolve or resolve_host, tls or trust(), stop)
    waiting = _Queue(iter(urls))
    running: dict[Future[FetchedPicture], str | None] = {}
    with ThreadPoolExecutor(limits.at_once, "fetch") as pool:
        try:
            while not cancelled():
                while len(running) < limits.at_once and (url := waiting.take(running.values())) is not None:
                    running[pool.submit(fetcher.fetch, url)] = host_of(url)
                if not running:
                    return
                done, _ = wait(running, TICK, FIRST_COMPLETED)
                for future in done:
                    del running[future]
                    yield future.result()
        finally:
            stop.set()


class _Queue:
    """The addresses not yet fetched; hands out those whose host is not busy."""

    def __init__(self, urls: Iterator[str]) -> None:
        self._urls = urls
        self._next: list[str] = []

    def take(self, busy: Iterable[str | None]) -> str | None:
        """Return an address whose host has fewer than `_AT_ONCE_A_HOST` fetches in `busy`; None if there is none."""
        self._next += islice(self._urls, _LOOK_AHEAD - len(self._next))
        count = Counter(busy)
        for at, url in enumerate(self._next):
            if count[host_of(url)] < _AT_ONCE_A_HOST:
                return self._next.pop(at)
        return None
