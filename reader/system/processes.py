"""Helpers for worker processes: starting them, and sending messages between them."""

from __future__ import annotations

import pickle
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any


def packed(message: object) -> bytes:
    """Return a message as the bytes that `receive` reads."""
    return pickle.dumps(message, protocol=5)


def receive(connection: Connection) -> Any:
    """Wait for a message and return it.

    Raises:
        EOFError, OSError: the other process has ended.
    """
    return pickle.loads(connection.recv_bytes())


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Make processes started inside the block ignore Ctrl-C, even while they load; works only in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
