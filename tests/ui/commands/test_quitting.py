"""Quitting in mid-work: asked before, ended at once by the session, offered again at the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QWidget

from reader.importing.unfinished import note_unbegun, unfinished_imports
from reader.query import Query
from reader.worker.protocol import BackUp, Import, UndoImport
from tests.support.measured_apart import unmeasured
from tests.support.patience import PATIENCE_SECONDS, wait_until
from tests.ui.commands.test_library import answer, box
from tests.ui.driving import write_capture
from tests.ui.test_window import ALL, wait_titles
from ui.app import Running
from ui.words.progress import Progress
from ui.words.wording import quit_detail, quit_question, unfinished_line

ROOT = Path(__file__).resolve().parents[3]
MANY = 1500

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture(scope="module")
def drop(tmp_path_factory) -> Path:
    """More captures than are imported in the moment that a test needs."""
    folder = tmp_path_factory.mktemp("quitting") / "many"
    for number in range(MANY):
        write_capture(folder, str(number), title=f"第 {number} 篇", body=f"<p>{number} 长。</p>" * 200)
    return folder


def importing(qtbot, start, drop: Path) -> Running:
    run = start(drop, wait=False)
    qtbot.waitUntil(lambda: run.imports.progress is not None and run.imports.progress.done > 0, timeout=20000)
    return run


def buttons(run: Running) -> list[str]:
    return [button.text() for button in run.window.messages.buttons]


def wait_offer(qtbot, run: Running) -> None:
    qtbot.waitUntil(lambda: buttons(run) == ["Import the Rest", "Do Not Import"], timeout=10000)
    assert run.window.messages.text == ("The last import did not finish: many. What was imported is in the library.")


def test_quitting_asks_in_mid_import_and_go_on_goes_on(start, qtbot, drop):
    run = importing(qtbot, start, drop)
    run.window.close()
    assert run.window.isVisible()
    question = box(qtbot, run)
    assert question.text().startswith("An import is running: ")
    assert question.informativeText() == "What is imported stays. The rest is offered again at the next start."
    assert question.defaultButton().text() == "Go On"
    before = question.text()
    qtbot.waitUntil(lambda: question.text() != before, timeout=30000)
    # A second try brings no second question.
    run.window.close()
    assert len(run.window.findChildren(QMessageBox)) == 1
    answer(question, "Go On")
    qtbot.wait(50)
    assert run.window.isVisible()
    assert run.imports.busy


def test_quitting_anyway_closes_and_the_next_start_offers_the_rest(start, qtbot, drop, data):
    run = importing(qtbot, start, drop)
    run.window.close()
    answer(box(qtbot, run), "Quit Anyway")
    assert not run.window.isVisible()
    run.close()
    assert [each.paths for each in unfinished_imports(data)] == [(str(drop),)]
    again = start()
    wait_offer(qtbot, again)
    held = again.library.info().articles
    assert held < MANY
    again.window.messages.buttons[0].click()
    qtbot.waitUntil(lambda: again.imports.report is not None and not again.imports.busy, timeout=60000)
    assert again.library.info().articles == MANY
    assert again.imports.report.counts.duplicate == held
    assert list(data.glob("import-*")) == []


def test_what_is_declined_is_forgotten(start, qtbot, filled, data):
    note_unbegun(data, ["/away/many"])
    run = start()
    wait_offer(qtbot, run)
    run.window.messages.buttons[1].click()
    qtbot.waitUntil(lambda: unfinished_imports(data) == [], timeout=5000)
    assert not run.imports.busy


def test_what_is_neither_taken_nor_declined_is_offered_again(start, qtbot, filled, data):
    note_unbegun(data, ["/away/many"])
    for _ in range(2):
        run = start()
        wait_offer(qtbot, run)
        run.window.close()
        run.close()


def test_an_import_that_the_person_cancels_is_not_offered(start, qtbot, drop, data):
    run = importing(qtbot, start, drop)
    run.window.import_bar.cancel.click()
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=20000)
    qtbot.waitUntil(lambda: list(data.glob("import-*")) == [], timeout=5000)
    # All that was stored is found, though stopping did not wait for the index.
    assert not run.library._store.has_unindexed()
    qtbot.waitUntil(lambda: run.library.search(Query(text="长")).total == run.library.info().articles, timeout=10000)


def test_the_job_after_a_cancelled_one_can_be_cancelled(start, qtbot, drop, captures):
    run = importing(qtbot, start, drop)
    bar = run.window.import_bar
    bar.cancel.click()
    run.imports.import_paths([str(captures)])
    shown: list[tuple[str, bool]] = []
    run.imports.progressed.connect(lambda progress: shown.append((bar.line, bar.cancel.isEnabled())))
    qtbot.waitUntil(lambda: not run.imports.busy)
    line, can_cancel = shown[-1]
    assert can_cancel
    assert "Stopping" not in line
    assert not bar.isVisible()


def test_imports_that_wait_for_their_turn_are_offered_too(start, qtbot, drop, data, captures):
    run = importing(qtbot, start, drop)
    run.imports.import_paths([str(captures)])
    run.window.close_unasked()
    run.close()
    assert [each.paths for each in unfinished_imports(data)] == [(str(drop),), (str(captures),)]


def test_an_import_that_was_asked_for_at_the_last_moment_is_offered(start, qtbot, filled, data, captures):
    run = start()
    run.imports.import_paths([str(captures)])
    run.window.close_unasked()
    run.close()
    assert [each.paths for each in unfinished_imports(data)] == [(str(captures),)]


def test_the_offer_comes_after_an_import_that_the_start_began(start, qtbot, filled, data, captures):
    note_unbegun(data, ["/away/many"])
    run = start(captures)
    qtbot.waitUntil(lambda: run.imports.report is not None, timeout=20000)
    wait_offer(qtbot, run)


def test_nothing_is_asked_when_nothing_runs(start, qtbot, filled):
    run = start()
    wait_titles(qtbot, run, *ALL)
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=10000)
    run.window.close()
    assert not run.window.isVisible()


def test_the_question_goes_when_the_job_has_ended(start, qtbot, captures):
    for number in range(60):
        write_capture(captures / "more", str(number), title=f"{number}", body="<p>长。</p>" * 50)
    run = start(captures, wait=False)
    qtbot.waitUntil(lambda: isinstance(run.imports.job, Import), timeout=10000)
    run.window.close()
    question = box(qtbot, run)
    closed: list[int] = []
    question.finished.connect(closed.append)
    qtbot.waitUntil(lambda: bool(closed), timeout=20000)
    assert run.window.isVisible()


def test_a_session_that_ends_asks_nobody_and_keeps_the_state(start, qtbot, drop, data):
    run = importing(qtbot, start, drop)
    run.end_session()
    assert (data / "window.ini").exists()
    run.window.close()
    assert not run.window.isVisible()
    assert not run.window.findChildren(QMessageBox)


def test_a_session_whose_end_was_called_off_asks_again(start, qtbot, drop):
    run = importing(qtbot, start, drop)
    other = QWidget()
    qtbot.addWidget(other)
    run.end_session()
    for window in (other, run.window):
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
    run.window.close()
    assert run.window.isVisible()
    answer(box(qtbot, run), "Go On")


RUN = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
import ui.app as app
what, data, *files = sys.argv[1:]
start = app.Running.start
def begin(self, files):
    start(self, files)
    def show():
        if what == "question":
            if self.imports.progress is None or not self.imports.progress.done:
                QTimer.singleShot(20, show)
                return
            self.window.close()
        else:
            QTimer.singleShot(200, lambda: print("ready", flush=True))
            self.commands.preferences()
            return
        print("ready", flush=True)
    QTimer.singleShot(300, show)
app.Running.start = begin
sys.exit(app.main(["--data-dir", data, *files]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends programs otherwise")
@pytest.mark.parametrize("what", ["question", "preferences"])
def test_a_signal_ends_the_program_whatever_dialog_is_open(tmp_path: Path, drop: Path, what: str):
    data = tmp_path / "library"
    files = [str(drop)] if what == "question" else []
    environment = {**unmeasured(), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", RUN, what, str(data), *files]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        os.kill(program.pid, signal.SIGTERM)
        assert program.wait(timeout=PATIENCE_SECONDS) == 0
    assert (data / "window.ini").exists()
    assert [each.paths for each in unfinished_imports(data)] == [tuple(files)] * len(files)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_window_that_is_killed_in_mid_import_leaves_the_note(tmp_path: Path, drop: Path):
    data = tmp_path / "library"
    environment = {**unmeasured(), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "main.py", "--data-dir", str(data), str(drop)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as program:
        wait_until(lambda: bool(list(data.glob("import-*.json"))), "the note of the import")
        program.kill()
    # The worker sees that its window has gone, and ends.
    wait_until(lambda: bool(unfinished_imports(data)), "the end of the worker")
    assert [each.paths for each in unfinished_imports(data)] == [(str(drop),)]


@pytest.mark.parametrize(
    ("progress", "question"),
    [
        (Progress(Import(("/a",))), "An import is running: 0 done. Quit anyway?"),
        (Progress(Import(("/a",)), 776, 20899), "An import is running: 776 of 20,899 done. Quit anyway?"),
        (Progress(BackUp("a"), 40, 100), "Backing up: 40 %. Quit anyway?"),
        (Progress(UndoImport(1)), "Undoing the import. Quit anyway?"),
    ],
)
def test_the_question_says_how_far_the_job_is(progress, question):
    assert quit_question(progress) == question
    assert quit_detail(progress.job)


def test_many_unfinished_imports_are_named_and_counted():
    line = unfinished_line([f"/a/{number}.zip" for number in range(5)])
    assert ": 0.zip, 1.zip, 2.zip and 2 more. " in line
    assert ": /. " in unfinished_line(["/"])
