"""The running window over a small real library; what a test leaves behind makes it fail."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import PySide6
import pytest
from PySide6.QtCore import QLocale, QTranslator
from pytestqt.qtbot import QtBot

from reader.paths import AppPaths
from reader.settings import Settings
from tests.ui.driving import CHINESE, Start, fill
from ui.app import Application, Running
from ui.look.colours import LIGHT
from ui.views.reading_pane import ReadingPane
from ui.words import translations


@pytest.fixture(autouse=True)
def undressed(qapp: Application) -> Iterator[None]:
    """Leave to the next test the application as it was: its colours, its style sheet, the language of its numbers."""
    palette, sheet, locale = qapp.palette(), qapp.styleSheet(), QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(locale)
    if qapp.styleSheet() != sheet:
        qapp.setStyleSheet(sheet)
    if qapp.palette() != palette:
        qapp.setPalette(palette)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def captures(tmp_path: Path) -> Path:
    return fill(tmp_path / "captures")


@pytest.fixture
def filled(data: Path, captures: Path) -> Path:
    """A library that holds the three articles."""
    from reader.library import Library

    library = Library.open(AppPaths(data))
    with library.writer("a test") as writer:
        assert len(list(writer.import_paths([captures]))) == 3
        for _ in writer.catch_up():
            pass
    library.close()
    return data


@pytest.fixture
def start(qapp: Application, undressed: None, qtbot, data: Path) -> Iterator[Start]:
    """Start the whole program, as `pressmark` does; any bug that its hook catches fails the test."""
    running: list[Running] = []
    bugs: list[str] = []

    def begin(*files: Path | str, wait: bool = True) -> Running:
        run = Running(qapp, AppPaths(data), f"pressmark-test-{id(running)}-{len(running)}")
        run.hook.struck.disconnect()
        run.hook.struck.connect(bugs.append)
        run.start([str(file) for file in files])
        running.append(run)
        if wait:
            qtbot.waitUntil(lambda: run.library is not None and run.window.search.count != "", timeout=10000)
        return run

    def end(run: Running) -> None:
        run.window.close_unasked()
        run.close()

    yield begin
    for run in running:
        if not run.closed:
            end(run)
    assert not bugs


@pytest.fixture
def pane(qtbot: QtBot) -> Iterator[ReadingPane]:
    """A reading pane that is seen, without a window around it."""
    made = ReadingPane(LIGHT, Settings())
    qtbot.addWidget(made)
    made.resize(860, 600)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.clear()


@pytest.fixture
def chinese(qapp, tmp_path: Path, monkeypatch) -> Iterator[None]:
    """Let the window speak Chinese, for one test."""
    tool = Path(PySide6.__file__).parent / "lrelease"
    compiled = tmp_path / "pressmark_zh_CN.qm"
    subprocess.run([str(tool), "-silent", str(CHINESE), "-qm", str(compiled)], check=True, capture_output=True)
    monkeypatch.setattr(translations, "_FOLDER", tmp_path)
    before = QLocale()
    translations.install(qapp, "zh_CN")
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)
