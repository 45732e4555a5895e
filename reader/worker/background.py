"""Background work of a worker: tidying and checking. The process exits at once when its input ends."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from typing import IO

from reader.errors import ReaderError
from reader.library import Library
from reader.long_work import drive
from reader.outcome import Problem
from reader.paths import AppPaths
from reader.system.exit_codes import COULD_NOT, DONE
from reader.worker.events import EventWriter
from reader.worker.jobs import PROGRAM, refuse_gone
from reader.worker.protocol import Checked

logger = logging.getLogger(__name__)

_CLEANING_SECONDS = 2.0


def run_unasked(work: Callable[[Library, EventWriter], None], paths: AppPaths, stdin: IO[str], stdout: IO[str]) -> int:
    """Do `check` or `tidy`; return the process's exit code.

    An error is only logged: whoever uses the library next reports it.
    """
    threading.Thread(target=_end_with, args=(stdin,), daemon=True, name="end").start()
    try:
        refuse_gone(paths)
        with closing(Library.open(paths)) as library:
            work(library, EventWriter(stdout))
    except (ReaderError, OSError, MemoryError) as error:
        logger.info("nothing is done: %r", error)
        return COULD_NOT
    return DONE


def _end_with(stdin: IO[str]) -> None:
    """Exit at once when the input ends: nothing is lost, and the window need not wait."""
    stdin.read()
    os._exit(DONE)


def check(library: Library, events: EventWriter) -> None:
    """Check the whole library and send its problems.

    Other programs may write meanwhile, so their unfinished work is not reported as a problem.
    """
    problems: list[Problem] = []
    try:
        problems.extend(library.verify(lasting=True))
    except ReaderError as error:
        # A store that cannot be read is a problem, too, and ends the check.
        problems.append(Problem(error.sentence, repairable=False))
    with suppress(OSError):
        library.paths.checked.touch()
    events.send(Checked(tuple(problems)))


def tidy(library: Library, events: EventWriter) -> None:
    """Clean pages again that older rules cleaned, then merge segments of the index.

    It works in steps, and may be killed at any moment.
    """
    try:
        _clean_again(library, events)
        more = True
        while more:
            # The lock is released between steps, so that other programs can write.
            with library.writer(PROGRAM) as writer:
                more = writer.tidy()
    except ReaderError as error:
        logger.info("the index is left as it is: %s", error)


def _clean_again(library: Library, events: EventWriter) -> None:
    """Clean pages again, sending the progress; the lock is released between steps, so that others can write."""
    total = left = library.uncleaned_count()
    if not total:
        return
    events.start(total)
    while left:
        with library.writer(PROGRAM) as writer:
            until = time.monotonic() + _CLEANING_SECONDS
            for _ in writer.clean_again():
                left = library.uncleaned_count()
                events.progress(total - left)
                if time.monotonic() > until:
                    break
            else:
                left = 0
            drive(writer.catch_up(), lambda _: events.committed())
