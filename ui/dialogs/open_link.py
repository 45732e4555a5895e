"""Shows where a link leads before anything leaves the machine."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote, urlsplit

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextOption
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from reader.output import escaped
from reader.page import MAIL
from ui.look.theme import sized

# The longest host name that DNS allows, in characters.
_LONGEST_HOST = 253


class OpenLink(QDialog):
    """Asks whether to open an address, which is shown in full, as plain text."""

    def __init__(self, address: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open Link"))
        self.setMinimumWidth(480)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(10)
        question = QLabel(self._question(address), self)
        question.setTextFormat(Qt.TextFormat.PlainText)
        layout.addWidget(question)
        host = QLabel(_spelt_out(shown_host(address))[:_LONGEST_HOST], self)
        host.setTextFormat(Qt.TextFormat.PlainText)
        host.setFont(sized(17, QFont.Weight.DemiBold))
        host.setWordWrap(True)
        layout.addWidget(host)
        self.address = QPlainTextEdit(_spelt_out(address), self)
        self.address.setReadOnly(True)
        self.address.setTabChangesFocus(True)
        self.address.setFrameShape(QFrame.Shape.NoFrame)
        self.address.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.address.setFixedHeight(96)
        self.address.setAccessibleName(self.tr("Address"))
        layout.addWidget(self.address)
        buttons = QDialogButtonBox(self)
        opening = buttons.addButton(self.tr("Open"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        opening.setDefault(True)
        opening.setFocus()
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _question(self, address: str) -> str:
        if address.startswith(MAIL):
            return self.tr("This link writes a mail to")
        return self.tr("This link leaves the library and opens in the browser:")


def _spelt_out(address: str) -> str:
    """Return an address with invisible characters as a link has them."""
    return escaped(address, partial(quote, errors="replace"))


def shown_host(address: str) -> str:
    """Return the part of an address to look at first: the host without disguises, or who gets the mail."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or parts.path
    except ValueError:
        return address
    return host.encode("idna").decode("ascii") if _is_disguised(host) else host


def _is_disguised(host: str) -> bool:
    """Say whether a host has letters beyond ASCII, which could imitate others."""
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return not host.isascii()
