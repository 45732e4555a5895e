"""The commands that change or maintain a library: stars and tags, the bin, undoing imports, backups, repair."""

from __future__ import annotations

import argparse
import logging
import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from reader.article import ArticleId, Hit
from reader.cli.import_report import report_lines, report_object
from reader.errors import NoSuchArticleError, ReaderError
from reader.exporters.jsonl import iso_time
from reader.library import Library
from reader.library.writer import LibraryWriter
from reader.long_work import drive, never
from reader.maintenance.backup import BackupReport, BackupStep, restore_backup
from reader.maintenance.repair import RepairReport, repair_library
from reader.operation import MoveToBin, Operation, RestoreFromBin, Star, Unstar, changed, tagging
from reader.outcome import ImportId, ImportRecord, group_by_reason
from reader.output import ProgressLine, counted, json_line, local_time, plain, tell
from reader.paths import AppPaths
from reader.query import Query
from reader.system.exit_codes import COULD_NOT, DONE, FAILURES
from reader.tags import clean_tags

PROGRAM = "pressmark on the command line"
_ROWS = 200
# Tidying that takes longer than this is announced.
_TIDYING_SECONDS = 2.0

T = TypeVar("T")
Add = Callable[[str, object, str], argparse.ArgumentParser]

logger = logging.getLogger(__name__)

# For each command: its help, its operation, the name of the changed articles in JSON, and what is said of them.
_CHANGES: Mapping[str, tuple[str, Callable[[tuple[ArticleId, ...]], Operation], str, str]] = {
    "star": ("star articles", Star, "starred", "starred."),
    "unstar": ("take the star from articles", Unstar, "unstarred", "unstarred."),
    "delete": (
        "move articles to the bin", MoveToBin, "moved", "moved to the bin; `pressmark undelete` brings them back.",
    ),
    "undelete": ("take articles out of the bin", RestoreFromBin, "restored", "taken out of the bin."),
}  # fmt: skip


def add_changing_commands(add: Add) -> None:
    """Add the commands to the parser; `add` takes a name, what runs it, and what it does."""
    for name, (text, *_) in _CHANGES.items():
        _add_ids(add(name, _change, text))
    for name, run, text in (
        ("tag", _tag, "give articles a tag of your own"),
        ("untag", _untag, "take a tag of your own from articles"),
    ):
        parser = add(name, run, text)
        parser.add_argument("tag", metavar="TAG")
        _add_ids(parser)
    add("tags", _tags, "list your own tags, the most used first")
    add("bin", _bin, "list what is in the bin")
    add("empty-bin", _empty_bin, "delete permanently what is in the bin")
    imports = add("imports", _imports, "list the imports, the newest first, or tell all of one")
    imports.add_argument("id", nargs="?", type=int, metavar="ID")
    imports.add_argument("--verbose", action="store_true", help="name every file that was not imported")
    add("clean-again", _clean_again_now, "clean saved pages again that an older Pressmark cleaned")
    undo = add("undo-import", _undo_import, "take an import back, by default the last")
    undo.add_argument("id", nargs="?", type=int, metavar="ID")
    backup = add("backup", _backup, "write the library to one file")
    backup.add_argument("file", type=Path, metavar="FILE")
    add_force(backup)
    restore = add("restore", _restore, "make an empty library what a backup holds")
    restore.add_argument("file", type=Path, metavar="FILE")
    add("repair", _repair, "save what can be read of a damaged library")
    hashing = add("library-hash", _print_library_hash, "print one hash over all that the library holds")
    hashing.add_argument(
        "--content", action="store_true", help="leave out when and from where it came: the same captures, the same hash"
    )


def add_force(parser: argparse.ArgumentParser) -> None:
    """Add the option --force, by which a command replaces an existing file."""
    parser.add_argument("--force", action="store_true", help="replace a file that is there already")


def would_replace(target: Path, options: argparse.Namespace) -> bool:
    """Say whether `target` is a non-empty file and --force is not given; if so, tell the person."""
    if options.force or not os.path.isfile(target) or not os.path.getsize(target):  # noqa: PTH113, PTH202 - see below
        return False
    # Path.is_file raises in a folder that may not be entered; there, writing the file gives the better error.
    tell(f"pressmark {options.command}: {target} is there already; --force replaces it")
    return True


def _add_ids(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="+", type=int, metavar="ID")


def print_answer(options: argparse.Namespace, value: Any, text: str) -> None:
    """Print an answer: its value as JSON with --json, else its text."""
    print(json_line(value) if options.json else plain(text))


def _change(library: Library, options: argparse.Namespace) -> int:
    """Star or unstar articles, or move them to the bin or out of it."""
    _, operation, name, what = _CHANGES[options.command]
    ids = changed(library.apply(operation(_existing(library, options.ids))))
    print_answer(options, {name: ids}, f"{len(ids):,} {what}")
    return DONE


def _tag(library: Library, options: argparse.Namespace) -> int:
    """Add one of the person's own tags to articles."""
    tags = clean_tags([options.tag])
    if not tags:
        tell("pressmark tag: the tag is empty")
        return COULD_NOT
    tagged = changed(library.apply(*tagging(_existing(library, options.ids), add=tags)))
    print_answer(options, {"tag": tags[0], "tagged": tagged}, f"{len(tagged):,} tagged “{tags[0]}”.")
    return DONE


def _untag(library: Library, options: argparse.Namespace) -> int:
    """Remove one of the person's own tags from articles; tags that came with a capture stay."""
    untagged = changed(library.apply(*tagging(_existing(library, options.ids), remove=[options.tag])))
    print_answer(
        options, {"tag": options.tag, "untagged": untagged}, f"“{options.tag}” removed from {len(untagged):,}."
    )
    return DONE


def _tags(library: Library, options: argparse.Namespace) -> int:
    """List the person's own tags."""
    for tag in library.states.tags():
        print_answer(options, {"tag": tag.name, "articles": tag.count}, f"{tag.count:,}\t{tag.name}")
    return DONE


def _existing(library: Library, ids: Iterable[int]) -> tuple[ArticleId, ...]:
    """Return the ids if all articles exist, which those of undone imports do.

    Raises:
        NoSuchArticleError: one does not exist.
    """
    wanted = tuple(map(ArticleId, ids))
    for id_ in wanted:
        if not library.is_shown(id_, outside_bin=False):
            raise NoSuchArticleError("There is no article {id} in this library.", id=id_)
    return wanted


def hits(library: Library, ids: Sequence[ArticleId], query: Query | None = None) -> Iterator[Hit]:
    """Yield the list's rows of any number of ids, reading them in batches."""
    for start in range(0, len(ids), _ROWS):
        yield from library.hits(ids[start : start + _ROWS], query)


def _bin(library: Library, options: argparse.Namespace) -> int:
    """List the articles in the bin, the one moved there last first."""
    ids = library.bin.ids()
    for hit in hits(library, ids):
        value = {"id": hit.id, "title": hit.title, "url": hit.url, "source": hit.source}
        print_answer(options, value, f"{hit.id}\t{hit.source}\t{hit.title}")
    if not options.json:
        tell(f"{len(ids):,} in the bin")
    return DONE


def _empty_bin(library: Library, options: argparse.Namespace) -> int:
    """Delete the articles in the bin permanently."""
    with library.writer(PROGRAM) as writer, ProgressLine(library.bin.count()) as progress:
        versions = drive(writer.empty_bin(), progress.show)
    line = f"{counted(progress.done, 'article')} deleted permanently."
    if versions:
        line += f" Of others, {counted(versions, 'version')} that undone imports had brought."
    print_answer(options, {"deleted": progress.done, "versions": versions}, line)
    return DONE


def _imports(library: Library, options: argparse.Namespace) -> int:
    """List the imports, or print one of them with the files that it did not import."""
    log = library.imports
    if options.id is None:
        for record in log.all():
            print_answer(options, _import_object(record), _import_line(record))
        return DONE
    record = log.get(ImportId(options.id))
    groups = group_by_reason(log.not_imported(record.id))
    lines = [_import_line(record), *report_lines(groups, verbose=options.verbose)]
    print_answer(options, _import_object(record) | {"not_imported": report_object(groups)}, "\n".join(lines))
    return DONE


def _clean_again_now(library: Library, options: argparse.Namespace) -> int:
    """Clean pages again that older rules cleaned, and index them."""
    with library.writer(PROGRAM) as writer, ProgressLine(library.uncleaned_count()) as progress:
        drive(writer.clean_again(), progress.show)
        drive(writer.catch_up(), lambda _: progress.show(progress.done))
    print_answer(options, {"cleaned": progress.done}, f"{counted(progress.done, 'page')} cleaned again.")
    return DONE


def _import_object(record: ImportRecord) -> dict[str, Any]:
    times = {name: iso_time(getattr(record, name)) for name in ("began", "finished", "undone")}
    about = {"program": record.program, "paths": list(record.paths), "incomplete": record.incomplete}
    return {"id": record.id, **times, **about, **record.counts}


def _import_line(record: ImportRecord) -> str:
    state = " · undone" if record.undone else " · stopped" if record.incomplete else ""
    counts = f"added {record.added:,} · updated {record.updated:,} · duplicate {record.duplicate:,}"
    return f"{record.id}\t{local_time(record.began, '%m-%d %H:%M')}\t{counts}{state}\t{' '.join(record.paths)}"


def _undo_import(library: Library, options: argparse.Namespace) -> int:
    """Undo an import: its articles go to the bin, others are shown as they were before it."""
    last = library.imports.last()
    if options.id is None and last is None:
        tell("pressmark: there is no import to undo")
        return COULD_NOT
    id_ = ImportId(options.id if options.id is not None else last.id if last else 0)
    if library.imports.get(id_).undone is not None:
        print_answer(options, {"import": id_, "articles": 0, "revisions": 0}, f"Import {id_} was undone already.")
        return DONE
    with library.writer(PROGRAM) as writer:
        undone = writer.undo_import(id_)
        drive(writer.catch_up())
    value = {"import": id_, "articles": undone.articles, "revisions": undone.revisions}
    text = f"{undone.articles:,} moved to the bin, {undone.revisions:,} shown as they were before import {id_}."
    print_answer(options, value, text)
    return DONE


def _backup(library: Library, options: argparse.Namespace) -> int:
    """Back up the library to one file, and check that."""
    if would_replace(options.file, options):
        return COULD_NOT
    report = _finish(library.back_up(options.file))
    if report is None:
        return COULD_NOT
    for sha256 in report.missing:
        tell(f"pressmark: the picture {sha256} is damaged or missing, and is not in the backup")
    print_answer(
        options,
        _backup_object(report, options.file),
        f"{_amount(report)} are in {options.file}; read back and compared.",
    )
    return FAILURES if report.missing else DONE


def _restore(paths: AppPaths, options: argparse.Namespace) -> int:
    """Restore a backup into a library without articles, and index it."""
    report = _finish(restore_backup(options.file, paths, never))
    if report is None:
        return COULD_NOT
    _build_index(paths, fresh=True)
    if report.missing:
        missing = counted(len(report.missing), "picture")
        tell(f"pressmark: {missing} damaged or missing when the backup was made; not in it")
    print_answer(options, _backup_object(report, options.file), f"{_amount(report)} are in {paths.data}.")
    return FAILURES if report.missing else DONE


def _amount(report: BackupReport) -> str:
    return f"{counted(report.articles, 'article')} and {counted(report.pictures, 'picture')}"


def _backup_object(report: BackupReport, file: Path) -> dict[str, Any]:
    return {
        "file": str(file),
        "articles": report.articles,
        "pictures": report.pictures,
        "missing": list(report.missing),
        "bytes": report.size,
    }


def _finish(work: Generator[BackupStep, None, T]) -> T:
    """Run a backup or a restore to its end, showing the progress in megabytes."""
    with ProgressLine() as progress:
        return drive(work, lambda step: progress.show(step.done >> 20, step.total >> 20))


def show_catching_up(library: Library, writer: LibraryWriter) -> int:
    """Index the articles that the index lacks, showing the progress; return their number."""
    with ProgressLine(library.article_count()) as progress:
        drive(writer.catch_up(), progress.show)
    return progress.done


def tidy_index(writer: LibraryWriter) -> None:
    """Merge segments of the index, announcing it if it takes long; Ctrl-C ends the merging."""
    began = time.monotonic()
    told = False

    def tell_in_time() -> bool:
        nonlocal told
        if not told and time.monotonic() - began >= _TIDYING_SECONDS:
            tell("tidying the index; Ctrl-C skips it")
            told = True
        return False

    try:
        while writer.tidy(tell_in_time):
            pass
    except KeyboardInterrupt:
        tell("the index is left as it is; it finds everything")


def _build_index(paths: AppPaths, *, fresh: bool) -> None:
    with closing(Library.open(paths)) as library, library.writer(PROGRAM, fresh_index=fresh) as writer:
        show_catching_up(library, writer)


def _repair(paths: AppPaths, options: argparse.Namespace) -> int:
    """Repair the store, the pictures and the index, and print what was saved and what is lost."""
    with ProgressLine() as progress:
        report = drive(repair_library(paths, PROGRAM, never), progress.show)
    if report is None:
        return COULD_NOT
    _build_index(paths, fresh=report.kept_as is not None or _is_index_damaged(paths))
    print_answer(options, asdict(report), "\n".join(_repair_lines(report)))
    return FAILURES if report.lost or report.pictures_lost or report.pictures_unreadable else DONE


def _is_index_damaged(paths: AppPaths) -> bool:
    with closing(Library.open(paths)) as library:
        try:
            return any(library.index().damaged_files())
        except ReaderError as error:
            logger.info("the index is rebuilt: %s", error)
            return True


def _repair_lines(report: RepairReport) -> Iterator[str]:
    yield f"{report.articles:,} articles can be read and found."
    if report.kept_as:
        yield f"The store was damaged; it is kept as {report.kept_as}."
    if report.recleaned:
        yield f"Pages made again from their originals: {report.recleaned:,}."
    if report.orphans:
        yield f"Pictures that belonged to no article, removed: {report.orphans:,}."
    if report.originals_damaged:
        yield f"Originals that are damaged, while their pages are whole: {len(report.originals_damaged):,}."
        yield "Import their files again to mend them:"
        yield from (f"  {title}" for title in report.originals_damaged)
    if report.pictures_lost:
        yield f"Pictures that are lost, or to be fetched again: {report.pictures_lost:,}."
    if report.pictures_unreadable:
        yield f"Pictures that the disk does not give back, left as they are: {report.pictures_unreadable:,}."
    if report.lost:
        yield f"Articles that could not be saved: {len(report.lost):,}:"
        yield from (f"  {title}" for title in report.lost)


def _print_library_hash(library: Library, options: argparse.Namespace) -> int:
    """Print the hash that `docs/library-format.md` describes."""
    with ProgressLine(library.article_count()) as progress:
        digest = drive(library.hash(content=options.content), progress.show)
    left = library.uncleaned_count()
    note = f"\n{left:,} pages are still to be cleaned again; the hash changes with them." if left else ""
    print_answer(options, {"hash": digest, "to_clean_again": left}, digest + note)
    return DONE
