"""The bar that finds words on the page: a field, a count, and buttons for the matches and to close it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from ui.look.colours import Colours
from ui.look.hairline import paint_hairline
from ui.look.icons import icon
from ui.look.latin_marks import suit

_ICON = 16
_OWN_KEYS = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class FindBar(QWidget):
    """Emits the words to find, and shows the number of matches that it is given.

    Signals:
        needle_changed: the words to find, as they are typed.
        turned: 1 for the next match (Enter), -1 for the previous one (Shift+Enter).
        closed: Esc, or the button with the cross.
    """

    needle_changed = Signal(str)
    turned = Signal(int)
    closed = Signal()

    def __init__(self, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findBar")
        self.setAutoFillBackground(True)
        self._field = _Field(self)
        self._count = QLabel(self)
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setMinimumWidth(self._count.fontMetrics().horizontalAdvance("888 / 888"))
        self._buttons = {
            "up": self._button(self.tr("Previous match (Shift+Enter)"), lambda: self.turned.emit(-1)),
            "down": self._button(self.tr("Next match (Enter)"), lambda: self.turned.emit(1)),
            "close": self._button(self.tr("Close (Esc)"), self.closed.emit),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(4)
        row.addWidget(self._field, 3)
        row.addSpacing(8)
        row.addWidget(self._count)
        row.addSpacing(4)
        row.addWidget(self._buttons["up"])
        row.addWidget(self._buttons["down"])
        row.addStretch(1)
        row.addWidget(self._buttons["close"])
        self._field.textChanged.connect(lambda: suit(self._field))
        self._field.textChanged.connect(self.needle_changed)
        self._field.turned.connect(self.turned)
        self._field.left.connect(self.closed)
        self.setFocusProxy(self._field)
        self.set_colours(colours)
        self.hide()

    @property
    def needle(self) -> str:
        """The words to find."""
        return self._field.text()

    def open(self, words: str = "") -> None:
        """Show the bar with `words`, or with its last words, all selected."""
        self.show()
        if words:
            self._field.setText(words)
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    def show_count(self, current: int, total: int) -> None:
        """Show the number of the current match, from 1, and the total."""
        if not self.needle:
            self._count.setText("")
        elif total:
            self._count.setText(self.tr("{current} of {total}").format(current=current, total=total))
        else:
            self._count.setText(self.tr("Not found"))

    def set_colours(self, colours: Colours) -> None:
        """Apply `colours`."""
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, colours.page)
        palette.setColor(palette.ColorRole.WindowText, colours.secondary)
        palette.setColor(palette.ColorRole.Base, colours.panel)
        palette.setColor(palette.ColorRole.Text, colours.text)
        palette.setColor(palette.ColorRole.PlaceholderText, colours.secondary)
        palette.setColor(palette.ColorRole.Highlight, colours.selection)
        palette.setColor(palette.ColorRole.HighlightedText, colours.text)
        self.setPalette(palette)
        for child in (self._field, self._count):
            child.setPalette(palette)
        for name, button in self._buttons.items():
            button.setIcon(icon(name, colours.secondary))
        self._hairline = QColor(colours.hairline)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Override QWidget.paintEvent: a hairline separates the bar from the page."""
        painter = QPainter(self)
        paint_hairline(painter, 0, 0, self.width(), self._hairline)
        painter.end()

    def _button(self, name: str, do: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(lambda: do())
        return button


class _Field(QLineEdit):
    """A line edit that keeps Enter and Esc from the window's shortcuts.

    Signals:
        turned: 1 for Enter, -1 for Shift+Enter.
        left: Esc.
    """

    turned = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("Find in page"))
        self.setAccessibleName(self.tr("Find in page"))
        self.setMaximumWidth(360)
        self.setTextMargins(6, 0, 6, 0)

    def event(self, arg__1: QEvent) -> bool:
        """Override QLineEdit.event: Esc closes this bar, before the window may use the key."""
        override = arg__1.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(arg__1, QKeyEvent) and arg__1.key() in _OWN_KEYS:
            arg__1.accept()
            return True
        return super().event(arg__1)

    def keyPressEvent(self, arg__1: QKeyEvent) -> None:  # noqa: N802
        """Override QLineEdit.keyPressEvent."""
        if arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.turned.emit(-1 if arg__1.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif arg__1.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(arg__1)
