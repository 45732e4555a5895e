"""The search box, and below it the number of hits and their order; a hint may cover that line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui.look.colours import Colours
from ui.look.icons import icon
from ui.look.latin_marks import suit
from ui.look.theme import sized

_UNDER_BOX = 4


class SearchBar(QWidget):
    """Emits every change of the text, except what an input method is still composing.

    Signals:
        text_changed: the new text.
    """

    text_changed = Signal(str)

    def __init__(self, orders: Sequence[QAction], colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QLineEdit(self)
        self.box.setPlaceholderText(self.tr("Search titles and text"))
        self.box.setAccessibleName(self.tr("Search"))
        self.box.setClearButtonEnabled(True)
        self._telling = True
        self.box.textChanged.connect(self._tell)
        # Qt's clear button has an icon of another style; it gets a line icon like the others.
        self._clear = self.box.findChild(QAction, "_q_qlineeditclearaction")
        self._lens = QAction(self.box)
        self.box.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        self._hint = _Hint(self)
        self._count = _HitCount(self)
        self._order = self._order_button(orders)
        self._arrange()
        self.set_colours(colours)
        self.setFocusProxy(self.box)

    def _order_button(self, orders: Sequence[QAction]) -> QToolButton:
        button = QToolButton(self)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(14, 14))
        button.setFont(sized(12))
        button.setAccessibleName(self.tr("Order"))
        menu = QMenu(button)
        for action in orders:
            menu.addAction(action)
            action.toggled.connect(self._name_order)
        button.setMenu(menu)
        return button

    def _name_order(self) -> None:
        """Show the chosen order on the button."""
        for action in self._order.menu().actions():
            if action.isChecked():
                self._order.setText(action.text())

    def _arrange(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(12, 0, 0, 0)
        line.addWidget(self._count, 1)
        line.addWidget(self._order)
        self._arranged = layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 4)
        layout.setSpacing(6)
        layout.addWidget(self.box)
        layout.addLayout(line)

    def set_colours(self, colours: Colours) -> None:
        """Apply `colours`."""
        self._lens.setIcon(icon("search", colours.secondary))
        self._order.setIcon(icon("order", colours.secondary))
        if self._clear is not None:
            self._clear.setIcon(icon("close", colours.secondary))
        self._count.set_colour(colours.secondary)

    def set_text(self, text: str) -> None:
        """Set the text without emitting `text_changed`."""
        # Signals are not blocked, as the box needs its own to show the clear button.
        self._telling = False
        self.box.setText(text)
        self._telling = True

    def _tell(self, text: str) -> None:
        suit(self.box)
        if self._telling:
            self.text_changed.emit(text)

    def set_hint(self, hint: str) -> None:
        """Show a hint about the query, or hide it if it is empty."""
        self._hint.say(hint)
        self._place_hint()

    def _place_hint(self) -> None:
        """Lay the hint over the count: a line of its own would move the list down while the person types."""
        parent = self.parentWidget() or self
        if self._hint.parentWidget() is not parent:
            self._hint.setParent(parent)
        left, top = self.box.geometry().left(), self.box.geometry().bottom() + 1 + _UNDER_BOX
        height = self._hint.heightForWidth(self.box.width())
        self._hint.setGeometry(QRect(self.mapTo(parent, QPoint(left, top)), QSize(self.box.width(), height)))
        self._hint.setVisible(bool(self._hint.text()))
        self._hint.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QWidget.resizeEvent: the hint is as wide as the box."""
        super().resizeEvent(event)
        if self.hint:
            self._arranged.activate()
            self._place_hint()

    def set_count(self, count: str) -> None:
        """Show the number of hits."""
        self._count.say(count)

    @property
    def count(self) -> str:
        """The words for the number of hits."""
        return self._count.text

    @property
    def hint(self) -> str:
        """The hint; empty if none is shown."""
        return self._hint.text()

    def focus(self) -> None:
        """Focus the box, with its text selected."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()


class _HitCount(QWidget):
    """A painted line of text.

    A QLabel requests a new layout when its text changes, which would repaint the list below with every key.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = ""
        self._colour = QColor()
        self.setFont(sized(12))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(QFontMetrics(self.font()).height())

    def set_colour(self, colour: str) -> None:
        """Set the colour of the text."""
        self._colour = QColor(colour)
        self.update()

    def say(self, text: str) -> None:
        """Set the text."""
        if text != self.text:
            self.text = text
            self.setAccessibleName(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QWidget.paintEvent."""
        painter = QPainter(self)
        painter.setPen(self._colour)
        shown = painter.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class _Hint(QLabel):
    """A hint about the query, floating under the box."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("searchHint")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(sized(12))
        self.setWordWrap(True)
        self.hide()

    def say(self, words: str) -> None:
        """Set the words, and announce them to a screen reader."""
        if words != self.text():
            self.setText(words)
            suit(self)
            if words:
                from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
