"""Starts the worker, this program with `--worker`, and exchanges the lines of `reader.worker.protocol` with it."""

from __future__ import annotations

import logging
import sys
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from reader.errors import Sentence
from reader.outcome import NotImported, Problem
from reader.system.untrusted_json import UntrustedJsonError
from reader.worker import protocol
from reader.worker.protocol import Event, Finished, Job, from_line, to_line
from ui import ROOT
from ui.typed_signal import TypedSignal
from ui.words.i18n import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from PySide6.QtCore import QProcess

logger = logging.getLogger(__name__)

_PATIENCE_MS = 5000
_MAIN = ROOT / "main.py"

NOT_STARTED = QT_TRANSLATE_NOOP("reader", "The part of Pressmark that imports could not be started.")
STOPPED = QT_TRANSLATE_NOOP(
    "reader", "The part of Pressmark that imports stopped unexpectedly. What it had imported is kept."
)


def worker_command(data: Path) -> tuple[str, list[str]]:
    """Return the program and arguments of a worker for the library in `data`."""
    return sys.executable, [*_main_script(), "--worker", "--existing", "--data-dir", str(data)]


def _main_script() -> list[str]:
    return [] if getattr(sys, "frozen", False) else [str(_MAIN)]


def open_window(data: Path) -> int | None:
    """Open another window, for the library in `data`; return its process, or None if it cannot be started."""
    from PySide6.QtCore import QProcess

    # PySide returns the process id as well.
    started: Any = QProcess.startDetached(sys.executable, [*_main_script(), "--data-dir", str(data)])
    return int(started[1]) if started[0] else None


def _failure(template: str) -> Finished:
    return Finished(protocol.Failed(Sentence(template)), cancelled=True)


class _Background(QObject):
    """A process that works in the background; it may be stopped at any time.

    Signals:
        done: the process has ended, and the library may be written.
    """

    done = Signal()

    def __init__(self, parent: QObject, take: Callable[[bytes], None], *, tidies: bool) -> None:
        """Call `take` with each line of output; a process that `tidies` is started again later if it had to stop."""
        super().__init__(parent)
        from PySide6.QtCore import QProcess

        self._take, self.tidies = take, tidies
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._end)
        self._process.errorOccurred.connect(self._on_error)

    def begin(self, command: tuple[str, list[str]], what: str) -> None:
        """Start the process."""
        program, arguments = command
        self._process.start(program, [*arguments, what])

    def stop(self) -> None:
        """Kill the process; nothing is lost."""
        self._process.kill()

    def close(self) -> None:
        """Kill the process, and wait until it has ended."""
        self._process.finished.disconnect(self._end)
        self._process.readyReadStandardOutput.disconnect(self._read)
        self._process.kill()
        self._process.waitForFinished()

    def _read(self) -> None:
        while self._process.canReadLine():
            self._take(bytes(self._process.readLine().data()))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        from PySide6.QtCore import QProcess

        if error is QProcess.ProcessError.FailedToStart:
            self._end()

    def _end(self) -> None:
        self._read()
        self.done.emit()
        self.deleteLater()


class WorkerProcess(QObject):
    """Runs one job after the other, each in a process of its own.

    Between jobs, if the index needs merging, a background process merges its segments.

    Signals:
        started: the Job, or CleanAgain, and its total number of steps, None if that is not known.
        progressed: a Progressed.
        not_imported: a NotImported.
        committed: new articles can be read and found.
        finished: the Job and its Finished, whatever the end.
        failed: a Sentence; the job's `finished` follows.
        checked: the tuple of Problem that a `check` found.
        rested: the background process has ended, or was stopped.
    """

    started = TypedSignal[Job | protocol.CleanAgain, int | None]()
    progressed = TypedSignal[protocol.Progressed]()
    rested = Signal()
    not_imported = TypedSignal[NotImported]()
    committed = Signal()
    finished = TypedSignal[Job, Finished]()
    failed = TypedSignal[Sentence]()
    checked = TypedSignal[tuple[Problem, ...]]()

    def __init__(self, command: tuple[str, list[str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self._waiting: deque[Job] = deque()
        self._job: Job | None = None
        self._answer: Finished | None = None
        self._cancelled = False
        self._process: QProcess | None = None
        self._untidy = False
        self._tidying: _Background | None = None

    @property
    def busy(self) -> bool:
        """Whether a job runs, or is about to."""
        return self._job is not None or bool(self._waiting)

    @property
    def job(self) -> Job | None:
        """The job that runs, or is about to."""
        return self._waiting[0] if self._job is None and self._waiting else self._job

    def do(self, job: Job) -> None:
        """Begin a job, or queue it behind those before it."""
        self._waiting.append(job)
        self._begin_next()

    def cancel(self) -> None:
        """Stop the job and drop the queue; what is done stays done."""
        self._waiting.clear()
        process = self._process
        if process is None and self._tidying is not None:
            self._tidying.stop()
        if process is None or self._cancelled:
            return
        self._cancelled = True
        process.closeWriteChannel()
        QTimer.singleShot(_PATIENCE_MS, process, process.terminate)
        QTimer.singleShot(2 * _PATIENCE_MS, process, process.kill)

    @property
    def paths(self) -> list[str]:
        """The paths of the running import; empty if none runs."""
        return list(self._job.paths) if isinstance(self._job, protocol.Import) else []

    def close(self) -> list[list[str]]:
        """Stop before the application ends; return the paths of each import that did not finish."""
        waiting = [list(job.paths) for job in self._waiting if isinstance(job, protocol.Import)]
        self.cancel()
        if self._tidying is not None:
            self._tidying.close()
            self._tidying = None
        process = self._process
        if process is not None:
            process.finished.disconnect(self._end)
            process.readyReadStandardOutput.disconnect(self._read)
            if not process.waitForFinished(_PATIENCE_MS):
                process.terminate()
                if not process.waitForFinished(_PATIENCE_MS):
                    process.kill()
                    process.waitForFinished()
            self._read()
            self._process = None
            if self.paths and (self._answer is None or self._answer.cancelled):
                waiting.insert(0, self.paths)
        return waiting

    def _begin_next(self) -> None:
        if self._job is not None or not self._waiting:
            return
        if self._tidying is not None:
            # The background work goes on after the job.
            self._untidy = self._untidy or self._tidying.tidies
            self._tidying.stop()
            return
        from PySide6.QtCore import QProcess

        self._job = self._waiting.popleft()
        self._cancelled = False
        self._answer = None
        process = QProcess(self)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._log)
        process.errorOccurred.connect(self._on_error)
        process.finished.connect(self._end)
        self._process = process
        process.start(*self._command)
        process.write(to_line(self._job).encode("ascii"))

    def _read(self) -> None:
        process = self._process
        while process is not None and process.canReadLine():
            self._take(bytes(process.readLine().data()))

    def _take(self, line: bytes) -> None:
        """Turn one line into a signal; a line that is not an event is a bug, and logged."""
        try:
            self._tell(from_line(line, Event))
        except UntrustedJsonError as error:
            logger.warning("the worker said something else: %s", error)

    def _tell(self, event: Event) -> None:
        match event:
            case protocol.Started(total):
                # Without a job, only background cleaning reports that it starts.
                self.started.emit(self._job or protocol.CleanAgain(), total)
            case protocol.Progressed():
                self.progressed.emit(event)
            case NotImported():
                self.not_imported.emit(event)
            case protocol.Committed():
                self.committed.emit()
            case Finished(result):
                self._answer = event
                if isinstance(result, protocol.Imported | protocol.Indexed) and not result.tidy:
                    self._untidy = True
                if self._process is not None:
                    # The job is answered: let the process end.
                    self._process.closeWriteChannel()
            case protocol.Checked(problems):
                self.checked.emit(problems)

    def _log(self) -> None:
        if self._process is not None:
            for line in bytes(self._process.readAllStandardError().data()).splitlines():
                logger.info("worker: %s", line.decode("utf-8", "replace"))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        from PySide6.QtCore import QProcess

        if error is QProcess.ProcessError.FailedToStart:
            self._answer = _failure(NOT_STARTED)
            self._end()

    def _end(self) -> None:
        """Answer the job however its process ended, then begin the next."""
        self._read()
        process, job = self._process, self._job
        if process is None or job is None:
            return
        self._process = None
        process.deleteLater()
        answer = self._answer or (Finished(cancelled=True) if self._cancelled else _failure(STOPPED))
        if isinstance(answer.result, protocol.Failed):
            self.failed.emit(answer.result.sentence)
        self._job = None
        self.finished.emit(job, answer)
        self._begin_next()
        self._tidy_if_idle()

    def _tidy_if_idle(self) -> None:
        if self._untidy and self._job is None and self._tidying is None:
            self._untidy = False
            self._begin_in_background("--tidy")

    def tidy(self) -> None:
        """Clean pages again and merge segments in the background, once no job runs."""
        self._untidy = True
        self._tidy_if_idle()

    def check(self) -> bool:
        """Begin to check the whole library in the background, if nothing runs; return whether the check began."""
        if self.busy or self._tidying is not None:
            return False
        self._begin_in_background("--check")
        return True

    def _begin_in_background(self, what: str) -> None:
        self._tidying = _Background(self, self._take, tidies=what == "--tidy")
        self._tidying.done.connect(partial(self._after_tidying, committed=what == "--tidy"))
        self._tidying.begin(self._command, what)

    def _after_tidying(self, *, committed: bool) -> None:
        self._tidying = None
        self.rested.emit()
        if committed:
            # Readers must move on to the merged segments: until then, the old ones stay on the disk.
            self.committed.emit()
        self._begin_next()
        self._tidy_if_idle()
