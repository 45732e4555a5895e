"""What the one who holds a library's writer lock can do with it.

The rooms that it needs are imported when they are first wanted: the command line asks for one thing at a time.
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
from reader.store.bin import BinStore
from reader.store.index_record import forget_indexed
from reader.store.sqlite.copy import remove_half_made
from reader.store.sqlite.writer_lock import writer_lock

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
    """What the holder of the writer lock can do; made by `open_writer`."""

    def __init__(self, files: LibraryFiles, program: str) -> None:
        self._files = files
        self._program = program

    def import_paths(
        self, paths: Iterable[Path], settings: PipelineSettings | None = None
    ) -> Generator[ImportOutcome, None, None]:
        """Import files, folders and archives; see `importing.import_captures`. One that is cut off leaves a note."""
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
        """Begin to count the files that an import of `paths` will see."""
        from reader.sources.remote.reader import PatientReader
        from reader.sources.walk import SourceCounter

        return SourceCounter(paths, PatientReader)

    def save_pictures(self, cancelled: Callable[[], bool]) -> Generator[PictureOutcome, None, None]:
        """Fetch the pictures that are on the web only; see `web_pictures.save_pictures`."""
        from reader.fetching.web_pictures import save_pictures

        return save_pictures(self._files.store, self._files.pictures, cancelled)

    def reconcile(self) -> int:
        """Let store and index agree; return how many articles the index lacks, see `importing.reconcile`."""
        from reader.importing.run import reconcile

        return reconcile(self._files)

    def undo_import(self, id_: ImportId) -> Undoing:
        """Take an import back, as one step; see `ImportLog.undo`. The index is told by `catch_up`."""
        from reader.store.import_log import ImportLog

        return ImportLog(self._files.store).undo(id_)

    def delete_for_good(
        self, ids: Sequence[ArticleId], cancelled: Callable[[], bool] = never
    ) -> Generator[int, None, None]:
        """Delete articles that lie in the bin, yielding how many are gone; see `store.deletion`."""
        from reader.store.deletion import delete_for_good

        self.reconcile()
        yield from delete_for_good(self._files.store, self._files.pictures, ids, cancelled)

    def empty_bin(self, cancelled: Callable[[], bool] = never) -> Generator[int, None, int]:
        """Delete all that lies in the bin, and what imports that were undone, and work that was killed, have left.

        Yields how many articles are gone, and returns how many versions of other articles are.
        """
        from reader.store.deletion import delete_withdrawn, remove_orphans

        yield from self.delete_for_good(BinStore(self._files.store).ids(), cancelled)
        if cancelled():
            return 0
        versions = delete_withdrawn(self._files.store, self._files.pictures)
        remove_orphans(self._files.store, self._files.pictures)
        return versions

    def clean_again(self) -> Generator[int, None, None]:
        """Clean again what older rules cleaned, yielding how many pages are done; the index is told by `catch_up`."""
        from reader.importing.reclean import Recleaner

        return Recleaner(self._files.store, self._files.pictures).run()

    def is_tidy(self) -> bool:
        """Say whether `tidy` would find nothing to do."""
        return self._files.index.is_tidy()

    def tidy(self, cancelled: Callable[[], bool] = never) -> bool:
        """Make searching faster, by a step of some seconds; say whether there was any to do.

        It may be interrupted in any way. Raises a SearchIndexError if the index cannot be written.
        """
        from reader.importing.stored_articles import index_errors

        with index_errors():
            return self._files.index.merge(cancelled)

    def catch_up(self, settings: PipelineSettings | None = None) -> Generator[int, None, None]:
        """Give the index what it lacks; see `importing.catch_up`."""
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
    """Open the index for writing; a damaged one begins empty, and is rebuilt from the store."""
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
    """Remove the index, once the store says so: whoever opens the library after a kill then builds it.

    What else has the name of its folder gets another.
    """
    forget_indexed(store, store.indexed())
    if paths.index.is_dir():
        shutil.rmtree(paths.index, ignore_errors=ignore_errors)
    elif os.path.lexists(paths.index):
        with suppress(OSError) if ignore_errors else nullcontext():
            logger.warning("%s is no folder; it is kept as %s", paths.index, put_aside(paths.index))
