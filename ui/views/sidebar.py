"""The sidebar: all articles, what is unread or starred, and the sources, with their counts."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
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

from ui.look.latin_marks import suited
from ui.look.theme import Colours, sized
from ui.models.source_list_model import BIN, COUNT, SOURCE, Choice, SourceListModel
from ui.views.viewport import give_viewport
from ui.words.wording import number

_Index = QModelIndex | QPersistentModelIndex
_ROW = 30
_HEADING = 40


class Sidebar(QWidget):
    """Shows the sources and tells which one was chosen.

    Signals:
        source_chosen: the name of a source, None for all articles, UNREAD, STARRED or BIN.
    """

    source_chosen = Signal(object)

    def __init__(self, model: SourceListModel, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sources = model
        self._chosen: Choice = None
        self.view = QListView(self)
        give_viewport(self.view)
        self.view.setModel(model)
        self.view.setAccessibleName(self.tr("Sources"))
        self._row = _SourceRow(colours, self.view)
        self.view.setItemDelegate(self._row)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self.view)
        self.view.selectionModel().currentChanged.connect(self._on_current)
        model.modelReset.connect(lambda: self.set_source(self._chosen))
        self.set_source(None)

    def set_colours(self, colours: Colours) -> None:
        """Paint in other colours."""
        self._row.colours = colours
        self.view.viewport().update()

    def set_source(self, source: Choice) -> None:
        """Mark a row without choosing it; a source that is not there yet is marked when it comes."""
        self._chosen = source
        row = self._sources.row_of(source)
        selection = self.view.selectionModel()
        blocked = selection.blockSignals(True)
        if row is None:
            selection.clear()
        else:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            selection.setCurrentIndex(self._sources.index(row), flag)
        selection.blockSignals(blocked)
        self.view.viewport().update()

    def leave_bin(self) -> None:
        """Mark all articles, if the bin is marked: what is shown is not in it any more."""
        if self._chosen is BIN:
            self.set_source(None)

    def _on_current(self, current: _Index) -> None:
        if current.isValid() and not self._sources.is_heading(current.row()):
            self._chosen = current.data(SOURCE)
            self.source_chosen.emit(self._chosen)


class _SourceRow(QStyledItemDelegate):
    """Paints a name at the left and a count at the right."""

    def __init__(self, colours: Colours, view: QListView) -> None:
        super().__init__(view)
        self.colours = colours
        self._view = view
        self._name, self._small = sized(13), sized(12)
        self._heading = sized(12, QFont.Weight.DemiBold)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - as Qt has it
        """Override QStyledItemDelegate.sizeHint."""
        extra = self._name.pixelSize() - 13
        high = _is_heading(index) or index.data(SOURCE) is BIN
        return QSize(120, (_HEADING if high else _ROW) + extra)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Override QStyledItemDelegate.paint."""
        area: QRect = option.rect
        painter.save()
        if _is_heading(index):
            painter.setFont(self._heading)
            painter.setPen(QColor(self.colours.secondary))
            place = area.adjusted(18, 12, -12, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        else:
            # A little room sets the bin apart from the sources.
            above = _HEADING - _ROW if index.data(SOURCE) is BIN else 0
            self._paint_source(painter, area.adjusted(0, above, 0, 0), index)
        painter.restore()

    def _paint_source(self, painter: QPainter, area: QRect, index: _Index) -> None:
        # As in the list of articles, the view is asked, not the option: that would make PySide load QStyle.
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


def _is_heading(index: _Index) -> bool:
    return index.data(COUNT) is None
