"""Builds a segment apart from the index, in any process; the index's one writer then adopts it.

It is built in a folder of its own, as whoever commits removes every file that no segment names.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reader.files import make_folder
from reader.index.search_index import BuiltSegment, IndexedArticle
from reader.index.segment import format as layout
from reader.index.segment.older_rows import fold_line, make_older_row
from reader.index.segment.writer import SegmentRow, write_segment
from reader.index.table_of_contents import new_segment, set_facts
from reader.index.text.folding import fold
from reader.index.text.periods import microseconds

STAGING = "staging"


def make_row(article: IndexedArticle) -> SegmentRow:
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
