"""What an import passed over or could not read, as a Qt table."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from reader.outcome import OutcomeKind
from ui.core_messages import translated
from ui.progress import NotImported

_Index = QModelIndex | QPersistentModelIndex


class NotImportedModel(QAbstractTableModel):
    """One row a file: what became of it, why, and its path."""

    def __init__(self, items: Sequence[NotImported], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items = items

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802 - as Qt has it
        """Override QAbstractTableModel.rowCount."""
        return 0 if parent.isValid() else len(self._items)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802 - as Qt has it
        """Override QAbstractTableModel.columnCount."""
        return 0 if parent.isValid() else 3

    def headerData(  # noqa: N802 - as Qt has it
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Override QAbstractTableModel.headerData."""
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return (self.tr("Outcome"), self.tr("Reason"), self.tr("File"))[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Override QAbstractTableModel.data."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.row(index.row())[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            # A tip that looks like HTML would be shown as such: names of files are not to be trusted.
            return f"<qt>{html.escape(self.row(index.row())[index.column()])}</qt>"
        return None

    def row(self, row: int) -> tuple[str, str, str]:
        """Return a row as it is shown and saved."""
        item = self._items[row]
        failed = item.kind is OutcomeKind.FAILED
        outcome = self.tr("Not readable") if failed else self.tr("Passed over")
        return outcome, translated(item.reason), item.path
