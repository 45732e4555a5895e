"""Standard input, output and error: open and in UTF-8 whatever the caller gave, and no reason to stop work."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO, cast

_STREAMS = 3


def prepare() -> None:
    """Open what the caller has closed, and read and write UTF-8.

    The next file that is opened would get the number of a closed one: a lock or a database, to which whatever writes
    an error to number 2 then writes it.
    """
    if os.name == "posix":
        for number in range(_STREAMS):
            _fill(number)
    sys.stdin = sys.stdin or _nothing("r")
    sys.stdout = sys.stdout or _nothing("w")
    sys.stderr = sys.stderr or _nothing("w")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Short answers fail when they are flushed, if they fail: by then it is known what came of the work.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", write_through=False)


def write_error(text: str) -> None:
    """Write to standard error; where that fails, as on a full disk, nobody is told, and the work goes on."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except BlockingIOError:
        # Whoever reads is slow; it is written with the next line.
        return
    except (OSError, ValueError):
        silence(sys.stderr)


def is_terminal() -> bool:
    """Say whether somebody watches standard error."""
    with suppress(ValueError, OSError):
        return sys.stderr.isatty()
    return False


def settle() -> None:
    """Write what is left to write; what cannot be written is dropped, as Python would end with a code of its own."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            silence(stream)


def silence(stream: io.TextIOBase | object) -> None:
    """Let whatever is written to a stream from now on, and what it still holds, go nowhere."""
    with suppress(OSError, ValueError, AttributeError):
        number = stream.fileno()  # type: ignore[union-attr]
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def let_go() -> None:
    """Hold the streams of the caller no longer: whoever reads them waits until nobody can write to them any more."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(_STREAMS):
        os.dup2(nowhere, number)
    if nowhere >= _STREAMS:
        os.close(nowhere)


def _nothing(mode: str) -> TextIO:
    stream = open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123, SIM115 - it stays open
    return cast("TextIO", stream)


def _fill(number: int) -> None:
    """Open nothing under the number of a file that is closed; those below it are open."""
    try:
        os.fstat(number)
    except OSError:
        os.open(os.devnull, os.O_RDWR)
