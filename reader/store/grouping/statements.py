"""Statements: what was said of articles, each kept with the version it was said of.

The state of an article (read, starred, tagged, in the bin, position) follows from the statements on its versions: for
each field the newest counts. So the state moves with the captures when articles are merged or divided.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reader.article import ArticleId
from reader.store.rows import now_ms

READ, POSITION, STARRED, TAG, BIN = "read", "position", "starred", "tag", "bin"
PERSON = 0
# The articles that a JSON list of ids names; some may have been merged into others. One SQL statement for thousands of
# articles takes a third of the time of one for each.
NAMED = (
    "json_each(?) AS named LEFT JOIN alias ON alias.id = named.value"
    " JOIN article ON article.id = coalesce(alias.article, named.value)"
)
# The articles of a JSON object of values by id.
BY_ID = "json_each(?) AS given JOIN article ON article.id = CAST(given.key AS INTEGER)"


@dataclass(frozen=True, slots=True)
class Said:
    """The state of an article that follows from its statements, in the form of the columns of its row."""

    read: int = 0
    position: float = 0.0
    starred: int | None = None
    tags: str | None = None
    binned: int | None = None


def tick(connection: sqlite3.Connection) -> int:
    """Return the time for a new statement: later than that of every other, even if the clock was set back."""
    now = now_ms()
    sql = "UPDATE state SET clock = max(clock + 1, ?) RETURNING clock"
    ((clock,),) = connection.execute(sql, (now,)).fetchall()
    return int(clock)


def add_statements(
    connection: sqlite3.Connection, field: str, values: Mapping[ArticleId, float | None], *, item: str = ""
) -> None:
    """Add statements on the versions that articles show, inside a transaction of the caller, who sets their rows."""
    connection.execute(
        "INSERT OR REPLACE INTO statement (revision, field, item, import, value, time)"
        f" SELECT revision, ?, ?, {PERSON}, coalesce(value, 0), ? FROM {BY_ID}",
        (field, item, tick(connection), by_id(values)),
    )


def by_id(values: Mapping[ArticleId, object]) -> str:
    """Return values of articles as the parameter of BY_ID; in the order of the rows, which is the fastest."""
    return json.dumps({id_: values[id_] for id_ in sorted(values)})


def said_of(connection: sqlite3.Connection, article: ArticleId) -> Said:
    """Return the state that follows from the statements on an article's versions.

    For each field, and each tag, the newest counts; statements that an import brought count unless it was undone.
    """
    rows = connection.execute(
        "SELECT field, item, value, time FROM statement JOIN revision ON revision.id = statement.revision"
        " JOIN original ON original.id = revision.original LEFT JOIN import ON import.id = statement.import"
        " WHERE revision.article = ? AND undone IS NULL ORDER BY time, sha256, statement.import",
        (article,),
    ).fetchall()
    return said(rows)


def said(rows: Sequence[tuple[str, str, float, int]]) -> Said:
    """Fold statements, given the oldest first, into a state."""
    newest = {(field, item): (value, time) for field, item, value, time in rows}
    held = [(item, value, time) for (field, item), (value, time) in newest.items() if field == TAG and value]
    tags = sorted((value if value > 1 else time, item) for item, value, time in held)

    def value_of(field: str) -> float:
        return newest.get((field, ""), (0, 0))[0]

    return Said(
        read=int(value_of(READ)),
        position=value_of(POSITION),
        starred=int(value_of(STARRED)) or None,
        tags=json.dumps([tag for _, tag in tags], ensure_ascii=False) if tags else None,
        binned=int(value_of(BIN)) or None,
    )


def tag_times(connection: sqlite3.Connection, ids: Iterable[ArticleId]) -> dict[ArticleId, dict[str, int]]:
    """Return since when articles have, or had, each of their tags: the times by which `said` orders them."""
    times: dict[ArticleId, dict[str, int]] = {id_: {} for id_ in ids}
    sql = (
        "SELECT article.id, item, CASE WHEN statement.value > 1 THEN statement.value ELSE time END, max(time)"
        f" FROM {BY_ID} JOIN revision ON revision.article = article.id"
        " JOIN statement ON statement.revision = revision.id LEFT JOIN import ON import.id = statement.import"
        f" WHERE field = '{TAG}' AND undone IS NULL GROUP BY article.id, item"
    )
    for id_, tag, since, _ in connection.execute(sql, (by_id(times),)):
        times[id_][tag] = int(since)
    return times
