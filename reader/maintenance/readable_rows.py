"""The rows of a library that can still be read from a damaged file, even if nothing points to their pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from reader.store.schema import SCHEMA_VERSION
from reader.store.sqlite.pages import MISSING, RawFile, RawRow, Value
from reader.store.table import Table
from reader.store.tables import BY_NAME, TABLES

Values = dict[str, Value]
"""The values of a row by column name; the last ones may be MISSING."""
RowKey = int | tuple[Value, ...]


@dataclass(slots=True)
class ReadableRows:
    """The rows found: for each table by row number, or by key if the table has none.

    `identities` are the buckets of articles by article id, as an index of the table still has them.
    """

    by_table: dict[str, dict[RowKey, Values]] = field(default_factory=lambda: {table.name: {} for table in TABLES})
    identities: dict[int, str] = field(default_factory=dict)

    def numbered(self, table: str) -> dict[int, Values]:
        """Return the rows of a table that has row numbers."""
        return {key: row for key, row in self.by_table[table].items() if isinstance(key, int)}


def read_rows(path: Path) -> ReadableRows:
    """Read all rows that make sense, first from the pages that the tables lead to, then from stray pages.

    Raises:
        OSError: the file cannot be read.
    """
    file = RawFile(path)
    rows = ReadableRows()
    reached: set[int] = set()
    for name, root in file.roots().items():
        pages = file.reach(root)
        reached.update(pages)
        if name in ("sqlite_autoindex_article_1", "article_of_bucket"):
            _take_identities(file, pages, rows)
        elif name in BY_NAME:
            # The table's own rows first: one with two numbers looks like a row of an index.
            _take(file, pages, rows, [BY_NAME[name]])
            _take(file, pages, rows, _TELLING)
        else:
            _take(file, pages, rows, _TELLING)
    # Behind a damaged branch there may be intact pages. Free pages are left out: they hold deleted rows.
    free = file.free()
    _take(file, (n for n in range(2, file.pages + 1) if n not in reached and n not in free), rows, _TELLING)
    return rows


def _take(file: RawFile, pages: Iterable[int], rows: ReadableRows, tables: Iterable[Table]) -> None:
    """Add the rows of some pages, each to the first table it fits; if two have the same number, the first counts."""
    for number in pages:
        if not file.is_tree(number):
            continue
        for found in file.rows(number):
            _put(found, rows, tables)


def _put(found: RawRow, rows: ReadableRows, tables: Iterable[Table]) -> None:
    rowid, values = found
    for table in tables:
        if table.rowid == (rowid > 0) and (row := _by_column(table, values)) is not None:
            key = rowid if table.rowid else tuple(row[name] for name in table.key)
            rows.by_table[table.name].setdefault(key, row)
            return


def _by_column(table: Table, values: tuple[Value, ...]) -> Values | None:
    """Return the values of a row by column name, or None if they fit the table in none of its formats."""
    for version in range(SCHEMA_VERSION, table.since - 1, -1):
        columns = table.columns_of(version)
        if len(columns) != len(values):
            continue
        fits = (
            (place >= table.sure) if value is MISSING else column.takes(value)
            for place, (column, value) in enumerate(zip(columns, values, strict=True))
        )
        if all(fits):
            return {column.name: value for column, value in zip(columns, values, strict=True)}
    return None


def _take_identities(file: RawFile, pages: Iterable[int], rows: ReadableRows) -> None:
    for number in pages:
        for _, values in file.rows(number):
            if len(values) == 2 and isinstance(values[0], str) and isinstance(values[1], int):
                rows.identities[values[1]] = values[0]


# Tables whose rows are recognised by their shape, on whatever page they are found.
_TELLING = [table for table in TABLES if table.telling]
