"""Calls of the system that fail, and memory that runs out, at any point of any work: it is said, and nothing is lost.

The environment chooses:
    PRESSMARK_FAULT_SEED=N    other faults
    PRESSMARK_FAULT_POINTS=N  how many of each work
    PRESSMARK_FAULT_LOG=FILE  where each result is noted; a run that was broken off continues behind what held
    PRESSMARK_FAULT=NAME      the one fault that is tried again, by the name that a failure gives it
"""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from reader.store import schema
from tests.lab.reliability.corpus import make_drop
from tests.lab.reliability.faults.injection import (
    SWITCHBOARD,
    Fault,
    Kind,
    Switchboard,
    build_library,
    make_switchboard,
    why_not,
)
from tests.lab.reliability.faults.report import told, walk, walk_all
from tests.lab.reliability.faults.walk import points
from tests.lab.reliability.faults.works import NAMES, SLOW
from tests.lab.reliability.killing import SEED
from tests.lab.reliability.program import ROOT
from tests.support.slow_figures import Tell

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

_POINTS = int(os.environ.get("PRESSMARK_FAULT_POINTS", "170"))
_POINTS_SLOW = 30
_SEED = int(os.environ.get("PRESSMARK_FAULT_SEED", str(SEED)))
_QUICK = 4
_FIRST_WRITE = "moving to the bin WRITE:1:ENOSPC:ever"
_AGAIN = os.environ.get("PRESSMARK_FAULT", _FIRST_WRITE)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the library that injects faults."""
    return build_library(tmp_path_factory.mktemp("faults"))


@pytest.mark.slow
def test_whatever_call_fails_is_said_and_nothing_is_lost(faulty: Path, quick_disk: Path, tell_figure: Tell) -> None:
    shares = {name: _POINTS_SLOW if name in SLOW else _POINTS for name in NAMES}
    walk_all(faulty, quick_disk, shares, _SEED).report(tell_figure)


def test_a_few_calls_that_fail_are_said_and_nothing_is_lost(faulty: Path, quick_disk: Path, tell_figure: Tell) -> None:
    older = f"migration from format {schema.SCHEMA_VERSION - 1}"
    names = ("import", "backup by command", "repair", older)
    faults = walk_all(faulty, quick_disk, dict.fromkeys(names, _QUICK), _SEED + 1)
    faults.report(tell_figure)
    assert faults.points.total() > 3 * _QUICK


def test_one_fault_can_be_tried_again_by_its_name(faulty: Path, quick_disk: Path) -> None:
    (result,) = walk(faulty, quick_disk, _AGAIN.rsplit(" ", 1))
    assert "failed" not in result, told(result)
    if _AGAIN == _FIRST_WRITE:
        assert (result["hits"] >= 1, result["code"]) == (True, 2)
        assert result["where"].startswith("pwrite64 ")


def test_the_name_of_a_fault_says_all_of_it() -> None:
    fault = Fault(Kind.RENAME, 3, errno.EIO, True)
    assert Fault.of(str(fault)) == fault


def test_points_are_spread_over_all_calls_and_all_ways_to_fail() -> None:
    counts = Counter({Kind.SYNC: 3, Kind.WRITE: 1000, Kind.MEMORY: 100_000})
    chosen = list(points(counts, 200, random.Random(1)))
    assert len(chosen) == 200
    assert len(set(chosen)) == 200
    # The few syncs are all tried, once and for ever; of the others each stretch is.
    assert sorted(fault.number for fault in chosen if fault.kind is Kind.SYNC) == [1, 1, 2, 2, 3, 3]
    writes = [fault.number for fault in chosen if fault == Fault(Kind.WRITE, fault.number, errno.ENOSPC, True)]
    assert all(b - a < 100 for a, b in pairwise(writes))
    assert (writes[0] < 100, writes[-1] > 900) == (True, True)


# What strace calls the calls that are counted. Folders are listed by others, and locks are let go of, too.
_CALLS = {
    Kind.READ: {"read", "pread64", "readv"},
    Kind.WRITE: {"write", "pwrite64", "writev", "sendfile", "copy_file_range"},
    Kind.SYNC: {"fsync", "fdatasync"},
    Kind.OPEN: {"open", "openat", "creat"},
    Kind.RENAME: {"rename", "renameat", "renameat2", "link", "linkat"},
    Kind.REMOVE: {"unlink", "unlinkat", "rmdir"},
    Kind.MAKE: {"mkdir", "mkdirat"},
    Kind.RESIZE: {"ftruncate", "truncate", "fallocate"},
}
_LINE = re.compile(r"^\d+ +(\w+)\((.*)")


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace counts the calls for comparison")
def test_no_call_on_a_library_passes_uncounted(faulty: Path, quick_disk: Path) -> None:
    drop, data, log = quick_disk / "drop", quick_disk / "here" / "library", quick_disk / "log"
    make_drop(drop, 12)
    make_switchboard(quick_disk / "switchboard")
    (quick_disk / "here").mkdir()
    board = Switchboard(quick_disk / "switchboard")
    board.switch_on(quick_disk / "here", None)
    program = ["env", f"LD_PRELOAD={faulty}", f"{SWITCHBOARD}={quick_disk / 'switchboard'}", sys.executable, "main.py"]
    strace = ["strace", "-f", "-y", "-s", "0", "-e", "trace=%desc,%file", "-o", str(log), *program]
    done = subprocess.run([*strace, "--data-dir", data, "import", drop], cwd=ROOT, capture_output=True, check=False)
    if b"ptrace" in done.stderr:
        pytest.skip("strace may trace nothing here")
    assert done.returncode == 0, done.stderr
    seen: Counter[Kind] = Counter()
    here = str(quick_disk / "here")
    for line in log.read_text("utf-8", "replace").splitlines():
        call = _LINE.match(line)
        if call is not None and "O_DIRECTORY" not in line and here in line.partition(" = ")[0]:
            seen += Counter(kind for kind, names in _CALLS.items() if call.group(1) in names)
    counted = board.counts
    assert {kind: counted[kind] for kind in _CALLS} == {kind: seen[kind] for kind in _CALLS}
