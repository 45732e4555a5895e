"""Finds what only the other versions of an article say: lines and titles that the version shown lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reader.article import RevisionId


@dataclass(frozen=True, slots=True)
class VersionText:
    """The title and text of one version."""

    revision: RevisionId
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class OlderLines:
    """What a version says that neither the version shown nor a newer one does; `title` is "" if one of them has it."""

    revision: RevisionId
    title: str
    lines: tuple[str, ...]


def older_lines(title: str, text: str, others: Iterable[VersionText]) -> tuple[OlderLines, ...]:
    """Return what each of `others` (newest first) adds to the version shown and those before it, if anything.

    Lines and titles that differ only in white space at their ends are the same.
    """
    titles = {"", title.strip()}
    lines = {"", title.strip(), *map(str.strip, text.split("\n"))}
    found = []
    for other in others:
        own_title = other.title.strip()
        own_lines = [line for line in dict.fromkeys(map(str.strip, other.text.split("\n"))) if line not in lines]
        if own_title in titles:
            own_title = ""
        if own_title or own_lines:
            found.append(OlderLines(other.revision, own_title, tuple(own_lines)))
        titles.add(own_title)
        lines.update(own_lines)
    return tuple(found)
