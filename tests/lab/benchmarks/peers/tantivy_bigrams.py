"""tantivy over the same bigrams, as an AND of them: what it finds is not verified to be adjacent."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tantivy

from tests.lab.benchmarks.articles.prepared import Prepared
from tests.lab.benchmarks.articles.questions import Question
from tests.lab.benchmarks.peers.base import FIRST, Cutter, Order, folder_bytes, is_character, terms_of

_TOKENIZER = "terms"
_BY_DATE = "rank"
_YEAR = "year"


class TantivyBigrams:
    """tantivy with frequencies and without positions; what it stores of an article is its rank."""

    name = "tantivy"
    exact = False

    def __init__(self) -> None:
        self._cutter = Cutter()
        self._index: tantivy.Index | None = None
        self._writer: tantivy.IndexWriter | None = None

    def build(self, folder: Path, batches: Iterable[list[Prepared]]) -> dict[str, float]:
        """Index all in one commit, with as many threads as tantivy wants."""
        folder.mkdir(parents=True)
        self._index = self._made(folder)
        writer = self._index.writer()
        for batch in batches:
            for row in batch:
                writer.add_document(self._document(row))
        writer.commit()
        writer.wait_merging_threads()
        return {"cutting_seconds": self._cutter.seconds}

    def _made(self, folder: Path) -> tantivy.Index:
        index = tantivy.Index(_schema(), path=str(folder))
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer(_TOKENIZER, analyzer)
        return index

    def _document(self, row: Prepared) -> tantivy.Document:
        body, characters = self._cutter.article(row)
        document = tantivy.Document()
        document.add_text("body", body)
        document.add_text("chars", characters)
        document.add_text("source", row.source)
        document.add_unsigned(_BY_DATE, row.rank)
        document.add_unsigned(_YEAR, row.published.year if row.published else 0)
        return document

    def index_bytes(self, folder: Path) -> int:
        """Measure the folder: it holds no text."""
        return folder_bytes(folder)

    def open(self, folder: Path) -> None:
        """Open the index and a searcher."""
        self._index = self._made(folder)
        self._searcher = self._index.searcher()

    def translate(self, question: Question, order: Order) -> tantivy.Query:
        """Build the query as an object, so that nothing is parsed while the clock runs."""
        assert self._index is not None
        schema = self._index.schema
        occur = tantivy.Occur.Should if question.either else tantivy.Occur.Must
        parts = [(occur, self._word(schema, word, question.prefix)) for word in question.words]
        if question.either:
            parts = [(tantivy.Occur.Must, tantivy.Query.boolean_query(parts))]
        parts += [(tantivy.Occur.MustNot, self._word(schema, word, False)) for word in question.without]
        if question.source:
            source = tantivy.Query.term_query(schema, "source", question.source, "basic")
            parts.append((tantivy.Occur.Must, source))
        if question.years:
            kind = tantivy.FieldType.Unsigned
            span = tantivy.Query.range_query(schema, _YEAR, kind, *question.years, include_upper=False)
            parts.append((tantivy.Occur.Must, span))
        return tantivy.Query.boolean_query(parts) if parts else tantivy.Query.all_query()

    def _word(self, schema: tantivy.Schema, word: str, prefix: bool) -> tantivy.Query:
        if prefix:
            return tantivy.Query.regex_query(schema, "body", f"{word}.*")
        if is_character(word):
            return tantivy.Query.term_query(schema, "chars", word, "basic")
        terms = [tantivy.Query.term_query(schema, "body", term, "freq") for term in dict.fromkeys(terms_of(word))]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in terms])

    def ask(self, translated: tantivy.Query, order: Order) -> int:
        """Search; the addresses of the hits are all that is fetched."""
        if order is Order.COUNT:
            answer: Any = self._searcher.search(translated, 1, count=True)
            return int(answer.count)
        by = _BY_DATE if order is Order.NEWEST else None
        return len(self._searcher.search(translated, FIRST, count=False, order_by_field=by).hits)

    def add(self, rows: list[Prepared]) -> None:
        """Commit and look again."""
        assert self._index is not None
        if self._writer is None:
            self._writer = self._index.writer()
        for row in rows:
            self._writer.add_document(self._document(row))
        self._writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def close(self) -> None:
        """Let go of the index; tantivy closes it with its last reference."""
        self._index = self._writer = None


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_text_field("chars", tokenizer_name=_TOKENIZER, index_option="basic")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(_BY_DATE, fast=True)
    builder.add_unsigned_field(_YEAR, fast=True, indexed=True)
    return builder.build()
