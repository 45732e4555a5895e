"""The imports of a library, and how one is taken back as one step."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NewType

from reader.errors import NoSuchImportError
from reader.outcome import OutcomeKind
from reader.store.connection import store_errors, transaction
from reader.store.library_store import LibraryStore
from reader.store.rows import Row, from_ms, moment_of, to_ms
from reader.untrusted_json import UntrustedJsonError, read_json

logger = logging.getLogger(__name__)

ImportId = NewType("ImportId", int)

_COLUMNS = "id, began, finished, undone, program, paths, added, updated, duplicate, skipped, failed"
# Articles that are here through one import alone; what a later one brought of an article keeps it here.
_ALONE = (
    "import = :import AND NOT EXISTS (SELECT 1 FROM revision WHERE revision.article = article.id"
    " AND revision.import > :import AND withdrawn IS NULL)"
)
_TAKEN_BACK = (
    f"revision.import = :import AND withdrawn IS NULL AND article NOT IN (SELECT id FROM article WHERE {_ALONE})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """One import: when, by whom, of what, and what it came to.

    One that was killed has the counts and the end of the last that it stored.
    """

    id: ImportId
    began: datetime
    finished: datetime | None
    undone: datetime | None
    program: str
    paths: tuple[str, ...]
    added: int
    updated: int
    duplicate: int
    skipped: int
    failed: int


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking an import back does: articles go to the bin, others are shown as they were before."""

    articles: int
    revisions: int

    @property
    def nothing(self) -> bool:
        """Whether nothing changes by it."""
        return not self.articles and not self.revisions


class ImportLog:
    """Reads and writes the table of imports; only the holder of the writer lock calls what writes."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store

    def all(self) -> list[ImportRecord]:
        """Return every import, the newest first: by number, whatever the clock said."""
        return [_record(row) for row in self._store.rows(f"SELECT {_COLUMNS} FROM import ORDER BY id DESC")]

    def get(self, id_: ImportId) -> ImportRecord:
        """Return one import.

        Raises:
            NoSuchImportError: there is none of this number.
        """
        rows = self._store.rows(f"SELECT {_COLUMNS} FROM import WHERE id = ?", (id_,))
        if not rows:
            raise NoSuchImportError("There is no import {id} in this library.", id=id_)
        return _record(rows[0])

    def last(self) -> ImportRecord | None:
        """Return the newest import that was not undone and brought something; None if there is none."""
        sql = f"SELECT {_COLUMNS} FROM import WHERE undone IS NULL AND added + updated > 0 ORDER BY id DESC LIMIT 1"
        rows = self._store.rows(sql)
        return _record(rows[0]) if rows else None

    def begin(self, program: str, paths: Sequence[str]) -> ImportId:
        """Note an import inside a transaction that the caller has begun."""
        cursor = self._store.connections.get().execute(
            "INSERT INTO import (began, program, paths) VALUES (?, ?, ?)",
            (_now(), program, json.dumps([_sayable(path) for path in paths], ensure_ascii=False)),
        )
        return ImportId(cursor.lastrowid or 0)

    def count(self, id_: ImportId, counts: Mapping[OutcomeKind, int]) -> None:
        """Add to the counts of an import, inside a transaction that the caller has begun."""
        kinds = list(OutcomeKind)
        columns = ", ".join(f"{kind} = {kind} + ?" for kind in kinds)
        values = [counts.get(kind, 0) for kind in kinds]
        sql = f"UPDATE import SET {columns}, finished = ? WHERE id = ?"
        self._store.connections.get().execute(sql, (*values, _now(), id_))

    def effect(self, id_: ImportId) -> Undoing:
        """Say what undoing an import would do now.

        Raises:
            NoSuchImportError: there is none of this number.
        """
        if self.get(id_).undone is not None:
            return Undoing(0, 0)
        with store_errors(self._store.path):
            execute = self._store.connections.get().execute
            where = {"import": id_}
            articles = f"SELECT count(*) FROM article WHERE deleted IS NULL AND {_ALONE}"
            revisions = f"SELECT count(DISTINCT article) FROM revision WHERE {_TAKEN_BACK}"
            return Undoing(execute(articles, where).fetchone()[0], execute(revisions, where).fetchone()[0])

    def undo(self, id_: ImportId) -> Undoing:
        """Take an import back, in one transaction; a second time nothing is done.

        Articles that it alone brought go to the bin. What it brought of others is withdrawn, and they are shown
        as they were before.

        Raises:
            NoSuchImportError: there is none of this number.
            StoreError: the library cannot be written; nothing was done.
        """
        with store_errors(self._store.path), transaction(self._store.connections.get()):
            effect = self.effect(id_)
            if self.get(id_).undone is None:
                self._take_back({"import": id_, "now": _now()})
        return effect

    def _take_back(self, where: Mapping[str, int]) -> None:
        execute = self._store.connections.get().execute
        changed = execute(f"SELECT DISTINCT article FROM revision WHERE {_TAKEN_BACK}", where).fetchall()
        execute(f"UPDATE revision SET withdrawn = :now WHERE {_TAKEN_BACK}", where)
        execute(f"UPDATE article SET deleted = :now WHERE deleted IS NULL AND {_ALONE}", where)
        for (article,) in changed:
            execute(
                "UPDATE article SET import = (SELECT min(revision.import) FROM revision"
                "  WHERE article = article.id AND withdrawn IS NULL)"
                " WHERE id = :article AND import = :import",
                {**where, "article": article},
            )
            show_newest(self._store, article)
        execute("UPDATE import SET undone = :now WHERE id = :import", where)


def show_newest(store: LibraryStore, article: int) -> None:
    """Show an article as its newest revision has it: by time of capture, else of publication, else of import."""
    store.connections.get().execute(
        "UPDATE article SET (revision, source, published) = (SELECT id, source, published FROM revision"
        " WHERE article = ?1 AND withdrawn IS NULL ORDER BY coalesce(captured, published, 0) DESC, id DESC LIMIT 1)"
        " WHERE id = ?1",
        (article,),
    )


def _record(row: Row) -> ImportRecord:
    id_, began, finished, undone, program, paths, added, updated, duplicate, skipped, failed = row
    return ImportRecord(
        id=ImportId(id_),
        began=moment_of(began),
        finished=from_ms(finished),
        undone=from_ms(undone),
        program=program,
        paths=_read_paths(paths),
        added=added,
        updated=updated,
        duplicate=duplicate,
        skipped=skipped,
        failed=failed,
    )


def _read_paths(stored: str) -> tuple[str, ...]:
    """Read what was dropped; of a list that is damaged nothing is left, and the import can be undone without."""
    try:
        paths = read_json(stored)
    except UntrustedJsonError:
        logger.warning("a list of paths is damaged: %.200r", stored)
        return ()
    return tuple(path for path in paths if isinstance(path, str)) if isinstance(paths, list) else ()


def _now() -> int:
    return to_ms(datetime.now(UTC)) or 0


def _sayable(path: str) -> str:
    """Return a path as SQLite takes it: a name that is no text has half characters in Python."""
    return path.encode("utf-8", "backslashreplace").decode()
