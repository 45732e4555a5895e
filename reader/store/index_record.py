"""Notes in the store which articles the index holds, and by which version.

A version below 0 says that the index lacks words of the article's other versions; 0 that it does not hold the article.
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
    """Note that the index holds these versions, current or overtaken meanwhile.

    The window restores articles without the writer lock: one that has not as many versions any more as it had before
    it was read, by default one, is to be taken up again.
    """
    sql = (
        "UPDATE article SET indexed = CASE (SELECT count(*) FROM revision WHERE article = ?2)"
        " WHEN ?3 THEN ?1 ELSE -abs(?1) END WHERE id = ?2"
    )
    rows = [(revision, article, counts.get(article, 1)) for article, revision in held]
    with store_errors(store.path), transaction(store.connections.get()):
        store.connections.get().executemany(sql, rows)


def forget_indexed(store: LibraryStore, lost: Collection[ArticleId]) -> None:
    """Note that the index does not hold these articles after all, so that it takes them up again."""
    with store_errors(store.path), transaction(store.connections.get()):
        for table in ("article", "alias"):
            sql = f"UPDATE {table} SET indexed = 0 WHERE id = ?"
            store.connections.get().executemany(sql, [(id_,) for id_ in lost])
