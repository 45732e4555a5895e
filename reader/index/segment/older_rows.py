"""What a segment holds of the other versions of an article: one row, and which version each of its lines is from.

The first line has the titles, each behind a sign that folding leaves in no text, so that no needle has it: what
is in the title of a version is found by the same terms as what is in the title of an article.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reader.article import RevisionId
from reader.identity.older_lines import OlderLines
from reader.index.text.folding import fold

# White space: folding makes a space of it.
_TITLE_BREAK = "\x1f"


class OlderRow(NamedTuple):
    """Folded lines in `content`, the newest version first; `versions` has, for each, its number and its lines."""

    content: str
    versions: str

    def texts(self) -> Iterator[tuple[RevisionId, str, str]]:
        """Yield each version with its folded title and lines, the newest first."""
        titles, _, text = self.content.partition("\n")
        title, lines = iter(titles.split(_TITLE_BREAK)), iter(text.split("\n"))
        for version in self.versions.split():
            revision, titled, count = map(int, version.split(":"))
            own_title = next(title, "") if titled else ""
            yield RevisionId(revision), own_title, "\n".join(next(lines, "") for _ in range(count))


def make_older_row(older: Sequence[OlderLines]) -> OlderRow | None:
    """Fold what the other versions of an article say; None if they say nothing of their own."""
    if not older:
        return None
    titles = _TITLE_BREAK.join(fold_line(each.title) for each in older if each.title)
    lines = "\n".join(fold_line(line) for each in older for line in each.lines)
    versions = " ".join(f"{each.revision}:{int(bool(each.title))}:{len(each.lines)}" for each in older)
    return OlderRow(f"{titles}\n{lines}", versions)


def fold_line(text: str) -> str:
    """Fold a text that stands in one line."""
    return fold(text).replace("\n", " ")
