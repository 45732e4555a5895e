"""Saving pictures for offline reading, from the page to the store, with a real server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.fetching.web_pictures import PictureOutcome, save_pictures
from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from tests.reader.fetching.web import Web, said
from tests.support.captures import write_feed


@pytest.fixture
def library(tmp_path: Path, web: Web) -> Iterator[Library]:
    """Return a library of two articles: one shows /a.png and /b.png, the other /a.png again."""
    library = Library.open(AppPaths(tmp_path / "library"))
    pictures = [f'<p>有图。</p><img src="{web.url(name)}" alt="书摊">' for name in ("/a.png", "/b.png")]
    write_feed(tmp_path / "drop", "1.txt", url="https://news.example/1", body="".join(pictures), epoch=10**12)
    write_feed(tmp_path / "drop", "2.txt", url="https://news.example/2", body=pictures[0], epoch=2 * 10**12)
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "drop"]))
    yield library
    library.close()


def save(library: Library) -> dict[str, PictureOutcome]:
    outcomes = save_pictures(library._store, library.pictures, lambda: False, allow_private=True)
    return {outcome.url.rpartition("/")[2]: outcome for outcome in outcomes}


def test_importing_asks_the_web_for_nothing(library: Library, web: Web) -> None:
    assert web.connections == 0
    assert library.pictures_on_web() == 2


def test_saved_pictures_are_held_by_every_article_and_what_failed_is_tried_again(
    library: Library, web: Web, png: bytes
) -> None:
    web.answers["/a.png"] = said(png)
    outcomes = save(library)
    assert outcomes["a.png"].saved
    assert "404" in str(outcomes["b.png"].reason)
    assert library.pictures_on_web() == 1
    for id_ in library.search(Query()).ids:
        image = library.article(id_).images[0]
        assert image.sha256 is not None
        assert (image.width, image.height) == (320, 200)
        assert library.pictures.display(image.sha256) == png
        assert library.hits([id_])[0].thumbnail == image.sha256
    web.answers["/b.png"] = said(png)
    again = save(library)
    assert list(again) == ["b.png"]
    assert again["b.png"].saved
    assert library.pictures_on_web() == 0


def test_what_no_store_can_keep_is_said_and_stays_on_the_web(library: Library, web: Web) -> None:
    web.answers["/a.png"] = web.answers["/b.png"] = said(b"\x89PNG\r\n\x1a\n but no more than that")
    assert not any(outcome.saved for outcome in save(library).values())
    assert library.pictures_on_web() == 2


def test_a_picture_saved_before_is_held_by_an_article_imported_later(
    library: Library, web: Web, png: bytes, tmp_path: Path
) -> None:
    web.answers["/a.png"] = said(png)
    save(library)
    body = f'<p>晚来的。</p><img src="{web.url("/a.png")}">'
    write_feed(tmp_path / "later", "3.txt", url="https://news.example/3", title="晚来的", body=body)
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "later"]))
    library.refresh()
    (id_,) = library.search(Query(text="晚来的")).ids
    assert library.article(id_).images[0].sha256 is not None
