"""Prepares a saved file for the store: reads, cleans and compresses it, in the writer or in a worker."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

from reader.article import CLEAN_VERSION, Origin, PageImage, ParsedCapture, ReadFile
from reader.clean import clean_capture
from reader.errors import (
    NO_MEMORY_TO_READ,
    CaptureError,
    ImageError,
    Sentence,
    StoreError,
    lacks_memory,
    tripped,
    unreadable,
)
from reader.formats.base import Source
from reader.formats.default import read_captures
from reader.identity.addresses import canonical_url, host_of, read_address
from reader.identity.keys import page_hash, text_hash
from reader.outcome import ImportOutcome, OutcomeKind
from reader.page import is_web_address
from reader.store.image_store import ImageStore, StoredImage, decode_data_url
from reader.store.rows import LEAD, pack, to_ms
from reader.store.store_writer import NewCapture, PackedOriginal

logger = logging.getLogger(__name__)

ReadCaptures = Callable[[Source], Iterator[ParsedCapture]]


# Judged by the capture alone: if what the library holds mattered, so would the order of importing.
_BLANK = Sentence("This capture holds no text: neither a title nor words nor pictures.")


class Preparer:
    """Prepares files, and puts the pictures that come with them into the image store."""

    def __init__(self, images: ImageStore, read: ReadCaptures = read_captures) -> None:
        self._images = images
        self._read = read

    def prepare(self, source: Source) -> list[NewCapture | ImportOutcome]:
        """Prepare each capture of a source; one that cannot be read becomes an outcome.

        Raises:
            StoreError: a picture cannot be written, for example because the disk is full.
        """
        return list(self._prepare(source))

    def _prepare(self, source: Source) -> Iterator[NewCapture | ImportOutcome]:
        try:
            for capture in self._read(source):
                yield self._clean(capture)
        except CaptureError as error:
            yield ImportOutcome.of_error(source.origin, error)
        except OSError as error:
            yield ImportOutcome.failed(source.origin, unreadable(error))
        except StoreError:
            raise
        except Exception as error:
            if lacks_memory(error):
                # There may be enough memory for a smaller file.
                yield ImportOutcome.failed(source.origin, NO_MEMORY_TO_READ)
                return
            # One capture that trips a bug must not end the import of the others.
            logger.exception("a capture tripped a bug: %a", source.origin)
            yield ImportOutcome.failed(source.origin, tripped(type(error).__name__))

    def _clean(self, capture: ParsedCapture) -> NewCapture | ImportOutcome:
        page = clean_capture(capture)
        if not (page.text.strip() or page.images or page.html.strip() or (capture.title and capture.titled)):
            return ImportOutcome(kind=OutcomeKind.SKIPPED, origin=capture.origin, reason=_BLANK)
        url = canonical_url(capture.url) if capture.url else None
        address = read_address(capture.url) if capture.url else None
        source = capture.source or page.source or (host_of(url) if url else None) or ""
        author = capture.author or page.author
        pictures: list[StoredImage] = []
        images = tuple(self._keep_picture(image, capture, pictures) for image in page.images)
        return NewCapture(
            bucket=address.key if address else _content_key(capture),
            rest=address.rest if address else "",
            original=PackedOriginal.of(capture.original),
            origin=capture.origin,
            title=capture.title or "",
            url=url,
            source=source,
            author=author,
            published=to_ms(capture.published or page.published),
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

    def _keep_picture(self, image: PageImage, capture: ParsedCapture, kept: list[StoredImage]) -> PageImage:
        """Store a picture that came with the capture; leave one that is only on the web."""
        if is_web_address(image.url):
            return image
        if image.url.startswith("data:"):
            return replace(self._put(image, decode_data_url, capture.origin, kept), url=_short(image.url))
        return self._put(image, capture.asset, capture.origin, kept)

    def _put(self, image: PageImage, read: ReadFile, origin: Origin, kept: list[StoredImage]) -> PageImage:
        """Put a picture into the image store; log one that cannot be kept, and return it unchanged."""
        try:
            data = read(image.url)
            if data is None:
                return image
            stored = self._images.put(data)
        except ImageError as error:
            logger.warning("a picture of %s is not kept: %s", origin, error)
            return image
        kept.append(stored)
        return replace(image, sha256=stored.sha256, width=stored.width, height=stored.height)


def _content_key(capture: ParsedCapture) -> str:
    """Return the key of a capture without an address: a hash of title and page, whatever their white space."""
    content = " ".join(f"{capture.title or ''} \0 {capture.html}".split()).encode("utf-8", "replace")
    return f"content:{hashlib.sha256(content).hexdigest()}"


def _short(url: str) -> str:
    """Shorten a data: address to its media type: the picture itself is in the image store."""
    return url.split(",", 1)[0].split(";", 1)[0] if url.startswith("data:") else url
