"""The log of a library's imports, and the undoing of an import."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reader.article import Origin, RevisionId
from reader.errors import NoSuchImportError, Sentence
from reader.outcome import ImportId, ImportOutcome, ImportRecord, NotImported, OutcomeKind, Undoing
from reader.store.connection import store_errors, transaction
from reader.store.grouping.article_rows import apply_statements
from reader.store.library_store import LibraryStore
from reader.store.rows import Row, from_ms, moment_of, now_ms, read_list
from reader.store.states import BinStore
from reader.system.untrusted_json import UntrustedJsonError, read_json

logger = logging.getLogger(__name__)

_COLUMNS = "id, began, finished, undone, program, paths, added, updated, duplicate, skipped, failed, incomplete"
# Versions brought by this import alone, not counting imports that were undone.
_BROUGHT_ALONE = """
    withdrawn IS NULL AND (import = :import OR id IN (SELECT revision FROM brought WHERE import = :import))
    AND import IS NOT NULL
    AND (import = :import OR import IN (SELECT id FROM import WHERE undone IS NOT NULL))
    AND NOT EXISTS (SELECT 1 FROM brought LEFT JOIN import ON import.id = brought.import
        WHERE brought.revision = revision.id AND brought.import <> :import AND undone IS NULL)
"""


# Articles that are not in the bin because this import brought a capture of them.
_TAKEN_FROM_BIN = """
    FROM statement JOIN revision ON revision.id = statement.revision JOIN article ON article.id = revision.article
    WHERE statement.import = :import AND field = 'bin' AND deleted IS NULL AND withdrawn IS NULL
"""


class ImportLog:
    """Reads and writes the log of imports; only the holder of the writer lock may call the methods that write."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store

    def all(self) -> list[ImportRecord]:
        """Return every import, the newest first; ordered by number, as a clock may have been wrong."""
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
        """Return the newest import that brought something and was not undone; None if there is none."""
        sql = f"SELECT {_COLUMNS} FROM import WHERE undone IS NULL AND added + updated > 0 ORDER BY id DESC LIMIT 1"
        rows = self._store.rows(sql)
        return _record(rows[0]) if rows else None

    def newest(self) -> ImportRecord | None:
        """Return the import that began last, whatever its result; None if there was none."""
        rows = self._store.rows(f"SELECT {_COLUMNS} FROM import ORDER BY id DESC LIMIT 1")
        return _record(rows[0]) if rows else None

    def begin(self, program: str, paths: Sequence[str]) -> ImportId:
        """Add an import to the log, inside a transaction that the caller has begun."""
        cursor = self._store.connections.get().execute(
            "INSERT INTO import (began, program, paths, incomplete) VALUES (?, ?, ?, 1)",
            (now_ms(), program, json.dumps([_sayable(path) for path in paths], ensure_ascii=False)),
        )
        return ImportId(cursor.lastrowid or 0)

    def count(self, id_: ImportId, counts: Mapping[OutcomeKind, int]) -> None:
        """Add to the counts of an import, inside a transaction that the caller has begun."""
        kinds = list(OutcomeKind)
        columns = ", ".join(f"{kind} = {kind} + ?" for kind in kinds)
        values = [counts.get(kind, 0) for kind in kinds]
        sql = f"UPDATE import SET {columns}, finished = ? WHERE id = ?"
        self._store.connections.get().execute(sql, (*values, now_ms(), id_))

    def complete(self, id_: ImportId) -> None:
        """Mark an import as complete, inside a transaction that the caller has begun."""
        self._store.connections.get().execute("UPDATE import SET incomplete = 0 WHERE id = ?", (id_,))

    def note(self, id_: ImportId, outcomes: Iterable[ImportOutcome]) -> None:
        """Log which files were not imported and why, inside a transaction that the caller has begun."""
        execute = self._store.connections.get().execute
        for outcome in outcomes:
            if outcome.reason is None or outcome.kind not in (OutcomeKind.SKIPPED, OutcomeKind.FAILED):
                continue
            about = (id_, outcome.kind.value, outcome.reason.template)
            found = execute("SELECT id FROM refusal WHERE (import, kind, template) = (?, ?, ?)", about).fetchone()
            if found is None:
                found = (execute("INSERT INTO refusal (import, kind, template) VALUES (?, ?, ?)", about).lastrowid,)
            params = json.dumps({name: _sayable(value) for name, value in outcome.reason.params.items()})
            path, member = _sayable(outcome.origin.path), outcome.origin.member and _sayable(outcome.origin.member)
            n = "(SELECT coalesce(max(n) + 1, 0) FROM refused_file WHERE refusal = ?1)"
            execute(f"INSERT INTO refused_file VALUES (?1, {n}, ?2, ?3, ?4)", (*found, path, member, params))

    def not_imported(self, id_: ImportId) -> list[NotImported]:
        """Return the files that were not imported, by reason; within a reason in the order of the import.

        Raises:
            NoSuchImportError: there is none of this number.
        """
        self.get(id_)
        rows = self._store.rows(
            "SELECT kind, template, path, member, params FROM refusal JOIN refused_file ON refusal = refusal.id"
            " WHERE import = ? ORDER BY refusal.id, n",
            (id_,),
        )
        return [
            NotImported(OutcomeKind(kind), str(Origin(path, member)), Sentence(template, _params(params)))
            for kind, template, path, member, params in rows
        ]

    def effect(self, id_: ImportId) -> Undoing:
        """Return what undoing an import would do now.

        Raises:
            NoSuchImportError: there is none of this number.
        """
        if self.get(id_).undone is not None:
            return Undoing(0, 0)
        affected = self._affected(id_)
        return Undoing(sum(affected.values()), len(affected) - sum(affected.values()))

    def _affected(self, id_: ImportId) -> dict[int, int]:
        """Return the articles outside the bin that undoing an import changes; 1 for those that would go to the bin."""
        left = "SELECT count(*) FROM revision AS other WHERE other.article = revision.article AND withdrawn IS NULL"
        with store_errors(self._store.path):
            rows = self._store.connections.get().execute(
                f"SELECT article, count(*) = ({left}) FROM revision WHERE {_BROUGHT_ALONE}"
                " AND (SELECT deleted FROM article WHERE article.id = revision.article) IS NULL GROUP BY article"
                f" UNION ALL SELECT revision.article, 1 {_TAKEN_FROM_BIN}",
                {"import": id_},
            )
            return dict(sorted(rows))

    def undo(self, id_: ImportId) -> Undoing:
        """Undo an import, in one transaction; undone a second time, it changes nothing.

        Versions that it alone brought are withdrawn. Articles without other versions go to the bin, the others are
        formed again from the captures they have left.

        Raises:
            NoSuchImportError: there is none of this number.
            StoreError: the library cannot be written; nothing was done.
        """
        with store_errors(self._store.path), transaction(self._store.connections.get()):
            if self.get(id_).undone is not None:
                return Undoing(0, 0)
            bin_ = BinStore(self._store)
            affected, in_bin = self._affected(id_), set(bin_.ids())
            self._take_back({"import": id_, "now": now_ms()})
            moved = set(bin_.ids()) - in_bin
        return Undoing(len(moved), len(affected.keys() - moved))

    def _take_back(self, where: Mapping[str, int]) -> None:
        connection = self._store.connections.get()
        taken = connection.execute(
            "WITH taken AS (SELECT revision.id, bucket FROM revision JOIN article ON article.id = revision.article"
            f" WHERE revision.id IN (SELECT id FROM revision WHERE {_BROUGHT_ALONE})),"
            " size AS (SELECT bucket, count(*) AS n FROM article JOIN revision ON revision.article = article.id"
            " WHERE bucket IN (SELECT bucket FROM taken) GROUP BY bucket)"
            " SELECT taken.id, bucket, n = 1 FROM taken JOIN size USING (bucket)",
            where,
        ).fetchall()
        connection.execute("UPDATE import SET undone = :now WHERE id = :import", where)
        revisions = [(where["now"], revision) for revision, _, _ in taken]
        connection.executemany("UPDATE revision SET withdrawn = ? WHERE id = ?", revisions)
        # Most captures are alone in their bucket, and need no regrouping.
        connection.executemany(
            "UPDATE article SET deleted = ? WHERE deleted IS NULL AND id = (SELECT article FROM revision WHERE id = ?)",
            [(where["now"], revision) for revision, _, is_alone in taken if is_alone],
        )
        together: dict[str, list[RevisionId]] = {}
        for revision, bucket, is_alone in taken:
            if not is_alone:
                together.setdefault(bucket, []).append(RevisionId(revision))
        buckets = self._store.buckets()
        for bucket, gone in together.items():
            buckets.settle(bucket, gone)
        for (article,) in connection.execute(f"SELECT DISTINCT revision.article {_TAKEN_FROM_BIN}", where).fetchall():
            apply_statements(connection, article)


def _record(row: Row) -> ImportRecord:
    id_, began, finished, undone, program, paths, added, updated, duplicate, skipped, failed, incomplete = row
    return ImportRecord(
        id=ImportId(id_),
        began=moment_of(began),
        finished=from_ms(finished),
        undone=from_ms(undone),
        program=program,
        paths=read_list(paths),
        added=added,
        updated=updated,
        duplicate=duplicate,
        skipped=skipped,
        failed=failed,
        incomplete=bool(incomplete),
    )


def _params(stored: str) -> Mapping[str, str | int]:
    """Read the parameters of a sentence; return none if they are damaged."""
    try:
        params = read_json(stored)
    except UntrustedJsonError as error:
        logger.warning("what an import has said is damaged: %s", error)
        return {}
    return {str(name): value for name, value in params.items()} if isinstance(params, dict) else {}


def _sayable(value: Any) -> Any:
    """Return a value whose text SQLite accepts: a name that is not valid text holds lone surrogates in Python."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
