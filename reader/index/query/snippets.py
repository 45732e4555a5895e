"""Cuts the piece of a text that a list shows under a title; knows no engine.

Ten rows are cut for every key that is pressed. Folding their whole texts took up to 15 ms, so the place is
found in the text as it is written, by a pattern of all ways to write the needle; only what is cut out is folded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from reader.article import Snippet
from reader.index.text.analysis import Needle, find_matches, is_word_char
from reader.index.text.folding import spellings

_LONGEST_WRITTEN = 64
_MARGIN = 32
# A pattern takes milliseconds a word to compile; of a query with more words, the first ones say where to cut.
_MOST_WRITTEN = 32


def make_snippet(text: str, needles: Sequence[Needle], width: int = 120) -> Snippet:
    """Cut out `width` characters around the first match, or from the beginning if there is none.

    Line breaks are shown as spaces; an ellipsis stands where something was left out.
    """
    if not needles:
        return _cut_out(text, 0, (), width)
    found = _written(tuple(needles[:_MOST_WRITTEN])).search(text)
    if found is not None:
        snippet = _cut_out(text, _begin(text, found.start(), width // 5), needles, width)
        if snippet.marks:
            return snippet
    # Ligatures, marks upon letters and the like: what is folded has another length than what is written.
    matches = find_matches(text, needles)
    return _cut_out(text, _begin(text, matches[0][0], width // 5) if matches else 0, needles if matches else (), width)


@lru_cache(maxsize=8)
def _written(needles: tuple[Needle, ...]) -> re.Pattern[str]:
    """Compile what finds the needles in a text as it is written, letter by letter."""
    return re.compile("|".join(map(_ways_to_write, needles)))


def _ways_to_write(needle: Needle) -> str:
    ways = spellings()
    classes = [f"[{re.escape(ways.get(char, char))}]" for char in needle.folded[:_LONGEST_WRITTEN]]
    words = "".join(f"{each}+" if char == " " else each for char, each in zip(needle.folded, classes, strict=False))
    # Beside Chinese, a letter begins a word; whether it really does is looked at when it is folded.
    return (r"(?<![0-9A-Za-z])" if needle.start_of_word else "") + words


def _cut_out(text: str, begin: int, needles: Sequence[Needle], width: int) -> Snippet:
    """Cut out `width` characters at `begin`, with the matches marked."""
    end = min(len(text), begin + width)
    lead = "…" if begin else ""
    # A match may run over the edge of what is cut out, so a little more than that is searched.
    more = _MARGIN + max((2 * len(needle.folded) for needle in needles), default=0)
    near = max(0, begin - more)
    shift = near - begin + len(lead)
    marks = tuple(
        (max(start + shift, len(lead)), min(stop + shift, end - begin + len(lead)))
        for start, stop in find_matches(text[near : end + more], needles)
        if start + near < end and stop + near > begin
    )
    return Snippet(lead + text[begin:end].replace("\n", " ") + ("…" if end < len(text) else ""), marks)


def _begin(text: str, match: int, lead: int) -> int:
    """Choose where the snippet begins: at the paragraph, else some characters before, never inside a word."""
    begin = max(0, match - lead)
    paragraph = text.rfind("\n", begin, match)
    if paragraph >= 0:
        return paragraph + 1
    if begin and is_word_char(text[begin - 1]):
        while begin < match and is_word_char(text[begin]):
            begin += 1
        while begin < match and text[begin].isspace():
            begin += 1
    return begin
