"""Prepares a saved file for store and index: reads, cleans, compresses and folds it, in the writer or in a worker."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from reader.article import CLEAN_VERSION, ArticleId, Asset, Origin, PageImage, ParsedCapture
from reader.clean import clean_capture
from reader.errors import (
    NO_MEMORY_TO_READ,
    CaptureError,
    ImageError,
    Sentence,
    StoreError,
    UnknownFormatError,
    lacks_memory,
    tripped,
)
from reader.formats.base import SourceFile
from reader.formats.default import read_captures
from reader.identity.addresses import canonical_url, host_of, read_address
from reader.identity.keys import page_hash, text_hash
from reader.index import IndexedArticle
from reader.outcome import ImportOutcome, OutcomeKind
from reader.page import is_web_address
from reader.store.image_store import ImageStore, StoredImage, decode_data_url
from reader.store.rows import LEAD, from_ms, pack, to_ms
from reader.store.store_writer import NewCapture, PackedOriginal

logger = logging.getLogger(__name__)

ReadCaptures = Callable[[SourceFile], Iterator[ParsedCapture]]


# Judged by the capture alone: if what the library holds mattered, so would the order of importing.
_BLANK = Sentence("This capture holds no text: neither a title nor words nor pictures.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A capture ready for the store, and its article for the index, whose id is 0 until it is stored."""

    capture: NewCapture
    article: IndexedArticle


class Preparer:
    """Prepares files, and puts the pictures that come with them into the image store."""

    def __init__(self, images: ImageStore, read: ReadCaptures = read_captures) -> None:
        self._images = images
        self._read = read

    def prepare(self, file: SourceFile, digest: bytes) -> list[Prepared | ImportOutcome]:
        """Prepare each capture of a file whose SHA-256 is `digest`; one that cannot be read becomes an outcome.

        Raises:
            StoreError: a picture cannot be written, for example because the disk is full.
        """
        return list(self._prepare(file, digest))

    def _prepare(self, file: SourceFile, digest: bytes) -> Iterator[Prepared | ImportOutcome]:
        try:
            for capture in self._read(file):
                yield self._clean(capture, digest if capture.original is file.data else None)
        except UnknownFormatError as error:
            yield ImportOutcome(kind=OutcomeKind.SKIPPED, origin=file.origin, reason=error.sentence)
        except CaptureError as error:
            yield ImportOutcome(kind=OutcomeKind.FAILED, origin=file.origin, reason=error.sentence)
        except StoreError:
            raise
        except Exception as error:
            if lacks_memory(error):
                # There may be enough memory for a smaller file.
                yield ImportOutcome(kind=OutcomeKind.FAILED, origin=file.origin, reason=NO_MEMORY_TO_READ)
                return
            # One capture that trips a bug must not end the import of the others.
            logger.exception("a capture tripped a bug: %a", file.origin)
            yield ImportOutcome(kind=OutcomeKind.FAILED, origin=file.origin, reason=tripped(type(error).__name__))

    def _clean(self, capture: ParsedCapture, digest: bytes | None) -> Prepared | ImportOutcome:
        page = clean_capture(capture)
        if not (page.text.strip() or page.images or page.html.strip() or (capture.title and capture.titled)):
            return ImportOutcome(kind=OutcomeKind.SKIPPED, origin=capture.origin, reason=_BLANK)
        url = canonical_url(capture.url) if capture.url else None
        address = read_address(capture.url) if capture.url else None
        source = capture.source or page.source or (host_of(url) if url else None) or ""
        author = capture.author or page.author
        published = to_ms(capture.published or page.published)
        pictures: list[StoredImage] = []
        images = tuple(self._keep_picture(image, capture, pictures) for image in page.images)
        new = NewCapture(
            bucket=address.key if address else _content_key(capture),
            rest=address.rest if address else "",
            original=PackedOriginal.of(capture.original, digest),
            origin=capture.origin,
            title=capture.title or "",
            url=url,
            source=source,
            author=author,
            published=published,
            captured=to_ms(capture.captured),
            tags=json.dumps(capture.tags, ensure_ascii=False),
            lead=page.text[:LEAD].replace("\n", " "),
            html=pack(page.html),
            text=pack(page.text),
            images=images,
            pictures=tuple(pictures),
            clean_version=CLEAN_VERSION,
            length=len(page.text),
            page=page_hash(capture.title or "", page.html),
            same_text=text_hash(page.text) or None,
        )
        return Prepared(new, _as_indexed(new, page.text, capture.tags, from_ms(published)))

    def _keep_picture(self, image: PageImage, capture: ParsedCapture, kept: list[StoredImage]) -> PageImage:
        """Store a picture that came with the capture; leave one that is only on the web."""
        if is_web_address(image.url):
            return image
        if image.url.startswith("data:"):
            data = Asset(image.url, lambda: decode_data_url(image.url))
            return replace(self._put(image, data, capture.origin, kept), url=_short(image.url))
        asset = capture.assets.get(image.url)
        return image if asset is None else self._put(image, asset, capture.origin, kept)

    def _put(self, image: PageImage, asset: Asset, origin: Origin, kept: list[StoredImage]) -> PageImage:
        """Put a picture into the image store; log one that cannot be kept, and return it unchanged."""
        try:
            stored = self._images.put(asset.read())
        except (ImageError, CaptureError) as error:
            logger.warning("a picture of %s is not kept: %s", origin, error)
            return image
        kept.append(stored)
        return replace(image, sha256=stored.sha256, width=stored.width, height=stored.height)


def _as_indexed(new: NewCapture, text: str, tags: tuple[str, ...], published: datetime | None) -> IndexedArticle:
    """Return the article as it would be read back from the store: times in milliseconds, no lone surrogates."""
    return IndexedArticle(
        id=ArticleId(0),
        title=new.title,
        text=text.encode("utf-8", "replace").decode(),
        source=new.source,
        author=new.author,
        tags=tags,
        published=published,
        has_image=bool(new.images),
    )


def _content_key(capture: ParsedCapture) -> str:
    """Return the key of a capture without an address: a hash of title and page, whatever their white space."""
    content = " ".join(f"{capture.title or ''} \0 {capture.html}".split()).encode("utf-8", "replace")
    return f"content:{hashlib.sha256(content).hexdigest()}"


def _short(url: str) -> str:
    """Shorten a data: address to its media type: the picture itself is in the image store."""
    return url.split(",", 1)[0].split(";", 1)[0] if url.startswith("data:") else url
