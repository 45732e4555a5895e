"""Reads articles back from the store for the index."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from reader.article import Article, ArticleId
from reader.errors import DamagedPageError, SearchIndexError
from reader.index import IndexedArticle
from reader.store.library_store import LibraryStore

logger = logging.getLogger(__name__)


def intact_articles(ids: Iterable[ArticleId], store: LibraryStore) -> Iterator[Article]:
    """Yield each article once, as shown; leave out one whose page is damaged, so that the others can be indexed."""
    for id_ in dict.fromkeys(ids):
        try:
            yield store.article(id_)
        except DamagedPageError as error:
            logger.warning("an article cannot be found: %s", error)


def searchable(article: Article, store: LibraryStore) -> IndexedArticle:
    """Return what the index holds of an article, and of the lines that only its other versions have."""
    return IndexedArticle(
        id=article.id,
        title=article.title,
        text=article.text,
        source=article.source,
        author=article.author,
        tags=article.tags,
        published=article.published,
        has_image=bool(article.images),
        older=store.older_lines(article),
    )


@contextmanager
def index_errors() -> Iterator[None]:
    """Turn errors of disk and memory while the index is written into a SearchIndexError."""
    try:
        yield
    except MemoryError as error:
        raise SearchIndexError(
            "There is not enough memory for the search index. Close other programs and try again."
        ) from error
    except OSError as error:
        cause = error.strerror or str(error)
        raise SearchIndexError("The search index cannot be written: {cause}.", cause=cause) from error
