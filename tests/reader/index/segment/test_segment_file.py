"""A segment's file that is cut short while it is open is damage that is told: it used to end the process with SIGBUS."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reader.article import ArticleId
from reader.errors import SearchIndexError
from reader.index import IndexedArticle, SearchIndex, WhooshIndex, open_index
from reader.index.segment.file import DamagedSegmentError, SegmentFile, read_in_turn
from reader.query import Query, SortOrder
from tests.support.indexing import update

QUERIES = (
    "灯", "灯塔", "灯塔与海", "的", "lamp", "lamp*", "l*", '"lamp post"', "2023年", "灯塔 海", "灯塔 OR 海", "灯塔 -夜", "title:第", "。",
    "source:harbour", "author:某", "tag:海", "has:image", "after:2020", "，夜里的灯塔",
)  # fmt: skip
ARTICLES = 60


def articles() -> Iterator[IndexedArticle]:
    for n in range(ARTICLES):
        yield IndexedArticle(
            id=ArticleId(n + 1),
            title=f"第{n}篇",
            text=f"灯塔与海，夜里的灯塔，lamp post {n}。2023年{'的' * n} word{n} lamppost" + "河" * 1000,
            source="harbour",
            author="某人",
            tags=("海",),
            published=datetime(2023, 1, 1 + n % 28, tzinfo=UTC),
            has_image=n % 2 == 0,
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    index = open_index(tmp_path / "index", writer=True)
    update(index, articles())
    index.close()
    return tmp_path / "index"


def ask(index: SearchIndex) -> list[object]:
    """Ask everything; None stands for damage that was told."""
    answers: list[object] = []
    for order in SortOrder:
        for text in QUERIES:
            try:
                page = index.search(Query(text=text, order=order, limit=50))
            except SearchIndexError:
                answers.append(None)
            else:
                answers.append((page.total, list(page.ids)))
    return answers


@pytest.mark.parametrize("left", [0, 1, 5])
@pytest.mark.parametrize("extension", [".trm", ".pst", ".text.col", ".id.col", ".published.col", ".source.col"])
def test_a_file_that_is_truncated_while_it_is_open_is_damage(folder: Path, extension: str, left: int) -> None:
    whole = open_index(folder, writer=False)
    wanted = ask(whole)
    index = open_index(folder, writer=False)
    (file,) = folder.glob(f"*{extension}")
    os.truncate(file, left * file.stat().st_size // 6)
    answers = ask(index)
    assert None in answers
    assert all(answer in (None, right) for answer, right in zip(answers, wanted, strict=True))
    assert [name for name in index.damaged_files() if name.endswith(extension)]


@pytest.mark.parametrize("extension", [".text.col", ".source.col"])
def test_a_writer_that_meets_a_truncated_file_says_so(folder: Path, extension: str) -> None:
    index = WhooshIndex(folder, writer=True)
    update(index, articles())
    update(index, (replace(article, id=ArticleId(article.id + 100)) for article in articles()))
    for file in folder.glob(f"*{extension}"):
        os.truncate(file, file.stat().st_size // 2)
    with pytest.raises(SearchIndexError, match="damaged"):
        list(iter(index.merge, False))
    index.close()


def test_a_removed_segment_stays_readable(folder: Path) -> None:
    index = open_index(folder, writer=False)
    for file in folder.iterdir():
        file.unlink()
    assert None not in ask(index)


def test_reading_stops_at_the_end_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(100)))
    file = SegmentFile(path, 100)
    assert file.read(10, 5) == bytes(range(10, 15))
    for start, length in ((96, 5), (-1, 3), (101, 0), (5, -1), (0, 1 << 40)):
        with pytest.raises(DamagedSegmentError):
            file.read(start, length)
    with pytest.raises(DamagedSegmentError):
        SegmentFile(path, 99)


def test_what_the_disk_does_not_give_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int, length: int, start: int) -> bytes:
        raise OSError(5, "Input/output error")

    path = tmp_path / "file"
    path.write_bytes(bytes(100))
    file = SegmentFile(path, 100)
    monkeypatch.setattr("reader.index.segment.file.read_at", fail)
    with pytest.raises(DamagedSegmentError):
        file.read(0, 10)
    with pytest.raises(DamagedSegmentError):
        list(file.pieces(memoryview(b"\0\5"), [0]))


@pytest.mark.parametrize("failing", range(4))
def test_a_new_segment_that_cannot_be_read_is_an_error_of_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """Each read of those with which a segment is opened fails in its turn."""
    reads = 0

    def fail(descriptor: int, length: int, start: int) -> bytes:
        nonlocal reads
        reads += 1
        if reads > failing:
            raise OSError(5, "Input/output error")
        return os.pread(descriptor, length, start)

    index = open_index(tmp_path / "index", writer=True)
    monkeypatch.setattr("reader.index.segment.file.read_at", fail)
    with pytest.raises(SearchIndexError):
        update(index, articles())
    monkeypatch.undo()
    index.close()


def test_a_disk_that_gives_less_at_a_time_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(100)))
    file = SegmentFile(path, 100)
    monkeypatch.setattr(
        "reader.index.segment.file.read_at",
        lambda descriptor, length, start: os.pread(descriptor, min(length, 7), start),
    )
    assert file.read(3, 90) == bytes(range(3, 93))
    assert list(file.pieces(memoryview(bytes([0, 40, 100])), [1, 0])) == [bytes(range(40, 100)), bytes(range(40))]


def test_threads_that_share_a_position_read_what_they_ask_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, which has no `pread`."""
    monkeypatch.setattr("reader.index.segment.file.read_at", read_in_turn)
    path = tmp_path / "file"
    path.write_bytes(b"".join(n.to_bytes(4, "big") for n in range(20_000)))
    file = SegmentFile(path, 80_000)
    wrong: list[int] = []

    def read(first: int) -> None:
        for n in range(first, 20_000, 4):
            if int.from_bytes(file.read(4 * n, 4), "big") != n:
                wrong.append(n)

    threads = [threading.Thread(target=read, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
