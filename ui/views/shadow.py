"""The soft shadow under what floats over the window, painted once and kept."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

RADIUS = 8
_DOWN, _BLUR = 6, 22
_LIGHT, _DARK = 0.20, 0.55


class Shadow(QWidget):
    """Lies under a widget that floats beside it in the same parent; a window of its own would need a compositor."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._opacity = _LIGHT
        self._kept = QPixmap()
        self.hide()

    def set_dark(self, dark: bool) -> None:
        """Be as deep as a dark window needs it, or as a light one."""
        self._opacity = _DARK if dark else _LIGHT
        self._kept = QPixmap()
        self.update()

    def surround(self, place: QRect) -> None:
        """Lie under what has this place."""
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
    """Lay rectangles over one another, each smaller and all of the same faint black: together they fade outwards."""
    drawn = QPixmap(size)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    whole = QRectF(0, 0, size.width() / ratio, size.height() / ratio)
    for inset in range(_BLUR):
        # Steeper towards the middle, as a blurred edge is.
        share = 2 * (inset + 1) / (_BLUR * (_BLUR + 1))
        painter.setBrush(QColor.fromRgbF(0, 0, 0, opacity * share))
        radius = RADIUS + _BLUR - inset
        painter.drawRoundedRect(whole.adjusted(inset, inset, -inset, -inset), radius, radius)
    painter.end()
    return drawn
