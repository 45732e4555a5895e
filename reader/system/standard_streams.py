"""Standard input, output and error: always open and in UTF-8, and never a reason to stop work."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO, cast

_STREAMS = 3


def prepare() -> None:
    """Open the standard streams that the caller has closed, and set all of them to UTF-8.

    Otherwise the next file opened, such as a database, would get the descriptor of a closed stream, and errors written
    to descriptor 2 would end up in it.
    """
    if os.name == "posix":
        for number in range(_STREAMS):
            _fill(number)
    sys.stdin = sys.stdin or _empty_stream("r")
    sys.stdout = sys.stdout or _empty_stream("w")
    sys.stderr = sys.stderr or _empty_stream("w")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Buffered, so that a short answer fails only when it is flushed: by then the outcome of the work is known.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", write_through=False)


def write_error(text: str) -> None:
    """Write to standard error; if that fails, for example on a full disk, ignore it and go on."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except BlockingIOError:
        # The reader is slow; the rest is written along with the next line.
        return
    except (OSError, ValueError):
        silence(sys.stderr)


def is_terminal() -> bool:
    """Say whether standard error is a terminal."""
    with suppress(ValueError, OSError):
        return sys.stderr.isatty()
    return False


def settle() -> None:
    """Flush both output streams; drop what cannot be written, as Python would otherwise exit with its own code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            silence(stream)


def silence(stream: io.TextIOBase | object) -> None:
    """Redirect a stream to the null device, together with what it still buffers."""
    with suppress(OSError, ValueError, AttributeError):
        number = stream.fileno()  # type: ignore[union-attr]
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def let_go() -> None:
    """Redirect the caller's streams to the null device: their reader waits until no process can write to them."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(_STREAMS):
        os.dup2(nowhere, number)
    if nowhere >= _STREAMS:
        os.close(nowhere)


def _empty_stream(mode: str) -> TextIO:
    stream = open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123, SIM115 - it stays open
    return cast("TextIO", stream)


def _fill(number: int) -> None:
    """Open the null device as descriptor `number` if that is closed; all lower ones must be open."""
    try:
        os.fstat(number)
    except OSError:
        os.open(os.devnull, os.O_RDWR)
