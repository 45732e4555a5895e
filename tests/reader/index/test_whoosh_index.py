from __future__ import annotations

import multiprocessing
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import whoosh.index
from whoosh.query import Term

from reader.article import ArticleId
from reader.errors import LibraryInUseError, SearchIndexError
from reader.index import IndexedArticle, SearchCancelled, SearchIndex, open_index
from reader.query import Query, SortOrder
from tests.support.indexing import update
from tests.support.patience import PATIENCE_SECONDS


def article(id_: int, title: str = "", text: str = "", *, day: int | None = None) -> IndexedArticle:
    published = None if day is None else datetime(2023, 1, 1, tzinfo=UTC) + timedelta(days=day)
    return IndexedArticle(
        id=ArticleId(id_),
        title=title,
        text=text,
        source="RFI",
        author=None,
        tags=(),
        published=published,
        has_image=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> Iterator[SearchIndex]:
    index = open_index(folder, writer=True)
    yield index
    index.close()


def found(index: SearchIndex, text: str, order: SortOrder = SortOrder.NEWEST) -> list[int]:
    return list(index.search(Query(text=text, order=order)).ids)


def test_a_folder_that_is_not_there_is_an_empty_index_and_stays_absent(folder: Path) -> None:
    reader = open_index(folder, writer=False)
    assert reader.count() == 0
    assert found(reader, "") == found(reader, "北约") == []
    assert not folder.exists()


def test_a_reader_sees_a_commit_when_it_refreshes(folder: Path, index: SearchIndex) -> None:
    reader = open_index(folder, writer=False)
    update(index, [article(1, "北約")])
    assert found(reader, "北约") == []
    reader.refresh()
    assert found(reader, "北约") == [1]
    assert found(open_index(folder, writer=False), "北约") == [1]


def test_a_later_article_of_the_same_id_replaces_the_earlier(index: SearchIndex) -> None:
    update(index, [article(1, "old"), article(2, "keep"), article(1, "new")])
    assert (found(index, "old"), found(index, "new")) == ([], [1])
    update(index, [article(1, "newest")])
    assert (found(index, "new"), found(index, "newest")) == ([], [1])
    assert index.count() == 2
    assert index.ids() == {1, 2}


def test_removed_articles_are_gone(index: SearchIndex) -> None:
    update(index, [article(id_, "same") for id_ in range(1, 6)])
    index.remove([ArticleId(2), ArticleId(4), ArticleId(99)])
    for text in ("same", "", "-other"):
        assert sorted(found(index, text)) == [1, 3, 5]
    index.remove(index.ids())
    assert found(index, "") == []


def test_an_update_that_fails_changes_nothing(index: SearchIndex) -> None:
    update(index, [article(1, "first")])

    def broken() -> Iterator[IndexedArticle]:
        yield article(1, "second")
        raise OSError("the store is gone")

    with pytest.raises(OSError, match="store"):
        update(index, broken())
    assert found(index, "first") == [1]


def test_an_update_of_nothing_is_fine(index: SearchIndex) -> None:
    update(index, [])
    index.remove([])
    assert index.count() == 0


def test_articles_without_a_date_come_last_in_both_directions(index: SearchIndex) -> None:
    update(index, [article(5), article(1, day=2), article(2, day=9)])
    update(index, [article(4), article(3, day=2), article(6, day=-90_000)])
    assert found(index, "") == found(index, "-x") == [2, 3, 1, 6, 5, 4]
    assert found(index, "", SortOrder.OLDEST) == found(index, "-x", SortOrder.OLDEST) == [6, 1, 3, 2, 4, 5]
    page = index.search(Query(text="-x", order=SortOrder.OLDEST, limit=5))
    assert (list(page.ids), page.total) == ([6, 1, 3, 2, 4], 6)
    assert list(index.search(Query(limit=2)).ids) == [2, 3]
    assert list(index.search(Query(limit=0)).ids) == []


def test_the_title_counts_most_then_frequency_then_recency(index: SearchIndex) -> None:
    update(
        index,
        [
            article(1, "other", "北约 " * 20, day=1),
            article(2, "other", "北约 and much else", day=9),
            article(3, "北約", "nothing", day=1),
            article(4, "北約", "nothing", day=2),
            article(5, "other", "北约 " * 20, day=2),
        ],
    )
    assert found(index, "北约", SortOrder.RELEVANCE) == [4, 3, 5, 1, 2]
    assert list(index.search(Query(text="北约", order=SortOrder.RELEVANCE, limit=3)).ids) == [4, 3, 5]
    assert found(index, "after:2022", SortOrder.RELEVANCE) == found(index, "after:2022")


def test_text_that_is_not_whole_is_no_reason_to_fail(index: SearchIndex) -> None:
    update(index, [article(1, "half \ud800 pair", "\udfff中"), article(2, "two\nlines", "third")])
    assert found(index, "\ud800") == [1]
    assert found(index, "\udfff中") == [1]
    assert found(index, '"two lines"') == found(index, "title:lines") == [2]
    assert found(index, '"lines third"') == []


@pytest.mark.parametrize("text", ["国北约中", "文中国 OR 约中国北", "-国北约中 title:国北约中"])
@pytest.mark.parametrize("order", SortOrder)
def test_a_search_is_cancelled_in_mid_work(index: SearchIndex, text: str, order: SortOrder) -> None:
    update(index, [article(id_, "中国北约", "北约中国 国北约 约中国 " * 5) for id_ in range(1, 601)])
    polls = 0

    def count(most: int) -> bool:
        nonlocal polls
        polls += 1
        return polls > most

    index.search(Query(text=text, order=order), cancelled=lambda: count(10**9))
    assert polls >= 600 // 250
    for most in {0, 1, polls // 2, polls - 1}:
        polls = 0
        with pytest.raises(SearchCancelled):
            index.search(Query(text=text, order=order, limit=most + 1), cancelled=lambda most=most: count(most))


def test_a_cancelled_search_stops(index: SearchIndex) -> None:
    update(index, [article(1, "北约")])
    for order in SortOrder:
        with pytest.raises(SearchCancelled):
            index.search(Query(text="北约", order=order), cancelled=lambda: True)


def test_a_second_writer_is_refused_until_the_first_is_closed(folder: Path, index: SearchIndex) -> None:
    with pytest.raises(LibraryInUseError):
        open_index(folder, writer=True)
    index.close()
    open_index(folder, writer=True).close()


def test_many_commits_leave_few_segments(folder: Path, index: SearchIndex) -> None:
    for id_ in range(1, 120):
        update(index, [article(id_, f"number{id_} 北约", day=id_)])
    assert len(list(folder.glob("*.trm"))) <= 7
    assert len(list(folder.glob("*.toc"))) == 1
    assert found(index, "北约") == list(range(119, 0, -1))
    assert found(index, "number77") == [77]


def test_stock_whoosh_opens_the_index_and_finds_a_term(folder: Path, index: SearchIndex) -> None:
    texts = ["北约" if id_ % 300 == 0 else "" for id_ in range(601)]
    update(index, [article(id_, "Hello 中国", texts[id_], day=id_) for id_ in range(1, 601)])
    with whoosh.index.open_dir(str(folder)).searcher() as searcher:
        reader = searcher.reader()
        ids = reader.column_reader("id")

        def stock(field: str, text: str) -> list[int]:
            return sorted(ids[hit.docnum] for hit in searcher.search(Term(field, text), limit=None))

        assert stock("word", "hello") == stock("gram", "中国") == list(range(1, 601))
        assert stock("gram", "北") == [300, 600]
        assert "中国" in {text.decode() for field, text in reader.all_terms() if field == "gram"}
        assert searcher.search(Term("gram", "北"))[0].fields() == {}
        assert reader.column_reader("text")[0].decode() == "hello 中国\n"


def damaged_copies(folder: Path, copy: Path) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() or path.name.endswith("LOCK") or not path.stat().st_size:
            continue
        for size in {0, path.stat().st_size // 2, path.stat().st_size - 1}:
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(folder, copy)
            with (copy / path.name).open("r+b") as file:
                file.truncate(size)
            yield f"{path.name} cut to {size} bytes"


def test_a_file_cut_short_is_noticed_at_opening(folder: Path, index: SearchIndex, tmp_path: Path) -> None:
    update(index, [article(id_, "Hello 中国", "北约", day=id_) for id_ in range(1, 30)])
    for damage in damaged_copies(folder, tmp_path / "copy"):
        for writer in (True, False):
            try:
                opened = open_index(tmp_path / "copy", writer=writer)
            except SearchIndexError:
                continue
            opened.close()
            pytest.fail(damage)


def test_a_missing_segment_and_a_toc_of_nonsense_are_noticed(folder: Path, index: SearchIndex) -> None:
    update(index, [article(1, "北约")])
    toc = next(folder.glob("*.toc"))
    kept = toc.read_bytes()
    toc.write_bytes(b"nonsense" * 40)
    with pytest.raises(SearchIndexError):
        open_index(folder, writer=False)
    toc.write_bytes(kept)
    next(folder.glob("*.pst")).unlink()
    with pytest.raises(SearchIndexError):
        open_index(folder, writer=False)


def test_an_index_that_stock_whoosh_wrote_is_none_of_ours(folder: Path) -> None:
    folder.mkdir()
    schema = whoosh.fields.Schema(word=whoosh.fields.ID())
    writer = whoosh.index.create_in(str(folder), schema).writer()
    writer.add_document(word="x")
    writer.commit()
    with pytest.raises(SearchIndexError, match="another version"):
        open_index(folder, writer=False)


def test_threads_search_while_a_commit_replaces_what_they_read(folder: Path, index: SearchIndex) -> None:
    articles = [article(id_, "北约 word", "text 中国" * 50, day=id_) for id_ in range(1, 400)]
    update(index, articles)
    reader = open_index(folder, writer=False)
    wrong: list[object] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            for text in ("北约", "word", "中国text", '"text 中国" -zzz', "title:北约", "source:rfi"):
                try:
                    total = reader.search(Query(text=text, order=SortOrder.RELEVANCE, limit=9)).total
                except Exception as error:  # noqa: BLE001 - whatever it is, the test must show it
                    wrong.append(error)
                else:
                    if total != 399:
                        wrong.append((text, total))

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for round_ in range(12):
        update(index, articles[round_::13])
        reader.refresh()
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def commit_for_a_while(folder: str) -> None:
    index = open_index(Path(folder), writer=True)
    for id_ in range(1, 80):
        update(index, [article(id_, "北约", day=id_)])
    index.close()


def test_a_reader_keeps_up_with_a_writer_in_another_process(folder: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=commit_for_a_while, args=(str(folder),))
    process.start()
    reader = open_index(folder, writer=False)
    seen = [0]
    while process.is_alive() or seen[-1] < 79:
        reader.refresh()
        seen.append(len(found(reader, "北约")))
        assert seen[-1] == reader.count() >= seen[-2]
        assert process.exitcode in (None, 0)
    process.join()
    assert seen[-1] == 79


def kill_in_the_middle(folder: str, started: multiprocessing.synchronize.Event) -> None:
    index = open_index(Path(folder), writer=True)
    id_ = max(index.ids(), default=0)
    while True:
        id_ += 1
        update(index, [article(ArticleId(id_), "北约 " * id_, day=id_)])
        started.set()


@pytest.mark.slow
def test_killing_the_writer_leaves_a_whole_index(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    before = 0
    for delay in range(8):
        started = context.Event()
        process = context.Process(target=kill_in_the_middle, args=(str(folder), started))
        process.start()
        started.wait(PATIENCE_SECONDS)
        process.join(0.03 * delay)
        process.kill()
        process.join()
        with_writer = open_index(folder, writer=True)
        assert found(with_writer, "北约") == list(range(with_writer.count(), 0, -1))
        assert with_writer.count() > before
        before = with_writer.count()
        with_writer.close()


def test_an_index_that_was_built_anew_is_seen_though_it_counts_from_the_beginning(folder: Path) -> None:
    for text in ("旧书市", "灯塔"):
        shutil.rmtree(folder, ignore_errors=True)
        writer = open_index(folder, writer=True)
        update(writer, [article(1, text)])
        writer.close()
        if text == "旧书市":
            reader = open_index(folder, writer=False)
    assert found(reader, "旧书市") == [1]
    reader.refresh()
    assert (found(reader, "旧书市"), found(reader, "灯塔")) == ([], [1])
    reader.close()


@pytest.mark.parametrize("order", list(SortOrder))
def test_hidden_articles_are_neither_found_nor_counted_whatever_the_limit(index: SearchIndex, order: SortOrder) -> None:
    for start in (1, 40):
        update(index, [article(n, "灯塔", "港口" * (n % 3), day=n % 9 or None) for n in range(start, start + 39)])
    index.remove([ArticleId(7)])
    everything = index.search(Query(text="灯塔", order=order))
    hidden = frozenset(ArticleId(n) for n in (*range(3, 60, 4), 1000))
    wanted = [id_ for id_ in everything.ids if id_ not in hidden]
    for limit in (0, 1, 10, None):
        page = index.search(Query(text="灯塔", order=order, limit=limit), hidden=hidden)
        assert (list(page.ids), page.total) == (wanted[:limit], len(wanted))
    assert index.search(Query(text="灯塔", order=order)).total == everything.total == 77
