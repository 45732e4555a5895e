"""Pressmark itself: its index alone for building, its library for answering."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from tests.lab.benchmarks.articles.prepared import Prepared
from tests.lab.benchmarks.articles.questions import Question
from tests.lab.benchmarks.peers.base import FIRST, Order
from tests.lab.benchmarks.program import (
    EVERYTHING,
    OneSource,
    Query,
    SearchIndex,
    SortOrder,
    build_index,
    index_bytes,
    open_index,
)
from tests.support.indexing import update


class Pressmark:
    """The program's own search index."""

    name = "Pressmark"
    exact = True

    def __init__(self) -> None:
        self._index: SearchIndex | None = None
        self._writer: SearchIndex | None = None

    def build(self, folder: Path, batches: Iterable[list[Prepared]]) -> dict[str, float]:
        """Index all in one commit."""
        build_index(folder, (row.to_index() for batch in batches for row in batch))
        return {}

    def index_bytes(self, folder: Path) -> int:
        """Leave out the column of the folded text, which a segment holds to verify on."""
        return index_bytes(folder)

    def optimise(self) -> None:
        """Join segments, as the window's worker does when there is nothing else to do."""
        with closing(open_index(self._folder, writer=True)) as writer:
            while writer.merge():
                pass

    def open(self, folder: Path) -> None:
        """Open for reading; what is added comes through a writer of its own, as from the worker."""
        self._folder = folder
        self._index = open_index(folder, writer=False)

    def translate(self, question: Question, order: Order) -> Query:
        """Write it as a person would type it."""
        words = [_typed(word) + ("*" if question.prefix else "") for word in question.words]
        parts = [" OR ".join(words) if question.either else " ".join(words)]
        parts += [f"-{_typed(word)}" for word in question.without]
        if question.years:
            parts.append(f"after:{question.years[0]} before:{question.years[1]}")
        return Query(
            text=" ".join(parts).strip(),
            order=SortOrder.RELEVANCE if order is Order.RELEVANCE else SortOrder.NEWEST,
            scope=EVERYTHING if question.source is None else OneSource(question.source),
            limit=0 if order is Order.COUNT else FIRST,
        )

    def ask(self, translated: Query, order: Order) -> int:
        """Answer; the exact total comes with every answer, whether it is asked for or not."""
        assert self._index is not None
        page = self._index.search(translated)
        return page.total if order is Order.COUNT else len(page.ids)

    def add(self, rows: list[Prepared]) -> None:
        """Commit through the writer, then see it as the window does."""
        assert self._index is not None
        if self._writer is None:
            self._writer = open_index(self._folder, writer=True)
        update(self._writer, (row.to_index() for row in rows))
        self._index.refresh()

    def close(self) -> None:
        """Close reader and writer."""
        for index in (self._writer, self._index):
            if index is not None:
                index.close()


def _typed(word: str) -> str:
    return f'"{word}"' if " " in word else word
