"""The states of articles that the person sets: read, starred, own tags; written at once, even during an import.

The ids in each state are read when a search needs them, and cached until the store's version of them changes.
"""

from __future__ import annotations

import json
import threading
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reader.article import ArticleId, StateCounts, TagCount
from reader.query import Before, States
from reader.store.connection import store_errors, transaction
from reader.store.grouping.statements import READ, STARRED, TAG, add_statement, change_some, resolved, tick
from reader.store.library_store import LibraryStore
from reader.store.rows import now_ms, read_tags
from reader.tags import clean_tags

# More changes at once are read again rather than put in one by one.
_FEW = 200


class StateStore:
    """Reads and writes the states of one library; safe from any thread."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store
        self._kept: States | None = None
        self._lock = threading.Lock()

    def set_read(self, ids: Sequence[ArticleId], read: bool) -> list[ArticleId]:
        """Set articles read or unread; return those that changed.

        In a read-only library nothing changes, and it is no error: the person only meant to read.
        """
        if self._store.read_only:
            return []
        changed, version = self._set(READ, int(read), f"read <> {int(read)}", ids)
        self._follow(version, "read", changed, read)
        return changed

    def set_starred(self, ids: Sequence[ArticleId], starred: bool) -> list[ArticleId]:
        """Star or unstar articles outside the bin; return those that changed."""
        moment = now_ms() if starred else None
        where = f"deleted IS NULL AND starred IS {'' if starred else 'NOT '}NULL"
        changed, version = self._set(STARRED, moment, where, ids)
        self._follow(version, "starred", changed, starred)
        return changed

    def toggle_starred(self, ids: Sequence[ArticleId]) -> tuple[bool, list[ArticleId]]:
        """Star articles, or unstar them if all are starred; return whether they were starred, and which changed."""
        starred = self.has_unstarred(ids)
        return starred, self.set_starred(ids, starred)

    def has_unstarred(self, ids: Sequence[ArticleId]) -> bool:
        """Say whether one of some articles has no star; what lies in the bin does not count."""
        sql = "SELECT 1 FROM article WHERE id IN ({ids}) AND starred IS NULL AND deleted IS NULL LIMIT 1"
        return any(self._store.rows_of(sql, self._resolved(ids)))

    def _set(self, column: str, value: int | None, where: str, ids: Sequence[ArticleId]) -> tuple[list[ArticleId], int]:
        """Set a column of the articles that match `where`, in one transaction; return their ids and the new version.

        Raises:
            StoreError: the library cannot be written; nothing was changed.
        """
        with store_errors(self._store.path), transaction(self._store.connections.get()):
            connection = self._store.connections.get()
            changed = change_some(connection, column, value, where, ids)
            if changed:
                add_statement(connection, changed, column, value or 0, time=tick(connection))
            (version,) = connection.execute("SELECT version FROM state").fetchone()
        return changed, version

    def _follow(self, version: int, name: str, ids: Sequence[ArticleId], held: bool) -> None:
        """Apply a change of the store to the cached ids, unless others have changed it, too.

        To read all ids again takes 0.5 µs each, so with 300,000 the person would notice it at the next key.
        """
        with self._lock:
            kept = self._kept
            if (
                kept is not None
                and kept.version is not None
                and kept.version + len(ids) == version
                and len(ids) <= _FEW
            ):
                changes = dict.fromkeys(ids, held)
                if name == "read":
                    self._kept = replace(kept, version=version, read=_with(kept.read, changes))
                else:
                    self._kept = replace(kept, version=version, starred=_with(kept.starred, changes))

    def set_tags(
        self, ids: Sequence[ArticleId], add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> list[ArticleId]:
        """Add and remove the person's own tags of articles outside the bin; return the articles that changed.

        Raises:
            StoreError: the library cannot be written; nothing was changed.
        """
        adding, removing = clean_tags(add), set(clean_tags(remove))
        changed = []
        with store_errors(self._store.path), transaction(self._store.connections.get()):
            execute = self._store.connections.get().execute
            for id_, before in self._tags_of(ids):
                after = [tag for tag in dict.fromkeys([*before, *adding]) if tag not in removing]
                if tuple(after) != before:
                    stored = json.dumps(after, ensure_ascii=False) if after else None
                    execute("UPDATE article SET tags = ? WHERE id = ?", (stored, id_))
                    connection = self._store.connections.get()
                    for tag in (tag for tag in (*before, *after) if (tag in before) != (tag in after)):
                        add_statement(connection, [id_], TAG, tag in after, item=tag, time=tick(connection))
                    changed.append(id_)
        return changed

    def _tags_of(self, ids: Sequence[ArticleId]) -> list[tuple[ArticleId, tuple[str, ...]]]:
        """Return the articles among `ids` that are not in the bin, in this order, each with its tags."""
        ids = self._resolved(ids)
        rows = self._store.rows_of("SELECT id, tags FROM article WHERE id IN ({ids}) AND deleted IS NULL", ids)
        found = {id_: read_tags(stored) for id_, stored in rows}
        return [(id_, found[id_]) for id_ in ids if id_ in found]

    def _resolved(self, ids: Iterable[ArticleId]) -> list[ArticleId]:
        with store_errors(self._store.path):
            return resolved(self._store.connections.get(), ids)

    def own_tags(self, id_: ArticleId) -> tuple[str, ...]:
        """Return the person's own tags of an article."""
        rows = self._store.rows("SELECT tags FROM article WHERE id = ?", (self._store.resolve(id_),))
        return read_tags(rows[0][0]) if rows else ()

    def tags_of(self, ids: Sequence[ArticleId]) -> list[TagCount]:
        """Count how many of these articles have each of the person's own tags."""
        counts = Counter(tag for _, tags in self._tags_of(ids) for tag in tags)
        return [TagCount(tag, count) for tag, count in counts.most_common()]

    def tags(self) -> list[TagCount]:
        """Return all of the person's own tags, the most used first, not counting articles in the bin."""
        rows = self._store.rows("SELECT tags FROM article WHERE tags IS NOT NULL AND deleted IS NULL")
        counts = Counter(tag for (stored,) in rows for tag in read_tags(stored))
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
            for tag in read_tags(stored):
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
