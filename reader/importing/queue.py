"""The queue of an import: files go in, their captures come out in the same order, whichever process read them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from reader.article import no_file
from reader.errors import CaptureError, Sentence, unreadable
from reader.importing.prepare import Preparer
from reader.importing.workers.messages import Asks, BesideAnswer, ReadFiles
from reader.importing.workers.pool import Pool
from reader.outcome import ImportOutcome
from reader.sources.saved_file import SavedFile
from reader.store.store_writer import NewCapture

# Most files, and bytes of them, held in memory until they are stored. The limits are met only when one file takes
# long, and those read after it wait for their turn.
_MOST_BYTES = 8 * 1024 * 1024
_MOST_FILES = 2_000


@dataclass(slots=True)
class Slot:
    """The place of a file in the queue.

    `items` is None until the file was read; `known` says that the same bytes are in the store, or came earlier in this
    import.
    """

    file: SavedFile | None
    digest: bytes = b""
    items: Sequence[NewCapture | ImportOutcome] | None = None
    known: bool = False


@dataclass(slots=True)
class _Reading:
    """A task: read the files of some slots. The hash of a file that ended two workers is added to `poison`."""

    seconds: float
    poison: set[bytes]
    slots: list[Slot] = field(default_factory=list)
    suspected: bool = False
    size: int = 0

    def add(self, slot: Slot, file: SavedFile) -> None:
        """Add a file to the task."""
        self.slots.append(slot)
        self.size += file.size

    def message(self) -> ReadFiles:
        """Override Task.message."""
        return ReadFiles([replace(slot.file, beside=no_file) for slot in self.slots if slot.file is not None])

    def finish(self, answer: Sequence[Sequence[NewCapture | ImportOutcome]]) -> None:
        """Override Task.finish."""
        for slot, items in zip(self.slots, answer, strict=True):
            slot.items = items

    def reply(self, question: Asks) -> BesideAnswer:
        """Override Task.reply."""
        file = self.slots[question.number].file
        try:
            return BesideAnswer(None if file is None else file.beside(question.name))
        except CaptureError as error:
            return BesideAnswer(None, error.sentence)

    def interrupted(self, *, guilty: bool) -> list[_Reading]:
        """Override Task.interrupted: try again.

        A task that ended its worker is split into one task for each file; a file that ends another is given up.
        """
        if not guilty:
            return [self]
        if not self.suspected:
            return [_Reading(self.seconds, self.poison, [slot], suspected=True) for slot in self.slots]
        for slot in self.slots:
            if slot.file is not None:
                self.poison.add(slot.digest)
                slot.items = [_stopped_twice(slot.file)]
        return []


class ImportQueue:
    """Holds files from the moment they are found until they are stored.

    `holds` says whether the store has an original of a given hash.
    """

    def __init__(self, preparer: Preparer, holds: Callable[[bytes], object], pool: Pool) -> None:
        self._preparer = preparer
        self._holds = holds
        self._pool = pool
        self._prepared_here = 0
        self._slots: deque[Slot] = deque()
        self._bytes = 0
        self._digests: Counter[bytes] = Counter()
        self._poison: set[bytes] = set()
        self._task = self._new_task()

    @property
    def is_empty(self) -> bool:
        """Whether every file has been given out."""
        return not self._slots

    @property
    def is_full(self) -> bool:
        """Whether something should be stored before more files are taken in."""
        return self._pool.is_busy or self._bytes > _MOST_BYTES or len(self._slots) > _MOST_FILES

    def take_next(self, files: Iterator[SavedFile | ImportOutcome]) -> bool:
        """Take in the next file, to be read here or by a worker if its bytes are new; False if there are no more."""
        file = next(files, None)
        if file is not None:
            self._take(file)
        return file is not None

    def _take(self, file: SavedFile | ImportOutcome) -> None:
        if isinstance(file, ImportOutcome):
            self._slots.append(Slot(None, items=[file]))
            return
        try:
            slot = Slot(file, file.sha256())
        except OSError as error:
            self._take(ImportOutcome.failed(file.origin, unreadable(error)))
            return
        self._slots.append(slot)
        self._bytes += file.size
        if slot.digest in self._digests or self._holds(slot.digest):
            slot.known, slot.items = True, ()
        else:
            self._read(slot, file)
        self._digests[slot.digest] += 1

    def send(self) -> None:
        """Give the workers what has been collected for them, however little it is."""
        if self._task.slots:
            self._pool.give(self._task)
            self._task = self._new_task()

    def give_out(self) -> Iterator[Slot]:
        """Yield the slots whose turn has come, in the order of the files; pass each to `put_away` once it is stored."""
        if self._pool.has_failed:
            self._read_the_rest_here()
        while self._slots and self._slots[0].items is not None:
            yield self._slots.popleft()

    def put_away(self, slot: Slot) -> None:
        """Forget a slot that was given out, and free the room it took."""
        if slot.file is not None:
            self._bytes -= slot.file.size
            self._digests[slot.digest] -= 1
            if not self._digests[slot.digest]:
                del self._digests[slot.digest]

    def read_here(self, file: SavedFile, digest: bytes) -> list[NewCapture | ImportOutcome]:
        """Read a file in this process, unless it has ended two workers."""
        if digest in self._poison:
            return [_stopped_twice(file)]
        return self._preparer.prepare(file)

    def _new_task(self) -> _Reading:
        return _Reading(self._pool.settings.seconds, self._poison)

    def _read(self, slot: Slot, file: SavedFile) -> None:
        """Give a file to the workers; read it here as long as none is ready.

        They are started only once an import is large enough to be worth it.
        """
        settings, pool = self._pool.settings, self._pool
        if settings.processes and self._prepared_here >= settings.alone:
            pool.start()
        others = pool.is_ready or (pool.is_starting and not settings.alone)
        if not others or slot.digest in self._poison:
            slot.items = self.read_here(file, slot.digest)
            self._prepared_here += 1
            return
        self._task.add(slot, file)
        if len(self._task.slots) >= settings.files_a_task or self._task.size >= settings.bytes_a_task:
            self.send()

    def _read_the_rest_here(self) -> None:
        """Read here everything that waits for a worker: none can be started."""
        self._pool.withdraw()
        self._task = self._new_task()
        for slot in self._slots:
            if slot.items is None and slot.file is not None:
                slot.items = self.read_here(slot.file, slot.digest)


def _stopped_twice(file: SavedFile) -> ImportOutcome:
    reason = Sentence(
        "{name} could not be read: the part of Pressmark that reads files stopped over it twice.", {"name": file.name}
    )
    return ImportOutcome.failed(file.origin, reason)
