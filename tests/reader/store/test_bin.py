"""The bin and the undoing of imports: what is deleted is not found, and comes back until it is deleted for good."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from reader.article import ArticleId
from reader.cli import main as cli
from reader.errors import NoSuchImportError
from reader.library import Library
from reader.outcome import ImportId, Undoing
from reader.paths import AppPaths
from reader.query import HitPage, Query
from reader.scope import BIN
from reader.store import deletion
from reader.store.grouping.statements import said_of
from tests.support.captures import write_feed
from tests.support.changes import move_to_bin, restore


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library.open(AppPaths(tmp_path / "library"))
    yield library
    library.close()


@pytest.fixture
def drop(tmp_path: Path, png: bytes) -> Path:
    """Return a folder of three articles, the first two of which show the same picture."""
    for n in range(3):
        picture = "" if n == 2 else '<img src="p.png">'
        write_feed(
            tmp_path / "drop",
            f"{n}.txt",
            title=f"第{n}篇 河边旧书市",
            url=f"https://news.example/{n}",
            body=f"<p>旧书市{n}。</p>{picture}",
        )
    (tmp_path / "drop" / "p.png").write_bytes(png)
    return tmp_path / "drop"


def bring(library: Library, *paths: Path) -> Counter[str]:
    with library.writer("a test") as writer:
        kinds = Counter(outcome.kind.value for outcome in writer.import_paths(paths))
        list(writer.catch_up())
    library.refresh()
    return kinds


def catch_up(library: Library) -> None:
    with library.writer("a test") as writer:
        list(writer.catch_up())
    library.refresh()


def found(library: Library, text: str = "旧书市") -> set[int]:
    page = library.search(Query(text=text))
    assert page.total == len(page.ids)
    return set(page.ids)


def ids(*numbers: int) -> list[ArticleId]:
    return [ArticleId(number) for number in numbers]


def test_what_is_in_the_bin_is_neither_found_nor_counted(library: Library, drop: Path) -> None:
    bring(library, drop)
    assert move_to_bin(library, ids(2, 9)) == [2]
    assert move_to_bin(library, ids(2)) == []
    for _ in range(2):  # before and after the index has heard of it
        assert found(library) == {1, 3} == set(library.search(Query()).ids)
        page = library.search(Query(text="旧书市", limit=1))
        assert (len(page.ids), page.total) == (1, 2)
        assert (library.info().articles, library.info().in_bin) == (2, 1)
        assert [source.count for source in library.sources()] == [2]
        assert library.search(Query(scope=BIN)).ids == [2]
        assert library.hits(ids(2))[0].title == "第1篇 河边旧书市"
        catch_up(library)
        assert library.index().ids() == {1, 3}
    assert [str(problem.sentence) for problem in library.verify()] == []


@pytest.mark.parametrize("told", [False, True])
def test_what_is_restored_is_found_again(library: Library, drop: Path, told: bool) -> None:
    bring(library, drop)
    move_to_bin(library, ids(1, 2))
    if told:
        catch_up(library)
    assert restore(library, ids(1, 2, 3)) == [1, 2]
    catch_up(library)
    assert found(library) == {1, 2, 3}
    assert library.search(Query(scope=BIN)).total == 0


def test_importing_what_is_in_the_bin_brings_it_back(library: Library, drop: Path) -> None:
    bring(library, drop)
    move_to_bin(library, ids(1, 2))
    write_feed(
        drop,
        "1.txt",
        title="第1篇 河边旧书市（改）",
        url="https://news.example/1",
        epoch=1_800_000_000_000,
        body="<p>旧书市</p>",
    )
    assert bring(library, drop) == {"added": 2, "duplicate": 1, "skipped": 1}
    assert found(library) == {1, 2, 3}
    assert library.article(ArticleId(2)).title == "第1篇 河边旧书市（改）"
    # What that import brought is the articles themselves, in the library: undoing it takes them away again.
    with library.writer("a test") as writer:
        assert writer.undo_import(ImportId(2)) == Undoing(2, 0)
    assert found(library) == {3}


def test_what_is_deleted_for_good_leaves_nothing_but_what_others_need(library: Library, drop: Path) -> None:
    bring(library, drop)
    (picture,) = library.pictures.hashes()
    move_to_bin(library, ids(1, 2))
    with library.writer("a test") as writer:
        assert list(writer.delete_for_good(ids(1, 3))) == [1]
    assert library.ids() == [3]
    assert list(library.pictures.hashes()) == [picture]
    with library.writer("a test") as writer:
        list(writer.empty_bin())
    library.refresh()
    assert list(library.pictures.hashes()) == []
    assert library.search(Query(scope=BIN)).total == 0
    for table in ("revision", "original"):
        assert library._store.one(f"SELECT count(*) FROM {table}") == (1,)
    assert (
        library._store.one("SELECT count(*) FROM picture") == library._store.one("SELECT count(*) FROM image") == (0,)
    )
    assert list(library.verify()) == []
    assert "旧书市0" not in library.paths.database.read_bytes().decode("utf-8", "replace")
    assert bring(library, drop)["added"] == 2


def test_an_import_is_undone_as_one_step_and_only_once(library: Library, drop: Path, tmp_path: Path) -> None:
    bring(library, drop)
    write_feed(
        tmp_path / "more",
        "1.txt",
        title="第0篇 改过的 河边旧书市",
        url="https://news.example/0",
        epoch=1_800_000_000_000,
    )
    write_feed(tmp_path / "more", "2.txt", title="新的", url="https://news.example/new")
    write_feed(
        tmp_path / "more", "3.txt", title="第2篇 河边旧书市", url="https://news.example/2", body="<p>旧书市2。</p>"
    )
    assert bring(library, tmp_path / "more") == {"added": 1, "updated": 1, "duplicate": 1}
    last = library.imports.last()
    assert last is not None
    assert (last.program, last.added, last.updated, last.duplicate) == ("a test", 1, 1, 1)
    assert last.paths == (str(tmp_path / "more"),)
    assert library.imports.effect(last.id) == Undoing(1, 1)
    with library.writer("a test") as writer:
        assert writer.undo_import(last.id) == Undoing(1, 1)
        assert writer.undo_import(last.id) == Undoing(0, 0)
    catch_up(library)
    assert library.article(ArticleId(1)).title == "第0篇 河边旧书市"
    assert len(library.revisions(ArticleId(1))) == 1
    assert found(library, "改过的") == set()
    assert library.search(Query(scope=BIN)).ids == [4]
    assert list(library.verify()) == []
    earlier = library.imports.last()
    assert earlier is not None
    assert earlier.id == 1
    # Importing is what brings it back.
    assert bring(library, tmp_path / "more") == {"added": 1, "updated": 1, "duplicate": 1}
    assert library.article(ArticleId(1)).title == "第0篇 改过的 河边旧书市"
    assert found(library, "新的") == {4}
    with pytest.raises(NoSuchImportError, match="no import 99"):
        library.imports.get(ImportId(99))


def test_undoing_an_import_keeps_what_a_later_one_brought(library: Library, drop: Path, tmp_path: Path) -> None:
    bring(library, drop)
    write_feed(
        tmp_path / "more",
        "1.txt",
        title="第0篇 改过的 河边旧书市",
        url="https://news.example/0",
        epoch=1_800_000_000_000,
    )
    bring(library, tmp_path / "more")
    with library.writer("a test") as writer:
        assert writer.undo_import(ImportId(1)) == Undoing(2, 1)
        assert [info.title for info in library.revisions(ArticleId(1))] == ["第0篇 改过的 河边旧书市"]
        assert writer.undo_import(ImportId(2)) == Undoing(1, 0)
    assert library.search(Query()).total == 0
    with library.writer("a test") as writer:
        list(writer.empty_bin())
    assert library._store.one("SELECT count(*) FROM original") == (0,)


def test_imports_are_in_their_order_though_the_clock_was_set_back(
    library: Library, drop: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bring(library, drop)
    monkeypatch.setattr("reader.store.import_log.now_ms", lambda: 1_000)
    write_feed(tmp_path / "more", "1.txt", title="后来的", url="https://news.example/later")
    bring(library, tmp_path / "more")
    last = library.imports.last()
    assert last is not None
    assert (last.id, last.began.year) == (2, 1970)
    with library.writer("a test") as writer:
        writer.undo_import(last.id)
    assert found(library) == {1, 2, 3}


def test_what_the_index_has_not_forgotten_yet_costs_an_answer_no_more_ids_than_are_asked_for(
    library: Library, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(library, drop)
    move_to_bin(library, [ArticleId(1)])
    assert library.bin.hidden() == {1}
    index, asked = library.index(), []
    search = index.search

    def count(query: Query, *rest: object, **more: object) -> HitPage:
        page = search(query, *rest, **more)  # type: ignore[arg-type]
        asked.append(len(page.ids))
        return page

    monkeypatch.setattr(index, "search", count)
    page = library.search(Query(text="旧书市", limit=1))
    assert (list(page.ids), page.total, asked) == ([3], 2, [1])


def test_an_article_in_the_bin_has_one_time_whatever_the_clock_says(library: Library, drop: Path) -> None:
    bring(library, drop)
    connection = library._store.connections.get()
    connection.execute("UPDATE state SET clock = 4102444800000")
    move_to_bin(library, library.ids()[:1])
    (article,) = library.bin.ids()
    (time,) = library._store.one("SELECT deleted FROM article WHERE id = ?", (article,))
    assert said_of(connection, article).binned == time


def just_before(meanwhile: Callable[[], object]) -> Callable[[sqlite3.Connection], AbstractContextManager[None]]:
    """Return a `transaction` before whose beginning the window does something."""
    begin = deletion.transaction

    @contextmanager
    def late(connection: sqlite3.Connection) -> Iterator[None]:
        meanwhile()
        with begin(connection):
            yield

    return late


def test_an_article_that_the_window_restores_meanwhile_is_not_deleted(
    library: Library, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(library, drop)
    move_to_bin(library, ids(1, 2))
    window = Library.open(library.paths)
    monkeypatch.setattr(deletion, "transaction", just_before(lambda: restore(window, ids(1))))
    with library.writer("a test") as writer:
        assert list(writer.delete_for_good(ids(1, 2))) == [1]
    window.close()
    assert [library.article(id_).title for id_ in library.ids()] == ["第0篇 河边旧书市", "第2篇 河边旧书市"]
    assert list(library.verify()) == []


def test_a_withdrawn_version_goes_to_the_bin_with_its_article_though_the_bin_is_being_emptied(
    library: Library, drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(library, drop)
    write_feed(tmp_path / "more", "0.txt", title="第0篇 河边旧书市", url="https://news.example/0", body="<p>后来。</p>")
    bring(library, tmp_path / "more")
    with library.writer("a test") as writer:
        writer.undo_import(ImportId(2))
        window = Library.open(library.paths)
        monkeypatch.setattr(deletion, "transaction", just_before(lambda: move_to_bin(window, ids(1))))
        assert deletion.delete_withdrawn(library._store, library.pictures) == 0
    window.close()
    assert library._store.one("SELECT count(*) FROM revision") == (4,)


def test_the_command_line_takes_an_article_of_an_undone_import_out_of_the_bin(
    library: Library, drop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(library, drop)
    with library.writer("a test") as writer:
        writer.undo_import(ImportId(1))

    def told(*arguments: object) -> tuple[int, list[object]]:
        code = cli.main(["--data-dir", str(library.paths.data), *map(str, arguments), "--json"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [hit["id"] for hit in told("bin")[1]] == [3, 2, 1]  # type: ignore[index]
    assert told("undelete", 1, 3, 3) == (0, [{"restored": [1, 3]}])
    assert told("undelete", 1, 99) == told("undelete", 10**30) == (2, [])
    assert library.ids() == [1, 3]
