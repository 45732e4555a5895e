"""The sidebar as a Qt list: sections of scopes, with their names and counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from reader.scope import Scope
from ui.models import ModelIndex

COUNT = Qt.ItemDataRole.UserRole + 1
SCOPE = Qt.ItemDataRole.UserRole + 2
BEGINS = Qt.ItemDataRole.UserRole + 3


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """A scope, its name and its number of articles, None while that is not known; without a scope, a heading."""

    name: str
    scope: Scope | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that stand together, under a heading if it is not empty; a section without rows is not shown."""

    rows: Sequence[ScopeRow]
    heading: str = ""


class ScopeListModel(QAbstractListModel):
    """The rows: SCOPE is None for a heading, and BEGINS is true for the first row of each section but the first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ScopeRow] = []
        self._begins: set[int] = set()

    def set_sections(self, sections: Sequence[Section]) -> None:
        """Show other rows; the view is reset only if the scopes have changed, not for new counts."""
        rows, begins = list[ScopeRow](), set[int]()
        for section in filter(lambda section: section.rows, sections):
            if rows:
                begins.add(len(rows))
            rows += [ScopeRow(section.heading)] if section.heading else []
            rows += section.rows
        if [row.scope for row in rows] == [row.scope for row in self._rows]:
            self._rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
        else:
            self.beginResetModel()
            self._rows, self._begins = rows, begins
            self.endResetModel()

    def row_of(self, scope: Scope) -> int | None:
        """Return the row of a scope, None if it has none."""
        return next((at for at, row in enumerate(self._rows) if row.scope == scope), None)

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008, N802 - as Qt has it
        """Override QAbstractListModel.rowCount."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: ModelIndex) -> Qt.ItemFlag:
        """Override QAbstractListModel.flags."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._rows[index.row()].scope is None:
            return Qt.ItemFlag.ItemNeverHasChildren
        return super().flags(index)

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Override QAbstractListModel.data."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        return {
            Qt.ItemDataRole.DisplayRole: row.name,
            Qt.ItemDataRole.AccessibleTextRole: row.name if row.count is None else f"{row.name}, {row.count}",
            SCOPE: row.scope,
            COUNT: row.count,
            BEGINS: index.row() in self._begins,
        }.get(role)
