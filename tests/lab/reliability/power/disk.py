"""A disk that has lost its power: what was done to it, in order, and all that it may have kept of it.

What was synced is there. Of what was not, a file may have any writes, any first ones, or none, and a folder any
first of its names; a name may be there whose file has no bytes yet, or zeros.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath

_SECTOR = 512


class Mode(Enum):
    """What becomes of what was not synced."""

    NOTHING = "nothing of it is kept"
    EVERYTHING = "all of it is kept"
    NAMES = "names are kept, bytes are not"
    ZEROS = "names are kept, bytes are zeros"
    FIRST = "a first part of each file and folder is kept"
    ANY = "any writes are kept, the last one torn, and a first part of each folder"


@dataclass
class Write:
    """Bytes at a place; without bytes, the file is cut to `offset`."""

    at: int
    offset: int
    data: bytes | None


@dataclass(eq=False)
class Node:
    """A file, with its writes and the moments of its syncs, or a folder. (From, up to which write)."""

    folder: bool = False
    writes: list[Write] = field(default_factory=list)
    syncs: list[tuple[int, int]] = field(default_factory=list)
    position: int = 0

    def synced(self, at: int) -> int:
        """Say how many writes are on the disk at that moment."""
        return max((count for moment, count in self.syncs if moment < at), default=0)


@dataclass
class Deed:
    """A name that is given to a node, or taken away (`node` None); `source` is the name that it had until then."""

    at: int
    path: PurePosixPath
    node: Node | None
    source: PurePosixPath | None = None
    durable: int | None = None

    @property
    def folders(self) -> set[PurePosixPath]:
        """The folders whose names change."""
        return {self.path.parent} | ({self.source.parent} if self.source else set())


class Disk:
    """Everything below one folder, and all that was done there. Each deed takes place at a moment of its own."""

    def __init__(self, root: PurePosixPath) -> None:
        self.root = root
        self.moment = 0
        self.deeds: list[Deed] = []
        self._live: dict[PurePosixPath, Node] = {root: Node(folder=True)}

    def holds(self, path: PurePosixPath) -> bool:
        """Say whether a path is ours."""
        return path.is_relative_to(self.root)

    def create(self, path: PurePosixPath, *, folder: bool = False, empty: bool = False) -> None:
        """Open a file for writing, made if there is none, cut off if it is to be `empty`; or make a folder."""
        self.moment += 1
        node = self._live.get(path)
        if node is None:
            node = self._live[path] = Node(folder=folder)
            self.deeds.append(Deed(self.moment, path, node))
        elif empty:
            node.writes.append(Write(self.moment, 0, None))
        node.position = 0

    def write(self, path: PurePosixPath, data: bytes, offset: int | None = None) -> None:
        """Write at an offset, or where the last write has ended."""
        self.moment += 1
        node = self._live.get(path)
        if node is None:  # it was removed, and is still open
            return
        node.writes.append(Write(self.moment, node.position if offset is None else offset, data))
        if offset is None:
            node.position += len(data)

    def seek(self, path: PurePosixPath, position: int) -> None:
        """Let the next write go there."""
        if path in self._live:
            self._live[path].position = position

    def cut(self, path: PurePosixPath, size: int) -> None:
        """Cut a file off, or make it longer."""
        self.moment += 1
        self._live[path].writes.append(Write(self.moment, size, None))

    def rename(self, old: PurePosixPath, new: PurePosixPath) -> None:
        """Rename a file, in the place of what has the new name."""
        self.moment += 1
        node = self._live.pop(old)
        assert not node.folder, "folders are not renamed"
        self._live[new] = node
        self.deeds.append(Deed(self.moment, new, node, old))

    def remove(self, path: PurePosixPath) -> None:
        """Remove a file or an empty folder."""
        self.moment += 1
        self._live.pop(path, None)
        self.deeds.append(Deed(self.moment, path, None))

    def sync(self, path: PurePosixPath, began: int) -> None:
        """Note that what was done before `began` is on the disk: the bytes of a file, the names in a folder."""
        self.moment += 1
        node = self._live.get(path)
        if node is None:
            return
        node.syncs.append((self.moment, sum(write.at <= began for write in node.writes)))
        if node.folder:
            for deed in self.deeds:
                if deed.durable is None and deed.at <= began and path in deed.folders:
                    deed.durable = self.moment

    def kept(self, at: int, mode: Mode, chance: random.Random) -> dict[PurePosixPath, bytes | None]:
        """Return what is found after the power has gone at that moment: bytes by path, None for folders."""
        names: dict[PurePosixPath, Node] = {self.root: self._live[self.root]}
        for deed in self._kept_deeds(at, mode, chance):
            if deed.source is not None and names.get(deed.source) is deed.node:
                del names[deed.source]
            if deed.node is not None:
                names[deed.path] = deed.node
            else:
                names.pop(deed.path, None)
        content: dict[Node, bytes] = {}
        for node in names.values():
            if node not in content:
                content[node] = b"" if node.folder else _content(node, at, mode, chance)
        return {
            path: None if node.folder else content[node]
            for path, node in names.items()
            if all(parent in names for parent in path.parents if parent.is_relative_to(self.root))
        }

    def _kept_deeds(self, at: int, mode: Mode, chance: random.Random) -> list[Deed]:
        past = [deed for deed in self.deeds if deed.at < at]
        durable = [deed.durable is not None and deed.durable < at for deed in past]
        if mode in (Mode.EVERYTHING, Mode.NAMES, Mode.ZEROS):
            return past
        if mode is Mode.NOTHING:
            return [deed for deed, safe in zip(past, durable, strict=True) if safe]
        ends: dict[PurePosixPath, int] = {}
        for folder in {folder for deed in past for folder in deed.folders}:
            pending = [d.at for d, safe in zip(past, durable, strict=True) if not safe and folder in d.folders]
            ends[folder] = chance.choice([0, *pending])
        return [
            deed
            for deed, safe in zip(past, durable, strict=True)
            if safe or all(deed.at <= ends[folder] for folder in deed.folders)
        ]


def _content(node: Node, at: int, mode: Mode, chance: random.Random) -> bytes:
    """Return the bytes that a file has."""
    past = [write for write in node.writes if write.at < at]
    synced = node.synced(at)
    content = bytearray()
    for write in past[:synced]:
        _apply(content, write, write.data)
    for write, data in _CHOICES[mode](past[synced:], chance):
        _apply(content, write, data)
    return bytes(content)


def _apply(content: bytearray, write: Write, data: bytes | None) -> None:
    if write.data is None:
        del content[write.offset :]
        content.extend(bytes(write.offset - len(content)))
        return
    if data is not None:
        content.extend(bytes(max(0, write.offset - len(content))))
        content[write.offset : write.offset + len(data)] = data


_Choice = Callable[[list[Write], random.Random], list[tuple[Write, bytes | None]]]


def _first(writes: list[Write], chance: random.Random) -> list[tuple[Write, bytes | None]]:
    return [(write, write.data) for write in writes[: chance.randint(0, len(writes))]]


def _any(writes: list[Write], chance: random.Random) -> list[tuple[Write, bytes | None]]:
    # What cuts a file off is a matter of its names, which are kept in order.
    kept = [write for write in writes if write.data is None or chance.random() < 0.5]
    chosen = [(write, write.data) for write in kept]
    if chosen and chosen[-1][1]:
        write, data = chosen[-1]
        chosen[-1] = (write, (data or b"")[: _SECTOR * chance.randint(0, len(data or b"") // _SECTOR)])
    return chosen


_CHOICES: dict[Mode, _Choice] = {
    Mode.NOTHING: lambda _writes, _chance: [],
    Mode.NAMES: lambda _writes, _chance: [],
    Mode.EVERYTHING: lambda writes, _chance: [(write, write.data) for write in writes],
    Mode.ZEROS: lambda writes, _chance: [(write, write.data and bytes(len(write.data))) for write in writes],
    Mode.FIRST: _first,
    Mode.ANY: _any,
}


def lay_out(kept: dict[PurePosixPath, bytes | None], root: PurePosixPath, folder: Path) -> None:
    """Write what a disk has kept below `root` to a folder."""
    for path, data in sorted(kept.items()):
        target = folder / path.relative_to(root)
        if data is None:
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.write_bytes(data)
