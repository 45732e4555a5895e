"""The results of imports and checks: the outcome of each capture, and the problems of a library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from reader.article import Origin
from reader.errors import CaptureError, Sentence, UnknownFormatError

ImportId = NewType("ImportId", int)


class OutcomeKind(StrEnum):
    """The outcome of one capture; every capture has exactly one."""

    ADDED = "added"
    UPDATED = "updated"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """The outcome of one capture, or of one file that held none; `reason` says why it was skipped or failed."""

    kind: OutcomeKind
    origin: Origin
    reason: Sentence | None = None

    @classmethod
    def of_error(cls, origin: Origin, error: CaptureError) -> ImportOutcome:
        """Return the outcome of a file that raised an error: one of a format that is not read was skipped."""
        kind = OutcomeKind.SKIPPED if isinstance(error, UnknownFormatError) else OutcomeKind.FAILED
        return ImportOutcome(kind=kind, origin=origin, reason=error.sentence)

    @classmethod
    def failed(cls, origin: Origin, reason: Sentence) -> ImportOutcome:
        """Return the outcome of a file that cannot be read."""
        return ImportOutcome(kind=OutcomeKind.FAILED, origin=origin, reason=reason)

    @property
    def not_imported(self) -> NotImported | None:
        """The file and why it was not imported; None if the library holds the capture now."""
        if self.reason is None or self.kind not in (OutcomeKind.SKIPPED, OutcomeKind.FAILED):
            return None
        return NotImported(self.kind, str(self.origin), self.reason)


@dataclass(frozen=True, slots=True)
class NotImported:
    """One file that was skipped or failed, with the reason."""

    kind: OutcomeKind
    path: str
    reason: Sentence


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """The files that were not imported for one reason, in the order in which they were found."""

    kind: OutcomeKind
    reason: Sentence
    paths: Sequence[str]


def group_by_reason(items: Iterable[NotImported]) -> list[ReasonGroup]:
    """Group files by the reason why they were not imported: failed before skipped, then by number of files."""
    paths: dict[tuple[object, ...], list[str]] = {}
    groups: list[ReasonGroup] = []
    for item in items:
        key = (item.kind, item.reason.template, *sorted(item.reason.params.items()))
        if key not in paths:
            paths[key] = []
            groups.append(ReasonGroup(item.kind, item.reason, paths[key]))
        paths[key].append(item.path)
    return sorted(groups, key=lambda group: (group.kind is not OutcomeKind.FAILED, -len(group.paths)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCounts:
    """The counts of one import; they sum to `seen`."""

    added: int = 0
    updated: int = 0
    duplicate: int = 0
    skipped: int = 0
    failed: int = 0

    @property
    def seen(self) -> int:
        """The number of captures that were seen."""
        return self.added + self.updated + self.duplicate + self.skipped + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """An entry of the log of imports: when it ran, the program, the paths and the counts.

    An import that was stopped or killed is `incomplete`; its counts and `finished` are those of its last transaction.
    """

    id: ImportId
    began: datetime
    finished: datetime | None
    undone: datetime | None
    program: str
    paths: tuple[str, ...]
    added: int
    updated: int
    duplicate: int
    skipped: int
    failed: int
    incomplete: bool

    @property
    def counts(self) -> dict[str, int]:
        """The number of captures by outcome."""
        return {kind.value: getattr(self, kind.value) for kind in OutcomeKind}


@dataclass(frozen=True, slots=True)
class Undoing:
    """The effect of undoing an import: `articles` go to the bin, `revisions` are shown as they were before."""

    articles: int
    revisions: int


class Area(StrEnum):
    """The part of a library that has a problem: the index is rebuilt without asking, the others need a repair."""

    STORE = "store"
    PICTURES = "pictures"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a library; `repairable` says that Pressmark can repair it from the data that the library holds."""

    sentence: Sentence
    repairable: bool
    area: Area = Area.STORE
