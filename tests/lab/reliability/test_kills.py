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
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from reader.library import Library
from reader.paths import AppPaths
from reader.worker.protocol import Import, Job, RebuildIndex
from tests.lab.reliability.checking import Starts, check_complete, check_start, unnamed_pictures
from tests.lab.reliability.corpus import Drop, make_drop
from tests.lab.reliability.killing import (
    SEED,
    START_SECONDS,
    Kill,
    Tally,
    at_points,
    in_system_calls,
    options_of,
    two_at_once,
)
from tests.lab.reliability.program import ROOT, Ended, count_points, group_is_alive, run_worker
from tests.support.patience import PATIENCE_SECONDS, wait_until
from tests.support.slow_figures import Tell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the points are known by Linux's names for files")

_FILES = 240


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Drop:
    return make_drop(tmp_path_factory.mktemp("captures") / "drop", _FILES)


def _import(drop: Drop) -> Import:
    return Import((str(drop.folder),))


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


def _run(library: Path, job: Job, kill: Kill, tally: Tally) -> Ended:
    """Run a worker, and note where it was killed, if it was."""
    ended = run_worker(library, job, **options_of(kill))
    tally.note(kill, ended)
    return ended


def _survive_in(quick_disk: Path, drop: Drop, kills: Sequence[Kill]) -> Tally:
    tally = Tally()
    two_at_once(lambda at, some: _survive(quick_disk / f"libraries{at}", drop, some, tally), kills)
    return tally


def test_an_import_killed_in_a_commit_keeps_what_it_acknowledged(quick_disk: Path, tell_figure: Tell) -> None:
    drop = make_drop(quick_disk / "drop", 90)
    points = ("committed store:2", "rename picture:5", "rename contents:1")
    tally = Tally()

    def survive(at: int, kills: Sequence[Kill]) -> None:
        for kill in kills:
            # Each in a library of its own, where all is still to be done.
            _survive(quick_disk / f"{at} {kill['named']}", drop, [kill], tally)

    two_at_once(survive, [{"kill": point, "named": point} for point in points])
    assert tally.kills.total() == len(points)
    tally.report(tell_figure, "a few", timed=False)


@pytest.mark.slow
def test_an_import_killed_at_any_point_loses_nothing(quick_disk: Path, drop: Drop, tell_figure: Tell) -> None:
    passed = count_points(quick_disk / "counted", _import(drop), quick_disk / "counts")
    assert {"commit store", "committed store", "rename picture", "rename contents", "rename index"} <= passed.keys()
    _survive_in(quick_disk, drop, at_points(passed, 84, SEED)).report(tell_figure, "importing process, at points")


@pytest.mark.slow
def test_reading_processes_that_are_killed_hold_up_nothing(quick_disk: Path, drop: Drop, tell_figure: Tell) -> None:
    passed = count_points(quick_disk / "counted", _import(drop), quick_disk / "counts", "reading")
    kills = [
        {**kill, "where": "reading", "once": quick_disk / f"once{at}"}
        for at, kill in enumerate(at_points(passed, 20, SEED + 1))
    ]
    _survive_in(quick_disk, drop, kills).report(tell_figure, "one process that reads, at points")


@pytest.mark.slow
def test_all_processes_of_an_import_killed_at_once_lose_nothing(
    quick_disk: Path, drop: Drop, tell_figure: Tell
) -> None:
    passed = count_points(quick_disk / "counted", _import(drop), quick_disk / "counts", "reading")
    chance = random.Random(SEED + 2)
    kills = [
        *({**kill, "where": "reading"} for kill in at_points(passed, 16, SEED + 3, ":group")),
        *({"after": chance.uniform(0.3, 3.0), "named": "any time"} for _ in range(24)),
    ]
    _survive_in(quick_disk, drop, kills).report(tell_figure, "all processes of an import")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed, which kills within SQLite")
def test_an_import_killed_within_a_system_call_loses_nothing(quick_disk: Path, drop: Drop, tell_figure: Tell) -> None:
    most = {"pwrite64": 800, "fdatasync,fsync": 200, "write": 350, "rename,renameat2": 80, "openat": 1400}
    kills = in_system_calls(25, most, SEED + 4)
    _survive_in(quick_disk, drop, kills).report(tell_figure, "any process of an import, within system calls")


@pytest.mark.slow
@pytest.mark.parametrize("work", ["rebuild", "tidy"])
def test_an_index_killed_while_it_is_made_is_made_again(
    quick_disk: Path, drop: Drop, tell_figure: Tell, work: str
) -> None:
    full = quick_disk / "full"
    _fill_untidily(full, drop)
    options = ("--tidy",) if work == "tidy" else ()
    job = RebuildIndex()
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

    two_at_once(survive, at_points(passed, 20, SEED + 5))
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
    chance = random.Random(SEED + 6)
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
            usable.append(_quickest_window(paths.data, quick_disk / "kept"))
        check_start(paths, held, tally.starts)
        if _held(paths) == drop.captures(len(drop.digests)):
            check_complete(paths, drop)
            number += 1
    tell_figure("a window started after a kill shows its list after, seconds at most", f"{max(usable):.2f}")
    assert max(usable) < START_SECONDS
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
    wait_until(lambda: bool(_held(paths)), "something that is imported")


def _held(paths: AppPaths) -> set[bytes]:
    """Look, as another program, at which captures are committed."""
    if not paths.database.exists():
        return set()
    library = Library.open(paths)
    try:
        return {row[0] for row in library._store.rows("SELECT sha256 FROM original")}
    finally:
        library.close()


def _quickest_window(data: Path, kept: Path) -> float:
    """Start a window in what a kill has left, up to three times as long as others hold it up; return the least time."""
    shutil.copytree(data, kept)
    times: list[float] = []
    while not times or (min(times) >= START_SECONDS and len(times) < 3):
        shutil.rmtree(data)
        shutil.copytree(kept, data)
        times.append(_start_window(data))
    shutil.rmtree(kept)
    return min(times)


def _start_window(data: Path) -> float:
    """Start a window as a person does, and say after how many seconds its list is painted."""
    command = [sys.executable, "-m", "tests.lab.benchmarks.window.process", "start", str(data), str(time.monotonic())]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", cwd=ROOT, timeout=PATIENCE_SECONDS, check=False
    )
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
