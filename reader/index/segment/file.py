"""Reads a file of a segment in pieces, and never maps it.

A mapped file that is truncated, or whose disk goes away, kills the process with SIGBUS. A read that fails is an
ordinary error.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path


class DamagedSegmentError(Exception):
    """The files of a segment differ from what the table of contents says, or cannot be read."""


class SegmentFile:
    """An open file of known size. Threads may share it, and it stays readable after a writer has removed it."""

    def __init__(self, path: Path, size: int) -> None:
        """Open the file.

        Raises:
            FileNotFoundError: a writer has removed the segment meanwhile.
            DamagedSegmentError: the file has another size than it was written with.
        """
        self.size = size
        self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        # A search may hold the last reference to a segment, in any thread.
        weakref.finalize(self, os.close, self._descriptor)
        if os.fstat(self._descriptor).st_size != size or not size:
            raise DamagedSegmentError

    def read(self, start: int, length: int) -> bytes:
        """Return `length` bytes from `start` on.

        Raises:
            DamagedSegmentError: the file is too short, or its disk fails to read them.
        """
        if not 0 <= start <= start + length <= self.size:
            raise DamagedSegmentError
        try:
            data = read_at(self._descriptor, length, start)
            while len(data) < length:
                more = read_at(self._descriptor, length - len(data), start + len(data))
                if not more:
                    raise DamagedSegmentError
                data += more
        except OSError as error:
            raise DamagedSegmentError from error
        return data

    def pieces(self, borders: memoryview, numbers: Iterable[int]) -> Iterator[bytes]:
        """Yield some values of a column: value N lies between border N and the next; all borders are inside the file.

        Raises:
            DamagedSegmentError: see `read`.
        """
        descriptor = self._descriptor
        try:
            for number in numbers:
                start = borders[number]
                length = borders[number + 1] - start
                data = read_at(descriptor, length, start)
                yield data if len(data) == length else self.read(start, length)
        except OSError as error:
            raise DamagedSegmentError from error


_seeking = threading.Lock()


def read_in_turn(descriptor: int, length: int, start: int) -> bytes:
    """Read like `os.pread`, which Windows lacks; all threads share the position in the file, so they take turns."""
    with _seeking:
        os.lseek(descriptor, start, os.SEEK_SET)
        return os.read(descriptor, length)


read_at: Callable[[int, int, int], bytes] = getattr(os, "pread", read_in_turn)
