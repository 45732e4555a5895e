"""The states of articles that the person sets by operations: read, starred, own tags.

The ids in each state are read when a search needs them, and cached until the store's version of them changes.
"""

from __future__ import annotations

import json
import threading
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reader.article import ArticleId, StateCounts, TagCount
from reader.operation import Operation
from reader.query import Before, States
from reader.store.grouping.statements import NAMED
from reader.store.library_store import LibraryStore
from reader.store.rows import read_list

# After more changes at once, all ids are read again.
_FEW = 200


class StateStore:
    """Reads the states of one library; safe from any thread."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store
        self._kept: States | None = None
        self._lock = threading.Lock()

    def has_unstarred(self, ids: Sequence[ArticleId]) -> bool:
        """Say whether one of `ids` outside the bin has no star."""
        sql = f"SELECT EXISTS (SELECT 1 FROM {NAMED} WHERE starred IS NULL AND deleted IS NULL)"
        return bool(self._store.one(sql, (json.dumps(ids),))[0])

    def follow(self, undone: Sequence[Operation]) -> None:
        """Apply a change of the store, given as its inverse, to the cached ids, unless others have changed it, too.

        To read all ids again takes 0.5 µs each: with 300,000, the next keystroke would be noticeably late.
        """
        if len(undone) != 1 or undone[0].mark is None or len(undone[0].articles) > _FEW:
            return
        (name, was), ids = undone[0].mark, undone[0].articles
        (version,) = self._store.one("SELECT version FROM state")
        with self._lock:
            kept = self._kept
            if kept is not None and kept.version is not None and kept.version + len(ids) == version:
                now: Any = {name: _with(getattr(kept, name), dict.fromkeys(ids, not was))}
                self._kept = replace(kept, version=version, **now)

    def own_tags(self, id_: ArticleId) -> tuple[str, ...]:
        """Return the person's own tags of an article."""
        rows = self._store.rows("SELECT tags FROM article WHERE id = ?", (self._store.resolve(id_),))
        return read_list(rows[0][0]) if rows else ()

    def tags_of(self, ids: Sequence[ArticleId]) -> list[TagCount]:
        """Count how many of `ids` have each of the person's own tags, not counting articles in the bin."""
        sql = f"SELECT tags, count(DISTINCT article.id) FROM {NAMED} WHERE deleted IS NULL GROUP BY tags"
        counts = Counter[str]()
        for stored, articles in self._store.rows(sql, (json.dumps(ids),)):
            counts.update(dict.fromkeys(read_list(stored), articles))
        return [TagCount(tag, count) for tag, count in counts.most_common()]

    def tags(self) -> list[TagCount]:
        """Return all of the person's own tags, the most used first, not counting articles in the bin."""
        rows = self._store.rows("SELECT tags FROM article WHERE tags IS NOT NULL AND deleted IS NULL")
        counts = Counter(tag for (stored,) in rows for tag in read_list(stored))
        return [TagCount(name, count) for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]

    def counts(self) -> StateCounts:
        """Count the articles in each state."""
        unread = "SELECT count(*) FROM article WHERE read = 0 AND deleted IS NULL"
        starred = "SELECT count(*) FROM article WHERE starred IS NOT NULL AND deleted IS NULL"
        return StateCounts(self._store.one(unread)[0], self._store.one(starred)[0])

    def states(self, before: Before | None = None) -> States:
        """Return the ids in each state, including the bin; the same object until a state changes.

        Articles that `before` names are reported in the state they had then.
        """
        (version,) = self._store.one("SELECT version FROM state")
        with self._lock:
            kept = self._kept
            if kept is None or kept.version != version:
                kept = self._kept = self._read(version)
        if before is None or not (before.read or before.starred):
            return kept
        return States(None, _with(kept.read, before.read), _with(kept.starred, before.starred), kept.tags)

    def _read(self, version: int) -> States:
        """Read the ids in each state; a change meanwhile raises the version, so that they are read again."""
        tags: dict[str, array[int]] = {}
        for id_, stored in self._store.rows("SELECT id, tags FROM article WHERE tags IS NOT NULL ORDER BY id"):
            for tag in read_list(stored):
                tags.setdefault(tag, array("q")).append(id_)
        return States(version, self._ids("read <> 0"), self._ids("starred IS NOT NULL"), tags)

    def _ids(self, where: str) -> array[int]:
        return array("q", [row[0] for row in self._store.rows(f"SELECT id FROM article WHERE {where} ORDER BY id")])


def _with(ids: Sequence[int], changes: Mapping[ArticleId, bool]) -> array[int]:
    """Return sorted ids with those added (True) or removed (False) that `changes` names."""
    # Slicing copies an array as one block, the constructor one number at a time.
    patched = ids[:] if isinstance(ids, array) else array("q", ids)
    for id_, held in changes.items():
        place = bisect_left(patched, id_)
        there = place < len(patched) and patched[place] == id_
        if held and not there:
            patched.insert(place, id_)
        elif there and not held:
            del patched[place]
    return patched


class BinStore:
    """Reads the bin of one library; safe from any thread. Operations move articles there, and take them out."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store

    def ids(self) -> list[ArticleId]:
        """Return the articles in the bin, the one moved there last first."""
        sql = "SELECT id FROM article WHERE deleted IS NOT NULL ORDER BY deleted DESC, id DESC"
        return [ArticleId(row[0]) for row in self._store.rows(sql)]

    def count(self) -> int:
        """Count the articles in the bin."""
        return int(self._store.one("SELECT count(*) FROM article WHERE deleted IS NOT NULL")[0])

    def hidden(self) -> frozenset[ArticleId]:
        """Return what the index still holds and should not: articles in the bin, and aliases of others."""
        sql = (
            "SELECT id FROM article WHERE deleted IS NOT NULL AND indexed <> 0"
            " UNION ALL SELECT id FROM alias WHERE indexed <> 0"
        )
        return frozenset(ArticleId(row[0]) for row in self._store.rows(sql))
