"""The cover over the window while files are dragged across it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.look.colours import Colours
from ui.look.theme import sized


class DropCover(QWidget):
    """Says that a drop imports; lies over the whole window, but takes no drops itself."""

    def __init__(self, colours: Colours, parent: QWidget) -> None:
        super().__init__(parent)
        self._colours = colours
        self._over = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_colours(self, colours: Colours) -> None:
        """Apply `colours`."""
        self._colours = colours

    def cover(self) -> None:
        """Cover the whole parent."""
        self.setGeometry(self._over.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QWidget.paintEvent."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(self._colours.page)
        veil.setAlphaF(0.96)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(self._colours.accent), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(12, 12, -12, -12), 12, 12)
        painter.setPen(QColor(self._colours.text))
        painter.setFont(sized(20, QFont.Weight.DemiBold))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Let go to import"))
        painter.end()
