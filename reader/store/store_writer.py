"""Writes the store: new captures, pictures that came to be held, what the index has taken up.

Only the holder of the library's writer lock uses it; every method is one transaction or runs inside
one that the caller has begun with `batch`.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from reader.article import ArticleId, Origin, PageImage, RevisionId
from reader.outcome import OutcomeKind
from reader.store.connection import store_errors, transaction
from reader.store.image_store import StoredImage
from reader.store.import_log import ImportId, show_newest
from reader.store.library_store import LibraryStore
from reader.store.rows import to_ms


# These two go from process to process by the thousand; with slots, a dataclass would be pickled by Python code.
@dataclass(frozen=True)
class PackedOriginal:
    """The bytes of a capture as they were saved: their hash, their number, and they themselves compressed."""

    sha256: bytes
    size: int
    data: bytes

    @classmethod
    def of(cls, data: bytes, sha256: bytes | None = None) -> PackedOriginal:
        """Compress bytes; `sha256` is their hash, where it is known already."""
        return cls(sha256 or hashlib.sha256(data).digest(), len(data), zlib.compress(data, 1))


@dataclass(frozen=True, kw_only=True)
class NewCapture:
    """A cleaned capture on its way into the store, as the store keeps it; one that can be made can be stored.

    Times are in milliseconds since 1970, `tags` is a JSON list, `html` and `text` are packed. Of `images` those
    that came with the capture have their hash, and stand in `pictures` too.
    """

    identity: str
    original: PackedOriginal
    origin: Origin
    title: str
    url: str | None
    source: str
    author: str | None
    published: int | None
    captured: int | None
    tags: str
    lead: str
    html: bytes
    text: bytes
    images: tuple[PageImage, ...]
    pictures: tuple[StoredImage, ...]
    clean_version: int

    def __post_init__(self) -> None:
        """Refuse what SQLite would refuse in the middle of a batch.

        Raises:
            UnicodeEncodeError: half a character, which is no text.
        """
        texts = (self.identity, self.origin.path, self.origin.member, self.title, self.url, self.source)
        for text in (*texts, self.author, self.tags, self.lead, *(image.url + image.alt for image in self.images)):
            if text is not None:
                text.encode()


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a NewCapture: its article and revision, and whether it is the one now shown.

    An article that `came_back` was in the bin, or a capture of it belonged to an import that was undone.
    """

    kind: OutcomeKind
    article: ArticleId
    revision: RevisionId
    shown: bool
    came_back: bool = False

    @property
    def is_new(self) -> bool:
        """Whether the article was not held before: this is its only revision."""
        return self.kind is OutcomeKind.ADDED and not self.came_back


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

    def holders_of(self, sha256: bytes) -> list[ArticleId]:
        """Return the articles that hold an original of this hash, none if there is no such."""
        sql = (
            "SELECT DISTINCT article FROM revision"
            " WHERE original = (SELECT id FROM original WHERE sha256 = ?) ORDER BY article"
        )
        return [ArticleId(row[0]) for row in self._store.rows(sql, (sha256,))]

    def add(self, new: NewCapture, brought: ImportId | None = None) -> Stored:
        """Add a capture as a new article, or as a revision of the one that has its identity.

        The newest revision is the one shown: by time of capture, else of publication, else of import. Whatever
        was deleted before, an article whose capture is imported is in the library then. `brought` is the import.
        """
        for picture in new.pictures:
            self.add_picture(picture)
        original = self._add_original(new.original)
        row = self._connection.execute("SELECT id FROM article WHERE identity = ?", (new.identity,)).fetchone()
        if row is None:
            return self._add_article(new, original, brought)
        article = ArticleId(row[0])
        same = "SELECT id FROM revision WHERE article = ? AND original = ?"
        if held := self._connection.execute(same, (article, original)).fetchone():
            return self._bring_back(article, RevisionId(held[0]), brought)
        back = self._take_from_bin(article, brought)
        revision = self._add_revision(article, original, new, self._next_revision(), brought)
        show_newest(self._store, article)
        kind = OutcomeKind.ADDED if back else OutcomeKind.UPDATED
        return Stored(kind, article, revision, self._shown(article) == revision, back)

    def bring_back(self, sha256: bytes, brought: ImportId | None = None) -> list[Stored]:
        """Say what holds an original of this hash already; what was deleted of it is in the library again."""
        sql = (
            "SELECT article, id FROM revision WHERE original = (SELECT id FROM original WHERE sha256 = ?)"
            " ORDER BY article, id"
        )
        held = self._connection.execute(sql, (sha256,)).fetchall()
        return [self._bring_back(ArticleId(article), RevisionId(revision), brought) for article, revision in held]

    def _bring_back(self, article: ArticleId, revision: RevisionId, brought: ImportId | None) -> Stored:
        """Take a capture that is held out of the bin, or back into the article that it was withdrawn from."""
        back = self._take_from_bin(article, brought)
        sql = "UPDATE revision SET withdrawn = NULL, import = ? WHERE id = ? AND withdrawn IS NOT NULL"
        if self._connection.execute(sql, (brought, revision)).rowcount:
            show_newest(self._store, article)
            kind = OutcomeKind.ADDED if back else OutcomeKind.UPDATED
            return Stored(kind, article, revision, self._shown(article) == revision, True)
        kind = OutcomeKind.ADDED if back else OutcomeKind.DUPLICATE
        return Stored(kind, article, revision, False, back)

    def _take_from_bin(self, article: ArticleId, brought: ImportId | None) -> bool:
        sql = "UPDATE article SET deleted = NULL, import = ? WHERE id = ? AND deleted IS NOT NULL"
        return self._connection.execute(sql, (brought, article)).rowcount > 0

    def _shown(self, article: ArticleId) -> RevisionId:
        return RevisionId(
            self._connection.execute("SELECT revision FROM article WHERE id = ?", (article,)).fetchone()[0]
        )

    def _add_original(self, original: PackedOriginal) -> int:
        find = "SELECT id FROM original WHERE sha256 = ?"
        row = self._connection.execute(find, (original.sha256,)).fetchone()
        if row is not None:
            return int(row[0])
        cursor = self._connection.execute(
            "INSERT INTO original (sha256, size, data) VALUES (?, ?, ?)",
            (original.sha256, original.size, original.data),
        )
        return int(cursor.lastrowid or 0)

    def _add_article(self, new: NewCapture, original: int, brought: ImportId | None) -> Stored:
        # The revision's number is known before it is there, so that the article is written, and indexed, once.
        revision = self._next_revision()
        cursor = self._connection.execute(
            "INSERT INTO article (identity, revision, source, published, added, import) VALUES (?, ?, ?, ?, ?, ?)",
            (new.identity, revision, new.source, new.published, to_ms(datetime.now(UTC)), brought),
        )
        article = ArticleId(cursor.lastrowid or 0)
        self._add_revision(article, original, new, revision, brought)
        return Stored(OutcomeKind.ADDED, article, revision, True)

    def _next_revision(self) -> RevisionId:
        """Return the number that AUTOINCREMENT would give: one that no revision has ever had."""
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'revision'").fetchone()
        return RevisionId(row[0] + 1 if row else 1)

    def _add_revision(
        self, article: ArticleId, original: int, new: NewCapture, revision: RevisionId, brought: ImportId | None
    ) -> RevisionId:
        self._connection.execute(
            "INSERT INTO revision (id, article, original, title, url, source, author, published, captured,"
            " imported, tags, origin_path, origin_member, clean_version, lead, html, text,"
            " import) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                revision,
                article,
                original,
                new.title,
                new.url,
                new.source,
                new.author,
                new.published,
                new.captured,
                to_ms(datetime.now(UTC)),
                new.tags,
                new.origin.path,
                new.origin.member,
                new.clean_version,
                new.lead,
                new.html,
                new.text,
                brought,
            ),
        )
        if new.images:
            self._connection.executemany(
                "INSERT INTO image (revision, n, url, alt, sha256, width, height) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(revision, n, i.url, i.alt, i.sha256, i.width, i.height) for n, i in self._with_held(new.images)],
            )
        return revision

    def _with_held(self, images: Iterable[PageImage]) -> Iterator[tuple[int, PageImage]]:
        """Number pictures; one on the web that was fetched for another page gets its hash."""
        for n, image in enumerate(images):
            on_web = image.sha256 is None and image.url.startswith("http")
            held = self.held_picture(image.url) if on_web else None
            yield n, image if held is None else replace(image, sha256=held[0], width=held[1], height=held[2])

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
