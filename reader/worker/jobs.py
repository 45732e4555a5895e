"""The jobs of the import process that keep a library: the bin, undoing imports, backups, repair.

Jobs: {"do": "forget"}, {"do": "undo", "id": N}, {"do": "purge", "ids": […]}, {"do": "empty-bin"},
{"do": "backup", "file": …}, {"do": "restore", "file": …}, with "into" where it is not this library that is
to hold it, {"do": "repair"}, {"do": "export", "ids": […], "to": …}. Each is answered by `finished`, whose
counts say what was done; `forget` says nothing on the way, as nobody is to see it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any, Protocol

from reader.article import ArticleId
from reader.exporters.original import Originals
from reader.library import Library
from reader.library_writer import LibraryWriter
from reader.long_work import drive
from reader.maintenance.backup import BackupReport, BackupStep, back_up, restore_backup
from reader.maintenance.repair import repair_library
from reader.paths import AppPaths
from reader.store.import_log import ImportId

JOBS = frozenset({"forget", "undo", "purge", "empty-bin", "backup", "restore", "repair", "export"})
_PROGRAM = "the Pressmark window"
Cancelled = Callable[[], bool]


class Events(Protocol):
    """Where events go."""

    def send(self, event: str, **fields: object) -> None:
        """Write one event."""

    def progress(self, **fields: object) -> None:
        """Write how far it is, if the last word is not too fresh."""


def run(job: dict[str, Any], paths: AppPaths, events: Events, cancelled: Cancelled) -> None:
    """Run a job.

    Raises:
        ReaderError: it cannot be done.
    """
    do = job["do"]
    if do == "restore":
        _restore(Path(job["file"]), AppPaths(Path(job["into"])) if "into" in job else paths, events, cancelled)
        return
    if do == "repair":
        _repair(paths, events, cancelled)
        return
    library = Library.open(paths)
    try:
        if do == "backup":
            _back_up(library, Path(job["file"]), events, cancelled)
            return
        if do == "export":
            _export(library, [ArticleId(int(id_)) for id_ in job["ids"]], Path(job["to"]), events, cancelled)
            return
        with library.writer(_PROGRAM) as writer:
            _write(job, library, writer, events, cancelled)
    finally:
        library.close()


def _finish(
    job: str,
    events: Events,
    cancelled: bool,
    names: tuple[str, ...] = (),
    *,
    counts: Mapping[str, int],
    pictures_on_web: int = 0,
    into: str = "",
) -> None:
    about = {"into": into, "counts": dict(counts), "names": list(names), "pictures_on_web": pictures_on_web}
    events.send("finished", job=job, cancelled=cancelled, **about)


def _write(job: dict[str, Any], library: Library, writer: LibraryWriter, events: Events, cancelled: Cancelled) -> None:
    do = job["do"]
    if do == "forget":
        writer.reconcile()
        _finish(do, events, False, counts={})
    elif do == "undo":
        events.send("started", job=do, total=None)
        undone = writer.undo_import(ImportId(int(job["id"])))
        _catch_up(writer, events)
        _finish(do, events, False, counts={"articles": undone.articles, "revisions": undone.revisions})
    else:
        ids = [ArticleId(int(id_)) for id_ in job.get("ids", library.store.binned())]
        events.send("started", job=do, total=len(ids))
        deleted = 0

        def tell(gone: int) -> None:
            nonlocal deleted
            deleted = gone
            events.progress(done=deleted)

        if do == "empty-bin":
            versions = drive(writer.empty_bin(cancelled), tell)
        else:
            versions = 0
            drive(writer.delete_for_good(ids, cancelled), tell)
        _finish(do, events, cancelled(), counts={"deleted": deleted, "versions": versions})


def _catch_up(writer: LibraryWriter, events: Events) -> None:
    for done in writer.catch_up():
        events.progress(done=done)


def _back_up(library: Library, file: Path, events: Events, cancelled: Cancelled) -> None:
    work = back_up(library.paths, library.store, file, cancelled)
    report = _finish_backup(work, "backup", events)
    _finish("backup", events, report is None, counts=_counts(report))


def _export(library: Library, ids: list[ArticleId], to: Path, events: Events, cancelled: Cancelled) -> None:
    """Write the originals of articles below a folder."""
    events.send("started", job="export", total=len(ids))
    counts = Counter(exported=0, failed=0)
    for outcome in Originals().export(library.store, ids, to):
        counts["exported" if outcome.reason is None else "failed"] += 1
        events.progress(done=counts.total(), total=len(ids))
        if cancelled():
            break
    _finish("export", events, cancelled(), counts=counts, into=str(to))


def _restore(file: Path, paths: AppPaths, events: Events, cancelled: Cancelled) -> None:
    report = _finish_backup(restore_backup(file, paths, cancelled), "restore", events)
    if report is not None:
        _rebuild_index(paths, events)
    _finish("restore", events, report is None, counts=_counts(report), into=str(paths.data))


def _counts(report: BackupReport | None) -> dict[str, int]:
    if report is None:
        return {"articles": 0}
    return {"articles": report.articles, "pictures": report.pictures, "missing": len(report.missing)}


def _finish_backup(
    work: Generator[BackupStep, None, BackupReport | None], job: str, events: Events
) -> BackupReport | None:
    """Run to the end, telling in kilobytes how far it is."""
    events.send("started", job=job, total=None)
    return drive(work, lambda step: events.progress(done=step.done >> 10, total=step.total >> 10))


def _rebuild_index(paths: AppPaths, events: Events) -> None:
    library = Library.open(paths)
    try:
        with library.writer(_PROGRAM, fresh_index=True) as writer:
            _catch_up(writer, events)
    finally:
        library.close()


def _repair(paths: AppPaths, events: Events, cancelled: Cancelled) -> None:
    events.send("started", job="repair", total=None)
    report = drive(repair_library(paths, _PROGRAM, cancelled), lambda done: events.progress(done=done))
    if report is None:
        _finish("repair", events, True, counts={})
        return
    _rebuild_index(paths, events)
    counts = {
        "articles": report.articles,
        "lost": len(report.lost),
        "pictures_lost": report.pictures_lost,
        "pictures_unreadable": report.pictures_unreadable,
    }
    library = Library.open(paths)
    try:
        # Among them those that can be fetched again.
        on_web = library.pictures_on_web()
    finally:
        library.close()
    _finish("repair", events, False, report.lost, counts=counts, pictures_on_web=on_web)
