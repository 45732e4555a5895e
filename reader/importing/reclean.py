"""Cleans stored pages again that were cleaned by older rules, a whole bucket at a time, in this process.

All captures of a bucket are cleaned by the same rules, so that their keys can be compared. Versions keep their
identity, and so their states, positions and tags; their articles are indexed again afterwards.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Generator
from dataclasses import replace

from reader.article import CLEAN_VERSION, Origin, PageImage, ReadFile, RevisionId, no_file
from reader.errors import ReaderError
from reader.importing.prepare import Preparer
from reader.page import is_web_address
from reader.sources.saved_file import SavedFile
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore
from reader.store.store_writer import NewCapture, StoreWriter

logger = logging.getLogger(__name__)

# Buckets per transaction.
_BATCH = 50


class Recleaner:
    """Cleans the pages of one library again; only the holder of the writer lock uses it."""

    def __init__(self, store: LibraryStore, images: ImageStore) -> None:
        self._store, self._images = store, images
        self._preparer = Preparer(images)
        self.writer = StoreWriter(store, self.clean_bucket)

    def run(self) -> Generator[int, None, None]:
        """Clean again every page that older rules made, yielding how many are done after each transaction.

        The caller may stop at any yield; what was done by then is kept.

        Raises:
            StoreError: the store cannot be read or written.
        """
        sql = (
            "SELECT DISTINCT bucket FROM revision JOIN article ON article.id = revision.article"
            f" WHERE clean_version < ? LIMIT {_BATCH}"
        )
        done = 0
        while keys := [row[0] for row in self._store.rows(sql, (CLEAN_VERSION,))]:
            with self.writer.batch():
                done += sum(self.clean_bucket(key) for key in keys)
            yield done

    def clean_bucket(self, key: str) -> int:
        """Clean the pages of a bucket again, inside the caller's transaction; return how many there are.

        A page whose original cannot be read any more stays as it is, and counts as cleaned.
        """
        sql = (
            "SELECT revision.id, origin_path, origin_member FROM revision"
            " JOIN article ON article.id = revision.article WHERE bucket = ? ORDER BY revision.id"
        )
        rows = [(RevisionId(id_), Origin(path, member)) for id_, path, member in self._store.rows(sql, (key,))]
        self.writer.renew(key, [(id_, self._cleaned(id_, origin)) for id_, origin in rows], CLEAN_VERSION)
        return len(rows)

    def _cleaned(self, revision: RevisionId, origin: Origin) -> NewCapture | None:
        """Clean a capture's original again, as if the pictures that came with it still lay next to it."""
        try:
            data = self._store.original_of(revision)
        except ReaderError as error:
            logger.warning("a page cannot be cleaned again: %s", error)
            return None
        held = {
            image.url: image
            for image in self._store.images(revision)
            if image.sha256 and not (is_web_address(image.url) or image.url.startswith("data:"))
        }

        def beside(name: str) -> bytes | None:
            if name not in held:
                return None
            # Missing or damaged bytes become empty ones: None would tell the page that no such picture came with it.
            return self._images.read_sound(held[name].sha256 or "") or b""

        capture = clean_original(self._preparer, data, origin, beside)
        if capture is None:
            return None
        images = tuple(_with_facts(image, held.get(image.url)) for image in capture.images)
        return replace(capture, images=images)


def _with_facts(image: PageImage, held: PageImage | None) -> PageImage:
    """Return a picture with the hash and size it came with, even if its bytes are lost by now."""
    if held is None:
        return image
    return replace(image, sha256=held.sha256, width=held.width, height=held.height)


def clean_original(preparer: Preparer, data: bytes, origin: Origin, beside: ReadFile = no_file) -> NewCapture | None:
    """Clean a capture's original as it would be imported today; return None if it is not a capture any more."""
    items = preparer.prepare(SavedFile.of_original(origin, data, beside))
    digest = hashlib.sha256(data).digest()
    captures = (item for item in items if isinstance(item, NewCapture))
    return next((capture for capture in captures if capture.original.sha256 == digest), None)
