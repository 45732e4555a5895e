"""How folded text is cut into terms and matched, at index and query time alike; knows no engine.

A word character is a letter or digit of a script that puts spaces between words; where a needle
begins or ends with one, it matches whole words only. Chinese, kana, Hangul and the like match anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from reader.index.text.folding import fold, fold_with_offsets

# Thai, Lao, Tibetan, Myanmar, Khmer, Hangul, radicals, kana, Bopomofo, Han: scripts without spaces
# between words, or whose words are sought by their parts.
_UNSPACED = (
    "\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u19e0-\u19ff\u2e80-\u2fdf\u3000-\u9fff\ua960-\ua97f\ua9e0-\ua9ff"
    "\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
# As classes of characters: the same without Chinese punctuation, which is cut into bigrams; letters and digits.
JOINED = _UNSPACED.replace("\u3000-\u9fff", "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u9fff")
WORD_CHAR = rf"[^\W_{_UNSPACED}]"

WORDS = re.compile(f"{WORD_CHAR}+")
JOINED_RUNS = re.compile(f"[{JOINED}]+")


def is_word_char(char: str) -> bool:
    """Say whether `char` is a letter or digit of a script that puts spaces between words."""
    return WORDS.match(char) is not None


class Needle(NamedTuple):
    """What to look for in folded text: a space stands for any run of spaces.

    `start_of_word` and `end_of_word` say that no word character may stand before, or behind. A tuple is made and
    hashed without a call of Python's, and a search looks one up ten times.
    """

    folded: str
    start_of_word: bool
    end_of_word: bool


def make_needle(text: str, *, open_end: bool = False) -> Needle | None:
    """Make the needle for a word or phrase; None if nothing is left of it. `open_end`: it may go on."""
    folded = " ".join(fold(text).split())
    if not folded:
        return None
    return Needle(folded, is_word_char(folded[0]), is_word_char(folded[-1]) and not open_end)


def _spans(needle: Needle, folded: str) -> Iterator[tuple[int, int]]:
    """Find a needle in folded text.

    The characters beside it are looked at one by one: a pattern that looks at them takes milliseconds to compile,
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
    """Compile what finds a needle; a query of a thousand is looked for in every row, and `re` keeps some hundreds."""
    return re.compile(" +".join(map(re.escape, folded.split(" "))))


def find_matches(text: str, needles: Sequence[Needle]) -> list[tuple[int, int]]:
    """Find the needles: offsets into `text` as it is written, sorted, overlapping ones joined."""
    if not needles or not text:
        return []
    folded, offsets = fold_with_offsets(text)
    spans = sorted(span for needle in needles for span in _spans(needle, folded))
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        # The end lies behind the last character, and behind the marks upon it, which fold to nothing.
        span = offsets[start], max(offsets[end], offsets[end - 1] + 1)
        if joined and span[0] < joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], span[1])
        else:
            joined.append(span)
    return joined
