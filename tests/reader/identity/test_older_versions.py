"""What stands only in an older version of an article is found, whichever way its captures came and went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reader.article import Article, ArticleId, Hit, OlderVersion, Origin, Snippet
from reader.identity.older_lines import OlderLines
from reader.importing import stored_articles
from reader.importing.index_rounds import Rounds
from reader.importing.prepare import Preparer
from reader.importing.workers.pool import PipelineSettings, Pool
from reader.index import IndexedArticle, open_index
from reader.library import Library
from reader.library_files import LibraryFiles
from reader.outcome import ImportId
from reader.paths import AppPaths
from reader.query import Before, Query
from reader.sources.saved_file import SavedFile
from reader.store.store_writer import StoreWriter
from tests.support.captures import feed, write_feed
from tests.support.changes import move_to_bin, restore, set_read

HERE = PipelineSettings(processes=0)
BESIDE = PipelineSettings(processes=2, alone=0, files_a_task=2)


@pytest.fixture
def new_library(tmp_path: Path) -> Iterator[Callable[[str], Library]]:
    opened: list[Library] = []

    def new(name: str = "library") -> Library:
        opened.append(Library.open(AppPaths(tmp_path / name)))
        return opened[-1]

    yield new
    for library in opened:
        library.close()


@pytest.fixture
def library(new_library: Callable[[str], Library]) -> Library:
    return new_library("library")


def bring(library: Library, *paths: Path, settings: PipelineSettings = HERE) -> None:
    with library.writer("a test") as writer:
        list(writer.import_paths(paths, settings))
    library.refresh()


def catch_up(library: Library) -> None:
    with library.writer("a test") as writer:
        list(writer.catch_up(HERE))
    library.refresh()


def found(library: Library, text: str) -> list[int]:
    return list(library.search(Query(text=text)).ids)


def version(folder: Path, day: int, body: str, *, title: str = "题", url: str = "https://news.example/1") -> Path:
    return write_feed(folder, f"{day}.txt", title=title, url=url, body=body, epoch=1_600_000_000_000 + day * 86_400_000)


@pytest.mark.parametrize("days", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_what_any_version_says_is_found_in_whatever_order_they_came(
    library: Library, tmp_path: Path, days: tuple[int, ...]
) -> None:
    for place, day in enumerate(days):
        version(tmp_path / str(place), day, f"<p>共同的话。</p><p>独有之{'甲乙丙'[day - 1]}。</p>", title=f"标题{day}")
        bring(library, tmp_path / str(place))
    for text in ("共同的话", "独有之甲", "独有之乙", "独有之丙", "title:标题1", "甲 乙 丙"):
        assert found(library, text) == [1], text
    assert library.info().unindexed == 0
    assert library.index().count() == 1


def test_what_came_with_an_import_that_is_undone_is_found_no_more_until_it_comes_again(
    library: Library, tmp_path: Path
) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    version(new, 2, "<p>如今的话。</p>")
    version(old, 1, "<p>从前的话。</p>")
    bring(library, new)
    bring(library, old)
    assert found(library, "从前") == [1]
    with library.writer("a test") as writer:
        writer.undo_import(ImportId(2))
    assert library._store.to_index() == [1]
    catch_up(library)
    assert (found(library, "从前"), found(library, "如今")) == ([], [1])
    bring(library, old)
    assert found(library, "从前") == [1]
    assert library.article(ArticleId(1)).text == "如今的话。"


def test_an_article_that_waits_for_the_index_is_hidden_in_the_bin(library: Library, tmp_path: Path) -> None:
    version(tmp_path / "a", 2, "<p>如今的话。</p>")
    version(tmp_path / "b", 1, "<p>从前的话。</p>")
    bring(library, tmp_path / "a")
    bring(library, tmp_path / "b")
    with library.writer("a test") as writer:
        writer.undo_import(ImportId(2))
    move_to_bin(library, [ArticleId(1)])
    assert found(library, "从前") == found(library, "如今") == []


def rows(library: Library) -> dict[int, Any]:
    """Return all that the index holds, by article."""
    parts = library.index()._snapshot.parts  # type: ignore[attr-defined]
    return {row.id: row for part in parts for row in map(part.reader.row, part.numbers.tolist())}


def test_all_roads_into_the_index_lead_to_the_same(new_library: Callable[[str], Library], tmp_path: Path) -> None:
    for n in range(90):
        url = f"https://news.example/{n % 40}"
        name, body = f"{n:03}.txt", f"<p>第{n % 40}篇。</p><p>这是第{n % 7}稿。</p>"
        write_feed(tmp_path / "drop", name, url=url, title=f"题{n % 3}", body=body, epoch=1_600_000_000_000 + n * 7919)
    libraries = {settings.processes: new_library(str(settings.processes)) for settings in (HERE, BESIDE)}
    for processes, library in libraries.items():
        bring(library, tmp_path / "drop", settings=BESIDE if processes else HERE)
    here, beside = libraries[0], libraries[2]
    expected = rows(here)
    assert sum(row.older is not None for row in expected.values()) > 20
    assert rows(beside) == expected
    with here.writer("a test", fresh_index=True) as writer:
        list(writer.catch_up())
    here.refresh()
    assert rows(here) == expected


def test_a_version_that_comes_while_its_article_is_being_indexed_is_not_forgotten(tmp_path: Path) -> None:
    library = Library.open(AppPaths(tmp_path / "library"))
    paths = library.paths
    index = open_index(paths.index, writer=True)
    writer = StoreWriter(library._store)
    files = LibraryFiles(paths, library._store, library.pictures, index)

    def add(body: str, day: int) -> ArticleId:
        data = feed(body=body, epoch=1_600_000_000_000 + day)
        file = SavedFile.of_bytes(Origin(f"{day}.txt"), f"{day}.txt", data)
        (prepared,) = Preparer(library.pictures).prepare(file)
        with writer.batch():
            return writer.add(prepared).article  # type: ignore[arg-type]

    with Pool(paths, replace(BESIDE, processes=1)) as pool:
        rounds = Rounds(files, pool)
        pool.start()
        while not pool.is_ready:
            pool.step(0.2)
        rounds.add([add("<p>如今的话。</p>", 2)])
        assert not rounds.step(at_once=True)
        rounds.add([add("<p>从前的话。</p>", 1)])
        while not rounds.step(at_once=False):
            pool.step(0.2)
        assert library._store.to_index() == [1]
        while rounds.is_busy:
            pool.step(0.2)
            rounds.step(at_once=True)
    assert library._store.to_index() == []
    assert list(index.search(Query(text="从前")).ids) == [1]
    index.close()
    library.close()


def test_an_article_that_the_window_restores_while_others_are_being_indexed_parts_them(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same, address = "<p>The harbour pilot walked home in the rain.</p>", "https://news.example/news"
    pages = [
        ("Alpha bravo charlie", same),
        ("Xray yankee zulu", same),
        ("旧书市", "河边的摊主。"),
        ("守塔人", "灯塔。"),
    ]
    for day, (title, body) in enumerate(pages):
        bring(library, version(tmp_path, 9 - day, body, title=title, url=address))
    # From the fourth on the title alone tells the articles of this address apart.
    bring(library, version(tmp_path, 5, "<p>黑麦面包。</p>", title="星期五", url=address))
    with library.writer("a test") as writer:
        writer.undo_import(ImportId(5))
    assert (len(library.ids()), len(library._store.to_index())) == (3, 1)
    read, window = stored_articles.searchable, Library.open(library.paths)

    def late(article: Article, has_image: bool, older: tuple[OlderLines, ...]) -> IndexedArticle:
        row = read(article, has_image, older)
        restore(window, window.bin.ids())
        return row

    with monkeypatch.context() as patch:
        patch.setattr(stored_articles, "searchable", late)
        catch_up(library)
    window.close()
    assert len(library.ids()) == 5
    catch_up(library)
    assert library._store.to_index() == []
    for title, _ in pages:
        assert [hit.title for hit in library.hits(found(library, title))] == [title]


def test_a_damaged_older_version_does_not_keep_the_article_from_being_found(library: Library, tmp_path: Path) -> None:
    for day, word in ((1, "早先"), (2, "从前"), (3, "如今")):
        version(tmp_path / "drop", day, f"<p>{word}的话。</p>")
    bring(library, tmp_path / "drop")
    damaged = library.revisions(ArticleId(1))[1].revision
    library._store.rows("UPDATE revision SET text = x'00' WHERE id = ?", (damaged,))
    with library.writer("a test", fresh_index=True) as writer:
        list(writer.catch_up(HERE))
    library.refresh()
    assert [found(library, word) for word in ("如今", "从前", "早先")] == [[1], [], [1]]


def hits(library: Library, text: str) -> list[Hit]:
    query = Query(text=text)
    return library.hits(library.search(query).ids, query)


def test_a_hit_names_the_version_it_was_found_in_and_shows_a_piece_of_it(library: Library, tmp_path: Path) -> None:
    version(tmp_path / "drop", 1, "<p>从前的话。</p>", title="旧题")
    version(tmp_path / "drop", 2, "<p>如今的话。</p>", title="新题")
    bring(library, tmp_path / "drop")
    older = library.revisions(ArticleId(1))[1]
    (hit,) = hits(library, "从前")
    assert hit.version == OlderVersion(older.revision, older.captured or older.published)
    assert (hit.title, hit.snippet.text, hit.snippet.marks) == ("新题", "从前的话。", ((0, 2),))
    (by_title,) = hits(library, "title:旧题")
    assert by_title.version == hit.version
    assert by_title.snippet == Snippet("旧题 从前的话。", ((0, 2),))
    (shown,) = hits(library, "如今")
    assert (shown.version, shown.snippet.text) == (None, "如今的话。")
    assert library.version_found(ArticleId(1), Query(text="从前 如今")) == older.revision
    assert library.version_found(ArticleId(1), Query(text="如今")) is None
    assert library.version_found(ArticleId(1), Query(text=" ")) is None


def test_a_row_that_was_unread_when_it_was_found_keeps_its_version(library: Library, tmp_path: Path) -> None:
    version(tmp_path / "drop", 1, "<p>从前的话。</p>")
    version(tmp_path / "drop", 2, "<p>如今的话。</p>")
    bring(library, tmp_path / "drop")
    query, id_ = Query(text="从前 is:unread"), ArticleId(1)
    set_read(library, [id_], True)
    (hit,) = library.hits([id_], query, Before(read={id_: False}))
    assert hit.version is not None


def test_an_article_is_listed_and_read_while_the_index_is_damaged(library: Library, tmp_path: Path) -> None:
    version(tmp_path / "drop", 1, "<p>从前的话。</p>")
    bring(library, tmp_path / "drop")
    library.close()
    for file in library.paths.index.glob("*.trm"):
        file.write_bytes(b"")
    again = Library.open(library.paths)
    (hit,) = again.hits([ArticleId(1)], Query(text="从前"))
    assert (hit.version, again.version_found(ArticleId(1), Query(text="从前"))) == (None, None)
    again.close()


def test_a_newer_capture_that_lost_its_text_is_told_of(library: Library, tmp_path: Path) -> None:
    version(tmp_path / "drop", 1, f"<p>{'从前的话。' * 40}</p>")
    version(tmp_path / "drop", 2, "<p>已删除</p>")
    version(tmp_path / "drop", 3, "<p>别的一篇。</p>", url="https://news.example/2")
    bring(library, tmp_path / "drop")
    assert [hit.lost_text for hit in library.hits([ArticleId(1), ArticleId(2)])] == [True, False]
    assert [(info.current, info.lost_text) for info in library.revisions(ArticleId(1))] == [
        (True, False),
        (False, True),
    ]
