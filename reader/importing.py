"""The import pipeline: saved files in, one outcome a capture out, store and index written on the way."""

from __future__ import annotations

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from reader.article import Article, ArticleId, Asset, Origin, PageImage, ParsedCapture
from reader.clean import CLEAN_VERSION, clean_capture
from reader.errors import (
    CaptureError,
    DamagedPageError,
    ImageError,
    SearchIndexError,
    Sentence,
    StoreError,
    UnknownFormatError,
)
from reader.formats import read_captures
from reader.formats.address import canonical_url, host_of, identity_of
from reader.formats.base import SourceFile
from reader.formats.sources import Unreadable
from reader.index import IndexedArticle, SearchIndex
from reader.outcome import ImportOutcome, ImportReport, OutcomeKind
from reader.store.image_store import ImageStore, StoredImage, decode_data_url
from reader.store.library_store import LibraryStore
from reader.store.store_writer import NewCapture, StoreWriter

logger = logging.getLogger(__name__)

# One transaction takes in so many captures: a wait for the disk costs about as much as cleaning ten of them.
_BATCH = 100
_BATCH_SECONDS = 0.5
_BATCH_BYTES = 32 * 1024 * 1024
# The index is committed after so many articles or seconds, whichever is first: what is read is soon found.
_INDEX_BATCH = 1000
_INDEX_SECONDS = 3.0

_SAME_BYTES = Sentence("The library holds this very capture already.")


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where an import puts things."""

    store: LibraryStore
    images: ImageStore
    index: SearchIndex


def import_captures(
    files: Iterable[SourceFile | Unreadable], shelves: Shelves
) -> Generator[ImportOutcome, None, ImportReport]:
    """Import `files`, yielding one outcome per capture as soon as it is safe in the store.

    The caller owns the loop: counting outcomes is progress, closing the generator is cancelling. What was
    yielded is in the store, whatever happens next; what the index has not taken up yet, `catch_up` gives it.

    Raises:
        StoreError: the store cannot be written, for one because the disk is full.
        SearchIndexError: the index cannot be written; the store holds what was yielded.
    """
    taker = _Taker(shelves)
    counts: Counter[OutcomeKind] = Counter()
    for file in files:
        # Each file is read to its end before the next is asked for: its archive is open just so long.
        taker.prepare(file)
        if taker.is_full():
            for outcome in taker.commit():
                counts[outcome.kind] += 1
                yield outcome
            taker.index_if_due()
    for outcome in taker.commit():
        counts[outcome.kind] += 1
        yield outcome
    taker.index_changed()
    return ImportReport(
        added=counts[OutcomeKind.ADDED],
        updated=counts[OutcomeKind.UPDATED],
        duplicate=counts[OutcomeKind.DUPLICATE],
        skipped=counts[OutcomeKind.SKIPPED],
        failed=counts[OutcomeKind.FAILED],
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """A file whose very bytes are in the library, or are on their way there in the same batch."""

    file: SourceFile


class _Taker:
    """Takes files into the store, a batch a transaction, and the articles they change into the index."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves
        self._writer = StoreWriter(shelves.store)
        self._ready: list[NewCapture | _Known | ImportOutcome] = []
        self._pictures: list[StoredImage] = []
        self._bytes_ready: set[bytes] = set()
        self._size = 0
        self._began = self._indexed = time.monotonic()
        self._changed: list[ArticleId] = []

    def prepare(self, file: SourceFile | Unreadable) -> None:
        """Do all that needs no transaction: read, clean, put the pictures away."""
        self._ready += self._prepare(file)
        self._size += len(file.data) if isinstance(file, SourceFile) else 0

    def is_full(self) -> bool:
        """Say whether a transaction is worth its wait by now."""
        waited = time.monotonic() - self._began
        return len(self._ready) >= _BATCH or self._size >= _BATCH_BYTES or waited >= _BATCH_SECONDS

    def commit(self) -> list[ImportOutcome]:
        """Store what is prepared in one transaction, and say what became of each capture."""
        ready, pictures = self._ready, self._pictures
        self._ready, self._pictures, self._size = [], [], 0
        self._bytes_ready.clear()
        with self._writer.batch():
            for picture in pictures:
                self._writer.add_picture(picture)
            outcomes = [outcome for item in ready for outcome in self._outcomes(item)]
        self._began = time.monotonic()
        return outcomes

    def _prepare(self, file: SourceFile | Unreadable) -> Iterator[NewCapture | _Known | ImportOutcome]:
        if isinstance(file, Unreadable):
            kind = OutcomeKind.SKIPPED if file.skipped else OutcomeKind.FAILED
            yield ImportOutcome(kind=kind, origin=file.origin, reason=file.reason)
            return
        digest = hashlib.sha256(file.data).digest()
        if digest in self._bytes_ready or self._writer.holders_of(file.data):
            yield _Known(file)
            return
        try:
            for capture in read_captures(file):
                yield self._clean(capture)
                self._bytes_ready.add(digest)
        except UnknownFormatError as error:
            yield ImportOutcome(kind=OutcomeKind.SKIPPED, origin=file.origin, reason=error.sentence)
        except CaptureError as error:
            yield ImportOutcome(kind=OutcomeKind.FAILED, origin=file.origin, reason=error.sentence)
        except (StoreError, SearchIndexError):
            raise
        except Exception as error:
            # One capture that trips a bug of ours must not end the import of the others.
            logger.exception("a capture tripped a bug: %a", file.origin)
            yield _tripped(file.origin, type(error).__name__)

    def _clean(self, capture: ParsedCapture) -> NewCapture:
        page = clean_capture(capture)
        url = canonical_url(capture.url) if capture.url else None
        source = capture.source or page.source or (host_of(url) if url else None) or ""
        return NewCapture(
            identity=identity_of(url) if url else _content_identity(capture),
            capture=capture,
            title=capture.title or "",
            url=url,
            source=source,
            page=page,
            images=[self._keep_picture(image, capture) for image in page.images],
            clean_version=CLEAN_VERSION,
        )

    def _keep_picture(self, image: PageImage, capture: ParsedCapture) -> PageImage:
        """Put away a picture that came with the capture; look the others up among those fetched."""
        if image.url.startswith(("http:", "https:")):
            held = self._writer.held_picture(image.url)
            return image if held is None else replace(image, sha256=held[0], width=held[1], height=held[2])
        if image.url.startswith("data:"):
            data = Asset(image.url, lambda: decode_data_url(image.url))
            return replace(self._put(image, data, capture.origin), url=_short(image.url))
        asset = capture.assets.get(image.url)
        return image if asset is None else self._put(image, asset, capture.origin)

    def _put(self, image: PageImage, asset: Asset, origin: Origin) -> PageImage:
        """Put a picture into the image store; of bytes that are none, the log tells."""
        try:
            stored = self._shelves.images.put(asset.read())
        except (ImageError, CaptureError) as error:
            logger.warning("a picture of %s is not kept: %s", origin, error)
            return image
        self._pictures.append(stored)
        return replace(image, sha256=stored.sha256, width=stored.width, height=stored.height)

    def _outcomes(self, item: NewCapture | _Known | ImportOutcome) -> Iterator[ImportOutcome]:
        """Store what is to be stored, inside the transaction, and say what became of it."""
        if isinstance(item, ImportOutcome):
            yield item
        elif isinstance(item, _Known):
            yield from self._duplicates(item.file)
        else:
            yield self._store(item)

    def _duplicates(self, file: SourceFile) -> Iterator[ImportOutcome]:
        holders = self._writer.holders_of(file.data)
        for article in holders:
            kind = OutcomeKind.DUPLICATE
            yield ImportOutcome(kind=kind, origin=file.origin, reason=_SAME_BYTES, article_id=article)
        if not holders:
            yield _tripped(file.origin, "the same bytes before it")

    def _store(self, item: NewCapture) -> ImportOutcome:
        try:
            stored = self._writer.add(item)
        except (ValueError, TypeError, ArithmeticError) as error:
            # What SQLite does not take, such as half a character; when the disk or the file fails, it raises its own.
            logger.exception("a capture tripped a bug: %a", item.capture.origin)
            return _tripped(item.capture.origin, type(error).__name__)
        if stored.shown:
            self._changed.append(stored.article)
        reason = _SAME_BYTES if stored.kind is OutcomeKind.DUPLICATE else None
        return ImportOutcome(kind=stored.kind, origin=item.capture.origin, reason=reason, article_id=stored.article)

    def index_if_due(self) -> None:
        """Let the index take up what has changed, once there is enough of it or it has waited long enough."""
        waited = time.monotonic() - self._indexed
        if len(self._changed) >= _INDEX_BATCH or (self._changed and waited >= _INDEX_SECONDS):
            self.index_changed()

    def index_changed(self) -> None:
        """Let the index take up what has changed since the last time."""
        if self._changed:
            update_index(self._changed, self._shelves)
            self._changed = []
        self._indexed = time.monotonic()


def update_index(ids: Sequence[ArticleId], shelves: Shelves) -> int:
    """Let the index take up the current revisions of `ids`, note in the store that it has, and return how many.

    A page that the disk has damaged is left out, so that it does not keep all others from being found.

    Raises:
        StoreError: the store cannot be read or written.
        SearchIndexError: the index cannot be written.
    """
    articles = list(_intact_articles(ids, shelves.store))
    if articles:
        with index_errors():
            shelves.index.update(_to_index(article) for article in articles)
        StoreWriter(shelves.store).mark_indexed((article.id, article.revision) for article in articles)
    return len(articles)


def _intact_articles(ids: Sequence[ArticleId], store: LibraryStore) -> Iterator[Article]:
    for id_ in dict.fromkeys(ids):
        try:
            yield store.article(id_)
        except DamagedPageError as error:
            logger.warning("an article cannot be found: %s", error)


@contextmanager
def index_errors() -> Iterator[None]:
    """Turn what the disk may raise while the index is written into a SearchIndexError."""
    try:
        yield
    except OSError as error:
        cause = error.strerror or str(error)
        raise SearchIndexError("The search index cannot be written: {cause}.", cause=cause) from error


def reconcile(shelves: Shelves) -> int:
    """Let store and index agree on what the index holds; return how many articles it lacks.

    It lacks something after a kill between the store's commit and its own, everything once it was deleted. It has
    something too much when an older copy of the store was put in the place of the newer one.
    """
    held, known = shelves.index.ids(), set(shelves.store.ids())
    if strange := held - known:
        with index_errors():
            shelves.index.remove(strange)
    if lost := set(shelves.store.indexed()) - held:
        StoreWriter(shelves.store).forget_indexed(lost)
    return len(shelves.store.to_index())


def catch_up(shelves: Shelves) -> Generator[int, None, None]:
    """Give the index what it lacks, yielding the number of articles taken up after each commit."""
    reconcile(shelves)
    waiting = shelves.store.to_index()
    done = 0
    for start in range(0, len(waiting), _INDEX_BATCH):
        done += update_index(waiting[start : start + _INDEX_BATCH], shelves)
        yield done


def _to_index(article: Article) -> IndexedArticle:
    return IndexedArticle(
        id=article.id,
        title=article.title,
        text=article.text,
        source=article.source,
        author=article.author,
        tags=article.tags,
        published=article.published,
        has_image=bool(article.images),
    )


def _content_identity(capture: ParsedCapture) -> str:
    """Name a capture without an address by what it says, however its lines are broken."""
    content = " ".join(f"{capture.title or ''} \0 {capture.html}".split()).encode("utf-8", "replace")
    return f"content:{hashlib.sha256(content).hexdigest()}"


def _short(url: str) -> str:
    """Keep of a data: address its media type: the picture itself is in the image store."""
    return url.split(",", 1)[0].split(";", 1)[0] if url.startswith("data:") else url


def _tripped(origin: Origin, cause: str) -> ImportOutcome:
    """Say that one capture has met a bug of ours."""
    reason = Sentence(
        "Pressmark tripped over this file; the fault is ours, and the log says more ({cause}).",
        {"cause": cause},
    )
    return ImportOutcome(kind=OutcomeKind.FAILED, origin=origin, reason=reason)
