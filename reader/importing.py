"""The import: saved files in, one outcome a capture out, store and index written on the way.

This process alone writes the store and commits the index; what takes time is done beside it, see `pipeline`.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence

from reader.article import Origin
from reader.errors import Sentence
from reader.formats.base import SourceFile
from reader.formats.sources import Unreadable
from reader.outcome import ImportOutcome, ImportReport, OutcomeKind
from reader.pipeline.from_store import index_errors
from reader.pipeline.indexing import Rounds
from reader.pipeline.intake import Intake, Slot
from reader.pipeline.messages import Taken
from reader.pipeline.pool import PipelineSettings, Pool
from reader.pipeline.preparing import Preparer
from reader.pipeline.rebuilding import index_articles
from reader.pipeline.shelves import Shelves
from reader.store.import_log import ImportId, ImportLog
from reader.store.store_writer import Stored, StoreWriter

logger = logging.getLogger(__name__)

# One transaction takes in so many files: a wait for the disk costs about as much as cleaning ten of them.
_BATCH = 100
_BATCH_SECONDS = 0.5

_SAME_BYTES = Sentence("The library holds this very capture already.")


def import_captures(
    files: Iterable[SourceFile | Unreadable],
    shelves: Shelves,
    settings: PipelineSettings | None = None,
    *,
    program: str = "",
    paths: Sequence[str] = (),
) -> Generator[ImportOutcome, None, ImportReport]:
    """Import `files`, yielding one outcome per capture, in the order of the files, once it is safe in the store.

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
    return ImportReport(
        added=counts[OutcomeKind.ADDED],
        updated=counts[OutcomeKind.UPDATED],
        duplicate=counts[OutcomeKind.DUPLICATE],
        skipped=counts[OutcomeKind.SKIPPED],
        failed=counts[OutcomeKind.FAILED],
    )


class _Import:
    """One import: files are taken in, prepared here or elsewhere, stored a batch a transaction, and indexed."""

    def __init__(self, shelves: Shelves, settings: PipelineSettings, program: str, paths: Sequence[str]) -> None:
        self._writer = StoreWriter(shelves.store)
        self._log = ImportLog(shelves.store)
        self._about = program, paths
        self._id: ImportId | None = None
        self.pool = Pool(shelves.places, settings)
        self._intake = Intake(Preparer(shelves.images, settings.read), self._writer.holders_of, self.pool, settings)
        self.rounds = Rounds(shelves, self.pool)
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
        with self._writer.batch():
            id_ = self._id or self._log.begin(*self._about)
            outcomes = [outcome for slot in ready for outcome in self._outcomes(slot, id_)]
            self._log.count(id_, Counter(outcome.kind for outcome in outcomes))
        self._id = id_
        for slot in ready:
            self._intake.put_away(slot)
        self._began = time.monotonic()
        self.rounds.step()
        return outcomes

    def _outcomes(self, slot: Slot, import_id: ImportId) -> Iterator[ImportOutcome]:
        """Store what a file holds, inside the transaction, and say what became of it."""
        items = slot.items or ()
        if slot.known and slot.file is not None:
            if held := self._writer.bring_back(slot.digest, import_id):
                for stored in held:
                    self._read_for_index(stored)
                    yield _outcome(stored, slot.file.origin)
                return
            # The same bytes came before it, under another name, and could not be read.
            items = self._intake.read_here(slot.file, slot.digest)
        for item in items:
            yield self._add(item, slot.owner, import_id) if isinstance(item, Taken) else item

    def _add(self, taken: Taken, owner: int, import_id: ImportId) -> ImportOutcome:
        stored = self._writer.add(taken.capture, import_id)
        if stored.is_new:
            self.rounds.add((stored.article, stored.revision), owner, taken.ticket, taken.characters)
        else:
            self.rounds.drop(owner, taken.ticket)
            self._read_for_index(stored)
        return _outcome(stored, taken.capture.origin)

    def _read_for_index(self, stored: Stored) -> None:
        """Let the index take up an article that came back or has other versions, with these, from the store."""
        if stored.kind is not OutcomeKind.DUPLICATE:
            self.rounds.add((stored.article, stored.revision), 0, None, 0)


def _outcome(stored: Stored, origin: Origin) -> ImportOutcome:
    reason = _SAME_BYTES if stored.kind is OutcomeKind.DUPLICATE else None
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
        StoreWriter(shelves.store).forget_indexed(strange)
        held -= strange
    if lost := set(shelves.store.indexed()) - held:
        StoreWriter(shelves.store).forget_indexed(lost)
    return len(shelves.store.to_index())


def catch_up(shelves: Shelves, settings: PipelineSettings | None = None) -> Generator[int, None, None]:
    """Give the index what it lacks, yielding the number of articles taken up after each commit."""
    reconcile(shelves)
    yield from index_articles(shelves.store.to_index(), shelves, settings or PipelineSettings())
