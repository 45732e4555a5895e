"""Statements: what was said of articles, each kept with the version it was said of.

The state of an article (read, starred, tagged, in the bin, position) follows from the statements on its versions: for
each field the newest counts. So the state moves with the captures when articles are merged or divided.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from reader.article import ArticleId
from reader.store.rows import in_parts, now_ms

READ, POSITION, STARRED, TAG, BIN = "read", "position", "starred", "tag", "bin"
PERSON = 0
# Parameters per SQL statement.
_BATCH = 500
_LARGEST_ID = 2**63 - 1


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


def resolved(connection: sqlite3.Connection, ids: Iterable[ArticleId]) -> list[ArticleId]:
    """Return the numbers that articles have now, each once: some may have been merged into others."""
    # A person may type a number of more than 64 bits, which SQLite would refuse.
    sound = [id_ for id_ in dict.fromkeys(ids) if 0 < id_ <= _LARGEST_ID]
    homes: dict[ArticleId, ArticleId] = {}
    for some in in_parts(sound, _BATCH):
        homes.update(connection.execute(f"SELECT id, article FROM alias WHERE id IN ({placeholders(some)})", some))
    return list(dict.fromkeys(homes.get(id_, id_) for id_ in sound))


def change_some(
    connection: sqlite3.Connection, column: str, value: int | None, where: str, ids: Iterable[ArticleId]
) -> list[ArticleId]:
    """Set a column of those of `ids` that match `where`, inside a transaction of the caller; return them in order.

    One UPDATE for hundreds of articles takes a third of the time of one for each.
    """
    changed: list[ArticleId] = []
    for some in in_parts(resolved(connection, ids), _BATCH):
        chosen = f"id IN ({placeholders(some)}) AND {where}"
        found = {row[0] for row in connection.execute(f"SELECT id FROM article WHERE {chosen}", some)}
        connection.execute(f"UPDATE article SET {column} = ? WHERE {chosen}", (value, *some))
        changed += [id_ for id_ in some if id_ in found]
    return changed


def placeholders(values: Collection[object]) -> str:
    """Return as many question marks as there are values, for a list in a statement."""
    return ",".join("?" * len(values))


def add_statement(
    connection: sqlite3.Connection, ids: Iterable[ArticleId], field: str, value: float, *, item: str = "", time: int
) -> None:
    """Add a statement on the versions that articles show, inside a transaction of the caller, who sets their rows."""
    connection.executemany(
        "INSERT OR REPLACE INTO statement (revision, field, item, import, value, time)"
        f" SELECT revision, ?, ?, {PERSON}, ?, ? FROM article WHERE id = ?",
        [(field, item, value, time, id_) for id_ in ids],
    )


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
    tags = sorted((time, item) for (field, item), (value, time) in newest.items() if field == TAG and value)

    def value_of(field: str) -> float:
        return newest.get((field, ""), (0, 0))[0]

    return Said(
        read=int(value_of(READ)),
        position=value_of(POSITION),
        starred=int(value_of(STARRED)) or None,
        tags=json.dumps([tag for _, tag in tags], ensure_ascii=False) if tags else None,
        binned=int(value_of(BIN)) or None,
    )
