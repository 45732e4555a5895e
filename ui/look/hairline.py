"""Paints a hairline that is sharp at any scale of the screen."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter


def paint_hairline(painter: QPainter, left: float, top: float, width: float, colour: QColor) -> None:
    """Paint a horizontal line of whole screen pixels: at 150 % one px of the page would blur over two rows of them."""
    device = painter.deviceTransform()
    scale = device.m22()
    row = round(device.dy() + top * scale)
    rows = max(1, round(scale))
    painter.fillRect(QRectF(left, (row - device.dy()) / scale, width, rows / scale), colour)
