"""A viewport for a list that PySide knows by itself."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QWidget


def give_viewport(view: QAbstractScrollArea) -> None:
    """Give `view` the viewport that Qt would make, but made here.

    To name a widget that Qt made by itself takes PySide 8 ms the first time, as it looks through all its classes:
    too long for a start, and for a first picture that arrives.
    """
    viewport = QWidget(view)
    viewport.setObjectName("qt_scrollarea_viewport")
    viewport.setBackgroundRole(QPalette.ColorRole.Base)
    viewport.setAutoFillBackground(True)
    view.setViewport(viewport)
