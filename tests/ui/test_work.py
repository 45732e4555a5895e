"""How much work the window does, counted instead of timed: what grows with the library has no place in it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtWidgets import QWidget

from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from tests.support.measured_apart import unmeasured
from tests.support.patience import PATIENCE_SECONDS
from tests.ui.driving import write_capture
from ui.app import Running
from ui.list_query import FIRST_IDS, Results
from ui.models.article_list_model import HIT

ROOT = Path(__file__).resolve().parents[2]
MANY = 2 * FIRST_IDS + 50
# What is loaded when it is wanted; none of it belongs to a first painting.
LATER = [
    "PIL",
    "bs4",
    "filelock",
    "lxml",
    "multiprocessing",
    "platformdirs",
    "whoosh",
    "logging.handlers",
    "ssl",
    "socket",
    "concurrent.futures.process",
    "PySide6.QtNetwork",
    "reader.clean",
    "reader.fetching",
    "reader.formats.default",
    "reader.importing.run",
    "reader.index",
    "reader.store.thumbnails",
    "ui.views.reading_pane",
    "ui.dialogs.about",
    "ui.dialogs.import_report",
    "ui.dialogs.preferences",
]
START = """
import json, sys
from pathlib import Path
from reader.paths import AppPaths
from ui.app import Application, Running
app = Application([])
run = Running(app, AppPaths(Path(sys.argv[1])), "pressmark-test-" + sys.argv[2])
told = {}
def painted():
    told["loaded"] = sorted(sys.modules)
    told["rows"] = [run.window.articles.index(row).data(0) for row in range(3)]
    told["pane"] = run.window.has_pane
run.window.list.rows_painted.connect(painted)
def finished():
    told["pane later"] = run.window.has_pane
    run.window.close()
run.finished.connect(finished)
run.start([])
app.exec()
run.close()
print(json.dumps(told))
"""


@pytest.fixture
def many(data: Path, tmp_path: Path) -> Path:
    """A library of more articles than one answer brings ids."""
    for number in range(MANY):
        body = f"<p>The ferry of day {number}. 灯塔。</p>"
        write_capture(
            tmp_path / "many", f"{number:04}", title=f"Day {number}", body=body, epoch=10**12 + number * 10**6
        )
    library = Library.open(AppPaths(data))
    with library.writer("a test") as writer:
        assert len(list(writer.import_paths([tmp_path / "many"]))) == MANY
        for _ in writer.catch_up():
            pass
    library.close()
    return data


@pytest.fixture
def run(many, start) -> Running:
    return start()


def shown_rows(run: Running) -> list[object]:
    """Return what is known of the rows in view."""
    view = run.window.list
    area: QRect = view.viewport().rect()
    first, last = view.rowAt(area.top()), view.rowAt(area.bottom())
    return [run.window.articles.index(row).data(HIT) for row in range(first, last + 1)]


def wait_shown(qtbot, run: Running) -> None:
    qtbot.waitUntil(lambda: all(shown_rows(run)), timeout=10000)


def test_the_first_painting_has_rows_and_loads_nothing_that_it_does_without(filled, tmp_path):
    told = json.loads(
        subprocess.run(
            [sys.executable, "-c", START, str(filled), tmp_path.name],
            cwd=ROOT,
            env={**unmeasured(), "QT_QPA_PLATFORM": "offscreen"},
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        ).stdout
    )
    assert told["rows"] == ["守灯塔的人", "The last ferry", "梨花开了"]
    assert [name for name in LATER if name in told["loaded"]] == []
    assert not told["pane"]
    assert told["pane later"]


def test_an_answer_brings_the_rows_in_view_and_the_first_ids(run, qtbot):
    answers: list[Results] = []
    run.session.found.connect(answers.append)
    wait_shown(qtbot, run)
    assert run.window.articles.rowCount() == MANY
    for text in ("ferry", ""):
        run.window.search.box.setText(text)
        qtbot.waitUntil(lambda text=text: bool(answers) and answers[-1].query.text == text, timeout=10000)
        assert len(answers[-1].page.ids) == FIRST_IDS
        assert answers[-1].page.total == run.window.articles.rowCount() == MANY
        assert len(shown_rows(run)) <= len(answers[-1].first) <= run.window.list.height() // 40
        assert all(shown_rows(run))


def test_all_ids_come_when_somebody_scrolls_there_and_the_list_stays(run, qtbot):
    answers: list[Results] = []
    run.session.found.connect(answers.append)
    view = run.window.list
    view.reach(FIRST_IDS - 100)
    wait_shown(qtbot, run)
    assert answers == []
    view.reach(MANY - 30)
    wait_shown(qtbot, run)
    assert [len(answer.page.ids) for answer in answers] == [MANY]
    titles = [hit.title for hit in shown_rows(run)]
    assert f"Day {MANY - 1 - (MANY - 30)}" in titles


def test_an_answer_that_is_overtaken_is_dropped_whatever_was_done_for_it(run, qtbot):
    wait_shown(qtbot, run)
    asked: list[str] = []
    run.session.found.connect(lambda results: asked.append(results.query.text))
    for character in "ferry":
        run.window.search.box.insert(character)
    qtbot.waitUntil(lambda: asked == ["ferry"], timeout=10000)
    qtbot.wait(50)
    assert asked == ["ferry"]


def test_a_library_that_grows_is_read_as_far_as_it_is_seen(run, qtbot, tmp_path):
    wait_shown(qtbot, run)
    answers: list[Results] = []
    run.session.found.connect(answers.append)
    view = run.window.list
    view.reach(300)
    wait_shown(qtbot, run)
    before = [hit.id for hit in shown_rows(run)]
    write_capture(tmp_path / "new", "x", title="New", body="<p>New.</p>", epoch=2 * 10**12)
    run.imports.import_paths([str(tmp_path / "new")])
    qtbot.waitUntil(lambda: run.window.articles.rowCount() == MANY + 1 and not run.imports.busy, timeout=20000)
    wait_shown(qtbot, run)
    assert [hit.id for hit in shown_rows(run)] == before
    view.scrollToTop()
    answers.clear()
    run.session.refresh(whole=not view.at_top)
    qtbot.waitUntil(lambda: bool(answers), timeout=10000)
    assert len(answers[0].page.ids) == FIRST_IDS
    assert answers[0].first[0].title == "New"


def test_the_article_that_was_open_is_in_view_again_with_the_first_answer(run, start, qtbot):
    wait_shown(qtbot, run)
    target = run.library.search(Query()).ids[350]
    run.session.open(target)
    qtbot.waitUntil(lambda: run.session.open_article is not None, timeout=10000)
    run.window.close()
    run.close()
    answers: list[Results] = []
    again = start(wait=False)
    painted: list[object] = []
    again.window.list.rows_painted.connect(lambda: painted.extend(shown_rows(again)))
    again.session.found.connect(answers.append)
    qtbot.waitUntil(lambda: again.session.open_article is not None, timeout=10000)
    assert again.session.open_article.id == target
    wait_shown(qtbot, again)
    assert again.window.list.chosen_row() == 350
    assert target in [hit.id for hit in shown_rows(again)]
    assert len(answers) <= 1
    assert target in [hit.id for hit in painted]


class Paintings(QObject):
    """Counts the paintings of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - as Qt has it
        self.count += event.type() is QEvent.Type.Paint
        return False


def test_an_answer_is_painted_once(run, qtbot):
    wait_shown(qtbot, run)
    qtbot.waitUntil(lambda: run.window.has_pane and run.window.scopes.rowCount() > 3, timeout=10000)
    qtbot.wait(100)
    answers: list[Results] = []
    run.session.found.connect(answers.append)
    for text in ("f", "fe", "fer", ""):
        answers.clear()
        paintings = Paintings(run.window.list.viewport())
        run.window.search.box.setText(text)
        qtbot.waitUntil(lambda: bool(answers), timeout=10000)
        qtbot.wait(60)
        assert paintings.count == 1, text
