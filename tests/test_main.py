"""The door lets everyone in where they belong, and says why there is no window where there can be none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import main
from tests.support.patience import PATIENCE_SECONDS

MAIN = Path(main.__file__)
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux runs without a display server")


def run_without_display(*arguments: str) -> subprocess.CompletedProcess[str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    command = [sys.executable, MAIN, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@on_linux
def test_without_a_display_one_sentence_names_the_command_line() -> None:
    done = run_without_display()
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "DISPLAY" in done.stderr
    assert "pressmark import PATH" in done.stderr


@on_linux
def test_the_command_line_needs_no_display() -> None:
    assert run_without_display("--version").stdout.startswith("Pressmark ")
    assert run_without_display("info").returncode == 0


@on_linux
def test_a_display_or_a_chosen_platform_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    assert main.display_problem() is not None
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        with monkeypatch.context() as patch:
            patch.setenv(variable, "x")
            assert main.display_problem() is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("improt", "import"), ("serach", "search"), ("Info", "info"), ("rebuild_index", "rebuild-index")],
)
def test_a_mistyped_command_names_the_one_that_was_meant(typed: str, meant: str) -> None:
    done = subprocess.run(
        [sys.executable, MAIN, typed, "x"],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == f"pressmark: “{typed}” is neither a command nor a file that exists; did you mean `pressmark {meant}`?\n"
    )


def test_a_word_like_no_command_points_to_the_help() -> None:
    assert "`pressmark --help`" in (main.mistyped_command(["--data-dir", "library", "qqqqqq.html"]) or "")
    assert "\x1b" not in run_without_display("im\x1b[31mport").stderr


def test_files_that_are_there_open_the_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "improt").write_text("a file with an unlucky name")
    (tmp_path / "gone").symlink_to("nowhere")
    for arguments in (["improt"], ["gone"], [str(tmp_path)], [], ["--data-dir", "x", "improt"], ["--data-dir=x"]):
        assert main.mistyped_command(arguments) is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_as_many_files_may_be_open_as_the_system_permits(tmp_path: Path) -> None:
    # macOS begins with 256, which some twelve segments of an index use up.
    code = (
        "import resource, sys, main\n"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))\n"
        "main.main(['info', '--data-dir', sys.argv[1]])\n"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "library")]
    done = subprocess.run(command, cwd=MAIN.parent, capture_output=True, text=True, check=True)
    assert int(done.stdout.splitlines()[-1]) >= 1024
