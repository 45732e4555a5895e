"""Writes a library: the operations that need its writer lock.

Other packages are imported on first use, as a command of the command line needs only one of them.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from reader.article import ArticleId
from reader.errors import SearchIndexError
from reader.files import put_aside
from reader.long_work import never
from reader.store.index_record import forget_indexed
from reader.store.sqlite.copy import remove_half_made
from reader.store.sqlite.writer_lock import writer_lock
from reader.store.states import BinStore

if TYPE_CHECKING:
    from reader.fetching.web_pictures import PictureOutcome
    from reader.importing.workers.pool import PipelineSettings
    from reader.index import SearchIndex
    from reader.library_files import LibraryFiles
    from reader.outcome import ImportId, ImportOutcome, Undoing
    from reader.paths import AppPaths
    from reader.sources.walk import SourceCounter
    from reader.store.image_store import ImageStore
    from reader.store.library_store import LibraryStore

logger = logging.getLogger(__name__)


class LibraryWriter:
    """The operations of the holder of the writer lock; created by `open_writer`."""

    def __init__(self, files: LibraryFiles, program: str) -> None:
        self._files = files
        self._program = program

    def import_paths(
        self, paths: Iterable[Path], settings: PipelineSettings | None = None
    ) -> Generator[ImportOutcome, None, None]:
        """Import files, folders and archives; see `importing.run.import_captures`. An interrupted import is noted."""
        from reader.importing.run import import_captures
        from reader.importing.unfinished import noted
        from reader.sources.remote.reader import PatientReader
        from reader.sources.walk import walk_sources

        paths = list(paths)
        names = [str(path) for path in paths]
        with noted(self._files.paths.data, paths), PatientReader() as remote:
            files = walk_sources(paths, remote)
            yield from import_captures(files, self._files, settings, program=self._program, paths=names)

    def count_sources(self, paths: Iterable[Path]) -> SourceCounter:
        """Start counting, in the background, the files that an import of `paths` will see."""
        from reader.sources.remote.reader import PatientReader
        from reader.sources.walk import SourceCounter

        return SourceCounter(paths, PatientReader)

    def save_pictures(self, cancelled: Callable[[], bool]) -> Generator[PictureOutcome, None, None]:
        """Fetch the pictures that are not saved yet; see `web_pictures.save_pictures`."""
        from reader.fetching.web_pictures import save_pictures

        return save_pictures(self._files.store, self._files.pictures, cancelled)

    def reconcile(self) -> int:
        """Make the store's record agree with the index; return the number of articles to index.

        See `importing.run.reconcile`.
        """
        from reader.importing.run import reconcile

        return reconcile(self._files)

    def undo_import(self, id_: ImportId) -> Undoing:
        """Undo an import in one transaction; see `ImportLog.undo`. `catch_up` then updates the index."""
        from reader.store.import_log import ImportLog

        return ImportLog(self._files.store).undo(id_)

    def delete_for_good(
        self, ids: Sequence[ArticleId], cancelled: Callable[[], bool] = never
    ) -> Generator[int, None, None]:
        """Delete articles that are in the bin permanently, yielding the number done; see `store.deletion`."""
        from reader.store.deletion import delete_for_good

        self.reconcile()
        yield from delete_for_good(self._files.store, self._files.pictures, ids, cancelled)

    def empty_bin(self, cancelled: Callable[[], bool] = never) -> Generator[int, None, int]:
        """Delete the articles in the bin, the versions of undone imports, and pictures that no article names.

        Yields the number of articles deleted; returns the number of versions deleted from other articles.
        """
        from reader.store.deletion import delete_withdrawn, remove_orphans

        yield from self.delete_for_good(BinStore(self._files.store).ids(), cancelled)
        if cancelled():
            return 0
        versions = delete_withdrawn(self._files.store, self._files.pictures)
        remove_orphans(self._files.store, self._files.pictures)
        return versions

    def clean_again(self) -> Generator[int, None, None]:
        """Clean pages that older rules cleaned again, yielding the number done; `catch_up` then updates the index."""
        from reader.importing.reclean import Recleaner

        return Recleaner(self._files.store, self._files.pictures).run()

    def is_tidy(self) -> bool:
        """Say whether `tidy` would find nothing to do."""
        return self._files.index.is_tidy()

    def tidy(self, cancelled: Callable[[], bool] = never) -> bool:
        """Merge segments of the index, for some seconds; return whether there was anything to merge.

        It may be interrupted at any moment.

        Raises:
            SearchIndexError: the index cannot be written.
        """
        from reader.importing.stored_articles import index_errors

        with index_errors():
            return self._files.index.merge(cancelled)

    def catch_up(self, settings: PipelineSettings | None = None) -> Generator[int, None, None]:
        """Index the articles that the index lacks, yielding the number done; see `importing.run.catch_up`."""
        from reader.importing.run import catch_up

        return catch_up(self._files, settings)


@contextmanager
def open_writer(
    paths: AppPaths, store: LibraryStore, pictures: ImageStore, program: str, *, fresh_index: bool = False
) -> Iterator[LibraryWriter]:
    """Hold the writer lock and the index of a library for the block; see `Library.writer`."""
    from reader.library_files import LibraryFiles

    with writer_lock(paths.writer_lock, program):
        pictures.clean_temporary()
        remove_half_made(paths.database)
        if fresh_index:
            _remove_index(paths, store, ignore_errors=True)
        index = _writable_index(paths, store)
        try:
            yield LibraryWriter(LibraryFiles(paths, store, pictures, index), program)
        finally:
            index.close()


def _writable_index(paths: AppPaths, store: LibraryStore) -> SearchIndex:
    """Open the index for writing; replace a damaged one by an empty one, which `catch_up` fills from the store."""
    from reader.importing.stored_articles import index_errors
    from reader.index import open_index

    with index_errors():
        try:
            return open_index(paths.index, writer=True)
        except (SearchIndexError, FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            logger.warning("the index is damaged and is rebuilt: %s", error)
            _remove_index(paths, store)
            return open_index(paths.index, writer=True)


def _remove_index(paths: AppPaths, store: LibraryStore, *, ignore_errors: bool = False) -> None:
    """Record in the store that nothing is indexed, then remove the index: after a kill in between it is rebuilt.

    A file in place of the index's folder is renamed, not removed.
    """
    forget_indexed(store, store.indexed())
    if paths.index.is_dir():
        shutil.rmtree(paths.index, ignore_errors=ignore_errors)
    elif os.path.lexists(paths.index):
        with suppress(OSError) if ignore_errors else nullcontext():
            logger.warning("%s is no folder; it is kept as %s", paths.index, put_aside(paths.index))
