"""Records what a program does to a disk, by strace: writes, syncs, names, and what it has said meanwhile."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path, PurePosixPath
from typing import Any

from tests.lab.reliability.power.disk import Disk, Mode
from tests.lab.reliability.power.session import SAID
from tests.lab.reliability.program import ROOT

_CALLS = (
    "openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,rename,renameat,renameat2,"
    "unlink,unlinkat,rmdir,mkdir,mkdirat,ftruncate,truncate,fallocate,lseek,link,linkat,copy_file_range,sendfile,mmap"
)
_LINE = re.compile(r"(\d+) +(.*)")
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)")
_WHOLE = re.compile(r"(\w+)\((.*)\) += (-?\d+)(.*)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_OPENED = re.compile(r"<((?:\\x[0-9a-f]{2})+)>")
_NUMBERS = re.compile(r", (\d+)(?=,|$)")


@dataclass
class Recording:
    """A disk, and what was said: (moment, what, value)."""

    disk: Disk
    said: list[tuple[int, str, Any]] = field(default_factory=list)


def record(command: list[str], folder: Path, log: Path) -> Recording:
    """Run a command, and record what becomes of `folder`, which is empty."""
    strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-y", "-xx", "-s", "99999999", "-o", str(log), "-e"]
    subprocess.run([*strace, f"trace={_CALLS}", *command], cwd=ROOT, check=True, timeout=300, stdout=subprocess.DEVNULL)
    reader = _Reader(PurePosixPath(folder))
    with log.open(encoding="ascii") as file:
        for number, line in enumerate(file):
            reader.take(number, line)
    return reader.recording


def states(recording: Recording, chance: random.Random, first: int = 1) -> Iterator[tuple[int, Mode]]:
    """Choose moments, at random and right after something was said, named or synced, and what may become of each."""
    disk = recording.disk
    told = [moment + 1 for moment, _, _ in recording.said]
    deeds = [deed.at + after for deed in disk.deeds for after in (0, 1)]
    synced = [deed.durable + after for deed in disk.deeds if deed.durable is not None for after in (0, 1)]
    kinds = [
        [moment for moment in moments if moment >= first]
        for moments in (told, deeds, synced, range(1, disk.moment + 2), told)
    ]
    for moments, mode in zip(cycle(kinds), cycle(Mode), strict=False):
        yield chance.choice(moments), mode


class _Reader:
    """Reads strace's lines; a call that another process interrupts stands in two."""

    def __init__(self, root: PurePosixPath) -> None:
        self.recording = Recording(Disk(root))
        self._disk = self.recording.disk
        self._begun: dict[str, tuple[int, str]] = {}
        self._root = _hex(str(root))
        self._said = _hex(SAID)

    def take(self, number: int, line: str) -> None:
        """Take the next line."""
        match = _LINE.match(line.rstrip("\n"))
        if match is None:
            return
        process, text = match.groups()
        began = self._disk.moment
        if text.endswith("<unfinished ...>"):
            self._begun[process] = (began, text.removesuffix("<unfinished ...>").rstrip())
            return
        if resumed := _RESUMED.match(text):
            began, start = self._begun.pop(process, (began, ""))
            text = start + resumed.group(1)
        if self._root not in text and self._said not in text:
            return
        call = _WHOLE.match(text)
        if call is not None and int(call.group(3)) >= 0:
            self._do(call.group(1), call.group(2), int(call.group(3)), call.group(4), began)

    def _do(self, name: str, arguments: str, result: int, tail: str, began: int) -> None:
        disk = self._disk
        strings = [_bytes(text) for text in _STRING.findall(arguments)]
        opened = [PurePosixPath(os.fsdecode(_bytes(text))) for text in _OPENED.findall(arguments)]
        if name in ("write", "pwrite64") and strings[0].startswith(SAID.encode()):
            what, value = json.loads(strings[0])["said"]
            disk.moment += 1
            self.recording.said.append((disk.moment, what, value))
        elif name in ("openat", "open", "creat"):
            path = PurePosixPath(os.fsdecode(_bytes(_OPENED.findall(tail)[0])))
            if disk.holds(path) and ("O_CREAT" in arguments or name == "creat"):
                disk.create(path, empty="O_TRUNC" in arguments)
            elif disk.holds(path) and "O_DIRECTORY" not in arguments:
                disk.seek(path, 0)
        elif name in _BY_OPEN_FILE:
            if disk.holds(opened[0]):
                _by_open_file(disk, name, opened[0], strings, arguments, result, began)
        elif name in ("rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat"):
            _by_name(disk, name, list(_joined(arguments)))
        elif name == "mmap":
            # What is written in memory is not recorded; SQLite's index of its journal is made anew after a crash.
            shared = "PROT_WRITE" in arguments and "MAP_SHARED" in arguments
            assert not shared or opened[0].name.endswith("-shm"), arguments
        else:
            raise AssertionError(f"{name} is not understood: {arguments[:200]}")


_BY_OPEN_FILE = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "lseek", "fallocate")


def _by_open_file(
    disk: Disk, name: str, path: PurePosixPath, strings: list[bytes], arguments: str, result: int, began: int
) -> None:
    if name == "write":
        disk.write(path, strings[0][:result])
    elif name == "pwrite64":
        disk.write(path, strings[0][:result], int(_NUMBERS.findall(arguments)[-1]))
    elif name in ("fsync", "fdatasync"):
        disk.sync(path, began)
    elif name == "lseek":
        disk.seek(path, result)
    elif name == "ftruncate":
        disk.cut(path, int(_NUMBERS.findall(arguments)[-1]))
    else:
        raise AssertionError(f"{name} of {path}")


def _by_name(disk: Disk, name: str, paths: list[PurePosixPath]) -> None:
    if name.startswith("rename"):
        disk.rename(*paths)
    elif name.startswith("mkdir"):
        disk.create(paths[0], folder=True)
    else:
        disk.remove(paths[0])


def _joined(arguments: str) -> Iterator[PurePosixPath]:
    """Yield the paths of a call, each beside the open folder that may stand before it."""
    for match in re.finditer(r'(?:<((?:\\x[0-9a-f]{2})+)>, )?"((?:\\x[0-9a-f]{2})*)"', arguments):
        folder, path = (os.fsdecode(_bytes(part or "")) for part in match.groups())
        yield PurePosixPath(folder) / path


def _hex(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
