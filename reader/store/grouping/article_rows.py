"""The rows of articles: their numbers, the version that each shows, what was said of it, and where old numbers lead.

All functions run inside a transaction of the caller.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping

from reader.article import ArticleId, RevisionId
from reader.store.grouping.statements import said_of


def insert_article(
    connection: sqlite3.Connection, bucket: str, revision: RevisionId, id_: ArticleId | None = None
) -> ArticleId:
    """Add the row of an article that shows a version, under a new number or under `id_` if that has no row."""
    sql = (
        "INSERT OR IGNORE INTO article (id, bucket, revision, source, added)"
        " SELECT ?, ?, id, source, imported FROM revision WHERE id = ?"
    )
    cursor = connection.execute(sql, (id_, bucket, revision))
    return id_ or ArticleId(cursor.lastrowid or 0)


def keep_article(connection: sqlite3.Connection, bucket: str, revision: RevisionId, id_: ArticleId) -> None:
    """See that a number is an article's: it may have led to another article until now."""
    insert_article(connection, bucket, revision, id_)
    connection.execute("DELETE FROM alias WHERE id = ?", (id_,))


def lead(connection: sqlite3.Connection, id_: ArticleId, home: ArticleId) -> None:
    """Let a number that is no article's any more lead to the one that it went into."""
    added = "(SELECT added FROM article WHERE id = :id)"
    indexed = "coalesce((SELECT indexed <> 0 FROM article WHERE id = :id), 0)"
    for sql in (
        f"UPDATE article SET added = min(added, coalesce({added}, added)) WHERE id = :home",
        f"INSERT INTO alias VALUES (:id, :home, {indexed}) ON CONFLICT (id) DO UPDATE SET article = :home",
        "UPDATE alias SET article = :home WHERE article = :id",
        "DELETE FROM article WHERE id = :id",
    ):
        connection.execute(sql, {"id": id_, "home": home})


def show(connection: sqlite3.Connection, article: ArticleId, revision: RevisionId, *, anyway: bool = True) -> bool:
    """Show an article as a version has it, and let the index take it up; say whether there was anything to do.

    It is done `anyway` where the versions are others than before, as the index holds the words of them all.
    """
    sql = (
        "UPDATE article SET (revision, source, published) = (SELECT id, source, published FROM revision"
        " WHERE id = ?1), indexed = -abs(indexed),"
        " added = (SELECT min(added, imported) FROM revision WHERE id = ?1)"
        " WHERE id = ?2" + ("" if anyway else " AND revision <> ?1")
    )
    return connection.execute(sql, (revision, article)).rowcount > 0


def apply_statements(connection: sqlite3.Connection, article: ArticleId, withdrawn: int | None = None) -> None:
    """Let an article's row be what was said of its versions; one whose versions are all `withdrawn` is in the bin."""
    said = said_of(connection, article)
    state = (said.read, said.position, said.starred, said.tags)
    sql = "SELECT read, position, starred, tags, deleted FROM article WHERE id = ?"
    *before, deleted = connection.execute(sql, (article,)).fetchone()
    if tuple(before) != state:
        sql = "UPDATE article SET read = ?, position = ?, starred = ?, tags = ? WHERE id = ?"
        connection.execute(sql, (*state, article))
    if deleted != (binned := said.binned or withdrawn):
        connection.execute("UPDATE article SET deleted = ? WHERE id = ?", (binned, article))


def bear(connection: sqlite3.Connection, revision: RevisionId, article: ArticleId | None) -> None:
    """Note which article a version was first, so that it has the number again if it parts from the others."""
    connection.execute("UPDATE likeness SET born = ? WHERE revision = ?", (article, revision))


def delete_empty_articles(connection: sqlite3.Connection, bucket: str) -> None:
    """Delete the rows of a bucket that have no capture, as damage leaves them, and the numbers that lead there."""
    sql = (
        "DELETE FROM article WHERE bucket = ? AND NOT EXISTS"
        " (SELECT 1 FROM revision WHERE article = article.id) RETURNING id"
    )
    connection.executemany("DELETE FROM alias WHERE article = ?", connection.execute(sql, (bucket,)).fetchall())


def move_versions(connection: sqlite3.Connection, key: str, buckets: Mapping[RevisionId, str]) -> None:
    """Let versions of the bucket `key` be in those that are named, and none carry the number of what it has left.

    The article stays where one of its versions does, or goes with the first; others are articles of their own until
    their buckets are settled.
    """
    sql = (
        "SELECT article, revision.id FROM revision JOIN article ON article.id = article"
        " WHERE bucket = ? ORDER BY revision.id"
    )
    versions: defaultdict[ArticleId, defaultdict[str, list[RevisionId]]] = defaultdict(lambda: defaultdict(list))
    for article, revision in connection.execute(sql, (key,)).fetchall():
        versions[article][buckets.get(revision, key)].append(revision)
    for article, parts in versions.items():
        home = key if key in parts else next(iter(parts))
        connection.execute("UPDATE article SET bucket = ? WHERE id = ?", (home, article))
        for bucket, revisions in parts.items():
            if bucket != home:
                _move_apart(connection, bucket, revisions)


def _move_apart(connection: sqlite3.Connection, bucket: str, revisions: list[RevisionId]) -> None:
    """Let some versions of an article be another one, in another bucket."""
    connection.executemany("UPDATE likeness SET born = NULL WHERE revision = ?", [(id_,) for id_ in revisions])
    article = insert_article(connection, bucket, revisions[0])
    sql = "UPDATE revision SET article = ? WHERE id = ?"
    connection.executemany(sql, [(article, id_) for id_ in revisions])
    bear(connection, revisions[0], article)
