"""Rebuilds the page of a capture with nothing removed, so that people can see what cleaning left out."""

from __future__ import annotations

import hashlib
from collections.abc import Container

from reader import clean
from reader.article import Article, ArticleId, CleanPage, PageImage, ParsedCapture, RevisionId
from reader.errors import CaptureError, ImageError
from reader.formats.default import read_captures
from reader.sources.saved_file import SavedFile
from reader.store.image_store import decode_data_url
from reader.store.library_store import LibraryStore


def original_page(store: LibraryStore, id_: ArticleId, revision: RevisionId | None = None) -> CleanPage:
    """Return the whole page of a capture; pictures that the library holds have their hash.

    Raises:
        NoSuchArticleError: there is no such article or revision.
        DamagedPageError: the page or the original is damaged.
        CaptureError: the original cannot be read as a capture any more.
    """
    article = store.article(id_, revision)
    held = {image.url: image for image in article.images if image.sha256}
    by_hash = {image.sha256: image for image in held.values()}
    page = clean.whole_page(_capture_of(article, store.original(id_, article.revision), held))
    images = tuple(held.get(image.url) or by_hash.get(_hash_within(image), image) for image in page.images)
    return CleanPage(html=page.html, text=page.text, images=images)


def _capture_of(article: Article, data: bytes, held: Container[str]) -> ParsedCapture:
    """Read an article's original again, as if the pictures in `held` still lay next to it as files."""
    file = SavedFile.of_original(article.origin, data, lambda name: b"" if name in held else None)
    for capture in read_captures(file):
        return capture
    raise CaptureError("{name} holds no article any more.", path=article.origin.path, name=file.name)


def _hash_within(image: PageImage) -> str | None:
    """Return the hash of a picture in a `data:` address; the store does not keep such addresses."""
    if not image.url.startswith("data:"):
        return None
    try:
        return hashlib.sha256(decode_data_url(image.url)).hexdigest()
    except ImageError:
        return None
