"""Saves pictures that are not yet saved, from the web, when the person has asked for it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from reader.errors import ImageError, Sentence
from reader.fetching import fetch_pictures
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore
from reader.store.store_writer import StoreWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOutcome:
    """The outcome for one picture's address: saved, or the reason why not."""

    url: str
    reason: Sentence | None = None

    @property
    def saved(self) -> bool:
        """Whether the picture is now in the library."""
        return self.reason is None


def save_pictures(
    store: LibraryStore, images: ImageStore, cancelled: Callable[[], bool], *, allow_private: bool = False
) -> Generator[PictureOutcome, None, None]:
    """Fetch every picture of a shown page that is not yet saved, yielding one outcome per address.

    `allow_private` lets tests fetch from a server on this machine; nothing else sets it.

    Raises:
        StoreError: the library cannot be written.
    """
    writer = StoreWriter(store)
    urls = store.pictures_to_fetch()
    for picture in fetch_pictures(urls, cancelled=cancelled, allow_private=allow_private):
        reason = picture.reason if picture.data is None else _keep(picture.url, picture.data, images, writer)
        if reason is not None:
            with writer.batch():
                writer.note_tried(picture.url)
        yield PictureOutcome(url=picture.url, reason=reason)


def _keep(url: str, data: bytes, images: ImageStore, writer: StoreWriter) -> Sentence | None:
    """Store a fetched picture; return the reason if it is not a picture Pressmark can keep, else None."""
    try:
        stored = images.put(data)
    except ImageError as error:
        return error.sentence
    with writer.batch():
        writer.hold_picture(url, stored)
    return None
