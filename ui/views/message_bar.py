"""The bar across list and page that says one thing, and offers what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from ui.icons import icon
from ui.theme import Colours

_BRIEF_MS = 5000
# The bar makes room for itself by a new layout of the window; what it speaks of is painted before, not with it.
_COMING_MS = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a message: what it says and does."""

    text: str
    do: Callable[[], object]


class MessageBar(QWidget):
    """Shows the newest message until it is answered or closed."""

    def __init__(self, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self.buttons: list[QPushButton] = []
        self._close = QToolButton(self)
        self._close.setToolTip(self.tr("Close"))
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.clicked.connect(self.hide)
        self._leaving = QTimer(self, singleShot=True, interval=_BRIEF_MS)
        self._leaving.timeout.connect(self.hide)
        self._coming = QTimer(self, singleShot=True, interval=_COMING_MS)
        self._coming.timeout.connect(self.show)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(20, 8, 12, 8)
        self._layout.setSpacing(8)
        self._layout.addWidget(self._text, 1)
        self._layout.addWidget(self._close)
        self.set_colours(colours)
        self.hide()

    @property
    def text(self) -> str:
        """What the bar says."""
        return self._text.text()

    def set_colours(self, colours: Colours) -> None:
        """Draw the cross in another colour, if it is seen."""
        self._colours = colours
        if self.isVisible():
            self._close.setIcon(icon("close", colours.secondary))

    def say(self, text: str, choices: Sequence[Choice] = (), *, brief: bool = False) -> None:
        """Show a message in place of the one before; a brief one leaves by itself."""
        if brief:
            self._leaving.start()
        else:
            self._leaving.stop()
        for button in self.buttons:
            self._layout.removeWidget(button)
            button.deleteLater()
        self.buttons = [self._button(choice) for choice in choices]
        self._text.setText(text)
        self.setAccessibleName(text)
        self._close.setIcon(icon("close", self._colours.secondary))
        if not self.isVisible():
            self._coming.start()

    def hide(self) -> None:
        """Override QWidget.hide: what was about to come does not."""
        self._coming.stop()
        super().hide()

    def _button(self, choice: Choice) -> QPushButton:
        button = QPushButton(choice.text, self)

        def answer() -> None:
            self.hide()
            choice.do()

        button.clicked.connect(answer)
        self._layout.insertWidget(self._layout.count() - 1, button)
        return button
