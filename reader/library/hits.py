"""Marks the matches of a query in the rows of a list: in title and snippet, of the version shown or an older one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from reader.article import Article, ArticleId, Hit, OlderVersion, RevisionId, Snippet
from reader.errors import DamagedPageError, NoSuchArticleError, SearchIndexError
from reader.index import Needle, SearchIndex, find_matches, make_snippet, needles
from reader.query import Query, States
from reader.store.library_store import LibraryStore

logger = logging.getLogger(__name__)

OlderMatches = dict[ArticleId, tuple[RevisionId, tuple[Needle, ...]]]


def with_matches(
    rows: Sequence[Hit],
    store: LibraryStore,
    index: Callable[[], SearchIndex],
    query: Query,
    states: Callable[[], States],
) -> list[Hit]:
    """Return rows of the list with the matches of a query: marks in the title, and a snippet around the first match."""
    wanted = needles(query)
    if not wanted:
        return list(rows)
    ids = [row.id for row in rows]
    texts = store.texts(ids)
    versions = dict(_read_versions(store, _older_matches(index, ids, query, states)))
    hits = []
    for row in rows:
        version, snippet = versions.get(row.id, (None, row.snippet))
        if version is None and row.id in texts:
            snippet = make_snippet(texts[row.id], wanted)
        marks = tuple(find_matches(row.title, wanted))
        hits.append(replace(row, title_marks=marks, snippet=snippet, version=version))
    return hits


def version_found(
    index: Callable[[], SearchIndex], id_: ArticleId, query: Query, states: Callable[[], States]
) -> RevisionId | None:
    """Return the older version that alone makes an article a hit; None if the version shown matches by itself."""
    found = _older_matches(index, [id_], query, states).get(id_)
    return None if found is None else found[0]


def _older_matches(
    index: Callable[[], SearchIndex], ids: Sequence[ArticleId], query: Query, states: Callable[[], States]
) -> OlderMatches:
    """Return the articles among `ids` of which only an older version matches, with that version and its matches."""
    try:
        return dict(index().versions(ids, query, states))
    except SearchIndexError as error:
        # The next search reports the damage; articles can be listed and read without the index.
        logger.warning("which versions were found is not known: %s", error)
        return {}


def _read_versions(
    store: LibraryStore, found: OlderMatches
) -> Iterator[tuple[ArticleId, tuple[OlderVersion, Snippet]]]:
    """Yield each older version with a snippet around its first match."""
    for id_, (revision, sought) in found.items():
        try:
            article = store.article(id_, revision)
        except (NoSuchArticleError, DamagedPageError) as error:
            logger.info("version %d of article %d is not listed: %s", revision, id_, error)
            continue
        version = OlderVersion(revision, article.captured or article.published)
        yield id_, (version, _snippet(article, sought))


def _snippet(article: Article, sought: Sequence[Needle]) -> Snippet:
    """Cut a snippet from the text; if nothing matches there, from title and text, as the list shows another title."""
    snippet = make_snippet(article.text, sought)
    return snippet if snippet.marks else make_snippet(f"{article.title}\n{article.text}", sought)
