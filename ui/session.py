"""The presenter of reading: what is searched, what was found, which article is open. It holds no widget."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from reader.article import Article, ArticleId, CleanPage, Hit, RevisionId, RevisionInfo
from reader.errors import (
    DamagedPageError,
    DamagedStoreError,
    NoSuchArticleError,
    ReaderError,
    SearchIndexError,
    Sentence,
)
from reader.query import Before, Query, SortOrder
from reader.scope import BIN, EVERYTHING, Scope
from ui.background.tasks import Cancelled, T, Tasks
from ui.library_counts import LibraryCounts, count_library
from ui.list_query import FIRST_ROWS, Question, Results, answer, row_in
from ui.typed_signal import TypedSignal

if TYPE_CHECKING:
    from reader.article import StateCounts
    from reader.library import Library

logger = logging.getLogger(__name__)

READ_AFTER_MS = 1500
_POSITION_MS = 800
_HISTORY = 200


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


class ReadingSession(QObject):
    """Asks the library through tasks, and tells the window.

    Signals:
        found: a Results.
        rows_loaded: (the ids asked for, their list of Hit).
        counts_changed: a LibraryCounts.
        opened: an OpenedArticle.
        original_opened: (CleanPage, Article).
        read_changed: (the ids of articles, whether they were read).
        history_changed: (whether there is a way back, whether forward).
        failed: a Sentence.
        index_damaged: a Sentence; the index can be rebuilt.
        damaged: a Sentence; a repair saves what can be read.
        page_damaged: (ArticleId, Sentence); the article cannot be shown, a repair may make its page again.
        closed: the article that was open is not shown any more.
        left: the library is not read any more.
    """

    found = TypedSignal[Results]()
    rows_loaded = TypedSignal[Sequence[ArticleId], Sequence[Hit]]()
    counts_changed = TypedSignal[LibraryCounts]()
    opened = TypedSignal[OpenedArticle]()
    original_opened = TypedSignal[CleanPage, Article]()
    read_changed = TypedSignal[Sequence[ArticleId], bool]()
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
        self._reading = self._timer(READ_AFTER_MS, self._mark_open_as_read)
        self._saving = self._timer(_POSITION_MS, self.save_position)
        self._position: tuple[ArticleId, float] | None = None
        self._opened_at = 0.0
        self._loading: ArticleId | None = None
        self._back: list[ArticleId] = []
        self._forward: list[ArticleId] = []

    def _timer(self, milliseconds: int, call: Any) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=milliseconds)
        timer.timeout.connect(call)
        return timer

    # Searching

    @property
    def is_open(self) -> bool:
        """Whether there is a library."""
        return self._library is not None

    @property
    def library(self) -> Library:
        """The library; only what comes of its answers may ask for it."""
        if self._library is None:
            raise RuntimeError("the session has not been started")
        return self._library

    def start(self, library: Library, query: Query, results: Results | None, total: int) -> None:
        """Take the library of `total` articles and the answer to the first query, got while the window was made.

        A query that could not be answered is asked again, to say why.
        """
        self._library, self.query = library, query
        if results is None:
            self._search(again=False)
        else:
            self._take(results)
        # To count 300,000 articles by source takes 50 ms: that waits until the list is painted.
        self._take_counts(LibraryCounts(total))

    def leave(self) -> None:
        """Let go of the library: somebody is to put another file in its place. `start` takes it again."""
        self.close()
        self._library, self.open_article, self._loading = None, None, None
        self._back.clear()
        self._forward.clear()
        self.history_changed.emit(False, False)
        self.left.emit()

    def warm_up(self) -> None:
        """Get ready for a first key while nobody types yet; what is wrong is said when somebody does."""
        if self._library is not None:
            library = self._library
            self._tasks.run(lambda _: library.warm_up(), lambda _: None, lambda error: logger.info("%s", error))

    def set_text(self, text: str) -> None:
        """Search for `text` at once; an answer that is still under way is dropped in mid-work."""
        if text != self.query.text:
            self.query = replace(self.query, text=text, scope=EVERYTHING if self.in_bin else self.query.scope)
            self._search(again=False)

    def set_scope(self, scope: Scope) -> None:
        """Show another part of the library; the bin is shown whole, so the text goes."""
        if scope != self.query.scope:
            self.query = replace(self.query, text="" if scope == BIN else self.query.text, scope=scope)
            self._search(again=False)

    def set_order(self, order: SortOrder) -> None:
        """Show the hits in another order."""
        if order is not self.query.order:
            self.query = replace(self.query, order=order)
            self._search(again=False)

    @property
    def in_bin(self) -> bool:
        """Whether what lies in the bin is asked for."""
        return self.query.scope == BIN

    @property
    def shows_bin(self) -> bool:
        """Whether the answer that is shown is what lies in the bin."""
        return self._answered.scope == BIN

    @property
    def waits(self) -> bool:
        """Whether an answer to what is asked is still to come."""
        return self._answered != self.query

    def refresh(self, *, whole: bool) -> None:
        """See what has come into the library: ask the same again, with `whole` for all ids."""
        self._search(again=True, whole=whole, refresh=True)
        self.load_counts()

    def load_rest(self) -> None:
        """Ask for all ids of the answer that is shown."""
        if not self.waits:
            self._search(again=True, whole=True)

    def _search(self, *, again: bool, whole: bool = False, refresh: bool = False) -> None:
        if self._library is None:
            return
        library = self.library
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
        self._tasks.run(partial(answer, library, asked), self._take, self._fail, lane="search")

    def _take(self, results: Results) -> None:
        self._answered, self._ids = results.query, results.page.ids
        self.found.emit(results)

    def load_counts(self) -> None:
        """Count the sources anew."""
        if self._library is None:
            return
        library = self.library
        self._tasks.run(lambda _: count_library(library), self._take_counts, self._fail, lane="counts")

    def _take_counts(self, counts: LibraryCounts) -> None:
        self.counts = counts
        self.counts_changed.emit(counts)

    def load_rows(self, ids: Sequence[ArticleId]) -> None:
        """Read the rows of `ids` for the list."""
        if self._library is None:
            return
        query, library, before = self.query, self.library, self._before

        def failed(error: ReaderError) -> None:
            self.rows_loaded.emit(ids, [])
            self._fail(error)

        def done(hits: list[Hit]) -> None:
            self.rows_loaded.emit(ids, hits)

        self._tasks.run(lambda _: library.hits(ids, query, before), done, failed)

    # Reading

    def open(self, id_: ArticleId) -> None:
        """Open an article, in the version that the query finds, and remember the one before for the way back."""
        current = self.open_article
        if current is not None and current.id != id_:
            self._back = [*self._back[-_HISTORY:], current.id]
            self._forward.clear()
        self._load(id_, None)

    def open_revision(self, revision: RevisionId) -> None:
        """Show another revision of the article that is open."""
        if self.open_article is not None:
            self._load(self.open_article.id, revision)

    def show_again(self) -> None:
        """Show the article that is open anew, as after a look at the original."""
        if self.open_article is not None:
            self._load(self.open_article.id, self.open_article.revision)

    def back(self) -> None:
        """Return to the article that was open before."""
        self._travel(self._back, self._forward)

    def forward(self) -> None:
        """Undo the last way back."""
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
        query, library, ids, before = self.query, self.library, self._ids, self._before

        def work(_: Cancelled) -> OpenedArticle:
            article = library.article(id_, revision or library.version_found(id_, query, before))
            row = row_in(ids, id_)
            return OpenedArticle(
                article, library.revisions(id_), library.also_at(id_), library.position(id_), query, row
            )

        self._tasks.run(work, self._show, partial(self._fail_to_open, id_), lane="article")

    def _fail_to_open(self, id_: ArticleId, error: ReaderError) -> None:
        """Say in its place that an article is damaged; there is none open then."""
        self._loading = None
        if not isinstance(error, DamagedPageError | DamagedStoreError):
            self._fail(error)
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
        """Close the open article if it has gone to the bin, or from there, and no other is about to be shown."""
        article = self.open_article
        if article is None or self._library is None:
            return
        library, outside = self.library, not self.shows_bin

        def done(shown: bool) -> None:
            now = self.open_article
            if not shown and self._loading is None and now is not None and now.id == article.id:
                self._reading.stop()
                self.open_article = None
                self.closed.emit()

        self._tasks.run(lambda _: library.is_shown(article.id, outside_bin=outside), done, self._fail)

    def show_original(self) -> None:
        """Show the capture of the open article with nothing removed."""
        article = self.open_article
        if article is None:
            return
        # It takes the place of an article that is being loaded.
        self._loading, library = None, self.library

        def work(_: Cancelled) -> CleanPage:
            return library.original_page(article.id, article.revision)

        self._tasks.run(work, lambda page: self.original_opened.emit(page, article), self._fail, lane="article")

    def thumbnail(self, sha256: str) -> bytes | None:
        """Return the bytes of a thumbnail; called in the thread that decodes them."""
        return None if self._library is None else self._library.pictures.thumbnail(sha256)

    def matches(self, text: str, query: Query) -> list[tuple[int, int]]:
        """Return where the words of `query` stand in `text`."""
        return self._library.matches(text, query) if self._library is not None and query.text.strip() else []

    # Remembering

    def set_read(self, ids: Sequence[ArticleId], read: bool) -> None:
        """Note that articles were read, or are to be read again; shown once it is stored."""
        self._reading.stop()
        library = self.library
        if library.read_only:
            return

        def done(changed: Sequence[ArticleId]) -> None:
            self.read_changed.emit(ids, read)
            self.keep_shown(read=dict.fromkeys(changed, not read))

        self._tasks.run(lambda _: library.states.set_read(ids, read), done, self._fail)

    def ask(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Ask something of the library in a thread, and give `done` the answer; `failed` tells why there is none."""
        self._tasks.run(lambda _: work(), done, self._fail)

    def keep_shown(
        self, *, read: Mapping[ArticleId, bool] | None = None, starred: Mapping[ArticleId, bool] | None = None
    ) -> None:
        """Let the list keep articles that it shows and that were another way before; count them anew."""
        # How an article was when the list came counts, whatever happened in between.
        self._before = Before(
            read={**(read or {}), **self._before.read}, starred={**(starred or {}), **self._before.starred}
        )
        # A change may have been under way when the library was left.
        if (library := self._library) is not None:
            self._tasks.run(lambda _: library.states.counts(), self._take_states, self._fail, lane="states")

    def _take_states(self, states: StateCounts) -> None:
        if self._library is not None:
            self._take_counts(replace(self.counts, states=states))

    def _mark_open_as_read(self) -> None:
        if self.open_article is not None:
            self.set_read([self.open_article.id], True)

    def remember_position(self, id_: int, fraction: float) -> None:
        """Note how far the page was read; a page that was moved was read."""
        article = self.open_article
        if article is None or article.id != id_:
            return
        self._position = (article.id, fraction)
        self._saving.start()
        if self._reading.isActive() and abs(fraction - self._opened_at) > 0.02:
            self._mark_open_as_read()

    def save_position(self) -> None:
        """Write the position that waits to be written."""
        self._saving.stop()
        if self._position is not None:
            (id_, fraction), self._position = self._position, None
            library = self.library
            self._tasks.run(lambda _: library.set_position(id_, fraction), lambda _: None, self._fail)

    def close(self) -> None:
        """Write what waits to be written; nothing is asked any more."""
        self.save_position()
        self._reading.stop()

    def _fail(self, error: ReaderError) -> None:
        logger.warning("%s", error.sentence)
        if isinstance(error, NoSuchArticleError):
            self._back.clear()
            self._forward.clear()
            self.history_changed.emit(False, False)
        if isinstance(error, SearchIndexError):
            self.index_damaged.emit(error.sentence)
        elif isinstance(error, DamagedStoreError):
            self.damaged.emit(error.sentence)
        else:
            self.failed.emit(error.sentence)
