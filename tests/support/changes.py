"""What tests say of articles: operations, of which they are told the articles that were changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reader.article import ArticleId
from reader.library import Library
from reader.operation import MarkRead, MarkUnread, MoveToBin, Operation, RestoreFromBin, Star, Unstar, changed, tagging
from reader.store.library_store import LibraryStore
from reader.store.operations import apply

Changed = Library | LibraryStore


def change(library: Changed, *operations: Operation) -> list[ArticleId]:
    """Apply operations, and return the articles that they have changed."""
    undone = library.apply(*operations) if isinstance(library, Library) else apply(library, operations)
    return changed(undone)


def set_read(library: Changed, ids: Sequence[ArticleId], read: bool) -> list[ArticleId]:
    return change(library, (MarkRead if read else MarkUnread)(tuple(ids)))


def set_starred(library: Changed, ids: Sequence[ArticleId], starred: bool) -> list[ArticleId]:
    return change(library, (Star if starred else Unstar)(tuple(ids)))


def set_tags(
    library: Changed, ids: Sequence[ArticleId], add: Iterable[str] = (), remove: Iterable[str] = ()
) -> list[ArticleId]:
    return change(library, *tagging(ids, add, remove))


def move_to_bin(library: Changed, ids: Sequence[ArticleId]) -> list[ArticleId]:
    return change(library, MoveToBin(tuple(ids)))


def restore(library: Changed, ids: Sequence[ArticleId]) -> list[ArticleId]:
    return change(library, RestoreFromBin(tuple(ids)))
