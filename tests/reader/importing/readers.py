"""Readers of captures that stop the process which reads; a process is given them by name."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

from reader.article import ParsedCapture
from reader.formats.base import read_whole
from reader.formats.default import read_captures
from reader.sources.saved_file import SavedFile


def fragile(file: SavedFile) -> Iterator[ParsedCapture]:
    """Read a file; end over one that says "deadly", and do not come back from one that says "endless"."""
    data = read_whole(file)
    if b"deadly" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"endless" in data:
        time.sleep(1000)
    return read_captures(file)


def slow(file: SavedFile) -> Iterator[ParsedCapture]:
    """Read a file, slowly."""
    time.sleep(0.02)
    return read_captures(file)
