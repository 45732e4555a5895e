"""Whatever is done to a library, its articles are what its captures come to, and its rows agree."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.article import CLEAN_VERSION, ArticleId, RevisionId
from reader.identity.addresses import read_address
from reader.identity.keys import likeness_of
from reader.identity.partition import Member, Partition
from reader.identity.shown import Rank
from reader.store.deletion import delete_for_good, delete_withdrawn
from reader.store.image_store import ImageStore
from reader.store.import_log import ImportLog
from reader.store.library_store import LibraryStore
from reader.store.rows import unpack
from reader.store.states import BinStore
from reader.store.store_writer import NewCapture, StoreWriter
from tests.reader.store.captures import PAGE, SECTION, capture
from tests.reader.store.test_buckets import check, settle_again
from tests.support.changes import move_to_bin, restore, set_starred

KEYS = ["news.example/2020/the-tide", "news.example/news", "youtube.com/watch?v=Zk5ZT1uoq3k"]
TITLES = ["The tide tonight", "The tide tonight", "Harbour lights", "Harbour tonight", "Old tower stands", "Gulls", ""]
CLAUSES = ["pilots wait here", "gulls count boats", "nobody answers", "lamps for forty years", "rye on fridays"]
POOL = st.lists(
    st.builds(
        lambda url, title, text, time, rest: replace(capture(url, title, ", ".join(text), time), rest=rest),
        st.sampled_from([PAGE, PAGE, SECTION, "https://youtu.be/Zk5ZT1uoq3k"]),
        st.sampled_from(TITLES),
        st.lists(st.sampled_from(CLAUSES), max_size=4, unique=True),
        st.integers(0, 4),
        st.sampled_from(["", "", "", "#June"]),
    ),
    min_size=3,
    max_size=14,
    unique_by=lambda new: new.original.sha256,
)
NUMBERS = st.lists(st.integers(0, 30), min_size=1, max_size=8)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["import"] * 4 + ["undo"] * 3 + ["move", "bin", "restore", "star", "empty bin", "purge"]),
        NUMBERS,
    ),
    min_size=2,
    max_size=14,
)


class History:
    """A library to which things are done by numbers, which mean what there is at the time."""

    def __init__(self, folder: Path, pool: list[NewCapture]) -> None:
        self.store = LibraryStore(folder / "library.sqlite3")
        self.images = ImageStore(folder / "images")
        self.log = ImportLog(self.store)
        self.writer = StoreWriter(self.store)
        self.pool = pool

    def do(self, what: str, numbers: list[int]) -> None:
        """Do one thing, and hold the library to what must be so."""
        getattr(self, "do_" + what.replace(" ", "_"))(numbers)
        check(self.store)
        for key in KEYS:
            assert self.articles(key) == self.expected(key), (what, key)

    def do_import(self, numbers: list[int]) -> None:
        with self.writer.batch():
            id_ = self.log.begin("a test", [])
            for n in numbers:
                self.writer.add(self.pool[n % len(self.pool)], id_)

    def do_undo(self, numbers: list[int]) -> None:
        if records := self.log.all():
            before = set(BinStore(self.store).ids())
            live = "SELECT article, id FROM revision WHERE withdrawn IS NULL"
            held: dict[ArticleId, set[RevisionId]] = {}
            for article, revision in self.store.rows(live):
                held.setdefault(article, set()).add(revision)
            undone = self.log.undo(records[numbers[0] % len(records)].id)
            in_bin, left = set(BinStore(self.store).ids()), {row[1] for row in self.store.rows(live)}
            assert undone.articles == len(in_bin - before)
            assert {article for article, revisions in held.items() if not revisions & left} <= in_bin

    def do_move(self, numbers: list[int]) -> None:
        """Clean a bucket by rules that name other buckets for some of its captures."""
        key = KEYS[numbers[0] % len(KEYS)]
        for at, n in enumerate(numbers[1:]):
            new = self.pool[n % len(self.pool)]
            if new.bucket == key:
                self.pool[n % len(self.pool)] = replace(new, bucket=KEYS[(numbers[0] + at) % len(KEYS)])
        by_hash = {new.original.sha256: new for new in self.pool}
        sql = (
            "SELECT revision.id, sha256 FROM revision JOIN article ON article.id = article"
            " JOIN original ON original.id = original WHERE bucket = ?"
        )
        rows = self.store.rows(sql, (key,))
        with self.writer.batch():
            self.writer.renew(key, [(RevisionId(id_), by_hash[sha256]) for id_, sha256 in rows], CLEAN_VERSION)

    def do_bin(self, numbers: list[int]) -> None:
        move_to_bin(self.store, self.some(self.store.ids(), numbers))

    def do_restore(self, numbers: list[int]) -> None:
        some = self.some(BinStore(self.store).ids(), numbers)
        assert restore(self.store, some) == some
        assert not set(some) & set(BinStore(self.store).ids())

    def do_star(self, numbers: list[int]) -> None:
        set_starred(self.store, self.some(self.store.ids(), numbers), numbers[0] % 3 > 0)

    def do_empty_bin(self, numbers: list[int]) -> None:
        list(delete_for_good(self.store, self.images, self.some(BinStore(self.store).ids(), numbers), lambda: False))

    def do_purge(self, numbers: list[int]) -> None:
        shown = self.store.ids()
        delete_withdrawn(self.store, self.images)
        assert self.store.ids() == shown

    def some(self, ids: list[ArticleId], numbers: list[int]) -> list[ArticleId]:
        return list(dict.fromkeys(ids[n % len(ids)] for n in numbers)) if ids else []

    def live(self, key: str) -> list[tuple[ArticleId, bytes, bool]]:
        sql = (
            "SELECT article.id, sha256, revision.id = article.revision FROM article"
            " JOIN revision ON revision.article = article.id JOIN original ON original.id = original"
            " WHERE bucket = ? AND withdrawn IS NULL"
        )
        return self.store.rows(sql, (key,))

    def articles(self, key: str) -> set[tuple[frozenset[bytes], bytes]]:
        """Return the articles of a bucket as they are: their captures, and the one that is shown."""
        found: dict[ArticleId, set[bytes]] = {}
        shown: dict[ArticleId, bytes] = {}
        for article, sha256, is_shown in self.live(key):
            found.setdefault(article, set()).add(sha256)
            if is_shown:
                shown[article] = sha256
        return {(frozenset(held), shown[article]) for article, held in found.items()}

    def expected(self, key: str) -> set[tuple[frozenset[bytes], bytes]]:
        """Return the articles of a bucket as its captures alone say, put together from nothing."""
        held = {sha256 for _, sha256, _ in self.live(key)}
        captures = [new for new in self.pool if new.original.sha256 in held]
        assert {new.bucket for new in captures} <= {key}
        address = read_address(f"https://{key}")
        assert address is not None
        partition = Partition(address)
        for new in captures:
            rank = Rank(new.captured or 0, new.length, new.original.sha256, new.came_with)
            partition.add(Member(rank, likeness_of(new.title, unpack(new.text), (new.source, new.author)), new.rest))
        found: dict[int, set[bytes]] = {}
        for new, article in zip(captures, partition.articles(), strict=True):
            found.setdefault(article, set()).add(new.original.sha256)
        return {(frozenset(held), partition.showing(article).best.sha256) for article, held in found.items()}


@contextmanager
def history(pool: list[NewCapture], kept_from: int) -> Iterator[History]:
    """Open a new library that keeps buckets of at least that many captures in memory."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("reader.store.grouping.buckets._WORTH_KEEPING", kept_from)
        made = History(Path(folder), list(pool))
        try:
            yield made
        finally:
            made.store.close()


@settings(max_examples=settings().max_examples // 2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(POOL, STEPS, st.sampled_from([1, 3, 16]))
def test_articles_are_what_their_captures_come_to_whatever_was_done(
    pool: list[NewCapture], steps: list[tuple[str, list[int]]], kept_from: int
) -> None:
    with history(pool, kept_from) as library:
        for what, numbers in steps:
            library.do(what, numbers)
        settle_again(library.store)
