"""Deletes articles in the bin permanently: first from the store, then the pictures that no article needs any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reader.article import ArticleId
from reader.store.connection import store_errors, transaction
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore
from reader.store.rows import in_parts, placeholders

# Articles or versions per transaction.
_BATCH = 200


def delete_for_good(
    store: LibraryStore, images: ImageStore, ids: Sequence[ArticleId], cancelled: Callable[[], bool]
) -> Iterator[int]:
    """Delete articles that are in the bin, yielding after each transaction how many are gone.

    A kill between the store and the pictures leaves pictures that no article names, which `remove_orphans` deletes.

    Raises:
        StoreError: the library cannot be written; the articles that were counted are gone, the others in the bin.
    """
    gone = 0
    buckets = store.buckets()
    for some in in_parts(ids, _BATCH):
        if cancelled():
            return
        # Read within the transaction: the window takes articles out of the bin without the writer lock.
        with store_errors(store.path), transaction(store.connections.get()):
            binned = f"SELECT id, bucket FROM article WHERE deleted IS NOT NULL AND id IN ({placeholders(some)})"
            articles: dict[int, str] = dict(store.rows(binned, some))
            places = placeholders(articles)
            revisions = store.rows(f"SELECT id FROM revision WHERE article IN ({places})", [*articles])
            pictures = _delete_revisions(store, [row[0] for row in revisions])
            for table, column in (("alias", "article"), ("article", "id")):
                store.connections.get().execute(f"DELETE FROM {table} WHERE {column} IN ({places})", [*articles])
            for name in dict.fromkeys(articles.values()):
                buckets.settle(name)
        for sha256 in pictures:
            images.remove(sha256)
        gone += len(articles)
        yield gone


def delete_withdrawn(store: LibraryStore, images: ImageStore) -> int:
    """Delete the versions of undone imports, of articles that are not in the bin; return how many."""
    withdrawn = (
        "SELECT revision.id, bucket FROM revision JOIN article ON article.id = revision.article"
        " WHERE withdrawn IS NOT NULL AND deleted IS NULL"
    )
    gone = 0
    buckets = store.buckets()
    for some in in_parts([row[0] for row in store.rows(withdrawn)], _BATCH):
        with store_errors(store.path), transaction(store.connections.get()):
            revisions: dict[int, str] = dict(store.rows(f"{withdrawn} AND revision.id IN ({placeholders(some)})", some))
            pictures = _delete_revisions(store, [*revisions])
            for name in dict.fromkeys(revisions.values()):
                buckets.settle(name)
        for sha256 in pictures:
            images.remove(sha256)
        gone += len(revisions)
    return gone


def remove_orphans(store: LibraryStore, images: ImageStore) -> int:
    """Remove pictures that no article names, as kills leave them; return how many. The caller holds the writer lock."""
    orphans = set(images.hashes()) - {row[0] for row in store.rows("SELECT sha256 FROM picture")}
    for sha256 in orphans:
        images.remove(sha256)
    return len(orphans)


def _delete_revisions(store: LibraryStore, revisions: Sequence[int]) -> list[str]:
    """Delete revisions with what they alone need, and return the pictures that nothing needs any more."""
    connection = store.connections.get()
    # SQLite overwrites the deleted rows with zeros, instead of only unlinking them.
    connection.execute("PRAGMA secure_delete = ON")
    pictures: set[str] = set()
    for some in in_parts(revisions, _BATCH):
        places = placeholders(some)
        shown = f"SELECT DISTINCT sha256 FROM image WHERE sha256 IS NOT NULL AND revision IN ({places})"
        pictures.update(row[0] for row in connection.execute(shown, some))
        held = f"SELECT DISTINCT original FROM revision WHERE id IN ({places})"
        originals = connection.execute(held, some).fetchall()
        for table in ("image", "statement", "brought", "likeness"):
            connection.execute(f"DELETE FROM {table} WHERE revision IN ({places})", some)
        connection.execute(f"DELETE FROM revision WHERE id IN ({places})", some)
        connection.executemany(
            "DELETE FROM original WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM revision WHERE original = ?1)", originals
        )
    still = "SELECT EXISTS (SELECT 1 FROM image WHERE sha256 = ?)"
    orphans = [sha256 for sha256 in sorted(pictures) if not connection.execute(still, (sha256,)).fetchone()[0]]
    connection.executemany("DELETE FROM web_picture WHERE sha256 = ?", [(sha256,) for sha256 in orphans])
    connection.executemany("DELETE FROM picture WHERE sha256 = ?", [(sha256,) for sha256 in orphans])
    return orphans
