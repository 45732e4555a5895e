"""The whole program in one process, with its real worker in another, over a real library."""

import json
import os
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from reader.article import ArticleId
from reader.library import Library
from reader.outcome import ImportCounts
from reader.paths import AppPaths
from reader.query import SortOrder
from reader.scope import OneSource
from reader.settings import WebPictures
from reader.worker.protocol import FetchPictures, Import
from tests.reader.disks import small_disk
from tests.ui.driving import fill, write_capture
from ui.actions import COMMANDS
from ui.app import Running
from ui.models.article_list_model import HIT
from ui.page.browser import PageBrowser
from ui.session import READ_AFTER_MS


def titles(run: Running) -> list[str]:
    rows = (run.window.articles.index(row).data(HIT) for row in range(run.window.articles.rowCount()))
    return [hit.title for hit in rows if hit is not None]


def wait_titles(qtbot, run: Running, *wanted: str) -> None:
    qtbot.waitUntil(lambda: titles(run) == list(wanted), timeout=10000)


def wait_open(qtbot, run: Running, title: str) -> None:
    def is_open() -> bool:
        article = run.session.open_article
        return article is not None and article.title == title

    qtbot.waitUntil(is_open, timeout=10000)


def press(keys: str) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keySequence(widget, QKeySequence(keys))


def drop(target: QWidget, *paths: Path) -> None:
    """Drag files over a widget and let go, as the desktop does it."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    spot, copy, left = QPoint(5, 5), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target, QDragEnterEvent(spot, copy, mime, left, none))
    QApplication.sendEvent(target, QDropEvent(QPointF(spot), copy, mime, left, none, QEvent.Type.Drop))


ALL = ("守灯塔的人", "The last ferry", "梨花开了")


@pytest.fixture
def run(filled, start, qtbot) -> Running:
    running = start()
    wait_titles(qtbot, running, *ALL)
    running.window.activateWindow()
    return running


def test_an_empty_library_offers_a_place_to_drop_on(start, qtbot):
    run = start()
    qtbot.waitUntil(run.window.first_run.isVisible)
    assert run.window.first_run.heading.text() == "Drop saved articles here"
    assert run.window.first_run.button.isVisible()


def test_an_empty_library_shows_how_a_file_begins_that_is_read(start, qtbot, tmp_path: Path):
    run = start()
    qtbot.waitUntil(run.window.first_run.isVisible)
    assert run.window.first_run.example.isVisible()
    (tmp_path / "as shown").write_text(run.window.first_run.example.text(), "utf-8")
    run.imports.import_paths([str(tmp_path / "as shown")])
    wait_titles(qtbot, run, "The title")


@pytest.mark.parametrize("target", ["first_run", "pane", "list", "sidebar", "search"])
def test_what_is_dropped_anywhere_is_imported(start, qtbot, captures, target):
    run = start()
    widget = getattr(run.window, target)
    drop(max(widget.findChildren(QWidget), key=lambda child: child.width(), default=widget), captures)
    assert run.imports.busy
    wait_titles(qtbot, run, *ALL)
    assert not run.window.first_run.isVisible()
    qtbot.waitUntil(lambda: run.imports.report is not None, timeout=10000)
    assert run.imports.report.counts == ImportCounts(added=3)
    assert run.window.messages.text == "Import done: 3 added."
    assert not run.window.import_bar.isVisible()
    assert [source.name for source in run.library.sources()] == ["harbour.example", "orchard.example"]


@pytest.mark.qt_log_ignore("does not support raise")
def test_files_of_the_command_line_and_of_a_second_start_are_imported(start, qtbot, captures, tmp_path):
    run = start(captures / "orchard", wait=False)
    wait_titles(qtbot, run, "梨花开了")
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=10000)
    run.server.handed_over.emit([str(captures / "harbour")])
    wait_titles(qtbot, run, *ALL)
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=10000)


def test_what_cannot_be_imported_is_reported_with_its_reason(start, qtbot, tmp_path):
    folder = tmp_path / "drop"
    write_capture(folder, "good", title="好", body="<p>好。</p>")
    (folder / "empty.md").write_bytes(b"")
    run = start(folder, wait=False)
    qtbot.waitUntil(lambda: run.imports.report is not None, timeout=10000)
    report = run.imports.report
    assert report.counts == ImportCounts(added=1, failed=1)
    assert [Path(item.path).name for item in report.not_imported] == ["empty.md"]
    assert str(report.not_imported[0].reason)
    assert [button.text() for button in run.window.messages.buttons] == ["Report…"]


def test_importing_keeps_the_open_article_and_its_row(run, qtbot, tmp_path):
    run.window.list.step(1)
    run.window.list.step(1)
    wait_open(qtbot, run, "The last ferry")
    write_capture(tmp_path / "more" / "harbour", "newest", title="最新的一篇", body="<p>新。</p>", epoch=1800000000000)
    run.imports.import_paths([str(tmp_path / "more")])
    wait_titles(qtbot, run, "最新的一篇", *ALL)
    assert run.window.list.currentIndex().row() == 2
    assert run.session.open_article.title == "The last ferry"
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=10000)


def test_typing_filters_and_clearing_shows_everything(run, qtbot):
    QTest.keyClicks(run.window.search.box, "ferr")
    wait_titles(qtbot, run, "The last ferry", "梨花开了")
    assert run.window.search.count == "2 found"
    run.window.search.box.clear()
    wait_titles(qtbot, run, *ALL)


def test_what_an_input_method_still_composes_is_no_query(run, qtbot):
    asked = []
    run.window.search.text_changed.connect(asked.append)
    box = run.window.search.box
    box.setFocus()
    QApplication.sendEvent(box, QInputMethodEvent("deng ta", []))
    qtbot.wait(60)
    assert asked == []
    assert run.session.query.text == ""
    commit = QInputMethodEvent("", [])
    commit.setCommitString("灯塔")
    QApplication.sendEvent(box, commit)
    wait_titles(qtbot, run, "守灯塔的人")
    assert asked == ["灯塔"]


def test_a_search_without_hits_says_so_and_offers_a_way_out(run, qtbot):
    run.window.search.box.setText("蓝鲸")
    qtbot.waitUntil(run.window.nothing.isVisible)
    assert "蓝鲸" in run.window.nothing.heading.text()
    run.window.nothing.button.click()
    wait_titles(qtbot, run, *ALL)
    view, scopes = run.window.sidebar.view, run.window.scopes
    qtbot.waitUntil(lambda: scopes.row_of(OneSource("orchard.example")) is not None)
    view.setCurrentIndex(scopes.index(scopes.row_of(OneSource("orchard.example"))))
    run.window.search.box.setText("灯塔")
    qtbot.waitUntil(run.window.nothing.isVisible)
    assert "orchard" in run.window.nothing.heading.text()
    assert run.window.nothing.button.text() == "Search all sources"
    run.window.nothing.button.click()
    wait_titles(qtbot, run, "守灯塔的人")
    assert view.currentIndex().row() == 0


def test_a_mistake_in_a_query_is_a_gentle_hint(run, qtbot):
    run.window.search.box.setText('"ferry')
    qtbot.waitUntil(lambda: bool(run.window.search.hint))
    wait_titles(qtbot, run, "The last ferry", "梨花开了")
    run.window.search.box.setText("ferry")
    qtbot.waitUntil(lambda: not run.window.search.hint)


def test_sources_and_orders_narrow_and_turn_the_list(run, qtbot):
    view = run.window.sidebar.view
    qtbot.waitUntil(lambda: run.window.scopes.rowCount() == 6)
    view.setCurrentIndex(run.window.scopes.index(4))
    wait_titles(qtbot, run, "守灯塔的人", "The last ferry")
    run.window.actions_["order_oldest"].trigger()
    wait_titles(qtbot, run, "The last ferry", "守灯塔的人")
    view.setCurrentIndex(run.window.scopes.index(0))
    wait_titles(qtbot, run, *reversed(ALL))


def test_the_way_from_the_box_through_the_list_to_the_page_and_back(run, qtbot):
    window = run.window
    press("Ctrl+K")
    assert window.search.box.hasFocus()
    QTest.keyClicks(window.search.box, "ferry")
    press("Down")
    assert window.list.hasFocus()
    wait_open(qtbot, run, "The last ferry")
    press("Down")
    wait_open(qtbot, run, "梨花开了")
    press("Return")
    assert window.pane.isAncestorOf(QApplication.focusWidget())
    press("Esc")
    assert window.list.hasFocus()
    press("K")
    wait_open(qtbot, run, "The last ferry")
    press("Up")
    assert window.search.box.hasFocus()
    press("Esc")
    assert window.search.box.text() == ""
    wait_titles(qtbot, run, *ALL)
    press("Esc")
    assert window.list.hasFocus()


def test_enter_in_the_box_opens_what_was_found_at_once(run, qtbot):
    press("/")
    run.window.search.box.insert("梨花")
    press("Return")
    wait_open(qtbot, run, "梨花开了")
    assert run.window.list.hasFocus()


def test_letters_in_the_box_are_letters_and_in_the_list_commands(run, qtbot):
    press("Ctrl+K")
    QTest.keyClicks(run.window.search.box, "jk/? m")
    assert run.window.search.box.text() == "jk/? m"
    qtbot.waitUntil(run.window.nothing.isVisible)
    run.window.search.box.clear()
    qtbot.waitUntil(run.window.list.isVisible)
    wait_titles(qtbot, run, *ALL)
    run.window.list.setFocus()
    press("J")
    wait_open(qtbot, run, "守灯塔的人")
    press("J")
    wait_open(qtbot, run, "The last ferry")
    press("K")
    wait_open(qtbot, run, "守灯塔的人")


def test_space_pages_through_the_article_and_then_goes_on(run, qtbot):
    run.window.list.setFocus()
    press("J")
    wait_open(qtbot, run, "守灯塔的人")
    bar = run.window.pane.findChild(PageBrowser).verticalScrollBar()
    for _ in range(30):
        before = bar.value()
        press("Space")
        if bar.value() == before:
            break
    wait_open(qtbot, run, "The last ferry")
    press("Shift+Space")
    wait_open(qtbot, run, "守灯塔的人")


def test_the_way_back_and_forward(run, qtbot):
    back, forward = run.window.actions_["back"], run.window.actions_["forward"]
    assert not back.isEnabled()
    for title in ALL:
        run.window.list.step(1)
        wait_open(qtbot, run, title)
    press("Alt+Left")
    wait_open(qtbot, run, ALL[1])
    assert run.window.list.currentIndex().row() == 1
    press("Alt+Left")
    wait_open(qtbot, run, ALL[0])
    assert not back.isEnabled()
    press("Alt+Right")
    wait_open(qtbot, run, ALL[1])
    assert forward.isEnabled()


def test_an_article_is_read_after_a_while_and_can_be_unread_again(run, qtbot):
    index = run.window.articles.index(0)
    read_at_first = []
    run.session.opened.connect(lambda _: read_at_first.append(index.data(HIT).read))
    run.window.list.step(1)
    wait_open(qtbot, run, "守灯塔的人")
    assert read_at_first == [False]
    qtbot.waitUntil(lambda: index.data(HIT).read, timeout=READ_AFTER_MS + 2000)
    run.window.actions_["unread"].trigger()
    qtbot.waitUntil(lambda: not index.data(HIT).read)
    qtbot.waitUntil(lambda: not run.library.hits([run.session.open_article.id])[0].read)


def test_original_capture_and_back(run, qtbot):
    run.window.list.step(1)
    wait_open(qtbot, run, "守灯塔的人")
    shown = []
    run.session.original_opened.connect(lambda page, article: shown.append(article.title))
    run.session.opened.connect(lambda opened: shown.append("again"))
    run.window.actions_["original"].trigger()
    qtbot.waitUntil(lambda: shown == ["守灯塔的人"])
    press("Esc")
    qtbot.waitUntil(lambda: shown == ["守灯塔的人", "again"])
    assert not run.window.actions_["original"].isChecked()


def test_an_article_found_in_an_older_version_opens_in_that_one_at_the_match(filled, start, qtbot, tmp_path):
    url = "https://harbour.example/lighthouse"
    folder = tmp_path / "later" / "harbour"
    write_capture(
        folder,
        "x",
        title="守灯塔的人",
        body="<p>落潮了，灯塔与海还在，守灯塔的人也在。</p>" * 80,
        epoch=1750000000000,
        url=url,
    )
    run = start(tmp_path / "later", wait=False)
    qtbot.waitUntil(lambda: run.imports.report is not None and not run.imports.busy, timeout=10000)
    run.session.set_text('"第 59 段"')
    wait_titles(qtbot, run, "守灯塔的人")
    hit = run.window.articles.index(0).data(HIT)
    assert hit.version is not None
    assert "第 59 段" in hit.snippet.text
    run.window.list.step(0)
    wait_open(qtbot, run, "守灯塔的人")
    assert run.session.open_article.revision == hit.version.revision
    view = run.window.pane.findChild(PageBrowser)
    assert view.toPlainText().count("This is the version of") == 1
    assert view.verticalScrollBar().value() > 0
    assert run.window.revisions.actions()[1].isChecked()
    view.anchorClicked.emit(QUrl(f"revision:{run.library.article(hit.id).revision}"))
    qtbot.waitUntil(lambda: run.session.open_article.revision != hit.version.revision, timeout=10000)
    assert "This is the version of" not in view.toPlainText()


def test_revisions_can_be_chosen(filled, start, qtbot, tmp_path):
    url = "https://orchard.example/pears"
    body = "<p>今年的梨花比往年早。</p><p>The ferry is far.</p><p>落了。</p>"
    write_capture(tmp_path / "later" / "orchard", "x", title="梨花开了", body=body, epoch=1650000000000, url=url)
    run = start(tmp_path / "later", wait=False)
    wait_titles(qtbot, run, "守灯塔的人", "梨花开了", "The last ferry")
    run.session.open(run.window.articles.id_at(1))
    wait_open(qtbot, run, "梨花开了")
    assert "落了" in run.session.open_article.text
    assert len(run.window.revisions.actions()) == 2
    run.window.revisions.actions()[1].trigger()
    qtbot.waitUntil(lambda: "落了" not in run.session.open_article.text, timeout=10000)
    assert run.window.revisions.actions()[1].isChecked()
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=10000)


def test_everything_returns_at_the_next_start(filled, start, qtbot):
    first = start()
    wait_titles(qtbot, first, *ALL)
    first.window.resize(780, 560)
    first.window.actions_["order_oldest"].trigger()
    qtbot.waitUntil(lambda: first.window.scopes.rowCount() > 4, timeout=10000)
    first.window.sidebar.view.setCurrentIndex(first.window.scopes.index(4))
    first.window.search.box.setText("ferry")
    wait_titles(qtbot, first, "The last ferry")
    first.window.list.step(1)
    wait_open(qtbot, first, "The last ferry")
    first.window.actions_["sidebar"].trigger()
    first.window.close()
    first.close()
    second = start()
    wait_titles(qtbot, second, "The last ferry")
    wait_open(qtbot, second, "The last ferry")
    assert second.window.search.box.text() == "ferry"
    assert second.session.query.scope == OneSource("harbour.example")
    assert second.session.query.order is SortOrder.OLDEST
    assert second.window.actions_["order_oldest"].isChecked()
    assert not second.window.sidebar.isVisible()
    assert second.window.list.currentIndex().row() == 0
    assert second.window.size().width() == 780


def test_the_place_in_a_page_returns(filled, start, qtbot, data):
    run = start()
    wait_titles(qtbot, run, *ALL)
    run.window.list.step(1)
    wait_open(qtbot, run, "守灯塔的人")
    run.window.pane.page_down()
    run.window.pane.page_down()
    run.window.close()
    run.close()
    library = Library.open(AppPaths(data))
    assert library.position(run.session.open_article.id) > 0.05
    assert library.hits([run.session.open_article.id])[0].read
    library.close()


def test_closing_in_the_middle_of_an_import_is_clean(start, qtbot, tmp_path, data):
    for number in range(400):
        write_capture(tmp_path / "many", str(number), title=f"第 {number} 篇", body="<p>长。</p>" * 200)
    run = start(tmp_path / "many", wait=False)
    qtbot.waitUntil(lambda: run.imports.busy and run.window.import_bar.isVisible(), timeout=10000)
    run.window.close_unasked()
    run.close()
    library = Library.open(AppPaths(data))
    assert 0 <= library.info().articles <= 400
    library.close()


def test_cancelling_an_import_keeps_what_is_done(start, qtbot, tmp_path):
    for number in range(300):
        write_capture(tmp_path / "many", str(number), title=f"第 {number} 篇", body="<p>长。</p>" * 100)
    run = start(tmp_path / "many", wait=False)
    qtbot.waitUntil(run.window.import_bar.isVisible, timeout=10000)
    run.window.import_bar.cancel.click()
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=15000)
    qtbot.waitUntil(lambda: not run.window.import_bar.isVisible())
    assert run.window.import_bar.cancel.isEnabled()


@pytest.mark.parametrize(
    ("button", "kept", "fetches"),
    [
        ("Save for offline reading", WebPictures.ASK, True),
        ("Always", WebPictures.ALWAYS, True),
        ("Never", WebPictures.NEVER, False),
    ],
)
def test_nothing_is_fetched_before_the_person_said_so(start, qtbot, tmp_path, button, kept, fetches):
    # The address is one that fetching refuses: nothing leaves this machine in a test.
    body = '<p>画。</p><img src="http://127.0.0.1/a.png"><p>完。</p>'
    write_capture(tmp_path / "drop", "one", title="有图", body=body)
    run = start(tmp_path / "drop", wait=False)
    jobs = []
    run.imports.ended.connect(jobs.append)
    # The question waits until what the import came to has been said.
    qtbot.waitUntil(lambda: run.window.messages.text == "Import done: 1 added.", timeout=10000)
    run.window.messages.close_message()
    qtbot.waitUntil(lambda: len(run.window.messages.buttons) == 3, timeout=10000)
    assert "not yet saved" in run.window.messages.text
    assert [type(job) for job in jobs] == [Import]
    next(each for each in run.window.messages.buttons if each.text() == button).click()
    if fetches:
        qtbot.waitUntil(lambda: [type(job) for job in jobs] == [Import, FetchPictures], timeout=10000)
        assert [each.text() for each in run.window.messages.buttons] == ["Try again"]
    else:
        qtbot.wait(100)
        assert [type(job) for job in jobs] == [Import]
    assert run.session.library.info().pictures_on_web == 1
    assert WebPictures(_kept(run)) is kept


def _kept(run: Running) -> str:
    path = AppPaths(run.library.paths.data).settings
    return json.loads(path.read_text("utf-8"))["web_pictures"] if path.exists() else "ask"


@pytest.mark.parametrize(
    ("address", "asks"),
    [
        ("https://example.org/a", True),
        ("mailto:a@example.org", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("smb://example.org/x", False),
    ],
)
def test_a_link_is_shown_before_it_is_opened_and_some_never_are(run, qtbot, monkeypatch, address, asks):
    shown = []

    def look_and_refuse(dialog: QDialog) -> int:
        shown.append(dialog.address.toPlainText())
        return 0

    monkeypatch.setattr("ui.dialogs.open_link.OpenLink.exec", look_and_refuse)
    run.window.pane.link_requested.emit(address)
    assert shown == ([address] if asks else [])


def test_copy_link_and_export_of_the_original(run, qtbot, tmp_path, captures):
    run.window.list.step(1)
    wait_open(qtbot, run, "守灯塔的人")
    run.window.actions_["copy_link"].trigger()
    assert QApplication.clipboard().text() == "https://harbour.example/lighthouse"
    commands = run.commands
    commands.write_original(run.session.open_article, tmp_path / "out.md")
    qtbot.waitUntil(lambda: "out.md" in run.window.messages.text)
    assert (tmp_path / "out.md").read_bytes() == (captures / "harbour" / "lighthouse.md").read_bytes()
    commands.write_original(run.session.open_article, tmp_path / "out.md" / "below.md")
    qtbot.waitUntil(lambda: "cannot be written" in run.window.messages.text)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no tmpfs")
def test_an_export_to_a_full_disk_keeps_the_file_that_was_there(run, qtbot, tmp_path):
    run.window.list.step(1)
    wait_open(qtbot, run, "守灯塔的人")
    with small_disk(tmp_path / "disk", "8k") as disk:
        (disk / "out.md").write_bytes(b"mine")
        run.commands.write_original(run.session.open_article, disk / "out.md")
        qtbot.waitUntil(lambda: "No space left on device" in run.window.messages.text)
        assert [(path.name, path.read_bytes()) for path in disk.iterdir()] == [("out.md", b"mine")]


def test_the_window_does_not_write_over_its_own_library(run, qtbot, data):
    run.window.list.step(1)
    wait_open(qtbot, run, "守灯塔的人")
    store = AppPaths(data).database
    inode = store.stat().st_ino
    run.commands.write_original(run.session.open_article, store)
    qtbot.waitUntil(lambda: "belongs to the library itself" in run.window.messages.text)
    run.window.messages.hide()
    run.library_commands.back_up_to(str(data / "images" / "all.pressmark-backup"))
    qtbot.waitUntil(lambda: "belongs to the library itself" in run.window.messages.text, timeout=20000)
    assert store.stat().st_ino == inode
    assert run.library.article_count() == 3
    assert not list(data.rglob("*.pressmark-backup*"))


# Whoosh leaves the file that it could not read to the collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in.*FileIO:pytest.PytestUnraisableExceptionWarning")
def test_a_library_that_does_not_open_is_told(start, qtbot, data, captures):
    data.mkdir()
    AppPaths(data).database.write_bytes(b"this is no database, whatever its name says" * 99)
    run = start(wait=False)
    qtbot.waitUntil(lambda: run.window.first_run.heading.text() == "The library does not open")
    assert run.window.first_run.detail.text()
    assert not run.window.acceptDrops()


def test_dark_and_light_reach_every_part(run, qtbot):
    run.window.actions_["appearance_dark"].trigger()
    assert run.theme.colours.dark
    run.window.grab()
    run.window.actions_["appearance_light"].trigger()
    assert not run.theme.colours.dark


def test_every_command_does_something(run):
    idle = [
        command.name
        for command in COMMANDS
        if not (
            run.window.actions_[command.name].receivers("2triggered(bool)")
            or run.window.actions_[command.name].receivers("2toggled(bool)")
        )
    ]
    assert idle == []


def test_every_part_has_a_name_for_screen_readers(run):
    window = run.window
    for widget in (window.search.box, window.list, window.sidebar.view):
        assert widget.accessibleName()


def test_an_import_while_somebody_else_writes_is_refused_with_a_sentence(filled, start, qtbot, captures, data):
    run = start()
    library = Library.open(AppPaths(data))
    with library.writer("the test that holds it"):
        run.imports.import_paths([str(captures)])
        qtbot.waitUntil(lambda: "the test that holds it" in run.window.messages.text, timeout=10000)
        qtbot.waitUntil(lambda: not run.imports.busy, timeout=10000)
    library.close()
    assert not run.window.import_bar.isVisible()


def test_an_article_that_is_gone_is_told(run, qtbot):
    run.session.open(ArticleId(999))
    qtbot.waitUntil(lambda: run.window.messages.isVisible())
    assert "999" in run.window.messages.text


def test_many_captures_dropped_twice_add_nothing(filled, start, qtbot, tmp_path):
    run = start(fill(tmp_path / "again"), wait=False)
    qtbot.waitUntil(lambda: run.imports.report is not None, timeout=10000)
    assert run.imports.report.counts.duplicate == 3
    assert run.window.messages.text == "Import done: 3 already here."


def test_what_an_earlier_import_said_leaves_when_another_begins(run, qtbot, tmp_path):
    drop(run.window.pane, fill(tmp_path / "again"))
    qtbot.waitUntil(lambda: run.window.messages.isVisible() and not run.imports.busy, timeout=20000)
    drop(run.window.pane, fill(tmp_path / "once more"))
    assert not run.window.messages.isVisible()
    qtbot.waitUntil(lambda: run.window.messages.isVisible() and not run.imports.busy, timeout=20000)
