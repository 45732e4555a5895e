"""Checks a library against its own content hashes."""

from __future__ import annotations

import hashlib
import logging
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from reader.errors import ReaderError, Sentence, StoreError
from reader.index import SearchIndex
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore

logger = logging.getLogger(__name__)


class Part(StrEnum):
    """Where a problem is: the index is built anew by itself, for the others there is `repair`."""

    STORE = "store"
    PICTURES = "pictures"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; `repairable` says that Pressmark can make it anew from what it holds."""

    sentence: Sentence
    repairable: bool
    part: Part = Part.STORE


def verify_library(
    store: LibraryStore, images: ImageStore, open_index: Callable[[], SearchIndex], *, lasting: bool = False
) -> Iterator[Problem]:
    """Check the store's file, every original, page and picture, and the index against the store.

    With `lasting`, what another program may be about to put right is passed over: what waits for the index, and
    pictures that no article names yet.
    """
    yield from _check_index_files(open_index)
    yield from _check_database(store)
    yield from _check_originals(store)
    yield from _check_pages(store)
    yield from _check_pictures(store, images)
    if not lasting:
        yield from _check_orphans(store, images)
        yield from _check_index(store, open_index)


def _check_database(store: LibraryStore) -> Iterator[Problem]:
    for (verdict,) in store.rows("PRAGMA integrity_check"):
        if verdict != "ok":
            yield Problem(Sentence("The store's file is damaged: {cause}.", {"cause": verdict}), False)


def _check_originals(store: LibraryStore) -> Iterator[Problem]:
    """Unpack every original and compare it with the hash it was stored under."""
    for (id_,) in store.rows("SELECT id FROM original"):
        sha256, data = store.one("SELECT sha256, data FROM original WHERE id = ?", (id_,))
        try:
            intact = hashlib.sha256(zlib.decompress(data)).digest() == sha256
        except zlib.error:
            intact = False
        if not intact:
            rows = store.rows("SELECT article, title FROM revision WHERE original = ?", (id_,))
            for article, title in rows:
                params = {"id": article, "title": title}
                yield Problem(Sentence("The original of article {id}, “{title}”, is damaged.", params), False)


def _check_pages(store: LibraryStore) -> Iterator[Problem]:
    """Unpack every page and its text; a damaged one can be cleaned again from the original."""
    for (id_,) in store.rows("SELECT id FROM revision"):
        article, title, html, text = store.one("SELECT article, title, html, text FROM revision WHERE id = ?", (id_,))
        try:
            zlib.decompress(html), zlib.decompress(text)
        except zlib.error:
            params = {"id": article, "title": title}
            yield Problem(Sentence("The page of article {id}, “{title}”, is damaged.", params), False)


def _check_pictures(store: LibraryStore, images: ImageStore) -> Iterator[Problem]:
    """Read every picture and compare it with its name, which is its hash."""
    for (sha256,) in store.rows("SELECT sha256 FROM picture"):
        try:
            data = images.read(sha256)
        except StoreError as error:
            yield Problem(error.sentence, False, Part.PICTURES)
            continue
        if data is not None and hashlib.sha256(data).hexdigest() == sha256:
            continue
        rows = store.rows(
            "SELECT article, title FROM revision WHERE id IN (SELECT revision FROM image WHERE sha256 = ?)"
            " ORDER BY article, id",
            (sha256,),
        )
        for article, title in {row[0]: row[1] for row in rows}.items():
            template = _MISSING_PICTURE if data is None else _DAMAGED_PICTURE
            yield Problem(Sentence(template, {"id": article, "title": title, "name": sha256}), False, Part.PICTURES)
        if not rows:
            template = "The picture {name} is missing." if data is None else "The picture {name} is damaged."
            yield Problem(Sentence(template, {"name": sha256}), False, Part.PICTURES)


_MISSING_PICTURE = "A picture of article {id}, “{title}”, is missing ({name})."
_DAMAGED_PICTURE = "A picture of article {id}, “{title}”, is damaged ({name})."


def _check_orphans(store: LibraryStore, images: ImageStore) -> Iterator[Problem]:
    orphans = len(set(images.hashes()) - {row[0] for row in store.rows("SELECT sha256 FROM picture")})
    if orphans:
        template = "{count} pictures belong to no article; `pressmark repair` removes them."
        yield Problem(Sentence(template, {"count": orphans}), True, Part.PICTURES)


def _check_index_files(open_index: Callable[[], SearchIndex]) -> Iterator[Problem]:
    """Read the files of the index, and compare them with the sums that they were written with."""
    try:
        for name in open_index().damaged_files():
            template = "The file {name} of the search index is damaged."
            yield Problem(Sentence(template, {"name": name}), True, Part.INDEX)
    except ReaderError as error:
        yield Problem(error.sentence, True, Part.INDEX)


def _check_index(store: LibraryStore, open_index: Callable[[], SearchIndex]) -> Iterator[Problem]:
    """Compare the articles that the index holds with those of the store."""
    try:
        held = open_index().ids()
    except ReaderError as error:
        logger.info("what the index holds cannot be compared: %s", error)
        return
    waiting = store.to_index()
    missing = set(store.ids()) - held - set(waiting)
    strange = held - set(store.ids()) - store.binned_and_indexed()
    for count, template in (
        (len(waiting), "{count} articles wait to be taken up by the index."),
        (len(missing), "The index lacks {count} articles that it should hold."),
        (len(strange), "The index holds {count} articles that the library does not."),
    ):
        if count:
            yield Problem(Sentence(template, {"count": count}), True, Part.INDEX)
