"""The process that imports and fetches: the program's own `--worker`, spoken to in JSON lines."""

from __future__ import annotations

import json
import logging
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from reader.errors import Sentence
from reader.outcome import NotImported, OutcomeKind
from reader.system.untrusted_json import read_json
from ui import ROOT
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


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a job; `pictures_on_web` counts what is shown by no picture held, after an import.

    `names` are what a repair could not save, `into` is the folder that was restored or exported into.
    """

    job: str
    counts: Mapping[str, int] = field(default_factory=dict)
    cancelled: bool = False
    pictures_on_web: int = 0
    names: Sequence[str] = ()
    into: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a check found; `part` is what `reader.maintenance.check.Part` calls it."""

    part: str
    sentence: Sentence


def worker_command(data: Path) -> tuple[str, list[str]]:
    """Return the program and arguments of a worker for the library in `data`."""
    rest = ["--worker", "--existing", "--data-dir", str(data)]
    if getattr(sys, "frozen", False):
        return sys.executable, rest
    return sys.executable, [str(_MAIN), *rest]


def open_window(data: Path) -> int | None:
    """Open another window, for the library in `data`; return its process, or None if it cannot be started."""
    from PySide6.QtCore import QProcess

    program = [] if getattr(sys, "frozen", False) else [str(_MAIN)]
    # PySide returns the number of the process, too.
    started: Any = QProcess.startDetached(sys.executable, [*program, "--data-dir", str(data)])
    return int(started[1]) if started[0] else None


class _Background(QObject):
    """A process that does something in the background; it may be stopped at any time.

    Signals:
        done: the process has ended, and the library may be written.
    """

    done = Signal()

    def __init__(self, parent: QObject, take: Callable[[bytes], None], *, tidies: bool) -> None:
        """`take` is given each line that it says; one that `tidies` is begun again if it had to stop."""
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
        """End it; nothing is lost by it."""
        self._process.kill()

    def close(self) -> None:
        """End it, and wait until it has."""
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
    """Does one job after the other, each in a process of its own that ends with the job.

    When there is nothing to do, and what was done has left the index untidy, another tidies it, unseen.

    Signals:
        started: the job's name, and how many files are to come or None.
        progressed: the counts so far.
        not_imported: a NotImported.
        committed: new articles can be read and found.
        finished: a Finished, whatever the end.
        failed: a Sentence; the job's `finished` follows.
        checked: a tuple of what a `check` found, each a Problem.
        rested: what was done in the background has ended, or was stopped.
    """

    started = Signal(str, object)
    progressed = Signal(object)
    rested = Signal()
    not_imported = Signal(object)
    committed = Signal()
    finished = Signal(object)
    failed = Signal(object)
    checked = Signal(object)

    def __init__(self, command: tuple[str, list[str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self._waiting: deque[dict[str, Any]] = deque()
        self._job: dict[str, Any] | None = None
        self._cancelled = False
        self._process: QProcess | None = None
        self._untidy = False
        self._tidying: _Background | None = None
        self._problems: list[Problem] = []

    @property
    def busy(self) -> bool:
        """Whether a job runs, or is about to."""
        return self._job is not None or bool(self._waiting)

    @property
    def job(self) -> str:
        """The name of the job that runs, or is about to; empty if there is none."""
        return str(self._waiting[0]["do"]) if self._job is None and self._waiting else self._job_name()

    def do(self, job: str, paths: Sequence[str] = (), about: Mapping[str, object] | None = None) -> None:
        """Begin a job, or let it wait for those before it."""
        request: dict[str, Any] = {"do": job, **(about or {})}
        if paths:
            request["paths"] = list(paths)
        self._waiting.append(request)
        self._begin_next()

    def cancel(self) -> None:
        """Stop the job and forget those that wait; what is done stays done."""
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
        """The paths of the import that runs; empty if none does."""
        return [] if self._job is None else list(self._job.get("paths", ()))

    def close(self) -> list[list[str]]:
        """Stop for good, before the application ends; return the paths of each import that did not come to its end."""
        waiting = [job["paths"] for job in self._waiting if job["do"] == "import"]
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
            # What is not done is done later.
            self._untidy = self._untidy or self._tidying.tidies
            self._tidying.stop()
            return
        from PySide6.QtCore import QProcess

        self._job = self._waiting.popleft()
        self._cancelled = False
        self._answer: Finished | None = None
        process = QProcess(self)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._log)
        process.errorOccurred.connect(self._on_error)
        process.finished.connect(self._end)
        self._process = process
        process.start(*self._command)
        process.write(json.dumps(self._job).encode("utf-8") + b"\n")

    def _read(self) -> None:
        process = self._process
        while process is not None and process.canReadLine():
            self._take(bytes(process.readLine().data()))

    def _take(self, line: bytes) -> None:
        """Turn one line into a signal; a line that is none of ours is a bug, and logged."""
        try:
            event = read_json(line)
            self._tell(str(event["event"]), event)
        except (ValueError, KeyError, TypeError) as error:
            logger.warning("the worker said something else (%s): %.200r", error, line)

    def _tell(self, name: str, event: dict[str, Any]) -> None:
        if name == "started":
            self.started.emit(str(event["job"]), event.get("total"))
        elif name == "progress":
            self.progressed.emit({key: value for key, value in event.items() if isinstance(value, int)})
        elif name == "outcome":
            self.not_imported.emit(NotImported(OutcomeKind(event["kind"]), str(event["path"]), _sentence(event)))
        elif name == "committed":
            self.committed.emit()
        elif name == "finished":
            self._answer = Finished(
                job=str(event["job"]),
                counts=dict(event["counts"]),
                cancelled=bool(event.get("cancelled")),
                pictures_on_web=int(event.get("pictures_on_web") or 0),
                names=tuple(map(str, event.get("names") or ())),
                into=str(event.get("into") or ""),
            )
            self._untidy = event.get("tidy") is False or self._untidy
            self._hang_up()
        elif name == "problem":
            self._problems.append(Problem(str(event["part"]), _sentence(event)))
        elif name == "checked":
            self.checked.emit(tuple(self._problems))
        elif name == "error":
            self._answer = Finished(job=self._job_name(), cancelled=True)
            self.failed.emit(_sentence(event))
            self._hang_up()

    def _hang_up(self) -> None:
        """Let the worker end: its job is answered."""
        if self._process is not None:
            self._process.closeWriteChannel()

    def _log(self) -> None:
        if self._process is not None:
            for line in bytes(self._process.readAllStandardError().data()).splitlines():
                logger.info("worker: %s", line.decode("utf-8", "replace"))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        from PySide6.QtCore import QProcess

        if error is QProcess.ProcessError.FailedToStart:
            self.failed.emit(Sentence(NOT_STARTED))
            self._answer = Finished(job=self._job_name(), cancelled=True)
            self._end()

    def _end(self) -> None:
        """Answer the job however its process ended, then begin the next."""
        self._read()
        process, self._process = self._process, None
        if process is None:
            return
        process.deleteLater()
        answer = self._answer
        if answer is None:
            answer = Finished(job=self._job_name(), cancelled=True)
            if not self._cancelled:
                self.failed.emit(Sentence(STOPPED))
        self._job = None
        self.finished.emit(answer)
        self._begin_next()
        self._tidy_if_idle()

    def _tidy_if_idle(self) -> None:
        if self._untidy and self._job is None and self._tidying is None:
            self._untidy = False
            self._begin_in_background("--tidy")

    def tidy(self) -> None:
        """Clean again and tidy in the background, once nothing else is done."""
        self._untidy = True
        self._tidy_if_idle()

    def check(self) -> bool:
        """Begin to read the whole library for damage, in the background, if nothing else is done; say whether."""
        if self.busy or self._tidying is not None:
            return False
        self._problems = []
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
            # What was joined is to be looked at, as what it was joined from is kept on the disk so long.
            self.committed.emit()
        self._begin_next()
        self._tidy_if_idle()

    def _job_name(self) -> str:
        return "" if self._job is None else str(self._job["do"])


def _sentence(event: dict[str, Any]) -> Sentence:
    return Sentence(str(event["template"]), dict(event.get("params") or {}))
