"""Builds segments apart from the index, in any process; the index's one writer then adopts them.

They are built in a folder of its own, as whoever commits removes every file that no segment names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from reader.files import make_folder
from reader.index.merge import LARGEST_ARTICLES
from reader.index.search_index import BuiltSegment, IndexedArticle
from reader.index.segment import format as layout
from reader.index.segment.older_rows import fold_line, make_older_row
from reader.index.segment.writer import SegmentRow, write_segment
from reader.index.table_of_contents import new_segment, set_facts
from reader.index.text.folding import fold
from reader.index.text.periods import microseconds

STAGING = "staging"
# Most characters per segment, which is built in memory; an article has a few thousand.
_MOST_CHARACTERS = 24_000_000


def build_segments(index_folder: Path, articles: Iterable[IndexedArticle]) -> list[BuiltSegment]:
    """Write `articles` as segments of bounded size for the index in `index_folder`.

    Of two articles with one id the later counts.

    Raises:
        OSError: they cannot be written.
    """
    return [build_segment(index_folder, rows) for rows in _divided(map(_make_row, articles))]


def _divided(rows: Iterable[SegmentRow]) -> Iterator[Iterable[SegmentRow]]:
    """Divide rows into what one segment can hold."""
    some: dict[int, SegmentRow] = {}
    characters = 0
    for row in rows:
        some[row.id] = row
        characters += row.characters
        if len(some) >= LARGEST_ARTICLES or characters >= _MOST_CHARACTERS:
            yield some.values()
            some, characters = {}, 0
    if some:
        yield some.values()


def _make_row(article: IndexedArticle) -> SegmentRow:
    """Fold an article into what a segment holds of it."""
    return SegmentRow(
        id=article.id,
        published=layout.UNDATED if article.published is None else microseconds(article.published),
        has_image=article.has_image,
        content=f"{fold_line(article.title)}\n{fold(article.text)}",
        source=article.source,
        author=fold_line(article.author or ""),
        tags="\n".join(fold_line(tag).strip() for tag in article.tags),
        older=make_older_row(article.older),
    )


def build_segment(index_folder: Path, rows: Iterable[SegmentRow]) -> BuiltSegment:
    """Write `rows`, each of another article and at least one, as a segment for the index in `index_folder`.

    Raises:
        OSError: it cannot be written.
    """
    folder = index_folder / STAGING
    make_folder(folder)
    segment = new_segment()
    facts = write_segment(folder / str(segment.segment_id()), sorted(rows, key=lambda row: row.order))
    set_facts(segment, facts)
    return BuiltSegment(folder, segment, facts)
