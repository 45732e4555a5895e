"""The door lets everyone in where they belong, and says why there is no window where there can be none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import main

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
