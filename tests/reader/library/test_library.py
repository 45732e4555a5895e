"""A library as a whole: drop, find, read, drop again; on captures written for the tests."""

from __future__ import annotations

import base64
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.errors import LibraryInUseError
from reader.library import Library
from reader.outcome import ImportOutcome, OutcomeKind
from reader.paths import AppPaths
from reader.query import Query, SortOrder
from reader.scope import OneSource
from tests.support.captures import FEED_FOOTER, feed, write_feed
from tests.support.real import SAMPLE, SEEDS, needs_captures


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library.open(AppPaths(tmp_path / "library"))
    yield library
    library.close()


def import_paths(library: Library, *paths: Path) -> list[ImportOutcome]:
    with library.writer("a test") as writer:
        outcomes = list(writer.import_paths(paths))
    library.refresh()
    return outcomes


def kinds(outcomes: list[ImportOutcome]) -> Counter[str]:
    return Counter(outcome.kind.value for outcome in outcomes)


def found(library: Library, text: str, order: SortOrder = SortOrder.NEWEST) -> list[str]:
    page = library.search(Query(text=text, order=order))
    return [hit.title for hit in library.hits(page.ids, Query(text=text))]


def test_a_dropped_capture_is_found_and_read(library: Library, tmp_path: Path) -> None:
    write_feed(tmp_path / "drop", "1.txt", title="河边的旧书市", body=f"<p>摊主说来的人多。</p>{FEED_FOOTER}")
    assert kinds(import_paths(library, tmp_path / "drop")) == {"added": 1}
    page = library.search(Query(text="旧书市"))
    (hit,) = library.hits(page.ids, Query(text="旧书市"))
    assert (hit.title, hit.source) == ("河边的旧书市", "news.example")
    assert hit.title_marks == ((3, 6),)
    article = library.article(hit.id)
    assert "摊主说来的人多" in article.html
    assert "获取更多RSS" not in article.html + article.text


def test_importing_again_changes_nothing(library: Library, tmp_path: Path) -> None:
    for n in range(5):
        write_feed(tmp_path / "drop", f"{n}.txt", url=f"https://news.example/{n}", title=f"第{n}篇")
    assert kinds(import_paths(library, tmp_path / "drop")) == {"added": 5}
    before = library.info()
    assert kinds(import_paths(library, tmp_path / "drop")) == {"duplicate": 5}
    after = library.info()
    assert (before.articles, before.revisions) == (after.articles, after.revisions) == (5, 5)


def test_a_later_capture_of_an_address_becomes_a_revision(library: Library, tmp_path: Path) -> None:
    write_feed(tmp_path / "a", "1.txt", body="<p>初稿只有一句。</p>", epoch=1_600_000_000_000)
    write_feed(tmp_path / "b", "1.txt", body="<p>定稿多了一段。</p>", epoch=1_700_000_000_000)
    assert kinds(import_paths(library, tmp_path / "b", tmp_path / "a")) == {"added": 1, "updated": 1}
    assert found(library, "定稿") == ["河边的旧书市"]
    assert found(library, "初稿") == ["河边的旧书市"]
    (id_,) = library.search(Query()).ids
    old = library.revisions(id_)[1]
    assert "初稿" in library.article(id_, old.revision).text


def test_twins_of_an_address_are_one_article(library: Library, tmp_path: Path) -> None:
    write_feed(tmp_path, "1.txt", url="http://news.example/a/1/?utm_source=feed", epoch=1)
    write_feed(tmp_path, "2.txt", url="https://news.example/a/1", epoch=2)
    write_feed(
        tmp_path, "3.txt", url="https://m.news.example/a//1", epoch=3, body="<p>河边的旧书市又开张了，下雨。</p>"
    )
    paths = [tmp_path / f"{n}.txt" for n in (1, 2, 3)]
    assert kinds(import_paths(library, *paths)) == {"added": 1, "duplicate": 1, "updated": 1}


def test_captures_without_an_address_are_told_apart_by_content(library: Library, tmp_path: Path) -> None:
    write_feed(tmp_path / "x", "1.txt", url=None, body="<p>甲</p>")
    write_feed(tmp_path / "x", "2.txt", url=None, body="<p>乙</p>")
    assert kinds(import_paths(library, tmp_path / "x")) == {"added": 2}


def test_every_file_ends_as_one_outcome_and_the_rest_goes_on(library: Library, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    write_feed(drop, "good.txt")
    (drop / "empty.txt").write_bytes(b"")
    (drop / "noise.bin").write_bytes(bytes(range(256)) * 40)
    (drop / "dangling.md").symlink_to(drop / "nowhere.md")
    outcomes = import_paths(library, drop, tmp_path / "missing.txt")
    assert len(outcomes) == 5
    assert kinds(outcomes)["added"] == 1
    for outcome in outcomes:
        if outcome.kind is not OutcomeKind.ADDED:
            assert outcome.reason is not None
            assert str(outcome.reason)
            assert outcome.origin.path


def test_an_archive_is_read_in_place_and_its_pictures_are_kept(library: Library, tmp_path: Path, png: bytes) -> None:
    archive = tmp_path / "saved.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("news/a.md", feed(body='<p>有图。</p><img src="pictures/one.png" alt="书摊">'))
        zipped.writestr("news/pictures/one.png", png)
    counts = kinds(import_paths(library, archive))
    assert counts["added"] == 1
    (id_,) = library.search(Query(text="有图")).ids
    article = library.article(id_)
    assert str(article.origin) == f"{archive}!news/a.md"
    (image,) = article.images
    assert image.sha256 is not None
    assert library.pictures.display(image.sha256)
    assert library.hits([id_])[0].thumbnail == image.sha256
    assert library.pictures.thumbnail(image.sha256)


def test_the_original_page_shows_what_was_removed(library: Library, tmp_path: Path) -> None:
    write_feed(tmp_path, "a.txt", body=f"<p>正文在此。</p>{FEED_FOOTER}")
    import_paths(library, tmp_path / "a.txt")
    (id_,) = library.search(Query()).ids
    page = library.original_page(id_)
    assert "获取更多RSS" in page.html
    assert '<div class="removed">' in page.html


def test_the_original_page_shows_the_pictures_that_came_with_it(library: Library, tmp_path: Path, png: bytes) -> None:
    inside = f"data:image/png;base64,{base64.b64encode(png + b' ').decode()}"
    write_feed(tmp_path / "drop", "a.txt", body=f'<p>有图。</p><img src="one.png"><p>又一张。</p><img src="{inside}">')
    (tmp_path / "drop" / "one.png").write_bytes(png)
    import_paths(library, tmp_path / "drop")
    (id_,) = library.search(Query()).ids
    images = library.original_page(id_).images
    assert [image.sha256 for image in images] == [image.sha256 for image in library.article(id_).images]
    assert all(image.sha256 for image in images)


def test_the_index_catches_up_after_it_was_deleted(library: Library, tmp_path: Path) -> None:
    write_feed(tmp_path, "a.txt")
    import_paths(library, tmp_path / "a.txt")
    with library.writer("a test", fresh_index=True) as writer:
        assert list(writer.catch_up()) == [1]
    library.refresh()
    assert found(library, "旧书市") == ["河边的旧书市"]


def test_what_a_kill_left_unindexed_is_found_after_the_next_start(library: Library, tmp_path: Path) -> None:
    write_feed(tmp_path, "a.txt")
    with library.writer("a test") as writer:
        outcomes = writer.import_paths([tmp_path / "a.txt"])
        next(outcomes)
        outcomes.close()
    assert library.info().unindexed == 1
    with library.writer("a test") as writer:
        list(writer.catch_up())
    library.refresh()
    assert library.info().unindexed == 0
    assert found(library, "旧书市") == ["河边的旧书市"]


def test_two_writers_never_meet(library: Library) -> None:
    with (
        library.writer("the first"),
        pytest.raises(LibraryInUseError, match="the first"),
        library.writer("the second"),
    ):
        pytest.fail("two writers at once")


def test_a_whole_library_verifies_and_a_damaged_one_does_not(library: Library, tmp_path: Path) -> None:
    write_feed(tmp_path, "a.txt")
    import_paths(library, tmp_path / "a.txt")
    assert list(library.verify()) == []
    library._store.rows("UPDATE original SET data = x'00'")
    (problem,) = library.verify()
    assert "河边的旧书市" in str(problem.sentence)


def test_a_source_narrows_and_dates_order(library: Library, tmp_path: Path) -> None:
    for n, host in enumerate(("甲报", "乙报", "甲报")):
        write_feed(
            tmp_path / "articles" / host,
            f"{n}_x.md",
            url=f"https://n.example/{n}",
            title=f"题{n}",
            epoch=(n + 1) * 10**11 * 5,
        )
    import_paths(library, tmp_path / "articles")
    assert {source.name: source.count for source in library.sources()} == {"甲报": 2, "乙报": 1}
    assert found(library, "题") == found(library, "") == ["题2", "题1", "题0"]
    assert found(library, "题", SortOrder.OLDEST) == ["题0", "题1", "题2"]
    page = library.search(Query(text="摊主", scope=OneSource("甲报")))
    assert [hit.title for hit in library.hits(page.ids)] == ["题2", "题0"]


@needs_captures
def test_all_real_captures_are_accounted_for_and_readable(library: Library) -> None:
    outcomes = import_paths(library, SEEDS, SAMPLE)
    assert len(outcomes) == 286
    assert set(kinds(outcomes)) <= {"added", "updated", "duplicate"}
    for id_ in library.search(Query()).ids:
        article = library.article(id_)
        assert article.title
        assert article.source
        assert article.published is not None
    assert kinds(import_paths(library, SEEDS, SAMPLE)) == {"duplicate": 286}


@needs_captures
def test_the_seeds_read_as_they_were_written(library: Library) -> None:
    import_paths(library, SEEDS)
    assert len(library.search(Query(text="北约")).ids) == 2
    for id_ in library.search(Query(text="北約")).ids:
        article = library.article(id_)
        assert "分享" not in article.text
        assert "获取更多RSS" not in article.text
        assert len(article.images) == 1
        assert len(article.text.split("\n")) >= 6


def test_an_article_names_the_addresses_that_say_the_same(library: Library, tmp_path: Path) -> None:
    text = "<p>" + "潮水退去以后，孩子们在滩涂上捡贝壳，老人坐在船头补网。" * 10 + "</p>"
    for n, host in enumerate(("harbour", "orchard", "mountain")):
        body = text if n < 2 else text + "<p>还有别的话。</p>"
        write_feed(tmp_path, f"{n}.txt", title="潮水退去以后", url=f"https://{host}.example/a-long-{n}", body=body)
    import_paths(library, tmp_path)
    assert [library.also_at(id_) for id_ in library.ids()] == [
        ["https://orchard.example/a-long-1"],
        ["https://harbour.example/a-long-0"],
        [],
    ]


def test_a_text_that_many_share_links_only_those_of_one_title(library: Library, tmp_path: Path) -> None:
    text = "<p>" + "请订阅我们的频道，打开小铃铛，不要错过下一期节目。" * 12 + "</p>"
    for n in range(8):
        title = "第三期 灯塔" if n < 2 else f"第{n + 10}期 别的事"
        write_feed(tmp_path, f"{n}.txt", title=title, url=f"https://films.example/a-long-{n}", body=text)
    import_paths(library, tmp_path)
    found = [library.also_at(id_) for id_ in library.ids()]
    assert found[:2] == [["https://films.example/a-long-1"], ["https://films.example/a-long-0"]]
    assert found[2:] == [[]] * 6
