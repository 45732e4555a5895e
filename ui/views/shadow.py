"""The soft shadow under a floating widget, drawn once and cached."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

RADIUS = 8
_DOWN, _BLUR = 6, 22
_LIGHT, _DARK = 0.20, 0.55


class Shadow(QWidget):
    """Lies under a floating widget of the same parent; a window with a shadow would need a compositor."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._opacity = _LIGHT
        self._kept = QPixmap()
        self.hide()

    def set_dark(self, dark: bool) -> None:
        """Use the opacity for a dark window, or for a light one."""
        self._opacity = _DARK if dark else _LIGHT
        self._kept = QPixmap()
        self.update()

    def surround(self, place: QRect) -> None:
        """Surround the given rectangle."""
        self.setGeometry(place.adjusted(-_BLUR, -_BLUR, _BLUR, _BLUR).translated(0, _DOWN))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QWidget.paintEvent."""
        ratio = self.devicePixelRatioF()
        size = QSize(round(self.width() * ratio), round(self.height() * ratio))
        if self._kept.size() != size:
            self._kept = _drawn(size, ratio, self._opacity)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept)
        painter.end()


def _drawn(size: QSize, ratio: float, opacity: float) -> QPixmap:
    """Draw rectangles of faint black over one another, each smaller than the last, which fade outwards together."""
    drawn = QPixmap(size)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    whole = QRectF(0, 0, size.width() / ratio, size.height() / ratio)
    for inset in range(_BLUR):
        # Steeper towards the middle, like a blurred edge.
        share = 2 * (inset + 1) / (_BLUR * (_BLUR + 1))
        painter.setBrush(QColor.fromRgbF(0, 0, 0, opacity * share))
        radius = RADIUS + _BLUR - inset
        painter.drawRoundedRect(whole.adjusted(inset, inset, -inset, -inset), radius, radius)
    painter.end()
    return drawn
