"""Formats text for the command line and the log: no terminal control characters, local times, progress."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Self

from reader.system.standard_streams import is_terminal, write_error

_PROGRESS_SECONDS = 0.5
# The rate of the first articles is too low: the libraries that clean them are still being loaded.
_WARM = 200
# Control characters, with which escape sequences begin, and characters that change the direction of what follows.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069]")


def plain(text: object) -> str:
    """Return text with each terminal control character replaced by U+FFFD; line ends and tabs stay."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", str(text))


def json_line(value: object) -> str:
    """Return a value as JSON on one line; terminal control characters are escaped, which means the same in JSON."""
    text = json.dumps(value, ensure_ascii=False)
    return _STEERING.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


class OneLineFormatter(logging.Formatter):
    """Formats each record as one line, whatever a name or title in it holds; a traceback follows, indented."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging has it
        """Override Formatter.formatMessage."""
        return escaped(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - as logging has it
        """Override Formatter.formatException."""
        return "\n".join(f"    {escaped(line)}" for line in super().formatException(ei).splitlines())


def escaped(text: str, escape: Callable[[str], str] = lambda char: char.encode("unicode_escape").decode()) -> str:
    """Return text with line breaks and all other unprintable characters escaped, by default as in Python strings.

    Among them are the characters that change the direction of what follows, and make one name look like another.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else escape(char) for char in text)


def local_time(moment: datetime, pattern: str) -> str:
    """Format a moment in local time, or in UTC near the years 1 and 9999, where local time may not exist.

    `pattern` is for strftime, and formats all but the year, which comes first.
    """
    with suppress(OverflowError, ValueError, OSError):
        moment = moment.astimezone()
    # The year separately: strftime writes the year 7 as 7, 0007 or not at all, depending on the system.
    return f"{moment.year:04}-{moment.strftime(pattern)}"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, for example "1 article" or "2,000 articles"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def tell(text: object) -> None:
    """Write a line to standard error, without terminal control characters."""
    write_error(f"{plain(text)}\n")


class ProgressLine:
    """A line on standard error that is overwritten as work goes on, for a block; only a terminal shows it.

    `done` is the count given last, whether it was shown or not.
    """

    def __init__(self, total: int | None = None) -> None:
        self.done = 0
        self._total = total
        self._last = 0.0
        self._began = time.monotonic()
        self._shown = False
        self._watched = is_terminal()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def show(self, done: int, total: int | None = None) -> None:
        """Show the number of articles done, the rate and the seconds left, at most twice a second."""
        self.done = done
        total = self._total if total is None else total
        now = time.monotonic()
        if not self._watched or now - self._last < _PROGRESS_SECONDS:
            return
        self._last = now
        rate = done / max(now - self._began, 0.001)
        of = f" of {total:,}" if total else ""
        left = f" · {max(total - done, 0) / rate:.0f} s left" if total and done >= _WARM else ""
        write_error(f"\r{done:,}{of} · {rate:.0f}/s{left}  ")
        self._shown = True

    def end(self) -> None:
        """End the line, so that other output can follow."""
        if self._shown:
            write_error("\n")
        self._shown = False
