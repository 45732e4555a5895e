"""Prints what was survived after the tests, however they ended."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.figures import Figures

_MEMORY = "/dev/shm"
_FIGURES = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FIGURES] = Figures()


@pytest.fixture
def figures(pytestconfig: pytest.Config) -> Figures:
    return pytestconfig.stash[_FIGURES]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    figures = config.stash[_FIGURES]
    if figures.lines:
        terminalreporter.section("what was survived")
        for line in figures.lines:
            terminalreporter.write_line(line)
        for what, number in figures.sums.items():
            terminalreporter.write_line(f"{what}: {number}")


@pytest.fixture
def quick_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder that keeps nothing over a power cut, but waits for no disk: a kill cannot tell the difference."""
    if not os.access(_MEMORY, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="pressmark-", dir=_MEMORY) as folder:
        yield Path(folder)
