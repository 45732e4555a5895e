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
from reader.formats.base import SourceFile
from reader.importing.index_rounds import Rounds
from reader.importing.loose_pictures import LoosePictures
from reader.importing.prepare import Preparer
from reader.importing.queue import ImportQueue, Slot
from reader.importing.rebuild import index_articles
from reader.importing.reclean import Recleaner
from reader.importing.stored_articles import index_errors
from reader.importing.workers.messages import Taken
from reader.importing.workers.pool import PipelineSettings, Pool
from reader.library_files import LibraryFiles
from reader.outcome import ImportId, ImportOutcome, OutcomeKind
from reader.page import is_web_address
from reader.sources.walk import LoosePicture, Unreadable
from reader.store.import_log import ImportLog
from reader.store.index_record import forget_indexed
from reader.store.store_writer import Stored

logger = logging.getLogger(__name__)

# Files per transaction: a wait for the disk costs about as much as cleaning ten of them.
_BATCH = 100
_BATCH_SECONDS = 0.5

_SAME_BYTES = Sentence("The library holds this very capture already.")
_SAME_WORDS = Sentence("The library holds this article with these very words already.")
_PICTURE_MISSING = Sentence(
    "The library holds this capture already; a picture of it is damaged there, and does not lie beside this file."
)
_MENDED = Sentence("What the library held of this capture was damaged; it is whole again.")


def import_captures(
    files: Iterable[SourceFile | Unreadable],
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
    work = _ImportRun(library, settings or PipelineSettings(), program, paths)
    done = False
    try:
        yield from work.run(files)
        work.rounds.finish()
        done = True
    finally:
        work.pool.close(wait=done)


class _ImportRun:
    """One import: files are queued, prepared here or by workers, stored a batch per transaction, and indexed."""

    def __init__(self, library: LibraryFiles, settings: PipelineSettings, program: str, paths: Sequence[str]) -> None:
        self._library = library
        recleaner = Recleaner(library.store, library.pictures)
        self._writer = recleaner.writer
        self._log = ImportLog(library.store)
        self._about = program, paths
        self._id: ImportId | None = None
        self.pool = Pool(library.paths, settings)
        self._queue = ImportQueue(
            Preparer(library.pictures, settings.read), self._writer.holders_of, self.pool, settings
        )
        self.rounds = Rounds(library, self.pool)
        self._pictures = LoosePictures(library)
        self._ready: list[Slot] = []
        self._began = time.monotonic()

    def run(self, files: Iterable[SourceFile | Unreadable]) -> Iterator[ImportOutcome]:
        """Import all files, yielding the outcome of each capture."""
        queue = self._queue
        for file in files:
            queue.take(file)
            queue.listen(wait=False)
            yield from self._store_if_due()
            while queue.is_full:
                queue.listen(wait=True)
                yield from self._store_if_due()
        while not queue.is_empty:
            queue.listen(wait=True)
            yield from self._store_if_due()
        yield from self._store()
        yield from self._settle_pictures()
        if self._id is not None:
            with self._writer.batch():
                self._log.complete(self._id)

    def _store_if_due(self) -> Sequence[ImportOutcome]:
        """Store what is ready if a batch is full or due, or if nothing can be done before it is stored."""
        self._ready += self._queue.give_out()
        idle = self._queue.is_empty and self._queue.is_full
        if idle or len(self._ready) >= _BATCH or (self._ready and time.monotonic() - self._began >= _BATCH_SECONDS):
            return self._store()
        self.rounds.step()
        return ()

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
        self.rounds.step()
        return outcomes

    def _settle_pictures(self) -> list[ImportOutcome]:
        """Return the outcomes of the loose pictures that waited for an article to show them."""
        settled = self._pictures.settle()
        if settled:
            with self._noted() as (_, outcomes):
                outcomes += settled
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
                yield self._add(item, slot.owner, import_id) if isinstance(item, Taken) else item

    def _outcomes_of_known(self, slot: Slot, file: SourceFile, import_id: ImportId) -> Iterator[ImportOutcome]:
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
            yield self._add(read, slot.owner, import_id, damaged=damaged) if isinstance(read, Taken) else read

    def _has_damaged_picture(self, revision: RevisionId) -> bool:
        """Say whether a picture that came with a version is missing, unreadable, or not the one that came."""
        images = self._library.pictures
        for image in self._library.store.images(revision):
            if image.sha256 and not image.url.startswith("http") and images.read_sound(image.sha256) is None:
                return True
        return False

    def _may_have_picture_beside(self, revision: RevisionId, file: SourceFile) -> bool:
        """Say whether the page of a version may name a picture that lies next to the file.

        A picture whose whole web address is written in the file is none. A relative address was completed with the
        page's own when it was cleaned, so it is not found in the file, and its picture may lie there.
        """
        for image in self._library.store.images(revision):
            if not image.url.startswith("data:") and not _stands_in(file.data, image.url):
                return True
        return self._library.store.url_of(revision) is None and b"<img" in file.data.lower()

    def _add(self, taken: Taken, owner: int, import_id: ImportId, *, damaged: bool = False) -> ImportOutcome:
        stored = self._writer.add(taken.capture, import_id)
        reason = None
        if damaged and stored.kind is OutcomeKind.DUPLICATE:
            if self._has_damaged_picture(stored.revision):
                reason = _PICTURE_MISSING
            else:
                stored = replace(stored, kind=OutcomeKind.UPDATED, mended=True)
        if stored.is_new:
            self.rounds.add((stored.article, stored.revision), owner, taken.ticket, taken.characters)
        else:
            self.rounds.drop(owner, taken.ticket)
        self._let_index(stored)
        return _outcome(stored, taken.capture.origin, reason)

    def _let_index(self, stored: Stored) -> None:
        """Index again, from the store, articles whose versions changed or that came back; remove merged ones."""
        again = set(stored.settled.changed)
        if stored.is_new:
            again.discard(stored.article)
        elif stored.came_back:
            again.add(stored.article)
        for article in again:
            self.rounds.add((article, stored.revision), 0, None, 0)
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


def catch_up(library: LibraryFiles, settings: PipelineSettings | None = None) -> Generator[int, None, None]:
    """Give the index what it lacks, yielding the number of articles taken up after each commit."""
    reconcile(library)
    yield from index_articles(library.store.to_index(), library, settings or PipelineSettings())
