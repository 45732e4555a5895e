"""What a saved file and a capture format are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from urllib.parse import unquote
from zlib import crc32

from reader.article import Asset, Origin, ParsedCapture

# What `recognises` is shown of a file.
HEAD_BYTES = 4096
# What a page names so stands on the web or in the page itself; to look for it on the disk takes longer than cleaning.
_ELSEWHERE = ("https://", "http://", "//", "data:")
# The budget of one page. It may show one picture in many places, and by many names.
_READ_AGAIN_BYTES = 128 * 1024 * 1024
# To ask whether it is there, and then for it.
_READS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One saved file, read into memory.

    `name` is the file's own name and `parents` are all folders that hold it, outermost first; of a file in an
    archive, those in the archive. So it does not matter which of them was dropped. `beside` reads a file by its
    path relative to this one, None where there is none; it never leaves what was dropped.
    """

    origin: Origin
    name: str
    data: bytes
    parents: tuple[str, ...]
    beside: Callable[[str], bytes | None]


class CaptureFormat(Protocol):
    """Reads one kind of saved file; it never cleans what it reads."""

    def recognises(self, name: str, head: bytes) -> bool:
        """Say whether this file is ours, from its name and its first HEAD_BYTES bytes."""

    def read(self, file: SourceFile) -> Iterator[ParsedCapture]:
        """Read the whole file, which may hold many captures.

        Raises:
            CaptureError: the file is damaged.
        """


class AssetsBeside(Mapping[str, Asset]):
    """The files beside a capture, by the names that its page has for them; each is read when it is asked for."""

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
        """Name none: which of the files beside a capture belong to it, only its page can tell."""
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True


def _same(data: bytes) -> bytes:
    return data
