"""The presenter of the worker's jobs: the running job, its progress, and its result."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from reader.errors import Sentence
from reader.outcome import NotImported, Problem
from reader.settings import WebPictures
from reader.worker import protocol
from reader.worker.protocol import CleanAgain, Finished, Job, Progressed
from ui.background.worker_process import WorkerProcess
from ui.single_shot import single_shot
from ui.typed_signal import TypedSignal
from ui.words.progress import Pace, Progress, Report, most_frequent_reason

_REFRESH_MS = 1000
_FORGET_MS = 3000


class ImportSession(QObject):
    """Runs imports in the worker, asks about pictures, and keeps the last report.

    Signals:
        progressed: a Progress, from the start of a job on; `progress` is the last one while it runs.
        ended: the Job, or CleanAgain, once it has ended.
        finished: the Job and its Finished, right after `ended`.
        imported: a Report.
        pictures_offered: how many pictures are not yet saved, if the person is to be asked about them.
        pictures_saved: (how many were saved, how many could not be, a Sentence on why most could not, or None).
        grown: the library has grown; at most once a second.
        failed: a Sentence.
        checked: the tuple of Problem that a finished check found.
        given_up: the paths of an import that the person has stopped.
    """

    progressed = TypedSignal[Progress]()
    ended = TypedSignal[Job | CleanAgain]()
    finished = TypedSignal[Job, Finished]()
    imported = TypedSignal[Report]()
    pictures_offered = Signal(int)
    pictures_saved = TypedSignal[int, int, Sentence | None]()
    grown = Signal()
    failed = TypedSignal[Sentence]()
    checked = TypedSignal[tuple[Problem, ...]]()
    given_up = TypedSignal[list[str]]()

    def __init__(
        self, worker: WorkerProcess, pictures: Callable[[], WebPictures], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._worker = worker
        self._pictures = pictures
        self._pace = Pace()
        self._job: Job | CleanAgain | None = None
        self._total: int | None = None
        self._giving_up: list[str] = []
        self.progress: Progress | None = None
        self._not_imported: list[NotImported] = []
        self.report: Report | None = None
        self._growing = single_shot(self, _REFRESH_MS, self.grown)
        self._forgetting = single_shot(self, _FORGET_MS, lambda: worker.do(protocol.ForgetBinned()))
        worker.started.connect(self._on_started)
        worker.progressed.connect(self._on_progressed)
        worker.not_imported.connect(lambda item: self._not_imported.append(item))
        worker.committed.connect(self._on_committed)
        worker.finished.connect(self._on_finished)
        worker.failed.connect(self.failed)
        worker.checked.connect(self.checked)
        worker.rested.connect(self._on_rested)

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return self._worker.busy

    @property
    def job(self) -> Job | None:
        """The job that runs, or is about to."""
        return self._worker.job

    def do(self, job: Job) -> None:
        """Do a job, once those before it are done."""
        self._worker.do(job)

    def import_paths(self, paths: Sequence[str]) -> None:
        """Import files, folders and archives."""
        if paths:
            job = protocol.Import(tuple(paths))
            self.do(job)
            if self._job is None:
                self._tell_progress(Progress(job))

    def fetch_pictures(self) -> None:
        """Fetch the pictures that are not yet saved, those that failed before included."""
        self.do(protocol.FetchPictures())

    def check(self) -> bool:
        """Begin to check the whole library for damage, unless a job runs; return whether the check began."""
        return self._worker.check()

    def clean_again(self) -> None:
        """Clean pages again that older rules cleaned, in the background while no job runs."""
        self._worker.tidy()

    def forget_soon(self) -> None:
        """Remove binned articles from the index once no more follow; until then each search leaves them out."""
        self._forgetting.start()

    def cancel(self) -> None:
        """Stop the job; what is imported stays."""
        self._giving_up = self._worker.paths
        self._worker.cancel()

    def close(self) -> list[list[str]]:
        """End the worker, even in mid-work; return the paths of each import that did not finish."""
        unfinished = self._worker.close()
        self._growing.stop()
        self._forgetting.stop()
        return unfinished

    def _tell_progress(self, progress: Progress) -> None:
        self.progress = progress
        self.progressed.emit(progress)

    def _on_started(self, job: Job | CleanAgain, total: int | None) -> None:
        self._job, self._total = job, total
        self._pace = Pace()
        self._not_imported = []
        self._tell_progress(Progress(job, 0, total))

    def _on_progressed(self, progressed: Progressed) -> None:
        if self._job is None:
            return
        done = progressed.done
        total = self._total if progressed.total is None else progressed.total
        rate = self._pace.measure(done)
        # The total is a guess made before the walk: once it is exceeded, it means nothing.
        known = total if total is not None and total >= done else None
        left = None if rate is None or known is None else (known - done) / rate
        self._tell_progress(Progress(self._job, done, known, rate, left))

    def _on_committed(self) -> None:
        if not self._growing.isActive():
            self._growing.start()

    def _on_rested(self) -> None:
        """Remove the progress of the background job."""
        if isinstance(self._job, CleanAgain):
            self._job, self._total, self.progress = None, None, None
            self.ended.emit(CleanAgain())

    def _on_finished(self, job: Job, finished: Finished) -> None:
        self._job, self._total, self.progress = None, None, None
        given_up, self._giving_up = self._giving_up, []
        if given_up:
            self.given_up.emit(given_up)
            # Articles that were stored but not yet indexed are found after this.
            self.do(protocol.UpdateIndex(unasked=True))
        self._growing.stop()
        self.grown.emit()
        self.ended.emit(job)
        self.finished.emit(job, finished)
        match finished.result:
            case protocol.Imported(counts, pictures_on_web):
                self.report = Report(counts, tuple(self._not_imported), finished.cancelled)
                self.imported.emit(self.report)
                if not finished.cancelled:
                    self._consider_pictures(pictures_on_web)
            case protocol.PicturesFetched(saved, failed):
                self.pictures_saved.emit(saved, failed, most_frequent_reason(self._not_imported))

    def _consider_pictures(self, on_web: int) -> None:
        """Ask about the pictures, fetch them or leave them, as the settings say."""
        if on_web and self._pictures() is WebPictures.ALWAYS:
            self.fetch_pictures()
        elif on_web and self._pictures() is WebPictures.ASK:
            self.pictures_offered.emit(on_web)
