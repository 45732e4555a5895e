"""The list of all keyboard shortcuts, made from the table of commands."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.actions import MENUS, Command, plain_text, without_mnemonic
from ui.look.theme import sized

_ROOM_AROUND = 80
_COLUMNS = (tuple(MENUS)[:2], tuple(MENUS)[2:])


class Keys(QDialog):
    """Shows the commands that have a shortcut, grouped as in the menus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        room = self.screen().availableSize()
        self.resize(min(860, room.width() - _ROOM_AROUND), min(680, room.height() - _ROOM_AROUND))
        page = QWidget(self)
        grid = QGridLayout(page)
        grid.setHorizontalSpacing(48)
        for column, menus in enumerate(_COLUMNS):
            grid.addLayout(self._column(menus, page), 0, column, Qt.AlignmentFlag.AlignTop)
        area = QScrollArea(self)
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.AcceptRole).setDefault(True)
        buttons.accepted.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addWidget(area)
        layout.addWidget(buttons)

    def _column(self, menus: tuple[str, ...], page: QWidget) -> QGridLayout:
        column = QGridLayout()
        column.setHorizontalSpacing(16)
        column.setVerticalSpacing(6)
        column.setColumnStretch(0, 1)
        for menu in menus:
            commands = [command for command in MENUS[menu] if command.keys]
            if commands:
                self._group(column, menu, commands, page)
        return column

    def _group(self, column: QGridLayout, menu: str, commands: list[Command], page: QWidget) -> None:
        heading = QLabel(without_mnemonic(QCoreApplication.translate("Actions", menu)), page)
        heading.setFont(sized(13, QFont.Weight.DemiBold))
        heading.setContentsMargins(0, 10, 0, 2)
        column.addWidget(heading, column.rowCount(), 0, 1, 2)
        for command in commands:
            row = column.rowCount()
            column.addWidget(QLabel(plain_text(command), page), row, 0)
            keys = QLabel(shown_keys(command), page)
            keys.setProperty("role", "secondary")
            keys.setAlignment(Qt.AlignmentFlag.AlignRight)
            column.addWidget(keys, row, 1)


def shown_keys(command: Command) -> str:
    """Return the shortcuts of a command, written as this system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return "   ".join(dict.fromkeys(QKeySequence(key).toString(native) for key in command.keys))
