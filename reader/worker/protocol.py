"""What the window and its worker say to each other: jobs one way, events the other, each as one line of JSON.

A message is written as its fields and, as "is", the name of its class; so are the messages within it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeAlias, get_args, get_origin, get_type_hints

from reader.article import ArticleId
from reader.errors import Sentence
from reader.outcome import ImportCounts, ImportId, NotImported, Problem, Undoing
from reader.system.untrusted_json import UntrustedJsonError, read_json

_IS = "is"

# Jobs


@dataclass(frozen=True, slots=True)
class Import:
    """Import files, folders and archives."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FetchPictures:
    """Save the pictures that are on the web only."""


@dataclass(frozen=True, slots=True)
class UpdateIndex:
    """Give the index what it lacks; one that is `unasked` is not done while another program writes."""

    unasked: bool = False


@dataclass(frozen=True, slots=True)
class RebuildIndex:
    """Empty the index and build it from the store; one that is `unasked` is not done while another program writes."""

    unasked: bool = False


@dataclass(frozen=True, slots=True)
class ForgetBinned:
    """Let the index forget what is in the bin; nobody is told."""


@dataclass(frozen=True, slots=True)
class UndoImport:
    """Take an import back."""

    id: ImportId


@dataclass(frozen=True, slots=True)
class DeletePermanently:
    """Delete articles that are in the bin."""

    ids: tuple[ArticleId, ...]


@dataclass(frozen=True, slots=True)
class EmptyBin:
    """Delete all that is in the bin."""


@dataclass(frozen=True, slots=True)
class BackUp:
    """Write the library to a file."""

    file: str


@dataclass(frozen=True, slots=True)
class Restore:
    """Restore a backup, into the folder `into` or else into this library."""

    file: str
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """Save what can be read of a damaged library."""


@dataclass(frozen=True, slots=True)
class ExportOriginals:
    """Write the captures of articles into a folder, unchanged."""

    ids: tuple[ArticleId, ...]
    to: str


Job: TypeAlias = (
    Import | FetchPictures | UpdateIndex | RebuildIndex | ForgetBinned | UndoImport | DeletePermanently | EmptyBin
    | BackUp | Restore | Repair | ExportOriginals
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CleanAgain:
    """Clean again what older rules cleaned: no job that is asked for, but what is done when there is none."""


# What jobs came to


@dataclass(frozen=True, slots=True)
class Imported:
    """The end of an Import; `tidy` says that the index needs no tidying."""

    counts: ImportCounts
    pictures_on_web: int = 0
    tidy: bool = True


@dataclass(frozen=True, slots=True)
class PicturesFetched:
    """The end of FetchPictures."""

    saved: int
    failed: int


@dataclass(frozen=True, slots=True)
class Indexed:
    """The end of UpdateIndex and RebuildIndex: how many articles the index took up."""

    articles: int
    tidy: bool = True


@dataclass(frozen=True, slots=True)
class Waits:
    """What was unasked is not done: another program writes."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A job could not be done, or not to its end."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Deleted:
    """The end of DeletePermanently and EmptyBin; `versions` are those of other articles."""

    articles: int
    versions: int


@dataclass(frozen=True, slots=True)
class BackedUp:
    """The end of BackUp; `missing` counts the pictures that are not in the backup."""

    articles: int
    missing: int


@dataclass(frozen=True, slots=True)
class Restored:
    """The end of Restore: what is in the folder `into` now."""

    articles: int
    missing: int
    into: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """The end of Repair; `lost` are titles, `pictures_on_web` can be fetched, perhaps again."""

    articles: int
    lost: tuple[str, ...] = ()
    pictures_lost: int = 0
    pictures_unreadable: int = 0
    pictures_on_web: int = 0


@dataclass(frozen=True, slots=True)
class Exported:
    """The end of ExportOriginals; of those that `failed`, something is damaged."""

    articles: int
    failed: int


Result: TypeAlias = (
    Imported | PicturesFetched | Indexed | Undoing | Deleted | BackedUp | Restored | Repaired | Exported | Waits
    | Failed
)  # fmt: skip

# Events


@dataclass(frozen=True, slots=True)
class Started:
    """A job has begun; `total` is how many things it will do, if that is known."""

    total: int | None = None


@dataclass(frozen=True, slots=True)
class Progressed:
    """A job goes on; a `total` is better than that of its start."""

    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Committed:
    """There is more to read and to find."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A job has ended; one that was `cancelled`, or failed, is not done to its end, and may have no result."""

    result: Result | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A check has come to its end."""

    problems: tuple[Problem, ...]


Event: TypeAlias = Started | Progressed | NotImported | Committed | Finished | Checked

# Lines


def to_line(message: Job | Event) -> str:
    """Write a message as one line, in ASCII."""
    return json.dumps(message, default=_named_fields) + "\n"


def _named_fields(message: Any) -> dict[str, object]:
    return {_IS: type(message).__name__, **{each.name: getattr(message, each.name) for each in fields(message)}}


def from_line(line: str | bytes, kind: object) -> Any:
    """Read a message; `kind` is Job or Event.

    Raises:
        UntrustedJsonError: it is none of that kind.
    """
    try:
        return _as_type(kind, read_json(line))
    except (ValueError, TypeError, KeyError) as error:
        raise UntrustedJsonError(f"{error} in {line[:200]!r}") from error


def _as_type(kind: Any, value: Any) -> Any:
    """Return the value of JSON as the type `kind` has it; raise ValueError, TypeError or KeyError if it has none."""
    for choice in get_args(kind) if isinstance(kind, UnionType) else (getattr(kind, "__supertype__", kind),):
        of = get_args(choice)
        if get_origin(choice) is tuple and isinstance(value, list):
            return tuple(_as_type(of[0], each) for each in value)
        if get_origin(choice) is Mapping and isinstance(value, dict):
            return {name: _as_type(of[1], each) for name, each in value.items()}
        if choice is type(value):
            return value
        if isinstance(choice, type) and issubclass(choice, StrEnum):
            return choice(value)
        if _is_named(value, choice):
            types = _types(choice)
            return choice(**{name: _as_type(types[name], each) for name, each in value.items() if name != _IS})
    raise ValueError(f"an unexpected {type(value).__name__}")


def _is_named(value: Any, choice: Any) -> bool:
    return is_dataclass(choice) and isinstance(value, dict) and value.get(_IS) == getattr(choice, "__name__", None)


_types = cache(get_type_hints)
