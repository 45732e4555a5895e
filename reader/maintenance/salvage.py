"""Fills a new store with what remains of a damaged one."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from reader.article import Origin
from reader.maintenance.readable_rows import ReadableRows
from reader.store.connection import store_errors, transaction
from reader.store.grouping.buckets import Buckets
from reader.store.grouping.regroup import keep_states, name_buckets, withdraw_undone
from reader.store.library_store import LibraryStore
from reader.store.rows import in_parts, insert, is_intact, unpack_bytes
from reader.store.schema import SCHEMA_VERSION
from reader.store.sqlite.pages import MISSING, Value
from reader.store.store_writer import NewCapture, StoreWriter
from reader.store.tables import BY_NAME

# Rows per transaction, as the pages of a large library do not fit in memory.
_BATCH = 500

Reclean = Callable[[bytes, Origin], NewCapture | None]
"""Cleans an original again; None if it is not a capture any more."""


class Salvaged(NamedTuple):
    """The result of a salvage: how many pages were cleaned again, and the titles of the articles that are lost."""

    recleaned: int = 0
    lost: Sequence[str] = ()


class Salvage:
    """Fills one new store; nobody else has it open."""

    def __init__(self, rows: ReadableRows, store: LibraryStore, reclean: Reclean) -> None:
        self._store, self._reclean = store, reclean
        self._articles, self._revisions = rows.numbered("article"), rows.numbered("revision")
        self._originals, self._rows = rows.numbered("original"), rows
        self._intact: set[int] = set()
        self._used: set[int] = set()
        self._lost: dict[int, str] = {}
        # New values for the likeness rows of pages that were cleaned again, by revision.
        self._made_of: dict[int, dict[str, Value]] = {}
        self._recleaned = 0

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._store.connections.get()

    def run(self) -> Iterator[int]:
        """Fill the store, yielding the number of revisions and originals done.

        Raises:
            StoreError: the new store cannot be written.
        """
        with store_errors(self._store.path):
            self._connection.execute("PRAGMA foreign_keys = OFF")
            with transaction(self._connection):
                self._put_small_tables()
            done = 0
            for step in (self._put_originals, self._put_revisions):
                for count in step():
                    yield done + count
                done += len(self._originals)
            with transaction(self._connection):
                self._put_articles()
                self._put_what_is_kept_with_versions()
                self._settle()
            yield from (done + count for count in self._put_unused_originals())
            with transaction(self._connection):
                self._tidy()
            self._connection.execute("PRAGMA foreign_keys = ON")

    def result(self) -> Salvaged:
        """Return what was saved and what was lost; to be called after `run`."""
        saved = {row[0] for row in self._store.rows("SELECT id FROM article")}
        known = set(self._articles) | set(self._rows.identities)
        known |= {_int(row["article"]) for row in self._revisions.values()}
        lost = [self._lost.get(id_) or self._name(id_) for id_ in sorted(known - saved)]
        return Salvaged(self._recleaned, lost)

    def _name(self, article: int) -> str:
        """Return the title of an article, or else its address, or else its number: the first that is left."""
        titles = (str(row["title"]) for row in self._revisions.values() if row["article"] == article and row["title"])
        row = self._articles.get(article)
        identity = _bucket_of(row) if row else self._rows.identities.get(article, "")
        return next(titles, "") or identity or f"#{article}"

    def _put_small_tables(self) -> None:
        for id_, row in self._rows.numbered("import").items():
            self._insert("import", {**row, "id": id_})
        for id_, row in self._rows.numbered("refusal").items():
            self._insert("refusal", {**row, "id": id_})
        for row in self._rows.by_table["refused_file"].values():
            self._insert("refused_file", row)
        pictures = self._rows.by_table["picture"]
        for row in pictures.values():
            self._insert("picture", row)
        for row in self._rows.by_table["web_picture"].values():
            if (row["sha256"],) in pictures:
                self._insert("web_picture", row)

    def _insert(self, table: str, row: Mapping[str, Value]) -> None:
        """Insert a row, without values that are missing, and those for which the table has no column."""
        names = [column.name for column in BY_NAME[table].columns_of(SCHEMA_VERSION)]
        kept = {name: row[name] for name in names if name in row and row[name] is not MISSING}
        insert(self._connection, table, kept, conflict="IGNORE")

    def _put_originals(self) -> Iterator[int]:
        """Insert the originals that still match their hash."""
        for some in in_parts(sorted(self._originals), _BATCH):
            with transaction(self._connection):
                for id_ in some:
                    row = self._originals[id_]
                    if isinstance(row["sha256"], bytes) and _is_packed(row["data"], row["sha256"]):
                        self._insert("original", {**row, "id": id_})
                        self._intact.add(id_)
            yield len(self._intact)

    def _put_revisions(self) -> Iterator[int]:
        """Insert the revisions whose page is intact, or can be cleaned again."""
        for done, some in enumerate(in_parts(sorted(self._revisions), _BATCH)):
            with transaction(self._connection):
                for id_ in some:
                    self._put_revision({**self._revisions[id_], "id": id_})
            yield (done + 1) * _BATCH

    def _put_revision(self, row: dict[str, Value]) -> None:
        article, original = _int(row["article"]), _int(row["original"])
        if not (_is_packed(row["html"]) and _is_packed(row["text"])):
            capture = self._made_again(original, Origin(str(row["origin_path"]), _as_text(row["origin_member"])))
            if capture is None:
                self._lost[article] = str(row["title"]) or self._lost.get(article, "")
                return
            # Title, address and bucket are still those of older rules, so the row keeps the version of those rules.
            row |= {"clean_version": _int(row["clean_version"])}
            row |= {"lead": capture.lead, "html": capture.html, "text": capture.text}
            self._made_of[_int(row["id"])] = {
                "length": capture.length,
                "page": capture.page,
                "same_text": capture.same_text,
                "keys": None,
            }
            self._recleaned += 1
        if original not in self._intact and not self._put_placeholder(original):
            return
        self._used.add(original)
        self._insert("revision", row)
        self._put_images(_int(row["id"]))

    def _made_again(self, original: int, origin: Origin) -> NewCapture | None:
        data = self._originals[original]["data"] if original in self._intact else None
        return self._reclean(unpack_bytes(data), origin) if isinstance(data, bytes) else None

    def _put_placeholder(self, id_: int) -> bool:
        """Insert what is left of a damaged original, so that its page can be read; a check will name it."""
        row = self._originals.get(id_, {})
        data = row.get("data")
        left: dict[str, Value] = {
            "id": id_,
            "sha256": row.get("sha256", hashlib.sha256(b"lost original %d" % id_).digest()),
            "size": _int(row.get("size")),
            "data": data if isinstance(data, bytes) else b"",
        }
        self._insert("original", left)
        (there,) = self._connection.execute("SELECT EXISTS (SELECT 1 FROM original WHERE id = ?)", (id_,)).fetchone()
        self._intact.discard(id_)
        return bool(there)

    def _put_images(self, revision: int) -> None:
        n = 0
        while (row := self._rows.by_table["image"].get((revision, n))) is not None:
            self._insert("image", row)
            n += 1

    def _put_articles(self) -> None:
        """Insert the articles that have a revision; make up a lost row from the revision, as far as possible."""
        rows = self._connection.execute(
            "SELECT article, original, url, imported, max(id) FROM revision GROUP BY article"
        ).fetchall()
        for article, original, url, imported, revision in rows:
            row = self._articles.get(article)
            if row is None:
                row = {"revision": 0, "source": "", "added": imported}
                bucket = self._rows.identities.get(article) or self._bucket(original, url)
            else:
                bucket = _bucket_of(row)
            self._insert("article", {**row, "id": article, "bucket": bucket})
            # The version that the row shows may be lost; then show the newest.
            self._connection.execute(
                "UPDATE article SET (revision, source, published) = (SELECT id, source, published FROM revision"
                " WHERE id = ?1) WHERE id = ?2 AND revision NOT IN (SELECT id FROM revision WHERE article = ?2)",
                (revision, article),
            )

    def _bucket(self, original: int, url: str | None) -> str:
        capture = self._made_again(original, Origin(""))
        return capture.bucket if capture is not None else url or f"salvaged:{original}"

    def _put_what_is_kept_with_versions(self) -> None:
        """Insert likeness, statements and what each import brought; from an older format, the states of articles."""
        there = {row[0] for row in self._connection.execute("SELECT id FROM revision")}
        for id_, row in self._rows.numbered("likeness").items():
            if id_ in there:
                self._insert("likeness", {**row, "revision": id_, **self._made_of.get(id_, {})})
        for table in ("statement", "brought"):
            for row in self._rows.by_table[table].values():
                if row["revision"] in there:
                    self._insert(table, row)
        old = ",".join(str(id_) for id_, row in self._articles.items() if "identity" in row)
        if old:
            withdraw_undone(self._connection)
        keep_states(self._connection, f"id IN ({old})")

    def _settle(self) -> None:
        """Settle the buckets with several captures, with withdrawn ones, or with statements."""
        for _ in name_buckets(self._connection):
            pass
        said = "EXISTS (SELECT 1 FROM statement WHERE statement.revision = revision.id)"
        sql = (
            "SELECT bucket FROM article JOIN revision ON revision.article = article.id GROUP BY bucket"
            f" HAVING count(*) > 1 OR max(withdrawn IS NOT NULL OR {said})"
        )
        buckets = Buckets(lambda: self._connection)
        for (bucket,) in self._connection.execute(sql).fetchall():
            buckets.settle(bucket)

    def _put_unused_originals(self) -> Iterator[int]:
        """Make articles from originals whose revision is lost, with the number and state that the article had."""
        writer = StoreWriter(self._store)
        rows = {_bucket_of(row): {**row, "id": id_, "bucket": _bucket_of(row)} for id_, row in self._articles.items()}
        numbers = {identity: id_ for id_, identity in self._rows.identities.items()}
        for done, id_ in enumerate(sorted(self._intact - self._used)):
            capture = self._made_again(id_, Origin(""))
            with transaction(self._connection):
                if capture is None:
                    self._connection.execute("DELETE FROM original WHERE id = ?", (id_,))
                    continue
                if capture.bucket in rows:
                    self._insert("article", rows[capture.bucket])
                elif capture.bucket in numbers:
                    known: dict[str, Value] = {"id": numbers[capture.bucket], "bucket": capture.bucket}
                    self._insert("article", {**known, "revision": 0, "source": "", "added": 0})
                self._add(writer, capture, rows.get(capture.bucket, {}))
                self._recleaned += 1
            yield done

    def _add(self, writer: StoreWriter, capture: NewCapture, row: Mapping[str, Value]) -> None:
        """Add a capture whose version is lost, with the state from its article's row."""
        article = writer.add(capture).article
        state = {name: row[name] for name in ("read", "position", "starred", "tags", "deleted") if name in row}
        if not state:
            return
        sets = ", ".join(f"{name} = ?" for name in state)
        self._connection.execute(f"UPDATE article SET {sets} WHERE id = ?", (*state.values(), article))
        keep_states(self._connection, f"id = {article}")

    def _tidy(self) -> None:
        """Delete rows that refer to rows which are lost, and have every article indexed again."""
        for sql in (
            "DELETE FROM image WHERE revision NOT IN (SELECT id FROM revision)",
            "DELETE FROM refusal WHERE import NOT IN (SELECT id FROM import)",
            "DELETE FROM refused_file WHERE refusal NOT IN (SELECT id FROM refusal)",
            "UPDATE revision SET import = NULL WHERE import NOT IN (SELECT id FROM import)",
            "DELETE FROM article WHERE id NOT IN (SELECT article FROM revision)",
            "DELETE FROM revision WHERE article NOT IN (SELECT id FROM article)",
            "DELETE FROM original WHERE id NOT IN (SELECT original FROM revision)",
            "UPDATE article SET indexed = 0",
        ):
            self._connection.execute(sql)


def _bucket_of(row: Mapping[str, Value]) -> str:
    """Return the bucket of an article from its row, in any format."""
    return str(row["bucket"] if "bucket" in row else row["identity"])


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _as_text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _is_packed(data: object, sha256: bytes | None = None) -> bool:
    """Say whether a value is compressed bytes that can be decompressed, and that match the hash if one is given."""
    return isinstance(data, bytes) and is_intact(data, sha256)
