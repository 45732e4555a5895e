"""Kills while a library is kept: brought up to date, backed up, restored, repaired, emptied, and filled with pictures."""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from reader.store import schema
from tests.lab.reliability.corpus import WORD_OF_ALL, picture
from tests.lab.reliability.killing import SEED, Kill, Tally, at_any_time, at_points, in_system_calls, two_at_once
from tests.lab.reliability.libraries import bring, make_library
from tests.lab.reliability.program import count_points_of
from tests.lab.reliability.works import (
    Backup,
    CatchingUp,
    EmptyingBin,
    Migration,
    MovingToBin,
    Repair,
    Restore,
    SavingPictures,
    UndoingImport,
    Window,
    Work,
    survive,
)
from tests.reader.fetching.web import Web, said
from tests.support.captures import write_feed
from tests.support.no_network import NetworkGuard
from tests.support.slow_figures import Tell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the points are known by Linux's names for files")

_FILES = 300
_OLDER = range(1, schema.SCHEMA_VERSION)
_SYSTEM_CALLS = {"pwrite64": 60, "fdatasync,fsync": 10, "rename,renameat2": 3}


def _plan(work: Work, folder: Path, at_point: int, any_time: int, in_calls: int = 0) -> list[Kill]:
    """Do the work once to see which points it passes and how long it takes, and choose where to kill it."""
    work.set_up(folder)
    began = time.monotonic()
    passed = count_points_of(lambda: work.run(folder, {}), folder / "counts")
    seconds = time.monotonic() - began
    shutil.rmtree(folder)
    calls = in_system_calls(in_calls, _SYSTEM_CALLS, SEED) if shutil.which("strace") else []
    return [*at_points(passed, at_point, SEED), *at_any_time(seconds, any_time, SEED), *calls]


def _survive_all(work: Work, scratch: Path, kills: Sequence[Kill]) -> Tally:
    tally = Tally()

    def some(at: int, kills: Sequence[Kill]) -> None:
        for number, kill in enumerate(kills):
            survive(work, scratch / f"{at}{number}", kill, tally)

    two_at_once(some, kills)
    return tally


def _report(tally: Tally, tell: Tell, what: str, kills: Sequence[Kill]) -> None:
    tally.report(tell, what)
    # Those at any time may come too late.
    assert tally.kills.total() >= len(kills) // 2


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "template"
    make_library(folder, _FILES)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "what"),
    [
        (MovingToBin, "moving articles to the bin"),
        (EmptyingBin, "emptying the bin"),
        (UndoingImport, "undoing an import"),
        (Backup, "backup"),
        (Restore, "restore"),
        (Repair, "repair"),
        (CatchingUp, "building an index that was deleted"),
    ],
)
def test_a_library_is_kept_whatever_is_killed(
    filled: Path, quick_disk: Path, tell_figure: Tell, make: Callable[[Path], Work], what: str
) -> None:
    work = make(filled)
    kills = _plan(work, quick_disk / "0", 12, 5, 5)
    _report(_survive_all(work, quick_disk, kills), tell_figure, what, kills)


@pytest.mark.slow
@pytest.mark.parametrize("version", _OLDER)
def test_a_backup_of_an_older_format_is_restored_whatever_is_killed(
    filled: Path, quick_disk: Path, tell_figure: Tell, version: int
) -> None:
    work = Restore(filled, version)
    kills = _plan(work, quick_disk / "0", 10, 0, 6)
    _report(_survive_all(work, quick_disk, kills), tell_figure, f"restore of a backup of format {version}", kills)


@pytest.mark.slow
@pytest.mark.parametrize("version", _OLDER)
def test_a_library_is_brought_up_to_date_whatever_is_killed(quick_disk: Path, tell_figure: Tell, version: int) -> None:
    command = Migration(quick_disk / "template", version, 220)
    kills = _plan(command, quick_disk / "0", 14, 5, 9)
    _report(_survive_all(command, quick_disk, kills), tell_figure, f"migration from format {version}", kills)


@pytest.mark.slow
@pytest.mark.parametrize("version", _OLDER)
def test_a_window_that_brings_a_library_up_to_date_is_killed_and_loses_nothing(
    quick_disk: Path, tell_figure: Tell, version: int
) -> None:
    window = Window(quick_disk / "template", version, 40)
    kills = _plan(window, quick_disk / "0", 10, 4)
    _report(_survive_all(window, quick_disk, kills), tell_figure, f"the window, migrating from format {version}", kills)


@pytest.mark.slow
def test_pictures_are_saved_whatever_is_killed(quick_disk: Path, tell_figure: Tell, web: Web) -> None:
    for n in range(24):
        web.answers[f"/{n}.png"] = said(picture(n))
        shown = "".join(f'<img src="{web.url(f"/{m % 24}.png")}">' for m in (n, n + 1))
        body = f"<p>{WORD_OF_ALL}。</p>{shown}"
        write_feed(quick_disk / "drop", f"{n}.txt", title=f"第{n}篇", url=f"https://news.example/{n}", body=body)
    bring(quick_disk / "template" / "library", quick_disk / "drop")
    work = SavingPictures(quick_disk / "template")
    kills = _plan(work, quick_disk / "0", 12, 4, 6)
    _report(_survive_all(work, quick_disk, kills), tell_figure, "saving pictures", kills)


@pytest.fixture
def web(loopback: NetworkGuard) -> Iterator[Web]:
    with closing(Web()) as server:
        yield server


def test_one_kill_of_each_work_that_keeps_a_library_is_survived(quick_disk: Path, tell_figure: Tell) -> None:
    folder = quick_disk / "filled" / "template"
    make_library(folder, 40)
    tally = Tally()
    kills: list[tuple[Work, str]] = [
        (EmptyingBin(folder), "committed store:1"),
        (Backup(folder), "rename backup:2"),
        (Restore(folder, schema.SCHEMA_VERSION - 1), "commit restored:1"),
        (Repair(folder), "rename store:1"),
        (Migration(quick_disk / "older" / "template", schema.SCHEMA_VERSION - 1, 5), "change store:2"),
    ]
    two_at_once(
        lambda at, chosen: [
            survive(kill["work"], quick_disk / f"{at}{number}", kill["how"], tally)
            for number, kill in enumerate(chosen)
        ],
        [{"work": work, "how": {"kill": point, "named": point}} for work, point in kills],
    )
    assert tally.kills == Counter(point for _, point in kills)
    tally.report(tell_figure, "of each work that keeps a library, one", timed=False)
