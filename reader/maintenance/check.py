"""Checks a library: its content against the hashes it was stored under, its rows and index against each other."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Generator, Iterator
from itertools import chain

from reader.errors import LibraryInUseError, ReaderError, Sentence, StoreError
from reader.index import SearchIndex
from reader.maintenance.strays import count_left_over, count_stray_articles
from reader.outcome import Area, Problem
from reader.paths import AppPaths
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore
from reader.store.migrate import remove_backups
from reader.store.rows import is_intact, snapshot
from reader.store.sqlite.writer_lock import writer_lock
from reader.store.states import BinStore

logger = logging.getLogger(__name__)


def verify_library(
    paths: AppPaths,
    store: LibraryStore,
    images: ImageStore,
    open_index: Callable[[], SearchIndex],
    *,
    lasting: bool = False,
) -> Generator[Problem, None, Sentence | None]:
    """Check the store's file, every original, page and picture, and the index, which `open_index` opens as it is now.

    Yields each problem. If there is none, the copy of the store made before an upgrade is removed.

    Returns a remark that is not about damage, if there is one: that the index was not compared because another program
    was writing, or how many articles are not indexed yet, which the next search sees to.

    With `lasting`, leave out what another program may be about to put right: articles not indexed yet, and pictures
    that no article names yet.
    """
    is_sound = True
    for problem in chain(
        _check_store_file(store),
        _check_rows(store),
        _check_originals(store),
        _check_pages(store),
        _check_pictures(store, images),
    ):
        is_sound = False
        yield problem

    def differences() -> list[Problem]:
        found = list(_check_index_files(open_index))
        return found if lasting else [*found, *_check_orphans(store, images), *_check_index(store, open_index)]

    found, remark = _compared(differences, paths)
    yield from found
    if is_sound and not found and not store.read_only:
        remove_backups(store.path)
    waiting = 0 if lasting or remark else len(store.to_index())
    return Sentence("{count} articles wait to be taken up by the index.", {"count": waiting}) if waiting else remark


def _compared(differences: Callable[[], list[Problem]], paths: AppPaths) -> tuple[list[Problem], Sentence | None]:
    """Return how store, pictures and index differ, or why that is not known.

    They are written one after the other, so a difference counts only while nobody writes: what is found is looked
    for again under the writer lock.
    """
    found = differences()
    if not found:
        return [], None
    try:
        with writer_lock(paths.writer_lock, "Pressmark, which checks the library"):
            return differences(), None
    except LibraryInUseError as error:
        holder = error.sentence.params["holder"]
        template = "The search index was not compared: the library is being written by {holder}."
        return [], Sentence(template, {"holder": holder})
    except StoreError as error:
        # Where nobody may write, nothing changes meanwhile.
        logger.info("the library is checked as it is: %s", error)
        return found, None


def _check_store_file(store: LibraryStore) -> Iterator[Problem]:
    for (verdict,) in store.rows("PRAGMA integrity_check"):
        if verdict != "ok":
            yield Problem(Sentence("The store's file is damaged: {cause}.", {"cause": verdict}), False)


def _check_rows(store: LibraryStore) -> Iterator[Problem]:
    """Check that articles, versions and the rows kept with them refer to each other."""
    for count, template in (
        (
            count_stray_articles(store),
            "{count} articles show a version that is not theirs or was taken back; `pressmark repair` mends them.",
        ),
        (count_left_over(store), "{count} entries of the store belong to no article; `pressmark repair` removes them."),
    ):
        if count:
            yield Problem(Sentence(template, {"count": count}), True)


def _check_originals(store: LibraryStore) -> Iterator[Problem]:
    """Decompress every original and compare it with the hash it was stored under."""
    for (id_,) in store.rows("SELECT id FROM original"):
        # Another program may have deleted it since.
        for sha256, data in store.rows("SELECT sha256, data FROM original WHERE id = ?", (id_,)):
            if is_intact(data, sha256):
                continue
            rows = store.rows("SELECT article, title FROM revision WHERE original = ?", (id_,))
            for article, title in rows:
                params = {"id": article, "title": title}
                yield Problem(Sentence("The original of article {id}, “{title}”, is damaged.", params), False)


def _check_pages(store: LibraryStore) -> Iterator[Problem]:
    """Decompress every page and its text; a damaged one can be cleaned again from the original."""
    for (id_,) in store.rows("SELECT id FROM revision"):
        rows = store.rows("SELECT article, title, html, text FROM revision WHERE id = ?", (id_,))
        for article, title, html, text in rows:
            if not (is_intact(html) and is_intact(text)):
                params = {"id": article, "title": title}
                yield Problem(Sentence("The page of article {id}, “{title}”, is damaged.", params), False)


def _check_pictures(store: LibraryStore, images: ImageStore) -> Iterator[Problem]:
    """Read every picture and compare it with its name, which is its hash."""
    for (sha256,) in store.rows("SELECT sha256 FROM picture"):
        try:
            data = images.read(sha256)
        except StoreError as error:
            yield Problem(error.sentence, False, Area.PICTURES)
            continue
        if data is not None and hashlib.sha256(data).hexdigest() == sha256:
            continue
        if not store.rows("SELECT 1 FROM picture WHERE sha256 = ?", (sha256,)):
            continue  # it was deleted since
        rows = store.rows(
            "SELECT article, title FROM revision WHERE id IN (SELECT revision FROM image WHERE sha256 = ?)"
            " ORDER BY article, id",
            (sha256,),
        )
        for article, title in {row[0]: row[1] for row in rows}.items():
            template = _MISSING_PICTURE if data is None else _DAMAGED_PICTURE
            yield Problem(Sentence(template, {"id": article, "title": title, "name": sha256}), False, Area.PICTURES)
        if not rows:
            template = "The picture {name} is missing." if data is None else "The picture {name} is damaged."
            yield Problem(Sentence(template, {"name": sha256}), False, Area.PICTURES)


_MISSING_PICTURE = "A picture of article {id}, “{title}”, is missing ({name})."
_DAMAGED_PICTURE = "A picture of article {id}, “{title}”, is damaged ({name})."


def _check_orphans(store: LibraryStore, images: ImageStore) -> Iterator[Problem]:
    orphans = len(set(images.hashes()) - {row[0] for row in store.rows("SELECT sha256 FROM picture")})
    if orphans:
        template = "{count} pictures belong to no article; `pressmark repair` removes them."
        yield Problem(Sentence(template, {"count": orphans}), True, Area.PICTURES)


def _check_index_files(open_index: Callable[[], SearchIndex]) -> Iterator[Problem]:
    """Compare the files of the index with the checksums they were written with."""
    try:
        for name in open_index().damaged_files():
            template = "The file {name} of the search index is damaged."
            yield Problem(Sentence(template, {"name": name}), True, Area.INDEX)
    except ReaderError as error:
        yield Problem(error.sentence, True, Area.INDEX)


def _check_index(store: LibraryStore, open_index: Callable[[], SearchIndex]) -> Iterator[Problem]:
    """Compare the articles in the index with those in the store."""
    try:
        held = open_index().ids()
    except ReaderError as error:
        logger.info("what the index holds cannot be compared: %s", error)
        return
    with snapshot(store.connections.get()):
        waiting, known = store.to_index(), set(store.ids())
        strange = held - known - BinStore(store).hidden()
    missing = known - held - set(waiting)
    for count, template in (
        (len(missing), "The index lacks {count} articles that it should hold."),
        (len(strange), "The index holds {count} articles that the library does not."),
    ):
        if count:
            yield Problem(Sentence(template, {"count": count}), True, Area.INDEX)
