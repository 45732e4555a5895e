"""What is said between a program and the process that reads remote disks for it.

The program asks one thing at a time, the process answers. A look gives many files before its answer, and between two of
them other questions are answered. Whoever sees the pipe end, ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reader.article import Origin
from reader.errors import Sentence
from reader.formats.base import SourceFile

Beside = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Ask:
    """To look at a path, count what is there, or read a file: beside a member of an archive, or in a folder."""

    do: str
    path: Path
    disk: str
    root: Path | None = None
    name: str = ""
    # Which archive: the ticket of the look at it; and which of the members that were read of it.
    archive: int = 0
    member: int = 0
    ticket: int = 0
    # Archives of which nobody holds a member any more, so that nothing in them will be asked for.
    forgotten: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that was read; in an archive, what lies beside it is asked for by its number."""

    member: int | None
    origin: Origin
    name: str
    data: bytes
    parents: tuple[str, ...]

    def source(self, beside: Beside) -> SourceFile:
        """Return the file, with what reads beside it."""
        return SourceFile(origin=self.origin, name=self.name, data=self.data, parents=self.parents, beside=beside)


@dataclass(frozen=True, slots=True)
class Answer:
    """The last word about what was asked: a value, or the reason why there is none, and of a bug its traceback."""

    ticket: int
    value: Any
    reason: Sentence | None = None
    bug: str = ""


@dataclass(frozen=True, slots=True)
class Alive:
    """Something was done since the last word; this is also the first one."""
