"""Unpacks archives within bounds of memory, whatever an archive claims about itself."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import BinaryIO, Protocol

from reader.errors import CaptureError

_GZIP = b"\x1f\x8b"
_XZ = b"\xfd7zXZ\x00"
# Three letters, a level, and the magic of a block or of the end of the stream: a text may begin with just the letters.
_BZIP2 = tuple(b"BZh%d%b" % (level, block) for level in range(1, 10) for block in (b"1AY&SY", b"\x17rE8P\x90"))
COMPRESSED = (_GZIP, _XZ, *_BZIP2)
# What Python raises for a damaged archive. gzip and bz2 also raise an OSError without an errno.
DAMAGE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    EOFError,
    lzma.LZMAError,
    zlib.error,
    struct.error,
    ValueError,
    OverflowError,
    NotImplementedError,
)
# What an archive may expand to: a ratio to its packed bytes, plus a fixed allowance. Articles shrink to a tenth, a
# solid archive of similar ones to a fiftieth; only an archive bomb shrinks further.
_UNPACKED_RATIO = 200
_UNPACKED_BYTES = 64 * 1024 * 1024
# The largest dictionary that xz may use; its own strongest preset needs half of that.
_DICTIONARY_BYTES = 128 * 1024 * 1024
# Not translated, like the system's own error messages: people see it in parentheses after a translated sentence.
_BREAKS_OFF = "the archive breaks off"
_BLOCK = 64 * 1024


class ArchiveTooLargeError(Exception):
    """The archive has unpacked to more than `unpacked_limit` allows."""


def too_much(done: int) -> CaptureError:
    """Return the error for an archive that is a bomb, after its first `done` files."""
    return CaptureError(
        "The archive unpacks to far more than any collection of articles; after its first {done} files it is not read.",
        done=done,
    )


class Readable(Protocol):
    """A stream that is read from front to back."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, at most `size`; empty at the end."""


def unpacked_limit(packed: int) -> int:
    """Return how many bytes `packed` bytes may expand to before the archive is treated as a bomb."""
    return _UNPACKED_BYTES + _UNPACKED_RATIO * packed


@contextmanager
def unpacking(packed: BinaryIO) -> Iterator[Readable]:
    """Yield the unpacked stream of a gzip, xz or bzip2 file, or the file itself if it is not compressed."""
    head = packed.read(max(map(len, COMPRESSED)))
    packed.seek(0)
    if head.startswith(_GZIP):
        with gzip.open(packed) as stream:
            yield stream
    elif head.startswith(_XZ):
        yield _XzStream(packed)
    elif head.startswith(_BZIP2):
        with bz2.open(packed) as bz2_stream:
            yield bz2_stream
    else:
        yield packed


def unpacked_head(packed: BinaryIO, size: int) -> bytes:
    """Return the first `size` unpacked bytes of a compressed file, or all if there are fewer.

    Raises:
        OSError, and what is in `DAMAGE`: the file is damaged.
    """
    head = b""
    with unpacking(packed) as stream:
        while len(head) < size and (piece := stream.read(size - len(head))):
            head += piece
    return head


class _XzStream:
    """Unpacks xz with a bound on its memory, which Python's `lzma.LZMAFile` cannot be given."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._decoder = _xz_decoder()
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most the next `size` bytes; empty at the end.

        Raises:
            lzma.LZMAError: the file is damaged, or needs more memory than `_DICTIONARY_BYTES`.
            EOFError: the file breaks off.
        """
        while True:
            if self._decoder.eof and not self._next_stream():
                return b""
            piece = b""
            if self._decoder.needs_input:
                piece, self._rest = self._rest or self._packed.read(_BLOCK), b""
                if not piece:
                    raise EOFError(_BREAKS_OFF)
            if data := self._decoder.decompress(piece, size):
                return data

    def _next_stream(self) -> bool:
        """Begin the next stream of a file of several, after the zeros that pad the last; say whether there is one."""
        self._rest = self._decoder.unused_data.lstrip(b"\0")
        while not self._rest:
            piece = self._packed.read(_BLOCK)
            if not piece:
                return False
            self._rest = piece.lstrip(b"\0")
        self._decoder = _xz_decoder()
        return True


def _xz_decoder() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_DICTIONARY_BYTES)


def read_zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """Return the bytes of a member of a zip, at most `limit` + 1, and at most the size that the member claims.

    Raises:
        OSError: the disk cannot be read.
        RuntimeError: the member is encrypted.
        What is in `DAMAGE`: the member is damaged, or packed by an unknown method.
    """
    as_packed = copy(info)
    as_packed.compress_type, as_packed.file_size = zipfile.ZIP_STORED, info.compress_size
    as_packed.CRC = None  # type: ignore[assignment]  # zipfile would check it against the packed bytes
    with archive.open(as_packed) as file:
        packed = file.read(limit + 1)
    most = min(limit + 1, info.file_size)
    data = _unpacked(packed, info.compress_type, most) if most else b""
    if len(data) <= limit and zlib.crc32(data) != info.CRC:
        raise zipfile.BadZipFile("wrong checksum")
    return data


def _unpacked(packed: bytes, method: int, most: int) -> bytes:
    """Unpack one member, at most `most` bytes."""
    if method == zipfile.ZIP_STORED:
        return packed[:most]
    if method == zipfile.ZIP_DEFLATED:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
    raise NotImplementedError(f"packed by an unknown method, {method}")
