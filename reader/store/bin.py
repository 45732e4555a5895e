"""The bin: articles that the person has deleted, kept until they are deleted permanently."""

from __future__ import annotations

from reader.article import ArticleId
from reader.store.library_store import LibraryStore


class BinStore:
    """Reads the bin of one library; safe from any thread. Operations move articles there, and take them out."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store

    def ids(self) -> list[ArticleId]:
        """Return the articles in the bin, the one moved there last first."""
        sql = "SELECT id FROM article WHERE deleted IS NOT NULL ORDER BY deleted DESC, id DESC"
        return [ArticleId(row[0]) for row in self._store.rows(sql)]

    def count(self) -> int:
        """Count the articles in the bin."""
        return int(self._store.one("SELECT count(*) FROM article WHERE deleted IS NOT NULL")[0])

    def hidden(self) -> frozenset[ArticleId]:
        """Return what the index still holds and should not: articles in the bin, and aliases of others."""
        sql = (
            "SELECT id FROM article WHERE deleted IS NOT NULL AND indexed <> 0"
            " UNION ALL SELECT id FROM alias WHERE indexed <> 0"
        )
        return frozenset(ArticleId(row[0]) for row in self._store.rows(sql))
