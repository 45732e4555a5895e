"""The state of the window, kept from one run to the next: its geometry, scope, query and article."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QSettings

from reader.article import ArticleId
from reader.files import make_folder
from reader.query import SortOrder
from reader.scope import EVERYTHING, ArticleState, InState, OneSource, Scope

# The store's ids have 63 bits, and Python refuses to read more than 4,300 digits.
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowState:
    """Everything that is restored at the next start; empty bytes leave the choice to Qt."""

    geometry: bytes = b""
    splitter: bytes = b""
    sidebar: bool = True
    text: str = ""
    scope: Scope = EVERYTHING
    order: SortOrder = SortOrder.NEWEST
    article: ArticleId | None = None
    zoom: int = 100

    @classmethod
    def load(cls, path: Path) -> WindowState:
        """Read the state; parts that are missing or malformed are as at the first start."""
        stored = QSettings(str(path), QSettings.Format.IniFormat)
        order = str(stored.value("order", ""))
        article = str(stored.value("article", ""))
        zoom = str(stored.value("zoom", ""))
        return cls(
            geometry=_bytes(stored.value("geometry")),
            splitter=_bytes(stored.value("splitter")),
            sidebar=str(stored.value("sidebar", "true")) == "true",
            text=str(stored.value("text", "")),
            scope=_scope(str(stored.value("source", "")), str(stored.value("state", ""))),
            order=SortOrder(order) if order in set(SortOrder) else SortOrder.NEWEST,
            article=ArticleId(int(article)) if _is_number(article) else None,
            zoom=int(zoom) if _is_number(zoom) else 100,
        )

    def save(self, path: Path) -> None:
        """Write the state; a full disk goes unnoticed, and costs no more than the state."""
        make_folder(path.parent)
        stored = QSettings(str(path), QSettings.Format.IniFormat)
        stored.setValue("geometry", QByteArray(self.geometry))
        stored.setValue("splitter", QByteArray(self.splitter))
        stored.setValue("sidebar", "true" if self.sidebar else "false")
        stored.setValue("text", self.text)
        stored.setValue("source", self.scope.name if isinstance(self.scope, OneSource) else "")
        stored.setValue("state", self.scope.state.value if isinstance(self.scope, InState) else "")
        stored.setValue("order", self.order.value)
        stored.setValue("article", "" if self.article is None else str(self.article))
        stored.setValue("zoom", str(self.zoom))
        stored.sync()


def _scope(source: str, state: str) -> Scope:
    """Return the saved scope of the sidebar; the bin is not saved, and everything is shown instead."""
    if state in set(ArticleState):
        return InState(ArticleState(state))
    return OneSource(source) if source else EVERYTHING


def _is_number(text: str) -> bool:
    """Say whether a text is a number that the store and Qt can hold."""
    return text.isdecimal() and len(text) <= _MOST_DIGITS


def fitted(window: QRect, screen: QRect) -> QRect:
    """Return `window`, frame included, no larger than `screen` and wholly on it, moved as little as possible."""
    size = window.size().boundedTo(screen.size())
    left = min(max(window.left(), screen.left()), screen.left() + screen.width() - size.width())
    top = min(max(window.top(), screen.top()), screen.top() + screen.height() - size.height())
    return QRect(left, top, size.width(), size.height())


def _bytes(value: object) -> bytes:
    return bytes(value.data()) if isinstance(value, QByteArray) else b""
