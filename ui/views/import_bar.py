"""The bar at the foot of the sidebar that shows the progress of a job."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui.look.colours import Colours
from ui.look.icons import icon
from ui.look.theme import sized

_CROSS = 16
_BETWEEN = " · "


class ImportBar(QWidget):
    """Shows the job and its progress, a thin progress bar, the rate, and a button to cancel.

    Signals:
        cancel_requested: the button was pressed.
    """

    cancel_requested = Signal()

    def __init__(self, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._head, self._tail = _Line(self), _Line(self)
        self._tail.setProperty("role", "secondary")
        self._words = ""
        self._stopping = ""
        self.cancel = QToolButton(self)
        self.cancel.setIconSize(QSize(_CROSS, _CROSS))
        self.cancel.setToolTip(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel"))
        self.cancel.clicked.connect(self._on_cancel)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(self._head, 1)
        line.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 6, 8, 8)
        layout.setSpacing(3)
        layout.addLayout(line)
        layout.addWidget(self._bar)
        layout.addWidget(self._tail)
        self.set_colours(colours)
        self.hide()

    def set_colours(self, colours: Colours) -> None:
        """Apply `colours`."""
        self.cancel.setIcon(icon("close", colours.secondary))

    def show_progress(self, line: str, done: int, total: int | None, *, stopping: str = "") -> None:
        """Show the progress; a `total` of None is not known. `stopping` is shown once Cancel is pressed."""
        self._stopping = stopping
        # After Cancel, late progress does not replace the answer to it.
        self._say(line if self.cancel.isEnabled() else stopping)
        self._bar.setRange(0, total or 0)
        self._bar.setValue(min(done, total or 0))
        self.show()

    def end(self, *, stays: bool = False) -> None:
        """Get ready for the next job, and hide the bar unless it `stays`, as that job is about to begin."""
        self.cancel.setEnabled(True)
        if not stays:
            self.hide()

    @property
    def line(self) -> str:
        """The words of the bar, even if they are shortened on the screen."""
        return self._words

    def _say(self, words: str) -> None:
        self._words = words
        head, _, tail = words.partition(_BETWEEN)
        self._head.say(head)
        self._tail.say(tail)
        self.setAccessibleName(words)

    def _on_cancel(self) -> None:
        self.cancel.setEnabled(False)
        self._say(self._stopping)
        self.cancel_requested.emit()


class _Line(QLabel):
    """A line that is shortened to its width: wrapping it would move the rows above whenever a number grows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(sized(12))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        # An ellipsis from another font would make the line taller by 1 px.
        self.setFixedHeight(self.fontMetrics().height())

    def say(self, words: str) -> None:
        """Show other words."""
        self._words = words
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QLabel.resizeEvent: the words may fit now."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width()))
        self.setToolTip(self._words if self.text() != self._words else "")
        self.setAccessibleName(self._words)
