"""The worker process: jobs come as lines on standard input, events go as lines to standard output; see `protocol`.

It holds the writer lock only while a job runs. The window cancels a job by closing the worker's standard input; a
worker whose window has died sees the same, and stops. Whatever was reported as imported is in the store by then.

With `--tidy` or `--check` it takes no jobs, but does the work of `background`, and exits when that is done or when
standard input ends.
"""

from __future__ import annotations

import argparse
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TextIO

from reader.errors import NO_MEMORY, LibraryInUseError, ReaderError, Sentence, lacks_memory
from reader.output import OneLineFormatter
from reader.paths import AppPaths
from reader.system.exit_codes import DONE
from reader.system.untrusted_json import UntrustedJsonError
from reader.worker import background, protocol
from reader.worker.events import EventWriter
from reader.worker.jobs import Jobs, refuse_gone
from reader.worker.protocol import Failed, Finished, Job, Waits, from_line

logger = logging.getLogger(__name__)

# The niceness of this process, which children inherit: 5 yields to the window, 10 to everything.
_WORKING, _IN_BACKGROUND = 5, 10


def main(paths: AppPaths, stdin: IO[str] = sys.stdin, stdout: IO[str] = sys.stdout, *, existing: bool = False) -> int:
    """Do jobs until standard input ends; return the process's exit code.

    With `existing` a missing library is an error, and is not created.
    """
    jobs = _JobReader(stdin)
    events = EventWriter(stdout)
    try:
        for job in jobs:
            _do(job, paths, events, jobs.is_closed, existing)
    except BrokenPipeError:
        logger.info("the window has gone")
    return DONE


def _do(job: Job, paths: AppPaths, events: EventWriter, cancelled: Callable[[], bool], existing: bool) -> None:
    """Do a job and send its end; an error that people should be told of ends it with Failed."""

    def fail(why: Waits | Failed) -> None:
        events.send(Finished(why, cancelled=True))

    try:
        # A backup may be restored into another folder because this library is gone.
        if existing and not (isinstance(job, protocol.Restore) and job.into is not None):
            refuse_gone(paths)
        events.send(Jobs(paths, events, cancelled).do(job))
    except ReaderError as error:
        unasked = isinstance(job, protocol.UpdateIndex | protocol.RebuildIndex) and job.unasked
        waits = unasked and isinstance(error, LibraryInUseError)
        fail(Waits() if waits else Failed(error.sentence))
    except BrokenPipeError:
        raise
    except OSError as error:
        # Errors of the library come as ReaderErrors; this is, for example, a folder that cannot be listed.
        fail(Failed(Sentence("This could not be done: {cause}.", {"cause": _cause_of(error)})))
    except (MemoryError, RuntimeError) as error:
        if not lacks_memory(error):
            raise
        fail(Failed(Sentence(NO_MEMORY)))


def _cause_of(error: OSError) -> str:
    """Return the system's message, and the file that it concerns."""
    return ": ".join(str(part) for part in (error.strerror or error, error.filename) if part is not None)


class _JobReader:
    """Reads jobs in its own thread, so that the end of the input is noticed while a job runs."""

    def __init__(self, stdin: IO[str]) -> None:
        self._closed = threading.Event()
        self._failed: MemoryError | None = None
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(stdin,), daemon=True, name="jobs").start()

    def _read(self, stdin: IO[str]) -> None:
        try:
            for line in stdin:
                try:
                    self._jobs.put(from_line(line, Job))
                except UntrustedJsonError as error:
                    logger.warning("no job: %s", error)
        except MemoryError as error:
            self._failed = error
        finally:
            # Otherwise the main thread would wait for a job for ever.
            self._closed.set()
            self._jobs.put(None)

    def is_closed(self) -> bool:
        """Say whether the window has closed standard input, by which it cancels the job."""
        return self._closed.is_set()

    def __iter__(self) -> Iterator[Job]:
        while (job := self._jobs.get()) is not None and not self.is_closed():
            yield job
        if self._failed is not None:
            raise self._failed


class _LogHandler(logging.StreamHandler[TextIO]):
    """Drops a line that cannot be written for lack of memory or of room on the disk: the job matters more."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - as logging has it
        """Override Handler.handleError."""
        if not isinstance(sys.exception(), (MemoryError, OSError)):
            super().handleError(record)


def _log_handler() -> logging.Handler:
    handler = _LogHandler(sys.stderr)
    handler.setFormatter(OneLineFormatter("%(levelname)s %(name)s: %(message)s"))
    return handler


def run(arguments: Iterable[str]) -> int:
    """Run the worker from the arguments that follow `--worker`."""
    parser = argparse.ArgumentParser(prog="pressmark --worker")
    parser.add_argument("--worker", action="store_true")
    parser.add_argument("--tidy", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--existing", action="store_true", help="begin no new library")
    parser.add_argument("--data-dir", type=Path, required=True)
    options = parser.parse_args(list(arguments))
    logging.basicConfig(level=logging.INFO, handlers=[_log_handler()])
    logger.info("worker %s starts", os.getpid())
    paths = AppPaths(options.data_dir)
    work = background.tidy if options.tidy else background.check if options.check else None
    if hasattr(os, "nice"):
        os.nice(_WORKING if work is None else _IN_BACKGROUND)
    if work is not None:
        return background.run_unasked(work, paths, sys.stdin, sys.stdout)
    return main(paths, existing=options.existing)
