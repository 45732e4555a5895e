"""Short reads off the GUI thread; with thumbnails.py the only room that starts threads."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Slot

from reader.errors import ReaderError
from reader.query import SearchCancelled
from ui.typed_signal import TypedSignal

T = TypeVar("T")
Cancelled = Callable[[], bool]


class Tasks(QObject):
    """Runs work in two threads and hands the answers back in the GUI thread.

    Work in the same lane replaces older work of that lane: what has not begun is not done, what runs is told
    by `cancelled`, and its answer is dropped. Work without a lane is always done and answered.
    """

    _answered = TypedSignal[threading.Event, Callable[[], object]]()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = _pool()
        self._newest: dict[str, threading.Event] = {}
        self._closed = False
        self._answered.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[Cancelled], T],
        done: Callable[[T], object],
        failed: Callable[[ReaderError], None],
        *,
        lane: str | None = None,
    ) -> None:
        """Do `work` in a thread, then call `done` or `failed` in the GUI thread."""
        stale = threading.Event()
        if lane is not None:
            self.drop(lane)
            self._newest[lane] = stale
        if not self._closed:
            self._pool.submit(self._do, work, done, failed, stale)

    def drop(self, lane: str) -> None:
        """Make whatever runs or waits in `lane` stale."""
        older = self._newest.pop(lane, None)
        if older is not None:
            older.set()

    def drain(self) -> None:
        """Finish what has no lane, drop the rest, and wait until no thread reads any more."""
        for lane in list(self._newest):
            self.drop(lane)
        self._pool.shutdown(wait=True)
        self._pool = _pool()

    def close(self) -> None:
        """Finish what has no lane, drop the rest, and end the threads."""
        self._closed = True
        self.drain()

    def _do(
        self,
        work: Callable[[Cancelled], Any],
        done: Callable[[Any], object],
        failed: Callable[[ReaderError], None],
        stale: threading.Event,
    ) -> None:
        """Run in a thread of the pool; the answer travels as one callable."""
        if stale.is_set():
            return
        try:
            answer = work(stale.is_set)
        except SearchCancelled:
            # It was told to stop because nobody waits for its answer any more.
            return
        except ReaderError as error:
            self._answered.emit(stale, partial(failed, error))
        except BaseException:  # noqa: BLE001 - a bug in a thread goes where bugs go
            sys.excepthook(*sys.exc_info())
        else:
            self._answered.emit(stale, partial(done, answer))

    @Slot(object, object)
    def _hand_over(self, stale: threading.Event, tell: Callable[[], object]) -> None:
        if not stale.is_set() and not self._closed:
            tell()


def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="read")
