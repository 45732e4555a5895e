"""The one road into the index: stored articles wait, workers build segments of them, and the writer adopts those.

A round begins once all parts of the one before are adopted, and holds each article once: so what was read earlier is
never committed after what was read later.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reader.article import ArticleId, RevisionId
from reader.importing.stored_articles import Built, build_stored, index_errors
from reader.importing.workers.messages import Asks, BesideAnswer, Build
from reader.importing.workers.pool import Pool
from reader.library_files import LibraryFiles
from reader.store.index_record import forget_indexed, mark_indexed
from reader.store.rows import in_parts

# Time from one round to the next; the first comes sooner, as the import may be a small one.
_FIRST_SECONDS = 1.0
_SECONDS = 3.0
# Up to this many articles are indexed sooner here than a worker could start.
_FEW = 1_000
# Most articles per part, and so per segment.
_PART = 5_000
_BUILD_SECONDS = 600.0


@dataclass(slots=True)
class _Portion:
    """A task: build segments of some articles; `here` says that it is the writer who does it."""

    articles: Sequence[ArticleId]
    here: bool
    seconds: float = _BUILD_SECONDS
    built: Built | None = None

    def message(self) -> Build:
        """Override Task.message."""
        return Build(self.articles)

    def finish(self, answer: Built) -> None:
        """Override Task.finish."""
        self.built = answer

    def reply(self, question: Asks) -> BesideAnswer:
        """Override Task.reply; a build reads no files."""
        return BesideAnswer(None)

    def interrupted(self, *, guilty: bool) -> list[_Portion]:
        """Override Task.interrupted: try again, unless it was this task that the worker died over."""
        self.here = guilty
        return [] if guilty else [self]


class Rounds:
    """Brings stored articles into the index, and takes out those that were merged into others.

    `done` counts the articles brought in.
    """

    def __init__(self, library: LibraryFiles, pool: Pool) -> None:
        self._library = library
        self._pool = pool
        # A dict as a set that keeps the order.
        self._waiting: dict[ArticleId, None] = {}
        self._gone: set[ArticleId] = set()
        self._parts: list[_Portion] = []
        self._due = time.monotonic() + _FIRST_SECONDS
        self.done = 0

    @property
    def is_busy(self) -> bool:
        """Whether there is anything left to do."""
        return bool(self._waiting or self._gone or self._parts)

    def add(self, articles: Iterable[ArticleId]) -> None:
        """Index articles in the next round, as they are shown then."""
        for article in articles:
            self._waiting[article] = None
            self._gone.discard(article)

    def remove(self, articles: Iterable[ArticleId]) -> None:
        """Remove articles from the index at the end of this round: they have been merged into others."""
        for article in articles:
            self._waiting.pop(article, None)
            self._gone.add(article)

    def step(self, *, at_once: bool) -> bool:
        """Begin a round if it is due, or `at_once`; adopt a part if one is built, and say whether one was."""
        if not self._parts:
            if not self.is_busy or not (at_once or time.monotonic() >= self._due):
                return False
            self._begin()
        ready = next((part for part in self._parts if part.built or part.here or self._pool.has_failed), None)
        if ready is not None:
            self._parts.remove(ready)
            self._adopt(ready.built or build_stored(ready.articles, self._library.store, self._library.paths.index))
            if ready.here:
                self._merge_quickly()
        if self._gone and not self._parts:
            with index_errors():
                self._library.index.remove(self._gone)
            forget_indexed(self._library.store, self._gone)
            self._gone = set()
        return ready is not None

    def _begin(self) -> None:
        """Divide the articles that wait among the workers; without any, wait for them if it is worth it."""
        pool, articles = self._pool, list(self._waiting)
        many = len(articles) > _FEW
        if many:
            pool.start()
            if pool.is_starting:
                return
        self._waiting = {}
        self._due = time.monotonic() + _SECONDS
        shares = max(1, pool.settings.processes) if many or pool.is_ready else 1
        size = min(_PART, max(1, -(-len(articles) // shares)))
        self._parts = [_Portion(some, here=not pool.is_ready) for some in in_parts(articles, size)]
        for part in self._parts:
            if not part.here:
                pool.give(part)

    def _merge_quickly(self) -> None:
        """Join small segments: what the writer indexes by itself comes in few articles, time after time."""
        with index_errors():
            while self._library.index.merge(quickly=True):
                pass

    def _adopt(self, built: Built) -> None:
        """Commit a part, and record it in the store."""
        with index_errors():
            self._library.index.adopt(built.segments)
        # What has come to other versions meanwhile is taken up again, also after a kill.
        held = [
            (article, RevisionId(-revision) if article in self._waiting else revision, versions)
            for article, revision, versions in built.held
        ]
        mark_indexed(self._library.store, held)
        self.done += len(held)
