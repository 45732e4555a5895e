"""The rows of articles: their numbers, the version that each shows, its state, and the aliases of old numbers.

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
    """Make sure that a number is an article's own: it may have been an alias of another article until now."""
    insert_article(connection, bucket, revision, id_)
    connection.execute("DELETE FROM alias WHERE id = ?", (id_,))


def lead(connection: sqlite3.Connection, id_: ArticleId, home: ArticleId) -> None:
    """Make the number of an article that was merged an alias of the article that it is part of now."""
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
    """Show a version of an article, and have the article indexed again; return whether anything was done.

    With `anyway` this is done even if the version is shown already: the index holds the words of all versions, and
    the others may have changed.
    """
    sql = (
        "UPDATE article SET (revision, source, published) = (SELECT id, source, published FROM revision"
        " WHERE id = ?1), indexed = -abs(indexed),"
        " added = (SELECT min(added, imported) FROM revision WHERE id = ?1)"
        " WHERE id = ?2" + ("" if anyway else " AND revision <> ?1")
    )
    return connection.execute(sql, (revision, article)).rowcount > 0


def apply_statements(connection: sqlite3.Connection, article: ArticleId, withdrawn: int | None = None) -> None:
    """Set the state in an article's row from the statements on its versions.

    `withdrawn` is given if all its versions are withdrawn: since then the article is in the bin.
    """
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
    """Record the number that a version carries: the article it first was, whose number it takes along if it parts."""
    connection.execute("UPDATE likeness SET born = ? WHERE revision = ?", (article, revision))


def delete_empty_articles(connection: sqlite3.Connection, bucket: str) -> None:
    """Delete the articles of a bucket that have no capture, as damage may leave them, and their aliases."""
    sql = (
        "DELETE FROM article WHERE bucket = ? AND NOT EXISTS"
        " (SELECT 1 FROM revision WHERE article = article.id) RETURNING id"
    )
    connection.executemany("DELETE FROM alias WHERE article = ?", connection.execute(sql, (bucket,)).fetchall())


def move_versions(connection: sqlite3.Connection, key: str, buckets: Mapping[RevisionId, str]) -> None:
    """Move versions from the bucket `key` to those named in `buckets`; versions that leave give up their number.

    An article stays in the bucket if one of its versions does, or else goes with the first. The other versions become
    articles of their own until their buckets are settled.
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
    """Make some versions of an article a new article, in another bucket."""
    connection.executemany("UPDATE likeness SET born = NULL WHERE revision = ?", [(id_,) for id_ in revisions])
    article = insert_article(connection, bucket, revisions[0])
    sql = "UPDATE revision SET article = ? WHERE id = ?"
    connection.executemany(sql, [(article, id_) for id_ in revisions])
    bear(connection, revisions[0], article)
