"""The sidebar as a Qt list: all articles first, then the sources with their counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from reader.article import SourceCount

COUNT = Qt.ItemDataRole.UserRole + 1
SOURCE = Qt.ItemDataRole.UserRole + 2


class _Bin:
    """What stands for the bin where a source could."""


BIN: Final = _Bin()

_Index = QModelIndex | QPersistentModelIndex


class SourceListModel(QAbstractListModel):
    """Row 0 is everything (SOURCE None), row 1 a heading that cannot be chosen, then sources; last, the bin (BIN)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._total = 0
        self._sources: Sequence[SourceCount] = ()
        self._binned = 0

    def set_shelf(self, total: int, sources: Sequence[SourceCount], binned: int = 0) -> None:
        """Show other counts; the view is reset only where the names changed."""
        same = [source.name for source in sources] == [source.name for source in self._sources]
        same = same and bool(binned) == bool(self._binned)
        if not same:
            self.beginResetModel()
        self._total, self._sources, self._binned = total, sources, binned
        if not same:
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def row_of(self, source: str | _Bin | None) -> int | None:
        """Return the row of a source; None is everything, BIN the bin."""
        if source is BIN:
            return self.rowCount() - 1 if self._binned else None
        if source is None:
            return 0
        names = (row for row, known in enumerate(self._sources) if known.name == source)
        row = next(names, None)
        return None if row is None else row + 2

    def is_heading(self, row: int) -> bool:
        """Say whether a row only names what follows."""
        return row == 1 and bool(self._sources)

    def _is_bin(self, row: int) -> bool:
        return bool(self._binned) and row == self.rowCount() - 1

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802 - as Qt has it
        """Override QAbstractListModel.rowCount."""
        if parent.isValid():
            return 0
        return (len(self._sources) + 2 if self._sources else 1) + bool(self._binned)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Override QAbstractListModel.flags."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self.is_heading(index.row()):
            return Qt.ItemFlag.ItemNeverHasChildren
        return super().flags(index)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Override QAbstractListModel.data."""
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        name, count, source = self._row(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if role == COUNT:
            return count
        if role == SOURCE:
            return source
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return name if count is None else f"{name}, {count}"
        return None

    def _row(self, row: int) -> tuple[str, int | None, str | _Bin | None]:
        if row == 0:
            return self.tr("All articles"), self._total, None
        if self._is_bin(row):
            return self.tr("Bin"), self._binned, BIN
        if self.is_heading(row):
            return self.tr("Sources"), None, None
        source = self._sources[row - 2]
        return source.name or self.tr("No source"), source.count, source.name
