"""The sidebar as a Qt list: all articles, unread, starred, the sources and the bin, with their counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from reader.article import SourceCount
from reader.query import ArticleState

COUNT = Qt.ItemDataRole.UserRole + 1
SOURCE = Qt.ItemDataRole.UserRole + 2


class _Bin:
    """The type of BIN, the choice of the bin in place of a source."""


@dataclass(frozen=True, slots=True)
class InState:
    """The choice of all articles in a state, in place of a source."""

    state: ArticleState


BIN: Final = _Bin()
UNREAD: Final = InState(ArticleState.UNREAD)
STARRED: Final = InState(ArticleState.STARRED)
Choice = str | InState | _Bin | None

_Index = QModelIndex | QPersistentModelIndex
_HEADING = 3
_UNKNOWN = ""


class SourceListModel(QAbstractListModel):
    """The choices: everything (SOURCE is None), UNREAD, STARRED, then the sources, and the bin (BIN) last.

    Above the sources is a heading, which cannot be chosen. A count that is not known yet is "".
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._total = 0
        self._unread: int | str = _UNKNOWN
        self._starred: int | str = _UNKNOWN
        self._sources: Sequence[SourceCount] = ()
        self._binned = 0

    def set_shelf(self, total: int, sources: Sequence[SourceCount], binned: int = 0) -> None:
        """Show other sources and counts; the model is reset only if the rows changed."""
        same = [source.name for source in sources] == [source.name for source in self._sources]
        same = same and bool(binned) == bool(self._binned)
        if not same:
            self.beginResetModel()
        self._total, self._sources, self._binned = total, sources, binned
        if not same:
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def set_states(self, unread: int, starred: int) -> None:
        """Show how many articles are unread, and how many are starred."""
        self._unread, self._starred = unread, starred
        self.dataChanged.emit(self.index(1), self.index(2))

    def row_of(self, choice: Choice) -> int | None:
        """Return the row of a choice: None is everything, BIN the bin, a string a source."""
        if choice is BIN:
            return self.rowCount() - 1 if self._binned else None
        if choice is None:
            return 0
        if isinstance(choice, InState):
            return 1 if choice == UNREAD else 2
        names = (row for row, known in enumerate(self._sources) if known.name == choice)
        row = next(names, None)
        return None if row is None else row + _HEADING + 1

    def is_heading(self, row: int) -> bool:
        """Say whether a row is a heading."""
        return row == _HEADING and bool(self._sources)

    def _is_bin(self, row: int) -> bool:
        return bool(self._binned) and row == self.rowCount() - 1

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802 - as Qt has it
        """Override QAbstractListModel.rowCount."""
        if parent.isValid():
            return 0
        return _HEADING + (len(self._sources) + 1 if self._sources else 0) + bool(self._binned)

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
        name, count, choice = self._row(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if role == COUNT:
            return count
        if role == SOURCE:
            return choice
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return name if count in (None, _UNKNOWN) else f"{name}, {count}"
        return None

    def _row(self, row: int) -> tuple[str, int | str | None, Choice]:
        if row < _HEADING:
            return (
                (self.tr("All articles"), self._total, None),
                (self.tr("Unread"), self._unread, UNREAD),
                (self.tr("Starred"), self._starred, STARRED),
            )[row]
        if self._is_bin(row):
            return self.tr("Bin"), self._binned, BIN
        if self.is_heading(row):
            return self.tr("Sources"), None, None
        source = self._sources[row - _HEADING - 1]
        return source.name or self.tr("No source"), source.count, source.name
