"""Puts what remains of a damaged store into a new one."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from reader.article import Origin
from reader.store.connection import store_errors, transaction
from reader.store.import_log import show_newest
from reader.store.library_store import LibraryStore
from reader.store.remains import Remains, Values
from reader.store.rows import in_parts
from reader.store.store_writer import NewCapture, StoreWriter

# So many rows a transaction: the pages of a large library do not all stay in memory.
_BATCH = 500
_TITLE, _HTML, _TEXT = 3, 15, 16
# Columns of an article; one of an older format has fewer.
_ARTICLE_COLUMNS = 13

Reclean = Callable[[bytes, Origin], NewCapture | None]
"""Makes a page of an original again; None if it is none any more."""


@dataclass(slots=True)
class Salvaged:
    """What came of it: articles saved, pages made again from their originals, titles of what is lost."""

    articles: int = 0
    recleaned: int = 0
    lost: list[str] = field(default_factory=list)


class Salvage:
    """Fills one new store; nobody else has it open."""

    def __init__(self, remains: Remains, store: LibraryStore, reclean: Reclean) -> None:
        self._remains, self._store, self._reclean = remains, store, reclean
        self._intact: set[int] = set()
        self._used: set[int] = set()
        self._lost: dict[int, str] = {}
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
                done += len(self._remains.originals)
            with transaction(self._connection):
                self._put_articles()
            yield from (done + count for count in self._put_unused_originals())
            with transaction(self._connection):
                self._tidy()
            self._connection.execute("PRAGMA foreign_keys = ON")

    def result(self) -> Salvaged:
        """Say what came of it."""
        saved = {row[0] for row in self._store.rows("SELECT id FROM article")}
        known = set(self._remains.articles) | set(self._remains.identities)
        known |= {_int(values[1]) for values in self._remains.revisions.values()}
        lost = [self._lost.get(id_) or self._name(id_) for id_ in sorted(known - saved)]
        return Salvaged(len(saved), self._recleaned, lost)

    def _name(self, article: int) -> str:
        """Name an article by its title, else by its address, as far as either is left."""
        titles = (str(v[_TITLE]) for v in self._remains.revisions.values() if v[1] == article and v[_TITLE])
        values = self._remains.articles.get(article)
        identity = str(values[1]) if values else self._remains.identities.get(article, "")
        return next(titles, "") or identity or f"#{article}"

    def _put_small_tables(self) -> None:
        for id_, values in self._remains.imports.items():
            self._insert("import", (id_, *values[1:]))
        for values in self._remains.pictures.values():
            self._insert("picture", values)
        for url, values in self._remains.web_pictures.items():
            if str(values[1]) in self._remains.pictures:
                self._insert("web_picture", (url, *values[1:]))

    def _insert(self, table: str, values: Sequence[object]) -> None:
        places = ",".join("?" * len(values))
        self._connection.execute(f"INSERT OR IGNORE INTO {table} VALUES ({places})", tuple(values))

    def _put_originals(self) -> Iterator[int]:
        """Put the originals that are as they were stored."""
        for some in in_parts(sorted(self._remains.originals), _BATCH):
            with transaction(self._connection):
                for id_ in some:
                    _, sha256, size, data = self._remains.originals[id_]
                    if _original(data, sha256) is not None:
                        self._insert("original", (id_, sha256, size, data))
                        self._intact.add(id_)
            yield len(self._intact)

    def _put_revisions(self) -> Iterator[int]:
        """Put the revisions whose page is whole, or can be made again."""
        for done, some in enumerate(in_parts(sorted(self._remains.revisions), _BATCH)):
            with transaction(self._connection):
                for id_ in some:
                    self._put_revision(id_, self._remains.revisions[id_])
            yield (done + 1) * _BATCH

    def _put_revision(self, id_: int, values: Values) -> None:
        article, original = _int(values[1]), _int(values[2])
        columns: list[object] = [id_, *values[1:], *[None] * (19 - len(values))]
        if not (_is_page(values[_HTML]) and _is_page(values[_TEXT])):
            capture = self._made_again(original, Origin(str(values[11]), _text(values[12])))
            if capture is None:
                self._lost[article] = str(values[_TITLE]) or self._lost.get(article, "")
                return
            columns[13:17] = [capture.clean_version, capture.lead, capture.html, capture.text]
            self._recleaned += 1
        if original not in self._intact and not self._put_placeholder(original):
            return
        self._used.add(original)
        self._insert("revision", columns)
        self._put_images(id_)

    def _made_again(self, original: int, origin: Origin) -> NewCapture | None:
        if original not in self._intact:
            return None
        _, sha256, _, data = self._remains.originals[original]
        unpacked = _original(data, sha256)
        return None if unpacked is None else self._reclean(unpacked, origin)

    def _put_placeholder(self, id_: int) -> bool:
        """Put what is left of a damaged original, so that its page can be read; `verify` names it."""
        values = self._remains.originals.get(id_)
        sha256 = values[1] if values else hashlib.sha256(b"lost original %d" % id_).digest()
        left = values[3] if values and isinstance(values[3], bytes) else b""
        self._insert("original", (id_, sha256, _int(values[2]) if values else 0, left))
        (there,) = self._connection.execute("SELECT EXISTS (SELECT 1 FROM original WHERE id = ?)", (id_,)).fetchone()
        self._intact.discard(id_)
        return bool(there)

    def _put_images(self, revision: int) -> None:
        n = 0
        while (values := self._remains.images.get((revision, n))) is not None:
            self._insert("image", values)
            n += 1

    def _put_articles(self) -> None:
        """Put the articles that have a revision; of one whose row is lost, as much as its revision says."""
        rows = self._connection.execute(
            "SELECT article, original, url, source, imported, max(id) FROM revision GROUP BY article"
        ).fetchall()
        for article, original, url, source, imported, revision in rows:
            values = self._remains.articles.get(article)
            if values is not None:
                columns = _article_row(article, values)
            else:
                identity = self._remains.identities.get(article) or self._identity(original, url)
                columns = _article_row(article, (None, identity, revision, source, None, imported, 0, 0, 0))
            self._insert("article", columns)
            show_newest(self._store, article)

    def _identity(self, original: int, url: str | None) -> str:
        capture = self._made_again(original, Origin(""))
        return capture.identity if capture is not None else url or f"salvaged:{original}"

    def _put_unused_originals(self) -> Iterator[int]:
        """Make articles of the originals whose revision is lost, under the number and state they had."""
        writer = StoreWriter(self._store)
        rows = {str(values[1]): (id_, values) for id_, values in self._remains.articles.items()}
        numbers = {identity: id_ for id_, identity in self._remains.identities.items()}
        for done, id_ in enumerate(sorted(self._intact - self._used)):
            capture = self._made_again(id_, Origin(""))
            with transaction(self._connection):
                if capture is None:
                    self._connection.execute("DELETE FROM original WHERE id = ?", (id_,))
                    continue
                if capture.identity in rows:
                    number, values = rows[capture.identity]
                    self._insert("article", _article_row(number, values))
                elif capture.identity in numbers:
                    number = numbers[capture.identity]
                    self._insert("article", _article_row(number, (None, capture.identity, 0, "", None, 0, 0, 0, 0)))
                writer.add(capture)
                self._recleaned += 1
            yield done

    def _tidy(self) -> None:
        """Let nothing point to what is not there, and let the index take up everything."""
        for sql in (
            "DELETE FROM image WHERE revision NOT IN (SELECT id FROM revision)",
            "UPDATE revision SET import = NULL WHERE import NOT IN (SELECT id FROM import)",
            "UPDATE article SET import = NULL WHERE import NOT IN (SELECT id FROM import)",
            "DELETE FROM article WHERE id NOT IN (SELECT article FROM revision WHERE withdrawn IS NULL)",
            "DELETE FROM revision WHERE article NOT IN (SELECT id FROM article)",
            "DELETE FROM original WHERE id NOT IN (SELECT original FROM revision)",
            "UPDATE article SET indexed = 0",
        ):
            self._connection.execute(sql)


def _article_row(id_: int, values: Sequence[object]) -> tuple[object, ...]:
    """Return a row of the table with all its columns."""
    return (id_, *values[1:], *[None] * (_ARTICLE_COLUMNS - len(values)))


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _is_page(data: object) -> bool:
    """Say whether a packed page or text is whole."""
    return _unpacked(data) is not None


def _original(data: object, sha256: object) -> bytes | None:
    """Return the bytes of an original, if they are those that were imported."""
    unpacked = _unpacked(data)
    return unpacked if unpacked is not None and hashlib.sha256(unpacked).digest() == sha256 else None


def _unpacked(data: object) -> bytes | None:
    if not isinstance(data, bytes):
        return None
    try:
        return zlib.decompress(data)
    except zlib.error:
        return None
