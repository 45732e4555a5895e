"""The import process: jobs come as JSON lines on standard input, events go as JSON lines to standard output.

It holds the writer lock only while a job runs. The window cancels by closing its standard input; a worker
whose window has died sees the same and stops. What had been reported as imported is in the store by then.

With `--tidy` it takes no jobs, but makes the index faster to search, in the background, until there is nothing
to do; then, or once standard input ends, it ends.

With `--check` it takes none either, but reads the whole library, in the background, and says what is wrong: one
`problem` event each, then `checked`.

Jobs: {"do": "import", "paths": […]}, {"do": "fetch"}, {"do": "index"}, {"do": "rebuild"},
and those of `jobs`. One with {"unasked": true} is not done while another
program writes, and nothing is said of it.
Events: started, progress, outcome (only of what was not imported), committed, finished, error; see `_Jobs`.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import queue
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, TextIO

from reader.errors import LIBRARY_GONE, NO_MEMORY, LibraryInUseError, ReaderError, Sentence, StoreError, lacks_memory
from reader.library import Library
from reader.library_writer import LibraryWriter
from reader.outcome import NotImported, OutcomeKind
from reader.output import OneLineFormatter
from reader.paths import AppPaths
from reader.system.untrusted_json import read_json
from reader.worker import jobs as library_jobs

logger = logging.getLogger(__name__)

_PROGRAM = "the Pressmark window"
# Progress is told so often; the window paints no faster than a person reads a number.
_PROGRESS_SECONDS = 0.1
_COMMITTED_SECONDS = 1.0
# The first word of an import waits so long for the number of files; a later one brings it otherwise.
_COUNT_SECONDS = 0.3
_WORKING, _TIDYING = 5, 10
_CLEANING_SECONDS = 2.0
_JOBS = frozenset({"import", "fetch", "index", "rebuild"}) | library_jobs.JOBS
_NOT_IMPORTED = (OutcomeKind.SKIPPED, OutcomeKind.FAILED)


def main(paths: AppPaths, stdin: IO[str] = sys.stdin, stdout: IO[str] = sys.stdout, *, existing: bool = False) -> int:
    """Do jobs until standard input ends; return the process's exit code.

    With `existing` no new library is begun where there is none.
    """
    jobs = _JobReader(stdin)
    events = _Events(stdout)
    try:
        for job in jobs:
            _run(job, paths, events, jobs.is_closed, existing)
    except BrokenPipeError:
        logger.info("the window has gone")
    return 0


def _run(job: dict[str, Any], paths: AppPaths, events: _Events, cancelled: Callable[[], bool], existing: bool) -> None:
    """Run a job; what a person should be told of ends it with one `error` event."""
    try:
        # A backup that goes into another folder is there for a library that has gone, too.
        if existing and "into" not in job:
            _refuse_gone(paths)
        if job["do"] in library_jobs.JOBS:
            library_jobs.run(job, paths, events, cancelled)
            return
        library = Library.open(paths)
        try:
            _Jobs(library, events, cancelled).run(job)
        finally:
            library.close()
    except ReaderError as error:
        if isinstance(error, LibraryInUseError) and job.get("unasked"):
            events.send("finished", job=job["do"], counts={"waits": 1}, cancelled=True)
            return
        events.send("error", job=job["do"], **_sentence(error.sentence))
    except BrokenPipeError:
        raise
    except OSError as error:
        # The library's own come as ReaderErrors; this is a folder that cannot be listed, for example.
        sentence = Sentence("This could not be done: {cause}.", {"cause": _cause_of(error)})
        events.send("error", job=job["do"], **_sentence(sentence))
    except (MemoryError, RuntimeError) as error:
        if not lacks_memory(error):
            raise
        events.send("error", job=job["do"], **_sentence(Sentence(NO_MEMORY)))


def _cause_of(error: OSError) -> str:
    """Return what the system says, and of which file."""
    return ": ".join(str(part) for part in (error.strerror or error, error.filename) if part is not None)


def _refuse_gone(paths: AppPaths) -> None:
    """Begin no new library where there was one: its disk has been taken away.

    Raises:
        StoreError: there is none.
    """
    if not paths.data.is_dir():
        raise StoreError(LIBRARY_GONE, path=paths.data, path_name=str(paths.data))


def check(paths: AppPaths, stdin: IO[str] = sys.stdin, stdout: IO[str] = sys.stdout) -> int:
    """Read all that the library holds and tell what is wrong; return the process's exit code.

    Others may write meanwhile: what is not finished yet is no problem.

    Raises:
        StoreError: there is no library, or it does not open.
    """
    from reader.maintenance.check import Part

    _be_polite(_TIDYING)
    threading.Thread(target=_end_with, args=(stdin,), daemon=True, name="end").start()
    events = _Events(stdout)
    _refuse_gone(paths)
    library = Library.open(paths)
    try:
        for problem in library.verify(lasting=True):
            events.send("problem", part=problem.part.value, **_sentence(problem.sentence))
    except ReaderError as error:
        # That the store cannot be read on is a problem, too, and the last one that can be told.
        events.send("problem", part=Part.STORE.value, **_sentence(error.sentence))
    finally:
        library.close()
    with suppress(OSError):
        paths.checked.touch()
    events.send("checked")
    return 0


def tidy(paths: AppPaths, stdin: IO[str] = sys.stdin, stdout: IO[str] = sys.stdout) -> int:
    """Clean again what older rules cleaned, then make the index faster to search; return the process's exit code.

    It does a step at a time, and may be ended at any moment.

    Raises:
        StoreError: there is no library, or it does not open.
    """
    _be_polite(_TIDYING)
    threading.Thread(target=_end_with, args=(stdin,), daemon=True, name="end").start()
    _refuse_gone(paths)
    library = Library.open(paths)
    try:
        _clean_again(library, _Events(stdout))
        more = True
        while more:
            # Between the steps another program may have its turn.
            with library.writer(_PROGRAM) as writer:
                more = writer.tidy()
    except ReaderError as error:
        logger.info("the index is left as it is: %s", error)
    finally:
        library.close()
    return 0


def _clean_again(library: Library, events: _Events) -> None:
    """Clean pages again, telling how far it is; between the steps another program may have its turn."""
    total = left = library.uncleaned_count()
    if not total:
        return
    events.send("started", job="clean", total=total)
    while left:
        with library.writer(_PROGRAM) as writer:
            until = time.monotonic() + _CLEANING_SECONDS
            for _ in writer.clean_again():
                left = library.uncleaned_count()
                events.progress(done=total - left)
                if time.monotonic() > until:
                    break
            else:
                left = 0
            for _ in writer.catch_up():
                events.committed()


def _end_with(stdin: IO[str]) -> None:
    """End at once when the input ends: tidying loses nothing by it, and nobody is to wait for it."""
    stdin.read()
    os._exit(0)


def _be_polite(niceness: int) -> None:
    """Let the window, and with a high number everybody, go first; the processes beside this one inherit it."""
    if hasattr(os, "nice"):
        os.nice(niceness)


class _JobReader:
    """Reads jobs in a thread of its own, so that the end of the input is seen while a job runs."""

    def __init__(self, stdin: IO[str]) -> None:
        self._closed = threading.Event()
        self._failed: MemoryError | None = None
        self._jobs: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(stdin,), daemon=True, name="jobs").start()

    def _read(self, stdin: IO[str]) -> None:
        try:
            for line in stdin:
                try:
                    self._jobs.put(_job(line))
                except (ValueError, TypeError, KeyError) as error:
                    logger.warning("no job: %r (%r)", line[:200], error)
        except MemoryError as error:
            self._failed = error
        finally:
            # Nobody is to wait for a job that does not come.
            self._closed.set()
            self._jobs.put(None)

    def is_closed(self) -> bool:
        """Say whether the window has closed our input, which means: stop."""
        return self._closed.is_set()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while (job := self._jobs.get()) is not None and not self.is_closed():
            yield job
        if self._failed is not None:
            raise self._failed


def _job(line: str) -> dict[str, Any]:
    """Read a job; raise ValueError, TypeError or KeyError if it is none."""
    job = read_json(line)
    if job["do"] not in _JOBS:
        raise ValueError(job["do"])
    if job["do"] == "import":
        job["paths"] = [Path(path) for path in job["paths"]]
    return dict(job)


class _Events:
    """Writes events, each flushed at once."""

    def __init__(self, stdout: IO[str]) -> None:
        self._stdout = stdout
        self._last = 0.0
        self._last_commit = time.monotonic()

    def send(self, event: str, **fields: object) -> None:
        """Write one event."""
        self._stdout.write(json.dumps({"event": event, **fields}, ensure_ascii=True) + "\n")
        self._stdout.flush()

    def progress(self, **fields: object) -> None:
        """Write a progress event, unless the last one is too fresh."""
        now = time.monotonic()
        if now - self._last >= _PROGRESS_SECONDS:
            self._last = now
            self.send("progress", **fields)

    def committed(self) -> None:
        """Say that there is more to read and find, about once a second: the window then looks again."""
        now = time.monotonic()
        if now - self._last_commit >= _COMMITTED_SECONDS:
            self._last_commit = now
            self.send("committed")


class _Jobs:
    """Runs one job, holding the library's writer while it does."""

    def __init__(self, library: Library, events: _Events, cancelled: Callable[[], bool]) -> None:
        self._library = library
        self._events = events
        self._cancelled = cancelled

    def run(self, job: dict[str, Any]) -> None:
        """Run a job.

        Raises:
            ReaderError: it cannot be done, or not to its end.
        """
        do = job["do"]
        with self._library.writer(_PROGRAM, fresh_index=do == "rebuild") as writer:
            if do == "import":
                self._import(writer, job["paths"])
            elif do == "fetch":
                self._fetch(writer)
            else:
                self._index(writer, do)

    def _import(self, writer: LibraryWriter, paths: list[Path]) -> None:
        counter = writer.count_sources(paths)
        self._events.send("started", job="import", total=counter.wait(_COUNT_SECONDS))
        counts: Counter[str] = Counter()
        told: set[str] = set()
        log = self._library.imports
        before, outcomes = log.newest(), writer.import_paths(paths)
        try:
            for outcome in outcomes:
                counts[outcome.kind.value] += 1
                if outcome.reason is not None and outcome.kind in _NOT_IMPORTED:
                    told.add(str(outcome.origin))
                    self._report(NotImported(outcome.kind, str(outcome.origin), outcome.reason))
                self._events.progress(done=counts.total(), total=counter.total, **_counts(counts))
                self._events.committed()
                if self._cancelled():
                    break
        finally:
            outcomes.close()
        # Whoever stops it may be about to quit; a window that stays lets the index catch up by another job.
        if not self._cancelled():
            for _ in writer.catch_up():
                self._events.send("committed")
        elif (record := log.newest()) is not None and record != before:
            # It stopped in the middle of what one transaction had stored.
            counts = Counter(record.counts)
            for item in log.not_imported(record.id):
                if item.path not in told:
                    self._report(item)
        self._finish("import", counts, writer)

    def _report(self, item: NotImported) -> None:
        self._events.send("outcome", kind=item.kind.value, path=item.path, **_sentence(item.reason))

    def _finish(self, job: str, counts: Counter[str], writer: LibraryWriter) -> None:
        self._events.send("committed")
        self._events.send(
            "finished",
            job=job,
            counts=_counts(counts),
            cancelled=self._cancelled(),
            pictures_on_web=self._library.pictures_on_web(),
            tidy=writer.is_tidy(),
        )

    def _fetch(self, writer: LibraryWriter) -> None:
        total = self._library.pictures_on_web()
        self._events.send("started", job="fetch", total=total)
        counts: Counter[str] = Counter(saved=0, failed=0)
        for outcome in writer.save_pictures(self._cancelled):
            counts["saved" if outcome.saved else "failed"] += 1
            if outcome.reason is not None:
                self._events.send("outcome", kind="failed", path=outcome.url, **_sentence(outcome.reason))
            self._events.progress(done=counts.total(), seen=counts.total(), total=total, **counts)
        self._events.send(
            "finished",
            job="fetch",
            counts={"seen": counts.total(), **counts},
            cancelled=self._cancelled(),
            pictures_on_web=self._library.pictures_on_web(),
        )

    def _index(self, writer: LibraryWriter, job: str) -> None:
        total = writer.reconcile()
        self._events.send("started", job=job, total=total)
        done = 0
        for done in writer.catch_up():
            self._events.progress(done=done, seen=done)
            self._events.send("committed")
            if self._cancelled():
                break
        self._finish(job, Counter(seen=done), writer)


def _counts(counts: Counter[str]) -> dict[str, int]:
    """Return the five counts of an import and their sum."""
    return {"seen": counts.total(), **{kind.value: counts[kind.value] for kind in OutcomeKind}}


def _sentence(sentence: Sentence | None) -> dict[str, Any]:
    """Take a sentence apart for the window, which puts it together in the person's language."""
    if sentence is None:
        return {"template": "", "params": {}}
    return {"template": sentence.template, "params": dict(sentence.params)}


class _LogHandler(logging.StreamHandler[TextIO]):
    """Lets go of a line that there is no memory or no room to write: the job is worth more."""

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
    if options.tidy or options.check:
        return _in_background(tidy if options.tidy else check, paths)
    _be_polite(_WORKING)
    return main(paths, existing=options.existing)


def _in_background(work: Callable[[AppPaths], int], paths: AppPaths) -> int:
    """Do what nobody has asked for; a library that does not open is for whoever wants something of it to say."""
    try:
        return work(paths)
    except (ReaderError, OSError, MemoryError) as error:
        logger.info("nothing is done: %r", error)
        return 1
