"""Fuzzes in a process of its own: `python -m tests.lab.fuzz SEED INPUTS [NAME…]`; tells what it found, a line of JSON a target."""

from __future__ import annotations

import json
import logging
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import FrameType

from tests.lab.fuzz.mutating import Mutator
from tests.lab.fuzz.targets import Target, targets

# An input that takes longer, in processor time, hangs.
LONGEST_SECONDS = 5.0
_MOST_FINDS = 5
# Caches fill first; what grows after that grows without end.
_WARM = 0.3


class HangError(Exception):
    """An input took too long."""


def fuzz(target: Target, seed: int, inputs: int) -> dict[str, object]:
    """Feed so many inputs to a target; return what came of it."""
    finds: list[str] = []
    slowest, began, warm, tried = 0.0, time.process_time(), 0, 0
    for number in range(inputs):
        if number == int(inputs * _WARM):
            warm = _resident()
        before = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LONGEST_SECONDS)
        try:
            target.step(Mutator(seed + number))
        except Exception:  # noqa: BLE001 - whatever it is, it is a find
            finds.append(f"{target.name}, seed {seed + number}:\n{traceback.format_exc(limit=-6)}")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        tried += 1
        slowest = max(slowest, time.process_time() - before)
        if len(finds) == _MOST_FINDS:
            break
    seconds = time.process_time() - began
    target.close()
    grown = (_resident() - warm) // 2**20 if warm else 0
    return {"name": target.name, "tried": tried, "seconds": seconds, "slowest": slowest, "grown": grown, "finds": finds}


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


def _hang(_signal: int, _frame: FrameType | None) -> None:
    raise HangError


def main(seed: str, inputs: str, *names: str) -> None:
    """Fuzz the targets of these names, or all; of so many inputs each has its share."""
    signal.signal(signal.SIGPROF, _hang)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for target in targets(Path(folder)):
            if not names or target.name in names:
                told = fuzz(target, int(seed), max(1, int(inputs) * target.share // 100))
                sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
                sys.stdout.flush()
            else:
                target.close()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main(*sys.argv[1:])
