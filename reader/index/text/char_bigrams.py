"""Character bigrams as numbers: those of a text, and their spelling as terms.

A pair is two units of UTF-16, the second one in the upper half, so that a text is cut into pairs by reading its bytes
as 32-bit numbers twice. A single character is its code point, which is less than any pair.
"""

from __future__ import annotations

import sys
from array import array

from reader.index.text.analysis import JOINED_RUNS, WORDS

FIRST_PAIR = 0x200000


def pairs_of(run: str) -> set[int]:
    """Return the pairs of adjacent units."""
    data = run.encode("utf-16-le", "surrogatepass")
    pairs = set(_numbers(data[: len(data) & ~3]))
    pairs.update(_numbers(data[2 : 2 + ((len(data) - 2) & ~3)]))
    return pairs


def border_pairs(content: str) -> set[int]:
    """Return the pairs where a word touches a run of a script without spaces, as in `3月`.

    Characters of two units make no such pair.
    """
    borders = []
    for match in WORDS.finditer(content):
        start, end = match.span()
        if start and JOINED_RUNS.match(content, start - 1):
            borders.append(content[start - 1 : start + 1])
        if JOINED_RUNS.match(content, end):
            borders.append(content[end - 1 : end + 1])
    return {ord(pair[0]) | ord(pair[1]) << 16 for pair in borders if max(pair) <= "\uffff"}


def _numbers(data: bytes) -> array[int]:
    numbers: array[int] = array("I", data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def is_pair(bigram: int) -> bool:
    """Say whether a number is a pair rather than a single character."""
    return bigram >= FIRST_PAIR


def bigram_key(bigram: int) -> bytes:
    """Return a bigram as the bytes of a term."""
    text = chr(bigram & 0xFFFF) + chr(bigram >> 16) if is_pair(bigram) else chr(bigram)
    return text.encode("utf-8", "surrogatepass")
