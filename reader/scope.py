"""The scopes of a list: which part of the library it shows, before a search narrows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ArticleState(StrEnum):
    """A state that the person gives to articles; UNREAD is that of an article not marked as read."""

    READ = "read"
    UNREAD = "unread"
    STARRED = "starred"


@dataclass(frozen=True, slots=True)
class Everything:
    """All articles that are not in the bin."""


@dataclass(frozen=True, slots=True)
class OneSource:
    """The articles of the source with exactly this name; articles without a source have the name ""."""

    name: str


@dataclass(frozen=True, slots=True)
class InState:
    """The articles in this state."""

    state: ArticleState


@dataclass(frozen=True, slots=True)
class Bin:
    """The articles in the bin, the one moved there last first; they are not in the index."""


Searchable = Everything | OneSource | InState
Scope = Searchable | Bin

EVERYTHING: Final = Everything()
BIN: Final = Bin()
