"""Damage that a window meets: what is derived is rebuilt by itself, the rest is said, and repaired where it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from reader.errors import SearchIndexError
from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from reader.worker.protocol import RebuildIndex
from tests.reader.cli.command_line import CommandLine
from tests.reader.store.pictures import colour, encoded
from tests.reader.test_disk_trouble import read_only
from tests.ui.driving import said, write_capture
from tests.ui.test_window import ALL, titles, wait_open, wait_titles
from ui.app import Running

ANEW = "The search index has been rebuilt. Articles that can be found: 3."


def wait_said(qtbot, run: Running, text: str) -> None:
    qtbot.waitUntil(lambda: text in run.window.messages.text, timeout=20000)


def search(run: Running, text: str = "灯塔") -> int:
    return int(run.library.search(Query(text=text)).total)


def wait_found(qtbot, run: Running, text: str = "灯塔") -> None:
    def found() -> bool:
        # As long as the index is being rebuilt, it may be damaged.
        with suppress(SearchIndexError):
            return search(run, text) == 1
        return False

    qtbot.waitUntil(found, timeout=10000)


def deleted(index: Path) -> None:
    shutil.rmtree(index)


def without_contents(index: Path) -> None:
    for path in index.glob("*.toc"):
        path.unlink()


def with_other_contents(index: Path) -> None:
    for path in index.glob("*.toc"):
        path.write_bytes(b"of another program")


def cut(index: Path) -> None:
    for path in index.glob("*.trm"):
        path.write_bytes(path.read_bytes()[:-1])


def a_file_in_its_place(index: Path) -> None:
    shutil.rmtree(index)
    index.write_text("somebody's notes")


def of_another_version(index: Path) -> None:
    for path in index.glob("*.toc"):
        path.write_bytes(path.read_bytes().replace(b"pressmark_version", b"pressmark_virsion"))


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (deleted, "The search index is missing."),
        (without_contents, "The search index is missing."),
        (a_file_in_its_place, "The search index cannot be read."),
        (with_other_contents, "The search index is "),
        (cut, "The search index is damaged."),
        (of_another_version, "The search index is of another version of the program."),
    ],
)
def test_an_index_that_does_not_open_is_built_anew_soon_after_the_start(
    start, filled, qtbot, data: Path, damage: Callable[[Path], None], why: str
):
    damage(data / "index")
    run = start(wait=False)
    said: list[str] = []
    say = run.window.messages.say
    run.window.messages.say = lambda text, *rest, **more: (said.append(text), say(text, *rest, **more))
    wait_said(qtbot, run, ANEW)
    assert said[0].startswith(why)
    assert said[0].endswith("It is being rebuilt; no article is lost.")
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=10000)
    wait_found(qtbot, run)
    assert titles(run) == list(ALL)
    assert not run.window.import_bar.isVisible()


def test_an_index_that_is_taken_away_while_the_window_is_open_is_built_anew(start, filled, qtbot, data: Path):
    run = start()
    wait_titles(qtbot, run, *ALL)
    qtbot.waitUntil(lambda: run.health._seen is not None, timeout=10000)
    shutil.rmtree(data / "index")
    wait_said(qtbot, run, ANEW)
    wait_found(qtbot, run)


def test_a_search_that_meets_damage_is_answered_once_the_index_is_built_anew(start, filled, qtbot, data: Path):
    run = start()
    wait_titles(qtbot, run, *ALL)
    qtbot.waitUntil(lambda: run.health._seen is not None, timeout=10000)
    for path in (data / "index").glob("*.pst"):
        # In place, as a disk does it: what is mapped changes with it.
        with path.open("r+b") as file:
            file.write(b"\xff" * path.stat().st_size)
    run.window.search.box.setText("ferry")
    wait_said(qtbot, run, ANEW)
    wait_titles(qtbot, run, *ALL[1:])


def test_an_index_that_is_damaged_again_and_again_is_left_to_the_person(start, filled, qtbot, data: Path):
    cut(data / "index")
    run = start()
    wait_said(qtbot, run, ANEW)
    qtbot.waitUntil(lambda: not run.imports.busy and run.health._seen is not None, timeout=10000)
    with_other_contents(data / "index")
    run.session.refresh(whole=False)
    wait_said(qtbot, run, "The search index is ")
    qtbot.waitUntil(
        lambda: [button.text() for button in run.window.messages.buttons] == ["Rebuild the index"], timeout=10000
    )
    run.window.messages.buttons[0].click()
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=20000)
    wait_found(qtbot, run)


def test_an_index_that_cannot_be_built_as_another_program_writes_waits_without_a_word(start, filled, qtbot, data: Path):
    library = Library.open(AppPaths(data))
    with library.writer("a test"):
        shutil.rmtree(data / "index")
        run = start()
        run.health._again.setInterval(300)
        qtbot.waitUntil(lambda: run.health._again.isActive(), timeout=20000)
        assert "a test" not in run.window.messages.text
    library.close()
    wait_said(qtbot, run, ANEW)
    wait_found(qtbot, run)


def test_a_damaged_index_is_not_built_again_and_again_while_another_program_writes(start, filled, qtbot, data: Path):
    library = Library.open(AppPaths(data))
    with library.writer("a test"):
        with_other_contents(data / "index")
        run = start(wait=False)
        ended: list[object] = []
        run.imports.ended.connect(ended.append)
        qtbot.waitUntil(lambda: run.health._again.isActive(), timeout=20000)
        run.session.refresh(whole=False)
        qtbot.wait(1500)
        assert ended == [RebuildIndex(unasked=True)]
    library.close()
    run.health._again.start(10)
    wait_said(qtbot, run, ANEW)
    wait_found(qtbot, run)


def test_an_index_that_cannot_be_built_is_not_tried_again_and_again(start, filled, qtbot, data: Path, tmp_path: Path):
    # What is reached by a link only is not deleted.
    (data / "index").rename(tmp_path / "elsewhere")
    (data / "index").symlink_to(tmp_path / "elsewhere")
    run = start()
    wait_titles(qtbot, run, *ALL)
    qtbot.waitUntil(lambda: run.health._seen is not None and not run.imports.busy, timeout=10000)
    with_other_contents(data / "index")
    ended: list[object] = []
    run.imports.ended.connect(ended.append)
    run.session.refresh(whole=False)
    # Why it could not be built comes first, and stays; what can be done about it waits behind it.
    wait_said(qtbot, run, "The search index cannot be written: ")
    run.window.messages.close_message()
    qtbot.waitUntil(
        lambda: [button.text() for button in run.window.messages.buttons] == ["Rebuild the index"], timeout=20000
    )
    qtbot.wait(1500)
    assert ended == [RebuildIndex(unasked=True)]
    (data / "index").unlink()
    run.window.messages.buttons[0].click()
    wait_found(qtbot, run)


def test_an_index_that_is_missing_where_nothing_may_be_written_is_said_to_be(start, filled, qtbot, data: Path):
    shutil.rmtree(data / "index")
    with read_only(data):
        run = start()
        wait_said(qtbot, run, "The search index is missing. It can be rebuilt only where the library may be written")
        assert not run.imports.busy
        assert titles(run) == list(ALL)
        run.window.close()
        run.close()


def spoil(data: Path, what: str) -> None:
    """Damage a page as a disk does it, behind the back of the window."""
    library = Library.open(AppPaths(data))
    library._store.rows(f"UPDATE revision SET {what} = x'00' WHERE title = '{ALL[1]}'")
    library.close()


@pytest.mark.parametrize("what", ["html", "text"])
def test_an_article_whose_page_is_damaged_says_so_and_is_repaired_from_there(
    start, filled, qtbot, data: Path, what: str
):
    run = start()
    wait_titles(qtbot, run, *ALL)
    spoil(data, what)
    run.window.list.setFocus()
    run.window.list.step(1)
    wait_open(qtbot, run, ALL[0])
    run.window.list.step(1)
    qtbot.waitUntil(lambda: bool(said(run)), timeout=10000)
    assert said(run).startswith("This article is damaged and cannot be shown.")
    assert run.session.open_article is None
    assert run.window.windowTitle() == "Pressmark"
    assert "is damaged" in run.window.messages.text
    (button,) = run.window.messages.buttons
    assert button.text() == "Repair"
    button.click()
    assert run.library is None
    wait_said(qtbot, run, "The library is repaired. 3 articles were saved.")
    wait_titles(qtbot, run, *ALL)
    run.window.list.step(1)
    qtbot.waitUntil(lambda: run.session.open_article is not None, timeout=10000)
    run.session.open(next(hit.id for hit in run.library.hits(run.library.ids()) if hit.title == ALL[1]))
    wait_open(qtbot, run, ALL[1])
    assert "left at dusk" in run.session.open_article.text
    assert said(run) == ""


@pytest.mark.parametrize("told", [False, True])
def test_the_place_in_a_page_outlives_a_repair(start, filled, qtbot, told: bool):
    run = start()
    wait_titles(qtbot, run, *ALL)
    run.window.list.step(1)
    wait_open(qtbot, run, ALL[0])
    id_ = run.session.open_article.id
    run.window.pane.page_down()
    run.window.pane.page_down()
    if told:
        # The page has told it, and the session has it to write yet.
        qtbot.waitUntil(lambda: run.session._position is not None, timeout=10000)
    run._repair()
    qtbot.waitUntil(lambda: run.library is not None and not run.imports.busy, timeout=20000)
    assert run.library.position(id_) > 0.05


def test_a_store_that_breaks_while_the_window_is_open_is_repaired_under_it(start, filled, qtbot, data: Path):
    run = start()
    wait_titles(qtbot, run, *ALL)
    qtbot.waitUntil(lambda: run.health._seen is not None, timeout=10000)
    path = data / "library.sqlite3"
    run.library._store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    # A commit of somebody, so that nothing of what is in memory is true any more.
    run.library._store.connections.close()
    run.window.search.box.setText("ferry")
    wait_said(qtbot, run, "is damaged")
    qtbot.waitUntil(lambda: [button.text() for button in run.window.messages.buttons] == ["Repair"], timeout=10000)
    run.window.messages.buttons[0].click()
    wait_said(qtbot, run, "The library is repaired.")
    qtbot.waitUntil(lambda: run.library is not None and not run.imports.busy, timeout=20000)
    assert list(data.glob("library.sqlite3.damaged-*"))
    assert run.library._store.rows("PRAGMA integrity_check") == [("ok",)]


def test_what_another_program_imports_binned_or_undid_is_seen_soon(start, filled, qtbot, data: Path, tmp_path: Path):
    run = start()
    wait_titles(qtbot, run, *ALL)
    qtbot.waitUntil(lambda: run.health._seen is not None, timeout=10000)
    pressmark = CommandLine(data)
    write_capture(tmp_path / "more", "new", title="新的一篇", body="<p>新。</p>", epoch=1_800_000_000_000)
    assert pressmark.json("import", tmp_path / "more")[0]["added"] == 1
    wait_titles(qtbot, run, "新的一篇", *ALL)
    wait_found(qtbot, run, "新的一篇")
    pressmark.json("delete", 1)
    qtbot.waitUntil(lambda: len(titles(run)) == 3, timeout=10000)
    pressmark.json("undelete", 1)
    wait_titles(qtbot, run, "新的一篇", *ALL)
    pressmark.json("undo-import")
    wait_titles(qtbot, run, *ALL)
    assert run.window.messages.text == ""


def test_damage_that_only_reading_everything_shows_is_found_in_the_background(start, filled, qtbot, data: Path):
    file = next((data / "index").glob("*.text.col"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    spoil(data, "text")
    run = start()
    wait_titles(qtbot, run, *ALL)
    assert not run.imports.busy
    run.health._check()
    wait_said(qtbot, run, "The library has been checked, and is damaged:\nThe page of article ")
    assert f"“{ALL[1]}”, is damaged." in run.window.messages.text
    assert [button.text() for button in run.window.messages.buttons] == ["Repair"]
    qtbot.waitUntil(lambda: not run.imports.busy, timeout=20000)
    assert (data / "checked").exists()
    # The page that is damaged is not in the index any more; all that is whole is.
    qtbot.waitUntil(lambda: list(run.library.index().damaged_files()) == [], timeout=10000)
    wait_found(qtbot, run)
    # It has been done, and is not due again for a week.
    run.health._check()
    qtbot.wait(300)
    assert run.worker._tidying is None


def test_a_damaged_picture_of_the_web_is_named_and_can_be_fetched_again(start, data: Path, qtbot, tmp_path: Path):
    png = encoded(colour(), "PNG")
    write_capture(tmp_path / "one", "lighthouse", title="守灯塔的人", body='<p>灯塔。</p><img src="p.png">')
    (tmp_path / "one" / "p.png").write_bytes(png)
    CommandLine(data).json("import", tmp_path / "one")
    library = Library.open(AppPaths(data))
    library._store.rows("UPDATE image SET url = 'https://news.example/p.png'")
    (sha256,) = library.pictures.hashes()
    picture = library.pictures.file_of(sha256)
    picture.write_bytes(png[:-1])
    library.close()
    run = start()
    wait_titles(qtbot, run, "守灯塔的人")
    run.health._check()
    wait_said(qtbot, run, f"A picture of article 1, “守灯塔的人”, is damaged ({sha256}).")
    run.window.messages.buttons[0].click()
    wait_said(qtbot, run, "1 picture is lost, or has to be fetched again.")
    assert [button.text() for button in run.window.messages.buttons] == ["Fetch pictures again"]
    assert not picture.exists()
    wait_titles(qtbot, run, "守灯塔的人")


@pytest.mark.parametrize("extension", [".trm", ".pst", ".text.col"])
def test_an_index_that_is_truncated_under_an_open_window_is_built_anew(
    start, filled, qtbot, data: Path, extension: str
):
    """Mapped, it ended the window with SIGBUS."""
    run = start()
    assert search(run, "灯塔与海") == 1
    for file in (data / "index").glob(f"*{extension}"):
        os.truncate(file, 0)
    run.window.search.box.setText("灯塔与海，说得")
    wait_said(qtbot, run, ANEW)
    wait_found(qtbot, run, "灯塔与海，说得")
