"""Captures that meet, part and move between buckets: rows, numbers and versions agree after every step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reader.article import CLEAN_VERSION, ArticleId, RevisionId
from reader.outcome import ImportId, OutcomeKind, Undoing
from reader.store.deletion import delete_for_good
from reader.store.grouping.buckets import Buckets
from reader.store.image_store import ImageStore
from reader.store.import_log import ImportLog
from reader.store.library_store import LibraryStore
from reader.store.states import BinStore
from reader.store.store_writer import NewCapture, Stored, StoreWriter
from tests.reader.store.captures import PAGE, SECTION, capture
from tests.support.changes import move_to_bin, restore, set_starred

ONE_PAGE, OTHER_PAGE = "https://a.example/x/one-article", "https://b.example/y/other-article"
ONE_KEY, OTHER_KEY = "a.example/x/one-article", "b.example/y/other-article"
TIDE = "The pilot waits at the mouth, gulls count the boats, nobody answers"
TOWER = "Forty years of lamps, one keeper on the stairs, letters to the ministry"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LibraryStore]:
    store = LibraryStore(tmp_path / "library.sqlite3")
    yield store
    store.close()


def add(store: LibraryStore, *captures: NewCapture, writer: StoreWriter | None = None) -> list[Stored]:
    writer = writer or StoreWriter(store)
    with writer.batch():
        return [writer.add(each) for each in captures]


def renew(store: LibraryStore, key: str, pages: dict[RevisionId, NewCapture | None]) -> None:
    writer = StoreWriter(store)
    with writer.batch():
        writer.renew(key, list(pages.items()), CLEAN_VERSION)


def buckets(store: LibraryStore) -> dict[ArticleId, str]:
    return dict(store.rows("SELECT id, bucket FROM article ORDER BY id"))


def articles(store: LibraryStore) -> dict[ArticleId, list[RevisionId]]:
    """Return the versions of each article, after a look at what must hold of all rows whatever was done."""
    check(store)
    found: dict[ArticleId, list[RevisionId]] = {id_: [] for id_ in buckets(store)}
    for id_, revision in store.rows("SELECT article, id FROM revision WHERE withdrawn IS NULL ORDER BY id"):
        found[id_].append(revision)
    return found


def check(store: LibraryStore) -> None:
    """Hold the rows to what must be so whatever was done."""
    live = "EXISTS (SELECT 1 FROM revision WHERE article = article.id AND withdrawn IS NULL)"
    for wrong, sql in {
        "an article without a version": f"SELECT id FROM article WHERE deleted IS NULL AND NOT {live}",
        "an article without a capture": "SELECT id FROM article WHERE id NOT IN (SELECT article FROM revision)",
        "an article that shows a version of another": "SELECT article.id FROM article"
        " LEFT JOIN revision ON revision.id = revision WHERE revision.article IS NOT article.id",
        "an article that shows a withdrawn version": "SELECT article.id FROM article"
        f" JOIN revision ON revision.id = revision WHERE withdrawn IS NOT NULL AND {live}",
        "an alias of nothing": "SELECT id FROM alias WHERE article NOT IN (SELECT id FROM article)",
        "an alias of an article": "SELECT id FROM alias WHERE id IN (SELECT id FROM article)",
        "a number that two captures carry": "SELECT born FROM likeness WHERE born IS NOT NULL"
        " GROUP BY born HAVING count(*) > 1",
        "what is kept of no version": "SELECT revision FROM likeness WHERE revision NOT IN (SELECT id FROM revision)",
    }.items():
        assert store.rows(sql) == [], wrong


# -- cleaning moves a version to another bucket


def test_an_article_moves_with_its_number_and_all_that_was_said_of_it(store: LibraryStore) -> None:
    (stored,) = add(store, page := capture(ONE_PAGE, "The tide", TIDE))
    set_starred(store, [stored.article], True)
    renew(store, ONE_KEY, {stored.revision: replace(page, bucket="c.example/new")})
    assert buckets(store) == {stored.article: "c.example/new"}
    assert articles(store) == {stored.article: [stored.revision]}
    assert store.list_rows([stored.article])[0].starred


def test_an_article_of_several_versions_moves_with_its_number(store: LibraryStore) -> None:
    pages = [capture(ONE_PAGE, "The tide", TIDE, time) for time in range(3)]
    held = add(store, *pages)
    renew(store, ONE_KEY, {s.revision: replace(page, bucket=OTHER_KEY) for s, page in zip(held, pages, strict=True)})
    assert buckets(store) == {1: OTHER_KEY}
    assert articles(store) == {1: [1, 2, 3]}
    assert store.rows("SELECT count(*) FROM alias") == [(0,)]


@pytest.mark.parametrize(("url", "compared"), [(ONE_PAGE, 2), ("https://www.youtube.com/watch?v=abcdefghijk", 0)])
def test_captures_are_compared_only_where_their_address_holds_no_id(
    store: LibraryStore, url: str, compared: int
) -> None:
    add(store, capture(url, "The tide", TIDE), capture(url, "The tide", TIDE, 1))
    assert len(articles(store)) == 1
    assert store.rows("SELECT count(*) FROM likeness WHERE keys IS NOT NULL") == [(compared,)]


def test_an_article_in_the_bin_moves_there(store: LibraryStore) -> None:
    (stored,) = add(store, page := capture(ONE_PAGE, "The tide", TIDE))
    move_to_bin(store, [stored.article])
    renew(store, ONE_KEY, {stored.revision: replace(page, bucket=OTHER_KEY)})
    assert (BinStore(store).ids(), store.ids()) == ([stored.article], [])
    check(store)


@pytest.mark.parametrize("target_first", [False, True])
@pytest.mark.parametrize("alike", [False, True])
@pytest.mark.parametrize("moved", [0, 1])
def test_a_version_moves_to_a_bucket_that_is_there(
    store: LibraryStore, target_first: bool, alike: bool, moved: int
) -> None:
    pages = [capture(ONE_PAGE, "The tide", TIDE, time) for time in range(2)]
    target = capture(OTHER_PAGE, "The tide" if alike else "The tower", TIDE if alike else TOWER, 3)
    held = add(store, *([target, *pages] if target_first else [*pages, target]))
    there = held[0 if target_first else 2]
    source = held[1 if target_first else 0].article
    mine = [stored.revision for stored in held if stored is not there]
    renew(
        store,
        ONE_KEY,
        {
            revision: replace(page, bucket=OTHER_KEY) if n == moved else None
            for n, (revision, page) in enumerate(zip(mine, pages, strict=True))
        },
    )
    found = articles(store)
    assert found[source] == [mine[1 - moved]]
    assert buckets(store)[source] == ONE_KEY
    if alike:
        assert found[there.article] == sorted([there.revision, mine[moved]])
    else:
        assert found[there.article] == [there.revision]
    assert sorted(revision for versions in found.values() for revision in versions) == [1, 2, 3]
    assert {bucket for id_, bucket in buckets(store).items() if id_ != source} == {OTHER_KEY}
    # And once more: what is in the bucket now can be settled again.
    add(store, capture(OTHER_PAGE, "The tide", TIDE, 9), capture(ONE_PAGE, "The tide", TIDE, 9))
    check(store)


def test_versions_that_cleaning_brings_together_are_one_article_under_both_numbers(store: LibraryStore) -> None:
    page, other = capture(ONE_PAGE, "The tide", TIDE, 1), capture(OTHER_PAGE, "The tide", TIDE, 2)
    add(store, page, other)
    renew(store, OTHER_KEY, {RevisionId(2): replace(other, bucket=ONE_KEY)})
    assert articles(store) == {1: [1, 2]}
    assert store.resolve(ArticleId(2)) == 1


def test_a_capture_comes_to_a_bucket_whose_captures_cleaning_moves_away(store: LibraryStore) -> None:
    old = replace(capture(ONE_PAGE, "The tide", TIDE), clean_version=CLEAN_VERSION - 1)
    add(store, old)

    def clean(key: str) -> None:
        writer.renew(key, [(RevisionId(1), replace(old, bucket=OTHER_KEY))], CLEAN_VERSION)

    writer = StoreWriter(store, clean)
    (stored,) = add(store, capture(ONE_PAGE, "The tower", TOWER), writer=writer)
    assert stored.is_new
    assert buckets(store) == {1: OTHER_KEY, stored.article: ONE_KEY}
    check(store)


def test_a_row_without_a_capture_goes_with_the_next_look_at_its_bucket(store: LibraryStore) -> None:
    add(store, capture(PAGE, "The tide", TIDE, 1))
    bucket = buckets(store)[ArticleId(1)]
    store.connections.get().execute(
        "INSERT INTO article (id, bucket, revision, source, added) VALUES (7, ?, 1, 'news.example', 0)", (bucket,)
    )
    add(store, capture(PAGE, "The tide", TIDE, 2))
    assert articles(store) == {1: [1, 2]}


# -- a bucket that is kept in memory


def words(n: int) -> str:
    """Return a text that shares no clause with that of another number."""
    return ", ".join(f"{chr(97 + n % 26) * 6}{part}{n}" for part in "abcdefghijkl")


def test_captures_that_are_kept_in_memory_know_the_article_that_they_have_joined(store: LibraryStore) -> None:
    alike = [capture(PAGE, "Orchard pilot", TIDE, time) for time in range(16)]
    bridge = capture(PAGE, "Orchard pilot", TOWER, 50)
    crowd = [capture(PAGE, f"{letter * 5} {letter * 6}", words(n), 200 + n) for n, letter in enumerate("kmq")]
    add(store, *alike, capture(PAGE, "Zebra rivers", TOWER, 100), bridge, *crowd)
    found = articles(store)
    assert sorted(map(len, found.values())) == [1, 1, 1, 1, 17]


@pytest.mark.parametrize("count", [2, 3, 5, 10])
def test_captures_without_address_or_pictures_that_say_the_same_are_one_article(
    store: LibraryStore, count: int
) -> None:
    for n in range(count):
        add(store, capture(None, "Harbour notes", TIDE, salt=str(n)))
    assert len(articles(store)) == 1


# -- captures that are withdrawn

BUDGET = ("Parliament votes budget tonight", "Deputies gather in the chamber, ministers wait outside, reporters crowd")
FLOODS = ("Floods: parliament votes aid", "Rivers rose after the storm, villages were evacuated, blankets came")


def bring(store: LibraryStore, *captures: NewCapture, writer: StoreWriter | None = None) -> ImportId:
    writer = writer or StoreWriter(store)
    with writer.batch():
        id_ = ImportLog(store).begin("a test", [])
        for each in captures:
            writer.add(each, id_)
    return id_


def undo(store: LibraryStore, *imports: ImportId) -> list[Undoing]:
    """Take imports back, holding what is said of it to what is in the bin then."""
    said = []
    for id_ in imports:
        before = set(BinStore(store).ids())
        said.append(ImportLog(store).undo(id_))
        assert said[-1].articles == len(set(BinStore(store).ids()) - before)
        check(store)
    return said


@pytest.mark.parametrize("url", [SECTION, PAGE])
def test_an_article_whose_import_is_undone_lies_in_the_bin_whatever_it_is_like(store: LibraryStore, url: str) -> None:
    others = [capture(url, f"{letter * 5} {letter * 6}", words(n)) for n, letter in enumerate("kmq")]
    bring(store, capture(url, *BUDGET), *(others if url == PAGE else []))
    there = store.ids()
    floods = bring(store, capture(url, *FLOODS))
    (article,) = set(store.ids()) - set(there)
    assert undo(store, floods) == [Undoing(1, 0)]
    assert BinStore(store).ids() == [article]
    assert restore(store, [article]) == [article]
    assert (set(store.ids()), BinStore(store).ids()) == ({*there, article}, [])
    check(store)


@pytest.mark.parametrize("order", [[1, 2], [2, 1]])
def test_two_articles_come_back_from_the_bin_at_once(store: LibraryStore, order: list[ArticleId]) -> None:
    undo(store, bring(store, capture(SECTION, *BUDGET, 1), capture(SECTION, *FLOODS, 2)))
    assert BinStore(store).ids() == [2, 1]
    assert restore(store, order) == order
    assert articles(store) == {1: [1], 2: [2]}
    assert BinStore(store).ids() == []


def test_articles_in_the_bin_that_come_back_as_one_are_one(store: LibraryStore) -> None:
    page, other, bridge = capture(PAGE, "The tide", TIDE), capture(PAGE, *FLOODS), capture(PAGE, "The tide", FLOODS[1])
    first, second, third = (bring(store, each) for each in (page, other, bridge))
    undo(store, third, first, second)
    in_bin = BinStore(store).ids()
    assert len(in_bin) == 2
    assert restore(store, in_bin) == in_bin
    assert articles(store) == {1: [1, 2, 3]}


def test_an_article_in_the_bin_stays_there_when_another_capture_of_it_comes(store: LibraryStore) -> None:
    undo(store, bring(store, capture(PAGE, "The tide", TIDE, 1)))
    (stored,) = add(store, capture(PAGE, "The tide", TIDE, 2))
    assert (stored.kind, BinStore(store).ids(), store.ids()) == (OutcomeKind.ADDED, [1], [stored.article])
    check(store)
    restore(store, [ArticleId(1)])
    assert articles(store) == {1: [1, 2]}


def test_what_was_said_of_a_bridge_goes_to_the_article_that_it_is_most_like(store: LibraryStore) -> None:
    one, other = capture(PAGE, "The tide", TIDE, 1), capture(PAGE, *FLOODS, 2)
    add(store, one, other)
    bridge = bring(store, capture(PAGE, FLOODS[0], f"{FLOODS[1]}, {TIDE}", 3))
    assert articles(store) == {1: [1, 2, 3]}
    set_starred(store, [ArticleId(1)], True)
    assert undo(store, bridge) == [Undoing(0, 1)]
    assert articles(store) == {1: [1], 2: [2]}
    assert [row.starred for row in store.list_rows(store.ids())] == [False, True]


def test_a_capture_beside_withdrawn_ones_settles_nothing_but_its_own(
    store: LibraryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, capture(PAGE, "The tide", TIDE))
    undo(store, bring(store, capture(PAGE, "The tide", TIDE, 1), capture(PAGE, "Zzzzz yyyyyy", words(9))))
    writer = StoreWriter(store)
    settled = count_calls(monkeypatch, Buckets, "_settle")
    add(store, *(capture(PAGE, "The tide", TIDE, 2 + n) for n in range(60)), writer=writer)
    assert len(settled) <= 16
    assert sorted(map(len, articles(store).values())) == [0, 61]


def count_calls(monkeypatch: pytest.MonkeyPatch, of: type, name: str) -> list[str]:
    """Return a list that grows by each call of a method."""
    calls: list[str] = []
    method = getattr(of, name)

    def counted(*args: Any, **named: Any) -> Any:
        calls.append(name)
        return method(*args, **named)

    monkeypatch.setattr(of, name, counted)
    return calls


@pytest.mark.parametrize(("count", "versions"), [(1, 60), (60, 1), (30, 2)])
@pytest.mark.parametrize("backwards", [False, True])
def test_captures_that_come_back_one_by_one_settle_nothing_but_their_own(
    store: LibraryStore, monkeypatch: pytest.MonkeyPatch, count: int, versions: int, backwards: bool
) -> None:
    captures = [
        capture(PAGE, f"Title {chr(97 + n % 26) * 5} {n}", words(n), n * 9 + time)
        for n in range(count)
        for time in range(versions)
    ]
    first = bring(store, *captures)
    before = articles(store)
    set_starred(store, [ArticleId(1)], True)
    undo(store, first)
    assert store.ids() == []
    writer = StoreWriter(store)
    settled = count_calls(monkeypatch, Buckets, "_settle")
    bring(store, *(reversed(captures) if backwards else captures), writer=writer)
    # The first one reads the bucket; the fourth different article makes of it one that is shared.
    assert len(settled) <= 4
    assert articles(store) == before
    assert store.list_rows([ArticleId(1)])[0].starred


def settle_again(store: LibraryStore) -> None:
    """Show that another look at every bucket changes nothing: what was done one by one is what comes of all at once."""
    wanted = "SELECT id, bucket, revision, deleted IS NULL, read, starred, tags, position FROM article ORDER BY id"
    placed = "SELECT id, article FROM revision ORDER BY id"
    before = store.rows(wanted), store.rows(placed)
    with StoreWriter(store).batch():
        for bucket in set(buckets(store).values()):
            settled = Buckets(store.connections.get).settle(bucket)
            assert (settled.changed, settled.gone) == ([], [])
    assert (store.rows(wanted), store.rows(placed)) == before
    check(store)


@pytest.mark.parametrize("newest_first", [False, True])
def test_captures_without_title_and_text_settle_nothing_but_their_own(
    store: LibraryStore, monkeypatch: pytest.MonkeyPatch, newest_first: bool
) -> None:
    captures = [capture(PAGE, "", "", 1)]
    for n in range(40):
        time = 100 - n if newest_first else n
        captures += [capture(PAGE, f"Title {chr(97 + n % 26) * 5} {n}", words(n), time), capture(PAGE, "", "", 200 + n)]
    settled = count_calls(monkeypatch, Buckets, "_settle")
    first = bring(store, *captures)
    assert len(settled) <= 20
    found = articles(store)
    assert sorted(map(len, found.values())) == [1] * 39 + [42]
    settle_again(store)
    undo(store, first)
    bring(store, *captures)
    assert sorted(map(len, articles(store).values())) == [1] * 39 + [42]
    settle_again(store)


def test_many_addresses_in_turn_are_read_once_each(store: LibraryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = count_calls(monkeypatch, Buckets, "_load")
    writer = StoreWriter(store)
    for day in range(24):
        add(store, *(capture(f"{PAGE}-{n}", "The tide", TIDE, day) for n in range(70)), writer=writer)
    # All but the first capture of an address read its bucket, until it is worth keeping.
    assert len(loaded) <= 70 * 16


def test_buckets_are_kept_by_their_captures_those_longest_unused_go_first(
    store: LibraryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.store.grouping.buckets._MOST_KEPT", 50)
    writer = StoreWriter(store)
    for n in (1, 2):
        add(store, *(capture(f"{PAGE}-{n}", "The tide", TIDE, day) for day in range(20)), writer=writer)
    add(store, capture(f"{PAGE}-1", "The tide", TIDE, 20), writer=writer)
    loaded = count_calls(monkeypatch, Buckets, "_load")
    add(store, *(capture(f"{PAGE}-3", "The tide", TIDE, day) for day in range(20)), writer=writer)
    del loaded[:]
    add(store, capture(f"{PAGE}-1", "The tide", TIDE, 21), writer=writer)
    assert loaded == []
    add(store, capture(f"{PAGE}-2", "The tide", TIDE, 21), writer=writer)
    assert loaded == ["_load"]
    settle_again(store)


def test_two_who_write_one_store_see_what_the_other_did(store: LibraryStore) -> None:
    one, other = StoreWriter(store), StoreWriter(store)
    alike = [capture(PAGE, "The tide", TIDE, time) for time in range(20)]
    add(store, *alike[:17], writer=one)
    add(store, *alike[17:], writer=other)
    add(store, capture(PAGE, *FLOODS, 1), writer=one)
    add(store, capture(PAGE, "The tide", FLOODS[1], 2), writer=other)
    add(store, capture(PAGE, "The tide", TIDE, 3, salt="again"), writer=one)
    assert [len(versions) for versions in articles(store).values()] == [23]
    settle_again(store)


def test_a_bucket_that_was_deleted_for_good_is_not_kept(store: LibraryStore, tmp_path: Path) -> None:
    writer = StoreWriter(store)
    add(store, *(capture(PAGE, "The tide", TIDE, time) for time in range(20)), writer=writer)
    move_to_bin(store, store.ids())
    assert list(delete_for_good(store, ImageStore(tmp_path / "images"), BinStore(store).ids(), lambda: False)) == [1]
    add(store, *(capture(PAGE, "The tide", TIDE, time) for time in range(2)), writer=writer)
    assert [len(versions) for versions in articles(store).values()] == [2]


def test_an_article_that_was_in_the_bin_already_does_not_count_as_moved_there(store: LibraryStore) -> None:
    first = bring(store, capture(PAGE, "The tide", TIDE))
    move_to_bin(store, store.ids())
    assert undo(store, first) == [Undoing(0, 0)]


def test_a_capture_more_costs_the_same_however_many_there_are(store: LibraryStore) -> None:
    writer = StoreWriter(store)
    steps: list[int] = []

    def step_of_sqlite() -> int:
        steps[-1] += 1
        return 0

    store.connections.get().set_progress_handler(step_of_sqlite, 10)
    for time in range(400):
        steps.append(0)
        add(store, capture(PAGE, "The tide", TIDE, time), writer=writer)
    store.connections.get().set_progress_handler(None, 0)
    assert sum(steps[350:]) < 1.2 * sum(steps[50:100])
