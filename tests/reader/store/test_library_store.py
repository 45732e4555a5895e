"""The store: what is put in comes out, once, and the newest revision is shown."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from reader.article import ArticleId, Origin, PageImage
from reader.errors import NoSuchArticleError, StoreError
from reader.identity.keys import page_hash
from reader.outcome import OutcomeKind
from reader.query import SortOrder
from reader.scope import EVERYTHING, OneSource
from reader.store.image_store import StoredImage
from reader.store.import_log import ImportLog
from reader.store.index_record import mark_indexed
from reader.store.library_store import LibraryStore
from reader.store.rows import pack, to_ms
from reader.store.states import BinStore, StateStore
from reader.store.store_writer import NewCapture, PackedOriginal, Stored, StoreWriter
from tests.support.changes import move_to_bin, restore, set_read, set_starred, set_tags


def moment(day: int) -> datetime:
    return datetime(2023, 7, day, 12, 30, tzinfo=UTC)


def new_capture(
    identity: str = "one",
    original: bytes = b"bytes",
    captured: datetime | None = None,
    published: datetime | None = None,
    source: str = "news.example",
    title: str = "旧书市",
    images: tuple[PageImage, ...] = (),
    text: str = "第二段",
) -> NewCapture:
    return NewCapture(
        bucket=f"news.example/article-{identity}",
        rest="",
        original=PackedOriginal.of(original),
        origin=Origin("/a/b.zip", "c.md"),
        title=title,
        url="https://news.example/1",
        source=source,
        author="木子",
        published=to_ms(published),
        captured=to_ms(captured),
        tags='["书", "河"]',
        lead=f"{title} {text}",
        html=pack(f"<p>{title}</p>"),
        text=pack(f"{title}\n{text}"),
        images=images,
        pictures=(),
        clean_version=1,
        length=len(f"{title}\n{text}"),
        page=page_hash(title, f"<p>{title}</p>"),
        same_text=None,
    )


@pytest.fixture
def store(tmp_path: Path):
    store = LibraryStore(tmp_path / "library.sqlite3")
    yield store
    store.close()


def add(store: LibraryStore, **parts: object) -> Stored:
    writer = StoreWriter(store)
    with writer.batch():
        return writer.add(new_capture(**parts))  # type: ignore[arg-type]


def test_an_article_comes_back_as_it_was_put_in(store: LibraryStore) -> None:
    image = PageImage(url="https://pictures.example/1.jpg", alt="书摊", width=640, height=480)
    stored = add(store, published=moment(3), captured=moment(4), images=(image,))
    assert stored.kind is OutcomeKind.ADDED
    article = store.article(stored.article)
    assert (article.title, article.source, article.author) == ("旧书市", "news.example", "木子")
    assert (article.published, article.captured) == (moment(3), moment(4))
    assert article.tags == ("书", "河")
    assert article.images == (image,)
    assert str(article.origin) == "/a/b.zip!c.md"
    assert store.original(stored.article) == b"bytes"


def test_the_same_bytes_are_a_duplicate(store: LibraryStore) -> None:
    first = add(store)
    again = add(store)
    assert (again.kind, again.article) == (OutcomeKind.DUPLICATE, first.article)
    assert StoreWriter(store).holders_of(hashlib.sha256(b"bytes").digest()) == [first.article]


def test_a_newer_capture_is_shown_and_an_older_one_is_kept_behind_it(store: LibraryStore) -> None:
    first = add(store, captured=moment(5), title="五日的旧书市")
    newer = add(store, original=b"newer", captured=moment(9), title="九日的旧书市")
    assert (newer.kind, store.article(first.article).title) == (OutcomeKind.UPDATED, "九日的旧书市")
    older = add(store, original=b"older", captured=moment(2), title="二日的旧书市")
    assert older.kind is OutcomeKind.UPDATED
    assert store.article(first.article).title == "九日的旧书市"
    revisions = store.revisions(first.article)
    assert [revision.title for revision in revisions] == ["九日的旧书市", "五日的旧书市", "二日的旧书市"]
    assert [revision.current for revision in revisions] == [True, False, False]
    oldest = revisions[-1].revision
    assert store.article(first.article, oldest).title == "二日的旧书市"
    assert store.original(first.article, oldest) == b"older"


def work_of(store: LibraryStore, do: Callable[[], object]) -> int:
    """Do something, and return how many steps of SQLite it took, in tens."""
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    store.connections.get().set_progress_handler(count, 10)
    do()
    store.connections.get().set_progress_handler(None, 0)
    return steps


def test_to_list_twice_as_many_versions_is_twice_the_work(store: LibraryStore) -> None:
    article = add(store, captured=moment(1), title="题", text="河边的旧书市。" * 100).article
    short = add(store, original=b"short", captured=moment(2), title="题").revision
    names = [row[1] for row in store.rows("PRAGMA table_info(revision)")][1:]
    work = []
    for part in (range(200), range(200, 400)):
        for n in part:
            columns = ", ".join(f"{name} + {n}" if name == "captured" else name for name in names)
            store.rows(f"INSERT INTO revision ({', '.join(names)}) SELECT {columns} FROM revision WHERE id = {short}")
            store.rows(
                "INSERT INTO likeness (revision, length, rest, pictures, page) SELECT last_insert_rowid(), length, rest,"
                f" pictures, {n} FROM likeness WHERE revision = {short}"
            )
        work.append(work_of(store, lambda: store.revisions(article)))
    assert work[1] < 3 * work[0]
    assert [info.lost_text for info in store.revisions(article)] == [False, *[True] * 400]


def test_to_take_back_an_import_of_four_times_as_many_versions_is_four_times_the_work(store: LibraryStore) -> None:
    log, work = ImportLog(store), []
    for size in (100, 400):
        writer = StoreWriter(store)
        with writer.batch():
            brought = log.begin("a test", [])
            for n in range(size):
                writer.add(new_capture(str(size), f"{size} {n}".encode(), title="Alpha bravo charlie"), brought)
        work.append(work_of(store, partial(log.undo, brought)))
    assert work[1] < 5 * work[0]
    assert len(BinStore(store).ids()) == 2


def test_ids_by_date_put_the_undated_last(store: LibraryStore) -> None:
    early, undated, late = (
        add(store, identity=str(n), original=str(n).encode(), published=when).article
        for n, when in enumerate((moment(1), None, moment(8)))
    )
    assert list(store.by_date(SortOrder.NEWEST).ids) == [late, early, undated]
    assert list(store.by_date(SortOrder.OLDEST).ids) == [early, late, undated]
    assert list(store.by_date(SortOrder.NEWEST, OneSource("elsewhere")).ids) == []
    assert list(store.by_date(SortOrder.NEWEST, EVERYTHING, 1).ids)[:1] == [late]
    assert store.by_date(SortOrder.NEWEST, EVERYTHING, 1).total == 3


@pytest.mark.parametrize("limit", [1, 5, 13, 15, 20, 99])
def test_a_list_by_date_reads_no_more_than_is_wanted_and_sees_every_change(store: LibraryStore, limit: int) -> None:
    ids = [
        add(store, identity=str(n), original=str(n).encode(), published=moment(n + 1) if n % 3 else None).article
        for n in range(20)
    ]
    dated, undated = [ids[n] for n in range(20) if n % 3], [ids[n] for n in range(20) if not n % 3]
    newest = [*reversed(dated), *reversed(undated)]
    reader = LibraryStore(store.path)
    for each in (store, reader):
        first = each.by_date(SortOrder.NEWEST, EVERYTHING, limit)
        assert (list(first.ids), first.total) == (newest[:limit], 20)
        assert each.by_date(SortOrder.NEWEST, EVERYTHING, limit) is first
        assert list(each.by_date(SortOrder.NEWEST).ids) == newest
    later = add(store, identity="later", original=b"later", published=moment(25)).article
    for each in (store, reader):
        found = each.by_date(SortOrder.NEWEST, EVERYTHING, limit)
        assert (list(found.ids), found.total) == ([later, *newest][:limit], 21)
    reader.close()


def test_sources_are_counted_the_largest_first(store: LibraryStore) -> None:
    for n, source in enumerate(("甲报", "乙报", "乙报")):
        add(store, identity=str(n), original=str(n).encode(), source=source)
    assert [(source.name, source.count) for source in store.sources()] == [("乙报", 2), ("甲报", 1)]


def test_a_revision_moves_the_article_to_its_source(store: LibraryStore) -> None:
    add(store, captured=moment(1), source="甲报")
    add(store, original=b"newer", captured=moment(2), source="乙报")
    assert [source.name for source in store.sources()] == ["乙报"]


def test_state_is_kept(store: LibraryStore) -> None:
    article = add(store).article
    assert (store.position(article), store.list_rows([article])[0].read) == (0.0, False)
    store.set_position(article, 0.4)
    assert set_read(store, [article], True) == [article]
    assert set_read(store, [article], True) == []
    assert (store.position(article), store.list_rows([article])[0].read) == (0.4, True)


def test_the_number_of_an_article_that_became_part_of_another_leads_to_it(store: LibraryStore) -> None:
    home, gone = (
        add(store, original=title.encode(), title=title).article
        for title in ("Alpha bravo charlie", "Xray yankee zulu")
    )
    add(store, original=b"a bridge", title="Alpha bravo charlie, xray yankee zulu")
    assert store.ids() == [home]
    marks = StateStore(store)
    assert marks.has_unstarred([gone])
    assert set_starred(store, [gone, home], True) == set_read(store, [gone], True) == [home]
    assert set_tags(store, [gone], add=["河边"]) == [home]
    assert marks.own_tags(gone) == ("河边",)
    assert [tag.count for tag in marks.tags_of([gone, home])] == [1]
    assert store.source(gone) == "news.example"
    assert store.is_shown(gone, outside_bin=True)
    assert move_to_bin(store, [gone]) == [home]
    assert not store.is_shown(gone, outside_bin=True)
    assert restore(store, [gone]) == [home]


def test_rows_come_in_the_order_asked_and_leave_out_what_is_gone(store: LibraryStore) -> None:
    first, second = (add(store, identity=n, original=n.encode()).article for n in "ab")
    rows = store.list_rows([second, ArticleId(999), first])
    assert [row.id for row in rows] == [second, first]


def test_what_the_index_has_taken_up_is_remembered_until_it_changes(store: LibraryStore) -> None:
    article = add(store, captured=moment(1)).article
    assert store.to_index() == [article]
    mark_indexed(store, [(article, store.article(article).revision, 1)])
    assert store.to_index() == []
    add(store, original=b"newer", captured=moment(2))
    assert store.to_index() == [article]


def test_a_fetched_picture_is_held_by_every_page_that_shows_it(store: LibraryStore) -> None:
    image = PageImage(url="https://pictures.example/1.jpg")
    articles = [add(store, identity=n, original=n.encode(), images=(image,)).article for n in "ab"]
    assert store.pictures_to_fetch() == [image.url]
    picture = StoredImage(sha256="ff" * 32, media_type="image/jpeg", width=640, height=480, size=1234)
    writer = StoreWriter(store)
    with writer.batch():
        writer.hold_picture(image.url, picture)
    assert store.pictures_to_fetch() == []
    assert {store.list_rows([article])[0].thumbnail for article in articles} == {"ff" * 32}
    assert writer.held_picture(image.url) == ("ff" * 32, 640, 480)


def test_a_capture_of_half_a_character_cannot_be_made(store: LibraryStore) -> None:
    with pytest.raises(UnicodeEncodeError):
        new_capture(images=(PageImage(url="https://pictures.example/1.jpg", alt="\ud800"),))


def test_revisions_are_numbered_as_the_table_would(store: LibraryStore) -> None:
    first = add(store, captured=moment(1))
    second = add(store, original=b"newer", captured=moment(2))
    third = add(store, identity="two", original=b"other")
    assert [first.revision, second.revision, third.revision] == [1, 2, 3]
    assert store.one("SELECT seq FROM sqlite_sequence WHERE name = 'revision'") == (3,)


def test_a_failed_batch_writes_nothing(store: LibraryStore) -> None:
    def add_and_fail() -> None:
        writer = StoreWriter(store)
        with writer.batch():
            writer.add(new_capture())
            store.rows("SELECT nothing FROM nowhere")

    with pytest.raises(StoreError):
        add_and_fail()
    assert store.article_count() == 0


def test_what_is_not_there_is_said(store: LibraryStore) -> None:
    with pytest.raises(NoSuchArticleError, match="no article 7"):
        store.article(ArticleId(7))
    article = add(store).article
    with pytest.raises(NoSuchArticleError, match="no revision 99"):
        store.original(article, 99)  # type: ignore[arg-type]
    for ask in (store.revisions, store.source):
        with pytest.raises(NoSuchArticleError, match="no article 7"):
            ask(ArticleId(7))


def test_a_file_that_is_no_database_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with pytest.raises(StoreError, match=r"library\.sqlite3"):
        LibraryStore(path)


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    with pytest.raises(StoreError, match="another program"):
        LibraryStore(path)


def test_a_library_of_a_newer_pressmark_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    LibraryStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(StoreError, match="newer Pressmark"):
        LibraryStore(path)


def test_a_page_that_is_written_again_is_compared_by_what_it_says_then(store: LibraryStore) -> None:
    text = "The harbour pilot walked home in the rain, as he had for forty years, and nobody asked him why."
    damaged = {"original": b"damaged", "title": "Alpha bravo charlie", "text": text}
    first = add(store, **damaged).article
    store.rows("UPDATE revision SET text = x'00'")
    add(store, original=b"whole", title="Xray yankee zulu", text=text)
    assert len(store.ids()) == 2
    assert store.rows("SELECT keys FROM likeness WHERE revision = 1") == [(None,)]
    mended = add(store, **damaged)
    assert (mended.mended, mended.article, store.ids()) == (True, first, [first])
    assert text in store.article(first, mended.revision).text


def test_a_damaged_page_names_its_article(store: LibraryStore) -> None:
    article = add(store).article
    store.rows("UPDATE revision SET html = x'00'")
    store.rows("UPDATE original SET data = x'00'")
    with pytest.raises(StoreError, match=f"article {article}"):
        store.article(article)
    with pytest.raises(StoreError, match=f"article {article}"):
        store.original(article)
