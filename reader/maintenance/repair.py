"""Repairs a library: salvages a damaged store, and cleans damaged pages and pictures again from their originals."""

from __future__ import annotations

import filecmp
import hashlib
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from reader.article import Origin, RevisionId
from reader.errors import DamagedPageError, DamagedStoreError, StoreError
from reader.files import free_name, replacing, sync_folder
from reader.importing.prepare import Preparer
from reader.importing.reclean import Recleaner, clean_original
from reader.long_work import Stopped
from reader.maintenance.readable_rows import ReadableRows, read_rows
from reader.maintenance.salvage import Salvage, Salvaged
from reader.maintenance.strays import put_strays_right
from reader.paths import AppPaths
from reader.store import schema
from reader.store.connection import is_damage, store_errors, transaction
from reader.store.deletion import remove_orphans
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore
from reader.store.rows import is_intact
from reader.store.sqlite.copy import check_database, remove_database, remove_half_made
from reader.store.sqlite.write_ahead import alone_with, companion, has_bytes, put_foreign_aside, put_log_aside
from reader.store.sqlite.writer_lock import writer_lock
from reader.store.table import Table
from reader.store.tables import TABLES

logger = logging.getLogger(__name__)

# A disk may fail once; a sector that is gone fails again.
_READS = 2

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairReport:
    """What a repair did.

    `kept_as` is the name that the damaged store was kept under, if there was one. `lost` are the titles of lost
    articles; `originals_damaged` those of versions whose page is intact, but the imported file is not.
    """

    articles: int
    kept_as: str | None = None
    recleaned: int = 0
    lost: tuple[str, ...] = ()
    pictures_lost: int = 0
    pictures_unreadable: int = 0
    orphans: int = 0
    originals_damaged: tuple[str, ...] = ()


def repair_library(
    paths: AppPaths, program: str, cancelled: Callable[[], bool]
) -> Generator[int, None, RepairReport | None]:
    """Repair the store and the pictures, yielding a running count of what is done; the index is left to others.

    A copy of a damaged store is kept next to the new one. The process may be killed at any moment: until the new
    store is complete, the damaged one stays in its place. Returns None if cancelled.

    Raises:
        LibraryInUseError: another program is writing the library, or has its damaged store open.
        StoreError: there is no room, or the folder may not be written.
    """
    paths.refuse_long()
    images = ImageStore(paths.images)
    with writer_lock(paths.writer_lock, program):
        images.clean_temporary()
        remove_half_made(paths.database)
        salvaged, kept_as = Salvaged(), None
        with store_errors(paths.database):
            put_foreign_aside(paths.database)
        # A read that failed once may succeed; before the store is replaced, it is worth a second look.
        if not (_is_sound(paths.database) or _is_sound(paths.database) or _is_intact_without_log(paths.database)):
            try:
                salvaged, kept_as = yield from _replace_store(paths, images, cancelled)
            except Stopped:
                return None
    store = LibraryStore(paths.database)
    try:
        with writer_lock(paths.writer_lock, program):
            recleaned, lost = yield from _mend_pages(store, images)
            # After the pages, as their content decides which article a version belongs to.
            put_strays_right(store)
            originals_damaged = yield from _damaged_originals(store)
            pictures_lost, unreadable = yield from _mend_pictures(store, images)
            orphans = remove_orphans(store, images)
            images.remove_derived()
        return RepairReport(
            articles=store.article_count(),
            kept_as=kept_as,
            recleaned=salvaged.recleaned + recleaned,
            lost=(*salvaged.lost, *lost),
            pictures_lost=pictures_lost,
            pictures_unreadable=unreadable,
            orphans=orphans,
            originals_damaged=tuple(title for title in originals_damaged if title not in lost),
        )
    finally:
        store.close()


def _is_sound(path: Path) -> bool:
    """Say whether SQLite reads every page of the store, and finds its tables.

    Raises:
        StoreError: the file is not for this Pressmark to repair, for example because a newer one wrote it.
    """
    if not path.exists() or not path.stat().st_size:
        return False
    # Read-only if there is a log: a connection that may write would also move the log's pages into the file.
    mode = "mode=ro" if has_bytes(companion(path, "-wal")) else "mode=rw"
    return _passes_check(path, mode)


def _is_intact_without_log(path: Path) -> bool:
    """Say whether a store that is damaged is intact without its log; if so, rename the log out of the way.

    Raises:
        LibraryInUseError: another program has the store open.
    """
    log = companion(path, "-wal")
    if not has_bytes(log) or not _passes_check(path, "mode=ro&immutable=1"):
        return False
    with store_errors(path):
        put_log_aside(path, log)
    return True


def _passes_check(path: Path, mode: str) -> bool:
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", isolation_level=None, uri=True)
        ) as connection:
            connection.execute("PRAGMA busy_timeout = 10000")
            version = schema.version_of(connection)
            if version == 0:
                return False
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            return bool(
                verdict == "ok"
                and names.issuperset(schema.table_names(version))
                and all(_decodes(connection, table, version) for table in TABLES if table.since <= version)
            )
    except sqlite3.OperationalError as error:
        if is_damage(error):
            return False
        with store_errors(path):
            raise
    except sqlite3.DatabaseError:
        return False
    except StoreError as error:
        if "newer" in error.sentence.template:
            raise
        # Not told apart from another program's database: a damaged header has lost Pressmark's application id.
        return False


def _decodes(connection: sqlite3.Connection, table: Table, version: int) -> bool:
    """Say whether all text of a table decodes as UTF-8, which SQLite's own check does not look at."""
    names = [column.name for column in table.columns_of(version) if column.sql.startswith("TEXT")]
    try:
        for _ in connection.execute(f"SELECT {', '.join(names)} FROM {table.name}") if names else ():
            pass
    except sqlite3.OperationalError as error:
        if "Could not decode" not in str(error):
            raise
        return False
    return True


def _replace_store(
    paths: AppPaths, images: ImageStore, cancelled: Callable[[], bool]
) -> Generator[int, None, tuple[Salvaged, str | None]]:
    """Replace the damaged store by a new one; return what was salvaged, and the name the damaged one is kept under."""
    fresh = paths.database.with_name(f"{paths.database.name}.repairing")
    with _alone(paths.database):
        # Refuse before the long work rather than after it.
        pass
    try:
        with _kept(paths.database) as kept:
            salvaged = yield from _salvage(kept, fresh, images, cancelled)
        _put_in_place(fresh, paths.database)
    finally:
        remove_database(fresh)
    return salvaged, None if kept is None else kept.name


@contextmanager
def _kept(path: Path) -> Iterator[Path | None]:
    """Keep a copy of the damaged store, with its log; remove it again if the block raises.

    A repair that was killed may have left the very same copy. Then that one is yielded, and is never removed, as it
    may have the only copy of the log.
    """
    if not path.exists() or not path.stat().st_size:
        yield None
        return
    kept = next((copy for copy in path.parent.glob(f"{path.name}.damaged-*") if _is_copy(copy, path)), None)
    if kept is not None:
        yield kept
        return
    kept = free_name(path, "damaged")
    try:
        with store_errors(path):
            # The logs first: once the store's own copy is there, the logs are complete, too.
            for ending in ("-wal", "-journal", ""):
                if (part := companion(path, ending)).exists():
                    _copy_synced(part, companion(kept, ending))
        yield kept
    except BaseException:
        remove_database(kept)
        raise


def _is_copy(copy: Path, path: Path) -> bool:
    """Say whether a file is a copy of this store; the store's log may be gone, but if it is there, it has to match."""
    log, copied = companion(path, "-wal"), companion(copy, "-wal")
    return filecmp.cmp(path, copy, shallow=False) and (
        not log.exists() or (copied.exists() and filecmp.cmp(log, copied, shallow=False))
    )


def _copy_synced(source: Path, target: Path) -> None:
    """Copy a file, so that after a power cut `target` is complete or missing."""
    with source.open("rb") as old, replacing(target, through=target.with_name(f"{target.name}.part")) as new:
        shutil.copyfileobj(old, new, _CHUNK)
    sync_folder(target.parent)


def _salvage(
    path: Path | None, fresh: Path, images: ImageStore, cancelled: Callable[[], bool]
) -> Generator[int, None, Salvaged]:
    """Fill the new store `fresh` with what the damaged one at `path` still holds; yield a running count.

    Raises:
        Stopped: the person has cancelled.
    """
    logger.warning("the store is damaged; what can be read of it is saved")
    with store_errors(fresh):
        rows = ReadableRows() if path is None else read_rows(path)
    store = LibraryStore(fresh)
    try:
        salvage = Salvage(rows, store, partial(clean_original, Preparer(images)))
        for done in salvage.run():
            yield done
            if cancelled():
                raise Stopped
        salvaged = salvage.result()
        with store_errors(fresh):
            store.connections.get().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        store.close()
    with store_errors(fresh):
        check_database(fresh)
    return salvaged


def _put_in_place(fresh: Path, path: Path) -> None:
    """Rename the new store over the damaged one."""
    with store_errors(path):
        with fresh.open("rb+") as file:
            os.fsync(file.fileno())
        # The logs belong to the damaged file: SQLite would apply them to the new one. The kept copy has its own.
        with _alone(path):
            for ending in ("-wal", "-shm", "-journal"):
                companion(path, ending).unlink(missing_ok=True)
            fresh.replace(path)
        sync_folder(path.parent)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep others from opening the damaged store for the block, if there is one.

    Raises:
        LibraryInUseError: another program has it open.
    """
    with store_errors(path), alone_with(path) if path.exists() else nullcontext():
        yield


def _mend_pages(store: LibraryStore, images: ImageStore) -> Generator[int, None, tuple[int, list[str]]]:
    """Clean damaged pages again from their originals; return how many were saved, and the titles of the others.

    The whole bucket of a page is cleaned again, as comparing its pages decides which article each belongs to.
    """
    damaged: dict[RevisionId, str] = {}
    sql = "SELECT id, title FROM revision WHERE withdrawn IS NULL ORDER BY id"
    for done, (id_, title) in enumerate(store.rows(sql)):
        yield done
        if not _has_page(store, id_):
            logger.warning("the page “%s” is damaged, and is made again", title)
            damaged[id_] = title
    recleaner = Recleaner(store, images)
    bucket = "SELECT bucket FROM article WHERE id = (SELECT article FROM revision WHERE id = ?)"
    for id_ in damaged:
        if not _has_page(store, id_):
            with recleaner.writer.batch():
                recleaner.clean_bucket(store.one(bucket, (id_,))[0])
    lost = [title for id_, title in damaged.items() if not _has_page(store, id_)]
    return len(damaged) - len(lost), lost


def _has_page(store: LibraryStore, revision: RevisionId) -> bool:
    """Say whether the page of a version and its text are intact.

    Raises:
        StoreError: the page cannot be read at all, which must not be taken for damage.
    """
    return all(map(is_intact, store.one("SELECT html, text FROM revision WHERE id = ?", (revision,))))


def _damaged_originals(store: LibraryStore) -> Generator[int, None, list[str]]:
    """Return the titles of versions whose original is damaged; only importing the file again repairs that.

    Raises:
        StoreError: the disk does not give an original now, or another program has the store; it may be whole.
    """
    titles = []
    for done, (id_, title) in enumerate(store.rows("SELECT id, title FROM revision ORDER BY id")):
        yield done
        if not _has_original(store, RevisionId(id_)):
            titles.append(title)
    return titles


def _has_original(store: LibraryStore, revision: RevisionId) -> bool:
    for _ in range(_READS):
        try:
            store.original_of(revision)
        except DamagedPageError:
            return False
        except DamagedStoreError as error:
            logger.warning("the original of version %d cannot be read: %s", revision, error)
        else:
            return True
    return False


def _mend_pictures(store: LibraryStore, images: ImageStore) -> Generator[int, None, tuple[int, int]]:
    """Restore damaged pictures that are embedded in their originals.

    Return how many are lost, or must be fetched again, and how many could not be read; those may be intact, and are
    left alone.
    """
    lost = unreadable = 0
    for done, (sha256,) in enumerate(store.rows("SELECT sha256 FROM picture")):
        yield done
        try:
            if _is_picture_sound(images, sha256):
                continue
        except StoreError as error:
            logger.warning("a picture is left as it is: %s", error)
            unreadable += 1
            continue
        images.remove(sha256)
        for article, revision in store.rows(
            "SELECT article, revision FROM image JOIN revision ON revision.id = image.revision"
            " WHERE sha256 = ? AND image.url LIKE 'data:%' AND withdrawn IS NULL",
            (sha256,),
        ):
            with suppress(DamagedPageError):
                clean_original(Preparer(images), store.original(article, revision), Origin(""))
        if not _is_picture_sound(images, sha256):
            lost += 1
            _forget_picture(store, sha256)
    return lost, unreadable


def _is_picture_sound(images: ImageStore, sha256: str) -> bool:
    """Say whether a picture is held and matches its hash; raise StoreError if the disk fails to read it."""
    data = images.read(sha256)
    return data is not None and hashlib.sha256(data).hexdigest() == sha256


def _forget_picture(store: LibraryStore, sha256: str) -> None:
    """Mark a picture as not held, so that one with a web address is fetched again."""
    with store_errors(store.path), transaction(store.connections.get()):
        for table in ("web_picture", "picture"):
            store.connections.get().execute(f"DELETE FROM {table} WHERE sha256 = ?", (sha256,))
        store.connections.get().execute("UPDATE image SET sha256 = NULL WHERE sha256 = ?", (sha256,))
