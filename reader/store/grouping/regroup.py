"""Regroups the articles of a library from before format 4, which had exactly one article for each address.

The state of an article is kept as statements on the version it showed. Pages are not cleaned again here; that happens
later, in the background.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from reader.article import Origin, RevisionId
from reader.identity.addresses import read_address
from reader.store.grouping.buckets import Buckets
from reader.store.grouping.statements import BIN, PERSON, POSITION, READ, STARRED, TAG
from reader.store.rows import read_list, unpack_bytes

_SHARED = (
    "SELECT bucket FROM article JOIN revision ON revision.article = article.id GROUP BY bucket HAVING count(*) > 1"
)
_UNDONE = "(SELECT id FROM import WHERE undone IS NOT NULL)"


def regroup(connection: sqlite3.Connection, step: Callable[[int], None]) -> None:
    """Name all buckets, and regroup their captures, inside a transaction; `step` is told how many are done."""
    withdraw_undone(connection)
    keep_states(connection)
    done = 0
    for done in name_buckets(connection):
        step(done)
    buckets = Buckets(lambda: connection, lambda revision: _left_out(connection, revision))
    for key in [row[0] for row in connection.execute(_SHARED)]:
        buckets.settle(key)
        done += 1
        step(done)


def withdraw_undone(connection: sqlite3.Connection) -> None:
    """Withdraw the versions of undone imports, except where the person took the article out of the bin again."""
    binned = "SELECT id FROM article WHERE deleted IS NOT NULL"
    moment = "(SELECT deleted FROM article WHERE id = article)"
    undone = f"import IN {_UNDONE} AND withdrawn IS NULL"
    connection.execute(f"UPDATE revision SET withdrawn = {moment} WHERE {undone} AND article IN ({binned})")
    connection.execute(f"INSERT OR IGNORE INTO brought SELECT id, {PERSON} FROM revision WHERE {undone}")


def name_buckets(connection: sqlite3.Connection) -> Iterator[int]:
    """Name each article's bucket by the current rules for addresses, yielding how many are done."""
    sql = "SELECT article.id, bucket, url FROM article JOIN revision ON revision.id = article.revision"
    for done, (id_, before, url) in enumerate(connection.execute(sql).fetchall(), 1):
        address = read_address(url) if url else None
        if address is not None and address.key != before:
            connection.execute("UPDATE article SET bucket = ? WHERE id = ?", (address.key, id_))
        yield done


def keep_states(connection: sqlite3.Connection, where: str = "TRUE") -> None:
    """Turn the states in articles' rows into statements on the versions shown.

    A state that has no time of its own gets the time at which the article was added.
    """
    insert = "INSERT OR IGNORE INTO statement (revision, field, item, import, value, time)"
    undone = "(SELECT undone FROM import WHERE undone IS NOT NULL)"
    for field, value, time, held in (
        (READ, "read", "added", "read <> 0"),
        (POSITION, "position", "added", "position <> 0"),
        (STARRED, "starred", "starred", "starred IS NOT NULL"),
        (BIN, "deleted", "deleted", f"deleted IS NOT NULL AND deleted NOT IN {undone}"),
    ):
        sql = f"{insert} SELECT revision, ?, '', {PERSON}, {value}, {time} FROM article WHERE {held} AND {where}"
        connection.execute(sql, (field,))
    tagged = f"SELECT revision, tags, added FROM article WHERE tags IS NOT NULL AND {where}"
    for revision, tags, added in connection.execute(tagged).fetchall():
        # A later time for each tag, so that their order is not lost.
        for later, tag in enumerate(read_list(tags)):
            connection.execute(f"{insert} VALUES (?, ?, ?, {PERSON}, 1, ?)", (revision, TAG, tag, added + later))
    connection.execute("UPDATE state SET clock = max(clock, coalesce((SELECT max(time) FROM statement), 0))")


def _left_out(connection: sqlite3.Connection, revision: RevisionId) -> str:
    """Return the rest of the address from the original, as an older Pressmark did not store it."""
    from reader.errors import CaptureError
    from reader.formats.default import read_captures
    from reader.sources.saved_file import SavedFile

    sql = (
        "SELECT data, origin_path, origin_member FROM revision JOIN original ON original.id = original"
        " WHERE revision.id = ?"
    )
    data, path, member = connection.execute(sql, (revision,)).fetchone()
    file = SavedFile.of_original(Origin(path, member), unpack_bytes(data))
    try:
        urls = [capture.url for capture in read_captures(file)]
    except CaptureError:
        return ""
    address = read_address(urls[0]) if urls and urls[0] else None
    return "" if address is None else address.rest
