"""What the one who holds a library's writer lock can do with it.

The rooms that it needs are imported when they are first wanted: the command line asks for one thing at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reader.article import ArticleId
from reader.query import never

if TYPE_CHECKING:
    from reader.fetching.web_pictures import PictureOutcome
    from reader.importing.workers.pool import PipelineSettings
    from reader.library_files import Shelves
    from reader.outcome import ImportCounts, ImportOutcome
    from reader.sources.walk import SourceCounter
    from reader.store.import_log import ImportId, Undoing


class LibraryWriter:
    """What the holder of the writer lock can do; made by `Library.writer`."""

    def __init__(self, shelves: Shelves, program: str) -> None:
        self._shelves = shelves
        self._program = program

    def import_paths(
        self, paths: Iterable[Path], settings: PipelineSettings | None = None
    ) -> Generator[ImportOutcome, None, ImportCounts]:
        """Import files, folders and archives; see `importing.import_captures`. One that is cut off leaves a note."""
        from reader.importing.run import import_captures
        from reader.importing.unfinished import noted
        from reader.sources.remote.reader import PatientReader
        from reader.sources.walk import walk_sources

        paths = list(paths)
        names = [str(path) for path in paths]
        with noted(self._shelves.places.database.parent, paths), PatientReader() as remote:
            files = walk_sources(paths, remote)
            return (yield from import_captures(files, self._shelves, settings, program=self._program, paths=names))

    def count_sources(self, paths: Iterable[Path]) -> SourceCounter:
        """Begin to count the files that an import of `paths` will see."""
        from reader.sources.remote.reader import PatientReader
        from reader.sources.walk import SourceCounter

        return SourceCounter(paths, PatientReader)

    def save_pictures(self, cancelled: Callable[[], bool]) -> Generator[PictureOutcome, None, None]:
        """Fetch the pictures that are on the web only; see `saving_pictures.save_pictures`."""
        from reader.fetching.web_pictures import save_pictures

        return save_pictures(self._shelves.store, self._shelves.images, cancelled)

    def reconcile(self) -> int:
        """Let store and index agree; return how many articles the index lacks, see `importing.reconcile`."""
        from reader.importing.run import reconcile

        return reconcile(self._shelves)

    def undo_import(self, id_: ImportId) -> Undoing:
        """Take an import back, as one step; see `ImportLog.undo`. The index is told by `catch_up`."""
        from reader.store.import_log import ImportLog

        return ImportLog(self._shelves.store).undo(id_)

    def delete_for_good(
        self, ids: Sequence[ArticleId], cancelled: Callable[[], bool] = never
    ) -> Generator[int, None, None]:
        """Delete articles that lie in the bin, yielding how many are gone; see `store.bin.delete_for_good`."""
        from reader.store.bin import delete_for_good

        self.reconcile()
        yield from delete_for_good(self._shelves.store, self._shelves.images, ids, cancelled)

    def empty_bin(self, cancelled: Callable[[], bool] = never) -> Generator[int, None, int]:
        """Delete all that lies in the bin, and what imports that were undone, and work that was killed, have left.

        Yields how many articles are gone, and returns how many versions of other articles are.
        """
        from reader.store.bin import delete_withdrawn, remove_orphans

        yield from self.delete_for_good(self._shelves.store.binned(), cancelled)
        if cancelled():
            return 0
        versions = delete_withdrawn(self._shelves.store, self._shelves.images)
        remove_orphans(self._shelves.store, self._shelves.images)
        return versions

    def clean_again(self) -> Generator[int, None, None]:
        """Clean again what older rules cleaned, yielding how many pages are done; the index is told by `catch_up`."""
        from reader.importing.reclean import Recleaner

        return Recleaner(self._shelves.store, self._shelves.images).run()

    def is_tidy(self) -> bool:
        """Say whether `tidy` would find nothing to do."""
        return self._shelves.index.is_tidy()

    def tidy(self, cancelled: Callable[[], bool] = never) -> bool:
        """Make searching faster, by a step of some seconds; say whether there was any to do.

        It may be interrupted in any way. Raises a SearchIndexError if the index cannot be written.
        """
        from reader.importing.stored_articles import index_errors

        with index_errors():
            return self._shelves.index.merge(cancelled)

    def catch_up(self, settings: PipelineSettings | None = None) -> Generator[int, None, None]:
        """Give the index what it lacks; see `importing.catch_up`."""
        from reader.importing.run import catch_up

        return catch_up(self._shelves, settings)
