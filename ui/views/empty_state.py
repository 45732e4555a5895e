"""A page for when there is nothing to show: an icon, a sentence, and at most one button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ui.look.colours import Colours
from ui.look.icons import pixmap
from ui.look.latin_marks import suit
from ui.look.theme import sized

_ICON = 40


class EmptyState(QWidget):
    """Shows an icon and centred words, with at most one button."""

    def __init__(self, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        self._colours = colours
        self._icon_name = "empty"
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.heading = _centred(self, sized(15, QFont.Weight.DemiBold))
        self.detail = _centred(self, sized(13))
        self.detail.setProperty("role", "secondary")
        self.example = _centred(self, QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.example.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.example.setWordWrap(False)
        self.example.setProperty("role", "secondary")
        self.example.hide()
        self.button = QPushButton(self)
        self.button.clicked.connect(self._press)
        self._do: Callable[[], object] | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(3)
        for widget in (self._icon, self.heading, self.detail):
            layout.addWidget(widget)
        layout.addWidget(self.example, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(8)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(4)
        self.set_colours(colours)

    def set_colours(self, colours: Colours) -> None:
        """Apply `colours`."""
        self._colours = colours
        self._draw_icon()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QWidget.showEvent: a hidden icon is not drawn."""
        super().showEvent(event)
        self._draw_icon()

    def _draw_icon(self) -> None:
        if not self.isVisible():
            return
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(pixmap(self._icon_name, self._colours.secondary, _ICON, ratio))

    def say(
        self,
        heading: str,
        detail: str = "",
        *,
        example: str = "",
        icon: str = "empty",
        button: str = "",
        do: Callable[[], object] | None = None,
    ) -> None:
        """Show words; `example` is shown in a fixed-width font, and `button` calls `do`."""
        self._icon_name, self._do = icon, do
        self._draw_icon()
        self.heading.setText(heading)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.example.setText(example)
        self.example.setVisible(bool(example))
        self.button.setText(button)
        for words in (self.heading, self.detail):
            suit(words)
        self.button.setVisible(bool(button))

    def _press(self) -> None:
        if self._do is not None:
            self._do()


class FirstRun(EmptyState):
    """The page of an empty library, on which files can be dropped."""

    def __init__(self, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(colours, parent)
        self.setObjectName("firstRun")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.button.setProperty("primary", True)
        self.heading.setFont(sized(20, QFont.Weight.DemiBold))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QWidget.paintEvent: a dashed frame marks the drop area."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(self._colours.hairline), 2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        size = QSize(min(560, self.width() - 64), min(360, self.height() - 64))
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) * 3 / 7
        painter.drawRoundedRect(round(left), round(top), size.width(), size.height(), 12, 12)
        painter.end()


def _centred(parent: QWidget, font: QFont) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    label.setFont(font)
    return label
