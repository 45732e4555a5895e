"""Handles uncaught exceptions: they are logged, a dialog reports the first, and the window keeps running."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Signal

logger = logging.getLogger(__name__)


class ExceptionHook(QObject):
    """Receives every uncaught exception, including those in Qt slots, which would only be printed.

    Signals:
        struck: the exception in one line, for the first of a run; later ones are only logged.
    """

    struck = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said = False

    def install(self) -> Callable[[], None]:
        """Replace the hooks of the interpreter; return a function that restores them."""
        before, before_threads = sys.excepthook, threading.excepthook
        sys.excepthook = self._handle
        threading.excepthook = self._handle_thread

        def give_back() -> None:
            sys.excepthook, threading.excepthook = before, before_threads

        return give_back

    def _handle(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logger.critical("a bug: %s", error, exc_info=(kind, error, trace))
        if not self._said:
            self._said = True
            self.struck.emit(f"{kind.__name__}: {error}")

    def _handle_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._handle(args.exc_type, args.exc_value, args.exc_traceback)
