"""Asks the person before an action that takes long or cannot be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def ask(
    parent: QWidget, question: str, detail: str, button: str, do: Callable[[], object], *, cancel: str = ""
) -> QMessageBox:
    """Ask whether to `do` something, without blocking the window; Enter and Esc both mean Cancel."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Pressmark", question, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(detail)
    box.addButton(button, QMessageBox.ButtonRole.AcceptRole).clicked.connect(do)
    refusal = cancel or QCoreApplication.translate("Question", "Cancel")
    refuse = box.addButton(refusal, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    box.finished.connect(box.deleteLater)
    box.open()
    return box
