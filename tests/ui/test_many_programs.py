"""One library and many programs, each a real process: windows, command lines, and what writes behind their backs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reader.article import ArticleId
from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from reader.worker.protocol import EmptyBin, RebuildIndex, UndoImport
from tests.reader.cli.command_line import ROOT, CommandLine
from tests.support.patience import PATIENCE_SECONDS, wait_until
from tests.ui.driving import write_capture
from tests.ui.test_window import ALL, wait_titles

Open = Callable[..., subprocess.Popen[bytes]]

_WRITER = """
import sys
from pathlib import Path
from reader.library import Library
from reader.paths import AppPaths
library = Library.open(AppPaths(Path(sys.argv[1])))
with library.writer("a program of the test"):
    print("writes", flush=True)
    sys.stdin.read()
library.close()
"""


@contextmanager
def another_writes(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the writer's lock."""
    command = [sys.executable, "-c", _WRITER, str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "writes\n"
        try:
            yield child
        finally:
            child.communicate()


@pytest.fixture
def open_window(tmp_path: Path) -> Iterator[Open]:
    """Start `pressmark` as a process, on a library of its own."""
    running: list[subprocess.Popen[bytes]] = []
    # The name of a socket has room for a hundred characters, which pytest's folders may need already.
    short = tempfile.mkdtemp(prefix="pm-")
    (tmp_path / "tmp").symlink_to(short)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": short}

    def begin(data: Path, *files: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "main.py"), "--data-dir", str(data), *map(str, files)]
        running.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL))
        return running[-1]

    yield begin
    for process in running:
        if process.poll() is None:
            process.terminate()
    for process in running:
        process.wait(PATIENCE_SECONDS)
    shutil.rmtree(short)


def articles(data: Path) -> int:
    if not (data / "library.sqlite3").exists():
        return 0
    library = Library.open(AppPaths(data))
    count = library.article_count()
    library.close()
    return count


def listens(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "tmp").glob("pressmark-*") if path.suffix != ".lock"]


def captures(folder: Path, number: int) -> list[Path]:
    return [
        write_capture(folder / str(n), f"a{n}", title=f"第{n}篇", body=f"<p>旧书市{n}。</p>") for n in range(number)
    ]


# Windows


def test_of_windows_started_at_the_same_moment_one_opens_and_gets_the_files_of_all(
    open_window: Open, data: Path, tmp_path: Path
) -> None:
    files = captures(tmp_path / "drop", 3)
    windows = [open_window(data, file) for file in files]
    wait_until(lambda: articles(data) == 3)
    wait_until(lambda: sum(window.poll() is None for window in windows) == 1)
    assert sorted(window.returncode for window in windows if window.poll() is not None) == [0, 0]
    assert len(listens(tmp_path)) == 1


def test_after_a_window_was_killed_the_next_one_opens(open_window: Open, data: Path, tmp_path: Path) -> None:
    files = captures(tmp_path / "drop", 2)
    first = open_window(data, files[0])
    wait_until(lambda: articles(data) == 1 and len(listens(tmp_path)) == 1)
    first.send_signal(signal.SIGKILL)
    first.wait(PATIENCE_SECONDS)
    second = open_window(data, files[1])
    wait_until(lambda: articles(data) == 2)
    assert second.poll() is None
    third = open_window(data)
    assert third.wait(PATIENCE_SECONDS) == 0


def test_a_start_while_the_window_closes_opens_a_window(open_window: Open, data: Path, tmp_path: Path) -> None:
    first = open_window(data)
    wait_until(lambda: len(listens(tmp_path)) == 1)
    first.terminate()
    second = open_window(data, *captures(tmp_path / "drop", 1))
    assert first.wait(PATIENCE_SECONDS) == 0
    wait_until(lambda: articles(data) == 1 or second.poll() is not None)
    # The first took the file if it still could; then it is in the library when it is next opened, or the second did.
    if second.poll() is None:
        wait_until(lambda: len(listens(tmp_path)) == 1)


def test_windows_of_two_libraries_know_nothing_of_each_other(open_window: Open, tmp_path: Path) -> None:
    files = captures(tmp_path / "drop", 2)
    windows = [open_window(tmp_path / name, file) for name, file in zip("ab", files, strict=True)]
    wait_until(lambda: articles(tmp_path / "a") == articles(tmp_path / "b") == 1)
    wait_until(lambda: len(listens(tmp_path)) == 2)
    assert [window.poll() for window in windows] == [None, None]


# The command line beside a window


def test_a_command_line_beside_an_open_window_reads_freely_and_writes(
    open_window: Open, filled: Path, tmp_path: Path
) -> None:
    window = open_window(filled)
    wait_until(lambda: len(listens(tmp_path)) == 1)
    pressmark = CommandLine(filled)
    assert pressmark.json("search", "--stdin", stdin="灯塔\n")[0]["total"] == 1
    assert pressmark.json("show", 1)[0]["title"] in ALL
    assert pressmark.json("verify")[0]["problems"] == []
    assert pressmark.json("info")[0]["articles"] == 3
    assert pressmark.run("export", "--all", "--format", "jsonl", "--to", tmp_path / "all.jsonl").returncode == 0
    # For a moment the window may be writing itself, after its start and after what another program wrote.
    drop = captures(tmp_path / "drop", 1)
    wait_until(lambda: pressmark.run("import", *drop).returncode == 0)
    assert pressmark.json("info")[0]["articles"] == 4
    wait_until(lambda: pressmark.run("rebuild-index").returncode == 0)
    assert pressmark.json("backup", tmp_path / "all.pressmark-backup")[0]["articles"] == 4
    assert window.poll() is None


def test_while_a_program_writes_all_others_read_and_who_would_write_is_told_by_whom(
    filled: Path, tmp_path: Path
) -> None:
    pressmark = CommandLine(filled)
    pressmark.json("delete", 1)
    assert pressmark.json("backup", tmp_path / "a.pressmark-backup")[0]["articles"] == 3
    before = pressmark.json("library-hash", "--content")
    with another_writes(filled) as writer:
        assert len(pressmark.json("search", "")) == 2
        assert pressmark.json("search", "--stdin", stdin="梨花\n")[0]["total"] == 1
        assert pressmark.json("backup", tmp_path / "b.pressmark-backup")[0]["articles"] == 3
        for command in (
            ("import", *captures(tmp_path / "drop", 1)),
            ("undo-import",),
            ("empty-bin",),
            ("rebuild-index",),
            ("repair",),
            ("restore", tmp_path / "a.pressmark-backup"),
        ):
            done = pressmark.run(*command)
            assert done.returncode == 2, command
            wanted = (
                f"is being written by a program of the test (process {writer.pid}). Try again when it has finished."
            )
            assert wanted in done.stderr, command
            assert "Traceback" not in done.stderr
        # The bin needs no one's leave.
        assert pressmark.json("delete", 2)[0] == {"moved": [2]}
        assert pressmark.json("undelete", 2)[0] == {"restored": [2]}
    assert pressmark.json("library-hash", "--content") == before
    assert pressmark.json("import", *captures(tmp_path / "drop", 1))[0]["added"] == 1


def test_a_window_that_would_write_while_a_command_line_does_says_so_and_loses_nothing(
    start, filled: Path, qtbot, tmp_path: Path
) -> None:
    run = start()
    wait_titles(qtbot, run, *ALL)
    with another_writes(filled):
        for do in (
            lambda: run.imports.import_paths([str(tmp_path / "drop")]),
            lambda: run.imports.do(UndoImport(1)),
            lambda: run.imports.do(EmptyBin()),
            lambda: run.imports.do(RebuildIndex()),
        ):
            run.window.messages.clear()
            do()
            qtbot.waitUntil(lambda: not run.imports.busy, timeout=20000)
            assert "is being written by a program of the test" in run.window.messages.text
            assert not run.window.import_bar.isVisible()
    captures(tmp_path / "drop", 1)
    run.imports.import_paths([str(tmp_path / "drop")])
    wait_titles(qtbot, run, *ALL[:2], "第0篇", ALL[2])


def test_of_two_imports_at_once_the_second_is_refused_and_they_never_interleave(data: Path, tmp_path: Path) -> None:
    for n in range(60):
        write_capture(tmp_path / "a", f"{n}", title=f"第{n}篇", body="<p>旧书市。</p>" * 200)
        write_capture(tmp_path / "b", f"{n}", title=f"又{n}篇", body="<p>茶园。</p>" * 200)
    commands = [
        [sys.executable, str(ROOT / "main.py"), "--data-dir", str(data), "import", str(tmp_path / name)]
        for name in "ab"
    ]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for command in commands]
    said = [process.communicate(timeout=PATIENCE_SECONDS) for process in both]
    refused = [error.decode() for process, (_, error) in zip(both, said, strict=True) if process.returncode]
    assert len(refused) < 2
    for error in refused:
        assert "is being written by pressmark on the command line (process " in error
    # Who was refused comes again, and all is there.
    pressmark = CommandLine(data)
    for name in "ab":
        assert pressmark.run("import", tmp_path / name).returncode == 0
    assert pressmark.json("info")[0]["articles"] == 120
    library = Library.open(AppPaths(data))
    rows = library._store.rows("SELECT import FROM revision ORDER BY article")
    assert [row[0] for row in rows] == [1] * 60 + [rows[-1][0]] * 60
    library.close()
    assert pressmark.json("verify")[0]["problems"] == []


def test_the_lock_of_a_program_that_was_killed_is_nobodys(filled: Path, tmp_path: Path) -> None:
    with another_writes(filled) as writer:
        writer.kill()
    assert CommandLine(filled).json("import", *captures(tmp_path / "drop", 1))[0]["added"] == 1


# A store that changes under those who have it open


def test_a_restore_under_an_open_window_is_seen_by_it(start, data: Path, qtbot, tmp_path: Path, filled: Path) -> None:
    backup = tmp_path / "all.pressmark-backup"
    CommandLine(filled).json("backup", backup)
    shutil.rmtree(data)
    run = start()
    qtbot.waitUntil(run.window.first_run.isVisible, timeout=10000)
    qtbot.waitUntil(lambda: run.health._seen is not None, timeout=10000)
    assert CommandLine(data).json("restore", backup)[0]["articles"] == 3
    wait_titles(qtbot, run, *ALL)
    qtbot.waitUntil(lambda: run.library.search(Query(text="灯塔")).total == 1, timeout=10000)
    run.library.set_position(ArticleId(1), 0.5)
    assert run.library._store.one("SELECT position FROM article WHERE id = 1") == (0.5,)


def test_a_store_that_somebody_puts_in_the_place_of_ours_is_read_and_written_from_then_on(
    start, filled: Path, qtbot, tmp_path: Path
) -> None:
    pressmark = CommandLine(filled)
    shutil.copytree(filled, tmp_path / "older")
    pressmark.json("import", *captures(tmp_path / "drop", 1))
    run = start()
    wait_titles(qtbot, run, *ALL[:2], "第0篇", ALL[2])
    qtbot.waitUntil(lambda: run.health._seen is not None, timeout=10000)
    run.library._store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    older = tmp_path / "older" / "library.sqlite3"
    older.replace(filled / "library.sqlite3")
    wait_titles(qtbot, run, *ALL)
    run.library.set_position(ArticleId(2), 0.25)
    done = subprocess.run(
        [sys.executable, "-c", "import sqlite3, sys\nprint(*sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone())",
         str(filled / "library.sqlite3"), "SELECT position FROM article WHERE id = 2"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "0.25\n"


def test_a_damaged_store_is_not_replaced_while_another_program_has_it_open(
    filled: Path, open_window: Open, tmp_path: Path
) -> None:
    open_window(filled)
    wait_until(lambda: len(listens(tmp_path)) == 1)
    path = filled / "library.sqlite3"
    content = path.read_bytes()
    pressmark = CommandLine(filled)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (len(content) - 4096))
    damaged = path.read_bytes()
    done = pressmark.run("repair")
    assert (done.returncode, "is open in another program. Close it there and try again." in done.stderr) == (2, True)
    assert path.read_bytes()[4096:] == damaged[4096:]
    assert not list(filled.glob("*.damaged-*"))
