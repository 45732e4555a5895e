"""Render the icon to what desktops look for: PNG in many sizes, .ico for Windows, .icns for macOS."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICON = Path(__file__).resolve().parent.parent / "resources" / "icons" / "pressmark.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def main() -> int:
    """Write SIZE.png for each size, pressmark.ico and pressmark.icns into the folder given."""
    parser = argparse.ArgumentParser(description="Render the icon.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    application = QGuiApplication(sys.argv[:1])
    renderer = QSvgRenderer(str(ICON))
    for size in SIZES:
        if not _render(renderer, size).save(str(folder / f"{size}.png")):
            raise OSError(f"cannot write into {folder}")
    application.quit()
    with Image.open(folder / f"{SIZES[-1]}.png") as largest:
        largest.save(folder / "pressmark.ico", sizes=[(size, size) for size in SIZES if size <= 256])
        largest.save(folder / "pressmark.icns")
    return 0


def _render(renderer: QSvgRenderer, size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


if __name__ == "__main__":
    sys.exit(main())
