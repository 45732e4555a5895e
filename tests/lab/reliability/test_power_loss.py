"""Power cuts: whatever a disk may have kept of a session, the library opens, and holds what was acknowledged."""

from __future__ import annotations

import hashlib
import random
import shutil
import sys
from collections import Counter
from itertools import islice
from pathlib import Path, PurePosixPath

import pytest

from reader.paths import AppPaths
from reader.settings import Settings
from tests.lab.reliability.checking import Starts, check_start
from tests.lab.reliability.corpus import make_drop
from tests.lab.reliability.power.disk import Disk, Mode, lay_out
from tests.lab.reliability.power.recording import Recording, record, states
from tests.support.slow_figures import Tell

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux"),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed, which records the disk"),
]

_STATES = 360
_SEED = 20230712


@pytest.mark.slow
def test_whatever_a_disk_keeps_of_a_session_nothing_acknowledged_is_lost(
    tmp_path: Path, quick_disk: Path, tell_figure: Tell
) -> None:
    recording = _recorded(tmp_path, _make_folders(tmp_path / "drop"))
    chance = random.Random(_SEED)
    starts, modes, moments = Starts(), Counter[str](), set()
    for at, mode in islice(states(recording, chance), _STATES):
        folder = quick_disk / "state"
        lay_out(recording.disk.kept(at, mode, chance), recording.disk.root, folder)
        try:
            _check(folder / "profile" / "library", recording, at, starts)
        except Exception as error:
            raise AssertionError(f"the power goes at {at} of {recording.disk.moment}, and {mode.value}") from error
        shutil.rmtree(folder)
        modes[mode.value] += 1
        moments.add(at)
    assert modes.total() >= 300
    listed = ", ".join(f"{mode}: {count}" for mode, count in modes.items())
    tell_figure("states of a disk without power opened", f"{modes.total()} ({listed})")
    tell_figure("moments at which the power went", f"{len(moments)} of {recording.disk.moment}")
    tell_figure("next start after them", starts)


def _make_folders(folder: Path) -> Path:
    """Write two drops, one to be imported after the other."""
    for name, files in (("a", 60), ("b", 90)):
        make_drop(folder / name, files)
    return folder


def _recorded(tmp_path: Path, drop: Path) -> Recording:
    disk = tmp_path / "disk"
    disk.mkdir()
    # The folder of the library is new, and so is the one above it.
    command = [
        sys.executable,
        "-m",
        "tests.lab.reliability.power.session",
        str(disk / "profile" / "library"),
        str(drop),
    ]
    return record(command, disk, tmp_path / "strace.log")


def _check(data: Path, recording: Recording, at: int, starts: Starts) -> None:
    said = [(what, value) for moment, what, value in recording.said if moment < at]
    held = {hashlib.sha256(Path(value).read_bytes()).digest() for what, value in said if what == "held"}
    sizes = [value for what, value in said if what == "text size"]
    coming = [value for moment, what, value in recording.said if moment >= at and what == "text size"]
    paths = AppPaths(data)
    assert Settings.load(paths.settings).text_size in (
        *sizes[-1:],
        *coming[:1],
        *([] if sizes else [Settings().text_size]),
    )
    check_start(paths, held, starts)


def test_a_disk_keeps_what_was_synced_and_may_keep_the_rest(tmp_path: Path) -> None:
    root = PurePosixPath("/disk")
    disk, chance = Disk(root), random.Random(1)
    disk.create(root / "file")
    disk.write(root / "file", b"safe")
    disk.sync(root / "file", disk.moment)
    disk.write(root / "file", b" and not")
    disk.sync(root, disk.moment)
    disk.rename(root / "file", root / "new")
    end = disk.moment + 1
    assert disk.kept(end, Mode.NOTHING, chance) == {root: None, root / "file": b"safe"}
    assert disk.kept(end, Mode.EVERYTHING, chance) == {root: None, root / "new": b"safe and not"}
    assert disk.kept(end, Mode.NAMES, chance) == {root: None, root / "new": b"safe"}
    assert disk.kept(end, Mode.ZEROS, chance) == {root: None, root / "new": b"safe" + bytes(8)}
    assert disk.kept(2, Mode.NOTHING, chance) == {root: None}
    found = {tuple(disk.kept(end, Mode.FIRST, chance).values()) for _ in range(50)}
    assert found == {(None, b"safe"), (None, b"safe and not")}
