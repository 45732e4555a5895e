"""Reads articles for the index, and records in the store which are in it, and in which version.

The version is the id of a revision: negative if the index lacks words of the article's other versions, 0 if the article
is not in the index.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence

from reader.article import Article, ArticleId, RevisionId
from reader.store.connection import store_errors, transaction
from reader.store.library_store import LibraryStore
from reader.store.rows import ARTICLE_COLUMNS, in_parts, to_article

logger = logging.getLogger(__name__)

# Articles per statement: one by one costs twice as much, and all at once would hold all their pages in memory.
_AT_ONCE = 100
_TO_INDEX = (
    f"SELECT {ARTICLE_COLUMNS}, EXISTS (SELECT 1 FROM image WHERE image.revision = revision.id),"
    " (SELECT count(*) FROM revision AS version WHERE version.article = article.id)"
    " FROM article JOIN revision ON revision.id = article.revision WHERE article.id IN ({ids})"
)

Held = tuple[ArticleId, RevisionId, int]
"""An article that the index holds, in which version, and how many versions it had before it was read."""


def read_to_index(store: LibraryStore, ids: Sequence[ArticleId]) -> Iterator[tuple[Article, bool, int]]:
    """Yield articles as they are shown, without their pictures; whether they have any; how many versions they have.

    A page that the disk has damaged is left out, so that it does not keep all others from being found.
    """
    for some in in_parts(ids, _AT_ONCE):
        for *row, has_image, versions in store.rows_of(_TO_INDEX, some):
            try:
                article = to_article(tuple(row), ())
            except zlib.error as error:
                logger.warning("article %d cannot be found, as its page is damaged: %s", row[0], error)
                continue
            yield article, bool(has_image), versions


def mark_indexed(store: LibraryStore, held: Iterable[Held]) -> None:
    """Record what the index holds, even if newer versions have come meanwhile.

    The window restores articles without the writer lock, so an article with another number of versions by now is to be
    indexed again.
    """
    sql = (
        "UPDATE article SET indexed = CASE (SELECT count(*) FROM revision WHERE article = ?2)"
        " WHEN ?3 THEN ?1 ELSE -abs(?1) END WHERE id = ?2"
    )
    rows = [(revision, article, versions) for article, revision, versions in held]
    with store_errors(store.path), transaction(store.connections.get()):
        store.connections.get().executemany(sql, rows)


def forget_indexed(store: LibraryStore, lost: Collection[ArticleId]) -> None:
    """Record that these articles are not in the index, so that they are indexed again."""
    with store_errors(store.path), transaction(store.connections.get()):
        for table in ("article", "alias"):
            sql = f"UPDATE {table} SET indexed = 0 WHERE id = ?"
            store.connections.get().executemany(sql, [(id_,) for id_ in lost])
