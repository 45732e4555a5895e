"""Folds characters, at index and query time alike: width, case, diacritics, traditional Chinese.

Each character is folded by itself, whatever surrounds it, so that a part of a folded text is the folded part. The table
is `resources/folding.bin`, written by tools/make_folding_table.py: zlib of lines of UTF-8, each a character directly
followed by its folded form.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from reader.paths import RESOURCES

# Texts of at least this many characters are folded by arrays.
_LONG = 200


@cache
def _folds() -> dict[int, str]:
    lines = zlib.decompress((RESOURCES / "folding.bin").read_bytes()).decode("utf-8").split("\n")
    return {ord(line[0]): line[1:] for line in lines}


@cache
def spellings() -> dict[str, str]:
    """Return, for each folded character, the characters that fold to it alone, including itself."""
    found: dict[str, str] = {}
    for code, folded in _folds().items():
        if len(folded) == 1:
            found[folded] = found.get(folded, folded) + chr(code)
    return found


@cache
def _uneven() -> frozenset[str]:
    """Return the characters that do not fold to exactly one character."""
    return frozenset(chr(code) for code, folded in _folds().items() if len(folded) != 1)


@cache
def _not_one_unit() -> frozenset[str]:
    """Return the characters that do not fold from one unit of UTF-16 to one unit."""
    return _uneven() | {chr(code) for code, folded in _folds().items() if max(code, *map(ord, folded), 0) >= 1 << 16}


@cache
def _table_of_units() -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Return the folded form of each unit of UTF-16, and a mask of the units for which that is not enough.

    These are characters that do not fold to one unit, and high surrogates of characters that fold.
    """
    folded = np.arange(1 << 16, dtype="<u2")
    needs_more = np.zeros(1 << 16, np.bool_)
    for code, into in _folds().items():
        units = np.frombuffer(chr(code).encode("utf-16-le"), "<u2")
        if len(units) == 1 == len(into.encode("utf-16-le")) // 2:
            folded[code] = ord(into)
        else:
            needs_more[units[0]] = True
    return folded, needs_more


def fold(text: str) -> str:
    """Fold width, case, diacritics, curly quotes, whitespace and traditional characters; idempotent.

    Line breaks stay; any other whitespace character becomes a space.
    """
    if len(text) < _LONG:
        return text.translate(_folds())
    try:
        return _fold_long(text)
    except UnicodeEncodeError:
        # UTF-16 cannot hold a lone surrogate.
        return text.translate(_folds())


def _fold_long(text: str) -> str:
    """Fold a long text by arrays, in a fifth of the time of `translate`; characters not in the table come first."""
    folded, needs_more = _table_of_units()
    units = np.frombuffer(text.encode("utf-16-le"), "<u2")
    more = np.flatnonzero(needs_more[units])
    if len(more):
        table = _folds()
        # Each with the next unit, which is its low surrogate or another character.
        beginnings = units[np.minimum(np.stack((more, more + 1), axis=1), len(units) - 1)]
        for char in _not_one_unit().intersection(beginnings.tobytes().decode("utf-16-le", "replace")):
            text = text.replace(char, table[ord(char)])
        units = np.frombuffer(text.encode("utf-16-le"), "<u2")
    data: bytes = folded[units].tobytes()
    return data.decode("utf-16-le")


def fold_with_offsets(text: str) -> tuple[str, Sequence[int]]:
    """Fold `text`; also return the offset in `text` of each folded character, and of the end."""
    folded = fold(text)
    if _uneven().isdisjoint(text):
        return folded, range(len(text) + 1)
    table = _folds()
    offsets = [at for at, char in enumerate(text) for _ in table.get(ord(char), char)]
    offsets.append(len(text))
    return folded, offsets
