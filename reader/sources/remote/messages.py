"""The messages between Pressmark and the process that reads network disks for it.

The program sends one Ask at a time, the process an Answer. A look sends many files before its Answer, and other Asks
may be answered between two of them. Either side ends when it sees the pipe close.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reader.errors import Sentence
from reader.sources.saved_file import SavedFile


@dataclass(frozen=True, slots=True)
class Ask:
    """A request; `do` is "look", "count", "beside" (read a file next to a path) or "beside member" (in an archive)."""

    do: str
    path: Path
    disk: str
    root: Path | None = None
    name: str = ""
    # The archive, by the ticket of the look at it, and the number of the member among those read from it.
    archive: int = 0
    member: int = 0
    ticket: int = 0
    # Tickets of archives whose members are all gone, so that the process can close them.
    forgotten: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file with its bytes; `member` is its number in an archive, by which files next to it are asked for."""

    member: int | None
    file: SavedFile


@dataclass(frozen=True, slots=True)
class Answer:
    """The last message about an Ask: a value, or the reason why there is none; `bug` is a bug's traceback, if any."""

    ticket: int
    value: Any
    reason: Sentence | None = None
    bug: str = ""


@dataclass(frozen=True, slots=True)
class Alive:
    """Says that work went on since the last message; also the first message, once the process has started."""
