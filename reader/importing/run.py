"""The import: saved files in, one outcome a capture out, store and index written on the way.

This process alone writes the store and commits the index; what takes time is done beside it, see `pipeline`.
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
from reader.importing.queue import Intake, Slot
from reader.importing.rebuild import index_articles
from reader.importing.reclean import Recleaner
from reader.importing.stored_articles import index_errors
from reader.importing.workers.messages import Taken
from reader.importing.workers.pool import PipelineSettings, Pool
from reader.library_files import Shelves
from reader.outcome import ImportCounts, ImportOutcome, OutcomeKind
from reader.sources.walk import LoosePicture, Unreadable
from reader.store.import_log import ImportId, ImportLog
from reader.store.index_record import forget_indexed
from reader.store.store_writer import Stored

logger = logging.getLogger(__name__)

# One transaction takes in so many files: a wait for the disk costs about as much as cleaning ten of them.
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
    shelves: Shelves,
    settings: PipelineSettings | None = None,
    *,
    program: str = "",
    paths: Sequence[str] = (),
) -> Generator[ImportOutcome, None, ImportCounts]:
    """Import `files`, yielding one outcome per capture, in the order of the files, once it is safe in the store.

    Pictures that no article shows when they are met come last: one that follows may show them.

    The library keeps that there was this import, by which `program` and of which `paths`, so that it can be undone.

    The caller owns the loop: counting outcomes is progress, closing the generator is cancelling. What was
    yielded is in the store, whatever happens next; what the index has not taken up yet, `catch_up` gives it.

    Raises:
        StoreError: the store cannot be written, for one because the disk is full.
        SearchIndexError: the index cannot be written; the store holds what was yielded.
    """
    work = _Import(shelves, settings or PipelineSettings(), program, paths)
    counts: Counter[OutcomeKind] = Counter()
    done = False
    try:
        for outcome in work.run(files):
            counts[outcome.kind] += 1
            yield outcome
        work.rounds.finish()
        done = True
    finally:
        work.pool.close(wait=done)
    return ImportCounts(
        added=counts[OutcomeKind.ADDED],
        updated=counts[OutcomeKind.UPDATED],
        duplicate=counts[OutcomeKind.DUPLICATE],
        skipped=counts[OutcomeKind.SKIPPED],
        failed=counts[OutcomeKind.FAILED],
    )


class _Import:
    """One import: files are taken in, prepared here or elsewhere, stored a batch a transaction, and indexed."""

    def __init__(self, shelves: Shelves, settings: PipelineSettings, program: str, paths: Sequence[str]) -> None:
        self._shelves = shelves
        recleaner = Recleaner(shelves.store, shelves.images)
        self._writer = recleaner.writer
        self._log = ImportLog(shelves.store)
        self._about = program, paths
        self._id: ImportId | None = None
        self.pool = Pool(shelves.places, settings)
        self._intake = Intake(Preparer(shelves.images, settings.read), self._writer.holders_of, self.pool, settings)
        self.rounds = Rounds(shelves, self.pool)
        self._pictures = LoosePictures(shelves)
        self._ready: list[Slot] = []
        self._began = time.monotonic()

    def run(self, files: Iterable[SourceFile | Unreadable]) -> Iterator[ImportOutcome]:
        """Take in all files, and say what became of each capture."""
        intake = self._intake
        for file in files:
            intake.take(file)
            intake.listen(wait=False)
            yield from self._store_if_due()
            while intake.is_full:
                intake.listen(wait=True)
                yield from self._store_if_due()
        while not intake.is_empty:
            intake.listen(wait=True)
            yield from self._store_if_due()
        yield from self._store()
        yield from self._settle_pictures()
        if self._id is not None:
            with self._writer.batch():
                self._log.complete(self._id)

    def _store_if_due(self) -> Sequence[ImportOutcome]:
        """Store what is ready, once it is worth the wait for the disk, or nothing else can be done."""
        self._ready += self._intake.give_out()
        idle = self._intake.is_empty and self._intake.is_full
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
            # Nothing holds a file that is stored while the index takes memory.
            self._intake.put_away(ready.pop())
        self._began = time.monotonic()
        self.rounds.step()
        return outcomes

    def _settle_pictures(self) -> list[ImportOutcome]:
        """Say of the pictures that are left whether an article shows them now."""
        settled = self._pictures.settle()
        if settled:
            with self._noted() as (_, outcomes):
                outcomes += settled
        return settled

    @contextmanager
    def _noted(self) -> Iterator[tuple[ImportId, list[ImportOutcome]]]:
        """Make one transaction of the block, and count in it what the block puts into the list of outcomes."""
        outcomes: list[ImportOutcome] = []
        with self._writer.batch():
            id_ = self._id or self._log.begin(*self._about)
            yield id_, outcomes
            self._log.count(id_, Counter(outcome.kind for outcome in outcomes))
            self._log.note(id_, outcomes)
        self._id = id_

    def _outcomes(self, slot: Slot, import_id: ImportId) -> Iterator[ImportOutcome]:
        """Store what a file holds, inside the transaction, and say what became of it."""
        if slot.known and slot.file is not None:
            yield from self._outcomes_of_known(slot, slot.file, import_id)
            return
        for item in slot.items or ():
            if isinstance(item, LoosePicture):
                yield from self._pictures.take(item)
            else:
                yield self._add(item, slot.owner, import_id) if isinstance(item, Taken) else item

    def _outcomes_of_known(self, slot: Slot, file: SourceFile, import_id: ImportId) -> Iterator[ImportOutcome]:
        """Store what is missing or damaged of a file whose bytes are known.

        It is read again unless the library holds its captures whole and no picture beside the file can matter. The
        same bytes may also have come just before it, under another name, and be unreadable.
        """
        revisions = self._writer.sound(slot.digest)
        damaged = any(map(self._has_damaged_picture, revisions))
        if revisions and not damaged and not any(self._may_have_picture_beside(id_, file) for id_ in revisions):
            for stored in self._writer.bring_back(slot.digest, import_id):
                self._let_index(stored)
                yield _outcome(stored, file.origin)
            return
        for read in self._intake.read_here(file, slot.digest):
            yield self._add(read, slot.owner, import_id, damaged=damaged) if isinstance(read, Taken) else read

    def _has_damaged_picture(self, revision: RevisionId) -> bool:
        """Say whether a picture that came with a version is missing, unreadable, or not the one that came."""
        images = self._shelves.images
        for image in self._shelves.store.images(revision):
            if image.sha256 and not image.url.startswith("http") and images.read_sound(image.sha256) is None:
                return True
        return False

    def _may_have_picture_beside(self, revision: RevisionId, file: SourceFile) -> bool:
        """Say whether the page of a version may name a picture that lies beside the file.

        The address of one that did not was completed by that of the page, so it does not stand in the file.
        """
        for image in self._shelves.store.images(revision):
            if not image.url.startswith("data:") and not _stands_in(file.data, image.url):
                return True
        return self._shelves.store.url_of(revision) is None and b"<img" in file.data.lower()

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
        """Let the index take up from the store what has other versions now, or is in the library again."""
        again = set(stored.settled.changed)
        if stored.is_new:
            again.discard(stored.article)
        elif stored.came_back:
            again.add(stored.article)
        for article in again:
            self.rounds.add((article, stored.revision), 0, None, 0)
        self.rounds.remove(stored.settled.gone)


def _stands_in(data: bytes, url: str) -> bool:
    """Say whether a whole address of the web is written in a file, as HTML or as it is."""
    if not url.startswith(("http:", "https:")):
        return False
    return url.encode() in data or url.replace("&", "&amp;").encode() in data


def _outcome(stored: Stored, origin: Origin, reason: Sentence | None = None) -> ImportOutcome:
    if reason is None and stored.kind is OutcomeKind.DUPLICATE:
        reason = _SAME_WORDS if stored.settled.repeats else _SAME_BYTES
    elif stored.mended:
        reason = _MENDED
    return ImportOutcome(kind=stored.kind, origin=origin, reason=reason, article_id=stored.article)


def reconcile(shelves: Shelves) -> int:
    """Let store and index agree on what the index holds; return how many articles it lacks.

    It lacks something after a kill between the store's commit and its own, everything once it was deleted. It has
    something too much once articles are in the bin, and when an older copy of the store was put in the place of
    the newer one.
    """
    held, known = shelves.index.ids(), set(shelves.store.ids())
    if strange := held - known:
        with index_errors():
            shelves.index.remove(strange)
        forget_indexed(shelves.store, strange)
        held -= strange
    if lost := set(shelves.store.indexed()) - held:
        forget_indexed(shelves.store, lost)
    return len(shelves.store.to_index())


def catch_up(shelves: Shelves, settings: PipelineSettings | None = None) -> Generator[int, None, None]:
    """Give the index what it lacks, yielding the number of articles taken up after each commit."""
    reconcile(shelves)
    yield from index_articles(shelves.store.to_index(), shelves, settings or PipelineSettings())
