"""How Pressmark is called: the one module here that knows its library, its index and its formats."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

from reader.article import Article
from reader.formats.default import read_captures
from reader.index import BuiltSegment, IndexedArticle, SearchIndex, build_segments, fold, open_index
from reader.index.text.analysis import JOINED_RUNS, WORDS
from reader.library import Library
from reader.outcome import ImportOutcome, OutcomeKind
from reader.paths import AppPaths
from reader.query import Query, SortOrder
from reader.scope import EVERYTHING, OneSource
from reader.sources.walk import walk_sources

__all__ = [
    "EVERYTHING",
    "JOINED_RUNS",
    "WORDS",
    "IndexedArticle",
    "Library",
    "OneSource",
    "Query",
    "SearchIndex",
    "SortOrder",
    "articles_by_date",
    "build_index",
    "every_hit",
    "fold",
    "import_folder",
    "index_bytes",
    "open_index",
    "open_library",
    "pages_of",
    "rebuild_index",
    "segments",
    "tidy",
]

_BUILDERS = 2
_SEGMENT_ARTICLES = 5_000


def open_library(data: Path) -> Library:
    """Open the library in `data`; a new one where there is none."""
    return Library.open(AppPaths(data))


def import_folder(data: Path, captures: Path) -> dict[str, float]:
    """Import a folder or an archive as the worker does, to the last article in the index, and tell of it."""
    with closing(open_library(data)) as library:
        start = time.perf_counter()
        with library.writer("a benchmark") as writer:
            outcomes = Counter(outcome.kind for outcome in writer.import_paths([captures]))
            for _ in writer.catch_up():
                pass
        seconds = time.perf_counter() - start
        info = library.info()
    return {
        "files": outcomes.total(),
        "failed": outcomes[OutcomeKind.FAILED],
        "seconds": seconds,
        "articles": info.articles,
        "index_bytes": info.index_bytes,
        "store_bytes": info.store_bytes,
    }


def rebuild_index(data: Path) -> None:
    """Build the index of a library anew from its store, as after a change to the index's own code."""
    with closing(open_library(data)) as library, library.writer("a benchmark", fresh_index=True) as writer:
        for _ in writer.catch_up():
            pass


def tidy(data: Path) -> float:
    """Do what the window's worker does when there is nothing else to do, and return the seconds that it took."""
    start = time.perf_counter()
    with closing(open_library(data)) as library, library.writer("a benchmark") as writer:
        while writer.tidy():
            pass
    return time.perf_counter() - start


def segments(data: Path) -> int:
    """Count the segments of a library's index."""
    return len({file.name.split(".")[0] for file in AppPaths(data).index.glob("*.trm")})


def articles_by_date(library: Library) -> tuple[int, Iterator[Article]]:
    """Return the number of articles, and all of them from the oldest to the newest; the undated come first."""
    ids = list(reversed(library.search(Query(order=SortOrder.NEWEST)).ids))
    return len(ids), (library.article(id_) for id_ in ids)


def every_hit(query: Query) -> Query:
    """Ask the same for all articles, not for the first."""
    return replace(query, limit=None)


def build_index(folder: Path, articles: Iterable[IndexedArticle]) -> None:
    """Build an index as the import does: segments in two processes, taken in by the one writer."""
    spawn = multiprocessing.get_context("spawn")
    with closing(open_index(folder, writer=True)) as index, ProcessPoolExecutor(_BUILDERS, spawn) as builders:
        under_way: deque[Future[list[BuiltSegment]]] = deque()
        for part in _parts(iter(articles)):
            # No more than what each builder works on and what it takes next is in memory.
            if len(under_way) == 2 * _BUILDERS:
                index.adopt(under_way.popleft().result())
            under_way.append(builders.submit(_built, folder, part))
        for built in under_way:
            index.adopt(built.result())


def _parts(articles: Iterator[IndexedArticle]) -> Iterator[list[IndexedArticle]]:
    """Divide articles into segments, so that each builder gets as many."""
    while some := list(islice(articles, _BUILDERS * _SEGMENT_ARTICLES)):
        share = -(-len(some) // _BUILDERS)
        yield from (some[at : at + share] for at in range(0, len(some), share))


def _built(folder: Path, articles: Sequence[IndexedArticle]) -> list[BuiltSegment]:
    return build_segments(folder, articles)


def index_bytes(folder: Path) -> int:
    """Measure an index without the column of the folded text, which a segment holds to verify on."""
    files = {file for file in folder.rglob("*") if file.is_file()}
    return sum(file.stat().st_size for file in files - set(folder.glob("*.text.col")))


def pages_of(captures: Path) -> Iterator[tuple[str, str]]:
    """Yield title and HTML of each capture in a folder, as it was saved."""
    for file in walk_sources([captures]):
        if not isinstance(file, ImportOutcome):
            for capture in read_captures(file):
                yield capture.title or "", capture.html
