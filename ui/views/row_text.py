"""The text of a row, laid out in a limited number of lines: with an ellipsis if it is longer, and matches in bold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QTextCharFormat, QTextLayout, QTextOption

from ui.look.latin_marks import latin_marks, narrowed

Marks = Sequence[tuple[int, int]]

_LONGEST = 400
_BEFORE_MARK = 12


class RowText:
    """A few laid-out lines: their number, `lines`, and their total `height`."""

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
    """Lay out at most `most` lines, and one more if the text is longer."""
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
    """Return the text of the first lines, shortened to make room for an ellipsis."""
    last = layout.lineAt(most - 1)
    end = last.textStart() + last.textLength()
    kept = text.encode("utf-16-le")[: 2 * (end - 1)].decode("utf-16-le", "ignore")
    return kept.rstrip(" ,，。、;；:：") + "…"


def _bold(text: str, marks: Marks) -> Iterable[QTextLayout.FormatRange]:
    """Convert marks, which count characters, to Qt ranges, which count UTF-16 units."""
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
    """Narrow the quotes of Latin words; those inside a match are bold as well."""
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
    """Return the length in UTF-16 units, as Qt counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def around_first_mark(text: str, marks: Marks, fits: int) -> tuple[str, Marks]:
    """Cut the beginning if the first match is beyond the `fits` characters that the lines hold."""
    if not marks or marks[0][1] <= fits:
        return text, marks
    drop = max(0, marks[0][0] - _BEFORE_MARK)
    kept = "…" + text[drop:].lstrip()
    shift = len(text) - len(kept)
    return kept, tuple((start - shift, end - shift) for start, end in marks)
