"""Makes the n-th read, write, sync, open, rename … or allocation of a program fail, by the library of faults.c."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import platform
import shutil
import struct
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

SWITCHBOARD = "PRESSMARK_FAULTS"
_SOURCE = Path(__file__).with_name("faults.c")
_LAYOUT = struct.Struct("6q16q512s512s")
_NO_KIND = -1
_GLIBC = (2, 33)


class Kind(IntEnum):
    """What can fail, in the order of the enumeration in faults.c."""

    READ = 0
    WRITE = 1
    SYNC = 2
    OPEN = 3
    RENAME = 4
    REMOVE = 5
    MAKE = 6
    RESIZE = 7
    LOOK = 8
    LIST = 9
    MAP = 10
    LOCK = 11
    SQLITE_MEMORY = 12
    MEMORY = 13
    LARGE_MEMORY = 14


MEMORY = frozenset({Kind.SQLITE_MEMORY, Kind.MEMORY, Kind.LARGE_MEMORY})

# How each kind fails, besides the error that every disk has.
ERRORS = dict.fromkeys(Kind, (errno.EIO,)) | {
    Kind.WRITE: (errno.EIO, errno.ENOSPC),
    Kind.OPEN: (errno.EIO, errno.EMFILE),
    Kind.MAKE: (errno.EIO, errno.ENOSPC),
    Kind.RESIZE: (errno.EIO, errno.ENOSPC),
    Kind.MAP: (errno.ENOMEM,),
    Kind.SQLITE_MEMORY: (errno.ENOMEM,),
    Kind.MEMORY: (errno.ENOMEM,),
    Kind.LARGE_MEMORY: (errno.ENOMEM,),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """The call that fails: its kind, its number among the calls of that kind, its errno; `forever`, if later ones do, too."""

    kind: Kind
    number: int
    error: int
    forever: bool

    def __str__(self) -> str:
        return f"{self.kind.name}:{self.number}:{errno.errorcode[self.error]}:{'ever' if self.forever else 'once'}"

    @staticmethod
    def of(text: str) -> Fault:
        """Read what `str` wrote."""
        kind, number, error, how = text.split(":")
        return Fault(Kind[kind], int(number), getattr(errno, error), how == "ever")


class Switchboard:
    """What a program and its test share: which call is to fail, and which have been made."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _LAYOUT.size)

    def switch_on(self, folder: Path, fault: Fault | None) -> None:
        """Count the calls on files below a folder from now on, and let one fail."""
        kind, first, error, forever = (_NO_KIND, 0, 0, 0)
        if fault is not None:
            kind, first, error, forever = fault.kind, fault.number, fault.error, int(fault.forever)
        zeros = (0,) * 16
        _LAYOUT.pack_into(self._memory, 0, 1, kind, first, forever, error, 0, *zeros, bytes(folder), b"")

    def switch_off(self) -> None:
        """Let every call through again."""
        self._memory[:8] = bytes(8)

    @property
    def hits(self) -> int:
        """How many calls have failed."""
        return int(_LAYOUT.unpack_from(self._memory)[5])

    @property
    def counts(self) -> Counter[Kind]:
        """How many calls of each kind were made."""
        values = _LAYOUT.unpack_from(self._memory)[6 : 6 + len(Kind)]
        return Counter(dict(zip(Kind, values, strict=True)))

    @property
    def where(self) -> str:
        """The first call that failed, and its file."""
        return os.fsdecode(_LAYOUT.unpack_from(self._memory)[-1].split(b"\0")[0])


def why_not() -> str | None:
    """Say why faults cannot be injected here, if they cannot."""
    if sys.platform != "linux":
        return "calls are intercepted as Linux does it"
    library, version = platform.libc_ver()
    if library != "glibc" or tuple(map(int, version.split("."))) < _GLIBC:
        return "the library that injects faults knows the names of glibc 2.33 and later"
    if shutil.which("cc") is None:
        return "no C compiler (cc) to build the library that injects faults"
    return None


def build_library(folder: Path) -> Path:
    """Compile faults.c."""
    library = folder / "faults.so"
    command = ["cc", "-O1", "-shared", "-fPIC", "-o", str(library), str(_SOURCE), "-ldl"]
    subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    return library


def make_switchboard(path: Path) -> None:
    """Write the file that a program and its test share, with everything switched off."""
    path.write_bytes(bytes(_LAYOUT.size))


def watch_memory() -> None:
    """Let Python's allocations be counted, too; for a process that faults.c was loaded into."""
    ctypes.CDLL(None).faults_watch_memory()
