"""Narrows the quotes and ellipses of Latin text in a Chinese font, which makes them as wide as a Chinese character.

The font feature `pwid` gives them the width that Latin text needs, but narrows Chinese commas and full stops as well:
so it is used for these marks alone, or for a whole text without Chinese marks. A font without the feature is unchanged.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Protocol

from PySide6.QtGui import QFont

_FIRST_CJK = "\u2e80"
_QUOTES = "‘’“”"
_LATIN_LETTER = r"[A-Za-z0-9\u00c0-\u024f.,;:!?$%]"
_LATIN_QUOTE = (
    rf"(?<={_LATIN_LETTER})[‘’“”](?=[\s.,;:!?)\]A-Za-z]|$)"
    r"|(?:(?<=[\s(\[])|^)[‘’“”](?=[A-Za-z0-9])|(?<=[A-Za-z])[’](?=[A-Za-z])"
)
_LATIN_ELLIPSIS = rf"(?<={_LATIN_LETTER})\s?…|^…(?=\s?{_LATIN_LETTER})"
_PAIR = re.compile("“([^“”]*)”|‘([^‘’]*)’")
_ANY = re.compile(f"[{_QUOTES}…]")
# What `pwid` would narrow by mistake: full-width punctuation and letters, and kana.
_NARROWED = re.compile("[\u3000-\u30ff\ufe10-\ufe6f\uff00-\uffef]")


class _Words(Protocol):
    """A widget that shows a text in a font: a label, a field."""

    def text(self) -> str: ...
    def font(self) -> QFont: ...
    def setFont(self, font: QFont, /) -> None: ...  # noqa: N802 - as Qt has it


@cache
def latin_quote() -> re.Pattern[str]:
    """Return a pattern for quotes and apostrophes of Latin words, in a text that may hold Chinese as well."""
    return re.compile(_LATIN_QUOTE)


@cache
def _latin_ellipsis() -> re.Pattern[str]:
    return re.compile(_LATIN_ELLIPSIS)


def latin_marks(text: str) -> list[int]:
    """Return the positions of the marks in `text` that belong to its Latin words, in ascending order."""
    if is_latin(text):
        return [found.start() for found in _ANY.finditer(text)]
    marks = {found.start() for found in latin_quote().finditer(text)}
    for pair in _PAIR.finditer(text):
        ends = {pair.start(), pair.end() - 1}
        if not ends <= marks:
            marks -= ends
    marks |= {found.end() - 1 if found.start() else 0 for found in _latin_ellipsis().finditer(text)}
    return sorted(marks)


def is_latin(text: str) -> bool:
    """Say whether a text has no Chinese, Japanese or Korean character."""
    return all(character < _FIRST_CJK for character in text)


def narrowed(font: QFont) -> QFont:
    """Return `font` with narrow marks."""
    made = QFont(font)
    made.setFeature(QFont.Tag("pwid"), 1)
    return made


def suited(font: QFont, text: str) -> QFont:
    """Return `font` for a whole text: with narrow marks if all its marks are Latin, and nothing else is narrowed."""
    if not _ANY.search(text) or _NARROWED.search(text):
        return font
    return narrowed(font) if len(latin_marks(text)) == len(_ANY.findall(text)) else font


def suit(words: _Words) -> None:
    """Set the font of a widget to the one that suits its text."""
    wide = QFont(words.font())
    wide.unsetFeature(QFont.Tag("pwid"))
    font = suited(wide, words.text())
    if font != words.font():
        words.setFont(font)
