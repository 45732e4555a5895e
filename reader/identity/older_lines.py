"""What only the other versions of an article say: the lines and titles that the version shown lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reader.article import RevisionId


@dataclass(frozen=True, slots=True)
class VersionText:
    """The words of one version."""

    revision: RevisionId
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class OlderLines:
    """What a version says that neither the version shown nor a newer one does; `title` is empty if they have it."""

    revision: RevisionId
    title: str
    lines: tuple[str, ...]


def older_lines(title: str, text: str, others: Iterable[VersionText]) -> tuple[OlderLines, ...]:
    """Compare the version shown with `others`, the newest first; a version that adds nothing is left out.

    Lines and titles are the same if they differ in white space at their ends only.
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
