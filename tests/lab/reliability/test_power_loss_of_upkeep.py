"""Power cuts while a library is kept: what was said to be done is done, and what was not is whole, or can be done again."""

from __future__ import annotations

import random
import shutil
import sys
from collections import Counter
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from reader.errors import DamagedStoreError
from reader.library import Library
from reader.maintenance.backup import restore_backup
from reader.maintenance.repair import repair_library
from reader.paths import AppPaths
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.lab.reliability.checking import Starts, check_start
from tests.lab.reliability.corpus import WORD_OF_ALL, make_drop
from tests.lab.reliability.older import core_of
from tests.lab.reliability.power.disk import lay_out
from tests.lab.reliability.power.recording import Recording, record, states
from tests.lab.reliability.power.upkeep_session import BACKUP, BINNED, finish, hash_of
from tests.lab.reliability.program import ROOT
from tests.support.captures import write_feed
from tests.support.slow_figures import Tell

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux"),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed, which records the disk"),
]

_STATES = 420
_SEED = 20230712
_OLDER = ROOT / "tests" / "data" / "libraries"


@pytest.mark.slow
def test_whatever_a_disk_keeps_of_bin_backup_restore_repair_and_migration_is_a_library(
    tmp_path: Path, quick_disk: Path, tell_figure: Tell
) -> None:
    drop = _make_folders(tmp_path / "drop")
    disk = tmp_path / "disk"
    disk.mkdir()
    command = [sys.executable, "-m", "tests.lab.reliability.power.upkeep_session", str(disk), str(drop), str(_OLDER)]
    recording = record(command, disk, tmp_path / "strace.log")
    chance = random.Random(_SEED)
    starts, during = Starts(), Counter[str]()
    for at, mode in islice(states(recording, chance, _first(recording)), _STATES):
        folder = quick_disk / "state"
        lay_out(recording.disk.kept(at, mode, chance), recording.disk.root, folder)
        state = _State(folder, recording, at, drop)
        try:
            state.check(starts)
        except Exception as error:
            message = f"the power goes at {at} of {recording.disk.moment}, after “{state.last}”, and {mode.value}"
            raise AssertionError(message) from error
        shutil.rmtree(folder)
        during[state.last] += 1
    listed = ", ".join(f"after “{what}”: {count}" for what, count in sorted(during.items()))
    tell_figure("states opened of a disk that lost power while a library was kept", f"{during.total()} ({listed})")
    tell_figure("next start after them, while a library was kept", starts)


def _make_folders(folder: Path) -> Path:
    """Write two drops, one to be imported after the other, the second of which updates the first, too."""
    make_drop(folder / "a", 40)
    make_drop(folder / "b", 10)
    for n in range(10):
        later = {"url": f"https://news.example/{n * 3}", "epoch": 1_700_000_000_000 + n}
        write_feed(folder / "b", f"later{n}.txt", title=f"改过的{n}", body=f"<p>{WORD_OF_ALL}，又{n}。</p>", **later)
    return folder


def _first(recording: Recording) -> int:
    """Return the moment from which the first library of an older format is there."""
    return next(moment for moment, what, _ in recording.said if what == "older")


class _State:
    """What a disk has kept, and what had been said by then."""

    def __init__(self, folder: Path, recording: Recording, at: int, drop: Path) -> None:
        self._folder, self._drop = folder, drop
        self._said: dict[str, Any] = {}
        self._older: dict[str, str] = {}
        self.last = ""
        for moment, what, value in recording.said:
            if moment < at:
                self.last = what
                if what in ("older", "up to date"):
                    self._older[value] = what
                else:
                    self._said[what] = value
        self._hash = next(value for _, what, value in recording.said if what == "hash")

    def check(self, starts: Starts) -> None:
        """Hold all that is there to what was said."""
        for name in self._older:
            self._check_older(name, starts)
        if "imported" in self._said:
            self._check_library(starts)
        self._check_backup()
        if "restoring" in self._said:
            self._check_restored()

    def _check_older(self, name: str, starts: Starts) -> None:
        data = self._folder / name
        check_start(AppPaths(data), set(), starts, None)
        assert core_of(data / "library.sqlite3") == core_of(_OLDER / name / "library.sqlite3")
        # The check that found nothing has removed the copy.
        before = data / f"library.sqlite3.{name}-backup"
        assert not before.exists() or core_of(before) == core_of(_OLDER / name / "library.sqlite3")

    def _check_library(self, starts: Starts) -> None:
        paths = AppPaths(self._folder / "library")
        if "damaging" in self._said and "repaired" not in self._said:
            with suppress(DamagedStoreError):
                self._check_start(paths, starts)
            finish(repair_library(paths, "a test", lambda: False))
        self._check_start(paths, starts)

    def _check_start(self, paths: AppPaths, starts: Starts) -> None:
        check_start(paths, self._acknowledged(), starts)
        library = Library.open(paths)
        try:
            binned = library.bin.count()
            if "emptied" in self._said:
                assert binned == 0
            elif "binned" in self._said and "emptying" not in self._said:
                assert binned >= BINNED + self._said.get("undone", 0)
        finally:
            library.close()

    def _acknowledged(self) -> set[bytes]:
        """Return the hashes of what must be there; what was in the bin may be gone once it is being emptied."""
        files = [file for file in walk_sources([self._drop]) if isinstance(file, SavedFile)]
        captures = [file.sha256() for file in files if file.name.endswith(".txt")]
        return set() if "emptying" in self._said else set(captures)

    def _check_backup(self) -> None:
        """Hold what is named as a backup to be a whole one."""
        file = self._folder / BACKUP
        assert file.exists() or "backed up" not in self._said
        if file.exists():
            self._restore_from(file, AppPaths(self._folder / "elsewhere"))

    def _check_restored(self) -> None:
        """See all that was restored, or nothing of it, so that it can be restored again."""
        paths = AppPaths(self._folder / "restored")
        library = Library.open(paths)
        articles = library.article_count()
        found = hash_of(library) if articles else ""
        library.close()
        if articles:
            assert found == self._hash
        else:
            assert "restored" not in self._said
            self._restore_from(self._folder / BACKUP, paths)

    def _restore_from(self, file: Path, paths: AppPaths) -> None:
        finish(restore_backup(file, paths, lambda: False))
        library = Library.open(paths)
        assert hash_of(library) == self._hash
        library.close()
