"""Operations: each change that a person makes to articles, as a value; `Library.apply` returns its inverse.

An inverse names only the articles that were changed, so that undoing leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from reader.article import ArticleId
from reader.tags import clean_tags


@dataclass(frozen=True, slots=True)
class _ArticleChange:
    """A change of articles; `mark` is the state that it sets (True) or clears (False), if the list shows that state."""

    mark: ClassVar[tuple[str, bool] | None] = None
    articles: tuple[ArticleId, ...]


@dataclass(frozen=True, slots=True)
class _DatedChange(_ArticleChange):
    """A change that has a time: now, or for an inverse the time in `since` that each article had before."""

    since: tuple[int, ...] = ()


class MarkRead(_ArticleChange):
    """Mark articles as read."""

    mark = ("read", True)


class MarkUnread(_ArticleChange):
    """Mark articles as unread."""

    mark = ("read", False)


class Star(_DatedChange):
    """Star articles outside the bin."""

    mark = ("starred", True)


class Unstar(_ArticleChange):
    """Take the star from articles outside the bin."""

    mark = ("starred", False)


class ToggleStar(_ArticleChange):
    """Star articles outside the bin, or unstar them if all are starred; the inverse undoes whichever was done."""


class MoveToBin(_DatedChange):
    """Move articles to the bin."""


class RestoreFromBin(_ArticleChange):
    """Take articles out of the bin, also those that an undone import had brought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTag(_DatedChange):
    """Give articles outside the bin a tag of the person's own, as `clean_tags` writes it."""

    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTag(_ArticleChange):
    """Take a tag of the person's own from articles outside the bin."""

    tag: str


Operation = MarkRead | MarkUnread | Star | Unstar | ToggleStar | MoveToBin | RestoreFromBin | AddTag | RemoveTag


def tagging(
    articles: Sequence[ArticleId], add: Iterable[str] = (), remove: Iterable[str] = ()
) -> tuple[Operation, ...]:
    """Return the operations that give articles some tags, and take others from them."""
    ids = tuple(articles)
    adding = (AddTag(ids, tag=tag) for tag in clean_tags(add))
    return (*adding, *(RemoveTag(ids, tag=tag) for tag in clean_tags(remove)))


def changed(operations: Iterable[Operation]) -> list[ArticleId]:
    """Return the articles of some operations, each once."""
    return list(dict.fromkeys(id_ for operation in operations for id_ in operation.articles))
