"""What is asked of the library, and what it answers; knows no engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reader.article import ArticleId
from reader.errors import Sentence


class SearchCancelled(Exception):  # noqa: N818 - it is no error, it is what was asked for
    """The search was told to stop; there is no answer."""


class SortOrder(StrEnum):
    """The order of hits. Articles without a date come last by NEWEST and by OLDEST alike."""

    NEWEST = "newest"
    OLDEST = "oldest"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search as the person typed it.

    `typing` says that the last word is still being typed and matches as a beginning, too.
    `source` narrows to one source (the sidebar), besides what `text` says. `limit` None asks for all ids.
    `bin` asks for what lies in the bin, whatever else is said: what was moved there last comes first.
    """

    text: str = ""
    order: SortOrder = SortOrder.NEWEST
    source: str | None = None
    typing: bool = False
    limit: int | None = None
    bin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HitPage:
    """The answer: ids in order (all of them, or the first `limit`), and how many there are in all.

    `hint` is a gentle word about a query that could not be taken as it was typed; the ids then answer
    the part that could.
    """

    ids: Sequence[ArticleId]
    total: int
    hint: Sentence | None = None
