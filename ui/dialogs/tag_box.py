"""The box for one tag: it completes existing tags, and keeps Enter to itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from reader.tags import LONGEST_TAG

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TagBox(QLineEdit):
    """A line edit in which Enter accepts a completion, and never presses a button of the dialog.

    No completion is highlighted until Down is pressed, so that Enter adds the tag as typed; Esc closes the list.

    Signals:
        entered: the text in the box, or the highlighted completion, when Enter is pressed.
    """

    entered = Signal(str)

    def __init__(self, tags: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(LONGEST_TAG)
        # A completer set on QLineEdit would overwrite what is being typed with each highlighted tag.
        self.completions = QCompleter(list(tags), self)
        self.completions.setWidget(self)
        self.completions.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completions.setFilterMode(Qt.MatchFlag.MatchContains)
        self.completions.activated["QString"].connect(self._enter)  # type: ignore[index]
        popup = self.completions.popup()
        assert popup is not None
        self.popup = popup
        self.popup.setObjectName("completions")
        self.textEdited.connect(self._complete)

    def _complete(self, text: str) -> None:
        self.completions.setCompletionPrefix(text)
        model = self.completions.completionModel()
        if not text.strip() or not model.rowCount():
            self.popup.hide()
            return
        self.completions.complete()
        self.popup.setCurrentIndex(QModelIndex())

    def _enter(self, tag: str) -> None:
        self.popup.hide()
        self.entered.emit(tag)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QLineEdit.keyPressEvent."""
        if event.key() not in _ENTER:
            super().keyPressEvent(event)
            return
        # An ignored Enter would press the dialog's default button.
        event.accept()
        chosen = self.popup.currentIndex() if self.popup.isVisible() else None
        self._enter(self.text() if chosen is None or not chosen.isValid() else str(chosen.data()))
