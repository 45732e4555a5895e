"""Sees what a test leaves behind: threads, Qt threads and timers, top-level widgets, child processes."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QThreadPool, QTimer
from PySide6.QtWidgets import QApplication, QWidget

# What ends does so at once; only what stays is waited for as long.
GRACE_SECONDS = 30.0
# Qt keeps its one tooltip, hidden, for a moment; the resource tracker of multiprocessing stays to the end.
LONG_LIVED_WIDGETS = frozenset({"QTipLabel"})
LONG_LIVED_COMMAND = b"resource_tracker"


class LeakWatch:
    """Remembers what there was before a test, and says what there is more of after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._threads = set(threading.enumerate())
        self._widgets = {_address(widget) for widget in _top_level_widgets()}
        self._children = set(_child_processes())
        self._started: list[weakref.ref[QObject]] = []
        # Qt has no list of its threads and timers, so each start is noted.
        self._note_starts(monkeypatch, QThread)
        self._note_starts(monkeypatch, QTimer)

    def left_behind(self) -> list[str]:
        """Name what is still there after a moment's grace."""
        deadline = time.monotonic() + GRACE_SECONDS
        while left := list(self._left()):
            if time.monotonic() > deadline:
                return left
            gc.collect()
            _let_qt_tidy_up()
            time.sleep(0.01)
        return []

    def _left(self) -> Iterator[str]:
        for thread in threading.enumerate():
            if thread not in self._threads and thread.is_alive():
                yield f"thread {thread.name!r}"
        for widget in _top_level_widgets():
            if _address(widget) not in self._widgets:
                yield f"top-level widget {type(widget).__name__} {widget.objectName()!r}"
        for process in _child_processes():
            if process not in self._children:
                yield f"child process {process}"
        if QThreadPool.globalInstance().activeThreadCount():
            yield "work in the global thread pool"
        for reference in self._started:
            item = reference()
            if item is not None and shiboken6.isValid(item) and _is_active(item):
                yield f"running {type(item).__name__} {item.objectName()!r}"

    def _note_starts(self, monkeypatch: pytest.MonkeyPatch, kind: type[QObject]) -> None:
        start: Callable[..., Any] = kind.start  # type: ignore[attr-defined]

        def noted_start(item: QObject, *arguments: object) -> None:
            self._started.append(weakref.ref(item))
            start(item, *arguments)

        monkeypatch.setattr(kind, "start", noted_start)


def _is_active(item: QObject) -> bool:
    return item.isRunning() if isinstance(item, QThread) else isinstance(item, QTimer) and item.isActive()


def _top_level_widgets() -> list[QWidget]:
    if not isinstance(QCoreApplication.instance(), QApplication):
        return []
    return [widget for widget in QApplication.topLevelWidgets() if type(widget).__name__ not in LONG_LIVED_WIDGETS]


def _address(widget: QWidget) -> int:
    """Tell widgets apart by what Qt knows them by: Python's wrapper of one may be made anew."""
    address: int = shiboken6.getCppPointer(widget)[0]
    return address


def _let_qt_tidy_up() -> None:
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def _child_processes() -> Iterator[int]:
    """List the processes that this one started and has not yet waited for, where the system shows them."""
    if sys.platform != "linux":
        return
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _parent_of(folder) == os.getpid() and not _is_long_lived(folder):
            yield int(folder.name)


def _parent_of(folder: Path) -> int | None:
    try:
        stat = (folder / "stat").read_text("ascii", "replace")
    except OSError:  # it ended while we looked
        return None
    # The name in parentheses may hold spaces; the state and the parent follow it.
    return int(stat.rpartition(")")[2].split()[1])


def _is_long_lived(folder: Path) -> bool:
    try:
        return LONG_LIVED_COMMAND in (folder / "cmdline").read_bytes()
    except OSError:
        return False
