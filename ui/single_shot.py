"""Timers that call once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, SignalInstance


def single_shot(parent: QObject, milliseconds: int, call: Callable[[], object] | SignalInstance) -> QTimer:
    """Return a timer that calls `call` once, `milliseconds` after it was last started."""
    timer = QTimer(parent, singleShot=True, interval=milliseconds)
    timer.timeout.connect(call)
    return timer
