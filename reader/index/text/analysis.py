"""Cuts folded text into terms and matches needles in it, at index and query time alike.

A word character is a letter or digit of a script that puts spaces between words; a needle that begins or ends with one
matches at the border of a word only. Chinese, kana, Hangul and similar scripts match anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from reader.index.text.folding import fold, fold_with_offsets

# Thai, Lao, Tibetan, Myanmar, Khmer, Hangul, radicals, kana, Bopomofo, Han: scripts without spaces
# between words, or whose words are searched for by their parts.
_UNSPACED = (
    "\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u19e0-\u19ff\u2e80-\u2fdf\u3000-\u9fff\ua960-\ua97f\ua9e0-\ua9ff"
    "\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
# Character classes: the scripts without spaces, but not Chinese punctuation, which is indexed character by character;
# and letters and digits of all other scripts.
JOINED = _UNSPACED.replace("\u3000-\u9fff", "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u9fff")
WORD_CHAR = rf"[^\W_{_UNSPACED}]"

WORDS = re.compile(f"{WORD_CHAR}+")
JOINED_RUNS = re.compile(f"[{JOINED}]+")


def is_word_char(char: str) -> bool:
    """Say whether `char` is a letter or digit of a script that puts spaces between words."""
    return WORDS.match(char) is not None


class Needle(NamedTuple):
    """A word or phrase to find in folded text; a space in it matches any run of spaces.

    `start_of_word` and `end_of_word` say that no word character may precede or follow a match.
    """

    folded: str
    start_of_word: bool
    end_of_word: bool


def make_needle(text: str, *, open_end: bool = False) -> Needle | None:
    """Return the needle for a word or phrase, None if folding leaves nothing of it.

    With `open_end` the last word is a prefix.
    """
    folded = " ".join(fold(text).split())
    if not folded:
        return None
    return Needle(folded, is_word_char(folded[0]), is_word_char(folded[-1]) and not open_end)


def _spans(needle: Needle, folded: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a needle in folded text.

    The neighbouring characters are checked outside the pattern: with lookarounds it would take milliseconds to compile,
    and a query may have a thousand words.
    """
    pattern = _pattern(needle.folded)
    found = pattern.search(folded)
    while found is not None:
        start, end = found.span()
        inside = (needle.start_of_word and start > 0 and is_word_char(folded[start - 1])) or (
            needle.end_of_word and end < len(folded) and is_word_char(folded[end])
        )
        if not inside:
            yield start, end
        found = pattern.search(folded, start + 1 if inside else end)


@lru_cache(maxsize=4_096)
def _pattern(folded: str) -> re.Pattern[str]:
    """Return the pattern of a needle; the cache of `re` is too small for a query of a thousand words."""
    return re.compile(" +".join(map(re.escape, folded.split(" "))))


def find_matches(text: str, needles: Sequence[Needle]) -> list[tuple[int, int]]:
    """Return the matches of needles as offsets into the unfolded `text`, sorted, overlapping ones merged."""
    if not needles or not text:
        return []
    folded, offsets = fold_with_offsets(text)
    spans = sorted(span for needle in needles for span in _spans(needle, folded))
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        # The end follows the last character and its combining marks, which fold to nothing.
        span = offsets[start], max(offsets[end], offsets[end - 1] + 1)
        if joined and span[0] < joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], span[1])
        else:
            joined.append(span)
    return joined
