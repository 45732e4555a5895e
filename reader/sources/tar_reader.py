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

# At most this much header for one member: tarfile reads its names and attributes into memory whole.
_HEADER_BYTES = 4 * 1024 * 1024
# How much is read of the stream at a time.
_BLOCK = 64 * 1024
# The offset of a tar's magic, and both spellings of it; no text holds their zeros.
_USTAR_AT = 257
_USTAR = (b"ustar\0", b"ustar  \0")
# The offset of a header's checksum, and its form: octal digits.
_SUM_AT = 148
_SUM = re.compile(rb"[ 0-7]{6}[ 0-7\x00]")

_NONSENSE = (
    tarfile.InvalidHeaderError,  # type: ignore[attr-defined]
    tarfile.TruncatedHeaderError,  # type: ignore[attr-defined]
    tarfile.SubsequentHeaderError,  # type: ignore[attr-defined]
    # For a long name of a long name of a long name, and so on: tarfile recurses for each.
    RecursionError,
)


@contextmanager
def open_tar(path: Path) -> Iterator[Iterator[tuple[TarFile, tarfile.TarInfo]]]:
    """Open a tar for one pass; each member has to be read before the next is asked for.

    Raises:
        OSError: the file cannot be read.
        tarfile.TarError, EOFError, zlib.error, lzma.LZMAError: it is damaged; also raised during iteration.
        ArchiveTooLargeError: raised during iteration, once it has unpacked to more than `unpacked_limit` allows.
    """
    with path.open("rb") as packed, unpacking(packed) as stream:
        metered = _Metered(stream, packed)
        metered.allow(_HEADER_BYTES)
        fileobj = cast(BinaryIO, metered)
        with tarfile.open(fileobj=fileobj, mode="r|", bufsize=_BLOCK, tarinfo=_StrictInfo) as archive:
            yield _members(archive, metered)


def is_tar_head(head: bytes) -> bool:
    """Say whether these bytes begin with the header of a tar member, even of a damaged tar."""
    if head.startswith(_USTAR, _USTAR_AT):
        return True
    if not _SUM.match(head, _SUM_AT):
        return False
    try:
        # frombuf verifies the checksum, which tars older than the magic have, too.
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def is_tar(head: bytes) -> bool:
    """Say whether a file that begins with these 512 bytes is a tar, even a damaged or an empty one."""
    return is_tar_head(head) or (len(head) == tarfile.BLOCKSIZE and not any(head))


def count_tar(path: Path) -> int:
    """Count the files of a tar; a compressed one is unpacked once for that.

    Raises:
        OSError: the file cannot be read.
        ArchiveTooLargeError, and what is in `DAMAGE` of `limits`: see `open_tar`.
    """
    with open_tar(path) as members:
        return sum(not info.isdir() for _, info in members)


def _members(archive: TarFile, metered: _Metered) -> Iterator[tuple[TarFile, tarfile.TarInfo]]:
    while True:
        # archive.next() first skips the rest of the last member, then reads the next header.
        metered.allow(archive.offset + _HEADER_BYTES)
        info = archive.next()
        if info is None:
            return
        metered.allow(info.offset_data + info.size + _HEADER_BYTES)
        yield archive, info
        # The stream never seeks back, so the headers passed need not fill memory.
        archive.members = []  # type: ignore[attr-defined]


class _Metered:
    """A stream that fails once more is read than `allow` permits, or than its packed bytes may unpack to."""

    def __init__(self, stream: Readable, packed: BinaryIO) -> None:
        self._stream = stream
        self._packed = packed
        self._allowed = 0
        self._done = 0

    def allow(self, position: int) -> None:
        """Allow reading up to this position, in unpacked bytes."""
        self._allowed = position

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most `size`.

        Raises:
            ArchiveTooLargeError: more was read before than is allowed.
        """
        if self._done > min(self._allowed, unpacked_limit(self._packed.tell())):
            raise ArchiveTooLargeError
        data = self._stream.read(size)
        self._done += len(data)
        return data


class _StrictInfo(tarfile.TarInfo):
    """A member's header that raises if it is invalid: tarfile would take it for the end, and silently lose the rest."""

    @classmethod
    def fromtarfile(cls, tarfile: TarFile) -> Self:
        """Override TarInfo.fromtarfile."""
        try:
            return super().fromtarfile(tarfile)
        except _NONSENSE as error:
            raise ReadError(str(error)) from error
