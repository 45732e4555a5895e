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
from reader.store.rows import now_ms

READ, POSITION, STARRED, TAG, BIN = "read", "position", "starred", "tag", "bin"
PERSON = 0


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
