"""The outcomes of an import, by capture, by reason and in total."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reader.article import ArticleId, Origin
from reader.errors import Sentence


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
    article_id: ArticleId | None = None


@dataclass(frozen=True, slots=True)
class NotImported:
    """One file that was skipped or failed, with the reason."""

    kind: OutcomeKind
    path: str
    reason: Sentence


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """The files that were not imported for the same reason, in the order in which they were found."""

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
class ImportReport:
    """The counts of one import; they add up to `seen`."""

    added: int = 0
    updated: int = 0
    duplicate: int = 0
    skipped: int = 0
    failed: int = 0

    @property
    def seen(self) -> int:
        """The number of captures, and of files that held none."""
        return self.added + self.updated + self.duplicate + self.skipped + self.failed
