"""Clocks, memory, and processes of their own, so that no measurement remembers the one before."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
_STATUS = Path("/proc/self/status")


def in_child(function: Callable[..., T], *arguments: object) -> T:
    """Call `function` in a new process and return its answer; what fails there fails here."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_call, args=(theirs, function, arguments))
    process.start()
    theirs.close()
    try:
        answer: T = ours.recv()
    except EOFError as error:
        process.join()
        raise RuntimeError(f"{function.__name__} failed in its process ({process.exitcode})") from error
    process.join()
    return answer


def _call(answers: Connection, function: Callable[..., Any], arguments: Sequence[object]) -> None:
    answers.send(function(*arguments))


def memory(field: str) -> int:
    """Return a field of this process's status in bytes: VmRSS is now, VmHWM the most it ever was; 0 if unknown."""
    if not _STATUS.exists():
        return 0
    for line in _STATUS.read_text("ascii", "replace").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    return 0


def processor_seconds() -> float:
    """Return the processor time of this process, its threads and its children: other programs do not slow it much."""
    return sum(os.times()[:4])


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie; the nearest one, not one in between."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median of repeated measurements and how far they lie apart, as a share of it."""
    median = statistics.median(values)
    return {"median": median, "spread": (max(values) - min(values)) / median if median else 0.0}


def machine() -> dict[str, object]:
    """Say what the measurements ran on, and how busy it was besides."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return {"python": sys.version.split()[0], "system": sys.platform, "cores": os.cpu_count(), "load": round(load, 1)}


def drop_written() -> None:
    """Let the disk take what is still to be written, so that the next to be measured does not wait for it."""
    if hasattr(os, "sync"):
        os.sync()
