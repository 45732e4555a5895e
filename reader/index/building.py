"""Builds a segment apart from the index, in any process; the index's one writer then adopts it.

It is built in a folder of its own, as whoever commits removes every file that no segment names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reader.durable import make_folder
from reader.index import segment_format as layout
from reader.index.analysis import fold
from reader.index.older_rows import fold_line, make_older_row
from reader.index.periods import microseconds
from reader.index.search_index import IndexedArticle
from reader.index.segment_writer import Row, SegmentFacts, write_segment
from reader.index.table_of_contents import Segment, new_segment, set_facts

STAGING = "staging"


@dataclass(frozen=True, slots=True)
class BuiltSegment:
    """A segment whose files lie in the staging folder, synced; can be sent to another process."""

    folder: Path
    segment: Segment
    facts: SegmentFacts

    @property
    def stem(self) -> Path:
        """What the paths of its files begin with."""
        return self.folder / str(self.segment.segment_id())


def make_row(article: IndexedArticle) -> Row:
    """Fold an article into what a segment holds of it."""
    return Row(
        id=article.id,
        published=layout.UNDATED if article.published is None else microseconds(article.published),
        has_image=article.has_image,
        content=f"{fold_line(article.title)}\n{fold(article.text)}",
        source=article.source,
        author=fold_line(article.author or ""),
        tags="\n".join(fold_line(tag).strip() for tag in article.tags),
        older=make_older_row(article.older),
    )


def build_segment(index_folder: Path, rows: Iterable[Row]) -> BuiltSegment:
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
