"""Checks a library against its own content hashes."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reader.errors import ReaderError, Sentence
from reader.index import SearchIndex
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; `repairable` says that Pressmark can make it anew from what it holds."""

    sentence: Sentence
    repairable: bool


def verify_library(store: LibraryStore, images: ImageStore, open_index: Callable[[], SearchIndex]) -> Iterator[Problem]:
    """Check the store's file, every original, page and picture, and the index against the store."""
    yield from _check_database(store)
    yield from _check_originals(store)
    yield from _check_pages(store)
    yield from _check_pictures(store, images)
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
        data = images.read(sha256)
        if data is None:
            yield Problem(Sentence("The picture {name} is missing.", {"name": sha256}), False)
        elif hashlib.sha256(data).hexdigest() != sha256:
            yield Problem(Sentence("The picture {name} is damaged.", {"name": sha256}), False)
    orphans = len(set(images.hashes()) - {row[0] for row in store.rows("SELECT sha256 FROM picture")})
    if orphans:
        template = "{count} pictures belong to no article; `pressmark repair` removes them."
        yield Problem(Sentence(template, {"count": orphans}), True)


def _check_index(store: LibraryStore, open_index: Callable[[], SearchIndex]) -> Iterator[Problem]:
    """Read the files of the index, and compare the articles that it holds with those of the store."""
    try:
        index = open_index()
        for name in index.damaged_files():
            yield Problem(Sentence("The file {name} of the search index is damaged.", {"name": name}), True)
        held = index.ids()
    except ReaderError as error:
        yield Problem(error.sentence, True)
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
            yield Problem(Sentence(template, {"count": count}), True)
