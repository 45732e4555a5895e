"""The counts of a whole library, and the sections of the sidebar that show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from reader.article import SourceCount
from reader.scope import BIN, EVERYTHING, ArticleState, InState, OneSource
from ui.models.scope_list_model import ScopeRow, Section

if TYPE_CHECKING:
    from reader.article import StateCounts
    from reader.library import Library


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """The counts of a whole library; `states` is None until they are counted."""

    total: int
    sources: Sequence[SourceCount] = ()
    binned: int = 0
    states: StateCounts | None = None
    can_undo_import: bool = False
    has_pictures_on_web: bool = False

    def sections(self) -> list[Section]:
        """Return the sections of the sidebar; the bin is one of them unless it is empty."""
        unread, starred = (None, None) if self.states is None else (self.states.unread, self.states.starred)
        unnamed = QCoreApplication.translate("LibraryCounts", "No source")
        return [
            Section(
                [
                    ScopeRow(QCoreApplication.translate("LibraryCounts", "All articles"), EVERYTHING, self.total),
                    ScopeRow(
                        QCoreApplication.translate("LibraryCounts", "Unread"), InState(ArticleState.UNREAD), unread
                    ),
                    ScopeRow(
                        QCoreApplication.translate("LibraryCounts", "Starred"), InState(ArticleState.STARRED), starred
                    ),
                ]
            ),
            Section(
                [ScopeRow(source.name or unnamed, OneSource(source.name), source.count) for source in self.sources],
                QCoreApplication.translate("LibraryCounts", "Sources"),
            ),
            Section(
                [ScopeRow(QCoreApplication.translate("LibraryCounts", "Bin"), BIN, self.binned)] if self.binned else []
            ),
        ]


def count_library(library: Library) -> LibraryCounts:
    """Count what a library holds; too slow for the GUI thread."""
    sources = library.sources()
    return LibraryCounts(
        sum(source.count for source in sources),
        sources,
        library.bin.count(),
        library.states.counts(),
        can_undo_import=library.imports.last() is not None,
        has_pictures_on_web=library.has_pictures_on_web(),
    )
