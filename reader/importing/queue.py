"""Takes files in and gives out what they hold, in the same order, whichever process prepared it."""

from __future__ import annotations

import hashlib
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from reader.errors import CaptureError, Sentence
from reader.formats.base import SourceFile
from reader.importing.prepare import Preparer
from reader.importing.workers.messages import Asks, Beside, FilesRead, FileToRead, ReadFiles, Taken
from reader.importing.workers.pool import PipelineSettings, Pool
from reader.outcome import ImportOutcome, OutcomeKind
from reader.sources.walk import LoosePicture, Unreadable

# What is read, and not yet stored, is held in memory. It is no more than the processes have to do, unless one of
# them takes long, and those after it have to wait for their turn to be stored.
_MOST_BYTES = 8 * 1024 * 1024
_MOST_FILES = 2_000
# The processes are listened to so often; to listen costs as much as to hash a file.
_LISTEN_SECONDS = 0.005
_PATIENCE = 0.2


@dataclass(slots=True)
class Slot:
    """A file on its way: `items` is None until it was read. `owner` is the process that keeps its rows."""

    file: SourceFile | None
    digest: bytes = b""
    items: Sequence[Taken | ImportOutcome | LoosePicture] | None = None
    owner: int = 0
    known: bool = False


@dataclass(slots=True)
class _Reading:
    """The task to read the files of some slots. What ends two processes goes to the `poison`."""

    seconds: float
    poison: set[bytes]
    slots: list[Slot] = field(default_factory=list)
    suspected: bool = False
    size: int = 0

    def add(self, slot: Slot, file: SourceFile) -> None:
        """Read this one, too."""
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

    def reply(self, question: Asks) -> Beside:
        """Override Task.reply."""
        file = self.slots[question.number].file
        try:
            return Beside(None if file is None else file.beside(question.name))
        except CaptureError as error:
            return Beside(None, error.sentence)

    def interrupted(self, *, guilty: bool) -> list[_Reading]:
        """Read again; if it was this that ended the process, file by file, and what ends it again never more."""
        if not guilty:
            return [self]
        if not self.suspected:
            return [_Reading(self.seconds, self.poison, [slot], suspected=True) for slot in self.slots]
        for slot in self.slots:
            if slot.file is not None:
                self.poison.add(slot.digest)
                slot.items = [_stopped_twice(slot.file)]
        return []


class Intake:
    """Holds files from the moment they are met until they are stored. `holds` says whether the store has a hash."""

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
        """Whether all has been given out."""
        return not self._slots

    @property
    def is_full(self) -> bool:
        """Whether no more should be taken in before something was stored."""
        return self._pool.is_busy or self._bytes > _MOST_BYTES or len(self._slots) > _MOST_FILES

    def take(self, file: SourceFile | Unreadable) -> None:
        """Take in a file; it is read here, or by another process, or not at all if its bytes are known."""
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
        """Hear what the other processes have read; with `wait`, until there is something."""
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
        """Yield the slots whose turn has come, in the order of the files; once they are stored, see `put_away`."""
        while self._is_next_ready():
            yield self._slots.popleft()

    def put_away(self, slot: Slot) -> None:
        """Forget a slot that was given out."""
        if slot.file is not None:
            self._bytes -= len(slot.file.data)
            self._digests[slot.digest] -= 1
            if not self._digests[slot.digest]:
                del self._digests[slot.digest]

    def read_here(self, file: SourceFile, digest: bytes) -> list[Taken | ImportOutcome]:
        """Read a file in this process, if it is none that has ended another."""
        if digest in self._poison:
            return [_stopped_twice(file)]
        items = self._preparer.prepare(file, digest)
        return [item if isinstance(item, ImportOutcome) else Taken(item.capture) for item in items]

    def _is_next_ready(self) -> bool:
        return bool(self._slots) and self._slots[0].items is not None

    def _new_task(self) -> _Reading:
        return _Reading(self._settings.seconds, self._poison)

    def _read(self, slot: Slot, file: SourceFile) -> None:
        """Let another process read a file, once there are enough to have started one; read it here until it works."""
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
        """Read what no process will: none can be started."""
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
