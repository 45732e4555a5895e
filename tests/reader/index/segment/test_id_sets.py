from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reader.index.segment.id_sets import Numbers, are_in, difference, intersection, union, with_few

few = st.sets(st.integers(0, 65_535), max_size=5)
many = st.builds(lambda start, step: set(range(start, 65_536, step)), st.integers(0, 50), st.integers(1, 900))
numbers = few | many


def array(members: set[int]) -> Numbers:
    return np.array(sorted(members), np.uint16)


@given(numbers, numbers)
def test_they_are_joined_as_sets_are(some: set[int], others: set[int]) -> None:
    assert intersection(array(some), array(others)).tolist() == sorted(some & others)
    assert difference(array(some), array(others)).tolist() == sorted(some - others)
    assert with_few(array(some), array(others - some)).tolist() == sorted(some | others)
    assert are_in(array(some), array(others)).tolist() == [number in some for number in sorted(others)]


@given(st.lists(numbers, max_size=4))
def test_any_number_of_them_are_united(sets: list[set[int]]) -> None:
    assert union(list(map(array, sets))).tolist() == sorted(set().union(*sets))
