"""How characters are folded, at index and query time alike: width, case, diacritics, traditional Chinese.

Folding goes character by character and is free of context, so that a piece of a folded text is the folded
piece. The table is `resources/folding.bin`, which tools/make_folds.py writes: zlib of lines of UTF-8, each a
character and, right behind it, what it is folded to.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from reader.paths import RESOURCES

# Characters from which on it is worth while to fold by arrays.
_LONG = 200


@cache
def _folds() -> dict[int, str]:
    lines = zlib.decompress((RESOURCES / "folding.bin").read_bytes()).decode("utf-8").split("\n")
    return {ord(line[0]): line[1:] for line in lines}


@cache
def spellings() -> dict[str, str]:
    """Return for each folded character those that are folded to just it, itself among them."""
    found: dict[str, str] = {}
    for code, folded in _folds().items():
        if len(folded) == 1:
            found[folded] = found.get(folded, folded) + chr(code)
    return found


@cache
def _uneven() -> frozenset[str]:
    """Return the characters that are not folded to exactly one."""
    return frozenset(chr(code) for code, folded in _folds().items() if len(folded) != 1)


@cache
def _not_one_unit() -> frozenset[str]:
    """Return the characters that are not folded from one unit of UTF-16 to one."""
    return _uneven() | {chr(code) for code, folded in _folds().items() if max(code, *map(ord, folded), 0) >= 1 << 16}


@cache
def _table_of_units() -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Return what each unit of UTF-16 is folded to, and which units need more than that.

    These are the characters that are not folded to one unit, and the first halves of such as need two units.
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
    """Fold width, case, diacritics, curly quotes, whitespace and traditional characters.

    Folding what is folded changes nothing. Line breaks stay; any other whitespace character becomes a space.
    """
    if len(text) < _LONG:
        return text.translate(_folds())
    try:
        return _fold_long(text)
    except UnicodeEncodeError:
        # Half a character, which UTF-16 cannot hold.
        return text.translate(_folds())


def _fold_long(text: str) -> str:
    """Fold in a fifth of the time that `translate` takes: what needs more than a table is replaced first."""
    folded, needs_more = _table_of_units()
    units = np.frombuffer(text.encode("utf-16-le"), "<u2")
    more = np.flatnonzero(needs_more[units])
    if len(more):
        table = _folds()
        # Each with the unit behind it, which is its second half or another character.
        beginnings = units[np.minimum(np.stack((more, more + 1), axis=1), len(units) - 1)]
        for char in _not_one_unit().intersection(beginnings.tobytes().decode("utf-16-le", "replace")):
            text = text.replace(char, table[ord(char)])
        units = np.frombuffer(text.encode("utf-16-le"), "<u2")
    data: bytes = folded[units].tobytes()
    return data.decode("utf-16-le")


def fold_with_offsets(text: str) -> tuple[str, Sequence[int]]:
    """Fold `text`, and say for each folded character where it came from; one more entry gives the end."""
    folded = fold(text)
    if _uneven().isdisjoint(text):
        return folded, range(len(text) + 1)
    table = _folds()
    offsets = [at for at, char in enumerate(text) for _ in table.get(ord(char), char)]
    offsets.append(len(text))
    return folded, offsets
