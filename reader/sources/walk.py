"""Walks what was dropped: every file is met once, folders in order of name."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Protocol

from reader.sources.beside import read_beside
from reader.sources.found import LITTER_FOLDERS, Below, Found, count_members, look
from reader.sources.remote_disks import Mounts


class RemoteReader(Protocol):
    """A reader of disks that may never answer, such as network disks.

    Each method is told which `disk` a path lies on, so that a dead disk need not be waited for over each of its files.
    """

    def look(self, path: Path, root: Path | None, disk: str) -> Generator[Found, None, Below]:
        """Look at a path as the function `look` does; a path that does not answer becomes an outcome."""

    def beside(self, folder: Path, root: Path, name: str, disk: str) -> bytes | None:
        """Read a file as the function `read_beside` does.

        Raises:
            CaptureError: the disk gives an error, or does not answer.
        """

    def count(self, path: Path, disk: str) -> int | None:
        """Count the files at or below a path; None if the disk does not answer."""


class _DiskReader:
    """A reader of all disks: it reads local ones itself, and network ones by a remote reader, if there is one."""

    def __init__(self, remote: RemoteReader | None, mounts: Mounts | None) -> None:
        self._remote = remote
        self._mounts = mounts or Mounts()

    def look(self, path: Path, root: Path | None) -> Generator[Found, None, Below]:
        if remote := self._remote_for(path):
            reader, disk = remote
            return (yield from reader.look(path, root, disk))
        return (yield from look(path, root, self.beside))

    def beside(self, folder: Path, root: Path, name: str) -> bytes | None:
        try:
            remote = self._remote_for(folder / name)
        except ValueError:
            return None
        if remote:
            reader, disk = remote
            return reader.beside(folder, root, name, disk)
        return read_beside(folder, root, name)

    def count(self, path: Path) -> int:
        """Count the files at or below a path; a path that does not answer counts as one."""
        count, waiting = 0, [path]
        while waiting:
            path = waiting.pop()
            if remote := self._remote_for(path):
                reader, disk = remote
                count += reader.count(path, disk) or 1
            elif not _is_folder(path):
                count += count_members(path) or 1
            else:
                files, folders = _listed(path)
                count += files
                waiting += folders
        return count

    def _remote_for(self, path: Path) -> tuple[RemoteReader, str] | None:
        """Return the reader for a path on a network disk, and that disk; None for a local path."""
        disk = self._mounts.remote_disk(path) if self._remote else None
        return None if self._remote is None or disk is None else (self._remote, disk)


def walk_sources(
    paths: Iterable[Path], remote: RemoteReader | None = None, mounts: Mounts | None = None
) -> Iterator[Found]:
    """Yield every file at or below `paths` once, folders in order of name, archives member by member.

    Links inside a folder are followed to files, not to folders, which might form a cycle. Nothing is raised for a file:
    one that cannot be read is yielded as its outcome, with the reason. Disks that `mounts` calls remote are read by
    `remote`, if there is one.
    """
    disks = _DiskReader(remote, mounts)
    seen: set[Path] = set()
    for path in paths:
        path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the link that was dropped
        if path in seen:
            continue
        seen.add(path)
        # Not recursive: folders may be nested deeper than Python's stack.
        waiting: Below = [(path, None)]
        while waiting:
            waiting += yield from disks.look(*waiting.pop())


def count_sources(paths: Iterable[Path], remote: RemoteReader | None = None, mounts: Mounts | None = None) -> int:
    """Count the files that `walk_sources` will yield. Slow where it unpacks a compressed tar: see `SourceCounter`."""
    disks = _DiskReader(remote, mounts)
    return sum(disks.count(Path(os.path.abspath(path))) for path in paths)  # noqa: PTH100 - as above


class SourceCounter:
    """Counts the files to import in a thread of its own, since a large archive takes some seconds."""

    def __init__(self, paths: Iterable[Path], remote: Callable[[], AbstractContextManager[RemoteReader]]) -> None:
        """Start counting; `remote` opens the reader for disks that may not answer."""
        self.total: int | None = None
        self._remote = remote
        self._paths = list(paths)
        self._thread = threading.Thread(target=self._count, daemon=True, name="count")
        self._thread.start()

    def wait(self, seconds: float) -> int | None:
        """Return the total, waiting at most `seconds` for it; None if it is not known by then."""
        self._thread.join(seconds)
        return self.total

    def _count(self) -> None:
        # Without a total the import goes on; its progress only has no end to show.
        with suppress(MemoryError, OSError), self._remote() as remote:
            self.total = count_sources(self._paths, remote)


def _listed(folder: Path) -> tuple[int, list[Path]]:
    """Count the files in a folder, and list its folders; archives and links are not opened."""
    files, folders = 0, []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    files += 1
                elif entry.name.lower() not in LITTER_FOLDERS:
                    folders.append(folder / entry.name)
    except OSError:
        # The walk reports the folder as one outcome, so it counts as one.
        files += 1
    return files, folders


def _is_folder(path: Path) -> bool:
    """Say whether this is a folder or a link to one; False where the system denies the answer."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises in a folder that may be listed, but not entered
