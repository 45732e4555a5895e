"""Short reads off the GUI thread, in two threads."""

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

    Work in a lane replaces older work in the same lane: work that has not begun is skipped, running work is told by
    `cancelled`, and its answer is dropped. Work without a lane is always done and answered.
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
        """Mark the work that runs or waits in `lane` as stale."""
        older = self._newest.pop(lane, None)
        if older is not None:
            older.set()

    def drain(self) -> None:
        """Finish the work without a lane, drop the rest, and wait until the threads are idle."""
        for lane in list(self._newest):
            self.drop(lane)
        self._pool.shutdown(wait=True)
        self._pool = _pool()

    def close(self) -> None:
        """Finish the work without a lane, drop the rest, and take no more."""
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
            # The search stopped because its answer is not wanted any more.
            return
        except ReaderError as error:
            self._answered.emit(stale, partial(failed, error))
        except BaseException:  # noqa: BLE001 - the hook handles bugs in threads, too
            sys.excepthook(*sys.exc_info())
        else:
            self._answered.emit(stale, partial(done, answer))

    @Slot(object, object)
    def _hand_over(self, stale: threading.Event, tell: Callable[[], object]) -> None:
        if not stale.is_set() and not self._closed:
            tell()


def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="read")
