"""Processes of this program beside its first one: how they are started, and what is sent between them."""

from __future__ import annotations

import pickle
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any


def packed(message: object) -> bytes:
    """Write a message as it is sent."""
    return pickle.dumps(message, protocol=5)


def receive(connection: Connection) -> Any:
    """Wait for a message.

    Raises:
        EOFError, OSError: the other process has ended.
    """
    return pickle.loads(connection.recv_bytes())


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Let a process that is started here not hear Ctrl-C, not even while it loads."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
