"""The description of a table: its columns and indexes in every format, and the SQL that creates or upgrades it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

NEVER = 1_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column, in the formats from `since` on and before `until`; `says` is its meaning, for people.

    `hashed` says that its value is part of the library's hash; `was` is its name in earlier formats; `length`, if
    given, is the length of every value, in characters or bytes.
    """

    name: str
    sql: str
    says: str = ""
    since: int = 1
    until: int = NEVER
    hashed: bool = False
    was: str | None = None
    length: int | None = None

    @property
    def definition(self) -> str:
        """The column's definition in SQL."""
        return f"{self.name} {self.sql}"

    def takes(self, value: object) -> bool:
        """Say whether a value found in a damaged file may be one of this column; one of fixed length is never null."""
        if value is None:
            # SQLite stores a key that is the row number as null.
            return "NOT NULL" not in self.sql and self.length is None
        if not isinstance(value, _KINDS[self.sql.partition(" ")[0]]):
            return False
        return self.length is None or (isinstance(value, str | bytes) and len(value) == self.length)


_KINDS: Mapping[str, type | tuple[type, ...]] = {"INTEGER": int, "REAL": (int, float), "TEXT": str, "BLOB": bytes}


@dataclass(frozen=True, slots=True)
class Index:
    """An index, in the formats from `since` on and before `until`."""

    name: str
    on: str
    since: int = 1
    until: int = NEVER


@dataclass(frozen=True, slots=True)
class Table:
    """A table, in the formats from `since` on.

    A table without row numbers has a `key`: its first columns. `triggers` are pairs of the first format with a trigger
    and its SQL; `first` is SQL that inserts the first row. For salvage, the columns before number `sure` must be
    there, and `telling` says that a row can be recognised by its shape.
    """

    name: str
    says: str
    columns: Sequence[Column]
    key: Sequence[str] = ()
    indexes: Sequence[Index] = ()
    since: int = 1
    triggers: Sequence[tuple[int, str]] = ()
    first: str = ""
    sure: int = NEVER
    telling: bool = True

    @property
    def rowid(self) -> bool:
        """Whether its rows have row numbers."""
        return not self.key

    def columns_of(self, version: int) -> list[Column]:
        """Return the columns of a format, in their order."""
        return [column for column in self.columns if column.since <= version < column.until]

    def create(self, version: int, name: str | None = None) -> str:
        """Return the SQL that creates the table, without its indexes."""
        lines = [column.definition for column in self.columns_of(version)]
        if len(self.key) > 1:
            lines.append(f"PRIMARY KEY ({', '.join(self.key)})")
        body = lines[0] if len(lines) == 1 else "\n" + ",\n".join(f"    {line}" for line in lines) + "\n"
        return f"CREATE TABLE {name or self.name} ({body})" + ("" if self.rowid else " WITHOUT ROWID")

    def whole(self, version: int) -> Iterator[str]:
        """Yield the SQL that creates the table with its indexes and triggers and, if it has one, its first row."""
        yield self.create(version)
        yield from self._attached(version)
        if self.first:
            yield self.first

    def step_to(self, version: int) -> Iterator[str]:
        """Yield the SQL that turns the table of the previous format into that of this one."""
        if self.since == version:
            yield from self.whole(version)
        elif any(column.until == version for column in self.columns):
            yield from self._rebuild(version)
        elif self.since < version:
            yield from (f"DROP INDEX {index.name}" for index in self.indexes if index.until == version)
            for column in self.columns:
                if column.since == version:
                    yield f"ALTER TABLE {self.name} ADD COLUMN {column.definition}"
            before = set(self._attached(version - 1))
            yield from (sql for sql in self._attached(version) if sql not in before)

    def _attached(self, version: int) -> Iterator[str]:
        """Yield the SQL that creates the indexes and triggers of a format."""
        for index in self.indexes:
            if index.since <= version < index.until:
                yield f"CREATE INDEX {index.name} ON {self.name} {index.on}"
        yield from (sql for since, sql in self.triggers if since <= version)

    def _rebuild(self, version: int) -> Iterator[str]:
        """Yield the SQL that copies the table into one without the columns that the format drops."""
        before = {column.name for column in self.columns_of(version - 1)}
        kept = [(column.name, column.was or column.name) for column in self.columns_of(version)]
        kept = [(name, was) for name, was in kept if was in before]
        new = f"{self.name}_new"
        yield self.create(version, new)
        yield (
            f"INSERT INTO {new} ({', '.join(name for name, _ in kept)})"
            f" SELECT {', '.join(was for _, was in kept)} FROM {self.name}"
        )
        # The new table continues the old one's row numbers: that of a deleted row must not be given out again.
        yield f"DELETE FROM sqlite_sequence WHERE name = '{new}'"
        yield f"UPDATE sqlite_sequence SET name = '{new}' WHERE name = '{self.name}'"
        yield f"DROP TABLE {self.name}"
        yield f"ALTER TABLE {new} RENAME TO {self.name}"
        yield from self._attached(version)
