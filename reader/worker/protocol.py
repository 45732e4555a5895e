"""The messages between the window and its worker: jobs one way, events the other, each as one line of JSON.

A message is a JSON object of its fields, with the name of its class under "is"; so are the messages inside it.
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
    """Fetch the pictures that are not saved yet."""


@dataclass(frozen=True, slots=True)
class UpdateIndex:
    """Index the articles that the index lacks; an `unasked` job is not done while another program writes."""

    unasked: bool = False


@dataclass(frozen=True, slots=True)
class RebuildIndex:
    """Empty the index and rebuild it from the store; an `unasked` job is not done while another program writes."""

    unasked: bool = False


@dataclass(frozen=True, slots=True)
class ForgetBinned:
    """Remove from the index the articles that are in the bin, without telling the person."""


@dataclass(frozen=True, slots=True)
class UndoImport:
    """Undo an import."""

    id: ImportId


@dataclass(frozen=True, slots=True)
class DeletePermanently:
    """Delete articles that are in the bin permanently."""

    ids: tuple[ArticleId, ...]


@dataclass(frozen=True, slots=True)
class EmptyBin:
    """Delete all articles that are in the bin permanently."""


@dataclass(frozen=True, slots=True)
class BackUp:
    """Back up the library to a file."""

    file: str


@dataclass(frozen=True, slots=True)
class Restore:
    """Restore a backup, into the folder `into` or else into this library."""

    file: str
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """Repair the library."""


@dataclass(frozen=True, slots=True)
class ExportOriginals:
    """Export the originals of articles into a folder."""

    ids: tuple[ArticleId, ...]
    to: str


WritingJob: TypeAlias = (
    Import | FetchPictures | UpdateIndex | RebuildIndex | ForgetBinned | UndoImport | DeletePermanently | EmptyBin
)
Job: TypeAlias = WritingJob | BackUp | Restore | Repair | ExportOriginals


@dataclass(frozen=True, slots=True)
class CleanAgain:
    """Clean pages again that older rules cleaned; the window never sends it, but shows the background work by it."""


# Results of jobs


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of Import; `tidy` says that no segments of the index are to be merged."""

    counts: ImportCounts
    pictures_on_web: int = 0
    tidy: bool = True


@dataclass(frozen=True, slots=True)
class PicturesFetched:
    """The result of FetchPictures, in pictures."""

    saved: int
    failed: int


@dataclass(frozen=True, slots=True)
class Indexed:
    """The result of UpdateIndex and RebuildIndex: the number of articles indexed; `tidy` is as in Imported."""

    articles: int
    tidy: bool = True


@dataclass(frozen=True, slots=True)
class Waits:
    """The result of an unasked job that was not done because another program is writing."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The result of a job that could not be done, or not completely."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Deleted:
    """The result of DeletePermanently and EmptyBin; `versions` counts those deleted from other articles."""

    articles: int
    versions: int


@dataclass(frozen=True, slots=True)
class BackedUp:
    """The result of BackUp; `missing` counts the pictures that are not in the backup."""

    articles: int
    missing: int


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of Restore: the content of the folder `into`."""

    articles: int
    missing: int
    into: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """The result of Repair; `lost` are titles, `pictures_on_web` counts the pictures that can be fetched."""

    articles: int
    lost: tuple[str, ...] = ()
    pictures_lost: int = 0
    pictures_unreadable: int = 0
    pictures_on_web: int = 0


@dataclass(frozen=True, slots=True)
class Exported:
    """The result of ExportOriginals; `failed` counts the articles with a damaged original."""

    articles: int
    failed: int


Result: TypeAlias = (
    Imported | PicturesFetched | Indexed | Undoing | Deleted | BackedUp | Restored | Repaired | Exported | Waits
    | Failed
)  # fmt: skip

# Events


@dataclass(frozen=True, slots=True)
class Started:
    """A job has begun; `total` is the number of its steps, if known."""

    total: int | None = None


@dataclass(frozen=True, slots=True)
class Progressed:
    """Progress of a job; a `total` replaces the one given at its start."""

    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Committed:
    """A transaction was committed: there is more to read and to find."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A job has ended; one that was `cancelled`, or failed, is incomplete, and may have no result."""

    result: Result | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A background check has ended."""

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
        UntrustedJsonError: the line is not a message of that kind.
    """
    try:
        return _as_type(kind, read_json(line))
    except (ValueError, TypeError, KeyError) as error:
        raise UntrustedJsonError(f"{error} in {line[:200]!r}") from error


def _as_type(kind: Any, value: Any) -> Any:
    """Convert a value of JSON to the type `kind`; raise ValueError, TypeError or KeyError if it does not fit."""
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
