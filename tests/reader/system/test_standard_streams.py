"""Standard input, output and error that are closed, full or not read: the work is done, and the exit code is true."""

from __future__ import annotations

import os
import pty
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from tests.reader.cli.command_line import ROOT, CommandLine
from tests.support.captures import write_feed
from tests.support.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such shell")
needs_full_disk = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")

# An import of so many failures fills any buffer on the way to a reader who has gone.
_FAILURES = 200


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of which most files fail, one each line of the report."""
    folder = tmp_path_factory.mktemp("drop")
    for number in range(20):
        write_feed(folder, f"{number:03}.md", url=f"https://news.example/{number}", body="<p>摊主</p>" * 3000)
    for number in range(_FAILURES):
        (folder / f"empty {number:03}.md").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, drop: Path) -> CommandLine:
    """Return a library that holds something of everything that can be listed."""
    pressmark = CommandLine(tmp_path_factory.mktemp("filled") / "library")
    for command in (("import", drop), ("tag", "x", 1), ("delete", 2)):
        pressmark.run(*command)
    return pressmark


@pytest.fixture
def pressmark(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "library")


def shell(pressmark: CommandLine, command: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which `pressmark` is the program; the code is that of the first in a pipe."""
    program = shlex.join([sys.executable, str(ROOT / "main.py"), "--data-dir", str(pressmark.data)])
    line = f'pressmark() {{ {program} "$@"; }}; {command}; exit ${{PIPESTATUS[0]}}'
    return subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, errors="replace", timeout=PATIENCE_SECONDS, check=False
    )


@pytest.mark.parametrize(
    "redirection",
    [
        "<&- >&- 2>&-",
        pytest.param(">/dev/full 2>/dev/full", marks=needs_full_disk),
        "2>&1 | head -1",
        *(
            pytest.param(redirection, marks=pytest.mark.slow)
            for redirection in ("2>&-", "<&- 2>&-", ">&-", "2> >(exec true) > >(exec true)", "2>&1 | true")
        ),
        pytest.param("2>/dev/full", marks=(needs_full_disk, pytest.mark.slow)),
        pytest.param(">/dev/full", marks=(needs_full_disk, pytest.mark.slow)),
    ],
)
def test_an_import_goes_on_to_its_end_whoever_listens(pressmark: CommandLine, drop: Path, redirection: str) -> None:
    done = shell(pressmark, f"pressmark import {shlex.quote(str(drop))} {redirection}")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    library = Library.open(AppPaths(pressmark.data))
    try:
        (last,) = library.imports.all()
        assert (last.added, last.failed) == (20, _FAILURES)
        assert library.search(Query(text="摊主")).total == 20
        assert list(library.verify()) == []
    finally:
        library.close()


@needs_full_disk
@pytest.mark.parametrize("command", ["star 1", "backup $PWD/b.pressmark-backup", "rebuild-index", "repair"])
def test_work_that_was_done_is_not_said_to_have_failed(filled: CommandLine, tmp_path: Path, command: str) -> None:
    done = shell(filled, f"cd {shlex.quote(str(tmp_path))}; pressmark {command} >/dev/full")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert "the answer cannot be written: [Errno 28] No space left" in done.stderr


@pytest.mark.parametrize("reader", ["true", "head -c 1"])
@pytest.mark.parametrize("command", ["search ''", "show 1", "export --all --format jsonl --to -"])
def test_whoever_reads_only_the_beginning_gets_no_traceback(filled: CommandLine, command: str, reader: str) -> None:
    done = shell(filled, f"pressmark {command} | {reader}")
    assert (done.returncode, "Traceback" in done.stderr, "ignored" in done.stderr) == (0, False, False)


@needs_full_disk
@pytest.mark.parametrize("command", ["search ''", "show 1", "info", "tags", "bin", "--help"])
def test_an_answer_that_is_lost_on_a_full_disk_is_no_success(filled: CommandLine, command: str) -> None:
    done = shell(filled, f"pressmark {command} >/dev/full")
    assert done.returncode == (0 if command == "--help" else 2)
    assert "Traceback" not in done.stderr
    assert "ignored" not in done.stderr
    assert command == "--help" or "No space left" in done.stderr


def test_progress_is_written_to_a_terminal_only(pressmark: CommandLine, drop: Path) -> None:
    done = pressmark.run("import", drop)
    # One line for their reason, three names, and how many more there are.
    assert done.stderr.count("\n") == 5
    assert f"{_FAILURES} files" in done.stderr
    assert "\r" not in done.stderr
    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminal can be made here: {error}")
    command = [sys.executable, ROOT / "main.py", "--data-dir", pressmark.data, "rebuild-index"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs) as program:
        os.close(theirs)
        said = b""
        # By an error Linux says that nobody holds the other end any more.
        with suppress(OSError):
            while chunk := os.read(ours, 1000):
                said += chunk
    os.close(ours)
    assert program.returncode == 0
    assert said.startswith(b"\r")


def test_a_database_never_has_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); from reader.system import standard_streams; standard_streams.prepare();"
        "number = os.open(sys.argv[2], os.O_RDWR | os.O_CREAT); os.write(2, b'x'); print('lost');"
        "os.write(number, b'%d' % number)"
    )
    line = f"{shlex.join([sys.executable, '-c', program, str(ROOT), str(tmp_path / 'file')])} <&- >&- 2>&-"
    assert subprocess.run(["bash", "-c", line], check=False).returncode == 0
    assert int((tmp_path / "file").read_text("utf-8")) > 2
