"""The About dialog: name, version, licence, and the folder of the library."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from ui.look.icons import app_icon
from ui.look.theme import sized


class About(QDialog):
    """Shows name, version, licence and the folder of the library."""

    def __init__(self, version: str, data: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Pressmark"))
        self.setMinimumWidth(420)
        picture = QLabel(self)
        picture.setPixmap(app_icon().pixmap(72, 72))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 28, 32, 20)
        layout.setSpacing(8)
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(_label(self, "Pressmark", sized(20, QFont.Weight.DemiBold)))
        if version:
            layout.addWidget(_label(self, self.tr("Version {version}").format(version=version), sized(13)))
        layout.addSpacing(4)
        layout.addWidget(_label(self, self.tr("A quiet room for the articles you have saved."), sized(13)))
        layout.addWidget(_label(self, self.tr("Nothing leaves this machine unasked."), sized(13)))
        layout.addSpacing(4)
        layout.addWidget(_label(self, self.tr("Free software under the MIT licence."), sized(12), quiet=True))
        place = _label(self, self.tr("The library: {folder}").format(folder=data), sized(12), quiet=True)
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(place)
        layout.addSpacing(8)
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.AcceptRole).setDefault(True)
        buttons.accepted.connect(self.accept)
        layout.addWidget(buttons)


def _label(parent: QWidget, text: str, font: QFont, *, quiet: bool = False) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    label.setWordWrap(True)
    label.setFont(font)
    if quiet:
        label.setProperty("role", "secondary")
    return label
