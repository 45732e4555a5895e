"""The presenter of reading: the query, its answer, and the open article. It holds no widget."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from reader.article import Article, ArticleId, CleanPage, Hit, RevisionId
from reader.errors import (
    DamagedPageError,
    DamagedStoreError,
    NoSuchArticleError,
    ReaderError,
    SearchIndexError,
    Sentence,
)
from reader.operation import MarkRead, MarkUnread, Operation
from reader.query import Before, Query, SortOrder
from reader.scope import BIN, EVERYTHING, Scope
from ui.background.tasks import T, Tasks
from ui.library_counts import LibraryCounts, count_library
from ui.list_query import FIRST_ROWS, Question, Results, answer
from ui.opening import OpenedArticle, OpenedLibrary, open_article
from ui.single_shot import single_shot
from ui.typed_signal import TypedSignal

if TYPE_CHECKING:
    from reader.article import StateCounts
    from reader.library import Library

logger = logging.getLogger(__name__)

READ_AFTER_MS = 1500
_POSITION_MS = 800
_HISTORY = 200


class ReadingSession(QObject):
    """Asks the library in threads, and emits the answers.

    Signals:
        found: a Results.
        rows_loaded: (the ids asked for, their list of Hit).
        counts_changed: a LibraryCounts.
        opened: an OpenedArticle.
        original_opened: (CleanPage, Article).
        changed: the inverses of the operations that have just changed articles; `open_article` has changed with them.
        history_changed: (whether the person can go back, whether forward).
        failed: a Sentence.
        index_damaged: a Sentence; the index can be rebuilt.
        damaged: a Sentence; a repair saves what can be read.
        page_damaged: (ArticleId, Sentence); the article cannot be shown, a repair may restore its page.
        closed: the open article was closed, as it is not in the list any more.
        left: the session has let go of the library.
    """

    found = TypedSignal[Results]()
    rows_loaded = TypedSignal[Sequence[ArticleId], Sequence[Hit]]()
    counts_changed = TypedSignal[LibraryCounts]()
    opened = TypedSignal[OpenedArticle]()
    original_opened = TypedSignal[CleanPage, Article]()
    changed = TypedSignal[Sequence[Operation]]()
    history_changed = Signal(bool, bool)
    failed = TypedSignal[Sentence]()
    index_damaged = TypedSignal[Sentence]()
    damaged = TypedSignal[Sentence]()
    page_damaged = TypedSignal[ArticleId, Sentence]()
    closed = Signal()
    left = Signal()

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library: Library | None = None
        self.query = Query(typing=True)
        self.open_article: Article | None = None
        self._tasks = tasks
        self.counts = LibraryCounts(0)
        self.rows_in_view = FIRST_ROWS
        self._answered = self.query
        self._before = Before()
        self._ids: Sequence[ArticleId] = ()
        self._reading = single_shot(self, READ_AFTER_MS, self._mark_open_as_read)
        self._saving = single_shot(self, _POSITION_MS, self.save_position)
        self._position: tuple[ArticleId, float] | None = None
        self._opened_at = 0.0
        self._loading: ArticleId | None = None
        self._back: list[ArticleId] = []
        self._forward: list[ArticleId] = []

    # Searching

    @property
    def is_open(self) -> bool:
        """Whether a library is open."""
        return self._library is not None

    @property
    def library(self) -> Library:
        """The open library; only for callers that know that one is open."""
        if self._library is None:
            raise RuntimeError("the session has not been started")
        return self._library

    def start(self, opened: OpenedLibrary) -> None:
        """Read from a library; if its first query could not be answered, ask again, so that the error is shown."""
        self._library, self.query = opened.library, opened.query
        if opened.results is None:
            self._search(again=False)
        else:
            self._take(opened.results)
        # Counting 300,000 articles by source takes 50 ms, and waits until the list is painted.
        self._take_counts(LibraryCounts(opened.total))

    def leave(self) -> None:
        """Let go of the library, whose file is about to be replaced; `start` takes it again."""
        self.close()
        self._library, self.open_article, self._loading = None, None, None
        self._forget_way()
        self.left.emit()

    def _forget_way(self) -> None:
        self._back.clear()
        self._forward.clear()
        self.history_changed.emit(False, False)

    def warm_up(self) -> None:
        """Prepare the library for the first search; errors are only logged, as the search would report them."""
        self.ask(lambda library: library.warm_up(), failed=lambda error: logger.info("%s", error))

    def set_text(self, text: str) -> None:
        """Search for `text` at once; a search that still runs is cancelled."""
        if text != self.query.text:
            self._ask_for(replace(self.query, text=text, scope=EVERYTHING if self.in_bin else self.query.scope))

    def set_scope(self, scope: Scope) -> None:
        """Show another part of the library; the bin is shown whole, so the text is dropped."""
        self._ask_for(replace(self.query, text="" if scope == BIN else self.query.text, scope=scope))

    def set_order(self, order: SortOrder) -> None:
        """Show the hits in another order."""
        self._ask_for(replace(self.query, order=order))

    def _ask_for(self, query: Query) -> None:
        if query != self.query:
            self.query = query
            self._search(again=False)

    @property
    def in_bin(self) -> bool:
        """Whether the query asks for the bin."""
        return self.query.scope == BIN

    @property
    def shows_bin(self) -> bool:
        """Whether the answer that is shown is the bin."""
        return self._answered.scope == BIN

    @property
    def waits(self) -> bool:
        """Whether the answer to the query is still to come."""
        return self._answered != self.query

    def refresh(self, *, whole: bool) -> None:
        """Ask the same query again, to see new articles; with `whole` for all ids."""
        self._search(again=True, whole=whole, refresh=True)
        self.load_counts()

    def load_rest(self) -> None:
        """Ask for all ids of the answer that is shown."""
        if not self.waits:
            self._search(again=True, whole=True)

    def _search(self, *, again: bool, whole: bool = False, refresh: bool = False) -> None:
        if not again:
            self._before = Before()
        asked = Question(
            query=self.query,
            before=self._before,
            again=again,
            whole=whole,
            refresh=refresh,
            rows=self.rows_in_view,
            current=None if self.open_article is None else self.open_article.id,
        )
        if (library := self._library) is not None:
            self._tasks.run(partial(answer, library, asked), self._take, self.fail, lane="search")

    def _take(self, results: Results) -> None:
        self._answered, self._ids = results.query, results.page.ids
        self.found.emit(results)

    def load_counts(self) -> None:
        """Count the articles of the sources and states again."""
        self.ask(count_library, self._take_counts, lane="counts")

    def _take_counts(self, counts: LibraryCounts) -> None:
        self.counts = counts
        self.counts_changed.emit(counts)

    def load_rows(self, ids: Sequence[ArticleId]) -> None:
        """Read the rows of `ids` for the list."""
        query, before = self.query, self._before

        def failed(error: ReaderError) -> None:
            self.rows_loaded.emit(ids, [])
            self.fail(error)

        self.ask(
            lambda library: library.hits(ids, query, before), lambda hits: self.rows_loaded.emit(ids, hits), failed
        )

    # Reading

    def open(self, id_: ArticleId) -> None:
        """Open an article, in the version that the query finds, and remember the one that was open for `back`."""
        current = self.open_article
        if current is not None and current.id != id_:
            self._back = [*self._back[-_HISTORY:], current.id]
            self._forward.clear()
        self._load(id_, None)

    def open_revision(self, revision: RevisionId) -> None:
        """Show a version of the open article."""
        if self.open_article is not None:
            self._load(self.open_article.id, revision)

    def back(self) -> None:
        """Return to the article that was open before."""
        self._travel(self._back, self._forward)

    def forward(self) -> None:
        """Return to the article from which the person went back."""
        self._travel(self._forward, self._back)

    def _travel(self, source: list[ArticleId], target: list[ArticleId]) -> None:
        if source and self.open_article is not None:
            target.append(self.open_article.id)
            self._load(source.pop(), None)

    def _load(self, id_: ArticleId, revision: RevisionId | None) -> None:
        if self._library is None:
            return
        self.save_position()
        self._reading.stop()
        self._loading = id_
        look = partial(open_article, id_=id_, revision=revision, query=self.query, before=self._before, ids=self._ids)
        self.ask(look, self._show, partial(self._fail_to_open, id_), lane="article")

    def _fail_to_open(self, id_: ArticleId, error: ReaderError) -> None:
        """Say that an article is damaged where it would be shown; no article is open then."""
        self._loading = None
        if not isinstance(error, DamagedPageError | DamagedStoreError):
            self.fail(error)
            return
        logger.warning("article %d does not open: %s", id_, error.sentence)
        self.open_article = None
        self.page_damaged.emit(id_, error.sentence)

    def _show(self, opened: OpenedArticle) -> None:
        self.open_article, self._loading = opened.article, None
        self._opened_at = opened.position
        self._reading.start()
        self.history_changed.emit(bool(self._back), bool(self._forward))
        self.opened.emit(opened)

    def close_if_gone(self) -> None:
        """Close the open article if it was moved to or from the bin, unless another is being loaded."""
        article, outside = self.open_article, not self.shows_bin
        if article is None:
            return

        def done(shown: bool) -> None:
            now = self.open_article
            if not shown and self._loading is None and now is not None and now.id == article.id:
                self._reading.stop()
                self.open_article = None
                self.closed.emit()

        self.ask(lambda library: library.is_shown(article.id, outside_bin=outside), done)

    def show_original(self) -> None:
        """Show the capture of the open article with nothing removed."""
        article = self.open_article
        if article is None:
            return
        # The original replaces an article that is being loaded.
        self._loading = None
        self.ask(
            lambda library: library.original_page(article.id, article.revision),
            lambda page: self.original_opened.emit(page, article),
            lane="article",
        )

    def thumbnail(self, sha256: str) -> bytes | None:
        """Return the bytes of a thumbnail; called in the thread that decodes them."""
        return None if self._library is None else self._library.pictures.thumbnail(sha256)

    def matches(self, text: str, query: Query) -> list[tuple[int, int]]:
        """Return the (start, end) of each match of `query` in `text`."""
        return self._library.matches(text, query) if self._library is not None and query.text.strip() else []

    # Changing and remembering

    def ask(
        self,
        work: Callable[[Library], T],
        done: Callable[[T], object] = lambda _: None,
        failed: Callable[[ReaderError], None] | None = None,
        *,
        lane: str | None = None,
    ) -> None:
        """Do work with the library in a thread, and call `done` with its answer; without a library, do nothing."""
        if (library := self._library) is not None:
            self._tasks.run(lambda _: work(library), done, failed or self.fail, lane=lane)

    def apply(
        self, operations: Sequence[Operation], done: Callable[[Sequence[Operation]], object] = lambda _: None
    ) -> None:
        """Change articles; once that is stored, emit `changed` and call `done` with the inverse operations."""
        article = self.open_article
        if any(isinstance(each, MarkRead | MarkUnread) for each in operations):
            self._reading.stop()

        def work(library: Library) -> tuple[Sequence[Operation], tuple[str, ...]]:
            return library.apply(*operations), () if article is None else library.states.own_tags(article.id)

        def take(answer: tuple[Sequence[Operation], tuple[str, ...]]) -> None:
            undone, own_tags = answer
            now = self.open_article
            if article is not None and now is not None and now.id == article.id:
                self.open_article = replace(now, own_tags=own_tags)
            for inverse in undone:
                self._take_mark(inverse)
            self.changed.emit(undone)
            done(undone)

        self.ask(work, take)

    def _take_mark(self, inverse: Operation) -> None:
        """Keep changed articles in the list that shows them, and count the states again."""
        if inverse.mark is None:
            return
        name, was = inverse.mark
        # The mark at the time of the answer counts, not the ones in between.
        before: Any = {name: {**dict.fromkeys(inverse.articles, was), **getattr(self._before, name)}}
        self._before = replace(self._before, **before)
        article = self.open_article
        if name == "starred" and article is not None and article.id in inverse.articles:
            self.open_article = replace(article, starred=not was)
        self.ask(lambda library: library.states.counts(), self._take_states, lane="states")

    def _take_states(self, states: StateCounts) -> None:
        if self._library is not None:
            self._take_counts(replace(self.counts, states=states))

    def _mark_open_as_read(self) -> None:
        if self.open_article is not None:
            self.apply([MarkRead((self.open_article.id,))])

    def remember_position(self, id_: int, fraction: float) -> None:
        """Note how far an article was read; one that was scrolled is marked as read."""
        article = self.open_article
        if article is None or article.id != id_:
            return
        self._position = (article.id, fraction)
        self._saving.start()
        if self._reading.isActive() and abs(fraction - self._opened_at) > 0.02:
            self._mark_open_as_read()

    def save_position(self) -> None:
        """Save the position that is not saved yet."""
        self._saving.stop()
        if self._position is not None:
            (id_, fraction), self._position = self._position, None
            self.ask(lambda library: library.set_position(id_, fraction))

    def close(self) -> None:
        """Save what is not saved yet, and stop the timers."""
        self.save_position()
        self._reading.stop()

    def fail(self, error: ReaderError) -> None:
        """Emit an error by the signal whose receiver offers a remedy, `failed` if there is none."""
        logger.warning("%s", error.sentence)
        if isinstance(error, NoSuchArticleError):
            self._forget_way()
        if isinstance(error, SearchIndexError):
            self.index_damaged.emit(error.sentence)
        elif isinstance(error, DamagedStoreError):
            self.damaged.emit(error.sentence)
        else:
            self.failed.emit(error.sentence)
