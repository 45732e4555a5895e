"""SQLite FTS5: over the same bigrams, asked as a phrase, which is exact; and with its own trigrams.

Row ids are ranks by date, which is the quickest order by date that FTS5 can have.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.lab.benchmarks.articles.prepared import Prepared
from tests.lab.benchmarks.articles.questions import Question
from tests.lab.benchmarks.peers.base import FIRST, Cutter, Order, ends_in_character, is_character, terms_of
from tests.lab.benchmarks.plan import FTS5_SORTING

_FILE = "fts5.sqlite3"
_DOCS = "CREATE TABLE docs (rank INTEGER PRIMARY KEY, source TEXT, year INTEGER)"
_YEARS = "CREATE INDEX docs_year ON docs (year)"
# Both ends are one look into the index of years.
_IN_YEARS = (
    "rowid BETWEEN (SELECT rank FROM docs WHERE year >= {0} ORDER BY year, rank LIMIT 1) "
    "AND (SELECT rank FROM docs WHERE year < {1} ORDER BY year DESC, rank DESC LIMIT 1)"
)
Statement = tuple[str, tuple[str, ...]]


class _Fts5:
    """What both have in common: a file, a table of facts, and the shape of a statement."""

    name: str
    exact: bool
    table: str

    def __init__(self) -> None:
        self._database: sqlite3.Connection | None = None

    @property
    def database(self) -> sqlite3.Connection:
        """The open file."""
        assert self._database is not None
        return self._database

    def build(self, folder: Path, batches: Iterable[list[Prepared]]) -> dict[str, float]:
        """Index all in transactions of a batch."""
        folder.mkdir(parents=True)
        self.open(folder)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = NORMAL")
        for statement in (_DOCS, _YEARS, *self.tables()):
            self.database.execute(statement)
        for batch in batches:
            self._insert(batch)
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.close()
        return self.told()

    def optimise(self) -> None:
        """Join all into one, which FTS5 answers fastest from."""
        self.database.execute(f"INSERT INTO {self.table} ({self.table}) VALUES ('optimize')")
        self.database.commit()
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def tables(self) -> Sequence[str]:
        """Return what makes the tables."""
        raise NotImplementedError

    def told(self) -> dict[str, float]:
        """Return what is to be told of building."""
        return {}

    def insert_text(self, row: Prepared) -> None:
        """Insert the searched text of one article."""
        raise NotImplementedError

    def _insert(self, rows: list[Prepared]) -> None:
        with self.database:
            for row in rows:
                year = row.published.year if row.published else None
                self.database.execute("INSERT INTO docs VALUES (?, ?, ?)", (row.rank, row.source, year))
                self.insert_text(row)

    def open(self, folder: Path) -> None:
        """Open the file; nothing is read until something is asked."""
        self._database = sqlite3.connect(folder / _FILE)
        self._database.execute("PRAGMA synchronous = FULL")

    def add(self, rows: list[Prepared]) -> None:
        """Add in one synced transaction."""
        self._insert(rows)

    def ask(self, translated: Statement, order: Order) -> int:
        """Run the statement."""
        rows = self.database.execute(*translated).fetchall()
        return int(rows[0][0]) if order is Order.COUNT else len(rows)

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _table_of(self, conditions: list[str]) -> str:
        """Say where to look: MATCH is for the index alone."""
        if not conditions:
            return "docs"
        return self.table if "MATCH" in conditions[0] else "texts"

    def _statement(
        self, conditions: list[str], parameters: tuple[str, ...], question: Question, order: Order
    ) -> Statement:
        if question.years:
            conditions.append(_IN_YEARS.format(*question.years))
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        table = self._table_of(conditions)
        if order is Order.COUNT:
            return f"SELECT count(*) FROM {table}{where}", parameters
        by = "rank" if order is Order.RELEVANCE and conditions else "rowid DESC"
        return f"SELECT rowid FROM {table}{where} ORDER BY {by} LIMIT {FIRST}", parameters


class Fts5Bigrams(_Fts5):
    """FTS5 over Latin words, bigrams and single characters; contentless."""

    name = "FTS5 bigrams"
    exact = True
    table = "grams"

    def __init__(self) -> None:
        super().__init__()
        self._cutter = Cutter()

    def tables(self) -> Sequence[str]:
        """Make one table; the tokens of `body` are cut already."""
        return ("CREATE VIRTUAL TABLE grams USING fts5 (body, chars, source, content='', tokenize='ascii')",)

    def told(self) -> dict[str, float]:
        """Tell how long the folding and cutting took, which is in the time of building."""
        return {"cutting_seconds": self._cutter.seconds}

    def insert_text(self, row: Prepared) -> None:
        """Insert terms, characters, and the source as one term."""
        values = (row.rank, *self._cutter.article(row), _source_term(row.source))
        self.database.execute("INSERT INTO grams (rowid, body, chars, source) VALUES (?, ?, ?, ?)", values)

    def index_bytes(self, folder: Path) -> int:
        """Measure the file: it holds no text."""
        return (folder / _FILE).stat().st_size

    def translate(self, question: Question, order: Order) -> Statement:
        """Write one MATCH."""
        match = self._match(question)
        if not match:
            return self._statement([], (), question, order)
        return self._statement(["grams MATCH ?"], (match,), question, order)

    def _match(self, question: Question) -> str:
        words = [_phrase(word, question.prefix) for word in question.words]
        match = (" OR " if question.either else " AND ").join(words)
        for word in question.without:
            match = f"({match}) NOT {_phrase(word, False)}"
        if question.source:
            match = f'source : "{_source_term(question.source)}" AND ({match})'
        return match


class Fts5Sorting(Fts5Bigrams):
    """The same index, as it is where articles do not come in the order of their dates.

    Then row ids say nothing of dates, and all hits are looked up in a table beside and sorted.
    """

    name = FTS5_SORTING

    def translate(self, question: Question, order: Order) -> Statement | None:  # type: ignore[override]
        """Write a join with the dates; None where there is nothing to sort by date."""
        match = self._match(question)
        if order is not Order.NEWEST or not match:
            return None
        years = " AND docs.year >= {} AND docs.year < {}".format(*question.years) if question.years else ""
        # The sign keeps SQLite from seeing that this column is the row id.
        by_date = f"ORDER BY +docs.rank DESC LIMIT {FIRST}"
        join = "SELECT grams.rowid FROM grams JOIN docs ON docs.rank = grams.rowid"
        return f"{join} WHERE grams MATCH ?{years} {by_date}", (match,)


def _source_term(source: str) -> str:
    """Name a source in letters and digits of ASCII."""
    return "s" + source.encode("utf-8", "replace").hex()


def _phrase(word: str, prefix: bool) -> str:
    if is_character(word):
        return f'chars : "{word}"'
    star = " *" if prefix or ends_in_character(word) else ""
    return f'body : "{" ".join(terms_of(word))}"{star}'


class Fts5Trigrams(_Fts5):
    """FTS5's own trigram tokenizer over the folded text; below three characters it scans.

    It matches anywhere in the text, so also in the middle of Latin words.
    """

    name = "FTS5 trigrams"
    exact = False
    table = "grams"

    def tables(self) -> Sequence[str]:
        """Keep the text in a table beside, for what the trigrams cannot answer."""
        return (
            "CREATE TABLE texts (rowid INTEGER PRIMARY KEY, body TEXT)",
            "CREATE VIRTUAL TABLE grams USING fts5 (body, content='texts', tokenize='trigram')",
        )

    def insert_text(self, row: Prepared) -> None:
        """Insert the text into both tables."""
        values = (row.rank, row.folded.encode("utf-8", "replace").decode())
        self.database.execute("INSERT INTO texts (rowid, body) VALUES (?, ?)", values)
        self.database.execute("INSERT INTO grams (rowid, body) VALUES (?, ?)", values)

    def index_bytes(self, folder: Path) -> int:
        """Add up the pages of all tables but that of the text."""
        with sqlite3.connect(folder / _FILE) as database:
            pages = "SELECT sum(pgsize) FROM dbstat WHERE name != 'texts'"
            size: int = database.execute(pages).fetchone()[0]
        database.close()
        return size

    def translate(self, question: Question, order: Order) -> Statement | None:
        """Write one MATCH if all words are long enough, else a scan of the text, which has no relevance."""
        words = (*question.words, *question.without)
        if not words:
            return self._statement([], (), question, order)
        conditions: list[str]
        parameters: tuple[str, ...]
        if min(map(len, words)) >= 3:
            joined = (" OR " if question.either else " AND ").join(f'"{word}"' for word in question.words)
            conditions, parameters = ["grams MATCH ?"], (joined,)
        elif order is Order.RELEVANCE:
            return None
        else:
            joined = (" OR " if question.either else " AND ").join("instr(body, ?)" for _ in question.words)
            conditions = [f"({joined})", *("NOT instr(body, ?)" for _ in question.without)]
            parameters = words
        if question.source:
            conditions.append("rowid IN (SELECT rank FROM docs WHERE source = ?)")
            parameters = (*parameters, question.source)
        return self._statement(conditions, parameters, question, order)
