"""Writes the tables of the store into docs/library-format.md, from the one description of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reader.store.schema import SCHEMA_VERSION
from reader.store.table import Column, Table
from reader.store.tables import TABLES

FILE = Path(__file__).resolve().parents[1] / "docs" / "library-format.md"
_BEGIN, _END = "<!-- tables -->\n", "<!-- /tables -->\n"


def described() -> str:
    """Return the tables of the newest format, for people."""
    return "\n".join(line for table in TABLES for line in _table(table))


def _table(table: Table) -> Iterator[str]:
    yield f"### {table.name}\n"
    says = f"{table.says[0].upper()}{table.says[1:]}."
    yield says if table.since == 1 else f"{says} Since format {table.since}."
    yield "\n| column | type | is |\n|-|-|-|"
    yield from (_row(column, table) for column in table.columns_of(SCHEMA_VERSION))
    yield ""


def _row(column: Column, table: Table) -> str:
    since = f"since format {column.since}" if column.since > table.since else ""
    says = "; ".join(part for part in (column.says, since) if part)
    return f"| `{column.name}` | {column.sql.replace('|', ' ')} | {says} |"


def with_tables(text: str) -> str:
    """Return the document with its tables as they are described."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{described()}\n{_END}{after}"


if __name__ == "__main__":
    FILE.write_text(with_tables(FILE.read_text("utf-8")), "utf-8")
