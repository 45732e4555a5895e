"""What became of each thing that was imported."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
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
