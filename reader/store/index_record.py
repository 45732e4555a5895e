"""Records in the store which articles are in the index, and in which version.

It is the id of a revision: negative if the index lacks words of the article's other versions, 0 if the article is not
in the index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from reader.article import ArticleId, RevisionId
from reader.store.connection import store_errors, transaction
from reader.store.library_store import LibraryStore


def count_versions(store: LibraryStore, articles: Sequence[ArticleId]) -> dict[ArticleId, int]:
    """Count the versions of articles before they are read for the index; `mark_indexed` then asks for it."""
    sql = "SELECT article, count(*) FROM revision WHERE article IN ({ids}) GROUP BY article"
    return dict(store.rows_of(sql, articles))


def mark_indexed(
    store: LibraryStore, held: Iterable[tuple[ArticleId, RevisionId]], counts: Mapping[ArticleId, int]
) -> None:
    """Record that the index holds these revisions, even if newer ones have come meanwhile.

    `counts` are the numbers of versions that articles had before they were read, by default 1. The window restores
    articles without the writer lock, so an article with another number by now is to be indexed again.
    """
    sql = (
        "UPDATE article SET indexed = CASE (SELECT count(*) FROM revision WHERE article = ?2)"
        " WHEN ?3 THEN ?1 ELSE -abs(?1) END WHERE id = ?2"
    )
    rows = [(revision, article, counts.get(article, 1)) for article, revision in held]
    with store_errors(store.path), transaction(store.connections.get()):
        store.connections.get().executemany(sql, rows)


def forget_indexed(store: LibraryStore, lost: Collection[ArticleId]) -> None:
    """Record that these articles are not in the index, so that they are indexed again."""
    with store_errors(store.path), transaction(store.connections.get()):
        for table in ("article", "alias"):
            sql = f"UPDATE {table} SET indexed = 0 WHERE id = ?"
            store.connections.get().executemany(sql, [(id_,) for id_ in lost])
