"""Line icons of one family, in a colour of the theme."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from reader.paths import RESOURCES

ICONS = RESOURCES / "icons"
_SIZES = (16, 24)


def icon(name: str, colour: str) -> QIcon:
    """Return the icon `name`, drawn for the scale of each screen of this machine."""
    made = QIcon()
    for size in _SIZES:
        for ratio in {1.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}:
            made.addPixmap(pixmap(name, colour, size, ratio))
    return made


def pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """Draw the icon `name` in `colour`, which replaces the currentColor of its SVG file."""
    svg = (ICONS / f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg.encode("utf-8"))).render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def app_icon() -> QIcon:
    """Return the icon of Pressmark itself."""
    return QIcon(str(ICONS / "pressmark.svg"))
