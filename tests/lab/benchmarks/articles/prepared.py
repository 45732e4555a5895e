"""The prepared text that all engines are given: the articles of a library, from the oldest to the newest."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.lab.benchmarks.program import IndexedArticle, articles_by_date, fold, open_library

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


def prepare(data: Path, file: Path) -> Totals:
    """Write the articles of the library in `data` to a file that `batches` reads."""
    text_bytes = 0
    with closing(open_library(data)) as library, file.open("wb") as out:
        total, articles = articles_by_date(library)
        rows: list[Prepared] = []
        for rank, article in enumerate(articles, 1):
            row = Prepared(rank, article.id, article.title, article.text, article.source, article.published)
            text_bytes += len(row.folded.encode("utf-8", "replace"))
            rows.append(row)
            if len(rows) == _BATCH or rank == total:
                pickle.dump(rows, out)
                rows = []
    return Totals(total, text_bytes)


def batches(file: Path) -> Iterator[list[Prepared]]:
    """Read what `prepare` wrote, some at a time."""
    with file.open("rb") as lines:
        while True:
            try:
                yield pickle.load(lines)
            except EOFError:
                return
