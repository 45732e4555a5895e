"""The import: saved files in, one outcome per capture out, store and index written on the way.

This process alone writes the store and commits the index; the workers do what takes time.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from reader.article import Origin, RevisionId
from reader.errors import Sentence
from reader.formats.base import read_whole
from reader.importing.index_rounds import Rounds
from reader.importing.loose_pictures import LoosePictures
from reader.importing.prepare import Preparer
from reader.importing.queue import ImportQueue, Slot
from reader.importing.reclean import Recleaner
from reader.importing.stored_articles import index_errors
from reader.importing.workers.pool import PipelineSettings, Pool
from reader.library_files import LibraryFiles
from reader.outcome import ImportId, ImportOutcome, OutcomeKind
from reader.page import is_web_address
from reader.sources.found import LoosePicture
from reader.sources.saved_file import SavedFile
from reader.store.import_log import ImportLog
from reader.store.index_record import forget_indexed
from reader.store.store_writer import NewCapture, Stored

logger = logging.getLogger(__name__)

# Files per transaction: a wait for the disk costs about as much as cleaning ten of them.
_BATCH = 100
_BATCH_SECONDS = 0.5
_PATIENCE = 0.2

_SAME_BYTES = Sentence("The library holds this very capture already.")
_SAME_WORDS = Sentence("The library holds this article with these very words already.")
_PICTURE_MISSING = Sentence(
    "The library holds this capture already; a picture of it is damaged there, and does not lie beside this file."
)
_MENDED = Sentence("What the library held of this capture was damaged; it is whole again.")


def import_captures(
    files: Iterable[SavedFile | ImportOutcome],
    library: LibraryFiles,
    settings: PipelineSettings | None = None,
    *,
    program: str = "",
    paths: Sequence[str] = (),
) -> Generator[ImportOutcome, None, None]:
    """Import `files`, yielding one outcome per capture, in the order of the files, once it is safe in the store.

    Pictures that lie among the files, and that no article shows yet, come last: a later article may show them.

    The library records the import, with `program` and `paths`, so that it can be undone.

    The caller owns the loop: counting outcomes is progress, closing the generator is cancelling. What was
    yielded is in the store, whatever happens next; `catch_up` indexes what of it is not in the index yet.

    Raises:
        StoreError: the store cannot be written, for example because the disk is full.
        SearchIndexError: the index cannot be written; the store holds what was yielded.
    """
    with Pool(library.paths, settings or PipelineSettings()) as pool:
        for outcomes in _ImportRun(library, pool, program, paths).run(files):
            yield from outcomes


def catch_up(library: LibraryFiles, settings: PipelineSettings | None = None) -> Generator[int, None, None]:
    """Give the index what it lacks, yielding after each commit how many articles were taken up so far.

    It is an import of no files: all that it has to do is to index.

    Raises:
        StoreError: the store cannot be read or written.
        SearchIndexError: the index cannot be written.
    """
    reconcile(library)
    with Pool(library.paths, settings or PipelineSettings()) as pool:
        work = _ImportRun(library, pool)
        work.rounds.add(library.store.to_index())
        for _ in work.run(()):
            if work.rounds.done:
                yield work.rounds.done


class _ImportRun:
    """One import: files are queued, prepared here or by workers, stored a batch per transaction, and indexed."""

    def __init__(self, library: LibraryFiles, pool: Pool, program: str = "", paths: Sequence[str] = ()) -> None:
        self._library = library
        recleaner = Recleaner(library.store, library.pictures)
        self._writer = recleaner.writer
        self._log = ImportLog(library.store)
        self._about = program, paths
        self._id: ImportId | None = None
        self._pool = pool
        self._queue = ImportQueue(Preparer(library.pictures, pool.settings.read), self._writer.holders_of, pool)
        self.rounds = Rounds(library, pool)
        self._pictures = LoosePictures(library)
        self._ready: list[Slot] = []
        self._began = time.monotonic()

    def run(self, files: Iterable[SavedFile | ImportOutcome]) -> Iterator[list[ImportOutcome]]:
        """Import all files, then index what is left.

        Yields the outcomes of each transaction, and none of them after each commit of the index. Only this loop steps
        the workers: a turn takes in a file or, if it cannot, waits for the workers; it hears them, stores what is
        ready, and lets the index take a step.
        """
        queue, files, more, all_stored, adopted = self._queue, iter(files), True, False, False
        while not all_stored or self.rounds.is_busy:
            takes = more and not queue.is_full
            if takes:
                more = queue.take_next(files)
            else:
                queue.send()
            self._pool.step(0 if takes or adopted else _PATIENCE)
            self._ready += queue.give_out()
            if not (more or all_stored) and queue.is_empty:
                all_stored = True
                yield self._store()
                yield self._end()
            elif self._is_due():
                yield self._store()
            if adopted := self.rounds.step(at_once=all_stored):
                yield []

    def _is_due(self) -> bool:
        """Say whether to store what is ready: a batch is full or late, or nothing else can be done before."""
        if not self._ready:
            return False
        idle = self._queue.is_empty and self._queue.is_full
        return idle or len(self._ready) >= _BATCH or time.monotonic() - self._began >= _BATCH_SECONDS

    def _store(self) -> list[ImportOutcome]:
        """Store what is ready in one transaction."""
        ready, self._ready = self._ready, []
        if not ready:
            return []
        with self._noted() as (id_, outcomes):
            outcomes += (outcome for slot in ready for outcome in self._outcomes(slot, id_))
        while ready:
            # Drop each stored file before the index needs the memory.
            self._queue.put_away(ready.pop())
        self._began = time.monotonic()
        return outcomes

    def _end(self) -> list[ImportOutcome]:
        """Return the outcomes of the loose pictures that waited for an article to show them; say that all is stored."""
        settled = self._pictures.settle()
        if settled:
            with self._noted() as (_, outcomes):
                outcomes += settled
        if self._id is not None:
            with self._writer.batch():
                self._log.complete(self._id)
        return settled

    @contextmanager
    def _noted(self) -> Iterator[tuple[ImportId, list[ImportOutcome]]]:
        """Run the block in one transaction, and log in it the outcomes that the block adds to the yielded list."""
        outcomes: list[ImportOutcome] = []
        with self._writer.batch():
            id_ = self._id or self._log.begin(*self._about)
            yield id_, outcomes
            self._log.count(id_, Counter(outcome.kind for outcome in outcomes))
            self._log.note(id_, outcomes)
        self._id = id_

    def _outcomes(self, slot: Slot, import_id: ImportId) -> Iterator[ImportOutcome]:
        """Store the captures of a file, inside the transaction, yielding the outcome of each."""
        if slot.known and slot.file is not None:
            yield from self._outcomes_of_known(slot, slot.file, import_id)
            return
        for item in slot.items or ():
            if isinstance(item, LoosePicture):
                yield from self._pictures.take(item)
            else:
                yield self._add(item, import_id) if isinstance(item, NewCapture) else item

    def _outcomes_of_known(self, slot: Slot, file: SavedFile, import_id: ImportId) -> Iterator[ImportOutcome]:
        """Store what is missing or damaged in the library of a file whose bytes are known.

        It is read again unless the library holds its captures whole and no picture next to the file can matter. The
        same bytes may also have come earlier in this import, under another name, and have been unreadable.
        """
        revisions = self._writer.sound(slot.digest)
        damaged = any(map(self._has_damaged_picture, revisions))
        if revisions and not damaged and not any(self._may_have_picture_beside(id_, file) for id_ in revisions):
            for stored in self._writer.bring_back(slot.digest, import_id):
                self._let_index(stored)
                yield _outcome(stored, file.origin)
            return
        for read in self._queue.read_here(file, slot.digest):
            yield self._add(read, import_id, damaged=damaged) if isinstance(read, NewCapture) else read

    def _has_damaged_picture(self, revision: RevisionId) -> bool:
        """Say whether a picture that came with a version is missing, unreadable, or not the one that came."""
        images = self._library.pictures
        for image in self._library.store.images(revision):
            if image.sha256 and not image.url.startswith("http") and images.read_sound(image.sha256) is None:
                return True
        return False

    def _may_have_picture_beside(self, revision: RevisionId, file: SavedFile) -> bool:
        """Say whether the page of a version may name a picture that lies next to the file.

        A picture whose whole web address is written in the file is none. A relative address was completed with the
        page's own when it was cleaned, so it is not found in the file, and its picture may lie there.
        """
        try:
            data = read_whole(file)
        except OSError:
            # Reading it again says why.
            return True
        for image in self._library.store.images(revision):
            if not image.url.startswith("data:") and not _stands_in(data, image.url):
                return True
        return self._library.store.url_of(revision) is None and b"<img" in data.lower()

    def _add(self, capture: NewCapture, import_id: ImportId, *, damaged: bool = False) -> ImportOutcome:
        stored = self._writer.add(capture, import_id)
        reason = None
        if damaged and stored.kind is OutcomeKind.DUPLICATE:
            if self._has_damaged_picture(stored.revision):
                reason = _PICTURE_MISSING
            else:
                stored = replace(stored, kind=OutcomeKind.UPDATED, mended=True)
        self._let_index(stored)
        return _outcome(stored, capture.origin, reason)

    def _let_index(self, stored: Stored) -> None:
        """Index an article that is new or came back, and those whose versions changed; remove merged ones."""
        if stored.is_new or stored.came_back:
            self.rounds.add([stored.article])
        self.rounds.add(stored.settled.changed)
        self.rounds.remove(stored.settled.gone)


def _stands_in(data: bytes, url: str) -> bool:
    """Say whether a file contains a whole web address, as it is or escaped for HTML."""
    if not is_web_address(url):
        return False
    return url.encode() in data or url.replace("&", "&amp;").encode() in data


def _outcome(stored: Stored, origin: Origin, reason: Sentence | None = None) -> ImportOutcome:
    if reason is None and stored.kind is OutcomeKind.DUPLICATE:
        reason = _SAME_WORDS if stored.settled.repeats else _SAME_BYTES
    elif stored.mended:
        reason = _MENDED
    return ImportOutcome(kind=stored.kind, origin=origin, reason=reason)


def reconcile(library: LibraryFiles) -> int:
    """Let store and index agree on what the index holds; return how many articles it lacks.

    Articles are missing from the index after a kill between the two commits, or if it was deleted. It holds too many
    once articles are in the bin, or if an older copy of the store has replaced the newer one.
    """
    held, known = library.index.ids(), set(library.store.ids())
    if strange := held - known:
        with index_errors():
            library.index.remove(strange)
        forget_indexed(library.store, strange)
        held -= strange
    if lost := set(library.store.indexed()) - held:
        forget_indexed(library.store, lost)
    return len(library.store.to_index())
