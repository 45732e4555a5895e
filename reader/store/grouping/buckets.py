"""Buckets: divides the captures with one naming key into articles, and writes the rows of those articles.

A bucket is settled when a capture joins it, leaves it or comes back. The result depends only on the captures that are
not withdrawn, not on the order in which they came.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reader.article import ArticleId, RevisionId
from reader.identity.addresses import Address
from reader.identity.partition import Change, Partition
from reader.identity.shown import Rank
from reader.store.grouping.article_rows import (
    apply_statements,
    bear,
    delete_empty_articles,
    insert_article,
    keep_article,
    lead,
    move_versions,
    show,
)
from reader.store.grouping.generation import Generation
from reader.store.grouping.likeness import address_of, captures_in_bucket
from reader.store.grouping.parts import Capture, Part, parts_of

# Buckets with at least this many captures are cached, or an import would read all of them again for each new one.
_WORTH_KEEPING = 16
# Most captures in all cached buckets; each takes about 7 kB with its keys.
_MOST_KEPT = 20_000


@dataclass(slots=True)
class Settled:
    """What settling has changed: articles whose versions changed, and articles that are gone.

    `repeats` says that the added capture has the words of another one, and no more pictures.
    """

    changed: list[ArticleId] = field(default_factory=list)
    gone: list[ArticleId] = field(default_factory=list)
    repeats: bool = False


@dataclass(slots=True)
class _Bucket:
    """The captures of one naming key, in memory; `live` ones are not withdrawn, and in the order of the partition.

    `articles` are the article ids by their number in the partition, `in_bin` the articles of which all captures are
    withdrawn, and `blank` the live captures without a key.
    """

    key: str
    partition: Partition
    live: list[Capture]
    withdrawn: dict[RevisionId, Capture]
    articles: dict[int, ArticleId] = field(default_factory=dict)
    in_bin: set[ArticleId] = field(default_factory=set)
    blank: list[Capture] = field(default_factory=list)
    by_rank: dict[Rank, RevisionId] = field(default_factory=dict)
    pages: dict[int, bytes] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.live) + len(self.withdrawn)

    @property
    def captures(self) -> Iterator[Capture]:
        """All captures, the withdrawn ones last."""
        yield from self.live
        yield from self.withdrawn.values()

    def repeats(self, capture: Capture) -> bool:
        """Say whether a live capture has the same page, and the same pictures or more."""
        return capture.page in self.pages and capture.member.rank.pictures <= self.pages[capture.page]

    def holds_repeat(self, revision: RevisionId) -> bool:
        """Say whether another live capture has the page of this live one, and the same pictures or more."""
        mine = next(capture for capture in self.live if capture.revision == revision)
        rank = mine.member.rank
        return any(
            other.page == mine.page and rank.pictures <= other.member.rank.pictures
            for other in self.live
            if other is not mine
        )

    def put(self, capture: Capture) -> Change:
        """Add a live capture, which may have been withdrawn before."""
        self.withdrawn.pop(capture.revision, None)
        self.live.append(capture)
        if capture.member.likeness.is_blank:
            self.blank.append(capture)
        self.by_rank[capture.member.rank] = capture.revision
        self.pages[capture.page] = max(capture.member.rank.pictures, self.pages.get(capture.page, b""))
        return self.partition.add(capture.member)

    def joins(self, change: Change) -> set[ArticleId]:
        """Return the articles that a capture, by this change, has become part of."""
        return {self.articles[number] for number in (*change.joined, change.article) if number in self.articles}

    def leaves(self, capture: Capture, change: Change) -> bool:
        """Say whether a capture that came back leaves the article it was stored with."""
        if capture.member.likeness.is_blank:
            return capture.article in self.in_bin
        return capture.article not in self.in_bin and capture.article not in self.joins(change)


class Buckets:
    """Settles the buckets of one store, inside transactions of the caller; large buckets are cached."""

    def __init__(
        self,
        connection: Callable[[], sqlite3.Connection],
        rest_of: Callable[[RevisionId], str] = lambda _: "",
        generation: Generation | None = None,
    ) -> None:
        """Work on a store.

        `rest_of` returns the rest of a capture's address, which older versions of Pressmark did not record. Instances
        that share a `generation` notice what another of them has settled.
        """
        self._get = connection
        self._rest_of = rest_of
        self._generation = generation or Generation()
        # In the order of their last use, the latest last.
        self._kept: dict[str, _Bucket] = {}
        self._held = 0
        self._seen = (-1, -1)

    def _read(self, key: str, address: Address, revision: RevisionId | None = None) -> Iterator[Capture]:
        return captures_in_bucket(self._connection, key, address, self._rest_of, revision)

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._get()

    def forget(self) -> None:
        """Empty the cache, as after a transaction that was rolled back."""
        self._kept.clear()
        self._held = 0

    def add(self, key: str, revision: RevisionId) -> Settled:
        """Find the article of a capture that was added to a bucket with others, or is no longer withdrawn.

        The row of an added capture may name any article of the bucket that is not in the bin; it is corrected here.
        """
        self._drop_if_changed()
        bucket = self._take(key)
        if bucket is None:
            bucket = self._load(key)
            repeats = bucket.holds_repeat(revision)
            settled = self._settle(bucket, {revision})
            self._keep(bucket)
            return replace(settled, repeats=repeats)
        (capture,) = self._read(key, bucket.partition.address, revision)
        repeats = bucket.repeats(capture)
        came_back = revision in bucket.withdrawn
        change = bucket.put(capture)
        if change.all or (came_back and bucket.leaves(capture, change)):
            settled = self._settle(bucket, {revision})
        else:
            settled = self._join(bucket, capture, change)
        self._keep(bucket)
        return replace(settled, repeats=repeats)

    def settle(self, key: str, touched: Iterable[RevisionId] = ()) -> Settled:
        """Read a whole bucket, divide its captures into articles, and write what has changed.

        `touched` are captures that were added, withdrawn or restored: their articles count as changed in any case.
        """
        self._drop_if_changed()
        self._take(key)
        bucket = self._load(key)
        settled = self._settle(bucket, set(touched))
        self._keep(bucket)
        return settled

    def move(self, key: str, buckets: Mapping[RevisionId, str]) -> None:
        """Move the versions of a bucket to the buckets that cleaning found for them, and settle all of those."""
        moved = {revision: bucket for revision, bucket in buckets.items() if bucket != key}
        if moved:
            move_versions(self._connection, key, moved)
        touched: dict[str, list[RevisionId]] = {key: []}
        for revision, bucket in buckets.items():
            touched.setdefault(bucket, []).append(revision)
        for bucket, revisions in touched.items():
            self.settle(bucket, revisions)

    def _drop_if_changed(self) -> None:
        """Empty the cache if somebody else has written: captures may have been withdrawn or restored."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if (version, self._generation.number) != self._seen:
            self.forget()
        self._generation.number += 1
        self._seen = (version, self._generation.number)

    def _keep(self, bucket: _Bucket) -> None:
        """Cache a bucket that is large enough; drop the least recently used ones if there are too many captures."""
        if len(bucket) >= _WORTH_KEEPING:
            self._kept[bucket.key] = bucket
            self._held += len(bucket)
            while self._held > _MOST_KEPT and len(self._kept) > 1:
                self._take(next(iter(self._kept)))

    def _take(self, key: str) -> _Bucket | None:
        """Remove a bucket from the cache, and return it; None if it is not there."""
        bucket = self._kept.pop(key, None)
        self._held -= len(bucket or ())
        return bucket

    # -- reading

    def _load(self, key: str) -> _Bucket:
        bucket = _Bucket(key, Partition(address_of(key)), [], {})
        captures = list(self._read(key, bucket.partition.address))
        self._give_numbers(captures)
        for capture in captures:
            if capture.withdrawn is None:
                bucket.put(capture)
            else:
                bucket.withdrawn[capture.revision] = capture
        return bucket

    def _give_numbers(self, captures: Sequence[Capture]) -> None:
        """Make one capture of each article carry its number, if the one that did was deleted or there was none."""
        born = {capture.born for capture in captures}
        for capture in captures:
            if capture.article not in born:
                born.add(capture.article)
                self._bear(capture, capture.article)

    def _bear(self, capture: Capture, article: ArticleId) -> None:
        capture.born = article
        bear(self._connection, capture.revision, article)

    # -- writing

    def _join(self, bucket: _Bucket, capture: Capture, change: Change) -> Settled:
        """Write what one more capture has changed: it is a new article, joins one, or merges several."""
        known = bucket.joins(change)
        if was_in_bin := capture.article in bucket.in_bin:
            bucket.in_bin.remove(capture.article)
            known.add(capture.article)
        id_ = min(known) if known else self._new_article(bucket.key, capture)
        gone = sorted(known - {id_})
        for number in change.joined:
            del bucket.articles[number]
        bucket.articles[change.article] = id_
        # Withdrawn captures of the merged articles move, too.
        self._move([capture, *(each for each in bucket.captures if each.article in gone)] if gone else [capture], id_)
        for other in gone:
            lead(self._connection, other, id_)
        changed = [id_]
        if change.left is not None:
            changed.append(self._take_blank(bucket, id_, change.left))
        show(self._connection, id_, bucket.by_rank[bucket.partition.showing(change.article).best])
        if gone or was_in_bin or change.left is not None:
            apply_statements(self._connection, id_)
        return Settled(changed, gone)

    def _take_blank(self, bucket: _Bucket, id_: ArticleId, left: int) -> ArticleId:
        """Move the captures without a key to the article that is now the first one; return the article they left."""
        before = bucket.articles[left]
        self._move(bucket.blank, id_)
        for capture in bucket.blank:
            if capture.born is not None:
                lead(self._connection, capture.born, id_)
        show(self._connection, before, bucket.by_rank[bucket.partition.showing(left).best])
        apply_statements(self._connection, before)
        return before

    def _settle(self, bucket: _Bucket, touched: set[RevisionId]) -> Settled:
        """Divide a whole bucket into articles, and write them."""
        before = {capture.article for capture in bucket.captures}
        parts = parts_of(bucket.partition, bucket.live, bucket.withdrawn.values())
        changed: set[ArticleId] = set()
        bucket.articles, bucket.in_bin = {}, set()
        for part in parts:
            part.id = self._number(bucket.key, part)
            keep_article(self._connection, bucket.key, part.captures[0].revision, part.id)
            if part.number is None:
                bucket.in_bin.add(part.id)
            else:
                bucket.articles[part.number] = part.id
        homes = {capture.born: part.id for part in parts for capture in part.captures if capture.born is not None}
        for part in parts:
            moved = [capture for capture in part.captures if capture.article != part.id or capture.revision in touched]
            changed.update(capture.article for capture in moved)
            if self._move(part.captures, part.id) or moved:
                changed.add(part.id)
        for other, home in homes.items():
            if other != home:
                lead(self._connection, other, home)
        for part in parts:
            if show(self._connection, part.id, part.shown, anyway=part.id in changed):
                changed.add(part.id)
            apply_statements(self._connection, part.id, part.withdrawn)
        delete_empty_articles(self._connection, bucket.key)
        ids = {part.id for part in parts}
        return Settled(sorted(changed & ids), sorted(before - ids))

    def _number(self, key: str, part: Part) -> ArticleId:
        """Return the number of an article: the smallest carried by a capture with keys; the others may move away."""
        if born := [capture.born for capture in part.with_keys if capture.born is not None]:
            return min(born)
        for capture in part.captures:
            if capture.born is not None:
                id_, capture.born = capture.born, None
                bear(self._connection, capture.revision, None)
                self._bear(part.with_keys[0], id_)
                return id_
        return self._new_article(key, part.with_keys[0])

    def _new_article(self, key: str, capture: Capture) -> ArticleId:
        id_ = insert_article(self._connection, key, capture.revision)
        self._bear(capture, id_)
        return id_

    def _move(self, captures: Iterable[Capture], article: ArticleId) -> bool:
        """Assign captures to an article; return whether one of them belonged to another."""
        moved = [capture for capture in captures if capture.article != article]
        for capture in moved:
            capture.article = article
        sql = "UPDATE revision SET article = ? WHERE id = ?"
        self._connection.executemany(sql, [(article, capture.revision) for capture in moved])
        return bool(moved)
