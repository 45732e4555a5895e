"""Opens a library, and an article, each with all that is shown first; too slow for the GUI thread."""

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
    """An open library and the answer to its first query, None if that could not be answered."""

    library: Library
    query: Query
    results: Results | None
    total: int


def open_library(
    paths: AppPaths, state: WindowState, upgraded: Callable[[int, int], None], cancelled: Cancelled
) -> OpenedLibrary:
    """Open the library and ask the query with which the window was closed.

    `upgraded` is called with (done, total) while a library in an older format is upgraded.
    """
    from reader.library import Library

    library = Library.open(paths, upgraded)
    try:
        return _ask_first(library, state, cancelled)
    except ReaderError:
        # A repair needs the library closed.
        library.close()
        raise


def _ask_first(library: Library, state: WindowState, cancelled: Cancelled) -> OpenedLibrary:
    query = Query(text=state.text, scope=state.scope, order=state.order, typing=True)
    # The number of rows in view is not known yet; a tall screen shows this many.
    asked = Question(query=query, rows=_FIRST_ROWS, current=state.article, wanted=True)
    try:
        results = answer(library, asked, cancelled)
    except ReaderError as error:
        logger.warning("the first query has no answer: %s", error.sentence)
        results = None
    return OpenedLibrary(library, query, results, library.article_count())


@dataclass(frozen=True, slots=True)
class OpenedArticle:
    """An article with all that its page shows; the words of `query` are highlighted.

    `row` is its row in the list, None if that is not known.
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
    """Read an article, in the given `revision` or in the one that `query` finds; `ids` are those of the list."""
    article = library.article(id_, revision or library.version_found(id_, query, before))
    row = row_in(ids, id_)
    return OpenedArticle(article, library.revisions(id_), library.also_at(id_), library.position(id_), query, row)
