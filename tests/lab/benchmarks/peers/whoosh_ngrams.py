"""Stock Whoosh with its n-gram analyzer, as its documentation has it; not verified, and on a part only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh import fields, index, query
from whoosh.analysis import LowercaseFilter, NgramTokenizer

from tests.lab.benchmarks.articles.prepared import Prepared
from tests.lab.benchmarks.articles.questions import Question
from tests.lab.benchmarks.peers.base import FIRST, Order, folder_bytes


class WhooshNgrams:
    """One- and two-character grams of the folded text, without positions."""

    name = "stock Whoosh"
    exact = False

    def build(self, folder: Path, batches: Iterable[list[Prepared]]) -> dict[str, float]:
        """Index all in one commit."""
        folder.mkdir(parents=True)
        self._index = index.create_in(str(folder), _schema())
        self._write(row for batch in batches for row in batch)
        self._index.close()
        return {}

    def _write(self, rows: Iterable[Prepared]) -> None:
        writer = self._index.writer()
        for row in rows:
            year = row.published.year if row.published else 0
            writer.add_document(body=row.folded, rank=row.rank, year=year, source=row.source)
        writer.commit()

    def index_bytes(self, folder: Path) -> int:
        """Measure the folder: it holds no text."""
        return folder_bytes(folder)

    def open(self, folder: Path) -> None:
        """Open the index and a searcher."""
        self._index = index.open_dir(str(folder))
        self._searcher = self._index.searcher()

    def translate(self, question: Question, order: Order) -> Any:
        """Build the query as an object, so that nothing is parsed while the clock runs."""
        words = [_all_grams(word) for word in question.words]
        parts = [query.Or(words) if question.either else query.And(words)] if words else [query.Every()]
        parts += [query.Not(_all_grams(word)) for word in question.without]
        if question.source:
            parts.append(query.Term("source", question.source))
        if question.years:
            parts.append(query.NumericRange("year", question.years[0], question.years[1] - 1))
        return query.And(parts).normalize()

    def ask(self, translated: Any, order: Order) -> int:
        """Search, or run through all hits to count them."""
        if order is Order.COUNT:
            return sum(1 for _ in self._searcher.docs_for_query(translated))
        by_date = {"sortedby": "rank", "reverse": True} if order is Order.NEWEST else {}
        return len(self._searcher.search(translated, limit=FIRST, **by_date).top_n)

    def add(self, rows: list[Prepared]) -> None:
        """Commit and open a searcher anew."""
        self._write(rows)
        self._searcher.close()
        self._searcher = self._index.searcher()

    def close(self) -> None:
        """Close searcher and index."""
        self._searcher.close()
        self._index.close()


def _schema() -> fields.Schema:
    analyzer = NgramTokenizer(minsize=1, maxsize=2) | LowercaseFilter()
    return fields.Schema(
        body=fields.TEXT(analyzer=analyzer, phrase=False),
        rank=fields.NUMERIC(sortable=True),
        year=fields.NUMERIC(),
        source=fields.ID(),
    )


def _all_grams(word: str) -> Any:
    grams = [word[at : at + 2] for at in range(len(word) - 1)] or [word]
    return query.And([query.Term("body", gram) for gram in dict.fromkeys(grams)])
