"""Writes the tree of an article with a PageWriter, element by element; no HTML ever reaches Qt."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QTextBlockFormat, QTextFrameFormat, QTextTable

from reader.article import PageImage
from ui.page.parts import (
    BLANK,
    Cell,
    Ink,
    Mark,
    Place,
    Room,
    Run,
    columns_of,
    grid,
    rows_of,
    text_with_breaks,
    trimmed,
)
from ui.page.tree import Node
from ui.page.typography import LINE_BREAK, OPENING, breakable, cut_line, cut_spaces, glue
from ui.page.writer import PageWriter

_INLINE: dict[str, dict[str, object]] = {
    "b": {"bold": True},
    "strong": {"bold": True},
    "em": {"italic": True},
    "i": {"italic": True},
    "u": {"underline": True},
    "s": {"strike": True},
    "code": {"code": True},
    "sub": {"script": -1},
    "sup": {"script": 1},
}
_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_SAFE_SCHEMES = ("http://", "https://", "mailto:")
_PICTURE_NAME = re.compile(r"img:(\d{1,6})")
_DEEPEST_FRAME = 4
_DEEPEST_TABLE = 2
_DEEPEST_INDENT = 6
# Of one page, all its tables and frames together: beyond, Qt lays out for seconds. What is in them stays in the flow.
_MOST_CELLS = 6_000
_MOST_FRAMES = 1_000
# A line is sought in a word as long as a book by going back over all of it.
_LONGEST_WORD = 1_000
_LONGEST_ALT = 60
# Pictures up to this many px are emoji and little signs, which stay in their line.
_SIGN = 32

SizeOf = Callable[[int], QSize | None]


class PageBuilder:
    """Gathers the runs of a paragraph, and writes it when it ends."""

    def __init__(self, writer: PageWriter, images: Sequence[PageImage], size_of: SizeOf) -> None:
        """Write with `writer`; `size_of(N)` is the size in px of picture N, None if it is not held."""
        self._writer, self._style = writer, writer.style
        self._images, self._size_of = images, size_of
        self._runs: list[Run] = []
        self._absent: list[str] = []
        self._place = Place()
        self._item: str | None = None
        self._frames = self._cells = 0
        self._blocks: dict[str, Callable[[Node], None]] = {
            **dict.fromkeys(("p", "figure", "li", "dl"), self._paragraph),
            **dict.fromkeys(("figcaption", "caption"), self._caption),
            **dict.fromkeys(("ul", "ol"), self._list),
            **dict.fromkeys(("dt", "dd"), self._definition),
            **dict.fromkeys(_HEADINGS, self._heading),
            "div": self._division,
            "blockquote": self._quote,
            "pre": self._code,
            "hr": self._rule,
            "table": self._table,
        }

    def write(self, page: Node) -> None:
        """Write a whole tree."""
        self._flow(page, self._place)
        self._tell_absent()
        self._writer.hide_unused()

    def _flow(self, node: Node, place: Place) -> None:
        """Write what stands in `node`, a container of blocks, text or both."""
        outer, self._place = self._place, place
        for child in node.children:
            self._child(child, place.ink)
        self._flush()
        self._place = outer

    def _child(self, child: Node | str, ink: Ink) -> None:
        if isinstance(child, str):
            self._runs.append(Run(child, ink))
        elif child.tag in self._blocks:
            self._flush()
            self._blocks[child.tag](child)
        elif child.tag == "br":
            self._line_break(ink)
        elif child.tag == "img":
            self._picture(child, ink)
        else:
            inner = _inline_ink(child, ink)
            for grandchild in child.children:
                self._child(grandchild, inner)

    # Paragraphs

    def _flush(self) -> None:
        """Write the gathered runs as one paragraph, if they say anything."""
        runs, self._runs = trimmed(self._runs), []
        if not runs:
            return
        self._tell_absent()
        place = self._place
        block = self._block_format(place)
        if runs[0].text.startswith(tuple(OPENING)) and not (place.tables or place.caption):
            self._style.hanging(block)
        self._writer.start_block(block, self._writer.format(place.ink))
        self._mark_item()
        for run in runs:
            if run.picture is not None:
                self._insert_picture(run.picture, run.ink)
                continue
            longest = place.longest_word or _LONGEST_WORD
            text = glue(run.text)
            text = cut_spaces(text)
            self._writer.insert(breakable(text, longest) if len(text) > longest else text, run.ink)

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
        """Give the first paragraph of a list's item its bullet or number."""
        if self._item is not None:
            self._writer.decorate(Mark.ITEM, self._writer.cursor.position(), self._item)
            self._item = None

    def _line_break(self, ink: Ink) -> None:
        """Break the line; two breaks with nothing between them are what old pages call a paragraph."""
        for run in reversed(self._runs):
            if run.text == LINE_BREAK:
                self._flush()
                return
            if run.picture is not None or run.text.strip(BLANK):
                break
        self._runs.append(Run(LINE_BREAK, ink))

    def _paragraph(self, node: Node) -> None:
        self._flow(node, self._place)

    def _heading(self, node: Node) -> None:
        ink = self._place.ink.plus(bold=True)
        self._flow(node, self._place.plus(heading=_HEADINGS[node.tag], ink=ink))

    def _caption(self, node: Node) -> None:
        """Write a caption, close under the picture or under the line for it."""
        said = " ".join(node.text().split())
        # Many sites write the caption as the picture's name, too: it is read once.
        self._absent = ["" if name in said else name for name in self._absent]
        self._tell_absent()
        self._writer.space_below(round(self._style.line * 0.15))
        ink = self._place.ink.plus(small=True, secondary=True)
        self._flow(node, self._place.plus(caption=True, ink=ink))

    def _definition(self, node: Node) -> None:
        if node.tag == "dt":
            self._flow(node, self._place.plus(tight=True, ink=self._place.ink.plus(bold=True)))
        else:
            self._flow(node, self._place.plus(indent=min(self._place.indent + 1, _DEEPEST_INDENT)))

    def _rule(self, _node: Node) -> None:
        self._tell_absent()
        self._writer.start_block(self._style.rule(), self._writer.format(Ink(small=True)))
        self._writer.decorate(Mark.RULE, self._writer.cursor.position())

    # Lists

    def _list(self, node: Node) -> None:
        number = 0
        room = self._place.room.less(self._style.indent)
        place = self._place.plus(indent=min(self._place.indent + 1, _DEEPEST_INDENT), tight=True, room=room)
        for child in node.children:
            is_item = isinstance(child, Node) and child.tag == "li"
            number += is_item
            self._item = _label(node, number) if is_item else None
            self._flow(child if isinstance(child, Node) and is_item else Node("li", children=[child]), place)
        self._item = None
        if not self._place.indent and not self._place.tables:
            self._writer.space_below(self._style.gap)

    # Frames

    def _quote(self, node: Node) -> None:
        self._framed_flow(node, Mark.BAR, self._style.quote_frame(), 1.2)

    def _division(self, node: Node) -> None:
        if node.attributes.get("class") == "removed":
            self._framed_flow(node, Mark.REMOVED, self._style.panel_frame(), 1.6)
        else:
            self._flow(node, self._place)

    def _code(self, node: Node) -> None:
        text = text_with_breaks(node).replace("\r\n", "\n").replace("\t", "    ").strip("\n")
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
            self._writer.cursor.insertText(cut_line(line, _LONGEST_WORD), form)

    def _framed_flow(self, node: Node, mark: Mark, form: QTextFrameFormat, inset: float) -> None:
        """Write `node` inside a frame that takes `inset` em of the width."""
        self._tell_absent()
        if self._place.frames >= _DEEPEST_FRAME or self._frames >= _MOST_FRAMES:
            self._flow(node, self._place)
            return
        self._frames += 1
        room = self._place.room.less(round(self._style.text * inset))
        place = self._place.plus(frames=self._place.frames + 1, room=room, indent=0)
        self._item = None
        self._writer.frame(mark, form, lambda: self._all_of(node, place))

    def _all_of(self, node: Node, place: Place) -> None:
        self._flow(node, place)
        self._tell_absent()

    # Tables

    def _table(self, node: Node) -> None:
        self._tell_absent()
        rows = rows_of(node)
        columns = columns_of(rows)
        for caption in node.elements("caption"):
            self._caption(caption)
        if columns < 2 or not self._has_room(len(rows) * columns):
            for part in (part for row in rows for part in row):
                self._flow(part, self._place)
            return
        table = self._writer.table(len(rows), columns)
        outer, item = self._place, self._item
        for cell in grid(rows, columns):
            self._cell(table, cell, outer)
        self._place, self._item = outer, item
        self._writer.end_table(table)

    def _has_room(self, cells: int) -> bool:
        """Take so many cells for one more table, if the page may have them."""
        if self._place.tables >= _DEEPEST_TABLE or self._frames >= _MOST_FRAMES or self._cells + cells > _MOST_CELLS:
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
            ink=outer.ink.plus(small=True, bold=cell.node.tag == "th"),
            room=Room(outer.room.share * share, inset),
            frames=outer.frames,
            tables=outer.tables + 1,
            longest_word=max(4, round(self._style.characters_across * 1.6 * outer.room.share * share) - 3),
        )
        self._item = None
        self._writer.enter_cell(table, cell.row, cell.column)
        self._all_of(cell.node, place)
        self._writer.hide_unused()

    # Pictures

    def _picture(self, node: Node, ink: Ink) -> None:
        found = _PICTURE_NAME.fullmatch(node.attributes.get("src", ""))
        number = int(found.group(1)) if found else -1
        if not 0 <= number < len(self._images):
            return
        size = self._size_of(number)
        if size is None:
            self._flush()
            self._absent.append(" ".join((node.attributes.get("alt") or self._images[number].alt).split()))
        elif max(size.width(), size.height()) <= _SIGN:
            self._runs.append(Run("", ink, number))
        else:
            self._large_picture(number, ink)

    def _large_picture(self, number: int, ink: Ink) -> None:
        self._flush()
        self._tell_absent()
        block = self._style.picture()
        block.setIndent(self._place.indent)
        if self._place.tables:
            block.setTopMargin(0)
            block.setBottomMargin(round(self._style.line * 0.2))
        self._writer.start_block(block, self._writer.format(self._place.ink))
        self._item = None
        self._insert_picture(number, ink)

    def _insert_picture(self, number: int, ink: Ink) -> None:
        size = self._size_of(number)
        if size is not None:
            if max(size.width(), size.height()) <= _SIGN:
                limit = QSize(self._style.sign, self._style.sign)
                size = size.scaled(limit.boundedTo(size), Qt.AspectRatioMode.KeepAspectRatio)
            self._writer.insert_picture(number, size, self._place.room, ink.href)

    def _tell_absent(self) -> None:
        """Write one slim line for each picture that is not held, or one for several without a name."""
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


def _label(items: Node, number: int) -> str:
    return f"{number}." if items.tag == "ol" else "•"


def _inline_ink(node: Node, ink: Ink) -> Ink:
    if node.tag == "a":
        href = node.attributes.get("href", "").strip()
        return ink.plus(href=href) if href.lower().startswith(_SAFE_SCHEMES) else ink
    changes = _INLINE.get(node.tag)
    return ink.plus(**changes) if changes else ink


def _absent_line(name: str) -> str:
    short = name if len(name) <= _LONGEST_ALT else name[: _LONGEST_ALT - 1].rstrip() + "…"
    return QCoreApplication.translate("Page", "{name}, not saved").format(name=short)
