from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from ui.look.hairline import paint_hairline

pytestmark = pytest.mark.usefixtures("qapp")

_COLOUR = QColor("#E4E2DC")


def painted(ratio: float, top: float, scrolled: float) -> list[str]:
    """Paint on a white screen of that ratio, and list the colours that are not white from the top down."""
    image = QImage(round(20 * ratio), round(60 * ratio), QImage.Format.Format_RGB32)
    image.fill("white")
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(0, -scrolled)
    paint_hairline(painter, 0, top, 20, _COLOUR)
    painter.end()
    rows = [image.pixelColor(5, row).name().upper() for row in range(image.height())]
    return [row for row in rows if row != "#FFFFFF"]


@pytest.mark.parametrize("scrolled", [0, 1, 2, 7])
@pytest.mark.parametrize("top", [30, 31, 32.5, 33.25])
@pytest.mark.parametrize(("ratio", "rows"), [(1, 1), (1.25, 1), (1.5, 2), (1.75, 2), (2, 2), (3, 3)])
def test_a_hairline_is_of_one_colour_at_any_scale(ratio: float, rows: int, top: float, scrolled: float) -> None:
    assert painted(ratio, top, scrolled) == [_COLOUR.name().upper()] * rows
