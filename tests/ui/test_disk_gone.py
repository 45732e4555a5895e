"""A window whose disk goes away: a sentence, where mapped memory ended the process with SIGBUS."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.changes import set_starred
from tests.support.loop_disk import LoopDisk, loop_disk
from tests.ui.driving import write_capture
from tests.ui.test_window import wait_titles


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[LoopDisk]:
    with loop_disk(tmp_path) as disk:
        yield disk


@pytest.fixture
def data(disk: LoopDisk) -> Path:
    return disk.folder / "library"


def test_a_window_whose_disk_is_pulled_out_says_so_and_lives(start, filled, qtbot, disk: LoopDisk):
    run = start()
    run.window.search.box.setText("ferry")
    wait_titles(qtbot, run, "The last ferry", "梨花开了")
    disk.pull_out()
    run.window.search.box.setText("灯塔与海，说得")
    qtbot.waitUntil(lambda: run.window.messages.text != "", timeout=30000)
    assert run.window.isVisible()
    run.window.search.box.setText("")
    qtbot.wait(500)
    assert run.window.isVisible()
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=30000)


def test_a_window_shows_what_is_imported_on_a_disk_without_a_log(start, filled, qtbot, data: Path, tmp_path: Path):
    """Readers and the writer wait for each other there."""
    run = start()
    for number in range(120):
        write_capture(
            tmp_path / "more", f"{number:03}", title=f"第{number}页", body="<p>旧书市" + "清晨" * 2000 + "</p>"
        )
    run.imports.import_paths([str(tmp_path / "more")])
    queries = itertools.cycle(("清晨", "ferry", ""))

    def is_done() -> bool:
        """Ask and write while the worker does, too."""
        run.window.search.box.setText(next(queries))
        first = run.library.ids()[:1]
        set_starred(run.library, first, not run.library.states.counts().starred)
        return not run.imports.busy

    qtbot.waitUntil(is_done, timeout=120000)
    assert not (data / "library.sqlite3-shm").exists()
    run.window.search.box.setText("清晨")
    qtbot.waitUntil(lambda: run.window.search.count == "120 found", timeout=10000)
