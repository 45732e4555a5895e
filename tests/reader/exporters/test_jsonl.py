"""JSON Lines: what a line holds, and how it reaches its file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from reader.article import ArticleId
from reader.errors import DamagedPageError, NoSuchArticleError
from reader.exporters.jsonl import JsonLines, iso_time
from reader.library import Library
from tests.reader.exporters.conftest import left
from tests.support.changes import set_starred, set_tags

FIELDS = [
    "id",
    "title",
    "url",
    "source",
    "author",
    "published",
    "captured",
    "tags",
    "own_tags",
    "starred",
    "text",
    "html",
    "images",
    "origin",
    "other_versions",
]


def test_every_article_is_one_line_with_what_the_store_holds_of_it(library: Library, tmp_path: Path) -> None:
    ids = library.ids()
    set_starred(library, ids[:1], True)
    set_tags(library, ids[:1], ["港口"], [])
    target = tmp_path / "out" / "all.jsonl"
    assert [outcome.id for outcome in library.export(JsonLines(), ids, target)] == list(ids)
    lines = target.read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert len(lines) == len(ids) == 4
    for id_, line in zip(ids, map(json.loads, lines), strict=True):
        article = library._store.article(id_)
        assert list(line) == FIELDS
        assert (line["id"], line["title"], line["text"], line["html"]) == (
            article.id,
            article.title,
            article.text,
            article.html,
        )
        assert line["captured"] == iso_time(article.captured)
        assert line["starred"] is (id_ == ids[0])
        assert line["own_tags"] == (["港口"] if id_ == ids[0] else [])
    assert left(target.parent) == ["all.jsonl"]


def test_nothing_is_a_file_without_a_line(library: Library, tmp_path: Path) -> None:
    assert list(library.export(JsonLines(), [], tmp_path / "none.jsonl")) == []
    assert (tmp_path / "none.jsonl").read_bytes() == b""


def test_a_damaged_page_is_told_and_keeps_no_other_back(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = library.ids()
    whole = type(library._store).article

    def article(store: object, id_: ArticleId, *rest: object) -> object:
        if id_ == ids[1]:
            raise DamagedPageError("The page of article {number}, “{title}”, is damaged.", number=id_, title="x")
        return whole(store, id_, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(type(library._store), "article", article)
    outcomes = list(library.export(JsonLines(), ids, tmp_path / "all.jsonl"))
    assert [outcome.id for outcome in outcomes if outcome.reason is not None] == [ids[1]]
    assert len((tmp_path / "all.jsonl").read_bytes().splitlines()) == 3


def test_an_export_that_fails_in_the_middle_leaves_what_was_there(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "all.jsonl").write_bytes(b"older\n")
    with pytest.raises(NoSuchArticleError):
        list(library.export(JsonLines(), [*library.ids(), ArticleId(999)], folder / "all.jsonl"))
    assert left(folder) == ["all.jsonl"]
    assert (folder / "all.jsonl").read_bytes() == b"older\n"


def test_an_export_that_is_given_up_leaves_what_was_there(library: Library, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    work = library.export(JsonLines(), library.ids(), tmp_path / "out" / "all.jsonl")
    next(work)
    assert len(left(tmp_path / "out")) == 1
    work.close()  # type: ignore[attr-defined]
    assert left(tmp_path / "out") == []


@pytest.mark.skipif(os.name == "nt", reason="Windows lets few make links")
def test_a_link_is_followed_and_stays_a_link(library: Library, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "link.jsonl"
    link.symlink_to(tmp_path / "elsewhere" / "all.jsonl")
    list(library.export(JsonLines(), library.ids(), link))
    assert link.is_symlink()
    assert len(link.read_bytes().splitlines()) == 4
    assert left(tmp_path / "elsewhere") == ["all.jsonl"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fifos")
def test_a_pipe_is_written_to_as_it_is(library: Library, tmp_path: Path) -> None:
    pipe = tmp_path / "out" / "pipe"
    pipe.parent.mkdir()
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        list(library.export(JsonLines(), library.ids()[:1], pipe))
        assert json.loads(os.read(reading, 1 << 20))["id"] == library.ids()[0]
    finally:
        os.close(reading)
    assert left(tmp_path / "out") == ["pipe"]
