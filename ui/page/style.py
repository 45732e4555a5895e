"""The measures of a page, and the Qt formats made from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QTextBlockFormat,
    QTextCharFormat,
    QTextFormat,
    QTextFrameFormat,
    QTextImageFormat,
    QTextLength,
    QTextTableCellFormat,
    QTextTableFormat,
)

from reader.settings import Settings
from ui.look.colours import Colours
from ui.look.latin_marks import narrowed
from ui.page.fonts import Script, latin_families, mono_families, page_families
from ui.page.parts import Ink, Room
from ui.page.typography import Setting

# Properties of a picture's format for the room it has.
INSET = QTextFormat.Property.UserProperty.value + 1
SHARE = QTextFormat.Property.UserProperty.value + 2

_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value
_SINGLE = QTextBlockFormat.LineHeightTypes.SingleHeight.value
# This feature puts wide quotes in the place of narrow ones in a Chinese locale.
_LOCAL_FORMS = QFont.Tag("locl")


@cache
def installed_families() -> frozenset[str]:
    """Return the font families of this machine, asked once."""
    return frozenset(QFontDatabase.families())


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStyle:
    """The measures, fonts and colours of one page; lengths are in logical px."""

    colours: Colours
    script: Script
    families: tuple[str, ...]
    latin: tuple[str, ...]
    mono: tuple[str, ...]
    text: int
    column: int

    @classmethod
    def of(cls, colours: Colours, settings: Settings, zoom: int, script: Script) -> PageStyle:
        """Return the style of a page in `script` at `zoom` per cent."""
        installed = installed_families()
        text = max(8, round(settings.text_size * zoom / 100))
        return cls(
            colours=colours,
            script=script,
            families=tuple(page_families(script, settings.page_font, installed)),
            latin=tuple(latin_families(settings.page_font, installed)),
            mono=tuple(mono_families(script, installed)),
            text=text,
            column=settings.column * text,
        )

    @property
    def small(self) -> int:
        """The size of bylines, captions, code and tables."""
        return max(8, round(self.text * 0.85))

    @property
    def line(self) -> int:
        """The height of a line of text."""
        return round(self.text * 1.75)

    @property
    def small_line(self) -> int:
        """The height of a line of small text."""
        return round(self.small * 1.65)

    @property
    def gap(self) -> int:
        """The space between paragraphs."""
        return round(self.line * 0.9)

    @property
    def indent(self) -> int:
        """The indent of a list or a definition."""
        return round(self.text * 1.6)

    @property
    def table_padding(self) -> int:
        """The padding of a table cell."""
        return round(self.text * 0.4)

    @property
    def sign(self) -> int:
        """The largest side of a small sign in a line of text."""
        return round(self.text * 1.2)

    @property
    def sunk(self) -> int:
        """How far below the middle of its line the text is: Qt puts the leading above it."""
        return round((self.line - self.text * 1.45) / 2 + self.text * 0.05)

    @property
    def characters_across(self) -> int:
        """The width of the column in characters."""
        return self.column // self.text

    def font(self, size: int, *, bold: bool = False) -> QFont:
        """Make a font of the page's families."""
        font = QFont()
        font.setFamilies(list(self.families))
        font.setPixelSize(size)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        if self.script is Script.LATIN:
            font.setFeature(_LOCAL_FORMS, 0)
        return font

    def characters(self, ink: Ink, setting: Setting = Setting.PLAIN) -> QTextCharFormat:
        """Make the format for text in `ink`."""
        size = self.small if ink.small or ink.code else self.text
        font = self.font(size, bold=ink.bold)
        if ink.code:
            font.setFamilies(list(self.mono))
        elif setting is Setting.LATIN:
            font.setFamilies([*self.latin, *self.families])
            font = narrowed(font)
            font.setFeature(_LOCAL_FORMS, 0)
        font.setItalic(ink.italic)
        font.setStrikeOut(ink.strike)
        if setting in (Setting.HALF, Setting.QUARTER):
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, setting.value * size)
        made = QTextCharFormat()
        made.setFont(font)
        made.setForeground(QColor(self.colours.secondary if ink.secondary else self.colours.text))
        self._line_under(made, ink)
        if ink.script:
            raised = QTextCharFormat.VerticalAlignment.AlignSuperScript
            lowered = QTextCharFormat.VerticalAlignment.AlignSubScript
            made.setVerticalAlignment(raised if ink.script > 0 else lowered)
        return made

    def _line_under(self, made: QTextCharFormat, ink: Ink) -> None:
        if ink.href:
            made.setAnchor(True)
            made.setAnchorHref(ink.href)
            if not ink.secondary:
                made.setForeground(QColor(self.colours.accent))
            line = QColor(self.colours.secondary if ink.secondary else self.colours.accent)
            line.setAlphaF(0.45)
            made.setUnderlineColor(line)
        if ink.href or ink.underline:
            made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)

    def title_characters(self, size: int) -> QTextCharFormat:
        """Make the format of the title."""
        made = QTextCharFormat()
        made.setFont(self.font(size, bold=True))
        made.setForeground(QColor(self.colours.text))
        return made

    def title_sizes(self) -> tuple[int, ...]:
        """The sizes of a title; the first that fits three lines is used."""
        return tuple(round(self.text * factor) for factor in (1.6, 1.4, 1.2))

    def paragraph(self, *, below: float = 0.9, small: bool = False) -> QTextBlockFormat:
        """Make the format of a paragraph with `below` lines of space after it."""
        line = self.small_line if small else self.line
        made = fixed_line(line)
        made.setBottomMargin(round(self.line * below))
        return made

    def hanging(self, block: QTextBlockFormat) -> None:
        """Let an opening quotation mark hang, as its left half is empty, so that the characters line up."""
        if self.script is not Script.LATIN:
            block.setTextIndent(-self.text / 2)

    def heading(self, level: int) -> QTextBlockFormat:
        """Make the format of a heading, set apart by weight and space."""
        made = self.paragraph(below=0.45)
        made.setTopMargin(round(self.line * (1.6 if level <= 2 else 1.2 if level == 3 else 0.9)))
        made.setHeadingLevel(level)
        return made

    def title_block(self, size: int) -> QTextBlockFormat:
        """Make the format of the title's block."""
        made = fixed_line(round(size * 1.36))
        made.setBottomMargin(round(self.line * 0.4))
        made.setHeadingLevel(1)
        return made

    def caption(self) -> QTextBlockFormat:
        """Make the format of a caption."""
        made = self.paragraph(small=True)
        made.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        made.setLeftMargin(self.text * 2)
        made.setRightMargin(self.text * 2)
        return made

    def absent(self, *, last: bool) -> QTextBlockFormat:
        """Make the format of the line for a missing picture."""
        made = self.caption()
        made.setBottomMargin(round(self.line * (0.9 if last else 0.1)))
        return made

    def picture(self) -> QTextBlockFormat:
        """Make the format of a picture's block, whose line is as high as the picture."""
        made = QTextBlockFormat()
        made.setLineHeight(0, _SINGLE)
        made.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        made.setTopMargin(round(self.line * 0.15))
        made.setBottomMargin(round(self.line * 1.05))
        return made

    def rule(self) -> QTextBlockFormat:
        """Make the format of a block that only carries a hairline."""
        made = fixed_line(1)
        made.setTopMargin(round(self.line * 0.3))
        made.setBottomMargin(round(self.line * 1.2))
        return made

    def quote_frame(self) -> QTextFrameFormat:
        """Make the format of a quotation, with room for its bar on the left."""
        made = QTextFrameFormat()
        made.setLeftMargin(round(self.text * 1.2))
        made.setBottomMargin(self.gap)
        return made

    def panel_frame(self) -> QTextFrameFormat:
        """Make the format of a panel, around code or around blocks that cleaning removed."""
        made = QTextFrameFormat()
        made.setPadding(round(self.text * 0.8))
        made.setBottomMargin(self.gap)
        return made

    def table(self, columns: int) -> QTextTableFormat:
        """Make the format of a table with hairlines, as wide as the column."""
        made = QTextTableFormat()
        made.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        made.setColumnWidthConstraints([QTextLength()] * columns)
        made.setBorder(1)
        made.setBorderCollapse(True)
        made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        made.setBorderBrush(QBrush(QColor(self.colours.hairline)))
        made.setCellPadding(self.table_padding)
        made.setCellSpacing(0)
        made.setBottomMargin(self.gap)
        return made

    def table_cell(self) -> QTextTableCellFormat:
        """Make the format of a cell, with the text centred vertically."""
        made = QTextTableCellFormat()
        made.setPadding(self.table_padding)
        made.setTopPadding(max(0, self.table_padding - self.sunk))
        made.setBottomPadding(self.table_padding + self.sunk)
        return made


def fixed_line(height: int) -> QTextBlockFormat:
    """Make a block format with lines of `height` px, whatever the font."""
    made = QTextBlockFormat()
    made.setLineHeight(height, _FIXED)
    return made


def picture_characters(number: int, largest: tuple[int, int], room: Room, href: str) -> QTextCharFormat:
    """Make the format of picture `number`, `largest` px in size if there is room."""
    made = QTextImageFormat()
    made.setName(f"img:{number}")
    made.setWidth(largest[0])
    made.setHeight(largest[1])
    made.setProperty(INSET, room.inset)
    made.setProperty(SHARE, room.share)
    if href:
        made.setAnchor(True)
        made.setAnchorHref(href)
    return made
