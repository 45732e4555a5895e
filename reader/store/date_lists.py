"""The articles by date without a search: the list that a window shows first, and whenever its box is cleared.

Only as much is read as is wanted: the newest 200 of 300,000 take 0.1 ms, all of them 80. What was read last is
kept until the library changes, which SQLite tells for less than reading one row costs.
"""

from __future__ import annotations

import sqlite3
import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from reader.query import SortOrder

_KEPT = 4
_AT_ONCE = 5_000

_Key = tuple[bool, str | None]


@dataclass(frozen=True, slots=True)
class DateList:
    """Ids in order, all or the first ones; `total` is how many there are."""

    ids: array[int]
    total: int

    def has(self, limit: int | None) -> bool:
        """Say whether the first `limit` are here."""
        return len(self.ids) == self.total or (limit is not None and len(self.ids) >= limit)


class DateLists:
    """Reads and keeps lists, apart for each thread, as SQLite tells of changes a connection at a time."""

    def __init__(self, connection: Callable[[], sqlite3.Connection]) -> None:
        self._connection = connection
        self._local = threading.local()

    def read(self, order: SortOrder, source: str | None, limit: int | None) -> DateList:
        """Return the first `limit` articles, or all; relevance without a query is the newest first."""
        connection = self._connection()
        # The one changes with other connections' commits, the other with this one's.
        version = (id(connection), *connection.execute("PRAGMA data_version").fetchone(), connection.total_changes)
        if getattr(self._local, "version", None) != version:
            self._local.kept, self._local.version = OrderedDict(), version
        kept: OrderedDict[_Key, DateList] = self._local.kept
        key = (order is not SortOrder.OLDEST, source)
        found = kept.get(key)
        if found is None or not found.has(limit):
            found = _read(connection, *key, limit)
            kept[key] = found
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        kept.move_to_end(key)
        return found


def _read(connection: sqlite3.Connection, newest: bool, source: str | None, limit: int | None) -> DateList:
    """Walk along an index: those with a date, then those without one."""
    direction = "DESC" if newest else "ASC"
    where: str = "deleted IS NULL AND "
    parameters: tuple[str, ...] = ()
    if source is not None:
        where, parameters = f"{where}source = ? AND ", (source,)
    ids = array("q")
    for condition in (
        f"published IS NOT NULL ORDER BY published {direction}, id {direction}",
        f"published IS NULL ORDER BY id {direction}",
    ):
        most = -1 if limit is None else limit - len(ids)
        sql = f"SELECT id FROM article WHERE {where}{condition} LIMIT ?"
        cursor = connection.execute(sql, (*parameters, most))
        while rows := cursor.fetchmany(_AT_ONCE):
            ids.extend(row[0] for row in rows)
    if limit is None or len(ids) < limit:
        return DateList(ids, len(ids))
    counted = "SELECT count(*) FROM article WHERE deleted IS NULL" + (" AND source = ?" if source is not None else "")
    return DateList(ids, max(len(ids), connection.execute(counted, parameters).fetchone()[0]))
