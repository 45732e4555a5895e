"""Writes blocks, text, frames and pictures at the end of a QTextDocument, and collects its decorations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize
from PySide6.QtGui import (
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrame,
    QTextFrameFormat,
    QTextTable,
)

from ui.page.parts import Decoration, Ink, Mark, Room
from ui.page.style import PageStyle, fixed_line, picture_characters
from ui.page.typography import Setting, pieces

_HAS_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")

_SOME_LINK = "-"


class PageWriter:
    """Writes at the end of a document; `decorations` collects the shapes to paint under the text.

    Qt keeps an empty block after every frame and table; the next block is written into it, or it is made invisible.
    """

    def __init__(self, cursor: QTextCursor, style: PageStyle) -> None:
        """Begin at `cursor`, in the empty block of an empty document."""
        self.style = style
        self.decorations: list[Decoration] = []
        self.cursor = cursor
        self.unused = True
        self._last_frame: QTextFrame | None = None
        self._formats: defaultdict[Ink, dict[float, QTextCharFormat]] = defaultdict(dict)

    def start_block(self, block: QTextBlockFormat, characters: QTextCharFormat) -> None:
        """Begin a block, in the unused block if there is one."""
        if self.unused:
            self.cursor.setBlockFormat(block)
            # Merged, as this format of a cell's first block also holds the cell's span and padding.
            self.cursor.mergeBlockCharFormat(characters)
        else:
            self.cursor.insertBlock(block, characters)
        self.unused = False

    def insert(self, text: str, ink: Ink) -> None:
        """Write `text` into the block, with the punctuation typeset for the page's script."""
        if ink.italic and _HAS_CJK.search(text):
            ink = replace(ink, italic=False)  # Ideographs have no italic; software would slant them.
        if ink.code:
            first = self.cursor.position()
            self.cursor.insertText(text, self.format(ink))
            self.decorate(Mark.CODE, first)
            return
        # Looked up once per text: an ink is slow to hash, and a long page has tens of thousands of pieces.
        formats = self._formats[ink]
        for words, setting in pieces(text, self.style.script):
            form = formats.get(setting.value)
            if form is None:
                form = formats[setting.value] = self._make(ink, setting)
            self.cursor.insertText(words, form)

    def insert_picture(self, number: int, size: QSize, room: Room, href: str) -> None:
        """Reserve room for picture `number`."""
        form = picture_characters(number, (size.width(), size.height()), room, href)
        self.cursor.insertText("\ufffc", form)

    def format(self, ink: Ink) -> QTextCharFormat:
        """Return the format for plain text in `ink`, made once."""
        formats = self._formats[ink]
        if Setting.PLAIN.value not in formats:
            formats[Setting.PLAIN.value] = self._make(ink, Setting.PLAIN)
        return formats[Setting.PLAIN.value]

    def _make(self, ink: Ink, setting: Setting) -> QTextCharFormat:
        """Make a format; formats of links are copies of one, with another address."""
        if not ink.href or ink.href == _SOME_LINK:
            return self.style.characters(ink, setting)
        known = self._formats[replace(ink, href=_SOME_LINK)]
        if setting.value not in known:
            known[setting.value] = self.style.characters(ink, setting)
        made = QTextCharFormat(known[setting.value])
        made.setAnchorHref(ink.href)
        return made

    def decorate(self, mark: Mark, first: int, label: str = "") -> None:
        """Decorate the text from `first` to the cursor with `mark`."""
        self.decorations.append(Decoration(mark, first, self.cursor.position(), label))

    def space_below(self, px: int) -> None:
        """Change the space after the last block."""
        if not self.unused:
            last = self.cursor.blockFormat()
            last.setBottomMargin(px)
            self.cursor.setBlockFormat(last)

    def hide_unused(self) -> None:
        """Make the unused block invisible."""
        if self.unused:
            self.cursor.setBlockFormat(fixed_line(0))
            self.cursor.mergeBlockCharFormat(self.format(Ink(small=True)))

    def frame(self, mark: Mark, form: QTextFrameFormat, write: Callable[[], None]) -> None:
        """Call `write` to write inside a frame; a frame that stays empty takes no room."""
        form.setTopMargin(self._space_above())
        self.hide_unused()
        frame = self.cursor.insertFrame(form)
        self.unused = True
        first = self.cursor.position()
        write()
        self.hide_unused()
        if self.cursor.position() == first and self.unused:
            frame.setFrameFormat(QTextFrameFormat())
        else:
            self._close_space()
            self.decorate(mark, first)
        self.leave(frame)

    def table(self, rows: int, columns: int) -> QTextTable:
        """Begin a table; `leave` ends it."""
        form = self.style.table(columns)
        form.setTopMargin(self._space_above())
        self.hide_unused()
        return self.cursor.insertTable(rows, columns, form)

    def enter_cell(self, table: QTextTable, row: int, column: int) -> None:
        """Go on writing in an empty cell."""
        self.cursor = table.cellAt(row, column).firstCursorPosition()
        self.unused = True

    def leave(self, frame: QTextFrame) -> None:
        """Go on writing after a frame or a table."""
        self.cursor.setPosition(frame.lastPosition() + 1)
        self.unused = True
        self._last_frame = frame

    def _space_above(self) -> float:
        """Return the space above a frame, as Qt ignores the bottom margin of the block before it."""
        return 0.0 if self.unused else self.cursor.blockFormat().bottomMargin()

    def _close_space(self) -> None:
        """Remove the space at the end of a frame, which has a margin of its own."""
        last = self._last_frame
        if self.unused and last is not None and last.lastPosition() + 1 == self.cursor.position():
            form = last.frameFormat()
            form.setBottomMargin(0)
            last.setFrameFormat(form)
        self.space_below(0)
