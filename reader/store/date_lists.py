"""The articles by date without a search: the list a window shows first, and whenever the search box is cleared.

Only as much is read as is asked for: the newest 200 of 300,000 take 0.1 ms, all of them 80 ms. The last lists are
cached until the library changes; to ask SQLite whether it has costs less than reading one row.
"""

from __future__ import annotations

import sqlite3
import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reader.article import ArticleId
from reader.scope import ArticleState, Everything, InState, OneSource, Searchable

_KEPT = 4
_AT_ONCE = 5_000

# The condition for each state; `tables` has an index for each that a window lists.
_IN_STATE = {
    ArticleState.READ: "read <> 0",
    ArticleState.UNREAD: "read = 0",
    ArticleState.STARRED: "starred IS NOT NULL",
}


class Asked(NamedTuple):
    """Which list is asked for: the rows of a scope, the newest or the oldest first."""

    newest: bool
    scope: Searchable


@dataclass(frozen=True, slots=True)
class DateList:
    """The ids of a list in order, all or the first ones; `total` is the length of the whole list."""

    ids: array[int]
    total: int

    def has(self, limit: int | None) -> bool:
        """Say whether the first `limit` ids, or all of them for None, are in `ids`."""
        return len(self.ids) == self.total or (limit is not None and len(self.ids) >= limit)


class DateLists:
    """Reads and caches lists; each thread has a cache, as SQLite reports changes per connection."""

    def __init__(self, connection: Callable[[], sqlite3.Connection]) -> None:
        self._connection = connection
        self._local = threading.local()

    def read(self, asked: Asked, limit: int | None, kept: Sequence[ArticleId] = ()) -> DateList:
        """Return the first `limit` articles, or all; those in `kept` are listed whatever their state."""
        connection = self._connection()
        if kept:
            return _read_ids(connection, asked, limit, kept)
        # data_version changes with commits of other connections, total_changes with those of this one.
        version = (id(connection), *connection.execute("PRAGMA data_version").fetchone(), connection.total_changes)
        if getattr(self._local, "version", None) != version:
            self._local.kept, self._local.version = OrderedDict(), version
        known: OrderedDict[Asked, DateList] = self._local.kept
        found = known.get(asked)
        if found is None or not found.has(limit):
            found = known[asked] = _read_ids(connection, asked, limit)
            while len(known) > _KEPT:
                known.popitem(last=False)
        known.move_to_end(asked)
        return found


def _read_ids(
    connection: sqlite3.Connection, asked: Asked, limit: int | None, kept: Sequence[ArticleId] = ()
) -> DateList:
    """Read articles with a date, then those without one; each part follows an index, so a limit is cheap."""
    condition, parameters = _where(asked.scope)
    wheres = [f"deleted IS NULL AND {condition}"]
    if kept:
        wheres.append(f"deleted IS NULL AND NOT ({condition}) AND id IN ({','.join(map(str, map(int, kept)))})")
    parameters *= len(wheres)
    ids = array("q")
    direction = "DESC" if asked.newest else "ASC"
    for dated, order in (
        ("published IS NOT NULL", f"published {direction}, id {direction}"),
        ("published IS NULL", f"id {direction}"),
    ):
        most = -1 if limit is None else limit - len(ids)
        each = [f"SELECT id, published FROM article WHERE {where} AND {dated}" for where in wheres]
        cursor = connection.execute(f"{' UNION ALL '.join(each)} ORDER BY {order} LIMIT {most}", parameters)
        while rows := cursor.fetchmany(_AT_ONCE):
            ids.extend(row[0] for row in rows)
    if limit is None or len(ids) < limit:
        return DateList(ids, len(ids))
    counts = [f"SELECT count(*) AS n FROM article WHERE {where}" for where in wheres]
    (total,) = connection.execute(f"SELECT sum(n) FROM ({' UNION ALL '.join(counts)})", parameters).fetchone()
    return DateList(ids, max(len(ids), total))


def _where(scope: Searchable) -> tuple[str, tuple[str, ...]]:
    """Say as SQL which rows a scope holds; `tables` has an index for each that a window lists."""
    match scope:
        case Everything():
            return "TRUE", ()
        case OneSource(name):
            return "source = ?", (name,)
        case InState(state):
            return _IN_STATE[state], ()
