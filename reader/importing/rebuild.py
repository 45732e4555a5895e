"""Indexes articles that are already in the store, on all cores."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reader.article import ArticleId
from reader.importing.index_rounds import update_index
from reader.importing.stored_articles import index_errors
from reader.importing.workers.messages import Asks, BesideAnswer, Build, Built
from reader.importing.workers.pool import PipelineSettings, Pool
from reader.library_files import LibraryFiles
from reader.store.index_record import count_versions, mark_indexed
from reader.store.rows import in_parts

# Articles per part, and so per segment; smaller if that gives every worker a part.
_PART = 5_000
# Up to this many articles are indexed sooner here than a worker could start.
_WORTH_A_PROCESS = 1_000
_SECONDS = 600.0
_PATIENCE = 0.2


@dataclass(slots=True)
class _Portion:
    """A task: build segments from some articles of the store.

    `counts` are their numbers of versions; `lost` is set if a worker died over the task.
    """

    articles: Sequence[ArticleId]
    counts: Mapping[ArticleId, int]
    seconds: float = _SECONDS
    built: Built | None = None
    lost: bool = False

    def message(self) -> Build:
        """Override Task.message."""
        return Build({}, (), self.articles)

    def finish(self, answer: Built, number: int) -> None:
        """Override Task.finish."""
        self.built = answer

    def reply(self, question: Asks) -> BesideAnswer:
        """Override Task.reply; a build reads no files."""
        return BesideAnswer(None)

    def interrupted(self, *, guilty: bool) -> list[_Portion]:
        """Override Task.interrupted: try again, unless it was this task that the worker died over."""
        self.lost = guilty
        return [] if guilty else [self]


def index_articles(
    ids: Sequence[ArticleId], library: LibraryFiles, settings: PipelineSettings
) -> Generator[int, None, None]:
    """Index articles of the store, yielding after each commit how many are done.

    Raises:
        StoreError: the store cannot be read or written.
        SearchIndexError: the index cannot be written.
    """
    if len(ids) <= _WORTH_A_PROCESS or not settings.processes:
        yield from _index_here(ids, library, 0)
        return
    pool = Pool(library.paths, settings)
    pool.start()
    all_done = False
    try:
        size = min(_PART, -(-len(ids) // settings.processes))
        parts = [_Portion(some, count_versions(library.store, some)) for some in in_parts(ids, size)]
        for part in parts:
            pool.give(part)
        yield from _adopted(parts, pool, library)
        all_done = True
    finally:
        pool.close(wait=all_done)


def _adopted(parts: list[_Portion], pool: Pool, library: LibraryFiles) -> Iterator[int]:
    """Commit each part when it is built; build here what the processes fail to."""
    done = 0
    while parts:
        pool.step(_PATIENCE)
        for part in [part for part in parts if part.built or part.lost or pool.has_failed]:
            parts.remove(part)
            if part.built is None:
                yield from _index_here(part.articles, library, done)
                done += len(part.articles)
                continue
            _adopt(part.built, part.counts, library)
            done += len(part.built.held)
            yield done


def _adopt(built: Built, counts: Mapping[ArticleId, int], library: LibraryFiles) -> None:
    if built.segments:
        with index_errors():
            library.index.adopt(built.segments)
        mark_indexed(library.store, built.held, counts)


def _index_here(ids: Sequence[ArticleId], library: LibraryFiles, done: int) -> Iterator[int]:
    for some in in_parts(ids, _WORTH_A_PROCESS):
        done += update_index(some, library)
        yield done
