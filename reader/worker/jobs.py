"""Does the jobs that the window gives to its worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path

from reader.article import ArticleId
from reader.errors import LIBRARY_GONE, StoreError
from reader.exporters.original import Originals
from reader.library import Library
from reader.library.writer import LibraryWriter
from reader.long_work import drive
from reader.maintenance.backup import BackupReport, BackupStep, restore_backup
from reader.maintenance.repair import repair_library
from reader.outcome import ImportCounts, ImportId, ImportOutcome, NotImported, OutcomeKind
from reader.paths import AppPaths
from reader.worker import protocol
from reader.worker.events import EventWriter
from reader.worker.protocol import Finished, Job, Result, WritingJob

PROGRAM = "the Pressmark window"
# The start of an import is announced after this time even if the files are not counted yet.
_COUNT_SECONDS = 0.3


def refuse_gone(paths: AppPaths) -> None:
    """Refuse to create a library where one used to be: its disk may be unplugged.

    Raises:
        StoreError: the library's folder is missing.
    """
    if not paths.data.is_dir():
        raise StoreError(LIBRARY_GONE, path=paths.data, path_name=str(paths.data))


class Jobs:
    """Does jobs on the library at `paths`; `cancelled` returns True once the window wants the job to stop."""

    def __init__(self, paths: AppPaths, events: EventWriter, cancelled: Callable[[], bool]) -> None:
        self._paths = paths
        self._events = events
        self._cancelled = cancelled

    def do(self, job: Job) -> Finished:
        """Do a job, sending its progress, and return its end.

        Raises:
            ReaderError: the job cannot be done, or not completely.
        """
        match job:
            case protocol.Repair():
                return self._repair()
            case protocol.Restore(file, into):
                return self._restore(Path(file), self._paths if into is None else AppPaths(Path(into)))
        with closing(Library.open(self._paths)) as library:
            match job:
                case protocol.BackUp(file):
                    return self._back_up(library, Path(file))
                case protocol.ExportOriginals(ids, to):
                    return self._export(library, ids, Path(to))
            with library.writer(PROGRAM, fresh_index=isinstance(job, protocol.RebuildIndex)) as writer:
                return self._write(job, library, writer)

    def _write(self, job: WritingJob, library: Library, writer: LibraryWriter) -> Finished:
        match job:
            case protocol.Import(paths):
                return self._import(library, writer, [Path(path) for path in paths])
            case protocol.FetchPictures():
                return self._fetch(library, writer)
            case protocol.UpdateIndex() | protocol.RebuildIndex():
                return self._index(writer)
            case protocol.UndoImport(id_):
                return self._undo(writer, id_)
            case protocol.DeletePermanently(ids):
                return self._delete(writer.delete_for_good(ids, self._cancelled), len(ids))
            case protocol.EmptyBin():
                return self._delete(writer.empty_bin(self._cancelled), library.bin.count())
            case protocol.ForgetBinned():
                # It has no progress to show.
                writer.reconcile()
                return Finished()

    def _end(self, result: Result) -> Finished:
        return Finished(result, self._cancelled())

    def _import(self, library: Library, writer: LibraryWriter, paths: Sequence[Path]) -> Finished:
        counter = writer.count_sources(paths)
        self._events.start(counter.wait(_COUNT_SECONDS))
        counts: Counter[str] = Counter()
        told: set[str] = set()
        log = library.imports
        before = log.newest()

        def take(outcome: ImportOutcome) -> None:
            counts[outcome.kind.value] += 1
            if (item := outcome.not_imported) is not None:
                told.add(item.path)
                self._events.send(item)
            self._events.progress(counts.total(), counter.total)
            self._events.committed()

        drive(writer.import_paths(paths), take, self._cancelled)
        # A person who stops an import may be about to quit; a window that stays open updates the index by another job.
        if not self._cancelled():
            drive(writer.catch_up(), lambda _: self._events.send(protocol.Committed()))
        elif (record := log.newest()) is not None and record != before:
            # It stopped between the outcomes of one transaction: the log knows all of them.
            counts = Counter(record.counts)
            for item in log.not_imported(record.id):
                if item.path not in told:
                    self._events.send(item)
        self._events.send(protocol.Committed())
        return self._end(protocol.Imported(ImportCounts(**counts), library.pictures_on_web(), writer.is_tidy()))

    def _fetch(self, library: Library, writer: LibraryWriter) -> Finished:
        self._events.start(library.pictures_on_web())
        counts = Counter(saved=0, failed=0)
        for outcome in writer.save_pictures(self._cancelled):
            counts["saved" if outcome.saved else "failed"] += 1
            if outcome.reason is not None:
                self._events.send(NotImported(OutcomeKind.FAILED, outcome.url, outcome.reason))
            self._events.progress(counts.total())
        return self._end(protocol.PicturesFetched(**counts))

    def _index(self, writer: LibraryWriter) -> Finished:
        self._events.start(writer.reconcile())

        def tell(done: int) -> None:
            self._events.progress(done)
            self._events.send(protocol.Committed())

        drive(writer.catch_up(), tell, self._cancelled)
        self._events.send(protocol.Committed())
        return self._end(protocol.Indexed(self._events.done, writer.is_tidy()))

    def _undo(self, writer: LibraryWriter, id_: ImportId) -> Finished:
        self._events.start()
        undone = writer.undo_import(id_)
        drive(writer.catch_up(), self._events.progress)
        return Finished(undone)

    def _delete(self, work: Generator[int, None, int | None], total: int) -> Finished:
        self._events.start(total)
        versions = drive(work, self._events.progress)
        return self._end(protocol.Deleted(self._events.done, versions or 0))

    def _export(self, library: Library, ids: Sequence[ArticleId], to: Path) -> Finished:
        self._events.start(len(ids))
        counts = Counter(articles=0, failed=0)
        for outcome in library.export(Originals(), ids, to):
            counts["articles" if outcome.reason is None else "failed"] += 1
            self._events.progress(counts.total())
            if self._cancelled():
                break
        return self._end(protocol.Exported(**counts))

    def _back_up(self, library: Library, file: Path) -> Finished:
        report = self._drive_backup(library.back_up(file, self._cancelled))
        if report is None:
            return Finished(cancelled=True)
        return Finished(protocol.BackedUp(report.articles, len(report.missing)))

    def _restore(self, file: Path, paths: AppPaths) -> Finished:
        report = self._drive_backup(restore_backup(file, paths, self._cancelled))
        if report is None:
            return Finished(cancelled=True)
        self._rebuild_index(paths)
        return Finished(protocol.Restored(report.articles, len(report.missing), str(paths.data)))

    def _drive_backup(self, work: Generator[BackupStep, None, BackupReport | None]) -> BackupReport | None:
        """Run a backup or a restore to its end, sending its progress in kilobytes."""
        self._events.start()
        return drive(work, lambda step: self._events.progress(step.done >> 10, step.total >> 10))

    def _rebuild_index(self, paths: AppPaths) -> None:
        with closing(Library.open(paths)) as library, library.writer(PROGRAM, fresh_index=True) as writer:
            drive(writer.catch_up(), self._events.progress)

    def _repair(self) -> Finished:
        self._events.start()
        report = drive(repair_library(self._paths, PROGRAM, self._cancelled), self._events.progress)
        if report is None:
            return Finished(cancelled=True)
        self._rebuild_index(self._paths)
        with closing(Library.open(self._paths)) as library:
            # Includes lost pictures that can be fetched again.
            on_web = library.pictures_on_web()
        return Finished(
            protocol.Repaired(report.articles, report.lost, report.pictures_lost, report.pictures_unreadable, on_web)
        )
