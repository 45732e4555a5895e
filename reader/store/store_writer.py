"""Writes the store: new captures, pictures that came to be held, what the index has taken up.

Only the holder of the library's writer lock uses it; every method is one transaction or runs inside
one that the caller has begun with `batch`.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from reader.article import ArticleId, CleanPage, PageImage, ParsedCapture, RevisionId
from reader.outcome import OutcomeKind
from reader.store.connection import savepoint, store_errors, transaction
from reader.store.image_store import StoredImage
from reader.store.library_store import LibraryStore
from reader.store.rows import pack, to_ms

_LEAD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCapture:
    """A cleaned capture on its way into the store; `images` are the page's, those held with their hash."""

    identity: str
    capture: ParsedCapture
    title: str
    url: str | None
    source: str
    page: CleanPage
    images: Sequence[PageImage]
    clean_version: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a NewCapture: the article it belongs to, and whether it is the one now shown."""

    kind: OutcomeKind
    article: ArticleId
    shown: bool


class StoreWriter:
    """Adds to one library's store."""

    def __init__(self, store: LibraryStore) -> None:
        self._store = store

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._store.connections.get()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Make one transaction, and one wait for the disk, of all that is written in the block.

        Raises:
            StoreError: nothing of the block was written.
        """
        with store_errors(self._store.path), transaction(self._connection):
            yield

    def holders_of(self, original: bytes) -> list[ArticleId]:
        """Return the articles that hold exactly these bytes already, none if they are new."""
        sql = (
            "SELECT DISTINCT article FROM revision"
            " WHERE original = (SELECT id FROM original WHERE sha256 = ?) ORDER BY article"
        )
        return [ArticleId(row[0]) for row in self._store.rows(sql, (hashlib.sha256(original).digest(),))]

    def add(self, new: NewCapture) -> Stored:
        """Add a capture as a new article, or as a revision of the one that has its identity.

        The newest revision is the one shown: by time of capture, else of publication, else of import.
        If this raises, the capture has left no trace, and the batch can go on.
        """
        with savepoint(self._connection):
            return self._add(new)

    def _add(self, new: NewCapture) -> Stored:
        original = self._add_original(new.capture.original)
        row = self._connection.execute("SELECT id FROM article WHERE identity = ?", (new.identity,)).fetchone()
        if row is None:
            return self._add_article(new, original)
        article = ArticleId(row[0])
        same = "SELECT 1 FROM revision WHERE article = ? AND original = ?"
        if self._connection.execute(same, (article, original)).fetchone():
            return Stored(OutcomeKind.DUPLICATE, article, False)
        revision = self._add_revision(article, original, new)
        shown = self._newest_revision(article) == revision
        if shown:
            self._show(article, revision, new)
        return Stored(OutcomeKind.UPDATED, article, shown)

    def _add_original(self, data: bytes) -> int:
        digest = hashlib.sha256(data).digest()
        row = self._connection.execute("SELECT id FROM original WHERE sha256 = ?", (digest,)).fetchone()
        if row is not None:
            return int(row[0])
        cursor = self._connection.execute(
            "INSERT INTO original (sha256, size, data) VALUES (?, ?, ?)",
            (digest, len(data), zlib.compress(data, 1)),
        )
        return int(cursor.lastrowid or 0)

    def _add_article(self, new: NewCapture, original: int) -> Stored:
        cursor = self._connection.execute(
            "INSERT INTO article (identity, revision, source, published, added) VALUES (?, 0, ?, NULL, ?)",
            (new.identity, new.source, to_ms(datetime.now(UTC))),
        )
        article = ArticleId(cursor.lastrowid or 0)
        self._show(article, self._add_revision(article, original, new), new)
        return Stored(OutcomeKind.ADDED, article, True)

    def _add_revision(self, article: ArticleId, original: int, new: NewCapture) -> RevisionId:
        capture, page = new.capture, new.page
        cursor = self._connection.execute(
            "INSERT INTO revision (article, original, title, url, source, author, published, captured,"
            " imported, tags, origin_path, origin_member, clean_version, lead, html, text)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article,
                original,
                new.title,
                new.url,
                new.source,
                capture.author or page.author,
                to_ms(capture.published or page.published),
                to_ms(capture.captured),
                to_ms(datetime.now(UTC)),
                json.dumps(capture.tags, ensure_ascii=False),
                capture.origin.path,
                capture.origin.member,
                new.clean_version,
                page.text[:_LEAD].replace("\n", " "),
                pack(page.html),
                pack(page.text),
            ),
        )
        revision = RevisionId(cursor.lastrowid or 0)
        self._connection.executemany(
            "INSERT INTO image (revision, n, url, alt, sha256, width, height) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(revision, n, i.url, i.alt, i.sha256, i.width, i.height) for n, i in enumerate(new.images)],
        )
        return revision

    def _newest_revision(self, article: ArticleId) -> RevisionId:
        sql = (
            "SELECT id FROM revision WHERE article = ? ORDER BY coalesce(captured, published, 0) DESC, id DESC LIMIT 1"
        )
        return RevisionId(self._connection.execute(sql, (article,)).fetchone()[0])

    def _show(self, article: ArticleId, revision: RevisionId, new: NewCapture) -> None:
        published = to_ms(new.capture.published or new.page.published)
        self._connection.execute(
            "UPDATE article SET revision = ?, source = ?, published = ? WHERE id = ?",
            (revision, new.source, published, article),
        )

    def mark_indexed(self, held: Iterable[tuple[ArticleId, RevisionId]]) -> None:
        """Note that the index holds these revisions, current or overtaken meanwhile."""
        with self.batch():
            self._connection.executemany(
                "UPDATE article SET indexed = ? WHERE id = ?",
                [(revision, article) for article, revision in held],
            )

    def forget_indexed(self, lost: Iterable[ArticleId]) -> None:
        """Note that the index does not hold these articles after all, so that it takes them up again."""
        with self.batch():
            self._connection.executemany("UPDATE article SET indexed = 0 WHERE id = ?", [(id_,) for id_ in lost])

    def hold_picture(self, url: str, picture: StoredImage) -> None:
        """Note that the picture of an address is held now, for every page that shows it."""
        connection = self._connection
        self.add_picture(picture)
        connection.execute(
            "INSERT OR REPLACE INTO web_picture (url, sha256, tried) VALUES (?, ?, ?)",
            (url, picture.sha256, to_ms(datetime.now(UTC))),
        )
        connection.execute(
            "UPDATE image SET sha256 = ?, width = ?, height = ? WHERE url = ? AND sha256 IS NULL",
            (picture.sha256, picture.width, picture.height, url),
        )

    def add_picture(self, picture: StoredImage) -> None:
        """Note a picture that the image store holds."""
        self._connection.execute(
            "INSERT OR IGNORE INTO picture (sha256, width, height, size) VALUES (?, ?, ?, ?)",
            (picture.sha256, picture.width, picture.height, picture.size),
        )

    def held_picture(self, url: str) -> tuple[str, int, int] | None:
        """Return (sha256, width, height) of a picture that was fetched from `url` before."""
        sql = (
            "SELECT picture.sha256, width, height FROM web_picture JOIN picture"
            " ON picture.sha256 = web_picture.sha256 WHERE url = ?"
        )
        rows = self._store.rows(sql, (url,))
        return (rows[0][0], rows[0][1], rows[0][2]) if rows else None

    def note_missing(self, url: str) -> None:
        """Note that a picture could not be fetched now; it may be tried again."""
        self._connection.execute(
            "INSERT OR REPLACE INTO web_picture (url, sha256, tried) VALUES (?, NULL, ?)",
            (url, to_ms(datetime.now(UTC))),
        )
