"""Looks at everything that a window says outside its pages: titles, tips, labels, menus, what is read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QLabel, QWidget

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
_LONGEST_LINE = 500
_MOST_ROWS = 200


def odd_places(top: QWidget) -> list[str]:
    """Say where rich text, signs that turn the direction, line breaks or endless text would be shown."""
    return [f"{where}: {text[:200]!r}" for where, text, rich in said(top) if is_odd(text, rich=rich)]


def is_odd(text: str, *, rich: bool) -> bool:
    """Say whether a text would be more than one line of plain words where it stands; `rich`: Qt guesses there."""
    shown_as_html = rich and "<" in text and not _is_escaped(text)
    return bool(_STEERING.search(text)) or len(text) > _LONGEST_LINE or shown_as_html


def said(top: QWidget) -> Iterator[tuple[str, str, bool]]:
    """Yield where something is said, what, and whether Qt guesses if it is HTML."""
    for widget in [top, *top.findChildren(QWidget)]:
        name = f"{type(widget).__name__} {widget.objectName()}"
        yield f"{name} title", widget.windowTitle(), False
        for kind in ("toolTip", "statusTip", "whatsThis"):
            yield f"{name} {kind}", getattr(widget, kind)(), True
        if isinstance(widget, QLabel):
            yield f"{name} label", widget.text(), widget.textFormat() is not Qt.TextFormat.PlainText
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield from _tips_of(name, widget)
    for action in top.findChildren(QAction):
        yield f"action {action.objectName()}", action.text(), False
        yield f"action tip {action.objectName()}", action.toolTip(), True


def _tips_of(name: str, view: QAbstractItemView) -> Iterator[tuple[str, str, bool]]:
    model = view.model()
    for row in range(min(model.rowCount(), _MOST_ROWS)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
            index = model.index(row, column)
            for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.StatusTipRole, Qt.ItemDataRole.WhatsThisRole):
                text = index.data(role)
                if text:
                    yield f"{name} tip of row", str(text), True


def _is_escaped(text: str) -> bool:
    """Say whether a text is rich on purpose: one wrapping of ours around words without any markup."""
    return text.startswith("<qt>") and text.endswith("</qt>") and "<" not in text[4:-5]
