"""The files that an import skipped or could not read, as a Qt tree: a row for each reason, with its files below it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from reader.outcome import NotImported, group_by_reason
from ui.models import ModelIndex
from ui.words.translations import translated
from ui.words.wording import number, outcome_name

_COLUMNS = 3
# The internal id of a reason's index; that of a file's index is the row of its reason.
_REASON = 0xFFFF_FFFF


class NotImportedModel(QAbstractItemModel):
    """The tree: a reason shows its sentence, the number of its files and their outcome; a file shows its path."""

    def __init__(self, items: Sequence[NotImported], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups = group_by_reason(items)

    def index(self, row: int, column: int, parent: ModelIndex = QModelIndex()) -> QModelIndex:  # noqa: B008 - as Qt has it
        """Override QAbstractItemModel.index."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() if parent.isValid() else _REASON)

    def parent(self, index: ModelIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008 - as Qt has it
        """Override QAbstractItemModel.parent."""
        if not index.isValid() or index.internalId() == _REASON:
            return QModelIndex()
        return self.createIndex(index.internalId(), 0, _REASON)

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008, N802 - as Qt has it
        """Override QAbstractItemModel.rowCount."""
        if not parent.isValid():
            return len(self._groups)
        is_reason = parent.internalId() == _REASON and parent.column() == 0
        return len(self._groups[parent.row()].paths) if is_reason else 0

    def columnCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008, N802 - as Qt has it
        """Override QAbstractItemModel.columnCount."""
        return _COLUMNS

    def headerData(  # noqa: N802 - as Qt has it
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Override QAbstractItemModel.headerData."""
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return (self.tr("Reason"), self.tr("Files"), self.tr("Outcome"))[section]

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Override QAbstractItemModel.data."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index)
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 0:
            # Escaped, as Qt renders a tip that looks like HTML, and file names are not to be trusted.
            return f"<qt>{html.escape(self._text(index))}</qt>"
        return None

    def _text(self, index: ModelIndex) -> str:
        if index.internalId() != _REASON:
            return "" if index.column() else self._groups[index.internalId()].paths[index.row()]
        group = self._groups[index.row()]
        return (translated(group.reason), number(len(group.paths)), outcome_name(group.kind))[index.column()]
