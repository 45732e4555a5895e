"""Long work as a generator: it yields its progress and returns its result; the caller may stop it at any yield."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from typing import TypeVar, overload

S = TypeVar("S")
R = TypeVar("R")


class Stopped(Exception):  # noqa: N818 - it is no error, it is what was asked for
    """Raised inside long work to end it, as the person has cancelled it."""


def never() -> bool:
    """Answer `cancelled` where nobody will cancel."""
    return False


@overload
def drive(work: Generator[S, None, R], on_step: Callable[[S], object] = ...) -> R: ...


@overload
def drive(work: Generator[S, None, R], on_step: Callable[[S], object], cancelled: Callable[[], bool]) -> R | None: ...


def drive(
    work: Generator[S, None, R],
    on_step: Callable[[S], object] = lambda _: None,
    cancelled: Callable[[], bool] = never,
) -> R | None:
    """Run work to its end, passing each step to `on_step`; return its result, or None once it is `cancelled`.

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
