"""The files in an archive as sources. A member's name is only a label; none ever becomes a path on this machine."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import BinaryIO, Self

from reader.article import Origin, ReadFile
from reader.errors import CaptureError
from reader.formats.base import HEAD_BYTES, MAX_FILE_BYTES
from reader.sources.beside import unreadable_beside
from reader.sources.names import printable


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file in an archive; implements Source.

    `unpack` returns its bytes, at most MAX_FILE_BYTES + 1 of them, whatever `size` it claims. It raises a CaptureError
    if this file cannot be read, an UnknownFormatError if it is none.
    """

    origin: Origin
    name: str
    parents: tuple[str, ...]
    size: int
    unpack: Callable[[], bytes]
    beside: ReadFile

    @classmethod
    def of(cls, archive: str, path: str, size: int, unpack: Callable[[], bytes], read: ReadFile) -> Self:
        """Return the member at a path in an archive; `read` returns other members by their paths."""
        *folders, name = path.split("/")
        parents = tuple(printable(folder) for folder in folders if folder not in ("", ".", ".."))
        origin = Origin(archive, printable(path) or None)
        return cls(origin, printable(name), parents, size, unpack, partial(_read_beside_member, path, read))

    @property
    def head(self) -> bytes:
        """Override Source.head."""
        return self.unpack()[:HEAD_BYTES]

    def open(self) -> BinaryIO:
        """Override Source.open."""
        data = self.unpack()
        if len(data) > MAX_FILE_BYTES:
            raise CaptureError(
                "The file in the archive is larger than {limit} MB, whatever size it claims; it is not read.",
                limit=MAX_FILE_BYTES // 1_000_000,
            )
        return BytesIO(data)

    def members(self) -> None:
        """Override Source.members: an archive in an archive is not opened."""


def _read_beside_member(member: str, read: ReadFile, name: str) -> bytes | None:
    """Read a file by its path relative to a member; it never leaves the archive.

    Raises:
        CaptureError: the disk gives an error.
    """
    path = posixpath.normpath(posixpath.join(posixpath.dirname(member), name))
    if path.startswith(("../", "/")) or name.startswith("/"):
        return None
    try:
        return read(path)
    except OSError as error:
        raise unreadable_beside(name, error.strerror or str(error)) from error
