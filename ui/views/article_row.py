"""Paints one row of the article list."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from reader.article import ArticleId, Hit
from ui.background.thumbnails import Thumbnails
from ui.look.colours import Colours
from ui.look.hairline import paint_hairline
from ui.look.latin_marks import suited
from ui.look.theme import sized
from ui.models import ModelIndex
from ui.models.article_list_model import HIT, version_note
from ui.views.row_text import RowText, around_first_mark
from ui.words.dates import day

PICTURE = 72
RADIUS = 6
_GUTTER = 24
_EDGE = 16
_PAD = 12
_GAP = 12
_LINES = 4
_CACHED = 100
# Half the width of the star: it is as quiet as the byline next to it.
_STAR = 5.5


@dataclass(frozen=True, slots=True)
class _Laid:
    """The layout of a row for one width."""

    hit: Hit
    width: int
    title: RowText
    byline: str
    byline_font: QFont
    snippet: RowText


class ArticleRow(QStyledItemDelegate):
    """Paints a row: title, byline, snippet, and a thumbnail at the right if there is one.

    At the left a dot marks an unread article, and a star below it a starred one.

    A title of one line leaves its second line to the snippet, so that all rows have one height.
    """

    def __init__(self, colours: Colours, thumbnails: Thumbnails, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._thumbnails = thumbnails
        self._laid: OrderedDict[ArticleId, _Laid] = OrderedDict()
        self._title, self._byline, self._snippet = sized(14, QFont.Weight.Medium), sized(12), sized(13)
        self._title_pitch = _pitch(self._title)
        self._snippet_pitch = _pitch(self._snippet)
        self._byline_height = _pitch(self._byline) + 4
        self.set_colours(colours)

    def set_colours(self, colours: Colours) -> None:
        """Use `colours` from the next painting on."""
        self._text, self._secondary = QColor(colours.text), QColor(colours.secondary)
        self._accent, self._selection = QColor(colours.accent), QColor(colours.selection)
        self._hairline, self._panel = QColor(colours.hairline), QColor(colours.panel)

    @property
    def height(self) -> int:
        """The height of every row."""
        text = 2 * self._title_pitch + self._byline_height + (_LINES - 2) * self._snippet_pitch
        return round(max(text, PICTURE) + 2 * _PAD)

    def sizeHint(  # noqa: N802 - as Qt has it
        self, option: QStyleOptionViewItem, index: ModelIndex
    ) -> QSize:
        """Override QStyledItemDelegate.sizeHint."""
        return QSize(200, self.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        """Override QStyledItemDelegate.paint."""
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # The view is asked, as the state of the option would make PySide load 20 enumerations in 5 ms.
        if self._view.selectionModel().isSelected(cast("QModelIndex", index)):
            self._paint_selection(painter, area, self._view.hasFocus())
        else:
            width = area.width() - _GUTTER - _EDGE
            paint_hairline(painter, area.left() + _GUTTER, area.bottom() - 1, width, self._hairline)
        hit = index.data(HIT)
        if isinstance(hit, Hit):
            self._paint_hit(painter, area, hit)
        painter.restore()

    def _paint_selection(self, painter: QPainter, area: QRectF, focus: bool) -> None:
        painter.setPen(QPen(self._accent, 1) if focus else Qt.PenStyle.NoPen)
        painter.setBrush(self._selection)
        painter.drawRoundedRect(area.adjusted(6.5, 2.5, -6.5, -2.5), RADIUS, RADIUS)

    def _paint_hit(self, painter: QPainter, area: QRectF, hit: Hit) -> None:
        laid = self.lay_out(hit, int(area.width()))
        left, top = area.left() + _GUTTER, area.top() + _PAD
        if not hit.read:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._accent)
            painter.drawEllipse(QPointF(left - 10, top + self._title_pitch / 2), 3.5, 3.5)
        painter.setPen(self._text)
        laid.title.layout.draw(painter, QPointF(left, top))
        top += laid.title.height
        if hit.starred:
            draw_star(painter, QPointF(left - 10, top + self._byline_height / 2), _STAR, self._secondary)
        painter.setPen(self._secondary)
        painter.setFont(laid.byline_font)
        line = QRectF(left, top, self._text_width(hit, area.width()), self._byline_height)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, laid.byline)
        laid.snippet.layout.draw(painter, QPointF(left, top + self._byline_height))
        if hit.thumbnail is not None:
            self._paint_picture(painter, area, hit.thumbnail)

    def _paint_picture(self, painter: QPainter, area: QRectF, sha256: str) -> None:
        """Paint the picture in a place that is kept for it, so that nothing moves when it comes."""
        place = QRectF(area.right() - _EDGE - PICTURE, area.top() + _PAD + 2, PICTURE, PICTURE)
        pixmap = self._thumbnails.pixmap(sha256, painter.device().devicePixelRatio())
        if pixmap is None or pixmap.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._panel)
            painter.drawRoundedRect(place, RADIUS, RADIUS)
        else:
            painter.drawPixmap(place.topLeft(), pixmap)

    def _text_width(self, hit: Hit, width: float) -> float:
        picture = 0 if hit.thumbnail is None else PICTURE + _GAP
        return max(80.0, width - _GUTTER - _EDGE - picture)

    def lay_out(self, hit: Hit, width: int) -> _Laid:
        """Lay out a row for `width` px, or return it as it was laid out last."""
        known = self._laid.get(hit.id)
        if known is not None and known.hit is hit and known.width == width:
            return known
        room = self._text_width(hit, width)
        title = hit.title or QCoreApplication.translate("ArticleList", "Untitled")
        head = RowText(title, hit.title_marks, self._title, room, 2, self._title_pitch)
        lines = _LINES - head.lines
        fits = int(room / self._snippet.pixelSize()) * lines - 2
        text, marks = around_first_mark(hit.snippet.text, hit.snippet.marks, fits)
        body = RowText(text, marks, self._snippet, room, lines, self._snippet_pitch)
        byline = self._byline_of(hit, room)
        laid = _Laid(hit, width, head, byline, suited(self._byline, byline), body)
        self._laid[hit.id] = laid
        while len(self._laid) > _CACHED:
            self._laid.popitem(last=False)
        return laid

    def _byline_of(self, hit: Hit, room: float) -> str:
        """Return source, date and the note on the version; a long source is shortened first, then the rest."""
        metrics = QFontMetricsF(self._byline)
        behind = " · ".join(filter(None, (day(hit.published or hit.captured), version_note(hit))))
        tail = f" · {behind}" if behind and hit.source else behind
        space = room - metrics.horizontalAdvance(tail)
        if space < 0:
            return metrics.elidedText(behind, Qt.TextElideMode.ElideRight, room)
        return metrics.elidedText(hit.source, Qt.TextElideMode.ElideRight, space) + tail


def draw_star(painter: QPainter, centre: QPointF, radius: float, colour: QColor) -> None:
    """Paint a star of five points."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([centre + point * radius for point in _POINTS]))


def _star_points() -> Iterator[QPointF]:
    for corner in range(10):
        length, angle = (0.42 if corner % 2 else 1.0), math.pi * (corner / 5 - 0.5)
        yield QPointF(length * math.cos(angle), length * math.sin(angle))


_POINTS = tuple(_star_points())


def _pitch(font: QFont) -> float:
    """Return the distance between lines: enough for Chinese, less than CJK fonts ask for."""
    return round(font.pixelSize() * 1.42)
