"""Writes the blocks of an article into a document, one by one, so that no HTML ever reaches Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QTextBlockFormat, QTextFrameFormat, QTextTable

from reader.article import PageImage
from reader.page import BREAK, IMAGE, TEXT, Block, Box, Leaf, Run
from ui.page.parts import Cell, Ink, Mark, Place, Room, columns_of, grid, inked, rows_of, trimmed
from ui.page.typography import LINE_BREAK, OPENING, breakable, collapse, cut_spaces, cut_word, glue
from ui.page.writer import PageWriter

_HEADINGS = {f"h{level}": level for level in range(2, 7)}
_DEEPEST_FRAME = 4
_DEEPEST_TABLE = 2
_DEEPEST_INDENT = 6
# Limits for all tables and frames of a page: with more, Qt lays out for seconds. Their text becomes paragraphs.
_MOST_CELLS = 6_000
_MOST_FRAMES = 1_000
# Longer words are cut: to break a line, Qt searches back through the whole word.
_LONGEST_WORD = 1_000
_LONGEST_ALT = 60
# Pictures of at most this many px are emoji and small signs, which stay in their line.
_SIGN = 32

SizeOf = Callable[[int], QSize | None]


class PageBuilder:
    """Writes each leaf as paragraphs, set as the boxes around it demand."""

    def __init__(self, writer: PageWriter, images: Sequence[PageImage], size_of: SizeOf) -> None:
        """Write with `writer`; `size_of(N)` is the size in px of picture N, None if it is missing."""
        self._writer, self._style = writer, writer.style
        self._images, self._size_of = images, size_of
        self._absent: list[str] = []
        self._item: str | None = None
        self._frames = self._cells = 0
        self._boxes: dict[str, Callable[[Box, Place], None]] = {
            **dict.fromkeys(("ul", "ol"), self._list),
            "dd": self._definition,
            "div": self._removed,
            "blockquote": self._quote,
            "hr": self._rule,
            "table": self._table,
        }

    def write(self, page: Box) -> None:
        """Write a whole page."""
        self._all_of(page.children, Place())
        self._writer.hide_unused()

    def _all_of(self, blocks: Iterable[Block], place: Place) -> None:
        self._flow(blocks, place)
        self._tell_absent()

    def _flow(self, blocks: Iterable[Block], place: Place) -> None:
        for block in blocks:
            if isinstance(block, Leaf):
                self._leaf(block, place)
            else:
                self._boxes.get(block.tag, self._others)(block, place)

    def _others(self, box: Box, place: Place) -> None:
        self._flow(box.children, place)

    # Paragraphs

    def _leaf(self, leaf: Leaf, place: Place) -> None:
        if leaf.tag == "pre":
            self._code(leaf)
        elif leaf.tag in ("figcaption", "caption"):
            self._caption(leaf, place)
        elif leaf.tag in _HEADINGS:
            place = replace(place, heading=_HEADINGS[leaf.tag], ink=replace(place.ink, bold=True))
            self._paragraphs(leaf.runs, place)
        elif leaf.tag == "dt":
            self._paragraphs(leaf.runs, replace(place, tight=True, ink=replace(place.ink, bold=True)))
        else:
            self._paragraphs(leaf.runs, place)

    def _paragraphs(self, runs: Iterable[Run], place: Place) -> None:
        """Write runs as paragraphs: each picture stands alone, and splits the text around it."""
        together: list[Run] = []
        for run in runs:
            if run.kind != IMAGE or self._is_sign(run):
                together.append(run)
            elif run.image < len(self._images):
                self._paragraph(together, place)
                together = []
                self._picture(run, place)
        self._paragraph(together, place)

    def _paragraph(self, runs: Sequence[Run], place: Place) -> None:
        """Write runs as one paragraph, unless they are blank."""
        runs = trimmed(runs)
        if not runs:
            return
        self._tell_absent()
        block = self._block_format(place)
        if runs[0].kind == TEXT and runs[0].text.startswith(tuple(OPENING)) and not (place.tables or place.caption):
            self._style.hanging(block)
        self._writer.start_block(block, self._writer.format(place.ink))
        self._mark_item()
        longest = place.longest_word or _LONGEST_WORD
        for run in runs:
            if run.kind == IMAGE:
                self._insert_picture(run, place)
                continue
            text = cut_spaces(glue(collapse(LINE_BREAK if run.kind == BREAK else run.text)))
            self._writer.insert(breakable(text, longest) if len(text) > longest else text, inked(place.ink, run))

    def _block_format(self, place: Place) -> QTextBlockFormat:
        if place.heading:
            made = self._style.heading(place.heading)
        elif place.caption:
            made = self._style.caption()
        elif place.tables:
            made = self._style.paragraph(below=0.0, small=True)
        else:
            made = self._style.paragraph(below=0.3 if place.tight else 0.9)
        made.setIndent(place.indent)
        return made

    def _mark_item(self) -> None:
        """Mark the first paragraph of a list item with its bullet or number."""
        if self._item is not None:
            self._writer.decorate(Mark.ITEM, self._writer.cursor.position(), self._item)
            self._item = None

    def _caption(self, leaf: Leaf, place: Place) -> None:
        """Write a caption, close under its picture or under the line for a missing one."""
        said = " ".join(leaf.words.split())
        # Many sites repeat the caption as the picture's name; it is shown once.
        self._absent = ["" if name in said else name for name in self._absent]
        self._tell_absent()
        self._writer.space_below(round(self._style.line * 0.15))
        self._paragraphs(leaf.runs, replace(place, caption=True, ink=replace(place.ink, small=True, secondary=True)))

    def _definition(self, box: Box, place: Place) -> None:
        self._flow(box.children, replace(place, indent=min(place.indent + 1, _DEEPEST_INDENT)))

    def _rule(self, _box: Box, _place: Place) -> None:
        self._tell_absent()
        self._writer.start_block(self._style.rule(), self._writer.format(Ink(small=True)))
        self._writer.decorate(Mark.RULE, self._writer.cursor.position())

    # Lists

    def _list(self, box: Box, place: Place) -> None:
        room = place.room.less(self._style.indent)
        inner = replace(place, indent=min(place.indent + 1, _DEEPEST_INDENT), tight=True, room=room)
        number = 1
        for item in box.children:
            self._item = f"{number}." if box.tag == "ol" else "•"
            self._flow([item], inner)
            number += item.tag == "li"
        self._item = None
        if not place.indent and not place.tables:
            self._writer.space_below(self._style.gap)

    # Frames

    def _quote(self, box: Box, place: Place) -> None:
        self._framed(box, place, Mark.BAR, self._style.quote_frame(), 1.2)

    def _removed(self, box: Box, place: Place) -> None:
        self._framed(box, place, Mark.REMOVED, self._style.panel_frame(), 1.6)

    def _code(self, leaf: Leaf) -> None:
        text = leaf.words.replace("\t", "    ")
        if text.strip() and self._frames < _MOST_FRAMES:
            self._frames += 1
            self._tell_absent()
            self._writer.frame(Mark.PANEL, self._style.panel_frame(), lambda: self._code_lines(text))
        elif text.strip():
            self._code_lines(text)

    def _code_lines(self, text: str) -> None:
        form = self._writer.format(Ink(code=True))
        for line in text.split("\n"):
            self._writer.start_block(self._style.paragraph(below=0.0, small=True), form)
            self._writer.cursor.insertText(cut_word(line, _LONGEST_WORD), form)

    def _framed(self, box: Box, place: Place, mark: Mark, form: QTextFrameFormat, inset: float) -> None:
        """Write the children of `box` inside a frame that takes `inset` em of the width."""
        self._tell_absent()
        if place.frames >= _DEEPEST_FRAME or self._frames >= _MOST_FRAMES:
            self._flow(box.children, place)
            return
        self._frames += 1
        room = place.room.less(round(self._style.text * inset))
        inner = replace(place, frames=place.frames + 1, room=room, indent=0)
        self._item = None
        self._writer.frame(mark, form, lambda: self._all_of(box.children, inner))

    # Tables

    def _table(self, box: Box, place: Place) -> None:
        self._tell_absent()
        self._flow((child for child in box.children if child.tag != "tr"), place)
        rows = rows_of(box)
        columns = columns_of(rows)
        if columns < 2 or not self._has_room(len(rows) * columns, place):
            for row in rows:
                self._flow(row, place)
            return
        table = self._writer.table(len(rows), columns)
        item = self._item
        for cell in grid(rows, columns):
            self._cell(table, cell, place)
        self._item = item
        self._writer.leave(table)

    def _has_room(self, cells: int, place: Place) -> bool:
        """Return whether the page may have a table of `cells` more cells, and count them if so."""
        if place.tables >= _DEEPEST_TABLE or self._frames >= _MOST_FRAMES or self._cells + cells > _MOST_CELLS:
            return False
        self._cells += cells
        self._frames += 1
        return True

    def _cell(self, table: QTextTable, cell: Cell, outer: Place) -> None:
        table.cellAt(cell.row, cell.column).setFormat(self._style.table_cell())
        if cell.wide * cell.tall > 1:
            table.mergeCells(cell.row, cell.column, cell.tall, cell.wide)
        share = cell.wide / table.columns()
        inset = round(outer.room.inset * share) + self._style.table_padding * 2 + 1
        place = Place(
            ink=replace(outer.ink, small=True, bold=cell.heading),
            room=Room(outer.room.share * share, inset),
            frames=outer.frames,
            tables=outer.tables + 1,
            longest_word=max(4, round(self._style.characters_across * 1.6 * outer.room.share * share) - 3),
        )
        self._item = None
        self._writer.enter_cell(table, cell.row, cell.column)
        self._all_of(cell.blocks, place)
        self._writer.hide_unused()

    # Pictures

    def _is_sign(self, run: Run) -> bool:
        size = self._size_of(run.image) if run.image < len(self._images) else None
        return size is not None and max(size.width(), size.height()) <= _SIGN

    def _picture(self, run: Run, place: Place) -> None:
        if self._size_of(run.image) is None:
            self._absent.append(" ".join((run.text or self._images[run.image].alt).split()))
            return
        self._tell_absent()
        block = self._style.picture()
        block.setIndent(place.indent)
        if place.tables:
            block.setTopMargin(0)
            block.setBottomMargin(round(self._style.line * 0.2))
        self._writer.start_block(block, self._writer.format(place.ink))
        self._item = None
        self._insert_picture(run, place)

    def _insert_picture(self, run: Run, place: Place) -> None:
        size = self._size_of(run.image)
        if size is not None:
            if max(size.width(), size.height()) <= _SIGN:
                limit = QSize(self._style.sign, self._style.sign)
                size = size.scaled(limit.boundedTo(size), Qt.AspectRatioMode.KeepAspectRatio)
            self._writer.insert_picture(run.image, size, place.room, run.href or "")

    def _tell_absent(self) -> None:
        """Write a small line for each missing picture with a name, and one for all without."""
        absent, self._absent = self._absent, []
        lines = [_absent_line(name) for name in dict.fromkeys(absent) if name]
        nameless = absent.count("")
        if nameless == 1:
            lines.append(QCoreApplication.translate("Page", "Picture not saved"))
        elif nameless:
            several = QCoreApplication.translate("Page", "{count} pictures not saved")
            lines.append(several.format(count=nameless))
        ink = Ink(small=True, secondary=True)
        for line in lines:
            self._writer.start_block(self._style.absent(last=line is lines[-1]), self._writer.format(ink))
            self._writer.insert(line, ink)


def _absent_line(name: str) -> str:
    short = name if len(name) <= _LONGEST_ALT else name[: _LONGEST_ALT - 1].rstrip() + "…"
    return QCoreApplication.translate("Page", "{name}, not saved").format(name=short)
