"""Finds articles; can always be rebuilt from the store.

Only the modules of this package import whoosh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from reader.article import ArticleId
from reader.query import HitPage, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedArticle:
    """What the index is told of an article: the current revision's words and facts."""

    id: ArticleId
    title: str
    text: str
    source: str
    author: str | None
    tags: tuple[str, ...]
    published: datetime | None
    has_image: bool


def never() -> bool:
    """Say that a search is not cancelled."""
    return False


class SearchIndex(Protocol):
    """A search engine over articles; safe from any thread for searching."""

    def update(self, articles: Iterable[IndexedArticle]) -> None:
        """Add or replace articles, in one commit."""

    def search(self, query: Query, cancelled: Callable[[], bool] = never) -> HitPage:
        """Answer a query; `cancelled` is asked now and then whether the answer is still wanted."""

    def count(self) -> int:
        """Count the articles that can be found."""

    def ids(self) -> set[ArticleId]:
        """Return the articles that can be found."""

    def refresh(self) -> None:
        """See newer commits."""

    def close(self) -> None:
        """Let go of the files."""


def open_index(folder: Path, *, writer: bool) -> SearchIndex:
    """Open the index in `folder`; a writer makes one where there is none.

    Raises:
        SearchIndexError: the index is damaged.
    """
    from reader.index.whoosh_index import WhooshIndex

    return WhooshIndex(folder, writer=writer)
