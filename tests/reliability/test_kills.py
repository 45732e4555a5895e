"""Programs that are killed at any moment: what they had acknowledged is there, once, and nothing piles up."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from reader.library import Library
from reader.paths import AppPaths
from tests.reliability.checking import Starts, check_complete, check_start, unnamed_pictures
from tests.reliability.corpus import Drop, make_drop, percentile
from tests.reliability.program import ROOT, Ended, count_points, group_is_alive, run_worker
from tests.slow_figures import Tell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the points are known by Linux's names for files")

_FILES = 240
_SEED = 20230712
_AT_ONCE = 2
# Promised is 2 s; the cores that test may be shared.
_SLOW_START = 10.0
_PATIENCE = 60.0
_SYSTEM_CALLS = ("pwrite64", "fdatasync,fsync", "write", "rename,renameat2", "openat")

Kill = dict[str, Any]


@dataclass
class Tally:
    """What was survived: how often at which point, and the starts that followed."""

    kills: Counter[str] = field(default_factory=Counter)
    starts: Starts = field(default_factory=Starts)

    def report(self, tell: Tell, what: str) -> None:
        """Tell the figures, and hold the starts to what is promised."""
        tell(f"kills survived: {what}", f"{self.kills.total()} ({_listed(self.kills)})")
        tell(f"next start after them: {what}", self.starts)
        assert max(self.starts.shown) < _SLOW_START
        assert percentile(self.starts.whole, 0.5) < _SLOW_START


def _listed(kills: Counter[str]) -> str:
    return ", ".join(f"{point} {number}" for point, number in sorted(kills.items()))


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Drop:
    return make_drop(tmp_path_factory.mktemp("captures") / "drop", _FILES)


def _import(drop: Drop) -> dict[str, Any]:
    return {"do": "import", "paths": [str(drop.folder)]}


def _plan(passed: Counter[str], kills: int, seed: int, suffix: str = "") -> list[Kill]:
    """Choose so many points, each kind as often as the others, and of each kind any."""
    chance = random.Random(seed)
    points = sorted(passed)
    chance.shuffle(points)
    return [
        {"kill": f"{point}:{chance.randint(1, passed[point])}{suffix}", "named": point}
        for point in islice(cycle(points), kills)
    ]


def _survive(folder: Path, drop: Drop, kills: Iterable[Kill], tally: Tally) -> None:
    """Kill one import after the other in a library, with a new one whenever it is complete; then let one come to its end."""
    number = acknowledged = 0
    for kill in kills:
        paths = AppPaths(folder / str(number))
        ended = _run(paths.data, _import(drop), kill, tally)
        acknowledged = max(acknowledged, ended.acknowledged)
        check_start(paths, drop.captures(acknowledged), tally.starts)
        if acknowledged == len(drop.digests):
            check_complete(paths, drop)
            number, acknowledged = number + 1, 0
    paths = AppPaths(folder / str(number))
    assert run_worker(paths.data, _import(drop)).acknowledged == len(drop.digests)
    check_start(paths, drop.captures(len(drop.digests)), Starts())
    check_complete(paths, drop)


def _run(library: Path, job: dict[str, Any], kill: Kill, tally: Tally) -> Ended:
    """Run a worker, and note where it was killed, if it was."""
    options = {key: value for key, value in kill.items() if key != "named"}
    ended = run_worker(library, job, **options)
    once = kill.get("once")
    if ended.killed or (once is not None and once.exists()):
        tally.kills[kill["named"]] += 1
    assert ended.killed or "Traceback" not in ended.errors, ended.errors
    return ended


def _two_at_once(work: Callable[[int, Sequence[Kill]], None], kills: Sequence[Kill]) -> None:
    """Share kills among two threads, which wait for their programs."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for done in [threads.submit(work, at, kills[at::_AT_ONCE]) for at in range(_AT_ONCE)]:
            done.result()


def _survive_in(quick_disk: Path, drop: Drop, kills: Sequence[Kill]) -> Tally:
    tally = Tally()
    _two_at_once(lambda at, some: _survive(quick_disk / f"libraries{at}", drop, some, tally), kills)
    return tally


def test_an_import_killed_in_a_commit_keeps_what_it_acknowledged(quick_disk: Path, tell_figure: Tell) -> None:
    drop = make_drop(quick_disk / "drop", 90)
    points = (
        "commit store:2",
        "committed store:2",
        "rename picture:5",
        "sync contents:1",
        "rename contents:1",
        "rename index:3",
    )
    tally = Tally()

    def survive(at: int, kills: Sequence[Kill]) -> None:
        for kill in kills:
            # Each in a library of its own, where all is still to be done.
            _survive(quick_disk / f"{at} {kill['named']}", drop, [kill], tally)

    _two_at_once(survive, [{"kill": point, "named": point} for point in points])
    assert tally.kills.total() == len(points)
    tally.report(tell_figure, "a few")


@pytest.mark.slow
def test_an_import_killed_at_any_point_loses_nothing(quick_disk: Path, drop: Drop, tell_figure: Tell) -> None:
    passed = count_points(quick_disk / "counted", _import(drop), quick_disk / "counts")
    assert {"commit store", "committed store", "rename picture", "rename contents", "rename index"} <= passed.keys()
    _survive_in(quick_disk, drop, _plan(passed, 84, _SEED)).report(tell_figure, "importing process, at points")


@pytest.mark.slow
def test_reading_processes_that_are_killed_hold_up_nothing(quick_disk: Path, drop: Drop, tell_figure: Tell) -> None:
    passed = count_points(quick_disk / "counted", _import(drop), quick_disk / "counts", "reading")
    kills = [
        {**kill, "where": "reading", "once": quick_disk / f"once{at}"}
        for at, kill in enumerate(_plan(passed, 20, _SEED + 1))
    ]
    _survive_in(quick_disk, drop, kills).report(tell_figure, "one process that reads, at points")


@pytest.mark.slow
def test_all_processes_of_an_import_killed_at_once_lose_nothing(
    quick_disk: Path, drop: Drop, tell_figure: Tell
) -> None:
    passed = count_points(quick_disk / "counted", _import(drop), quick_disk / "counts", "reading")
    chance = random.Random(_SEED + 2)
    kills = [
        *({**kill, "where": "reading"} for kill in _plan(passed, 16, _SEED + 3, ":group")),
        *({"after": chance.uniform(0.3, 3.0), "named": "any time"} for _ in range(24)),
    ]
    _survive_in(quick_disk, drop, kills).report(tell_figure, "all processes of an import")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed, which kills within SQLite")
def test_an_import_killed_within_a_system_call_loses_nothing(quick_disk: Path, drop: Drop, tell_figure: Tell) -> None:
    chance = random.Random(_SEED + 4)
    kills: list[Kill] = []
    for calls in islice(cycle(_SYSTEM_CALLS), 25):
        number = chance.randint(
            1, {"openat": 1400, "pwrite64": 800, "write": 350, "fdatasync,fsync": 200}.get(calls, 80)
        )
        inject = f"inject={calls}:signal=SIGKILL:when={number}"
        # Not with --seccomp-bpf, where strace cannot hand over a signal.
        prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", inject]
        kills.append({"prefix": prefix, "named": f"in {calls.split(',')[0]}"})
    _survive_in(quick_disk, drop, kills).report(tell_figure, "any process of an import, within system calls")


@pytest.mark.slow
@pytest.mark.parametrize("work", ["rebuild", "tidy"])
def test_an_index_killed_while_it_is_made_is_made_again(
    quick_disk: Path, drop: Drop, tell_figure: Tell, work: str
) -> None:
    full = quick_disk / "full"
    _fill_untidily(full, drop)
    options = ("--tidy",) if work == "tidy" else ()
    job = {"do": "rebuild"}
    shutil.copytree(full, quick_disk / "counted")
    passed = count_points(quick_disk / "counted", job, quick_disk / "counts", options=options)
    tally = Tally()

    def survive(at: int, kills: Sequence[Kill]) -> None:
        paths = AppPaths(quick_disk / f"library{at}")
        for kill in kills:
            shutil.rmtree(paths.data, ignore_errors=True)
            shutil.copytree(full, paths.data)
            _run(paths.data, job, {**kill, "options": options}, tally)
            check_start(paths, drop.captures(len(drop.digests)), tally.starts)
            check_complete(paths, drop)

    _two_at_once(survive, _plan(passed, 20, _SEED + 5))
    assert tally.kills.total() >= 15
    tally.report(tell_figure, f"{work} of the index, at points")


def _fill_untidily(data: Path, drop: Drop) -> None:
    """Import in steps, each of which leaves a segment of its own."""
    library = Library.open(AppPaths(data))
    for folder in sorted(drop.folder.iterdir()):
        with library.writer("a test") as writer:
            list(writer.import_paths([folder]))
            list(writer.catch_up())
            untidy = not writer.is_tidy()
    library.close()
    assert untidy


@pytest.mark.slow
def test_the_whole_program_killed_at_any_time_loses_nothing(quick_disk: Path, drop: Drop, tell_figure: Tell) -> None:
    chance = random.Random(_SEED + 6)
    tally, usable = Tally(), []
    number = 0
    for at in range(16):
        paths = AppPaths(quick_disk / f"library{number}")
        with _program(paths.data, drop.folder) as program:
            if at % 4:
                _wait_until_stored(paths)
            time.sleep(chance.uniform(0.0, 1.5))
            held = _held(paths)
            named = "window alone" if at % 4 == 3 else "window and worker"
            if named == "window alone":
                program.kill()
            else:
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()
            while group_is_alive(program.pid):
                time.sleep(0.02)
        tally.kills[named] += 1
        if held and len(usable) < 4:
            usable.append(_start_window(paths.data))
        check_start(paths, held, tally.starts)
        if _held(paths) == drop.captures(len(drop.digests)):
            check_complete(paths, drop)
            number += 1
    tell_figure("a window started after a kill shows its list after, seconds at most", f"{max(usable):.2f}")
    assert percentile(usable, 0.5) < _SLOW_START
    tally.report(tell_figure, "the whole program")


class _program:  # noqa: N801 - it is used as a function
    """Start the window offscreen with files to import, in a process group of its own."""

    def __init__(self, data: Path, folder: Path) -> None:
        command = [sys.executable, str(ROOT / "main.py"), "--data-dir", str(data), str(folder)]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self._process

    def __exit__(self, *_: object) -> None:
        if group_is_alive(self._process.pid):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _wait_until_stored(paths: AppPaths) -> None:
    """Wait until the program has imported something."""
    deadline = time.monotonic() + _PATIENCE
    while not _held(paths):
        assert time.monotonic() < deadline, "nothing was imported"
        time.sleep(0.05)


def _held(paths: AppPaths) -> set[bytes]:
    """Look, as another program, at which captures are committed."""
    if not paths.database.exists():
        return set()
    library = Library.open(paths)
    try:
        return {row[0] for row in library.store.rows("SELECT sha256 FROM original")}
    finally:
        library.close()


def _start_window(data: Path) -> float:
    """Start a window as a person does, and say after how many seconds its list is painted."""
    command = [sys.executable, "-m", "tests.benchmarks.window_process", "start", str(data), str(time.monotonic())]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return float(json.loads(done.stdout.splitlines()[-1])["usable"])


@pytest.mark.slow
def test_pictures_of_imports_that_were_killed_do_not_pile_up(quick_disk: Path, drop: Drop) -> None:
    paths = AppPaths(quick_disk / "library")
    left = []
    for _ in range(6):
        run_worker(paths.data, _import(drop), kill="commit store:1")
        left.append(unnamed_pictures(paths))
    # The same import puts the same pictures into the same files.
    assert left[-1] <= max(left[:2]) + 2
    assert run_worker(paths.data, _import(drop)).acknowledged == len(drop.digests)
    check_complete(paths, drop)
