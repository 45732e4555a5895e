"""Applies operations: the one place that writes the states of articles, as statements and in the articles' rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from reader import operation
from reader.article import ArticleId
from reader.operation import Operation
from reader.store.connection import store_errors, transaction
from reader.store.grouping.statements import BIN, NAMED, PERSON, READ, STARRED, TAG, add_statements, by_id, tag_times
from reader.store.library_store import LibraryStore
from reader.store.rows import now_ms, read_list
from reader.store.states import StateStore


def apply(store: LibraryStore, operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Apply operations, in one transaction, and return the inverses of those that changed something, the last first.

    In a read-only library articles stay unread, and it is no error: the person only meant to read.

    Raises:
        StoreError: the library cannot be written; nothing was changed.
    """
    if store.read_only and all(isinstance(each, operation.MarkRead | operation.MarkUnread) for each in operations):
        return ()
    with store_errors(store.path), transaction(store.connections.get()):
        inverses = [_apply(store, each) for each in operations]
    return tuple(inverse for inverse in reversed(inverses) if inverse.articles)


def _apply(store: LibraryStore, wanted: Operation) -> Operation:
    connection = store.connections.get()
    match wanted:
        case operation.MarkRead(ids):
            return operation.MarkUnread(tuple(_set(connection, READ, "read = 0", ids, 1)))
        case operation.MarkUnread(ids):
            return operation.MarkRead(tuple(_set(connection, READ, "read <> 0", ids, 0)))
        case operation.Star(ids, since):
            where = "starred IS NULL AND deleted IS NULL"
            return operation.Unstar(tuple(_set(connection, STARRED, where, ids, now_ms(), since)))
        case operation.Unstar(ids):
            before = _set(connection, STARRED, "starred IS NOT NULL AND deleted IS NULL", ids, None)
            return operation.Star(tuple(before), tuple(before.values()))
        case operation.ToggleStar(ids):
            return _apply(store, operation.Star(ids) if StateStore(store).has_unstarred(ids) else operation.Unstar(ids))
        case operation.MoveToBin(ids, since):
            return operation.RestoreFromBin(tuple(_set(connection, BIN, "deleted IS NULL", ids, now_ms(), since)))
        case operation.RestoreFromBin(ids):
            before = _set(connection, BIN, "deleted IS NOT NULL", ids, None)
            _bring_back(store, [*before])
            return operation.MoveToBin(tuple(before), tuple(before.values()))
        case operation.AddTag(ids, since, tag=tag):
            return operation.RemoveTag(_add_tag(connection, ids, since, tag), tag=tag)
        case operation.RemoveTag(ids, tag=tag):
            before = _remove_tag(connection, ids, tag)
            return operation.AddTag(tuple(before), tuple(before.values()), tag=tag)


def _set(
    connection: sqlite3.Connection,
    field: str,
    where: str,
    ids: Sequence[ArticleId],
    value: int | None,
    values: Sequence[int] = (),
) -> dict[ArticleId, int]:
    """Set a field of the articles that match `where`, and return the earlier values, in the order of `ids`.

    `values` has a value for each of `ids`; if it is empty, all get the same `value`.
    """
    column = "deleted" if field == BIN else field
    found = _find(connection, column, where, ids)
    after = {id_: values[place] if values else value for place, id_, _ in found}
    _say(connection, column, after, field, after)
    return {id_: was for _, id_, was in found}


def _add_tag(
    connection: sqlite3.Connection, ids: Sequence[ArticleId], since: Sequence[int], tag: str
) -> tuple[ArticleId, ...]:
    """Add a tag, and return the articles that lacked it; it is the last tag, or at the place by the time in `since`."""
    found = _find(connection, "tags", "deleted IS NULL", ids, cache(read_list))
    lacking = {id_: (place, tags) for place, id_, tags in found if tag not in tags}
    after = {id_: [*tags, tag] for id_, (_, tags) in lacking.items()}
    said = {id_: since[place] if since else 1 for id_, (place, _) in lacking.items()}
    for id_, times in tag_times(connection, lacking).items() if since else ():
        times[tag] = said[id_]
        after[id_].sort(key=lambda each, times=times: times.get(each, 0))  # type: ignore[misc]
    _say(connection, "tags", _tags_as_json(after), TAG, said, tag)
    return tuple(lacking)


def _remove_tag(connection: sqlite3.Connection, ids: Sequence[ArticleId], tag: str) -> dict[ArticleId, int]:
    """Remove a tag, and return for each article that had it since when."""
    found = _find(connection, "tags", "deleted IS NULL", ids, cache(read_list))
    held = {id_: [each for each in tags if each != tag] for _, id_, tags in found if tag in tags}
    times, now = tag_times(connection, held), now_ms()
    _say(connection, "tags", _tags_as_json(held), TAG, dict.fromkeys(held, 0), tag)
    return {id_: times[id_].get(tag, now) for id_ in held}


def _tags_as_json(tags: Mapping[ArticleId, list[str]]) -> dict[ArticleId, str | None]:
    return {id_: json.dumps(each, ensure_ascii=False) if each else None for id_, each in tags.items()}


def _find(
    connection: sqlite3.Connection,
    column: str,
    where: str,
    ids: Sequence[ArticleId],
    read: Callable[[Any], Any] = lambda stored: stored,
) -> list[tuple[int, ArticleId, Any]]:
    """Return the articles among `ids` that match `where`, as (place in `ids`, article, value of a column)."""
    sql = f"SELECT named.key, article.id, {column} FROM {NAMED} WHERE {where} ORDER BY named.key"
    return [(place, id_, read(stored)) for place, id_, stored in connection.execute(sql, (json.dumps(ids),))]


def _say(
    connection: sqlite3.Connection,
    column: str,
    rows: Mapping[ArticleId, object],
    field: str,
    said: Mapping[ArticleId, int | None],
    item: str = "",
) -> None:
    """Set a column in the rows of articles, and add the statements that it follows from."""
    if rows:
        sql = f"UPDATE article SET {column} = value FROM json_each(?) WHERE article.id = CAST(key AS INTEGER)"
        connection.execute(sql, (by_id(rows),))
        add_statements(connection, field, said, item=item)


def _bring_back(store: LibraryStore, articles: Sequence[ArticleId]) -> None:
    """Restore the versions of articles that only undone imports have brought, as the person wants them back."""
    connection = store.connections.get()
    # An article shows a withdrawn version only if all are withdrawn, so most need no look at all their versions.
    sql = (
        f"SELECT article.id, bucket FROM {NAMED} JOIN revision AS shown ON shown.id = article.revision"
        " WHERE shown.withdrawn IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM revision WHERE revision.article = article.id AND withdrawn IS NULL)"
    )
    gone = connection.execute(sql, (json.dumps(sorted(articles)),)).fetchall()
    for sql in (
        f"INSERT INTO brought SELECT id, {PERSON} FROM revision WHERE article = ?",
        "UPDATE revision SET withdrawn = NULL WHERE article = ?",
    ):
        connection.executemany(sql, [(id_,) for id_, _ in gone])
    buckets = store.buckets()
    for name in dict.fromkeys(bucket for _, bucket in gone):
        buckets.settle(name)
