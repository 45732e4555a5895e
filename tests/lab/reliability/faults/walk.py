"""Walks through the calls of one work, and lets one after the other fail.

`python -m tests.lab.reliability.faults.walk FOLDER WORK POINTS SEED` writes a line of JSON for each point; with
`… FOLDER WORK KIND:NUMBER:ERROR:once|ever` it tries that one. It runs with the library of faults.c loaded.
"""

from __future__ import annotations

import gc
import json
import os
import random
import re
import shutil
import signal
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.lab.reliability.checking import Starts
from tests.lab.reliability.faults.forking import ForkedPrograms, load_everything
from tests.lab.reliability.faults.injection import ERRORS, MEMORY, SWITCHBOARD, Fault, Kind, Switchboard
from tests.lab.reliability.faults.report import held_before
from tests.lab.reliability.faults.works import make_work
from tests.lab.reliability.program import Ended
from tests.lab.reliability.works import Work, check_what_is_left

# Sizes of files, and whatever else is another each time.
_VARIES = re.compile(r"^.* bytes: .*\n|\d{8}-\d{6}", re.MULTILINE)


class Walk:
    """A work, and what it says and which calls it makes when nothing fails."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        self._number = 0
        # A worker's output is a pipe; Python's stream of it is made when this process begins.
        assert not sys.stdout.seekable(), "let the output go through a pipe, such as to cat"
        load_everything()
        self._programs = ForkedPrograms(Switchboard(Path(os.environ[SWITCHBOARD])), folder / "cases")
        Work.programs = self._programs
        self._work = make_work(name, folder)
        (folder / "cases").mkdir()
        gc.collect(), gc.freeze()
        case = self._set_up()
        self._clean = self._work.run(case, {"fault": None})
        assert self._clean.finished, self._clean
        self.counts = self._programs.struck.counts
        self._said = _said(self._clean, case)
        check_what_is_left(self._work, case, self._clean, Starts())
        shutil.rmtree(case)

    def _set_up(self) -> Path:
        self._number += 1
        case = self._folder / "cases" / str(self._number)
        self._work.set_up(case)
        return case

    def try_one(self, fault: Fault) -> dict[str, Any]:
        """Let one fault strike; return what came of it, with the reason in `failed` if it was not what is promised."""
        case = self._set_up()
        ended = self._work.run(case, {"fault": fault})
        struck = self._programs.struck
        result = {
            "work": self.name,
            "fault": str(fault),
            "hits": struck.hits,
            "where": struck.where,
            "code": ended.code,
        }
        result["crashed"] = is_crash(ended)
        try:
            self._judge(ended, case, fault.kind)
            check_what_is_left(self._work, case, ended, Starts())
        except Exception as error:  # noqa: BLE001 - whatever does not hold is a result
            last = traceback.extract_tb(error.__traceback__)[-1]
            result["failed"] = f"{error!r} at {Path(last.filename).name}:{last.lineno}"
            result["errors"] = ended.errors[-3000:]
            result["said"] = ended.said[-500:]
        shutil.rmtree(case)
        return result

    def _judge(self, ended: Ended, case: Path, kind: Kind) -> None:
        """A fault is told in a sentence, and what is said to be done is what would have been done without it."""
        if kind in MEMORY and is_crash(ended):
            # Of CPython or a library that does not expect it; what it leaves behind is looked at like a kill's.
            return
        assert ended.code >= 0, f"it ended by signal {-ended.code}"
        assert "Traceback" not in ended.errors, "a traceback"
        if ended.finished:
            said = _said(ended, case)
            assert said == self._said or "pressmark: " in ended.errors, f"another answer: {said} for {self._said}"
        else:
            told = "pressmark: " in ended.errors or '"is": "Failed"' in ended.said
            assert told or ended.code == 1, "nothing was said"


def is_crash(ended: Ended) -> bool:
    """Say whether C code has broken over a lack of memory: by a signal, or with an error that is not set."""
    last = ended.errors.rstrip().rpartition("\n")[2]
    return ended.code in (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS) or last.startswith("SystemError: ")


def _said(ended: Ended, case: Path) -> str:
    """What was answered, without what is another each time."""
    if ended.said.startswith('{"is": '):
        return ""
    return _VARIES.sub("", ended.said.replace(str(case), ""))


def points(counts: Mapping[Kind, int], most: int, chance: random.Random) -> Iterator[Fault]:
    """Choose at most `most` faults, evenly among the calls that were made, each way of failing in turn."""
    ways = [
        (kind, error, forever)
        for kind in Kind
        if counts[kind]
        for error in ERRORS[kind]
        # Without any memory nothing can be said any more.
        for forever in ((False,) if kind is Kind.MEMORY else (False, True))
    ]
    left = most
    if most < len(ways):
        ways = chance.sample(ways, most)
    # Those that are made seldom are all tried, and leave the others more.
    for place, (kind, error, forever) in enumerate(sorted(ways, key=lambda way: counts[way[0]])):
        here = min(counts[kind], left // (len(ways) - place))
        left -= here
        for number in _strides(counts[kind], here, chance):
            yield Fault(kind, number, error, forever)


def _strides(count: int, wanted: int, chance: random.Random) -> Iterator[int]:
    """Choose numbers from 1 to `count`, one in each stride."""
    for at in range(wanted):
        low, high = at * count // wanted, (at + 1) * count // wanted
        yield chance.randrange(low, max(high, low + 1)) + 1


def main(folder: Path, name: str, what: str, seed: str = "0") -> None:
    """Walk, printing each result at once."""
    folder.mkdir(exist_ok=True)
    walk = Walk(name, folder)
    if ":" in what:
        _tell(walk.try_one(Fault.of(what)))
        return
    done = held_before()
    for fault in points(walk.counts, int(what), random.Random(int(seed))):
        if (name, str(fault)) not in done:
            _tell(walk.try_one(fault))


def _tell(result: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
