"""The library: the one object through which the window, the worker and the command line use the core.

Modules that read captures, search, decode pictures or write are imported on first use: a window that starts shows the
newest articles, and needs only the store for that.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from reader.article import Article, ArticleId, CleanPage, Hit, RevisionId, RevisionInfo, SourceCount
from reader.errors import DamagedStoreError
from reader.long_work import never
from reader.paths import AppPaths
from reader.query import NOTHING_CHANGED, Before, HitPage, Query
from reader.scope import Bin
from reader.store.connection import store_errors
from reader.store.library_store import LibraryStore
from reader.store.states import BinStore

if TYPE_CHECKING:
    from reader.errors import Sentence
    from reader.exporters.base import Exporter, ExportOutcome
    from reader.identity.older_lines import OlderLines
    from reader.index import SearchIndex
    from reader.library.info import LibraryInfo
    from reader.library.writer import LibraryWriter
    from reader.maintenance.backup import BackupReport, BackupStep
    from reader.operation import Operation
    from reader.outcome import Problem
    from reader.store.image_store import ImageStore
    from reader.store.import_log import ImportLog
    from reader.store.states import StateStore

logger = logging.getLogger(__name__)

# The number of newest articles that a window lists at once; `warm_up` reads as many.
_FIRST_LISTED = 200


class Library:
    """One library, for reading; safe from any thread. `writer` takes the writer lock and returns a LibraryWriter.

    Operations of the person (star, tag, delete …) need no writer lock: see `apply`.
    """

    def __init__(self, paths: AppPaths, step: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Open the library below `paths`, creating an empty one if there is none.

        A library of an older format is upgraded: `step` is called with the articles done and their number, and may
        raise to end the upgrade.

        Raises:
            StoreError: the store cannot be opened, or is not a library.
        """
        self.paths = paths
        paths.refuse_long()
        with store_errors(paths.database):
            _refuse_lost(paths)
        self._store = LibraryStore(paths.database, step)
        self.bin = BinStore(self._store)
        self._index: SearchIndex | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(cls, paths: AppPaths, step: Callable[[int, int], None] = lambda done, total: None) -> Library:
        """Open the library below `paths`; see `__init__`."""
        return cls(paths, step)

    @cached_property
    def pictures(self) -> ImageStore:
        """The pictures of the library."""
        from reader.store.image_store import ImageStore

        return ImageStore(self.paths.images)

    @cached_property
    def states(self) -> StateStore:
        """The states that the person has given to articles: read, starred, own tags."""
        from reader.store.states import StateStore

        return StateStore(self._store)

    @cached_property
    def imports(self) -> ImportLog:
        """The log of imports."""
        from reader.store.import_log import ImportLog

        return ImportLog(self._store)

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written: the file or its folder forbids it."""
        return self._store.read_only

    def close(self) -> None:
        """Close the files; no other thread may be reading."""
        with self._lock:
            if self._index is not None:
                self._index.close()
                self._index = None
        self._store.close()

    def index(self) -> SearchIndex:
        """Return the index, opened for reading on first use.

        Raises:
            SearchIndexError: the index is damaged; the next writer rebuilds it.
        """
        from reader.index import open_index

        with self._lock:
            if self._index is None:
                self._index = open_index(self.paths.index, writer=False)
            return self._index

    def refresh(self) -> None:
        """Load the newest commit of the index, which another process may have written."""
        self.index().refresh()

    def search(self, query: Query, cancelled: Callable[[], bool] = never, before: Before = NOTHING_CHANGED) -> HitPage:
        """Answer a query. A blank query finds all articles of its scope, by date, without the index.

        Articles that `before` names are found by the states they had then, so that a list keeps its rows.

        Raises:
            SearchIndexError: the index is damaged.
        """
        if isinstance(query.scope, Bin):
            binned = self.bin.ids()
            return HitPage(ids=binned[: query.limit], total=len(binned))
        if not query.text.strip():
            found = self._store.by_date(query.order, query.scope, query.limit, before)
            ids = cast("Sequence[ArticleId]", found.ids)
            return HitPage(ids=ids if query.limit is None else ids[: query.limit], total=found.total)
        index = self._index or self.index()
        return index.search(query, cancelled, partial(self.states.states, before), hidden=self.bin.hidden())

    def warm_up(self) -> None:
        """Load what searching and a blank query need, so that the first keystroke is answered as fast as the others.

        Raises:
            SearchIndexError: the index is damaged.
        """
        self.search(Query(limit=_FIRST_LISTED))
        query = Query(text="的", limit=1)
        self.hits(self.search(query).ids, query)

    def is_behind(self) -> bool:
        """Say whether the index differs from the store, as after an import that was killed.

        Raises:
            SearchIndexError: the index is damaged.
        """
        return self._store.has_unindexed() or self.index().count() != self._store.article_count()

    def hits(self, ids: Sequence[ArticleId], query: Query | None = None, before: Before = NOTHING_CHANGED) -> list[Hit]:
        """Return the list's rows of `ids`, in their order; an article that is gone is left out.

        `query` and `before` are those of the search that found the ids: they decide what is marked.
        """
        hits = self._store.list_rows(ids)
        if query is None or not query.text.strip():
            return hits
        from reader.library.hits import with_matches

        return with_matches(hits, self._store, self.index, query, partial(self.states.states, before))

    def version_found(self, id_: ArticleId, query: Query, before: Before = NOTHING_CHANGED) -> RevisionId | None:
        """Return the older version that a query finds an article in; None if the version shown is enough."""
        if not query.text.strip():
            return None
        from reader.library.hits import version_found

        return version_found(self.index, id_, query, partial(self.states.states, before))

    def matches(self, text: str, query: Query) -> list[tuple[int, int]]:
        """Return the matches of a query in any text, as (start, end) offsets."""
        from reader.index import find_matches, needles

        return find_matches(text, needles(query))

    def sources(self) -> list[SourceCount]:
        """Return every source with its number of articles, the largest first."""
        return self._store.sources()

    def ids(self) -> list[ArticleId]:
        """Return the ids of all articles that are not in the bin, in ascending order."""
        return self._store.ids()

    def article_count(self) -> int:
        """Count the articles that are not in the bin."""
        return self._store.article_count()

    def apply(self, *operations: Operation) -> tuple[Operation, ...]:
        """Apply operations in one transaction, without waiting for an import that is running.

        Returns the inverses of the operations that changed something; to apply them undoes the operations.

        Raises:
            StoreError: the library cannot be written; nothing was changed.
        """
        from reader.store.operations import apply

        undone = apply(self._store, operations)
        self.states.follow(undone)
        return undone

    def is_shown(self, id_: ArticleId, *, outside_bin: bool) -> bool:
        """Say whether an article exists and, with `outside_bin`, is not in the bin."""
        return self._store.is_shown(id_, outside_bin=outside_bin)

    def article(self, id_: ArticleId, revision: RevisionId | None = None) -> Article:
        """Return an article in the revision that is shown, or in another one.

        Raises:
            NoSuchArticleError: there is no such article or revision.
            DamagedPageError: the page is damaged.
        """
        return self._store.article(id_, revision)

    def also_at(self, id_: ArticleId) -> list[str]:
        """Return the addresses of other articles with the same long text; see `LibraryStore.also_at`."""
        return self._store.also_at(id_)

    def revisions(self, id_: ArticleId) -> list[RevisionInfo]:
        """Return an article's versions, the one shown first; see `LibraryStore.revisions`."""
        return self._store.revisions(id_)

    def older_lines(self, article: Article) -> tuple[OlderLines, ...]:
        """Return the lines that only other versions of an article have, newest version first, without damaged ones."""
        return self._store.older_lines(article)

    def original(self, id_: ArticleId, revision: RevisionId | None = None) -> bytes:
        """Return the bytes that were imported, unchanged; see `LibraryStore.original`."""
        return self._store.original(id_, revision)

    def original_page(self, id_: ArticleId, revision: RevisionId | None = None) -> CleanPage:
        """Return the page of a capture with nothing removed by cleaning; see `original_page.original_page`."""
        from reader.library.original_page import original_page

        return original_page(self._store, id_, revision)

    def position(self, id_: ArticleId) -> float:
        """Return how far the article was read, 0 to 1."""
        return self._store.position(id_)

    def set_position(self, id_: ArticleId, fraction: float) -> None:
        """Store how far the article was read, 0 to 1."""
        self._store.set_position(id_, fraction)

    def info(self) -> LibraryInfo:
        """Count what the library holds."""
        from reader.library.info import library_info

        return library_info(self._store, self.bin, self.paths)

    def pictures_on_web(self) -> int:
        """Count the pictures of shown pages that are not saved yet."""
        return len(self._store.pictures_to_fetch())

    def has_pictures_on_web(self) -> bool:
        """Say whether a shown page has a picture that is not saved yet; cheaper than counting them."""
        return self._store.has_pictures_to_fetch()

    def unindexed_count(self) -> int:
        """Count the articles whose current revision the index does not hold."""
        return len(self._store.to_index())

    def has_unindexed(self) -> bool:
        """Say whether there is an article whose current revision the index does not hold."""
        return self._store.has_unindexed()

    def has_indexed(self) -> bool:
        """Say whether, by the store's record, the index holds any article."""
        return self._store.has_indexed()

    def uncleaned_count(self) -> int:
        """Count the versions whose page was made by older rules."""
        return self._store.uncleaned_count()

    def changes(self) -> tuple[int, ...]:
        """Return numbers that differ once the articles shown have changed, and are cheap to read."""
        return self._store.changes()

    def export(self, exporter: Exporter, ids: Sequence[ArticleId], to: Path) -> Iterator[ExportOutcome]:
        """Write articles to a file or a folder, yielding one outcome each; see `Exporter.export`."""
        return exporter.export(self._store, ids, to)

    def back_up(
        self, file: Path, cancelled: Callable[[], bool] = never
    ) -> Generator[BackupStep, None, BackupReport | None]:
        """Back up the library to one file, and read that back; see `maintenance.backup`."""
        from reader.maintenance.backup import back_up

        return back_up(self.paths, self._store, file, cancelled)

    def hash(self, *, content: bool = False) -> Generator[int, None, str]:
        """Hash the library, yielding the number of articles done; see `maintenance.library_hash`."""
        from reader.maintenance.library_hash import library_hash

        return library_hash(self._store, self.pictures, content=content)

    def verify(self, *, lasting: bool = False) -> Generator[Problem, None, Sentence | None]:
        """Check the library, yielding each problem; see `maintenance.check`."""
        from reader.maintenance.check import verify_library

        def index_now() -> SearchIndex:
            self.refresh()
            return self.index()

        return verify_library(self.paths, self._store, self.pictures, index_now, lasting=lasting)

    @contextmanager
    def writer(self, program: str, *, fresh_index: bool = False) -> Iterator[LibraryWriter]:
        """Hold the writer lock for the block; `program` is the name that other programs are told meanwhile.

        With `fresh_index` the index is emptied first; `LibraryWriter.catch_up` then rebuilds it from the store.

        Raises:
            LibraryInUseError: another program is writing the library.
            StoreError: the library cannot be written.
        """
        from reader.library.writer import open_writer

        with open_writer(self.paths, self._store, self.pictures, program, fresh_index=fresh_index) as writer:
            yield writer


def _refuse_lost(paths: AppPaths) -> None:
    """Refuse to create an empty library in place of one that has lost its store.

    Raises:
        DamagedStoreError: there are pictures or an index, but the store is missing or empty.
    """
    try:
        if paths.database.stat().st_size:
            return
    except OSError:
        # Missing, or not accessible; the files next to it decide.
        logger.debug("there is no store in %s", paths.data)
    if any(paths.images.glob("??")) or any(paths.index.glob("*.toc")):
        raise DamagedStoreError(
            "The library {path_name} is damaged ({cause}).",
            path=paths.database,
            path_name=str(paths.database),
            cause="its store is missing or empty",
        )
