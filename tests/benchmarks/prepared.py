"""The prepared text that all engines are given: the articles of a library, from the oldest to the newest."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reader.article import Article
from reader.index import IndexedArticle, fold
from reader.library import Library
from reader.query import Query, SortOrder

_BATCH = 1_000
_NO_DATE = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article without its pictures; `rank` counts from 1, the oldest."""

    rank: int
    id: int
    title: str
    text: str
    source: str
    published: datetime | None

    @property
    def folded(self) -> str:
        """All that is searched, folded as Pressmark folds it."""
        return fold(f"{self.title}\n{self.text}")

    @property
    def day(self) -> int:
        """The date as a number that sorts."""
        return (self.published or _NO_DATE).toordinal()

    def to_index(self) -> IndexedArticle:
        """Return it as Pressmark's index takes it."""
        return IndexedArticle(
            id=self.id,  # type: ignore[arg-type]
            title=self.title,
            text=self.text,
            source=self.source,
            author=None,
            tags=(),
            published=self.published,
            has_image=False,
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """How much was prepared: bytes are of folded UTF-8."""

    articles: int
    text_bytes: int


def prepare(library: Library, file: Path) -> Totals:
    """Write the articles of `library` to a file that `batches` reads."""
    text_bytes = 0
    # Without a word the answer is everything; the undated come last by NEWEST and so first here.
    ids = list(reversed(library.search(Query(order=SortOrder.NEWEST)).ids))
    with file.open("wb") as out:
        for start in range(0, len(ids), _BATCH):
            some = enumerate(ids[start : start + _BATCH], start + 1)
            rows = [_row(rank, library.article(id_)) for rank, id_ in some]
            text_bytes += sum(len(row.folded.encode("utf-8", "replace")) for row in rows)
            pickle.dump(rows, out)
    return Totals(len(ids), text_bytes)


def _row(rank: int, article: Article) -> Prepared:
    return Prepared(rank, article.id, article.title, article.text, article.source, article.published)


def batches(file: Path) -> Iterator[list[Prepared]]:
    """Read what `prepare` wrote, some at a time."""
    with file.open("rb") as lines:
        while True:
            try:
                yield pickle.load(lines)
            except EOFError:
                return


class Untimed:
    """Passes batches on and counts the seconds that it took to get them, which are nobody's work."""

    def __init__(self, source: Iterable[list[Prepared]]) -> None:
        self._source = iter(source)
        self.seconds = self.processor_seconds = 0.0
        self.articles = 0

    def __iter__(self) -> Iterator[list[Prepared]]:
        while True:
            start, worked = time.perf_counter(), time.thread_time()
            batch = next(self._source, None)
            self.seconds += time.perf_counter() - start
            self.processor_seconds += time.thread_time() - worked
            if batch is None:
                return
            self.articles += len(batch)
            yield batch
