"""The sentences that are made of numbers and names, in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from reader.query import ArticleState, Query
from ui.progress import Progress, Report

_LONGEST_TITLE = 200


def number(value: int) -> str:
    """Write a number with the separators of the language."""
    return QLocale().toString(value)


def title_line(title: str) -> str:
    """Write an article's title for the title bar: one line, not endless, and nothing that turns its direction."""
    line = " ".join("".join(char if char.isprintable() else " " for char in title[: 2 * _LONGEST_TITLE]).split())
    if not line:
        return "Pressmark"
    shown = line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1].rstrip() + "…"
    return f"{shown} – Pressmark"


def found_line(total: int, query: Query) -> str:
    """Say how many articles the list holds."""
    if query.text.strip():
        return QCoreApplication.translate("Wording", "{count} found").format(count=number(total))
    one, many = (
        QCoreApplication.translate("Wording", "1 article"),
        QCoreApplication.translate("Wording", "{count} articles"),
    )
    return _counted(total, one, many)


def _counted(count: int, one: str, many: str) -> str:
    """Choose between one and many: lupdate finds plural forms in methods of a QObject only."""
    return one if count == 1 else many.format(count=number(count))


def nothing_found(query: Query) -> tuple[str, str]:
    """Say what was searched and what would find more."""
    text = query.text.strip()
    if query.bin:
        return QCoreApplication.translate("Wording", "The bin is empty"), ""
    if query.state is not None:
        return _nothing_in(query.state, text)
    if text and query.source is not None:
        heading = QCoreApplication.translate("Wording", "Nothing for “{text}” in {source}")
        detail = QCoreApplication.translate("Wording", "Other sources may have it.")
        return heading.format(text=text, source=query.source), detail
    if text:
        heading = QCoreApplication.translate("Wording", "Nothing for “{text}”")
        detail = QCoreApplication.translate(
            "Wording", "All words must stand in one article. Fewer words, or OR between them, find more."
        )
        return heading.format(text=text), detail
    return QCoreApplication.translate("Wording", "No articles here"), ""


def _nothing_in(state: ArticleState, text: str) -> tuple[str, str]:
    """Say the same of what is unread or starred."""
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


def starred_line(count: int, starred: bool) -> str:
    """Say how many articles have a star now, or have none any more."""
    one = QCoreApplication.translate("Wording", "1 article starred.")
    many = QCoreApplication.translate("Wording", "{count} articles starred.")
    if not starred:
        one = QCoreApplication.translate("Wording", "The star is gone from 1 article.")
        many = QCoreApplication.translate("Wording", "The star is gone from {count} articles.")
    return _counted(count, one, many)


def tagged_line(count: int) -> str:
    """Say how many articles have other tags now."""
    one = QCoreApplication.translate("Wording", "The tags of 1 article are changed.")
    many = QCoreApplication.translate("Wording", "The tags of {count} articles are changed.")
    return _counted(count, one, many)


def progress_line(progress: Progress) -> str:
    """Write "12,480 of 29,591 · 610/s · 28 s left", as much of it as is known."""
    if progress.job in ("backup", "restore"):
        share = 100 * progress.done // max(1, progress.total or 1)
        parts = [QCoreApplication.translate("Wording", "{share} %").format(share=number(share))]
    elif progress.job == "repair":
        parts = [number(progress.done)]
    elif progress.total is not None:
        line = QCoreApplication.translate("Wording", "{done} of {total}")
        parts = [line.format(done=number(progress.done), total=number(progress.total))]
    elif progress.done:
        parts = [number(progress.done)]
    else:
        parts = [QCoreApplication.translate("Wording", "Looking at the files…")]
    if progress.rate is not None and progress.job not in ("backup", "restore", "repair"):
        parts.append(
            QCoreApplication.translate("Wording", "{rate}/s").format(rate=number(max(1, round(progress.rate))))
        )
    if progress.left is not None:
        parts.append(QCoreApplication.translate("Wording", "{time} left").format(time=duration(progress.left)))
    return job_name(progress.job) + " · ".join(parts)


def job_name(job: str) -> str:
    """Name what the worker does."""
    if job == "fetch":
        return QCoreApplication.translate("Wording", "Pictures: ")
    names = {
        "backup": QCoreApplication.translate("Wording", "Backing up: "),
        "restore": QCoreApplication.translate("Wording", "Restoring: "),
        "repair": QCoreApplication.translate("Wording", "Repairing: "),
        "empty-bin": QCoreApplication.translate("Wording", "Deleting: "),
        "purge": QCoreApplication.translate("Wording", "Deleting: "),
    }
    if job in names:
        return names[job]
    if job in ("index", "rebuild", "undo"):
        return QCoreApplication.translate("Wording", "Indexing: ")
    return QCoreApplication.translate("Wording", "Importing: ")


def duration(seconds: float) -> str:
    """Write a time that is left, as precise as it can be meant."""
    if seconds < 90:
        return QCoreApplication.translate("Wording", "{count} s").format(count=max(1, round(seconds)))
    if seconds < 90 * 60:
        return QCoreApplication.translate("Wording", "{count} min").format(count=round(seconds / 60))
    return QCoreApplication.translate("Wording", "{count} h").format(count=round(seconds / 3600))


def report_line(report: Report) -> str:
    """Say what an import came to, leaving out what did not happen."""
    counts = report.counts
    parts = [
        text.format(count=number(counts[kind]))
        for kind, text in (
            ("added", QCoreApplication.translate("Wording", "{count} added")),
            ("updated", QCoreApplication.translate("Wording", "{count} updated")),
            ("duplicate", QCoreApplication.translate("Wording", "{count} already here")),
            ("skipped", QCoreApplication.translate("Wording", "{count} passed over")),
            ("failed", QCoreApplication.translate("Wording", "{count} not readable")),
        )
        if counts.get(kind)
    ]
    if not parts:
        parts = [QCoreApplication.translate("Wording", "there was nothing to import")]
    list_ = QCoreApplication.translate("Wording", ", ", "between the parts of a list").join(parts)
    if report.cancelled:
        return QCoreApplication.translate("Wording", "Import stopped: {list}.").format(list=list_)
    return QCoreApplication.translate("Wording", "Import done: {list}.").format(list=list_)


def pictures_line(count: int) -> str:
    """Say how many pictures would have to be fetched."""
    one = QCoreApplication.translate("Wording", "1 picture is on the web only.")
    many = QCoreApplication.translate("Wording", "{count} pictures are on the web only.")
    return _counted(count, one, many)


def saved_line(saved: int, failed: int, why: str = "") -> str:
    """Say what a fetch came to, and in `why` what kept most of what is missing away."""
    one, many = (
        QCoreApplication.translate("Wording", "1 picture saved."),
        QCoreApplication.translate("Wording", "{count} pictures saved."),
    )
    line = _counted(saved, one, many)
    if failed:
        missing = QCoreApplication.translate("Wording", "{count} could not be fetched.")
        line += " " + missing.format(count=number(failed))
        line += f"\n{why}" if why else ""
    return line


def binned_line(count: int) -> str:
    """Say how many articles went to the bin."""
    one = QCoreApplication.translate("Wording", "1 article moved to the bin.")
    many = QCoreApplication.translate("Wording", "{count} articles moved to the bin.")
    return _counted(count, one, many)


def restored_line(count: int) -> str:
    """Say how many articles came out of the bin."""
    one = QCoreApplication.translate("Wording", "1 article is back from the bin.")
    many = QCoreApplication.translate("Wording", "{count} articles are back from the bin.")
    return _counted(count, one, many)


def deleted_line(count: int) -> str:
    """Say how many articles are gone."""
    one = QCoreApplication.translate("Wording", "1 article deleted for good.")
    many = QCoreApplication.translate("Wording", "{count} articles deleted for good.")
    return _counted(count, one, many)


def delete_question(count: int) -> str:
    """Ask before something is gone."""
    one = QCoreApplication.translate("Wording", "Delete 1 article for good?")
    many = QCoreApplication.translate("Wording", "Delete {count} articles for good?")
    return _counted(count, one, many)


def undoing_line(articles: int, revisions: int) -> str:
    """Say what undoing an import does, or has done."""
    one = QCoreApplication.translate("Wording", "1 article goes to the bin.")
    many = QCoreApplication.translate("Wording", "{count} articles go to the bin.")
    again = QCoreApplication.translate("Wording", "1 article is shown again as it was before.")
    agains = QCoreApplication.translate("Wording", "{count} articles are shown again as they were before.")
    parts = [_counted(articles, one, many)] if articles else []
    parts += [_counted(revisions, again, agains)] if revisions else []
    return " ".join(parts)


def backed_up_line(articles: int, name: str) -> str:
    """Say what a backup holds."""
    one = QCoreApplication.translate("Wording", "1 article is backed up in {name}, read back and compared.")
    many = QCoreApplication.translate("Wording", "{count} articles are backed up in {name}, read back and compared.")
    return (one if articles == 1 else many).format(count=number(articles), name=name)


def restored_backup_line(articles: int) -> str:
    """Say what was restored from a backup."""
    one = QCoreApplication.translate("Wording", "1 article restored from the backup.")
    many = QCoreApplication.translate("Wording", "{count} articles restored from the backup.")
    return _counted(articles, one, many)


def repaired_line(articles: int, lost: int) -> str:
    """Say what a repair came to."""
    one = QCoreApplication.translate("Wording", "1 article was saved.")
    many = QCoreApplication.translate("Wording", "{count} articles were saved.")
    line = QCoreApplication.translate("Wording", "The library is repaired.") + " " + _counted(articles, one, many)
    if lost:
        gone = QCoreApplication.translate("Wording", "1 article could not be saved.")
        goners = QCoreApplication.translate("Wording", "{count} articles could not be saved.")
        line += " " + _counted(lost, gone, goners)
    return line


def unreadable_pictures_line(count: int) -> str:
    """Say how many pictures a repair left as they are, since the disk does not give them back."""
    one = QCoreApplication.translate("Wording", "1 picture cannot be read now, and was left as it is.")
    many = QCoreApplication.translate("Wording", "{count} pictures cannot be read now, and were left as they are.")
    return _counted(count, one, many)


def lost_pictures_line(count: int) -> str:
    """Say how many pictures a repair could not save."""
    one = QCoreApplication.translate("Wording", "1 picture is lost, or has to be fetched again.")
    many = QCoreApplication.translate("Wording", "{count} pictures are lost, or have to be fetched again.")
    return _counted(count, one, many)
