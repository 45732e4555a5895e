"""The bin: articles that are not shown any more, and are kept until they are deleted."""

from __future__ import annotations

from collections.abc import Sequence

from reader.article import ArticleId
from reader.store.connection import store_errors, transaction
from reader.store.grouping.statements import BIN, PERSON, add_statement, change_some, tick
from reader.store.library_store import LibraryStore
from reader.store.rows import now_ms


class BinStore:
    """The bin of one library; safe from any thread, and written at once, whatever else is written."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store
        self._changes = 0
        self._hidden: tuple[int, frozenset[ArticleId]] = (-1, frozenset())

    def ids(self) -> list[ArticleId]:
        """Return the articles in the bin, what was moved there last first."""
        sql = "SELECT id FROM article WHERE deleted IS NOT NULL ORDER BY deleted DESC, id DESC"
        return [ArticleId(row[0]) for row in self._store.rows(sql)]

    def count(self) -> int:
        """Count the articles in the bin."""
        return int(self._store.one("SELECT count(*) FROM article WHERE deleted IS NOT NULL")[0])

    def hidden(self) -> frozenset[ArticleId]:
        """Return what the index holds still and should not: articles in the bin, and numbers that lead to others.

        The store is asked once until something is moved here, or `look_again`: it needs 5 to 9 µs for it, a fifth of
        a whole search.
        """
        changes = self._changes
        known, hidden = self._hidden
        if known != changes:
            sql = (
                "SELECT id FROM article WHERE deleted IS NOT NULL AND indexed <> 0"
                " UNION ALL SELECT id FROM alias WHERE indexed <> 0"
            )
            hidden = frozenset(ArticleId(row[0]) for row in self._store.rows(sql))
            self._hidden = changes, hidden
        return hidden

    def look_again(self) -> None:
        """Let `hidden` see what others, or the writer, have done."""
        self._changes += 1

    def add(self, ids: Sequence[ArticleId]) -> list[ArticleId]:
        """Move articles to the bin, in one transaction; return those that were not there already.

        Raises:
            StoreError: the library cannot be written; nothing was moved.
        """
        return self._change(now_ms(), "deleted IS NULL", ids)

    def restore(self, ids: Sequence[ArticleId]) -> list[ArticleId]:
        """Take articles out of the bin, in one transaction; return those that were there.

        Raises:
            StoreError: the library cannot be written; nothing was restored.
        """
        return self._change(None, "deleted IS NOT NULL", ids)

    def _change(self, deleted: int | None, where: str, ids: Sequence[ArticleId]) -> list[ArticleId]:
        connection = self._store.connections.get()
        try:
            with store_errors(self._store.path), transaction(connection):
                changed = change_some(connection, "deleted", deleted, where, ids)
                if changed:
                    add_statement(connection, changed, BIN, deleted or 0, time=tick(connection))
                    if deleted is None:
                        self._bring_back(changed)
                return changed
        finally:
            self.look_again()

    def _bring_back(self, articles: Sequence[ArticleId]) -> None:
        """Let articles have their versions again that an undone import alone had brought: the person wants them."""
        execute = self._store.connections.get().execute
        left = "SELECT EXISTS (SELECT 1 FROM revision WHERE article = ? AND withdrawn IS NULL)"
        gone = [(id_,) for id_ in articles if not execute(left, (id_,)).fetchone()[0]]
        names = {execute("SELECT bucket FROM article WHERE id = ?", id_).fetchone()[0]: None for id_ in gone}
        for sql in (
            f"INSERT INTO brought SELECT id, {PERSON} FROM revision WHERE article = ?",
            "UPDATE revision SET withdrawn = NULL WHERE article = ?",
        ):
            self._store.connections.get().executemany(sql, gone)
        buckets = self._store.buckets()
        for name in names:
            buckets.settle(name)
