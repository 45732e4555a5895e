"""Writes the store: new captures, pages cleaned again, and pictures.

Only the holder of the library's writer lock uses it, and calls what writes inside a transaction begun with `batch`.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from reader.article import ArticleId, Origin, PageImage, RevisionId
from reader.identity.shown import pictures_key
from reader.outcome import ImportId, OutcomeKind
from reader.store.connection import store_errors, transaction
from reader.store.grouping.buckets import Settled
from reader.store.grouping.likeness import came_with, note_likeness
from reader.store.grouping.statements import BIN, PERSON, tick
from reader.store.image_store import StoredImage
from reader.store.library_store import LibraryStore
from reader.store.rows import insert, is_intact, now_ms

# What cleaning makes of a capture: the columns of a version, and the fields of a NewCapture.
_CLEANED = ("title", "url", "source", "author", "published", "captured", "tags", "lead", "html", "text")
_OF_ORIGINAL = "original = (SELECT id FROM original WHERE sha256 = ?)"


# Without slots, as workers send these two by the thousand: a dataclass with slots is pickled by slow Python code.
@dataclass(frozen=True)
class PackedOriginal:
    """The original of a capture: SHA-256 and size of its bytes, and the bytes themselves, compressed."""

    sha256: bytes
    size: int
    data: bytes

    @classmethod
    def of(cls, data: bytes) -> PackedOriginal:
        """Compress bytes."""
        return cls(hashlib.sha256(data).digest(), len(data), zlib.compress(data, 1))


@dataclass(frozen=True, kw_only=True)
class NewCapture:
    """A cleaned capture in the form the store keeps; once constructed, it is sure to be storable.

    Times are in milliseconds since 1970, `tags` is a JSON list, `html` and `text` are compressed. Those of `images`
    that came with the capture have a hash, and are in `pictures` too. `bucket` is the key under which captures are
    compared, and `rest` what it leaves out of the address. `length` is that of the text in characters, `same_text` a
    hash of the text, `page` a hash of title and page.
    """

    bucket: str
    rest: str
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
    length: int
    page: int
    same_text: int | None

    @property
    def came_with(self) -> bytes:
        """The key of the pictures that came with the capture: it tells two such sets apart."""
        return pictures_key(self.came_with_hashes)

    @property
    def came_with_hashes(self) -> list[str]:
        """The hashes of the pictures that came with the capture, in the order of the page."""
        return [image.sha256 for image in self.images if image.sha256 and not image.url.startswith("http")]

    def __post_init__(self) -> None:
        """Refuse now what SQLite would refuse in the middle of a batch.

        Raises:
            UnicodeEncodeError: a text holds a lone surrogate.
        """
        texts = (self.bucket, self.rest, self.origin.path, self.origin.member, self.title, self.url, self.source)
        for text in (*texts, self.author, self.tags, self.lead, *(image.url + image.alt for image in self.images)):
            if text is not None:
                text.encode()


@dataclass(frozen=True, slots=True)
class Stored:
    """The result of storing a NewCapture: its article and its version there.

    `came_back` says that the article was in the bin, or the version withdrawn with an undone import; `mended` that a
    damaged version was repaired. `settled` names the articles whose versions have changed.
    """

    kind: OutcomeKind
    article: ArticleId
    revision: RevisionId
    came_back: bool = False
    mended: bool = False
    settled: Settled = field(default_factory=Settled)

    @property
    def is_new(self) -> bool:
        """Whether the article is new, with this as its only version."""
        return self.kind is OutcomeKind.ADDED and not self.came_back


class StoreWriter:
    """Writes captures, pages and pictures to one library's store."""

    def __init__(self, store: LibraryStore, clean_bucket: Callable[[str], object] = lambda _: None) -> None:
        """Write to `store`; `clean_bucket` cleans a bucket by the current rules, so that its captures compare."""
        self._store = store
        self._clean_bucket = clean_bucket
        self._buckets = store.buckets()

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._store.connections.get()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Run the block as one transaction, and so with one wait for the disk.

        Raises:
            StoreError: nothing of the block was written.
        """
        try:
            with store_errors(self._store.path), transaction(self._connection):
                yield
        except BaseException:
            self._buckets.forget()
            raise

    def holders_of(self, sha256: bytes) -> list[ArticleId]:
        """Return the articles that have an original with this SHA-256."""
        sql = f"SELECT DISTINCT article FROM revision WHERE {_OF_ORIGINAL} ORDER BY article"
        return [ArticleId(row[0]) for row in self._store.rows(sql, (sha256,))]

    def add(self, new: NewCapture, brought: ImportId | None = None) -> Stored:
        """Add a capture to the article it belongs to, or as a new article; `buckets` decides which.

        Afterwards the article is in the library, even if it was in the bin before. `brought` is the import. A capture
        that is held already is not added again; what is damaged of it is repaired.
        """
        for picture in new.pictures:
            self.add_picture(picture)
        original = self._add_original(new.original)
        if not self._connection.execute("SELECT 1 FROM article WHERE bucket = ?", (new.bucket,)).fetchone():
            return self._add_article(new, original, brought)
        if revision := self._version_of(new, original):
            mended = self._mend(revision, new)
            stored = self._bring_back(revision, brought)
            if mended is None:
                return stored
            settled = stored.settled if stored.settled.changed else mended
            return replace(stored, kind=OutcomeKind.UPDATED, mended=True, settled=settled)
        return self._add_to_bucket(new, original, brought)

    def _version_of(self, new: NewCapture, original: int) -> RevisionId | None:
        """Return the version that holds a capture: the same bytes with the same pictures.

        A version that is not withdrawn may also have more pictures.
        """
        sql = (
            "SELECT revision.id, coalesce(pictures, x''), withdrawn FROM revision"
            " JOIN article ON article.id = revision.article LEFT JOIN likeness ON likeness.revision = revision.id"
            " WHERE bucket = ? AND original = ? ORDER BY revision.id"
        )
        rows = self._connection.execute(sql, (new.bucket, original)).fetchall()
        for id_, pictures, _ in rows:
            if pictures == new.came_with:
                return RevisionId(id_)
        for id_, pictures, withdrawn in rows:
            more = withdrawn is None and pictures > new.came_with
            if more and self._holds_pictures(id_, new.came_with_hashes):
                return RevisionId(id_)
        return None

    def _holds_pictures(self, revision: int, hashes: Sequence[str]) -> bool:
        return set(hashes) <= {sha256 for _, sha256 in came_with(self._connection, revision)}

    def _add_to_bucket(self, new: NewCapture, original: int, brought: ImportId | None) -> Stored:
        """Add a capture to a bucket that has articles."""
        self._clean_if_older(new)
        held = "EXISTS (SELECT 1 FROM revision WHERE article = article.id{})"
        not_in_bin = f"deleted IS NULL OR {held.format(' AND withdrawn IS NULL')} OR NOT {held.format('')}"
        sql = f"SELECT id FROM article WHERE bucket = ? AND ({not_in_bin}) LIMIT 1"
        any_ = self._connection.execute(sql, (new.bucket,)).fetchone()
        if any_ is None:
            stored = self._add_article(new, original, brought)
            self._buckets.settle(new.bucket)
            return stored
        revision = self._add_revision(any_[0], original, new, brought)
        settled = self._buckets.add(new.bucket, revision)
        article, binned = self._take_from_bin(revision, brought)
        others = "SELECT EXISTS (SELECT 1 FROM revision WHERE article = ? AND id <> ?)"
        (updated,) = self._connection.execute(others, (article, revision)).fetchone()
        kind = OutcomeKind.UPDATED if updated and not binned else OutcomeKind.ADDED
        if settled.repeats and not binned:
            kind = OutcomeKind.DUPLICATE
        return Stored(kind, article, revision, binned, settled=settled)

    def _clean_if_older(self, new: NewCapture) -> None:
        """Clean the bucket of a capture again if some of it was cleaned by older rules."""
        # Most libraries hold no such page at all, and an index of SQLite tells so without a walk through the bucket.
        older = (
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM revision WHERE clean_version < ?2) THEN EXISTS (SELECT 1 FROM"
            " revision JOIN article ON article.id = revision.article WHERE bucket = ?1 AND clean_version < ?2) END"
        )
        if self._connection.execute(older, (new.bucket, new.clean_version)).fetchone()[0]:
            self._clean_bucket(new.bucket)

    def bring_back(self, sha256: bytes, brought: ImportId | None = None) -> list[Stored]:
        """Return the versions that hold an original with this SHA-256, restoring those withdrawn or in the bin."""
        sql = f"SELECT id FROM revision WHERE {_OF_ORIGINAL} ORDER BY id"
        held = self._connection.execute(sql, (sha256,)).fetchall()
        return [self._bring_back(RevisionId(revision), brought) for (revision,) in held]

    def _bring_back(self, revision: RevisionId, brought: ImportId | None) -> Stored:
        """Record that an import brought a version that is held; restore it if it is withdrawn or in the bin."""
        execute = self._connection.execute
        if brought is not None:
            sql = (
                "INSERT OR IGNORE INTO brought (revision, import) SELECT id, ?2 FROM revision"
                " WHERE id = ?1 AND import IS NOT NULL AND import <> ?2"
            )
            execute(sql, (revision, brought))
        settled = Settled()
        if back := execute("UPDATE revision SET withdrawn = NULL WHERE id = ? AND withdrawn > 0", (revision,)).rowcount:
            sql = "SELECT bucket FROM article WHERE id = (SELECT article FROM revision WHERE id = ?)"
            settled = self._buckets.add(execute(sql, (revision,)).fetchone()[0], revision)
        article, binned = self._take_from_bin(revision, brought)
        if back:
            others = "SELECT EXISTS (SELECT 1 FROM revision WHERE article = ? AND id <> ? AND withdrawn IS NULL)"
            (updated,) = execute(others, (article, revision)).fetchone()
            kind = OutcomeKind.UPDATED if updated and not binned else OutcomeKind.ADDED
        else:
            kind = OutcomeKind.ADDED if binned else OutcomeKind.DUPLICATE
        return Stored(kind, article, revision, bool(back or binned), settled=settled)

    def _take_from_bin(self, revision: RevisionId, brought: ImportId | None) -> tuple[ArticleId, bool]:
        """Return the article of a version, and whether it was in the bin: if so, it is taken out.

        Undoing the import `brought` puts it back.
        """
        sql = "SELECT id, deleted IS NOT NULL FROM article WHERE id = (SELECT article FROM revision WHERE id = ?)"
        article, binned = self._connection.execute(sql, (revision,)).fetchone()
        if binned:
            statement = {"revision": revision, "field": BIN, "item": "", "value": 0, "time": tick(self._connection)}
            by = PERSON if brought is None else brought
            insert(self._connection, "statement", {**statement, "import": by}, conflict="REPLACE")
            self._connection.execute("UPDATE article SET deleted = NULL WHERE id = ?", (article,))
        return ArticleId(article), bool(binned)

    def _mend(self, revision: RevisionId, new: NewCapture) -> Settled | None:
        """Repair what is damaged or missing of a version: its bytes, page or pictures; return None if nothing is.

        The keys of the version are made again, and its bucket is settled by them.
        """
        execute = self._connection.execute
        sql = "SELECT data, html, text FROM revision JOIN original ON original.id = original WHERE revision.id = ?"
        data, html, text = execute(sql, (revision,)).fetchone()
        if self._holds_pictures(revision, new.came_with_hashes):
            if is_intact(data, new.original.sha256) and is_intact(html) and is_intact(text):
                return None
            new = replace(new, images=tuple(self._store.images(revision)))
        sql = "UPDATE original SET size = ?, data = ? WHERE sha256 = ?"
        execute(sql, (new.original.size, new.original.data, new.original.sha256))
        self._clean_if_older(new)
        self._renew(revision, new)
        execute("UPDATE revision SET clean_version = ? WHERE id = ?", (new.clean_version, revision))
        return self._buckets.settle(new.bucket, [revision])

    def _add_original(self, original: PackedOriginal) -> int:
        """Store the bytes of a capture, unless they are held already; return the number of their row."""
        find = "SELECT id FROM original WHERE sha256 = ?"
        held = self._connection.execute(find, (original.sha256,)).fetchone()
        row = {"sha256": original.sha256, "size": original.size, "data": original.data}
        return int(held[0]) if held else insert(self._connection, "original", row)

    def _add_article(self, new: NewCapture, original: int, brought: ImportId | None) -> Stored:
        # The article names its revision before there is one, so that its row is written only once.
        row = {"revision": self._next_revision(), "source": new.source, "published": new.published}
        article = ArticleId(insert(self._connection, "article", {**row, "bucket": new.bucket, "added": now_ms()}))
        revision = self._add_revision(article, original, new, brought, born=article)
        return Stored(OutcomeKind.ADDED, article, revision)

    def _next_revision(self) -> RevisionId:
        """Return the number that AUTOINCREMENT would give: one that no revision has ever had."""
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'revision'").fetchone()
        return RevisionId(row[0] + 1 if row else 1)

    def _add_revision(
        self,
        article: ArticleId,
        original: int,
        new: NewCapture,
        brought: ImportId | None,
        born: ArticleId | None = None,
    ) -> RevisionId:
        revision = self._next_revision()
        row = {
            "id": revision,
            "article": article,
            "original": original,
            "imported": now_ms(),
            "origin_path": new.origin.path,
            "origin_member": new.origin.member,
            "clean_version": new.clean_version,
            "import": brought,
            **{name: getattr(new, name) for name in _CLEANED},
        }
        insert(self._connection, "revision", row)
        self._add_likeness_and_images(revision, new, born)
        return revision

    def _add_likeness_and_images(self, revision: RevisionId, new: NewCapture, born: ArticleId | None = None) -> None:
        """Add the rows kept with a version; a picture on the web gets its hash if it was fetched for another page."""
        likeness = {name: getattr(new, name) for name in ("length", "rest", "page", "same_text")}
        note_likeness(self._connection, revision, **likeness, pictures=new.came_with, born=born)
        rows = []
        for n, image in enumerate(new.images):
            on_web = image.sha256 is None and image.url.startswith("http")
            held = self.held_picture(image.url) if on_web else None
            rows.append((revision, n, image.url, image.alt, *(held or (image.sha256, image.width, image.height))))
        sql = "INSERT INTO image (revision, n, url, alt, sha256, width, height) VALUES (?, ?, ?, ?, ?, ?, ?)"
        self._connection.executemany(sql, rows)

    def sound(self, sha256: bytes) -> list[RevisionId]:
        """Return the versions of an original, or none of them if the bytes or a page are damaged."""
        sql = (
            "SELECT revision.id, data, html, text FROM original JOIN revision ON revision.original = original.id"
            " WHERE sha256 = ? ORDER BY revision.id"
        )
        rows = self._connection.execute(sql, (sha256,)).fetchall()
        whole = all(is_intact(data, sha256) and is_intact(html) and is_intact(text) for _, data, html, text in rows)
        return [RevisionId(row[0]) for row in rows] if whole else []

    def renew(self, key: str, pages: Sequence[tuple[RevisionId, NewCapture | None]], clean_version: int) -> None:
        """Rewrite the versions of a bucket with newly cleaned pages, inside a transaction; None leaves one unchanged.

        The bucket is settled by the new titles and texts, and its articles are indexed again.
        """
        for revision, new in pages:
            if new is not None:
                self._renew(revision, new)
        sql = "UPDATE revision SET clean_version = ? WHERE id = ?"
        self._connection.executemany(sql, [(clean_version, revision) for revision, _ in pages])
        self._buckets.move(key, {revision: key if new is None else new.bucket for revision, new in pages})

    def _renew(self, revision: RevisionId, new: NewCapture) -> None:
        execute = self._connection.execute
        sql = f"UPDATE revision SET {', '.join(f'{name} = ?' for name in _CLEANED)} WHERE id = ?"
        execute(sql, (*(getattr(new, name) for name in _CLEANED), revision))
        execute("DELETE FROM image WHERE revision = ?", (revision,))
        self._add_likeness_and_images(revision, new)

    def hold_picture(self, url: str, picture: StoredImage) -> None:
        """Record that the picture of a web address is held, for every page that shows it."""
        self.add_picture(picture)
        self.note_tried(url, picture.sha256)
        self._connection.execute(
            "UPDATE image SET sha256 = ?, width = ?, height = ? WHERE url = ? AND sha256 IS NULL",
            (picture.sha256, picture.width, picture.height, url),
        )

    def add_picture(self, picture: StoredImage) -> None:
        """Record a picture that the image store holds."""
        row = {name: getattr(picture, name) for name in ("sha256", "width", "height", "size")}
        insert(self._connection, "picture", row, conflict="IGNORE")

    def held_picture(self, url: str) -> tuple[str, int, int] | None:
        """Return (sha256, width, height) of a picture that was fetched from `url` before, or None."""
        sql = (
            "SELECT picture.sha256, width, height FROM web_picture JOIN picture"
            " ON picture.sha256 = web_picture.sha256 WHERE url = ?"
        )
        rows = self._store.rows(sql, (url,))
        return rows[0] if rows else None

    def note_tried(self, url: str, sha256: str | None = None) -> None:
        """Record that a picture was asked for, and its hash; without one it could not be fetched, and may be later."""
        insert(self._connection, "web_picture", {"url": url, "sha256": sha256, "tried": now_ms()}, conflict="REPLACE")
