"""Opens a library and an article, each with what is shown of it first: no work for the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reader.article import Article, ArticleId, RevisionId, RevisionInfo
from reader.errors import ReaderError
from reader.paths import AppPaths
from reader.query import Before, Query
from ui.background.tasks import Cancelled
from ui.list_query import Question, Results, answer, row_in
from ui.system.window_state import WindowState

if TYPE_CHECKING:
    from reader.library import Library

logger = logging.getLogger(__name__)

_FIRST_ROWS = 30


@dataclass(frozen=True, slots=True)
class OpenedLibrary:
    """A library that was opened, and the answer to its first query; None if there is none."""

    library: Library
    query: Query
    results: Results | None
    total: int


def open_library(
    paths: AppPaths, state: WindowState, upgraded: Callable[[int, int], None], cancelled: Cancelled
) -> OpenedLibrary:
    """Open the library and ask what the window asked last; no work for the GUI thread.

    `upgraded` is told how far a library of an older format is brought up to date.
    """
    from reader.library import Library

    library = Library.open(paths, upgraded)
    try:
        return _ask_first(library, state, cancelled)
    except ReaderError:
        # Whoever repairs it must not find it open.
        library.close()
        raise


def _ask_first(library: Library, state: WindowState, cancelled: Cancelled) -> OpenedLibrary:
    query = Query(text=state.text, scope=state.scope, order=state.order, typing=True)
    # How many are in view is not known yet; a high screen holds so many.
    asked = Question(query=query, rows=_FIRST_ROWS, current=state.article, wanted=True)
    try:
        results = answer(library, asked, cancelled)
    except ReaderError as error:
        logger.warning("the first query has no answer: %s", error.sentence)
        results = None
    return OpenedLibrary(library, query, results, library.article_count())


@dataclass(frozen=True, slots=True)
class OpenedArticle:
    """An article to be shown, with all that the page wants to know; `query` marks its words.

    `row` is where it stands in the list, as far as that is known.
    """

    article: Article
    revisions: Sequence[RevisionInfo]
    also_at: Sequence[str]
    position: float
    query: Query
    row: int | None


def open_article(
    library: Library,
    id_: ArticleId,
    revision: RevisionId | None,
    query: Query,
    before: Before,
    ids: Sequence[ArticleId],
) -> OpenedArticle:
    """Read an article, in the version that a query finds, or in another; `ids` are those of the list."""
    article = library.article(id_, revision or library.version_found(id_, query, before))
    row = row_in(ids, id_)
    return OpenedArticle(article, library.revisions(id_), library.also_at(id_), library.position(id_), query, row)
