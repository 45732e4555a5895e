"""The slim bar above the list that says how far a job of the worker is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import sized


class ImportBar(QWidget):
    """Shows one line, a thin bar and Cancel.

    Signals:
        cancel_requested
    """

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._line = QLabel(self)
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        self._line.setFont(sized(12))
        # A second line would push the list down under the pointer, whenever a number grows.
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words = ""
        self._stopping = ""
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.cancel.setProperty("quiet", True)
        self.cancel.clicked.connect(self._on_cancel)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        line = QHBoxLayout()
        line.addWidget(self._line, 1)
        line.addWidget(self.cancel)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 6, 16, 8)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self._bar)
        self.hide()

    def show_progress(self, line: str, done: int, total: int | None, *, stopping: str = "") -> None:
        """Say how far it is; a total of None means that nobody knows. `stopping` is what Cancel says."""
        self._stopping = stopping
        # Once Cancel was pressed, what comes in late does not take its answer away.
        self._say(line if self.cancel.isEnabled() else stopping)
        self._bar.setRange(0, total or 0)
        self._bar.setValue(min(done, total or 0))
        self.show()

    def end(self) -> None:
        """Go away, and be ready for the next job."""
        self.cancel.setEnabled(True)
        self.hide()

    @property
    def line(self) -> str:
        """What the bar says, whole even where it is cut."""
        return self._words

    def _say(self, words: str) -> None:
        self._words = words
        self._cut()

    def _cut(self) -> None:
        metrics = self._line.fontMetrics()
        self._line.setText(metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, self._line.width()))
        self._line.setToolTip(self._words if self._line.text() != self._words else "")
        self._line.setAccessibleName(self._words)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QWidget.resizeEvent: what was cut may have room now."""
        super().resizeEvent(event)
        self._layout.activate()
        self._cut()

    def _on_cancel(self) -> None:
        self.cancel.setEnabled(False)
        self._say(self._stopping)
        self.cancel_requested.emit()
