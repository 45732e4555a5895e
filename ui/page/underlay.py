"""Paints the underlay of a page: quotation bars, panels, hairlines, list marks, and highlighted matches."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPen,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextLine,
    QTextTable,
)

from ui.look.colours import Colours
from ui.look.hairline import paint_hairline
from ui.page.matches import Range, within
from ui.page.parts import Decoration, Mark

_BAR = 3
_RADIUS = 6
_CELLS_LOOKED_AT = 60


class Underlay:
    """The shapes under the text, in positions and px of the document."""

    def __init__(self, colours: Colours) -> None:
        self.colours = colours
        self.decorations: Sequence[Decoration] = ()
        self.highlights: Sequence[Range] = ()
        self.current: Range | None = None
        self.sunk = 0
        self.font = QFont()

    def paint(self, painter: QPainter, document: QTextDocument, clip: QRect, column: float) -> None:
        """Paint the shapes in `clip`."""
        first, last = _in_view(document, clip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for decoration in self.decorations:
            if decoration.first > last:
                break
            if decoration.last >= first:
                self._decorate(painter, document, decoration, column)
        for each in within(self.highlights, first, last):
            self._highlight(painter, document, each)

    def _decorate(self, painter: QPainter, document: QTextDocument, decoration: Decoration, column: float) -> None:
        if decoration.mark is Mark.CODE:
            painter.setBrush(QColor(self.colours.panel))
            for rect in line_rects(document, (decoration.first, decoration.last)):
                painter.drawRoundedRect(rect.adjusted(-2, 0, 2, 0), 3, 3)
        elif decoration.mark is Mark.RULE:
            place = document.documentLayout().blockBoundingRect(document.findBlock(decoration.first))
            paint_hairline(painter, place.left(), place.top(), column, QColor(self.colours.hairline))
        elif decoration.mark is Mark.ITEM:
            self._item(painter, document, decoration)
        else:
            self._frame(painter, document, decoration)

    def _item(self, painter: QPainter, document: QTextDocument, decoration: Decoration) -> None:
        """Paint the bullet or number before the first line of a list item."""
        block = document.findBlock(decoration.first)
        line = block.layout().lineAt(0)
        origin = document.documentLayout().blockBoundingRect(block).topLeft()
        size = self.font.pixelSize()
        baseline = origin.y() + line.y() + line.ascent()
        left = origin.x() + document.indentWidth() * block.blockFormat().indent()
        if decoration.label == "•":
            painter.setBrush(QColor(self.colours.secondary))
            radius = size * 0.13
            painter.drawEllipse(QPointF(left - size * 0.75, baseline - size * 0.36), radius, radius)
            return
        painter.setPen(QColor(self.colours.secondary))
        painter.setFont(self.font)
        width = painter.fontMetrics().horizontalAdvance(decoration.label)
        painter.drawText(QPointF(left - size * 0.45 - width, baseline), decoration.label)
        painter.setPen(Qt.PenStyle.NoPen)

    def _frame(self, painter: QPainter, document: QTextDocument, decoration: Decoration) -> None:
        frame = document.findBlock(decoration.first).document().frameAt(decoration.first)
        rect = document.documentLayout().frameBoundingRect(frame)
        form = frame.frameFormat()
        rect.translate(0, self.sunk)
        rect.adjust(form.leftMargin(), form.topMargin(), -form.rightMargin(), -form.bottomMargin())
        if decoration.mark is Mark.BAR:
            bar = QColor(self.colours.accent)
            bar.setAlphaF(0.55)
            left = rect.left() - form.leftMargin()
            painter.fillRect(QRectF(round(left), rect.top(), _BAR, rect.height()), bar)
            return
        tint = QColor(self.colours.panel if decoration.mark is Mark.PANEL else self.colours.highlight)
        if decoration.mark is Mark.REMOVED:
            tint.setAlphaF(0.35)
        painter.setBrush(tint)
        painter.drawRoundedRect(rect, _RADIUS, _RADIUS)

    def _highlight(self, painter: QPainter, document: QTextDocument, each: Range) -> None:
        painter.setBrush(QColor(self.colours.highlight))
        current = each == self.current
        painter.setPen(QPen(QColor(self.colours.accent), 1.5) if current else Qt.PenStyle.NoPen)
        for rect in line_rects(document, each):
            painter.drawRoundedRect(rect.adjusted(-1, 0, 1, 0), 3, 3)
        painter.setPen(Qt.PenStyle.NoPen)


def position_at(document: QTextDocument, y: float) -> int:
    """Return the beginning of the first line that ends below `y`; lay out little more than up to that line.

    `hitTest` is not used: while Qt still lays out the page, it returns the end of the finished part for any point
    between two blocks or in the margin above the first.
    """
    block = _block_at(document, y)
    origin = document.documentLayout().blockBoundingRect(block).top()
    layout = block.layout()
    line = bisect_right(range(layout.lineCount()), y - origin, key=lambda number: _bottom(layout.lineAt(number)))
    if line < layout.lineCount():
        return block.position() + layout.lineAt(line).textStart()
    return block.next().position() if block.next().isValid() else block.position()


def _bottom(line: QTextLine) -> float:
    return line.y() + line.height()


def _block_at(document: QTextDocument, y: float) -> QTextBlock:
    """Return the last block whose top is not below `y`, by doubling strides and then halving them."""
    layout = document.documentLayout()

    def begins_above(number: int) -> bool:
        return layout.blockBoundingRect(document.findBlockByNumber(number)).top() <= y

    last = document.blockCount() - 1
    first, stride = 0, 1
    while first + stride <= last and begins_above(first + stride):
        first += stride
        stride *= 2
    while stride > 1:
        stride //= 2
        if first + stride <= last and begins_above(first + stride):
            first += stride
    return document.findBlockByNumber(first)


def _in_view(document: QTextDocument, clip: QRect) -> Range:
    """Return the first and last position of the blocks in `clip`."""
    layout = document.documentLayout()
    block = _row_start(document, _block_at(document, clip.top()))
    first = last = block.position()
    below = 0
    # The cells of a row are side by side, so a block in view may follow others that are below the view.
    while block.isValid() and below < _CELLS_LOOKED_AT:
        is_below = layout.blockBoundingRect(block).top() > clip.bottom()
        if is_below and QTextCursor(block).currentTable() is None:
            break
        below += is_below
        last = block.position() + block.length()
        block = block.next()
    return first, last


def _row_start(document: QTextDocument, block: QTextBlock) -> QTextBlock:
    """Return the first block of the row of the outermost table around `block`; without a table, `block`."""
    position, frame = block.position(), QTextCursor(block).currentFrame()
    while frame is not None:
        if isinstance(frame, QTextTable):
            row = frame.cellAt(block.position()).row()
            position = frame.cellAt(row, 0).firstPosition()
        frame = frame.parentFrame()
    return document.findBlock(position)


def line_rects(document: QTextDocument, span: Range) -> Iterator[QRectF]:
    """Yield a rectangle for each line of the text in `span`, as high as the letters."""
    block = document.findBlock(span[0])
    while block.isValid() and block.position() < span[1]:
        yield from _rects_in_block(document, block, span)
        block = block.next()


def _rects_in_block(document: QTextDocument, block: QTextBlock, span: Range) -> Iterator[QRectF]:
    origin = document.documentLayout().blockBoundingRect(block).topLeft()
    layout = block.layout()
    first, last = span[0] - block.position(), span[1] - block.position()
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        begin, end = max(first, line.textStart()), min(last, line.textStart() + line.textLength())
        if begin >= end:
            continue
        left, right = _x(line, begin), _x(line, end)
        size = line.ascent() + line.descent()
        baseline = line.y() + line.ascent()
        top = baseline - size * 0.66
        yield QRectF(origin.x() + left, origin.y() + top, right - left, size * 0.84)


def _x(line: QTextLine, position: int) -> float:
    found: object = line.cursorToX(position)
    return float(found[0]) if isinstance(found, tuple) else 0.0
