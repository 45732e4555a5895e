"""Readers of captures that stop the process which reads; a process is given them by name."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

from reader.article import ParsedCapture
from reader.formats import read_captures
from reader.formats.base import SourceFile


def fragile(file: SourceFile) -> Iterator[ParsedCapture]:
    """Read a file; end over one that says "deadly", and do not come back from one that says "endless"."""
    if "deadly".encode() in file.data:
        os.kill(os.getpid(), signal.SIGKILL)
    if "endless".encode() in file.data:
        time.sleep(1000)
    return read_captures(file)


def deaf(file: SourceFile) -> Iterator[ParsedCapture]:
    """Let no process begin: they load this module, the writer has it loaded."""
    return read_captures(file)


def slow(file: SourceFile) -> Iterator[ParsedCapture]:
    """Read a file, slowly."""
    time.sleep(0.02)
    return read_captures(file)
