"""Long work is a generator: it yields how far it is, returns what came of it, and its caller may end it in between."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from typing import TypeVar, overload

S = TypeVar("S")
R = TypeVar("R")


class Stopped(Exception):  # noqa: N818 - it is no error, it is what was asked for
    """The person has enough; nothing is left of the work."""


@overload
def drive(work: Generator[S, None, R], on_step: Callable[[S], object] = ...) -> R: ...


@overload
def drive(work: Generator[S, None, R], on_step: Callable[[S], object], cancelled: Callable[[], bool]) -> R | None: ...


def drive(
    work: Generator[S, None, R],
    on_step: Callable[[S], object] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> R | None:
    """Run work to its end, telling each step, and return its result; None if it is `cancelled` after one of them.

    The work is closed in any case, also when `on_step` raises.
    """
    with closing(work):
        while True:
            try:
                step = next(work)
            except StopIteration as end:
                result: R = end.value
                return result
            on_step(step)
            if cancelled():
                return None
