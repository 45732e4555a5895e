"""What a list shows of hits that only an older version of an article is: which one, and the words in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from reader.article import Article, ArticleId, OlderVersion, RevisionId, Snippet
from reader.errors import DamagedPageError, NoSuchArticleError, SearchIndexError
from reader.index import Needle, SearchIndex, make_snippet
from reader.query import Query, States
from reader.store.library_store import LibraryStore

logger = logging.getLogger(__name__)


class VersionHit(NamedTuple):
    """The version, and a piece of it around what was sought."""

    version: OlderVersion
    snippet: Snippet


def version_found(
    index: Callable[[], SearchIndex], id_: ArticleId, query: Query, states: Callable[[], States]
) -> RevisionId | None:
    """Return the older version that a hit was found in; None if the version shown is one by itself."""
    found = _found(index, [id_], query, states).get(id_)
    return None if found is None else found[0]


def version_hits(
    store: LibraryStore,
    index: Callable[[], SearchIndex],
    ids: Sequence[ArticleId],
    query: Query,
    states: Callable[[], States],
) -> dict[ArticleId, VersionHit]:
    """Return those of `ids` that were found in an older version alone."""
    return dict(_read(store, _found(index, ids, query, states)))


def _found(
    index: Callable[[], SearchIndex], ids: Sequence[ArticleId], query: Query, states: Callable[[], States]
) -> dict[ArticleId, tuple[RevisionId, tuple[Needle, ...]]]:
    try:
        return dict(index().versions(ids, query, states))
    except SearchIndexError as error:
        # The next search says so; articles can be listed and read without it.
        logger.warning("which versions were found is not known: %s", error)
        return {}


def _read(
    store: LibraryStore, found: dict[ArticleId, tuple[RevisionId, tuple[Needle, ...]]]
) -> Iterator[tuple[ArticleId, VersionHit]]:
    for id_, (revision, needles) in found.items():
        try:
            article = store.article(id_, revision)
        except (NoSuchArticleError, DamagedPageError) as error:
            logger.info("version %d of article %d is not listed: %s", revision, id_, error)
            continue
        version = OlderVersion(revision, article.captured or article.published)
        yield id_, VersionHit(version, _snippet(article, needles))


def _snippet(article: Article, needles: Sequence[Needle]) -> Snippet:
    """Cut out of the text; a title that was changed stands before it, as the list shows the one of now."""
    snippet = make_snippet(article.text, needles)
    return snippet if snippet.marks else make_snippet(f"{article.title}\n{article.text}", needles)
