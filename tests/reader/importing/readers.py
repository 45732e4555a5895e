"""Readers of captures that stop the process which reads; a process is given them by name."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

from reader.article import ParsedCapture
from reader.formats.base import SourceFile
from reader.formats.default import read_captures


def fragile(file: SourceFile) -> Iterator[ParsedCapture]:
    """Read a file; end over one that says "deadly", and do not come back from one that says "endless"."""
    if b"deadly" in file.data:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"endless" in file.data:
        time.sleep(1000)
    return read_captures(file)


def slow(file: SourceFile) -> Iterator[ParsedCapture]:
    """Read a file, slowly."""
    time.sleep(0.02)
    return read_captures(file)
