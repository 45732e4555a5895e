"""The queue of an import: files go in, their captures come out in the same order, whichever process read them."""

from __future__ import annotations

import hashlib
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from reader.errors import CaptureError, Sentence
from reader.formats.base import SourceFile
from reader.importing.prepare import Preparer
from reader.importing.workers.messages import Asks, BesideAnswer, FilesRead, FileToRead, ReadFiles, Taken
from reader.importing.workers.pool import PipelineSettings, Pool
from reader.outcome import ImportOutcome, OutcomeKind
from reader.sources.walk import LoosePicture, Unreadable

# Most files, and bytes of them, held in memory until they are stored. The limits are met only when one file takes
# long, and those read after it wait for their turn.
_MOST_BYTES = 8 * 1024 * 1024
_MOST_FILES = 2_000
# Pause between two polls of the workers: a poll costs as much as hashing a file.
_LISTEN_SECONDS = 0.005
_PATIENCE = 0.2


@dataclass(slots=True)
class Slot:
    """The place of a file in the queue.

    `items` is None until the file was read; `owner` is the number of the worker that keeps its rows, or 0; `known`
    says that the same bytes are in the store, or came earlier in this import.
    """

    file: SourceFile | None
    digest: bytes = b""
    items: Sequence[Taken | ImportOutcome | LoosePicture] | None = None
    owner: int = 0
    known: bool = False


@dataclass(slots=True)
class _Reading:
    """A task: read the files of some slots. The hash of a file that ended two workers is added to `poison`."""

    seconds: float
    poison: set[bytes]
    slots: list[Slot] = field(default_factory=list)
    suspected: bool = False
    size: int = 0

    def add(self, slot: Slot, file: SourceFile) -> None:
        """Add a file to the task."""
        self.slots.append(slot)
        self.size += len(file.data)

    def message(self) -> ReadFiles:
        """Override Task.message."""
        files = ((slot.file, slot.digest) for slot in self.slots)
        return ReadFiles(
            [
                FileToRead(file.origin, file.name, file.data, file.parents, digest)
                for file, digest in files
                if file is not None
            ]
        )

    def finish(self, answer: FilesRead, number: int) -> None:
        """Override Task.finish."""
        for slot, items in zip(self.slots, answer.files, strict=True):
            slot.items, slot.owner = items, number

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

    def __init__(
        self, preparer: Preparer, holds: Callable[[bytes], object], pool: Pool, settings: PipelineSettings
    ) -> None:
        self._preparer = preparer
        self._holds = holds
        self._pool = pool
        self._settings = settings
        self._prepared_here = 0
        self._slots: deque[Slot] = deque()
        self._bytes = 0
        self._digests: Counter[bytes] = Counter()
        self._poison: set[bytes] = set()
        self._task = self._new_task()
        self._listened = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether every file has been given out."""
        return not self._slots

    @property
    def is_full(self) -> bool:
        """Whether something should be stored before more files are taken in."""
        return self._pool.is_busy or self._bytes > _MOST_BYTES or len(self._slots) > _MOST_FILES

    def take(self, file: SourceFile | Unreadable) -> None:
        """Take in a file; it is read here or by a worker, or not at all if its bytes are known."""
        if isinstance(file, LoosePicture):
            self._slots.append(Slot(None, items=[file]))
            return
        if isinstance(file, Unreadable):
            kind = OutcomeKind.SKIPPED if file.skipped else OutcomeKind.FAILED
            self._slots.append(Slot(None, items=[ImportOutcome(kind=kind, origin=file.origin, reason=file.reason)]))
            return
        slot = Slot(file, hashlib.sha256(file.data).digest())
        self._slots.append(slot)
        self._bytes += len(file.data)
        if slot.digest in self._digests or self._holds(slot.digest):
            slot.known, slot.items = True, ()
        else:
            self._read(slot, file)
        self._digests[slot.digest] += 1

    def listen(self, *, wait: bool) -> None:
        """Receive what the workers have read; with `wait`, wait for it, for a fraction of a second at most."""
        now = time.monotonic()
        if not wait and now - self._listened < _LISTEN_SECONDS:
            return
        self._listened = now
        if wait:
            self._send()
        self._pool.step(_PATIENCE if wait and not self._is_next_ready() else 0)
        if self._pool.has_failed:
            self._read_the_rest_here()

    def give_out(self) -> Iterator[Slot]:
        """Yield the slots whose turn has come, in the order of the files; pass each to `put_away` once it is stored."""
        while self._is_next_ready():
            yield self._slots.popleft()

    def put_away(self, slot: Slot) -> None:
        """Forget a slot that was given out, and free the room it took."""
        if slot.file is not None:
            self._bytes -= len(slot.file.data)
            self._digests[slot.digest] -= 1
            if not self._digests[slot.digest]:
                del self._digests[slot.digest]

    def read_here(self, file: SourceFile, digest: bytes) -> list[Taken | ImportOutcome]:
        """Read a file in this process, unless it has ended two workers."""
        if digest in self._poison:
            return [_stopped_twice(file)]
        items = self._preparer.prepare(file, digest)
        return [item if isinstance(item, ImportOutcome) else Taken(item.capture) for item in items]

    def _is_next_ready(self) -> bool:
        return bool(self._slots) and self._slots[0].items is not None

    def _new_task(self) -> _Reading:
        return _Reading(self._settings.seconds, self._poison)

    def _read(self, slot: Slot, file: SourceFile) -> None:
        """Give a file to the workers; read it here as long as none is ready.

        They are started only once an import is large enough to be worth it.
        """
        settings, pool = self._settings, self._pool
        if settings.processes and self._prepared_here >= settings.alone:
            pool.start()
        others = pool.is_ready or (pool.has_started and not settings.alone)
        if pool.has_failed or not others or slot.digest in self._poison:
            slot.items = self.read_here(file, slot.digest)
            self._prepared_here += 1
            return
        self._task.add(slot, file)
        if len(self._task.slots) >= self._settings.files_a_task or self._task.size >= self._settings.bytes_a_task:
            self._send()

    def _send(self) -> None:
        if self._task.slots:
            self._pool.give(self._task)
            self._task = self._new_task()

    def _read_the_rest_here(self) -> None:
        """Read here everything that waits for a worker: none can be started."""
        self._pool.withdraw()
        self._task = self._new_task()
        for slot in self._slots:
            if slot.items is None and slot.file is not None:
                slot.items = self.read_here(slot.file, slot.digest)


def _stopped_twice(file: SourceFile) -> ImportOutcome:
    reason = Sentence(
        "{name} could not be read: the part of Pressmark that reads files stopped over it twice.", {"name": file.name}
    )
    return ImportOutcome(kind=OutcomeKind.FAILED, origin=file.origin, reason=reason)
