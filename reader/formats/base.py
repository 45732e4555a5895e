"""Defines a source, which is what an import is given to read, and the interface of a capture format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Protocol
from urllib.parse import unquote
from zlib import crc32

from reader.article import Origin, ParsedCapture, ReadFile
from reader.errors import CaptureError

# How much of a source's beginning tells what it is. Saved pages begin with comments, declarations, long style sheets.
HEAD_BYTES = 64 * 1024
# The most bytes of one file that are held in memory. A capture of 50 MB must be readable.
MAX_FILE_BYTES = 64 * 1024 * 1024
# Addresses on the web or in the page itself: looking for them on the disk would take longer than cleaning the page.
_ELSEWHERE = ("https://", "http://", "//", "data:")
# The budget of one page for repeated reads: it may rightly show one picture in many places, and by many names.
_READ_AGAIN_BYTES = 128 * 1024 * 1024
# Reads that are free: one to see whether the file exists, and one to use it.
_READS = 2


class Source(Protocol):
    """A saved file, a file in an archive, or an archive as a whole; its bytes are read only when they are asked for."""

    @property
    def origin(self) -> Origin:
        """Where the source lies."""

    @property
    def name(self) -> str:
        """The file's own name."""

    @property
    def parents(self) -> tuple[str, ...]:
        """All folders that hold it, outermost first, whichever of them was dropped; inside an archive, those there."""

    @property
    def size(self) -> int:
        """How many bytes it has; an archive may lie about a member."""

    @property
    def head(self) -> bytes:
        """Its first HEAD_BYTES bytes."""

    def open(self) -> BinaryIO:
        """Open it for reading, from its first byte; what is opened can seek.

        Raises:
            CaptureError: it is a damaged member of an archive, or too large a one.
            OSError: the disk cannot be read; reading may raise this, too.
        """

    def members(self) -> Iterator[Source] | None:
        """Return the files of an archive, in its order; None if this is not an archive, or lies in one.

        Nothing is read before the first is asked for. The members of a zip are unpacked when they are opened, those of
        a tar as they come by, and are held in memory.

        Raises:
            CaptureError: the archive is damaged, or a bomb; raised during iteration, after the members before that.
        """

    def beside(self, name: str) -> bytes | None:
        """Return a file by its path relative to this one, None if there is no such file.

        It never leaves the folder or archive that was dropped.

        Raises:
            CaptureError: there may be such a file, but it cannot be read now.
        """


class CaptureFormat(Protocol):
    """Reads one kind of saved file; it never cleans what it reads.

    The law of every format: reading a capture's `original` alone yields that capture again.
    """

    @property
    def name(self) -> str:
        """What the kind is called, for example "feed capture"."""

    def recognises(self, source: Source) -> bool:
        """Say whether a source has this format; of an archive, it is asked before the members are.

        Raises:
            CaptureError: the source is damaged.
        """

    def read(self, source: Source) -> Iterator[ParsedCapture]:
        """Read the whole source, which may hold many captures.

        One larger than MAX_FILE_BYTES is read by a format that needs only a part of it at a time.

        Raises:
            CaptureError: the source is damaged, or larger than the format can read.
        """


def read_whole(source: Source) -> bytes:
    """Return all bytes of a source.

    Raises:
        CaptureError: it cannot be read, or is larger than MAX_FILE_BYTES.
    """
    with source.open() as file:
        if source.size > MAX_FILE_BYTES:
            raise too_large(source.size)
        return file.read()


def too_large(size: int) -> CaptureError:
    """Return the error for a file larger than MAX_FILE_BYTES; `size` is in bytes."""
    return CaptureError(
        "The file has {size} MB; Pressmark reads files of up to {limit} MB.",
        # Rounded up: otherwise a file a little too large would be said to have just the limit.
        size=-(-size // 1_000_000),
        limit=MAX_FILE_BYTES // 1_000_000,
    )


class AssetReader:
    """Reads the files next to a source, by the names that a page uses for them."""

    def __init__(self, beside: ReadFile) -> None:
        self._beside = beside
        self._met: Counter[tuple[int, int]] = Counter()
        self._left = _READ_AGAIN_BYTES

    def __call__(self, name: str) -> bytes | None:
        """Return the file that a page names; None if it does not lie next to it, or was read too often."""
        if name.startswith(_ELSEWHERE) or self._left < 0:
            return None
        for spelling in dict.fromkeys((name, unquote(name))):
            data = self._beside(spelling)
            if data is not None:
                self._charge(data)
                return data
        return None

    def _charge(self, data: bytes) -> None:
        """Charge repeated reads of the same bytes to a budget: a hostile page can repeat them for free."""
        middle = len(data) // 2
        known = (len(data), crc32(data[middle : middle + 4096]))
        self._met[known] += 1
        if self._met[known] > _READS:
            self._left -= len(data)
