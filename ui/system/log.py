"""The log file, and a handler for the records before there is one."""

from __future__ import annotations

import logging
from pathlib import Path

from reader.files import make_folder

_LOG_BYTES = 1024 * 1024


class EarlyLog(logging.Handler):
    """Keeps log records until there is a log file, which is opened once the window is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Override logging.Handler.emit."""
        self._records.append(record)

    def write_to(self, path: Path) -> None:
        """Write all that was logged to the file, and from now on there; the second call does nothing."""
        root = logging.getLogger()
        if self in root.handlers:
            root.removeHandler(self)
            handler = _log_file(path)
            root.addHandler(handler)
            for record in self._records:
                handler.handle(record)


def _log_file(path: Path) -> logging.Handler:
    """Log to the library's folder; a folder that cannot be written is said when the library is opened."""
    from logging.handlers import RotatingFileHandler

    from reader.output import OneLineFormatter

    form = OneLineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler: logging.Handler
    try:
        make_folder(path.parent)
        handler = RotatingFileHandler(
            path, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(form)
    return handler
