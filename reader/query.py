"""What is asked of the library, and what it answers; knows no engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reader.article import ArticleId
from reader.errors import Sentence
from reader.scope import EVERYTHING, ArticleState, Scope


class SearchCancelled(Exception):  # noqa: N818 - it is no error, it is what was asked for
    """The search was told to stop; there is no answer."""


class SortOrder(StrEnum):
    """The order of hits. Articles without a date come last by NEWEST and by OLDEST alike."""

    NEWEST = "newest"
    OLDEST = "oldest"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """The ids of the articles in each state, rising, and of those with each tag of the person's own.

    Any change makes another `version`; None is one that nobody will ask for again.
    """

    version: int | None
    read: Sequence[int] = ()
    starred: Sequence[int] = ()
    tags: Mapping[str, Sequence[int]] = field(default_factory=dict)


NO_STATES = States(0)


@dataclass(frozen=True, slots=True)
class Before:
    """How articles were before the person changed them, for a list that is to keep what it shows."""

    read: Mapping[ArticleId, bool] = field(default_factory=dict)
    starred: Mapping[ArticleId, bool] = field(default_factory=dict)

    def were(self, state: ArticleState) -> list[ArticleId]:
        """Return those that were in a state."""
        if state is ArticleState.STARRED:
            return [id_ for id_, starred in self.starred.items() if starred]
        return [id_ for id_, read in self.read.items() if read is (state is ArticleState.READ)]


NOTHING_CHANGED = Before()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search as the person typed it.

    `scope` is what the sidebar chose; `text` narrows it, except in the bin, which is shown whole.
    `typing` says that the last word is still being typed and matches as a beginning, too.
    `limit` None asks for all ids.
    """

    text: str = ""
    order: SortOrder = SortOrder.NEWEST
    scope: Scope = EVERYTHING
    typing: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HitPage:
    """The answer: ids in order (all of them, or the first `limit`), and how many there are in all.

    `hint` is a gentle word about a query that could not be taken as it was typed; the ids then answer
    the part that could.
    """

    ids: Sequence[ArticleId]
    total: int
    hint: Sentence | None = None
