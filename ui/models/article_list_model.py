"""The articles found, as a Qt list of any length: it holds their ids, and the rows that were shown last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    Qt,
    Signal,
)

from reader.article import ArticleId, Hit
from ui.models import ModelIndex
from ui.single_shot import single_shot
from ui.typed_signal import TypedSignal
from ui.words.dates import day

HIT = Qt.ItemDataRole.UserRole + 1
ID = Qt.ItemDataRole.UserRole + 2

_CHUNK = 30
_KEPT = 600
# Missing ids are asked for when the list is scrolled to within this many rows of them.
_AHEAD = 60


class ArticleListModel(QAbstractListModel):
    """Rows by id, filled as they are shown.

    Only one request is under way at a time. When its answer comes, the rows still in view ask again as they are
    painted, so that nothing is read for rows that were scrolled away. Of a long result only the first ids may be
    here; the list is as long as the whole result all the same.

    Signals:
        rows_wanted: the ids of rows that the view asked for, and that are not here.
        rest_wanted: the view comes near rows whose ids are not here.
    """

    rows_wanted = TypedSignal[Sequence[ArticleId]]()
    rest_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: Sequence[ArticleId] = ()
        self._total = 0
        self._rest_asked = False
        self._rows: OrderedDict[ArticleId, Hit | None] = OrderedDict()
        self._old: set[ArticleId] = set()
        self._missing: set[int] = set()
        self._asked: tuple[ArticleId, ...] = ()
        self._asking = single_shot(self, 0, self._ask)
        self._asking_rest = single_shot(self, 0, self.rest_wanted)

    def set_ids(
        self,
        ids: Sequence[ArticleId],
        total: int | None = None,
        *,
        keep_rows: bool = False,
        first: Sequence[Hit] = (),
    ) -> None:
        """Show other articles, `total` in all; `first` are rows that are already known.

        With `keep_rows`, for the same query, known rows stay until they are read again, so that none flickers.
        """
        self.beginResetModel()
        self._ids = ids
        self._total = max(len(ids), total or 0)
        self._rest_asked = False
        if not keep_rows:
            self._rows.clear()
        self._old = set(self._rows).difference(hit.id for hit in first)
        self._rows.update({hit.id: hit for hit in first})
        self._missing.clear()
        self._asked = ()
        self.endResetModel()

    def put_rows(self, asked: Sequence[ArticleId], hits: Sequence[Hit]) -> None:
        """Take the answer to `rows_wanted`; ids without a hit are no longer in the library."""
        if tuple(asked) != self._asked:
            return
        self._asked = ()
        self._old.difference_update(asked)
        self._rows.update(dict.fromkeys(asked))
        self._rows.update({hit.id: hit for hit in hits})
        while len(self._rows) > _KEPT:
            self._rows.popitem(last=False)
        self._missing.clear()
        self._tell_changed()

    def set_mark(self, name: str, ids: Sequence[ArticleId], value: bool) -> None:
        """Change the mark `name`, `read` or `starred`, of the given articles."""
        known = [hit for hit in map(self._rows.get, ids) if hit is not None]
        if known:
            mark: Any = {name: value}
            self._rows.update({hit.id: replace(hit, **mark) for hit in known})
            self._tell_changed()

    def _tell_changed(self) -> None:
        """Report all rows as changed, so that the view repaints: finding a row among 300,000 ids would take longer."""
        if self._total:
            self.dataChanged.emit(self.index(0), self.index(self._total - 1))

    def row_near(self, id_: ArticleId, low: int, high: int) -> int | None:
        """Return the row of an article if it is from `low` to `high`, both included, else None."""
        near = self._ids[max(0, low) : high + 1]
        try:
            return max(0, low) + near.index(id_)
        except ValueError:
            return None

    def id_at(self, row: int) -> ArticleId | None:
        """Return the article at `row`, or None if its id is not here."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

    @property
    def ids(self) -> Sequence[ArticleId]:
        """The ids that are here: all of the result, or its first ones."""
        return self._ids

    @property
    def is_whole(self) -> bool:
        """Whether the ids of all rows are here."""
        return len(self._ids) >= self._total

    def hit(self, id_: ArticleId) -> Hit | None:
        """Return the row of an article, or None if it has not been read."""
        return self._rows.get(id_)

    def want_rest(self) -> None:
        """Ask for the ids that are not here yet, once."""
        if not self.is_whole and not self._rest_asked:
            self._rest_asked = True
            self._asking_rest.start()

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008, N802 - as Qt has it
        """Override QAbstractListModel.rowCount."""
        return 0 if parent.isValid() else self._total

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Override QAbstractListModel.data."""
        if not index.isValid() or index.row() >= self._total:
            return None
        if role == ID:
            return self.id_at(index.row())
        if role not in (HIT, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        hit = self._row(index.row())
        if role == HIT or hit is None:
            return hit
        return hit.title if role == Qt.ItemDataRole.DisplayRole else spoken(hit)

    def _row(self, row: int) -> Hit | None:
        if row + _AHEAD >= len(self._ids):
            self.want_rest()
        if row >= len(self._ids):
            return None
        id_ = self._ids[row]
        if id_ in self._rows:
            self._rows.move_to_end(id_)
        if self._is_wanted(id_):
            self._missing.add(row)
            if not self._asked and not self._asking.isActive():
                self._asking.start()
        return self._rows.get(id_)

    def _is_wanted(self, id_: ArticleId) -> bool:
        return id_ not in self._rows or id_ in self._old

    def _ask(self) -> None:
        """Ask for the missing rows, and for those around them that will come into view next."""
        if self._asked or not self._missing:
            return
        chunks = sorted({row // _CHUNK for row in self._missing})[-4:]
        rows = (row for chunk in chunks for row in range(chunk * _CHUNK, (chunk + 1) * _CHUNK))
        ids = (self._ids[row] for row in rows if row < len(self._ids))
        self._missing.clear()
        self._asked = tuple(id_ for id_ in ids if self._is_wanted(id_))
        if self._asked:
            self.rows_wanted.emit(self._asked)


def version_note(hit: Hit) -> str:
    """Return a note if the words were found in a version not shown, or if the version shown is not the newest."""
    if hit.version is not None:
        date = day(hit.version.date)
        if not date:
            return QCoreApplication.translate("ArticleList", "in another version")
        return QCoreApplication.translate("ArticleList", "in the version of {date}").format(date=date)
    return QCoreApplication.translate("ArticleList", "a newer capture lost its text") if hit.lost_text else ""


def spoken(hit: Hit) -> str:
    """Return the text of a row for a screen reader."""
    unread = "" if hit.read else QCoreApplication.translate("ArticleList", "unread")
    starred = QCoreApplication.translate("ArticleList", "starred") if hit.starred else ""
    date = day(hit.published or hit.captured)
    parts = (unread, starred, hit.title, hit.source, date, version_note(hit), hit.snippet.text)
    return ", ".join(part for part in parts if part)
