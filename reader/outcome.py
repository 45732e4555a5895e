"""What became of each thing that was imported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reader.article import ArticleId, Origin
from reader.errors import Sentence


class OutcomeKind(StrEnum):
    """How one capture ended; every capture ends as exactly one of these."""

    ADDED = "added"
    UPDATED = "updated"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """One capture, or one file that held none, and what became of it; `reason` says why."""

    kind: OutcomeKind
    origin: Origin
    reason: Sentence | None = None
    article_id: ArticleId | None = None

    @property
    def not_imported(self) -> NotImported | None:
        """The file and why it was not imported; None if the library holds the capture now."""
        if self.reason is None or self.kind not in (OutcomeKind.SKIPPED, OutcomeKind.FAILED):
            return None
        return NotImported(self.kind, str(self.origin), self.reason)


@dataclass(frozen=True, slots=True)
class NotImported:
    """One file that was skipped or failed, and why."""

    kind: OutcomeKind
    path: str
    reason: Sentence


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """The files that were not imported for one and the same reason, in the order in which they were met."""

    kind: OutcomeKind
    reason: Sentence
    paths: Sequence[str]


def group_by_reason(items: Iterable[NotImported]) -> list[ReasonGroup]:
    """Group what was not imported by its reason: what failed first, then the reason of most files."""
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
        """How many captures were seen."""
        return self.added + self.updated + self.duplicate + self.skipped + self.failed
