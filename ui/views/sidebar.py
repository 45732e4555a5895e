"""The sidebar: the scopes of a library, in sections, with their counts."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from reader.scope import EVERYTHING, Scope
from ui.look.colours import Colours
from ui.look.latin_marks import suited
from ui.look.theme import sized
from ui.models import ModelIndex
from ui.models.scope_list_model import BEGINS, COUNT, SCOPE, ScopeListModel
from ui.typed_signal import TypedSignal
from ui.views.viewport import give_viewport
from ui.words.wording import number

_ROW = 30
_ROOM_ABOVE = 10


class Sidebar(QWidget):
    """Shows the scopes, and signals which one the person chose.

    Signals:
        scope_chosen: the chosen Scope.
    """

    scope_chosen = TypedSignal[Scope]()

    def __init__(self, model: ScopeListModel, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._scopes = model
        self._chosen: Scope = EVERYTHING
        self.view = QListView(self)
        give_viewport(self.view)
        self.view.setModel(model)
        self.view.setAccessibleName(self.tr("Sources"))
        self._row = _ScopeDelegate(colours, self.view)
        self.view.setItemDelegate(self._row)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self.view)
        self.view.selectionModel().currentChanged.connect(self._on_current)
        model.modelReset.connect(self._mark)

    def set_colours(self, colours: Colours) -> None:
        """Apply `colours`."""
        self._row.colours = colours
        self.view.viewport().update()

    def set_scope(self, scope: Scope) -> None:
        """Mark the row of a scope without emitting `scope_chosen`; a scope without a row is marked once it has one."""
        if scope != self._chosen:
            self._chosen = scope
            self._mark()

    def _mark(self) -> None:
        row = self._scopes.row_of(self._chosen)
        selection = self.view.selectionModel()
        blocked = selection.blockSignals(True)
        if row is None:
            selection.clear()
        else:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            selection.setCurrentIndex(self._scopes.index(row), flag)
        selection.blockSignals(blocked)
        self.view.viewport().update()

    def _on_current(self, current: ModelIndex) -> None:
        scope = current.data(SCOPE)
        if scope is not None:
            self._chosen = scope
            self.scope_chosen.emit(scope)


class _ScopeDelegate(QStyledItemDelegate):
    """Paints the name of a scope at the left and its count at the right."""

    def __init__(self, colours: Colours, view: QListView) -> None:
        super().__init__(view)
        self.colours = colours
        self._view = view
        self._name, self._small = sized(13), sized(12)
        self._heading = sized(12, QFont.Weight.DemiBold)

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:  # noqa: N802 - as Qt has it
        """Override QStyledItemDelegate.sizeHint."""
        extra = self._name.pixelSize() - 13
        return QSize(120, _ROW + _room_above(index) + extra)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        """Override QStyledItemDelegate.paint."""
        area: QRect = option.rect
        painter.save()
        if index.data(SCOPE) is None:
            painter.setFont(self._heading)
            painter.setPen(QColor(self.colours.secondary))
            place = area.adjusted(18, 12, -12, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        else:
            self._paint_scope(painter, area.adjusted(0, _room_above(index), 0, 0), index)
        painter.restore()

    def _paint_scope(self, painter: QPainter, area: QRect, index: ModelIndex) -> None:
        # The view is asked, as the state of the option would make PySide load QStyle.
        if self._view.selectionModel().isSelected(cast("QModelIndex", index)):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            focus = self._view.hasFocus()
            painter.setPen(QPen(QColor(self.colours.accent), 1) if focus else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.colours.selection))
            painter.drawRoundedRect(area.adjusted(8, 1, -8, -1), 5, 5)
        counted = index.data(COUNT)
        count = number(counted) if isinstance(counted, int) else ""
        painter.setFont(self._small)
        room = QFontMetrics(self._small).horizontalAdvance(count) + 8
        painter.setPen(QColor(self.colours.secondary))
        inner = area.adjusted(18, 0, -18, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)
        font = suited(self._name, str(index.data()))
        painter.setFont(font)
        painter.setPen(QColor(self.colours.text))
        metrics = QFontMetrics(font)
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, inner.width() - room)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, name)


def _room_above(index: ModelIndex) -> int:
    """Return the space between a section and the one above it."""
    return _ROOM_ABOVE if index.data(BEGINS) else 0
