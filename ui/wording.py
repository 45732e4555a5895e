"""The sentences that are made of numbers and names, in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from reader.query import Query
from ui.progress import Progress, Report

_translate = QCoreApplication.translate


def number(value: int) -> str:
    """Write a number with the separators of the language."""
    return QLocale().toString(value)


def found_line(total: int, query: Query) -> str:
    """Say how many articles the list holds."""
    if query.text.strip():
        return _translate("Wording", "%Ln found", "", total)
    return _translate("Wording", "%Ln articles", "", total)


def nothing_found(query: Query) -> tuple[str, str]:
    """Say what was searched and what would find more."""
    text = query.text.strip()
    if text and query.source is not None:
        heading = _translate("Wording", 'Nothing for "{text}" in {source}')
        detail = _translate("Wording", "Other sources may have it.")
        return heading.format(text=text, source=query.source), detail
    if text:
        heading = _translate("Wording", 'Nothing for "{text}"')
        detail = _translate(
            "Wording", "All words must stand in one article. Fewer words, or OR between them, find more."
        )
        return heading.format(text=text), detail
    return _translate("Wording", "No articles here"), ""


def progress_line(progress: Progress) -> str:
    """Write "12,480 of 29,591 · 610/s · 28 s left", as much of it as is known."""
    if progress.total is not None:
        line = _translate("Wording", "{done} of {total}")
        parts = [line.format(done=number(progress.done), total=number(progress.total))]
    elif progress.done:
        parts = [number(progress.done)]
    else:
        parts = [_translate("Wording", "Looking at the files…")]
    if progress.rate is not None:
        parts.append(_translate("Wording", "{rate}/s").format(rate=number(max(1, round(progress.rate)))))
    if progress.left is not None:
        parts.append(_translate("Wording", "{time} left").format(time=duration(progress.left)))
    return job_name(progress.job) + " " + " · ".join(parts)


def job_name(job: str) -> str:
    """Name what the worker does."""
    if job == "fetch":
        return _translate("Wording", "Saving pictures:")
    if job in ("index", "rebuild"):
        return _translate("Wording", "Preparing the search:")
    return _translate("Wording", "Importing:")


def duration(seconds: float) -> str:
    """Write a time that is left, as precise as it can be meant."""
    if seconds < 90:
        return _translate("Wording", "{count} s").format(count=max(1, round(seconds)))
    if seconds < 90 * 60:
        return _translate("Wording", "{count} min").format(count=round(seconds / 60))
    return _translate("Wording", "{count} h").format(count=round(seconds / 3600))


def report_line(report: Report) -> str:
    """Say what an import came to, leaving out what did not happen."""
    counts = report.counts
    parts = [
        text.format(count=number(counts[kind]))
        for kind, text in (
            ("added", _translate("Wording", "{count} added")),
            ("updated", _translate("Wording", "{count} updated")),
            ("duplicate", _translate("Wording", "{count} already here")),
            ("skipped", _translate("Wording", "{count} passed over")),
            ("failed", _translate("Wording", "{count} not readable")),
        )
        if counts.get(kind)
    ]
    if not parts:
        parts = [_translate("Wording", "there was nothing to import")]
    stopped, done = _translate("Wording", "Import stopped"), _translate("Wording", "Import done")
    head = stopped if report.cancelled else done
    return f"{head}: {', '.join(parts)}."


def pictures_line(count: int) -> str:
    """Say how many pictures would have to be fetched."""
    return _translate("Wording", "%Ln pictures are on the web only.", "", count)


def saved_line(saved: int, failed: int) -> str:
    """Say what a fetch came to."""
    line = _translate("Wording", "%Ln pictures saved.", "", saved)
    if failed:
        line += " " + _translate("Wording", "%Ln could not be fetched.", "", failed)
    return line
