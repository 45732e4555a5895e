"""The box for one tag: it completes the tags that there are, and keeps Enter to itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from reader.tags import LONGEST_TAG

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TagBox(QLineEdit):
    """A line edit whose completion is taken by Enter, and which lets no dialog take that key for its own.

    No completion is highlighted until Down is pressed, so that Enter adds the tag that was typed; Esc closes them.

    Signals:
        entered: Enter was pressed; what stands in the box, or the completion that was highlighted.
    """

    entered = Signal(str)

    def __init__(self, tags: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(LONGEST_TAG)
        # QLineEdit's own completion would write each highlighted tag over what is being typed.
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
