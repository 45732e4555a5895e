"""The dialog for the person's own tags of articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reader.article import TagCount
from reader.tags import clean_tags
from ui.dialogs.tag_box import TagBox

_Check = Qt.CheckState


@dataclass(frozen=True, slots=True)
class Tagging:
    """The content of the dialog: the number of articles, all existing tags, and those that these articles have."""

    articles: int
    tags: Sequence[TagCount]
    held: Sequence[TagCount]


class Tags(QDialog):
    """A box for one tag, which completes existing ones, and below it a list of all tags with check boxes.

    A tag that only some of the articles have is partially checked, and stays as it is unless the person changes it.
    """

    def __init__(self, found: Tagging, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tags"))
        self.setMinimumSize(340, 380)
        self._before = {each.name: _check_state(each.count, found.articles) for each in found.held}
        self.box = TagBox([tag.name for tag in found.tags], self)
        self.box.setPlaceholderText(self.tr("Add a tag"))
        self.box.setAccessibleName(self.tr("Add a tag"))
        self.box.entered.connect(self._add_or_close)
        self.list = QListWidget(self)
        self.list.setObjectName("tagList")
        self.list.setAccessibleName(self.tr("Tags"))
        others = [tag.name for tag in found.tags if tag.name not in self._before]
        for name in (*self._before, *others):
            self.list.addItem(self._item(name, self._before.get(name, _Check.Unchecked)))
        self._lay_out(found.articles)
        self.box.setFocus()

    def _lay_out(self, articles: int) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(10)
        if articles > 1:
            about = QLabel(self.tr("For {count} articles").format(count=articles), self)
            about.setProperty("role", "secondary")
            layout.addWidget(about)
        layout.addWidget(self.box)
        layout.addWidget(self.list)
        buttons = QDialogButtonBox(self)
        for text, role in (
            (self.tr("Done"), QDialogButtonBox.ButtonRole.AcceptRole),
            (self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole),
        ):
            buttons.addButton(text, role).setAutoDefault(False)
        buttons.accepted.connect(self.finish)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _item(self, name: str, state: Qt.CheckState) -> QListWidgetItem:
        item = QListWidgetItem(name)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(state)
        return item

    def _add_or_close(self, entered: str) -> None:
        """Add the entered tags; if there are none, close the dialog."""
        if entered.strip():
            self._add(entered)
        else:
            self.accept()

    def finish(self) -> None:
        """Add the tags in the box, and close."""
        self._add(self.box.text())
        self.accept()

    def _add(self, text: str) -> None:
        """Check one tag, or several separated by commas, and empty the box."""
        for mark in "，、;；":
            text = text.replace(mark, ",")
        for row, tag in enumerate(clean_tags(text.split(","))):
            known = self.list.findItems(tag, Qt.MatchFlag.MatchFixedString | Qt.MatchFlag.MatchCaseSensitive)
            if not known:
                self.list.insertItem(row, self._item(tag, _Check.Checked))
            for item in known:
                item.setCheckState(_Check.Checked)
        self.box.clear()

    def changes(self) -> tuple[list[str], list[str]]:
        """Return the tags to add, and those to remove."""
        items = [self.list.item(row) for row in range(self.list.count())]
        before = [self._before.get(item.text(), _Check.Unchecked) for item in items]
        changed = [item for item, was in zip(items, before, strict=True) if item.checkState() != was]
        add = [item.text() for item in changed if item.checkState() == _Check.Checked]
        return add, [item.text() for item in changed if item.checkState() == _Check.Unchecked]


def _check_state(count: int, articles: int) -> Qt.CheckState:
    return _Check.Checked if count == articles else _Check.PartiallyChecked
