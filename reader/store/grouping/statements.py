"""What was said of articles, kept with the version that it was said of.

What an article is (read, starred, tagged, in the bin, read so far) follows of the statements on its versions: of each
field the newest counts. So it goes with its captures when articles join or part, and comes back with them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reader.article import ArticleId
from reader.store.rows import in_parts, now_ms

READ, POSITION, STARRED, TAG, BIN = "read", "position", "starred", "tag", "bin"
PERSON = 0
# The parameters of one statement.
_BATCH = 500
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Said:
    """What an article is, by what was said of it; as the columns of its row have it."""

    read: int = 0
    position: float = 0.0
    starred: int | None = None
    tags: str | None = None
    binned: int | None = None


def tick(connection: sqlite3.Connection) -> int:
    """Return the time of a statement made now: later than all before it, whatever the clock says."""
    now = now_ms()
    sql = "UPDATE state SET clock = max(clock + 1, ?) RETURNING clock"
    ((clock,),) = connection.execute(sql, (now,)).fetchall()
    return int(clock)


def resolved(connection: sqlite3.Connection, ids: Iterable[ArticleId]) -> list[ArticleId]:
    """Return the numbers that articles have now, each once: some may have become part of others."""
    # No article has a number of more than 64 bits, as a person may type one.
    sound = [id_ for id_ in dict.fromkeys(ids) if 0 < id_ <= _LARGEST_ID]
    homes: dict[ArticleId, ArticleId] = {}
    for some in in_parts(sound, _BATCH):
        homes.update(connection.execute(f"SELECT id, article FROM alias WHERE id IN ({_places(some)})", some))
    return list(dict.fromkeys(homes.get(id_, id_) for id_ in sound))


def change_some(
    connection: sqlite3.Connection, column: str, value: int | None, where: str, ids: Iterable[ArticleId]
) -> list[ArticleId]:
    """Set a column of those of `ids` of which `where` holds, inside a transaction of the caller; return them in order.

    A statement for hundreds of articles takes a third of the time of one for each.
    """
    changed: list[ArticleId] = []
    for some in in_parts(resolved(connection, ids), _BATCH):
        chosen = f"id IN ({_places(some)}) AND {where}"
        found = {row[0] for row in connection.execute(f"SELECT id FROM article WHERE {chosen}", some)}
        connection.execute(f"UPDATE article SET {column} = ? WHERE {chosen}", (value, *some))
        changed += [id_ for id_ in some if id_ in found]
    return changed


def _places(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def add_statement(
    connection: sqlite3.Connection, ids: Iterable[ArticleId], field: str, value: float, *, item: str = "", time: int
) -> None:
    """Say something of articles as they are shown, inside a transaction of the caller; their rows are the caller's."""
    connection.executemany(
        "INSERT OR REPLACE INTO statement (revision, field, item, import, value, time)"
        f" SELECT revision, ?, ?, {PERSON}, ?, ? FROM article WHERE id = ?",
        [(field, item, value, time, id_) for id_ in ids],
    )


def said_of(connection: sqlite3.Connection, article: ArticleId) -> Said:
    """Return what follows of the statements on an article's versions: of each field, and each tag, the newest.

    Those that an import brought count as long as it is not undone.
    """
    rows = connection.execute(
        "SELECT field, item, value, time FROM statement JOIN revision ON revision.id = statement.revision"
        " JOIN original ON original.id = revision.original LEFT JOIN import ON import.id = statement.import"
        " WHERE revision.article = ? AND undone IS NULL ORDER BY time, sha256, statement.import",
        (article,),
    ).fetchall()
    return said(rows)


def said(rows: Sequence[tuple[str, str, float, int]]) -> Said:
    """Fold statements, the oldest first, into what they come to."""
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
