"""Text of a row, laid out in so many lines: cut with an ellipsis, matches in bold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QTextCharFormat, QTextLayout, QTextOption

from ui.look.latin_marks import latin_marks, narrowed

Marks = Sequence[tuple[int, int]]

_LONGEST = 400
_BEFORE_MARK = 12


class RowText:
    """A few laid-out lines; `lines` says how many there are, `height` how tall they stand."""

    def __init__(self, text: str, marks: Marks, font: QFont, width: float, most: int, pitch: float) -> None:
        text = " ".join(text[:_LONGEST].splitlines())
        self.layout = _lay_out(text, marks, font, width, pitch, most)
        self.text = text
        if self.layout.lineCount() > most:
            self.text = _with_ellipsis(self.layout, text, most)
            self.layout = _lay_out(self.text, marks, font, width, pitch, most)
            while self.layout.lineCount() > most and len(self.text) > 2:
                self.text = self.text[:-2].rstrip() + "…"
                self.layout = _lay_out(self.text, marks, font, width, pitch, most)
        self.lines = min(self.layout.lineCount(), most)
        self.height = self.lines * pitch


def _lay_out(text: str, marks: Marks, font: QFont, width: float, pitch: float, most: int) -> QTextLayout:
    """Lay out `most` lines, and one more if there is more text than they take."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    bold = list(_bold(text, marks))
    layout.setFormats([*bold, *_narrow(text, font, bold)])
    layout.beginLayout()
    top = 0.0
    while layout.lineCount() <= most and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, top + (pitch - line.height()) / 2))
        top += pitch
    layout.endLayout()
    return layout


def _with_ellipsis(layout: QTextLayout, text: str, most: int) -> str:
    """Keep what stands in the first lines, less a little for the ellipsis."""
    last = layout.lineAt(most - 1)
    end = last.textStart() + last.textLength()
    kept = text.encode("utf-16-le")[: 2 * (end - 1)].decode("utf-16-le", "ignore")
    return kept.rstrip(" ,，。、;；:：") + "…"


def _bold(text: str, marks: Marks) -> Iterable[QTextLayout.FormatRange]:
    """Turn marks, which count characters, into ranges of Qt, which count UTF-16 units."""
    for start, end in marks:
        if start >= len(text):
            continue
        piece = QTextLayout.FormatRange()
        piece.start = utf16_length(text[:start])
        piece.length = utf16_length(text[start:end])
        style = QTextCharFormat()
        style.setFontWeight(QFont.Weight.Bold)
        piece.format = style
        yield piece


def _narrow(text: str, font: QFont, bold: Sequence[QTextLayout.FormatRange]) -> Iterable[QTextLayout.FormatRange]:
    """Give the quotes of Latin words their width; one that stands in a match is as bold as the match."""
    marks = latin_marks(text)
    if not marks:
        return
    plain, strong = QTextCharFormat(), QTextCharFormat()
    narrow = narrowed(font)
    plain.setFont(narrow)
    narrow.setWeight(QFont.Weight.Bold)
    strong.setFont(narrow)
    for mark in marks:
        piece = QTextLayout.FormatRange()
        piece.start, piece.length = utf16_length(text[:mark]), 1
        in_match = any(each.start <= piece.start < each.start + each.length for each in bold)
        piece.format = strong if in_match else plain
        yield piece


def utf16_length(text: str) -> int:
    """Count as Qt counts: a character beyond the basic plane is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def around_first_mark(text: str, marks: Marks, fits: int) -> tuple[str, Marks]:
    """Begin later where the first match would fall behind the last line of `fits` characters."""
    if not marks or marks[0][1] <= fits:
        return text, marks
    drop = max(0, marks[0][0] - _BEFORE_MARK)
    kept = "…" + text[drop:].lstrip()
    shift = len(text) - len(kept)
    return kept, tuple((start - shift, end - shift) for start, end in marks)
