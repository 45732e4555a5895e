"""Sets of articles of a segment: their numbers as ascending arrays of 16 bits.

Membership is read from a table of flags, or searched for where few numbers are asked for among many. A union is
sorted, as reading a table of flags out takes longer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint16]
"""Numbers of articles in a segment, in ascending order."""

NO_NUMBERS: Numbers = np.empty(0, np.uint16)
# One flag for each number of 16 bits.
_FLAGS = 1 << 16
# Searching for a number costs as much as flagging this many.
_FLAGGED_PER_SEARCH = 8


def intersection(some: Numbers, others: Numbers) -> Numbers:
    """Return the numbers that are in both."""
    if len(some) > len(others):
        some, others = others, some
    return some[are_in(others, some)]


def difference(some: Numbers, others: Numbers) -> Numbers:
    """Return the numbers that are only in `some`."""
    return some[~are_in(others, some)] if len(others) else some


def are_in(numbers: Numbers, asked: Numbers) -> NDArray[np.bool_]:
    """Return for each of `asked` whether it is among `numbers`."""
    if len(asked) * _FLAGGED_PER_SEARCH < len(numbers):
        nearest: Numbers = numbers.take(numbers.searchsorted(asked), mode="clip")
        return np.equal(nearest, asked)
    flags = np.zeros(_FLAGS, np.bool_)
    flags[numbers] = True
    return flags[asked]


def union(sets: list[Numbers]) -> Numbers:
    """Return the numbers that are in any of the sets."""
    if len(sets) <= 1:
        return sets[0] if sets else NO_NUMBERS
    numbers = np.concatenate(sets)
    numbers.sort()
    fresh = np.empty(len(numbers), np.bool_)
    fresh[:1] = True
    np.not_equal(numbers[1:], numbers[:-1], out=fresh[1:])
    return numbers[fresh]


def with_few(some: Numbers, few: Numbers) -> Numbers:
    """Return the union of `some` and a few others that are not in it, without sorting all of them."""
    joined: Numbers = np.insert(some, some.searchsorted(few), few)
    return joined


def as_numbers(chosen: NDArray[np.bool_]) -> Numbers:
    """Return the numbers of the articles whose flag is true."""
    return np.flatnonzero(chosen).astype(np.uint16)
