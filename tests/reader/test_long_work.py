"""Long work is driven to its end, or stopped after a step, and closed in any case."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from reader.long_work import drive


def work(closed: list[bool]) -> Generator[int, None, str]:
    try:
        yield from (1, 2, 3)
        return "done"
    finally:
        closed.append(True)


def test_each_step_is_told_and_the_result_returned() -> None:
    steps: list[int] = []
    assert drive(work([]), steps.append) == "done"
    assert steps == [1, 2, 3]
    assert drive(work([])) == "done"


def test_work_is_cancelled_after_a_step_and_closed() -> None:
    closed: list[bool] = []
    steps: list[int] = []
    assert drive(work(closed), steps.append, lambda: len(steps) == 2) is None
    assert (steps, closed) == ([1, 2], [True])


def test_work_is_closed_when_telling_fails() -> None:
    closed: list[bool] = []

    def fail(_: int) -> None:
        raise OSError("full")

    def end(_: int) -> None:
        raise StopIteration("taken for the end of the work")

    with pytest.raises(OSError, match="full"):
        drive(work(closed), fail)
    with pytest.raises(StopIteration):
        drive(work(closed), end)
    assert closed == [True, True]
