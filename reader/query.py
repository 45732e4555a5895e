"""The queries that a library is asked, and its answers; independent of the search engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reader.article import ArticleId
from reader.errors import Sentence
from reader.scope import EVERYTHING, ArticleState, Scope


class SearchCancelled(Exception):  # noqa: N818 - it is no error, it is what was asked for
    """Raised by a search that was cancelled; there is no answer."""


class SortOrder(StrEnum):
    """The order of hits. Articles without a date come last by NEWEST and by OLDEST alike."""

    NEWEST = "newest"
    OLDEST = "oldest"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """The ids of the articles in each state, and with each of the person's own tags, in ascending order.

    Every change has a new `version`; None means that the answer to a query must not be cached.
    """

    version: int | None
    read: Sequence[int] = ()
    starred: Sequence[int] = ()
    tags: Mapping[str, Sequence[int]] = field(default_factory=dict)


NO_STATES = States(0)


@dataclass(frozen=True, slots=True)
class Before:
    """The states that articles had before the person changed them, for a list that keeps the rows it shows."""

    read: Mapping[ArticleId, bool] = field(default_factory=dict)
    starred: Mapping[ArticleId, bool] = field(default_factory=dict)

    def were(self, state: ArticleState) -> list[ArticleId]:
        """Return the articles that were in a state."""
        if state is ArticleState.STARRED:
            return [id_ for id_, starred in self.starred.items() if starred]
        return [id_ for id_, read in self.read.items() if read is (state is ArticleState.READ)]


NOTHING_CHANGED = Before()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search as the person typed it.

    `text` narrows the `scope`, except the bin, which is shown whole. With `typing` the last word is still being typed,
    and also matches as a prefix. A `limit` of None asks for all ids.
    """

    text: str = ""
    order: SortOrder = SortOrder.NEWEST
    scope: Scope = EVERYTHING
    typing: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HitPage:
    """The answer to a query: all ids in order, or the first `limit`, and the `total` number of hits.

    `hint` names a mistake in the query, in a sentence for the person; the ids then answer the rest of the query.
    """

    ids: Sequence[ArticleId]
    total: int
    hint: Sentence | None = None
