"""Long work is a generator: it yields how far it is, returns what came of it, and its caller may end it in between."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

S = TypeVar("S")
R = TypeVar("R")


class Stopped(Exception):  # noqa: N818 - it is no error, it is what was asked for
    """The person has enough; nothing is left of the work."""


def run_through(work: Generator[S, None, R], tell: Callable[[S], object] = lambda _: None) -> R:
    """Run work to its end, telling each step, and return its result."""
    while True:
        try:
            step = next(work)
        except StopIteration as end:
            result: R = end.value
            return result
        tell(step)
