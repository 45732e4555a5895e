"""Stars, reading and tags of one's own: kept through imports, undoing and the bin, and found at once."""

from __future__ import annotations

import io
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.article import ArticleId, StateCounts, TagCount
from reader.cli import main as cli
from reader.errors import StoreError
from reader.library import Library
from reader.long_work import drive
from reader.paths import AppPaths
from reader.query import ArticleState, Before, Query, SortOrder
from reader.scope import InState, OneSource
from tests.support.captures import feed, write_feed
from tests.support.changes import move_to_bin, restore, set_read, set_starred, set_tags


def capture(folder: Path, number: int, **about: object) -> None:
    write_feed(
        folder,
        f"{number}.txt",
        title=f"第{number}篇",
        url=f"https://news.example/{number}",
        **{"body": f"<p>旧书市{number}。</p>", "epoch": 1_600_000_000_000 + number * 86_400_000, **about},
    )


def bring(library: Library, folder: Path) -> None:
    with library.writer("a test") as writer:
        list(writer.import_paths([folder]))
    library.refresh()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Return a library of six articles, numbered by date."""
    library = Library.open(AppPaths(tmp_path / "library"))
    for number in range(1, 7):
        capture(tmp_path / "drop", number)
    bring(library, tmp_path / "drop")
    yield library
    library.close()


def ids(*numbers: int) -> list[ArticleId]:
    return [ArticleId(number) for number in numbers]


def found(library: Library, text: str = "", **about: object) -> list[int]:
    page = library.search(Query(text=text, **about))  # type: ignore[arg-type]
    assert page.total == len(page.ids)
    return list(page.ids)


def test_what_is_starred_and_read_is_said_in_rows_lists_and_counts(library: Library) -> None:
    marks = library.states
    assert set_starred(library, ids(2, 5, 99), True) == [2, 5]
    assert set_starred(library, ids(2), True) == []
    assert set_read(library, ids(1, 2), True) == [1, 2]
    rows = library.hits(ids(1, 2, 5))
    assert [(row.read, row.starred) for row in rows] == [(True, False), (True, True), (False, True)]
    assert (library.article(ArticleId(2)).starred, library.article(ArticleId(1)).starred) == (True, False)
    assert found(library, scope=InState(ArticleState.STARRED)) == [5, 2]
    assert found(library, scope=InState(ArticleState.UNREAD)) == [6, 5, 4, 3]
    assert found(library, scope=InState(ArticleState.READ), order=SortOrder.OLDEST) == [1, 2]
    page = library.search(Query(scope=InState(ArticleState.UNREAD), limit=1))
    assert (list(page.ids), page.total) == ([6], 4)
    source = library.sources()[0].name
    assert found(library, "is:starred", scope=OneSource(source)) == [5, 2]
    assert found(library, "is:starred", scope=OneSource("elsewhere")) == []
    assert marks.counts() == StateCounts(unread=4, starred=2)
    assert set_starred(library, ids(2), False) == [2]
    assert found(library, scope=InState(ArticleState.STARRED)) == [5]


def test_states_are_found_the_moment_they_change(library: Library) -> None:
    for text in ("is:starred", "is:starred 旧书市", "tag:河边", "-is:unread"):
        assert found(library, text) == []
    set_starred(library, ids(3, 4), True)
    set_tags(library, ids(4), ["河边"])
    set_read(library, ids(1), True)
    assert found(library, "is:starred 旧书市") == found(library, "is:starred") == [4, 3]
    assert found(library, "旧书市", scope=InState(ArticleState.STARRED)) == [4, 3]
    assert found(library, "tag:河边") == [4]
    assert found(library, "(is:read OR tag:河邊) -旧书市9") == [4, 1]
    assert found(library, "-is:unread") == [1]
    with library.writer("a test"):
        set_starred(library, ids(3), False)
    assert found(library, "is:starred") == [4]


def test_another_program_s_star_is_found_at_once(library: Library) -> None:
    assert found(library, "is:starred") == []
    other = Library.open(library.paths)
    set_starred(other, ids(2), True)
    assert found(library, "is:starred") == [2]
    other.close()


def test_what_is_kept_of_an_answer_is_forgotten_with_a_change(library: Library) -> None:
    states = library.states.states()
    library.set_position(ArticleId(1), 0.5)
    move_to_bin(library, ids(6))
    assert library.states.states() is states
    set_read(library, ids(1), True)
    assert library.states.states() is not states


def test_what_is_kept_follows_every_change_whoever_makes_it(library: Library) -> None:
    chance = random.Random(3)
    other = Library.open(library.paths)
    everything = library.ids()
    for _ in range(25):
        whose = chance.choice([library, library, other])
        change = chance.choice([set_read, set_starred])
        change(whose, chance.sample(everything, chance.randrange(1, 4)), chance.random() < 0.5)
        for each in (library, other):
            states = each.states.states()
            assert list(states.read) == sorted(found(each, scope=InState(ArticleState.READ)))
            assert list(states.starred) == sorted(found(each, scope=InState(ArticleState.STARRED)))
            assert found(each, "is:unread") == found(each, scope=InState(ArticleState.UNREAD))
    other.close()


def test_tags_are_added_taken_away_and_counted(library: Library) -> None:
    marks = library.states
    assert set_tags(library, ids(1, 2), ["河边", " to \n read ", "", "河边"]) == [1, 2]
    assert set_tags(library, ids(1), ["河边"]) == []
    assert set_tags(library, ids(2, 3), ["新"], remove=["to read"]) == [2, 3]
    assert marks.own_tags(ArticleId(1)) == library.article(ArticleId(1)).own_tags == ("河边", "to read")
    assert marks.tags() == [TagCount("新", 2), TagCount("河边", 2), TagCount("to read", 1)]
    assert (found(library, "tag:河边"), found(library, 'tag:"TO READ"')) == ([2, 1], [1])
    assert set_tags(library, ids(1), remove=["河边", "to read"]) == [1]
    assert library._store.rows("SELECT tags FROM article WHERE id = 1") == [(None,)]


@pytest.mark.parametrize("stored", ['["河', "5", "{}", "[1, null]"])
def test_a_list_of_tags_that_is_damaged_is_none_and_the_article_is_read(library: Library, stored: str) -> None:
    set_tags(library, ids(2), ["河边"])
    library._store.rows("UPDATE article SET tags = ? WHERE id = 1", (stored,))
    library._store.rows("UPDATE revision SET tags = ? WHERE article = 1", (stored,))
    article = library.article(ArticleId(1))
    assert (article.tags, article.own_tags) == ((), ())
    assert library.states.tags() == [TagCount("河边", 1)]
    assert found(library, "tag:河边") == [2]
    assert set_tags(library, ids(1), ["新"]) == [1]
    assert found(library, "tag:新") == [1]


def test_tags_of_a_capture_and_of_one_s_own_are_found_alike(tmp_path: Path) -> None:
    library = Library.open(AppPaths(tmp_path / "library"))
    for number in (1, 2):
        path = tmp_path / "drop" / f"{number}.md"
        path.parent.mkdir(exist_ok=True)
        head = f"---\nlayout: post\ntitle: 第{number}篇\nfrom: https://news.example/{number}\ntags: [ 政治 ]\n---\n\n"
        path.write_bytes(head.encode() + feed(f"第{number}篇", f"https://news.example/{number}", "<p>旧书市。</p>"))
    capture(tmp_path / "drop", 3)
    bring(library, tmp_path / "drop")
    brought = set(found(library, "tag:政治"))
    others = set(library.ids()) - brought
    assert (len(brought), len(others)) == (2, 1)
    set_tags(library, [*others], ["政治"])
    assert set(found(library, "tag:政治")) == brought | others
    assert set(found(library, "旧书市 tag:政治")) == brought | others
    library.close()


def test_an_article_keeps_what_was_said_of_it_when_it_is_captured_again_binned_and_undone(
    library: Library, tmp_path: Path
) -> None:
    set_starred(library, ids(2), True)
    set_tags(library, ids(2), ["河边"])
    set_read(library, ids(2), True)
    capture(tmp_path / "later", 2, body="<p>旧书市，更新。</p>", epoch=1_900_000_000_000)
    bring(library, tmp_path / "later")
    assert "更新" in library.article(ArticleId(2)).text
    assert found(library, "更新 is:starred is:read tag:河边") == [2]
    with library.writer("a test") as writer:
        writer.undo_import(library.imports.last().id)  # type: ignore[union-attr]
        list(writer.catch_up())
    library.refresh()
    assert found(library, "旧书市2 is:starred is:read tag:河边") == [2]
    move_to_bin(library, ids(2))
    assert found(library, "is:starred") == found(library, scope=InState(ArticleState.STARRED)) == []
    assert (library.states.counts().starred, library.states.tags()) == (0, [])
    assert set_starred(library, ids(2), False) == set_tags(library, ids(2), ["新"]) == []
    restore(library, ids(2))
    assert found(library, "is:starred tag:河边") == found(library, scope=InState(ArticleState.STARRED)) == [2]


def test_a_list_keeps_what_it_shows(library: Library) -> None:
    set_read(library, ids(1, 4), True)
    set_starred(library, ids(2), False)
    before = Before(read={ArticleId(4): False, ArticleId(6): True})
    for query in (Query(scope=InState(ArticleState.UNREAD)), Query(text="is:unread"), Query(text="旧书市 is:unread")):
        assert 4 in library.search(query, before=before).ids
        assert 1 not in library.search(query, before=before).ids
        assert 4 not in library.search(query).ids
    page = library.search(Query(scope=InState(ArticleState.UNREAD), limit=3), before=before)
    assert (list(page.ids), page.total) == ([6, 5, 4], 5)


def test_no_file_of_the_index_is_touched_by_what_is_said_of_articles(library: Library) -> None:
    def files() -> dict[str, tuple[int, int]]:
        status = ((path, path.stat()) for path in library.paths.index.rglob("*"))
        return {path.name: (each.st_size, each.st_mtime_ns) for path, each in status}

    before = files()
    set_starred(library, library.ids(), True)
    set_tags(library, library.ids(), ["河边"])
    set_read(library, library.ids(), True)
    assert len(found(library, "is:starred tag:河边 is:read")) == 6
    with library.writer("a test") as writer:
        assert writer.reconcile() == 0
    assert files() == before


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has other permissions")
def test_a_library_that_may_not_be_written_says_so_and_changes_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.store.connection._is_writable", lambda _: False)
    locked = Library.open(library.paths)
    assert locked.read_only
    for write in (
        lambda: set_starred(locked, ids(1), True),
        lambda: set_tags(locked, ids(1), ["河边"]),
    ):
        with pytest.raises(StoreError, match="cannot be written"):
            write()
    assert set_read(locked, ids(1), True) == []
    locked.close()
    assert library.states.counts() == StateCounts(unread=6, starred=0)


def test_a_star_and_a_tag_are_in_the_hash_of_a_library(library: Library) -> None:
    def digest() -> str:
        return drive(library.hash())

    hashes = [digest(), digest()]
    set_starred(library, ids(1), True)
    hashes.append(digest())
    set_tags(library, ids(1), ["河边"])
    hashes.append(digest())
    assert [len(set(hashes[:number])) for number in (2, 3, 4)] == [1, 2, 3]


def test_the_command_line_stars_and_tags(
    library: Library, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))

    def run(*arguments: object) -> tuple[int, str, str]:
        code = cli.main(["--data-dir", str(library.paths.data), *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    def told(*arguments: object) -> list[object]:
        code, out, err = run(*arguments, "--json")
        assert code == 0, err
        return [json.loads(line) for line in out.splitlines()]

    assert told("star", 1, 2, 2) == [{"starred": [1, 2]}]
    assert told("unstar", 2, 3) == [{"unstarred": [2]}]
    assert told("tag", "河边", 1, 3) == [{"tag": "河边", "tagged": [1, 3]}]
    assert told("untag", "河边", 3) == [{"tag": "河边", "untagged": [3]}]
    assert told("tags") == [{"tag": "河边", "articles": 1}]
    assert [hit["id"] for hit in told("search", "is:starred tag:河边")] == [1]  # type: ignore[index]
    assert told("search", "is:starred -tag:河边") == []
    (shown,) = told("show", 1)
    assert (shown["own_tags"], shown["starred"]) == (["河边"], True)  # type: ignore[index]
    assert "“is:” knows" in run("search", "is:blue")[2]
    assert (run("star", 99)[0], run("tag", " ", 1)[0]) == (2, 2)
    assert "1 tagged “新”." in run("tag", "新", 1)[1]
