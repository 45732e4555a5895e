"""Opens tar archives, compressed or not, as one bounded stream from front to back."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tarfile import ReadError, TarFile
from typing import BinaryIO, Self, cast

from reader.sources.limits import ArchiveTooLargeError, Readable, unpacked_limit, unpacking

# Names and attributes of one member, which are read into memory whole.
_HEADER_BYTES = 4 * 1024 * 1024
# How much of the packed file tells how many members are in the rest.
_BLOCK = 64 * 1024
# Where a tar has its mark, and both spellings of it; no text holds their zeros.
_USTAR_AT = 257
_USTAR = (b"ustar\0", b"ustar  \0")
# Where the sum of a head is, and how it begins: digits of base eight.
_SUM_AT = 148
_SUM = re.compile(rb"[ 0-7]{6}[ 0-7\x00]")

_NONSENSE = (
    tarfile.InvalidHeaderError,  # type: ignore[attr-defined]
    tarfile.TruncatedHeaderError,  # type: ignore[attr-defined]
    tarfile.SubsequentHeaderError,  # type: ignore[attr-defined]
    # A long name of a long name of a long name: tarfile goes down a step for each.
    RecursionError,
)


@contextmanager
def open_tar(path: Path) -> Iterator[Iterator[tuple[TarFile, tarfile.TarInfo]]]:
    """Open a tar for one reading; each member is to be read before the next is asked for.

    Raises:
        OSError: the file cannot be read.
        tarfile.TarError, EOFError, zlib.error, lzma.LZMAError: it is damaged; also while it is iterated.
        ArchiveTooLargeError: while it is iterated, once it has unpacked to more than it may.
    """
    with path.open("rb") as packed, unpacking(packed) as stream:
        metered = _Metered(stream, packed)
        metered.allow(_HEADER_BYTES)
        fileobj = cast(BinaryIO, metered)
        with tarfile.open(fileobj=fileobj, mode="r|", bufsize=_BLOCK, tarinfo=_StrictInfo) as archive:
            yield _members(archive, metered)


def is_tar_head(head: bytes) -> bool:
    """Say whether these bytes begin with the head of a member of a tar, if perhaps a damaged one."""
    if head.startswith(_USTAR, _USTAR_AT):
        return True
    if not _SUM.match(head, _SUM_AT):
        return False
    try:
        # It checks the sum, which a tar of before the mark has, too.
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def is_tar(head: bytes) -> bool:
    """Say whether a file that begins with these 512 bytes is a tar, if perhaps a damaged or an empty one."""
    return is_tar_head(head) or (len(head) == tarfile.BLOCKSIZE and not any(head))


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


class _Metered:
    """A stream that fails when more is read from it than is allowed, or than its packed bytes are worth."""

    def __init__(self, stream: Readable, packed: BinaryIO) -> None:
        self._stream = stream
        self._packed = packed
        self._allowed = 0
        self._done = 0

    def allow(self, position: int) -> None:
        """Allow reading up to here."""
        self._allowed = position

    def read(self, size: int) -> bytes:
        """Read on, failing beyond what is allowed."""
        if self._done > min(self._allowed, unpacked_limit(self._packed.tell())):
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
