"""Gives a list a viewport that is made in Python."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QWidget


def give_viewport(view: QAbstractScrollArea) -> None:
    """Give `view` a viewport like Qt's own, but made here.

    PySide takes 8 ms to wrap the first widget that Qt itself has made, as it searches all its classes: too long while
    the window starts, or when a first thumbnail arrives.
    """
    viewport = QWidget(view)
    viewport.setObjectName("qt_scrollarea_viewport")
    viewport.setBackgroundRole(QPalette.ColorRole.Base)
    viewport.setAutoFillBackground(True)
    view.setViewport(viewport)
