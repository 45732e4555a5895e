"""Typesets plain text: spaces, squeezed punctuation, quotes, long words; without Qt."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from ui.look.latin_marks import latin_quote
from ui.page.fonts import Script

NBSP = "\u00a0"
LINE_BREAK = "\u2028"
ZERO_WIDTH_SPACE = "\u200b"

_CLOSING = "」』】〕〗）》〉”’"
_STOPS = "，。、；：！？．"
OPENING = "「『【〔〖（《〈“‘"
# Without curly quotes, which English has as well, with spaces around them.
_MARKS = "，。、；：！？．」』】〕〗）》〉「『【〔〖（《〈"
_SPACES = re.compile(r"[ \t\n\r\f\v]+")
# A lone middle dot or bar must not begin a line, so the space before it does not break.
_LONE_MARK = re.compile(r" (?=[・·•‧｜|/／—–] )| (?=\. ?\.)|(?<=\. \.) (?=\.)")
_SPACE_AT_MARK = re.compile(rf"(?<=[{_MARKS}]) (?=\S)|(?<=\S) (?=[{_MARKS}])")
_SQUEEZED = re.compile(
    rf"(?P<stop>[{_STOPS}](?=[{_CLOSING}{OPENING}]))"
    rf"|(?P<closing>[{_CLOSING}](?=[{_STOPS}{_CLOSING}{OPENING}]))"
    rf"|(?P<opening>[{OPENING}](?=[{OPENING}]))"
)
_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0370-\u052f]+(?:['’-][A-Za-z]+)*")
_IDEOGRAPHS = re.compile("[\u3041-\u30fa\u3400-\u9fff\uac00-\ud7a3]+")
_IDEOGRAPHS_A_MINUTE = 450
_WORDS_A_MINUTE = 230
_MOST_SPACES = 50
# Spaces at the end of a text may go on in the next text, in another font.
_WIDE_SPACES = re.compile(rf"[\u3000\u1680]{{{_MOST_SPACES},}}|[\u3000\u1680]+\Z")
_LONG_WORD = re.compile(r"[!-~\u00c0-\u024f]+")


class Setting(Enum):
    """How text is set: plain, with its advance reduced by a half or a quarter em, or in the Latin font."""

    PLAIN = 0.0
    HALF = -0.5
    QUARTER = -0.25
    LATIN = 1.0


class Piece(NamedTuple):
    """A piece of text with one setting."""

    text: str
    setting: Setting


def collapse(text: str) -> str:
    """Remove spaces next to full-width punctuation, which has its own, and collapse other white space."""
    text = _SPACES.sub(" ", text)
    return _SPACE_AT_MARK.sub("", text) if " " in text else text


def glue(text: str) -> str:
    """Keep a mark between spaces from beginning a line; the length of the text stays the same."""
    return _LONE_MARK.sub(NBSP, text) if " " in text else text


def pieces(text: str, script: Script) -> Iterator[Piece]:
    """Cut `text` where punctuation on a CJK page needs less space or the Latin font."""
    if script in (Script.LATIN, Script.KR):
        yield Piece(text, Setting.PLAIN)
        return
    marks = {found.start(): Setting.LATIN for found in latin_quote().finditer(text)}
    for found in _SQUEEZED.finditer(text):
        if found.start() not in marks and found.end() not in marks:
            marks[found.start()] = _squeeze(found, text, script)
    done = 0
    for at in sorted(marks):
        if at > done:
            yield Piece(text[done:at], Setting.PLAIN)
        yield Piece(text[at], marks[at])
        done = at + 1
    if done < len(text):
        yield Piece(text[done:], Setting.PLAIN)


def _squeeze(found: re.Match[str], text: str, script: Script) -> Setting:
    """Return the setting of a squeezed mark; traditional fonts centre stops, with a quarter em free on each side."""
    centred = script in (Script.TC, Script.HK)
    after = text[found.end()]
    if centred and (found.lastgroup == "stop" or after in _STOPS):
        return Setting.QUARTER if after in _CLOSING or after in _STOPS else Setting.HALF
    return Setting.HALF


def reading_minutes(text: str) -> int:
    """Estimate how long `text` takes to read, at least one minute."""
    rest, runs = _IDEOGRAPHS.subn(" ", text)
    ideographs = len(text) - len(rest) + runs
    words = len(_WORD.findall(rest))
    return max(1, math.ceil(ideographs / _IDEOGRAPHS_A_MINUTE + words / _WORDS_A_MINUTE - 0.25))


def breakable(text: str, longest: int) -> str:
    """Let words of more than `longest` characters break, for narrow table cells and against slow layout."""
    return _LONG_WORD.sub(lambda found: cut_word(found.group(), longest), text)


def cut_spaces(text: str) -> str:
    """Put zero-width spaces between many wide spaces: Qt never ends the layout of 65,536 in a row."""
    if "\u3000" in text or "\u1680" in text:
        return _WIDE_SPACES.sub(lambda found: cut_word(found.group(), _MOST_SPACES) + ZERO_WIDTH_SPACE, text)
    return text


def cut_word(word: str, longest: int) -> str:
    """Let a word, or a line of code, break every `longest` characters: Qt lays out long words slowly."""
    if len(word) <= longest:
        return word
    return ZERO_WIDTH_SPACE.join(word[at : at + longest] for at in range(0, len(word), longest))
