"""Applies operations: the one place that writes what a person says of articles, as statements and in their rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from reader.article import ArticleId
from reader.operation import (
    AddTag,
    MarkRead,
    MarkUnread,
    MoveToBin,
    Operation,
    RemoveTag,
    RestoreFromBin,
    Star,
    ToggleStar,
    Unstar,
)
from reader.store.connection import store_errors, transaction
from reader.store.grouping.statements import BIN, NAMED, PERSON, READ, STARRED, TAG, add_statements, by_id, tag_times
from reader.store.library_store import LibraryStore
from reader.store.rows import now_ms, read_tags
from reader.store.states import StateStore


def apply(store: LibraryStore, operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Apply operations, in one transaction, and return the inverses of those that changed something, the last first.

    In a read-only library articles stay unread, and it is no error: the person only meant to read.

    Raises:
        StoreError: the library cannot be written; nothing was changed.
    """
    if store.read_only and all(isinstance(each, MarkRead | MarkUnread) for each in operations):
        return ()
    with store_errors(store.path), transaction(store.connections.get()):
        inverses = [_apply(store, each) for each in operations]
    return tuple(inverse for inverse in reversed(inverses) if inverse.articles)


def _apply(store: LibraryStore, operation: Operation) -> Operation:
    connection = store.connections.get()
    match operation:
        case MarkRead(ids):
            return MarkUnread(tuple(_set(connection, READ, "read = 0", ids, 1)))
        case MarkUnread(ids):
            return MarkRead(tuple(_set(connection, READ, "read <> 0", ids, 0)))
        case Star(ids, since):
            where = "starred IS NULL AND deleted IS NULL"
            return Unstar(tuple(_set(connection, STARRED, where, ids, now_ms(), since)))
        case Unstar(ids):
            before = _set(connection, STARRED, "starred IS NOT NULL AND deleted IS NULL", ids, None)
            return Star(tuple(before), tuple(before.values()))
        case ToggleStar(ids):
            return _apply(store, Star(ids) if StateStore(store).has_unstarred(ids) else Unstar(ids))
        case MoveToBin(ids, since):
            return RestoreFromBin(tuple(_set(connection, BIN, "deleted IS NULL", ids, now_ms(), since)))
        case RestoreFromBin(ids):
            before = _set(connection, BIN, "deleted IS NOT NULL", ids, None)
            _bring_back(store, [*before])
            return MoveToBin(tuple(before), tuple(before.values()))
        case AddTag(ids, since, tag=tag):
            return RemoveTag(_add_tag(connection, ids, since, tag), tag=tag)
        case RemoveTag(ids, tag=tag):
            before = _remove_tag(connection, ids, tag)
            return AddTag(tuple(before), tuple(before.values()), tag=tag)


def _set(
    connection: sqlite3.Connection,
    field: str,
    where: str,
    ids: Sequence[ArticleId],
    value: int | None,
    values: Sequence[int] = (),
) -> dict[ArticleId, int]:
    """Set what is said of the articles that match `where`, in their order, and return what was said before.

    They get the `values` that stand at their places, or else all the same value.
    """
    column = "deleted" if field == BIN else field
    sql = f"SELECT named.key, article.id, {column} FROM {NAMED} WHERE {where} ORDER BY named.key"
    before, after = dict[ArticleId, int](), dict[ArticleId, int | None]()
    for place, id_, was in connection.execute(sql, (json.dumps(ids),)):
        before[id_], after[id_] = was, values[place] if values else value
    _write(connection, column, after)
    if after:
        add_statements(connection, field, after)
    return before


def _write(connection: sqlite3.Connection, column: str, values: Mapping[ArticleId, object]) -> None:
    sql = (
        f"UPDATE article SET {column} = given.value FROM json_each(?) AS given"
        " WHERE article.id = CAST(given.key AS INTEGER)"
    )
    connection.execute(sql, (by_id(values),))


def _add_tag(
    connection: sqlite3.Connection, ids: Sequence[ArticleId], since: Sequence[int], tag: str
) -> tuple[ArticleId, ...]:
    """Give articles a tag, and return those that had it not; it is the last, or at the place that its time gives it."""
    lacking = {id_: (place, tags) for place, id_, tags in _tags_of(connection, ids) if tag not in tags}
    times = tag_times(connection, lacking) if since else {}

    def with_tag(id_: ArticleId, place: int, tags: Sequence[str]) -> list[str]:
        earlier = [each for each in tags if not since or times[id_].get(each, 0) < since[place]]
        return [*earlier, tag, *(each for each in tags if each not in earlier)]

    said = {id_: since[place] if since else 1 for id_, (place, _) in lacking.items()}
    _write_tags(connection, {id_: with_tag(id_, place, tags) for id_, (place, tags) in lacking.items()}, tag, said)
    return tuple(lacking)


def _remove_tag(connection: sqlite3.Connection, ids: Sequence[ArticleId], tag: str) -> dict[ArticleId, int]:
    """Take a tag from articles, and return since when they had it."""
    held = {id_: tags for _, id_, tags in _tags_of(connection, ids) if tag in tags}
    times, now = tag_times(connection, held), now_ms()
    left = {id_: [each for each in tags if each != tag] for id_, tags in held.items()}
    _write_tags(connection, left, tag, dict.fromkeys(held, 0))
    return {id_: times[id_].get(tag, now) for id_ in held}


def _tags_of(
    connection: sqlite3.Connection, ids: Sequence[ArticleId]
) -> Iterator[tuple[int, ArticleId, tuple[str, ...]]]:
    """Yield the articles outside the bin, each with its place and its tags."""
    known: dict[str | None, tuple[str, ...]] = {}
    sql = f"SELECT named.key, article.id, tags FROM {NAMED} WHERE deleted IS NULL ORDER BY named.key"
    for place, id_, stored in connection.execute(sql, (json.dumps(ids),)):
        if stored not in known:
            known[stored] = read_tags(stored)
        yield place, id_, known[stored]


def _write_tags(
    connection: sqlite3.Connection, tags: Mapping[ArticleId, list[str]], tag: str, said: Mapping[ArticleId, int]
) -> None:
    """Write the tags of articles; `said` is the value of the statement on the one that is given or taken away."""
    stored = {id_: json.dumps(each, ensure_ascii=False) if each else None for id_, each in tags.items()}
    _write(connection, "tags", stored)
    if said:
        add_statements(connection, TAG, said, item=tag)


def _bring_back(store: LibraryStore, articles: Sequence[ArticleId]) -> None:
    """Let articles have their versions again that an undone import alone had brought: the person wants them."""
    connection = store.connections.get()
    # The version that is shown is withdrawn only if all are; to read all is several times as slow.
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
