"""What the window leaves for what stands in it: letters in fields, the window on its screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QStyle, QStyleOptionFrame, QToolButton

from tests.support.patience import PATIENCE_SECONDS
from ui.app import Running
from ui.dialogs.preferences import Preferences
from ui.dialogs.tags import Tagging, Tags
from ui.system.window_state import fitted


@pytest.fixture
def run(filled: Path, start, qtbot) -> Running:
    running = start()
    qtbot.waitUntil(lambda: running.window.articles.rowCount() == 3, timeout=10000)
    return running


def room_for_letters(field: QLineEdit) -> int:
    """Return how tall the letters in a field may be."""
    option = QStyleOptionFrame()
    field.initStyleOption(option)
    return field.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, field).height()


@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize("size", [13, 16, 26])
def test_no_field_cuts_its_letters(run: Running, qtbot, size: int) -> None:
    font = QApplication.font()
    larger = QApplication.font()
    larger.setPixelSize(size)
    window = run.window
    window.list.step(1)
    qtbot.waitUntil(lambda: run.session.open_article is not None, timeout=10000)
    QApplication.setFont(larger)
    try:
        window.pane.find()
        dialogs: list[QDialog] = [
            Tags(Tagging(articles=1, tags=(), held=()), window),
            Preferences(run.commands._kept, window),
        ]
        for dialog in dialogs:
            dialog.show()
        QApplication.processEvents()
        fields = [each for part in (window, *dialogs) for each in part.findChildren(QLineEdit) if each.isVisible()]
        assert len(fields) >= 4
        for field in fields:
            assert room_for_letters(field) >= field.fontMetrics().height(), field.accessibleName()
        for dialog in dialogs:
            dialog.close()
    finally:
        QApplication.setFont(font)


def clear_button(box: QLineEdit) -> QToolButton:
    """Return the button at the end of a box."""
    return max(box.findChildren(QToolButton), key=lambda button: button.x())


def test_a_restored_search_has_its_button_that_clears(run: Running, start, qtbot) -> None:
    assert clear_button(run.window.search.box).property("opacity") == 0
    run.window.search.box.setText("ferry")
    qtbot.waitUntil(lambda: run.session.query.text == "ferry", timeout=10000)
    run.window.close()
    run.close()
    second = start()
    box = second.window.search.box
    assert box.text() == "ferry"
    button = clear_button(box)
    qtbot.waitUntil(lambda: button.property("opacity") == 1)
    button.click()
    assert box.text() == ""
    qtbot.waitUntil(lambda: second.session.query.text == "", timeout=10000)


def test_a_search_that_is_taken_back_is_not_told(run: Running, qtbot) -> None:
    told: list[str] = []
    run.window.search.text_changed.connect(told.append)
    run.window.search.set_text("ferry")
    run.window.search.set_text("")
    assert told == []


_SIDES = st.integers(100, 4000)
_PLACES = st.integers(-5000, 5000)


@given(_PLACES, _PLACES, _SIDES, _SIDES, _PLACES, _PLACES, _SIDES, _SIDES)
def test_a_fitted_window_is_on_its_screen_and_as_near_to_what_it_was_as_can_be(x, y, w, h, left, top, width, height):
    window, screen = QRect(x, y, w, h), QRect(left, top, width, height)
    found = fitted(window, screen)
    assert screen.contains(found)
    assert found.size() == window.size().boundedTo(screen.size())
    if screen.contains(window):
        assert found == window
    assert fitted(found, screen) == found


_SAVING = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.setGeometry(*map(int, sys.argv[1:5]))
window.show()
app.processEvents()
print(bytes(window.saveGeometry().data()).hex())
"""
_RESTORING = """
import json
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from reader.paths import AppPaths
from ui.app import Application, Running
from ui.system.window_state import WindowState
paths = AppPaths(Path(sys.argv[1]))
if sys.argv[2]:
    WindowState(geometry=bytes.fromhex(sys.argv[2])).save(paths.window_state)
app = Application(["pressmark"])
running = Running(app, paths, "pressmark-test-" + paths.data.name)
running.start([])
app.processEvents()
window, screens = running.window, [screen.availableGeometry() for screen in app.screens()]
framed = window.geometry().united(window.frameGeometry().adjusted(2, 0, -2, -2))
print(json.dumps([framed.getRect(), [screen.getRect() for screen in screens]]))
running.window.close()
running.close()
"""


def on_screens(tmp_path: Path, program: str, *arguments: str, screens: list[list[int]], scale: float = 1) -> str:
    """Run a program on screens of these places and sizes."""
    described = [
        {"name": str(number), "x": x, "y": y, "width": w, "height": h, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        for number, (x, y, w, h) in enumerate(screens)
    ]
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": described}), "utf-8")
    environment = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}", "QT_SCALE_FACTOR": str(scale)}
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    ).stdout


LAPTOP, LARGE, RIGHT = [0, 0, 1680, 1050], [0, 0, 3840, 2160], [1680, 0, 2560, 1440]


@pytest.mark.parametrize(
    ("saved", "saved_on", "shown_on", "scale"),
    [
        pytest.param(None, [], [LAPTOP], 1, id="first start"),
        pytest.param(None, [], [LAPTOP], 2, id="first start at 200 %"),
        pytest.param(None, [], [[0, 0, 1366, 768]], 2, id="first start on a screen smaller than the least window"),
        pytest.param((40, 60, 2560, 1600), [LARGE], [LAPTOP], 1, id="from a larger screen"),
        pytest.param((40, 60, 1600, 900), [LAPTOP], [LAPTOP], 1.5, id="saved before the scale was 150 %"),
        pytest.param((1800, 60, 1400, 900), [LAPTOP, RIGHT], [LAPTOP], 1, id="from a screen that is unplugged"),
        pytest.param((1600, 1000, 900, 700), [LAPTOP], [LAPTOP], 1, id="mostly off its screen"),
        pytest.param((1800, 60, 1400, 900), [LAPTOP, RIGHT], [LAPTOP, RIGHT], 1, id="on the second screen"),
    ],
)
def test_the_window_is_wholly_on_a_screen(tmp_path: Path, saved, saved_on, shown_on, scale: float) -> None:
    geometry = ""
    if saved is not None:
        places = [str(each) for each in saved]
        geometry = on_screens(tmp_path, _SAVING, *places, screens=saved_on).strip()
    found = on_screens(tmp_path, _RESTORING, str(tmp_path / "library"), geometry, screens=shown_on, scale=scale)
    framed, screens = json.loads(found.strip().splitlines()[-1])
    window = QRect(*framed)
    assert any(QRect(*screen).contains(window) for screen in screens), (framed, screens)
    if shown_on == [LAPTOP, RIGHT]:
        assert QRect(*RIGHT).contains(window)
        assert (window.width(), window.height() >= saved[3]) == (saved[2], True)
