"""Clocks, memory, and processes of their own, so that no measurement remembers the one before."""

from __future__ import annotations

import logging
import multiprocessing
import os
import statistics
import sys
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from tests.lab.benchmarks.figures import PROC, family, memory, read

T = TypeVar("T")
_PEAK_SECONDS = 0.05


def in_child(function: Callable[..., T], *arguments: object) -> T:
    """Call `function` in a new process and return its answer; what fails there fails here."""
    return peak_in_child(function, *arguments)[0]


def peak_in_child(function: Callable[..., T], *arguments: object) -> tuple[T, int]:
    """Call `function` in a new process; return its answer, and the most memory that it and its children held."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_call, args=(theirs, function, arguments))
    process.start()
    theirs.close()
    peak = _Peak(process.pid or 0)
    try:
        answer: T = ours.recv()
    except EOFError as error:
        process.join()
        raise RuntimeError(f"{function.__name__} failed in its process ({process.exitcode})") from error
    finally:
        peak.stop()
    process.join()
    return answer, peak.bytes


def tell_progress() -> None:
    """Let what is logged of the measurements be seen; the program's own log only as far as it warns."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("tests.lab.benchmarks").setLevel(logging.INFO)


def _call(answers: Connection, function: Callable[..., Any], arguments: Sequence[object]) -> None:
    tell_progress()
    answers.send(function(*arguments))


class _Peak:
    """Looks at the memory of a process and its children some times a second; what they share counts for each."""

    def __init__(self, pid: int) -> None:
        self.bytes = 0
        self._pid = pid
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True, name="peak")
        self._thread.start()

    def _look(self) -> None:
        while not self._stopped.wait(_PEAK_SECONDS):
            self.bytes = max(self.bytes, sum(memory("VmRSS", pid) for pid in family(self._pid)))

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self._thread.join()


def processor_seconds() -> float:
    """Return the processor time of this process, its threads and its children: other programs do not slow it much."""
    living = family(os.getpid())[1:]
    return sum(os.times()[:4]) + sum(map(_processor_seconds_of, living))


def _processor_seconds_of(pid: int) -> float:
    """Return the processor time of a process that may not have ended, and of its children that have."""
    fields = read(PROC / str(pid) / "stat").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


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
