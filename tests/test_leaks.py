"""The watch that fails a test for what it leaves behind sees each kind of thing."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from reader.paths import AppPaths
from tests.support import leaks
from tests.support.leaks import LeakWatch


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> LeakWatch:
    monkeypatch.setattr(leaks, "GRACE_SECONDS", 0.05)
    return LeakWatch(monkeypatch)


def test_a_test_that_leaves_nothing_passes(watch: LeakWatch) -> None:
    assert watch.left_behind() == []


def test_a_thread_is_seen(watch: LeakWatch) -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait, name="idler")
    thread.start()
    assert watch.left_behind() == ["thread 'idler'"]
    done.set()
    thread.join()


def test_a_qt_thread_is_seen(watch: LeakWatch, qtbot: QtBot) -> None:
    thread = QThread()
    thread.start()
    assert any("running QThread" in left for left in watch.left_behind())
    thread.quit()
    thread.wait()


def test_a_timer_is_seen_until_it_stops(watch: LeakWatch, qtbot: QtBot) -> None:
    timer = QTimer()
    timer.start(10_000)
    assert watch.left_behind() == ["running QTimer ''"]
    timer.stop()
    assert watch.left_behind() == []


def test_a_timer_that_dies_with_its_parent_is_no_leak(watch: LeakWatch, qtbot: QtBot) -> None:
    parent = QWidget()
    QTimer(parent).start(10_000)
    parent.deleteLater()
    assert watch.left_behind() == []


def test_a_top_level_widget_is_seen(watch: LeakWatch, qtbot: QtBot) -> None:
    widget = QWidget()
    widget.setObjectName("stray")
    assert watch.left_behind() == ["top-level widget QWidget 'stray'"]
    widget.deleteLater()


def test_a_widget_given_to_qtbot_is_no_leak(qtbot: QtBot) -> None:
    qtbot.addWidget(QWidget())


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not show its processes as files")
def test_a_child_process_is_seen(watch: LeakWatch) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert watch.left_behind() == [f"child process {child.pid}"]
        child.communicate(b"\n")
    assert watch.left_behind() == []


def test_a_test_has_a_home_of_its_own(own_home: Path) -> None:
    assert Path.home() == own_home
    if sys.platform == "linux":
        assert AppPaths.default().data.is_relative_to(Path.home())
