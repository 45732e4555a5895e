"""The older versions of an article in a segment: one row of their lines, and the version that each line is from.

The first line has the titles, separated by a character that folding removes from texts, so that no needle contains it:
titles of versions are thus found by the same terms as titles of articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reader.article import RevisionId
from reader.identity.older_lines import OlderLines
from reader.index.text.folding import fold

# Whitespace, which folding turns into a space.
_TITLE_BREAK = "\x1f"


class OlderRow(NamedTuple):
    """Folded lines in `content`, newest version first, and in `versions` how many of them each version has.

    An entry of `versions` is `REVISION:TITLED:LINES`, where LINES is the number of lines; entries have spaces between.
    """

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
    """Return the row of the lines that only older versions have; None if there are none."""
    if not older:
        return None
    titles = _TITLE_BREAK.join(fold_line(each.title) for each in older if each.title)
    lines = "\n".join(fold_line(line) for each in older for line in each.lines)
    versions = " ".join(f"{each.revision}:{int(bool(each.title))}:{len(each.lines)}" for each in older)
    return OlderRow(f"{titles}\n{lines}", versions)


def fold_line(text: str) -> str:
    """Fold a text to one line, replacing its line breaks by spaces."""
    return fold(text).replace("\n", " ")
