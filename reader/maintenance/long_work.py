"""Long work as a generator: it yields its progress and returns its result; the caller may stop it at any yield."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

S = TypeVar("S")
R = TypeVar("R")


class Stopped(Exception):  # noqa: N818 - it is no error, it is what was asked for
    """Raised inside long work to end it, as the person has cancelled it."""


def run_through(work: Generator[S, None, R], tell: Callable[[S], object] = lambda _: None) -> R:
    """Run work to its end, passing each step to `tell`; return its result."""
    while True:
        try:
            step = next(work)
        except StopIteration as end:
            result: R = end.value
            return result
        tell(step)
