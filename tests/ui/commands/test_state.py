"""Every command in every state of the window: enabled where it can do something, disabled where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reader.scope import BIN
from tests.support.changes import move_to_bin, set_starred
from tests.ui.driving import write_capture
from tests.ui.test_window import ALL, wait_open, wait_titles
from ui.actions import COMMANDS
from ui.app import Running
from ui.models.article_list_model import HIT
from ui.views.reading_pane import ZOOMS

ANYWHERE = {
    *("restore_backup", "preferences", "quit", "keys", "about"),
    *("appearance_system", "appearance_light", "appearance_dark"),
}
ORDERS = {"order_newest", "order_oldest", "order_relevance"}
# A library is open, whatever is in it.
OPEN = ANYWHERE | ORDERS | {"back_up", "import_files", "import_folder", "import_history"}
# List and page are shown.
READING = OPEN | {"search", "next_result", "previous_result", "first_result", "sidebar", "leave"}
WRITING = {"star", "tags", "read", "unread", "to_bin"}
STEPS = {"next_article", "previous_article", "page_down", "page_up"}
WITH_ARTICLES = READING | {"undo_import"}
ZOOM = {"zoom_in", "zoom_out"}
OF_ARTICLE = {"export_original", "find", "original", "open_web", "copy_link", "reveal"} | ZOOM


def enabled(run: Running) -> set[str]:
    return {command.name for command in COMMANDS if run.window.actions_[command.name].isEnabled()}


def wait_enabled(qtbot, run: Running, *wanted: set[str] | str, without: set[str] = frozenset()) -> None:
    names = {name for each in wanted for name in ([each] if isinstance(each, str) else each)} - without

    def compare() -> None:
        assert enabled(run) - names == set()
        assert names - enabled(run) == set()

    qtbot.waitUntil(compare, timeout=10000)


def settled(qtbot, run: Running) -> Running:
    """Wait for what is looked up after the first painting."""
    qtbot.waitUntil(lambda: run._finished and run.window.scopes.data(run.window.scopes.index(1)) != "", timeout=10000)
    qtbot.waitUntil(lambda: run.session.counts.states is not None and not run.imports.busy, timeout=10000)
    return run


@pytest.fixture
def run(filled, start, qtbot) -> Running:
    running = settled(qtbot, start())
    wait_titles(qtbot, running, *ALL)
    running.window.activateWindow()
    return running


def open_row(qtbot, run: Running, row: int) -> None:
    run.window.list.setFocus()
    run.window.list.set_current(None)
    for _ in range(row + 1):
        run.window.list.step(1)
    wait_open(qtbot, run, ALL[row])


# Whoosh leaves the file that it could not read to the collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in.*FileIO:pytest.PytestUnraisableExceptionWarning")
def test_a_library_that_does_not_open(start, qtbot, data: Path):
    data.mkdir()
    (data / "library.sqlite3").write_bytes(b"this is no database, whatever its name says" * 99)
    run = start(wait=False)
    qtbot.waitUntil(lambda: run.window.first_run.heading.text() == "The library does not open", timeout=10000)
    assert enabled(run) == ANYWHERE | ORDERS


def test_the_log_once_there_is_one(start, qtbot, data: Path):
    run = start()
    assert "log" not in enabled(run)
    (data / "pressmark.log").write_text("A line.", "utf-8")
    run.command_state.update()
    assert "log" in enabled(run)


def test_an_empty_library(start, qtbot):
    run = settled(qtbot, start())
    wait_enabled(qtbot, run, OPEN)


def test_nothing_open(run, qtbot):
    wait_enabled(qtbot, run, WITH_ARTICLES, STEPS)


def test_an_article_open(run, qtbot):
    open_row(qtbot, run, 1)
    wait_enabled(qtbot, run, WITH_ARTICLES, STEPS, OF_ARTICLE, WRITING, without={"unread"})
    run.window.actions_["read"].trigger()
    wait_enabled(qtbot, run, WITH_ARTICLES, STEPS, OF_ARTICLE, WRITING, without={"read"})


@pytest.mark.parametrize(("row", "without"), [(0, {"previous_article"}), (2, {"next_article"})])
def test_the_first_and_the_last_article_open(run, qtbot, row, without):
    open_row(qtbot, run, row)
    wait_enabled(qtbot, run, WITH_ARTICLES, STEPS, OF_ARTICLE, WRITING, without={"unread"} | without)


def test_the_way_back_and_forward(run, qtbot):
    open_row(qtbot, run, 0)
    assert not {"back", "forward"} & enabled(run)
    run.window.list.step(1)
    wait_open(qtbot, run, ALL[1])
    assert {"back", "forward"} & enabled(run) == {"back"}
    run.window.actions_["back"].trigger()
    wait_open(qtbot, run, ALL[0])
    assert {"back", "forward"} & enabled(run) == {"forward"}


def test_an_article_without_an_address_open(run, qtbot):
    run.library._store.rows("UPDATE revision SET url = NULL")
    open_row(qtbot, run, 0)
    assert not {"open_web", "copy_link"} & enabled(run)


def test_several_selected(run, qtbot):
    open_row(qtbot, run, 0)
    run.window.list.selectAll()
    wait_enabled(
        qtbot,
        run,
        WITH_ARTICLES,
        OF_ARTICLE,
        WRITING,
        STEPS,
        without={"open_web", "copy_link", "reveal", "unread", "previous_article"},
    )
    text = run.window.actions_["star"].text
    assert text() == "&Star 3 Articles"
    run.window.actions_["star"].trigger()
    qtbot.waitUntil(lambda: text() == "Un&star 3 Articles", timeout=5000)
    set_starred(run.library, run.library.ids()[:1], False)
    with qtbot.waitSignal(run.window.articles.modelReset):
        run.session.refresh(whole=True)
    qtbot.waitUntil(lambda: text() == "&Star 3 Articles", timeout=5000)
    assert run.window.actions_["read"].text() == "Mark 3 Articles as &Read"


def test_several_selected_and_nothing_open(run, qtbot):
    # The focus, which comes with the window, makes the first row the current one.
    run.window.list.setFocus()
    qtbot.waitUntil(lambda: run.window.list.currentIndex().isValid())
    run.window.list.selectAll()
    wait_enabled(
        qtbot, run, WITH_ARTICLES, STEPS, WRITING, "export_original", without={"unread", "previous_article", "page_up"}
    )


def test_a_search(run, qtbot):
    open_row(qtbot, run, 0)
    run.window.search.box.setText("ferry")
    wait_titles(qtbot, run, *ALL[1:])
    assert {"clear_search"} <= enabled(run)
    assert not {"next_match", "previous_match"} & enabled(run)
    run.window.list.step(1)
    wait_open(qtbot, run, ALL[1])
    qtbot.waitUntil(lambda: {"next_match", "previous_match"} <= enabled(run), timeout=5000)
    run.window.search.box.clear()
    wait_titles(qtbot, run, *ALL)
    assert not {"clear_search"} & enabled(run)


def test_words_that_are_found_in_the_page(run, qtbot):
    open_row(qtbot, run, 1)
    run.window.actions_["find"].trigger()
    assert not {"next_match", "previous_match"} & enabled(run)
    bar = run.window.pane._find_bar
    bar._field.setText("ferry")
    assert {"next_match", "previous_match"} <= enabled(run)
    bar._field.setText("whale")
    assert not {"next_match", "previous_match"} & enabled(run)
    run.window.pane.close_find()
    assert not {"next_match", "previous_match"} & enabled(run)


def test_a_search_without_hits(run, qtbot):
    run.window.search.box.setText("whale")
    qtbot.waitUntil(run.window.nothing.isVisible, timeout=5000)
    wait_enabled(qtbot, run, WITH_ARTICLES, "clear_search")


def test_the_bin(run, qtbot):
    move_to_bin(run.library, run.library.ids()[:2])
    run.session.refresh(whole=True)
    qtbot.waitUntil(lambda: "empty_bin" in enabled(run), timeout=5000)
    run.window.sidebar.scope_chosen.emit(BIN)
    qtbot.waitUntil(lambda: run.session.shows_bin and run.window.articles.rowCount() == 2, timeout=5000)
    wait_enabled(qtbot, run, WITH_ARTICLES, STEPS, "empty_bin", without=ORDERS)
    run.window.list.step(1)
    qtbot.waitUntil(lambda: run.session.open_article is not None, timeout=5000)
    here = {"empty_bin", "from_bin", "delete_for_good", "read"}
    without = ORDERS | {"previous_article"}
    wait_enabled(qtbot, run, WITH_ARTICLES, STEPS, OF_ARTICLE, here, without=without)
    run.window.list.selectAll()
    run.window.actions_["from_bin"].trigger()
    qtbot.waitUntil(lambda: run.window.articles.rowCount() == 0, timeout=5000)
    qtbot.waitUntil(lambda: not {"empty_bin", "from_bin", "delete_for_good"} & enabled(run), timeout=5000)


def test_a_library_that_may_only_be_read(filled, start, qtbot, monkeypatch):
    monkeypatch.setattr("reader.store.connection._is_writable", lambda _: False)
    run = settled(qtbot, start())
    wait_titles(qtbot, run, *ALL)
    open_row(qtbot, run, 0)
    changes = {"import_files", "import_folder", "undo_import", "previous_article"}
    wait_enabled(qtbot, run, WITH_ARTICLES, STEPS, OF_ARTICLE, "message", without=changes)
    run.window.list.selectAll()
    wait_enabled(
        qtbot, run, WITH_ARTICLES, STEPS, OF_ARTICLE, "message", without=changes | {"open_web", "copy_link", "reveal"}
    )


def test_an_import_that_runs(run, qtbot, tmp_path: Path):
    assert not {"last_report"} & enabled(run)
    for number in range(200):
        write_capture(tmp_path / "drop", str(number), title=f"第 {number} 篇", body="<p>长。</p>" * 50)
    jobs: list[set[str]] = []
    run.imports.progressed.connect(lambda _: jobs.append(enabled(run)))
    run.imports.import_paths([str(tmp_path / "drop")])
    qtbot.waitUntil(lambda: run.imports.report is not None and not run.imports.busy, timeout=30000)
    assert jobs
    assert all("undo_import" not in each and "import_files" in each for each in jobs)
    qtbot.waitUntil(lambda: {"last_report", "undo_import"} <= enabled(run), timeout=5000)


def test_pictures_on_the_web_are_offered_while_there_are_some(start, qtbot, tmp_path: Path):
    # The address is one that fetching refuses: nothing leaves this machine in a test.
    write_capture(tmp_path / "drop", "one", title="有图", body='<p>画。</p><img src="http://127.0.0.1/a.png">')
    run = start(tmp_path / "drop", wait=False)
    qtbot.waitUntil(lambda: "save_pictures" in enabled(run) and not run.imports.busy, timeout=30000)
    during: list[bool] = []
    run.imports.progressed.connect(lambda progress: during.append("save_pictures" in enabled(run)))
    run.window.actions_["save_pictures"].trigger()
    qtbot.waitUntil(lambda: bool(during) and not run.imports.busy, timeout=30000)
    assert during == [False] * len(during)
    qtbot.waitUntil(lambda: "save_pictures" in enabled(run), timeout=5000)


@pytest.mark.parametrize(
    ("zoom", "wanted"),
    [
        (100, ZOOM),
        (ZOOMS[-1], {"zoom_out", "zoom_reset"}),
        (ZOOMS[0], {"zoom_in", "zoom_reset"}),
        (110, ZOOM | {"zoom_reset"}),
    ],
)
def test_every_size_of_the_page(run, qtbot, zoom, wanted):
    open_row(qtbot, run, 0)
    run.window.pane.set_zoom(zoom)
    assert enabled(run) & (ZOOM | {"zoom_reset"}) == wanted


def test_a_library_that_is_being_repaired(run, qtbot):
    open_row(qtbot, run, 1)
    run._repair()
    assert enabled(run) - ORDERS == READING - {"back_up", "import_files", "import_folder", "import_history"} - ORDERS
    qtbot.waitUntil(lambda: run.library is not None and not run.imports.busy, timeout=20000)
    wait_titles(qtbot, run, *ALL)
    qtbot.waitUntil(lambda: enabled(run) >= WITH_ARTICLES, timeout=10000)


def test_the_star_command_says_what_it_will_do(run, qtbot):
    action = run.window.actions_["star"]
    open_row(qtbot, run, 0)
    assert action.text() == "&Star"
    QTest.keyClick(run.window.list, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: action.text() == "Un&star", timeout=5000)
    assert run.window.articles.index(0).data(HIT).starred


def test_a_disabled_command_does_nothing_when_it_is_asked_for(run, qtbot, monkeypatch):
    """The keys of a disabled command reach nobody who could take them for something else."""
    asked: list[str] = []
    for name in ("to_bin", "star"):
        action = run.window.actions_[name]
        assert not action.isEnabled()
        action.triggered.connect(lambda name=name: asked.append(name))
    run.window.list.setFocus()
    for key in (Qt.Key.Key_S, Qt.Key.Key_Delete, Qt.Key.Key_T):
        QTest.keyClick(run.window.list, key)
    qtbot.wait(50)
    assert asked == []
    assert len(run.library.ids()) == 3


def test_every_command_of_which_something_is_needed_is_disabled_in_some_state():
    from ui.need import Need

    free = {command.name for command in COMMANDS if command.needs is Need.NOTHING}
    assert free == ANYWHERE
