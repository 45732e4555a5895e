"""Rows of the store that contradict each other: counts them for a check, and corrects them for a repair."""

from __future__ import annotations

from reader.store.connection import store_errors, transaction
from reader.store.library_store import LibraryStore

# Articles that break the rule: each shows a version of its own, and outside the bin one that is not withdrawn.
_ARTICLES = (
    "SELECT article.id, bucket FROM article LEFT JOIN revision ON revision.id = article.revision"
    " WHERE revision.article IS NOT article.id OR (deleted IS NULL AND withdrawn IS NOT NULL)"
)
_NO_VERSION = "revision NOT IN (SELECT id FROM revision)"
_LEFT_OVER = {
    "alias": "article NOT IN (SELECT id FROM article) OR id IN (SELECT id FROM article)",
    "brought": _NO_VERSION,
    "image": _NO_VERSION,
    "likeness": _NO_VERSION,
    "statement": _NO_VERSION,
}


def count_stray_articles(store: LibraryStore) -> int:
    """Count the articles that show no version, a version of another article or, outside the bin, a withdrawn one."""
    return int(store.one(f"SELECT count(*) FROM ({_ARTICLES})")[0])


def count_left_over(store: LibraryStore) -> int:
    """Count the rows that refer to versions or articles that do not exist."""
    return sum(store.one(f"SELECT count(*) FROM {table} WHERE {where}")[0] for table, where in _LEFT_OVER.items())


def put_strays_right(store: LibraryStore) -> None:
    """Make each article show one of its versions; delete articles that have none, and rows that are left over.

    Raises:
        StoreError: the store cannot be written; nothing was changed.
    """
    with store_errors(store.path), transaction(store.connections.get()):
        execute = store.connections.get().execute
        execute("DELETE FROM article WHERE id NOT IN (SELECT article FROM revision)")
        buckets = store.buckets()
        for key in dict.fromkeys(bucket for _, bucket in store.rows(_ARTICLES)):
            buckets.settle(key)
        for table, where in _LEFT_OVER.items():
            execute(f"DELETE FROM {table} WHERE {where}")
