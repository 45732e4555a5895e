"""Runs walks through the faults of a work, two at once, and counts what they met."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.lab.reliability.faults.injection import SWITCHBOARD, make_switchboard
from tests.lab.reliability.program import ROOT
from tests.support.measured_apart import unmeasured
from tests.support.slow_figures import Tell

# What was tried already and held; a run that was broken off goes on behind it.
LOG = "PRESSMARK_FAULT_LOG"
AT_ONCE = 2
_SHOWN = 5


@dataclass
class Faults:
    """What was injected into which work and how, and each result that is not what is promised."""

    points: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    crashes: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, result: dict[str, Any]) -> None:
        """Count a result; a fault that did not strike is none."""
        with self._lock:
            if result["hits"]:
                self.points[result["work"]] += 1
                self.ways[_way(result["fault"])] += 1
                self.crashes += result["crashed"]
            if "failed" in result:
                self.failures.append(result)

    def report(self, tell: Tell) -> None:
        """Tell the figures, and hold the results to what is promised."""
        tell("faults injected, into all works together", f"{self.points.total():,} ({_listed(self.ways)})")
        for work, points in sorted(self.points.items()):
            tell(f"faults injected: {work}", f"{points:,}")
        tell("faults of memory over which CPython or a library crashed, with nothing lost", self.crashes)
        tell("faults that lost something, hung, or showed a traceback", len(self.failures))
        assert not self.failures, "\n".join(map(told, self.failures[:_SHOWN]))


def _way(fault: str) -> str:
    kind, _, error, _ = fault.split(":")
    return f"{kind.lower().replace('_', ' ')} {error}"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in sorted(counts.items()))


def told(result: dict[str, Any]) -> str:
    """Say what went wrong, and how to see it again."""
    again = f'PRESSMARK_FAULT="{result["work"]} {result["fault"]}"'
    return f"{again} ({result['where']}): {result['failed']}\n{result['errors'][-1500:]}{result['said']}"


def walk_all(library: Path, folder: Path, shares: dict[str, int], seed: int) -> Faults:
    """Walk through works, each with its share of points, and return what came of it."""
    faults = Faults()

    def walk_one(place: int, name: str) -> None:
        scratch = folder / str(place)
        scratch.mkdir()
        for result in walk(library, scratch, [name, str(shares[name]), str(seed)]):
            faults.add(result)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for done in [threads.submit(walk_one, place, name) for place, name in enumerate(shares)]:
            done.result()
    return faults


def walk(library: Path, folder: Path, arguments: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Run one walk, with the library of faults.c, and yield its results as they come."""
    make_switchboard(folder / "switchboard")
    environment = unmeasured() | {SWITCHBOARD: str(folder / "switchboard"), "LD_PRELOAD": str(library)}
    # A fork has no threads but its own.
    environment["OPENBLAS_NUM_THREADS"] = "1"
    command = [sys.executable, "-m", "tests.lab.reliability.faults.walk", str(folder / "walk"), *arguments]
    with (folder / "errors").open("w+") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=ROOT,
            env=environment,
            text=True,
        )
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                _log(line)
                yield json.loads(line)
        code = process.wait()
        errors.seek(0)
        assert code == 0, errors.read()


def _log(line: str) -> None:
    if log := os.environ.get(LOG):
        with Path(log).open("a") as file:
            file.write(line)


def held_before() -> set[tuple[str, str]]:
    """Return what the log says has been tried and held: work and fault."""
    log = Path(os.environ.get(LOG, ""))
    if not log.is_file():
        return set()
    results = map(json.loads, log.read_text().splitlines())
    return {(result["work"], result["fault"]) for result in results if "failed" not in result}
