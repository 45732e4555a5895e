"""What happens on a bug: it is logged, said once in a dialog, and the window keeps running."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Signal

logger = logging.getLogger(__name__)


class ExceptionHook(QObject):
    """Takes every exception that nobody caught; slots of Qt would only print theirs.

    Signals:
        struck: the exception as one line, once in a run; later ones are only logged.
    """

    struck = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said = False

    def install(self) -> Callable[[], None]:
        """Take over the hooks of the interpreter; return what gives them back."""
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
