"""Defines a saved file, and the interface of a capture format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from urllib.parse import unquote
from zlib import crc32

from reader.article import Asset, Origin, ParsedCapture

# How much of a file's beginning `recognises` is given.
HEAD_BYTES = 4096
# Addresses on the web or in the page itself: looking for them on the disk would take longer than cleaning the page.
_ELSEWHERE = ("https://", "http://", "//", "data:")
# The budget of one page for repeated reads: it may rightly show one picture in many places, and by many names.
_READ_AGAIN_BYTES = 128 * 1024 * 1024
# Reads that are free: one to see whether the file exists, and one to use it.
_READS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One saved file, read into memory.

    `name` is the file's own name. `parents` are all folders that hold it, outermost first, whichever of them was
    dropped; for a file in an archive, the folders inside the archive. `beside` reads a file by its path relative to
    this one, None if there is no such file; it never leaves the folder or archive that was dropped.
    """

    origin: Origin
    name: str
    data: bytes
    parents: tuple[str, ...]
    beside: Callable[[str], bytes | None]


class CaptureFormat(Protocol):
    """Reads one kind of saved file; it never cleans what it reads."""

    def recognises(self, name: str, head: bytes) -> bool:
        """Say whether a file has this format, from its name and its first HEAD_BYTES bytes."""

    def read(self, file: SourceFile) -> Iterator[ParsedCapture]:
        """Read the whole file, which may hold many captures.

        Raises:
            CaptureError: the file is damaged.
        """


class AssetsBeside(Mapping[str, Asset]):
    """The files next to a capture, by the names its page uses for them; each is read only when asked for."""

    def __init__(self, beside: Callable[[str], bytes | None]) -> None:
        self._beside = beside
        self._met: Counter[tuple[int, int]] = Counter()
        self._left = _READ_AGAIN_BYTES

    def __getitem__(self, name: str) -> Asset:
        if name.startswith(_ELSEWHERE) or self._left < 0:
            raise KeyError(name)
        for spelling in dict.fromkeys((name, unquote(name))):
            data = self._beside(spelling)
            if data is not None:
                self._charge(data)
                return Asset(name, partial(_same, data))
        raise KeyError(name)

    def _charge(self, data: bytes) -> None:
        """Charge repeated reads of the same bytes to a budget: a hostile page can repeat them for free."""
        middle = len(data) // 2
        known = (len(data), crc32(data[middle : middle + 4096]))
        self._met[known] += 1
        if self._met[known] > _READS:
            self._left -= len(data)

    def __iter__(self) -> Iterator[str]:
        """Yield nothing: only the page can tell which of the files next to a capture belong to it."""
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True


def _same(data: bytes) -> bytes:
    return data
