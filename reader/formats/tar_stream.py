"""Opens tar archives, compressed or not, as one bounded stream from front to back."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tarfile import ReadError, TarFile
from typing import BinaryIO, Protocol, Self, cast

COMPRESSED = (b"\x1f\x8b", b"\xfd7zXZ\x00", b"BZh")
# What an archive may unpack to. Articles shrink to a tenth, a solid archive of much alike ones to a fiftieth;
# only what was made to fill memory or disk shrinks further.
_UNPACKED_RATIO = 200
_UNPACKED_BYTES = 1024 * 1024 * 1024
# Names and attributes of one member, which are read into memory whole.
_HEADER_BYTES = 4 * 1024 * 1024
# How much of the packed file tells how many members are in the rest.
_BLOCK = 64 * 1024


_NONSENSE = (
    tarfile.InvalidHeaderError,  # type: ignore[attr-defined]
    tarfile.TruncatedHeaderError,  # type: ignore[attr-defined]
    tarfile.SubsequentHeaderError,  # type: ignore[attr-defined]
)


class ArchiveTooLargeError(Exception):
    """The archive has unpacked to more than `unpacked_limit` says."""


def unpacked_limit(path: Path) -> int:
    """Return to how many bytes this archive may unpack before it is taken for a trap."""
    return _UNPACKED_BYTES + _UNPACKED_RATIO * path.stat().st_size


@contextmanager
def open_tar(path: Path) -> Iterator[Iterator[tuple[TarFile, tarfile.TarInfo]]]:
    """Open a tar for one reading; each member is to be read before the next is asked for.

    Raises:
        OSError: the file cannot be read.
        tarfile.TarError, EOFError, zlib.error, lzma.LZMAError: it is damaged; also while it is iterated.
        ArchiveTooLargeError: while it is iterated, once it has unpacked to more than it may.
    """
    with path.open("rb") as packed, _unpacking(packed) as stream:
        metered = _Metered(stream, unpacked_limit(path))
        metered.allow(_HEADER_BYTES)
        fileobj = cast(BinaryIO, metered)
        with tarfile.open(fileobj=fileobj, mode="r|", bufsize=_BLOCK, tarinfo=_StrictInfo) as archive:
            yield _members(archive, metered)


def count_tar(path: Path) -> int:
    """Count the files of a tar, which for a compressed one means to unpack it once.

    Raises: as `open_tar` does.
    """
    with open_tar(path) as members:
        return sum(not info.isdir() for _, info in members)


def _members(archive: TarFile, metered: _Metered) -> Iterator[tuple[TarFile, tarfile.TarInfo]]:
    while True:
        # What is left of the last member is passed over; only then comes the next header.
        metered.allow(archive.offset + _HEADER_BYTES)
        info = archive.next()
        if info is None:
            return
        metered.allow(info.offset_data + info.size + _HEADER_BYTES)
        yield archive, info
        # The stream never goes back, so what it has passed need not be remembered.
        archive.members = []  # type: ignore[attr-defined]


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Metered:
    """A stream that fails when more is read from it than is allowed."""

    def __init__(self, stream: _Readable, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._allowed = 0
        self._done = 0

    def allow(self, position: int) -> None:
        """Allow reading up to here, and not beyond the limit of the whole."""
        self._allowed = min(position, self._limit)

    def read(self, size: int) -> bytes:
        """Read on, failing beyond what is allowed."""
        if self._done > self._allowed:
            raise ArchiveTooLargeError
        data = self._stream.read(size)
        self._done += len(data)
        return data


class _StrictInfo(tarfile.TarInfo):
    """A member's header; tarfile takes one that makes no sense for the end, and would lose the rest unsaid."""

    @classmethod
    def fromtarfile(cls, tarfile: TarFile) -> Self:
        """Override TarInfo.fromtarfile."""
        try:
            return super().fromtarfile(tarfile)
        except _NONSENSE as error:
            raise ReadError(str(error)) from error


@contextmanager
def _unpacking(packed: BinaryIO) -> Iterator[_Readable]:
    head = packed.read(6)
    packed.seek(0)
    if head.startswith(COMPRESSED[0]):
        with gzip.open(packed) as stream:
            yield stream
    elif head.startswith(COMPRESSED[1]):
        with lzma.open(packed) as xz_stream:
            yield xz_stream
    elif head.startswith(COMPRESSED[2]):
        with bz2.open(packed) as bz2_stream:
            yield bz2_stream
    else:
        yield packed
