"""Asks before something is done that is large, or cannot be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def ask(
    parent: QWidget, question: str, detail: str, button: str, do: Callable[[], object], *, cancel: str = ""
) -> QMessageBox:
    """Ask once, without stopping the window; Cancel is the answer of Enter and Esc."""
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
