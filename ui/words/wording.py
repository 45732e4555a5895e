"""The sentences of the window that contain numbers and names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QLocale

from reader.outcome import OutcomeKind
from reader.output import escaped
from reader.query import Query
from reader.scope import ArticleState, Bin, InState, OneSource
from reader.worker import protocol
from reader.worker.protocol import CleanAgain, Job
from ui.words.progress import Progress, Report

_LONGEST_TITLE = 200
_NAMED = 3


def number(value: int) -> str:
    """Return a number with the separators of the language."""
    return QLocale().toString(value)


def title_line(title: str) -> str:
    """Return an article's title for the title bar: one short line without control characters."""
    line = " ".join(escaped(title[: 2 * _LONGEST_TITLE], lambda _: " ").split())
    if not line:
        return "Pressmark"
    shown = line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1].rstrip() + "…"
    return f"{shown} – Pressmark"


def found_line(total: int, query: Query, selected: int = 0) -> str:
    """Say how many articles the list holds, and how many are selected if there are several."""
    if selected > 1:
        line = QCoreApplication.translate("Wording", "{found} · {count} selected")
        return line.format(found=found_line(total, query), count=number(selected))
    if query.text.strip():
        return QCoreApplication.translate("Wording", "{count} found").format(count=number(total))
    one, many = (
        QCoreApplication.translate("Wording", "1 article"),
        QCoreApplication.translate("Wording", "{count} articles"),
    )
    return one_or_many(total, one, many)


def one_or_many(count: int, one: str, many: str) -> str:
    """Choose between singular and plural; Qt's plural forms work only in methods of a QObject."""
    return one if count == 1 else many.format(count=number(count))


def nothing_found(query: Query) -> tuple[str, str]:
    """Say that nothing was found, and what would find more."""
    text = query.text.strip()
    match query.scope:
        case Bin():
            return QCoreApplication.translate("Wording", "The bin is empty"), ""
        case InState(state):
            return _nothing_in(state, text)
        case OneSource(name) if text:
            heading = QCoreApplication.translate("Wording", "Nothing for “{text}” in {source}")
            detail = QCoreApplication.translate("Wording", "Other sources may have it.")
            return heading.format(text=text, source=name), detail
    if text:
        heading = QCoreApplication.translate("Wording", "Nothing for “{text}”")
        detail = QCoreApplication.translate(
            "Wording", "All words must stand in one article. Fewer words, or OR between them, find more."
        )
        return heading.format(text=text), detail if len(text.split()) > 1 else ""
    return QCoreApplication.translate("Wording", "No articles here"), ""


def _nothing_in(state: ArticleState, text: str) -> tuple[str, str]:
    """Say that no unread, or no starred, articles were found."""
    starred = state is ArticleState.STARRED
    if text:
        heading = (
            QCoreApplication.translate("Wording", "Nothing for “{text}” with a star")
            if starred
            else QCoreApplication.translate("Wording", "Nothing unread for “{text}”")
        )
        return heading.format(text=text), QCoreApplication.translate("Wording", "Other articles may have it.")
    if starred:
        detail = QCoreApplication.translate("Wording", "The key S stars the article that you read.")
        return QCoreApplication.translate("Wording", "No article has a star"), detail
    return QCoreApplication.translate("Wording", "You have read everything"), ""


def progress_line(progress: Progress) -> str:
    """Return a job with its progress as far as known, like "Importing: 12,480 of 29,591 · 610/s · 28 s left"."""
    measured = not isinstance(progress.job, protocol.BackUp | protocol.Restore | protocol.Repair)
    if isinstance(progress.job, protocol.BackUp | protocol.Restore) and (progress.total or not progress.done):
        share = 100 * progress.done // max(1, progress.total or 1)
        parts = [QCoreApplication.translate("Wording", "{share} %").format(share=number(share))]
    elif measured and progress.total is not None:
        line = QCoreApplication.translate("Wording", "{done} of {total}")
        parts = [line.format(done=number(progress.done), total=number(progress.total))]
    elif progress.done:
        parts = [number(progress.done)]
    elif isinstance(progress.job, protocol.Import):
        parts = [QCoreApplication.translate("Wording", "Looking at the files…")]
    else:
        return f"{job_name(progress.job)}…"
    if progress.rate is not None and measured:
        parts.append(
            QCoreApplication.translate("Wording", "{rate}/s").format(rate=number(max(1, round(progress.rate))))
        )
    if progress.left is not None:
        parts.append(QCoreApplication.translate("Wording", "{time} left").format(time=duration(progress.left)))
    line = QCoreApplication.translate("Wording", "{job}: {progress}", "what is done, and how far it is")
    return line.format(job=job_name(progress.job), progress=" · ".join(parts))


def job_name(job: Job | CleanAgain) -> str:
    """Return the name of a job."""
    return {
        protocol.Import: QCoreApplication.translate("Wording", "Importing"),
        protocol.FetchPictures: QCoreApplication.translate("Wording", "Saving pictures"),
        protocol.UpdateIndex: QCoreApplication.translate("Wording", "Indexing"),
        protocol.CleanAgain: QCoreApplication.translate("Wording", "Cleaning saved pages again"),
        protocol.RebuildIndex: QCoreApplication.translate("Wording", "Rebuilding the index"),
        protocol.UndoImport: QCoreApplication.translate("Wording", "Undoing the import"),
        protocol.EmptyBin: QCoreApplication.translate("Wording", "Emptying the bin"),
        protocol.DeletePermanently: QCoreApplication.translate("Wording", "Deleting permanently"),
        protocol.BackUp: QCoreApplication.translate("Wording", "Backing up"),
        protocol.Restore: QCoreApplication.translate("Wording", "Restoring"),
        protocol.Repair: QCoreApplication.translate("Wording", "Repairing"),
        protocol.ExportOriginals: QCoreApplication.translate("Wording", "Exporting"),
    }[type(job)]


def stopping_line(job: Job | CleanAgain) -> str:
    """Say that a job is being stopped, and what stays of its work."""
    kept = QCoreApplication.translate("Wording", "Stopping. What is not deleted yet stays in the bin.")
    return {
        protocol.Import: QCoreApplication.translate("Wording", "Stopping. What is imported stays."),
        protocol.FetchPictures: QCoreApplication.translate("Wording", "Stopping. The pictures that are saved stay."),
        protocol.ExportOriginals: QCoreApplication.translate("Wording", "Stopping. The files that are written stay."),
        protocol.EmptyBin: kept,
        protocol.DeletePermanently: kept,
    }.get(type(job)) or QCoreApplication.translate("Wording", "Stopping…")


def quit_question(progress: Progress) -> str:
    """Ask whether to quit while a job runs, and say how far it is."""
    if not isinstance(progress.job, protocol.Import):
        line = QCoreApplication.translate("Wording", "{progress}. Quit anyway?", "an unfinished job")
        return line.format(progress=progress_line(progress).removesuffix("…"))
    if progress.total is None:
        line = QCoreApplication.translate("Wording", "An import is running: {done} done. Quit anyway?")
        return line.format(done=number(progress.done))
    line = QCoreApplication.translate("Wording", "An import is running: {done} of {total} done. Quit anyway?")
    return line.format(done=number(progress.done), total=number(progress.total))


def quit_detail(job: Job | CleanAgain) -> str:
    """Say what happens to a job that is cut off by quitting."""
    kept = QCoreApplication.translate("Wording", "What is not deleted yet stays in the bin.")
    return {
        protocol.Import: QCoreApplication.translate(
            "Wording", "What is imported stays. The rest is offered again at the next start."
        ),
        protocol.FetchPictures: QCoreApplication.translate(
            "Wording", "The pictures that are saved stay. The others stay on the web."
        ),
        protocol.BackUp: QCoreApplication.translate("Wording", "No backup will be written."),
        protocol.ExportOriginals: QCoreApplication.translate("Wording", "The files that are written stay."),
        protocol.Restore: QCoreApplication.translate("Wording", "Nothing will be restored."),
        protocol.UndoImport: QCoreApplication.translate("Wording", "What is undone stays undone."),
        protocol.Repair: QCoreApplication.translate(
            "Wording", "The library stays as it is, and can be repaired later."
        ),
        protocol.EmptyBin: kept,
        protocol.DeletePermanently: kept,
    }.get(type(job), "")


def first_of(names: Sequence[str]) -> str:
    """List the first names, and the number of the others, as there may be 5,000."""
    list_ = QCoreApplication.translate("Wording", ", ", "between the parts of a list").join(names[:_NAMED])
    if len(names) <= _NAMED:
        return list_
    more = QCoreApplication.translate("Wording", "{list} and {count} more")
    return more.format(list=list_, count=number(len(names) - _NAMED))


def unfinished_line(paths: Sequence[str]) -> str:
    """Say which imports did not finish."""
    list_ = first_of([PurePath(path).name or path for path in paths])
    line = QCoreApplication.translate(
        "Wording", "The last import did not finish: {list}. What was imported is in the library."
    )
    return line.format(list=list_)


def duration(seconds: float) -> str:
    """Return the remaining time in a unit that fits its precision."""
    if seconds < 90:
        return QCoreApplication.translate("Wording", "{count} s").format(count=max(1, round(seconds)))
    if seconds < 90 * 60:
        return QCoreApplication.translate("Wording", "{count} min").format(count=round(seconds / 60))
    return QCoreApplication.translate("Wording", "{count} h").format(count=round(seconds / 3600))


def outcome_name(kind: OutcomeKind) -> str:
    """Return the name of the outcome of a file that was not imported."""
    if kind is OutcomeKind.FAILED:
        return QCoreApplication.translate("Wording", "Not readable")
    return QCoreApplication.translate("Wording", "Skipped")


def report_line(report: Report) -> str:
    """Say the result of an import, without outcomes that did not occur."""
    counts = report.counts
    parts = [
        text.format(count=number(count))
        for count, text in (
            (counts.added, QCoreApplication.translate("Wording", "{count} added")),
            (counts.updated, QCoreApplication.translate("Wording", "{count} updated")),
            (counts.duplicate, QCoreApplication.translate("Wording", "{count} already here")),
            (counts.skipped, QCoreApplication.translate("Wording", "{count} skipped")),
            (counts.failed, QCoreApplication.translate("Wording", "{count} not readable")),
        )
        if count
    ]
    if not parts and report.cancelled:
        return QCoreApplication.translate("Wording", "Import stopped before anything was imported.")
    if not parts:
        parts = [QCoreApplication.translate("Wording", "there was nothing to import")]
    list_ = QCoreApplication.translate("Wording", ", ", "between the parts of a list").join(parts)
    if report.cancelled:
        return QCoreApplication.translate("Wording", "Import stopped: {list}.").format(list=list_)
    return QCoreApplication.translate("Wording", "Import done: {list}.").format(list=list_)


def pictures_line(count: int) -> str:
    """Say how many pictures are not yet saved."""
    one = QCoreApplication.translate("Wording", "1 picture is not yet saved.")
    many = QCoreApplication.translate("Wording", "{count} pictures are not yet saved.")
    return one_or_many(count, one, many)


def saved_line(saved: int, failed: int, why: str = "") -> str:
    """Say how many pictures were fetched; `why` is the most frequent reason of those that failed."""
    one, many = (
        QCoreApplication.translate("Wording", "1 picture saved."),
        QCoreApplication.translate("Wording", "{count} pictures saved."),
    )
    line = one_or_many(saved, one, many)
    if failed:
        missing = QCoreApplication.translate("Wording", "{count} could not be fetched.")
        line += " " + missing.format(count=number(failed))
        line += f"\n{why}" if why else ""
    return line


def binned_line(count: int) -> str:
    """Say how many articles went to the bin."""
    one = QCoreApplication.translate("Wording", "1 article moved to the bin.")
    many = QCoreApplication.translate("Wording", "{count} articles moved to the bin.")
    return one_or_many(count, one, many)


def deleted_line(count: int, versions: int) -> str:
    """Say how many articles were deleted, and how many versions that undone imports had brought."""
    one = QCoreApplication.translate("Wording", "1 article deleted permanently.")
    many = QCoreApplication.translate("Wording", "{count} articles deleted permanently.")
    lines = [one_or_many(count, one, many)] if count or not versions else []
    if versions:
        one = QCoreApplication.translate("Wording", "1 version that an undone import had brought is deleted.")
        many = QCoreApplication.translate("Wording", "{count} versions that undone imports had brought are deleted.")
        lines.append(one_or_many(versions, one, many))
    return " ".join(lines)


def delete_question(count: int) -> str:
    """Ask before articles are deleted permanently."""
    one = QCoreApplication.translate("Wording", "Delete 1 article permanently?")
    many = QCoreApplication.translate("Wording", "Delete {count} articles permanently?")
    return one_or_many(count, one, many)


def undoing_line(articles: int, revisions: int) -> str:
    """Say what undoing an import does, or did."""
    one = QCoreApplication.translate("Wording", "1 article goes to the bin.")
    many = QCoreApplication.translate("Wording", "{count} articles go to the bin.")
    again = QCoreApplication.translate("Wording", "1 article is shown again as it was before.")
    agains = QCoreApplication.translate("Wording", "{count} articles are shown again as they were before.")
    parts = [one_or_many(articles, one, many)] if articles else []
    parts += [one_or_many(revisions, again, agains)] if revisions else []
    return " ".join(parts)


def backed_up_line(articles: int, name: str) -> str:
    """Say what a backup holds."""
    one = QCoreApplication.translate("Wording", "1 article is backed up in {name}, read back and compared.")
    many = QCoreApplication.translate("Wording", "{count} articles are backed up in {name}, read back and compared.")
    return (one if articles == 1 else many).format(count=number(articles), name=name)


def exported_line(articles: int, failed: int, folder: str) -> str:
    """Say how many originals were exported, and where to."""
    one = QCoreApplication.translate("Wording", "The original of 1 article is in {folder}.")
    many = QCoreApplication.translate("Wording", "The originals of {count} articles are in {folder}.")
    line = (one if articles == 1 else many).format(count=number(articles), folder=folder)
    if failed:
        lost = QCoreApplication.translate("Wording", "1 article is damaged, and not among them.")
        losses = QCoreApplication.translate("Wording", "{count} articles are damaged, and not among them.")
        line += " " + one_or_many(failed, lost, losses)
    return line


def restored_backup_line(articles: int) -> str:
    """Say how many articles were restored from a backup."""
    one = QCoreApplication.translate("Wording", "1 article restored from the backup.")
    many = QCoreApplication.translate("Wording", "{count} articles restored from the backup.")
    return one_or_many(articles, one, many)


def untouched_line(articles: int) -> str:
    """Say why a backup is not restored into the open library."""
    if not articles:
        return QCoreApplication.translate("Wording", "This library may not be written.")
    one = QCoreApplication.translate("Wording", "This library holds 1 article, and is left as it is.")
    many = QCoreApplication.translate("Wording", "This library holds {count} articles, and is left as it is.")
    return one_or_many(articles, one, many)


def repaired_line(articles: int, lost: int) -> str:
    """Say how many articles a repair saved, and how many it could not."""
    one = QCoreApplication.translate("Wording", "1 article was saved.")
    many = QCoreApplication.translate("Wording", "{count} articles were saved.")
    line = QCoreApplication.translate("Wording", "The library is repaired.") + " " + one_or_many(articles, one, many)
    if lost:
        gone = QCoreApplication.translate("Wording", "1 article could not be saved.")
        goners = QCoreApplication.translate("Wording", "{count} articles could not be saved.")
        line += " " + one_or_many(lost, gone, goners)
    return line


def unreadable_pictures_line(count: int) -> str:
    """Say how many pictures a repair could not read, and left as they are."""
    one = QCoreApplication.translate("Wording", "1 picture cannot be read now, and was left as it is.")
    many = QCoreApplication.translate("Wording", "{count} pictures cannot be read now, and were left as they are.")
    return one_or_many(count, one, many)


def lost_pictures_line(count: int) -> str:
    """Say how many pictures a repair could not save."""
    one = QCoreApplication.translate("Wording", "1 picture is lost, or has to be fetched again.")
    many = QCoreApplication.translate("Wording", "{count} pictures are lost, or have to be fetched again.")
    return one_or_many(count, one, many)
