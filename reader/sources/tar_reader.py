"""Reads tar archives, compressed or not, as one bounded stream from front to back."""

from __future__ import annotations

import logging
import posixpath
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from tarfile import ReadError, TarFile
from typing import BinaryIO, NoReturn, Self, cast

from reader.errors import UnknownFormatError
from reader.formats.base import MAX_FILE_BYTES, Source
from reader.formats.file_kinds import FileKind
from reader.formats.recognition import kind_of
from reader.pictures import ENDINGS
from reader.sources.limits import (
    COMPRESSED,
    DAMAGE,
    ArchiveTooLargeError,
    Readable,
    unpacked_head,
    unpacked_limit,
    unpacking,
)
from reader.sources.member import ArchiveMember

logger = logging.getLogger(__name__)

# A tar is read from front to back, so its pictures are held in memory, at most this many bytes.
_PICTURE_BYTES = 256 * 1024 * 1024
# Enough of a packed file to unpack its first bytes: a block of bzip2 has at most 900,000 bytes.
_PEEK_BYTES = 1024 * 1024

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


class TarReader:
    """Reads a tar; a single packed file is taken for one until its kind is asked for.

    Its methods raise an OSError if the disk cannot be read, and what is in `DAMAGE` if the tar is damaged; gzip and bz2
    report that as an OSError without an errno.
    A picture may come after the page that shows it, so the whole tar is read for the pictures, but only if a page asks.
    """

    def __init__(self, source: Source) -> None:
        self._path, self._open = source.origin.path, source.open
        self._pictures: dict[str, bytes] | None = None
        self._failure: OSError | None = None

    def kind(self) -> FileKind | None:
        """Return what the file is, if it is a single packed file; None if it is an archive of files."""
        with self._open() as file:
            beginning = file.read(_PEEK_BYTES)
        if not beginning.startswith(COMPRESSED):
            return None
        unpacked = unpacked_head(BytesIO(beginning), tarfile.BLOCKSIZE)
        if _is_tar(unpacked):
            return None
        # A WARC is packed record by record, and is opened packed by the programs that read it.
        return FileKind.WARC if kind_of("", unpacked) is FileKind.WARC else FileKind.PACKED_FILE

    def count(self) -> int:
        """Count its files; a compressed tar is unpacked once for that."""
        with _open_tar(self._open) as members:
            return sum(not info.isdir() for _, info in members)

    def members(self) -> Iterator[ArchiveMember]:
        """Yield its files; each is read here, as there is no way back.

        Raises:
            ArchiveTooLargeError: the tar is a bomb.
        """
        with _open_tar(self._open) as members:
            for archive, info in members:
                if not info.isdir():
                    yield ArchiveMember.of(self._path, info.name, info.size, _unpacker(archive, info), self._picture)

    def _picture(self, path: str) -> bytes | None:
        """Return the picture at this path, or None; as many are held as fit into `_PICTURE_BYTES`."""
        if not path.lower().endswith(ENDINGS):
            return None
        if self._pictures is None:
            self._pictures = {}
            self._gather(self._pictures)
        if path not in self._pictures and self._failure is not None:
            # The picture may lie where the disk could not be read.
            raise OSError(self._failure.errno, self._failure.strerror)
        return self._pictures.get(path)

    def _gather(self, pictures: dict[str, bytes]) -> None:
        """Read as many pictures as there is room for; damage is reported when the articles are read, not here."""
        room = _PICTURE_BYTES
        try:
            with _open_tar(self._open) as members:
                for archive, info in members:
                    # The gaps of a sparse file cost nothing in the archive, and much in memory.
                    wanted = info.isreg() and not info.issparse() and info.name.lower().endswith(ENDINGS)
                    if wanted and info.size <= min(room, MAX_FILE_BYTES) and (file := archive.extractfile(info)):
                        data = file.read(MAX_FILE_BYTES)
                        pictures[posixpath.normpath(info.name)] = data
                        room -= len(data)
        except (*DAMAGE, ArchiveTooLargeError, OSError) as error:
            logger.warning("the pictures of a tar are read up to its damage: %s", error)
            # gzip and bz2 report damage as an OSError without an errno.
            if isinstance(error, OSError) and error.errno is not None:
                self._failure = error


def _unpacker(archive: TarFile, info: tarfile.TarInfo) -> Callable[[], bytes]:
    """Read a member; return what returns its bytes."""
    if info.issparse():
        return partial(_refuse, "This file is stored with gaps in its archive; unpack the archive first to import it.")
    if not info.isreg():
        return partial(_refuse, "This is a link or a device inside the archive, not a file.")
    file = archive.extractfile(info)
    return partial(bytes, b"" if file is None else file.read(MAX_FILE_BYTES + 1))


def _refuse(template: str) -> NoReturn:
    raise UnknownFormatError(template)


@contextmanager
def _open_tar(open_: Callable[[], BinaryIO]) -> Iterator[Iterator[tuple[TarFile, tarfile.TarInfo]]]:
    """Open a tar for one pass; each member has to be read before the next is asked for.

    Raises:
        OSError: the file cannot be read.
        tarfile.TarError, EOFError, zlib.error, lzma.LZMAError: it is damaged; also raised during iteration.
        ArchiveTooLargeError: raised during iteration, once it has unpacked to more than `unpacked_limit` allows.
    """
    with open_() as packed, unpacking(packed) as stream:
        metered = _Metered(stream, packed)
        metered.allow(_HEADER_BYTES)
        fileobj = cast(BinaryIO, metered)
        with tarfile.open(fileobj=fileobj, mode="r|", bufsize=_BLOCK, tarinfo=_StrictInfo) as archive:
            yield _tar_members(archive, metered)


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


def _is_tar(head: bytes) -> bool:
    """Say whether a file that begins with these 512 bytes is a tar, even a damaged or an empty one."""
    return is_tar_head(head) or (len(head) == tarfile.BLOCKSIZE and not any(head))


def _tar_members(archive: TarFile, metered: _Metered) -> Iterator[tuple[TarFile, tarfile.TarInfo]]:
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
