"""Saved files as sources: what lies on a disk, and bytes that are held already."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO, Self

from reader.article import Origin, ReadFile, no_file
from reader.formats.base import HEAD_BYTES
from reader.sources.archives import Archive, looks_like_archive
from reader.sources.member import ArchiveMember


@dataclass(frozen=True)
class SavedFile:
    """A file; implements Source. One without `beside` can be sent to another process.

    It has no slots: a dataclass with slots is pickled by slow Python code.
    """

    origin: Origin
    name: str
    size: int
    head: bytes
    open: Callable[[], BinaryIO]
    parents: tuple[str, ...] = ()
    beside: ReadFile = no_file

    @classmethod
    def of_bytes(
        cls, origin: Origin, name: str, data: bytes, parents: tuple[str, ...] = (), beside: ReadFile = no_file
    ) -> Self:
        """Return bytes that are in memory as a source."""
        return cls(origin, name, len(data), data[:HEAD_BYTES], partial(BytesIO, data), parents, beside)

    @classmethod
    def of_original(cls, origin: Origin, original: bytes, beside: ReadFile = no_file) -> Self:
        """Return the bytes of a capture as they were saved, to be read again."""
        path = PurePosixPath((origin.member or origin.path).replace("\\", "/"))
        return cls.of_bytes(origin, path.name or "article.html", original, path.parts[:-1], beside)

    def sha256(self) -> bytes:
        """Return the hash of all bytes.

        Raises:
            OSError: the disk cannot be read.
        """
        with self.open() as file:
            return hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]  # a BinaryIO has readinto

    @cached_property
    def archive(self) -> Archive | None:
        """The file as an archive; None if it is not one."""
        return Archive(self) if looks_like_archive(self.head) else None

    def members(self) -> Iterator[ArchiveMember] | None:
        """Override Source.members."""
        return None if self.archive is None else self.archive.members()
