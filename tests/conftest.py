"""What holds for every test: no screen, no network, no trace in the person's own folders, nothing left running."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.support.leaks import LeakWatch
from tests.support.no_network import loopback as loopback
from tests.support.no_network import no_network as no_network
from tests.support.patience import PatientBot
from tests.support.slow_figures import print_figures
from tests.support.slow_figures import tell_figure as tell_figure

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

os.environ["QT_QPA_PLATFORM"] = "offscreen"

# No deadline: a first example may load something, and what is slow is seen in the time of the whole run.
settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("quick"), derandomize=True, database=None, print_blob=True)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "quick"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests told, such as how many kills were survived."""
    print_figures(terminalreporter)


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """Run every test in the program's own kind of application: there is one a process, and the first test makes it."""
    from ui.app import Application

    return Application


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """Wait for what happens, not for a time."""
    return PatientBot(request)


@pytest.fixture(scope="session")
def font_cache() -> Iterator[str]:
    """Keep one cache for the whole run: with a new one for each test, fontconfig reads every font again."""
    with tempfile.TemporaryDirectory(prefix="pressmark-cache-") as folder:
        yield folder


@pytest.fixture(autouse=True)
def own_home(font_cache: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the test a home of its own; its path is short, as a local socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="pressmark-", ignore_cleanup_errors=sys.platform == "win32") as folder:
        home = Path(folder)
        monkeypatch.setenv("HOME", folder)
        monkeypatch.setenv("XDG_CACHE_HOME", font_cache)
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        for variable, name in (
            ("XDG_DATA_HOME", ".local/share"),
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_STATE_HOME", ".local/state"),
        ):
            monkeypatch.setenv(variable, str(home / name))
        yield home


@pytest.fixture(autouse=True)
def nothing_left_running(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a thread, timer, top-level widget or child process behind."""
    watch = LeakWatch(monkeypatch)
    yield
    left = watch.left_behind()
    if left:
        pytest.fail("the test left behind: " + ", ".join(left), pytrace=False)
