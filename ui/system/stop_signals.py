"""Closes the window, as the person would, when the session ends or Ctrl+C is pressed in the terminal."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_STOP = (signal.SIGINT, signal.SIGTERM)


class StopSignals(QObject):
    """Turns the signals that ask a program to stop into a Qt signal; Python's own handlers wait while Qt is idle.

    Python writes the number of each signal to a pipe on which Qt waits. Windows has neither these signals nor such
    pipes.

    Signals:
        stop_wanted
    """

    stop_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if sys.platform == "win32":
            return
        self._heard, self._rung = os.pipe()
        for end in (self._heard, self._rung):
            os.set_blocking(end, False)
        self._wakeup = signal.set_wakeup_fd(self._rung, warn_on_full_buffer=False)
        self._handlers = {number: signal.signal(number, _leave_to_qt) for number in _STOP}
        self._notifier = QSocketNotifier(self._heard, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)

    def _hear(self) -> None:
        if set(os.read(self._heard, 64)) & set(_STOP):
            self.stop_wanted.emit()

    def close(self) -> None:
        """Restore the handlers that the signals had before."""
        if sys.platform == "win32":
            return
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        for end in (self._heard, self._rung):
            os.close(end)


def _leave_to_qt(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: Python has written the signal's number to the pipe already."""
