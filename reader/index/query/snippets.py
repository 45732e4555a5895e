"""Cuts snippets: the part of a text around the first match, which a list shows under the title.

Ten snippets are cut on every keystroke. Folding the whole texts took up to 15 ms, so the first match is found in the
unfolded text, by a pattern of all spellings of the needles; only the snippet is folded.
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
# A pattern takes milliseconds per word to compile; only the first words of a long query decide where to cut.
_MOST_WRITTEN = 32


def make_snippet(text: str, needles: Sequence[Needle], width: int = 120) -> Snippet:
    """Cut out `width` characters around the first match, or from the beginning if there is none.

    Line breaks become spaces; an ellipsis replaces the text left out at either end.
    """
    if not needles:
        return _cut_out(text, 0, (), width)
    found = _written(tuple(needles[:_MOST_WRITTEN])).search(text)
    if found is not None:
        snippet = _cut_out(text, _begin(text, found.start(), width // 5), needles, width)
        if snippet.marks:
            return snippet
    # The pattern misses spellings of another length than their folded form, such as ligatures and combining marks.
    matches = find_matches(text, needles)
    return _cut_out(text, _begin(text, matches[0][0], width // 5) if matches else 0, needles if matches else (), width)


@lru_cache(maxsize=8)
def _written(needles: tuple[Needle, ...]) -> re.Pattern[str]:
    """Return a pattern that finds the needles in an unfolded text."""
    return re.compile("|".join(map(_ways_to_write, needles)))


def _ways_to_write(needle: Needle) -> str:
    ways = spellings()
    classes = [f"[{re.escape(ways.get(char, char))}]" for char in needle.folded[:_LONGEST_WRITTEN]]
    words = "".join(f"{each}+" if char == " " else each for char, each in zip(needle.folded, classes, strict=False))
    # An approximation: whether a word really begins here is checked once the snippet is folded.
    return (r"(?<![0-9A-Za-z])" if needle.start_of_word else "") + words


def _cut_out(text: str, begin: int, needles: Sequence[Needle], width: int) -> Snippet:
    """Cut out `width` characters at `begin`, with the matches marked."""
    end = min(len(text), begin + width)
    lead = "…" if begin else ""
    # A match may cross the edge of the snippet, so a little more text is searched.
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
    """Return where the snippet begins: at the paragraph, else at most `lead` characters before the match."""
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
