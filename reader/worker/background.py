"""What a worker does unasked, in the background: tidying and checking. It ends at once when its input does."""

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

    A library that does not open is for whoever wants something of it to say.
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
    """End at once when the input ends: nothing is lost by it, and nobody is to wait for it."""
    stdin.read()
    os._exit(DONE)


def check(library: Library, events: EventWriter) -> None:
    """Read all that the library holds and tell what is wrong.

    Others may write meanwhile: what is not finished yet is no problem.
    """
    problems: list[Problem] = []
    try:
        problems.extend(library.verify(lasting=True))
    except ReaderError as error:
        # That the store cannot be read on is a problem, too, and the last one that can be told.
        problems.append(Problem(error.sentence, repairable=False))
    with suppress(OSError):
        library.paths.checked.touch()
    events.send(Checked(tuple(problems)))


def tidy(library: Library, events: EventWriter) -> None:
    """Clean again what older rules cleaned, then make the index faster to search.

    It does a step at a time, and may be ended at any moment.
    """
    try:
        _clean_again(library, events)
        more = True
        while more:
            # Between the steps another program may have its turn.
            with library.writer(PROGRAM) as writer:
                more = writer.tidy()
    except ReaderError as error:
        logger.info("the index is left as it is: %s", error)


def _clean_again(library: Library, events: EventWriter) -> None:
    """Clean pages again, telling how far it is; between the steps another program may have its turn."""
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
