"""Puts articles into an index without a store, as an import does."""

from __future__ import annotations

from collections.abc import Iterable

from reader.index import IndexedArticle, SearchIndex, build_segments


def update(index: SearchIndex, articles: Iterable[IndexedArticle]) -> None:
    """Add or replace articles in an index that is open for writing."""
    index.adopt(build_segments(index._folder, articles))  # type: ignore[attr-defined]
    while index.merge(quickly=True):
        pass
