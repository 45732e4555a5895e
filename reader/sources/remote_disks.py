"""Tells which network disk a file lies on, without touching the file: a network may never answer."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from reader.system.mounts import parse_mounts, read_mount_table

# Linux follows this many before it gives up.
_MOST_LINKS = 40


@dataclass(frozen=True, slots=True)
class _Remote:
    """A path on a disk that may not answer; `disk` is where that disk is mounted."""

    disk: str


class Mounts:
    """The disks that are mounted, by the system's table; where there is no table, every disk counts as local."""

    def __init__(self, table: str | None = None) -> None:
        """Read the system's table, or `table` in its place."""
        self._folders: dict[str, str | _Remote] = {}
        self._foreign = _foreign_mounts(read_mount_table() if table is None else table)

    def remote_disk(self, path: Path) -> str | None:
        """Return the mount point of the network disk that a path leads to, its links followed.

        None for a path on a local disk, or one that does not exist. A link that only the system can resolve, by
        touching the disk, is returned as a disk of its own.
        """
        if not self._foreign:
            return None
        name = str(path)
        # Nearly all paths are absolute and normal already, and abspath takes as long as all that follows.
        if not name.startswith("/") or "/." in name:
            name = os.path.abspath(name)  # noqa: PTH100 - these are many, and no paths yet
        found = self._real(name, _MOST_LINKS)
        return found.disk if isinstance(found, _Remote) else None

    def _real(self, path: str, links: int) -> str | _Remote:
        """Follow all links of a path, until it leaves the local disks."""
        folder, _, name = path.rpartition("/")
        if folder not in self._folders:
            real: str | _Remote = "/"
            for part in folder.split("/"):
                if part and isinstance(real, str):
                    real = self._step(real, part, links)
            self._folders[folder] = real
        found = self._folders[folder]
        return self._step(found, name, links) if name and isinstance(found, str) else found

    def _step(self, folder: str, name: str, links: int) -> str | _Remote:
        """Return where the entry `name` of a folder known to be local leads, following it if it is a link."""
        here = f"{'' if folder == '/' else folder}/{name}"
        if here in self._foreign:
            return _Remote(here)
        try:
            if not stat.S_ISLNK(os.lstat(here).st_mode):
                return here
            target = os.readlink(here)  # noqa: PTH115 - as above
        except OSError:
            return here
        # With ".." after a name that may itself be a link, only the system knows where the path leads.
        if not links or "/.." in target.lstrip("./"):
            return _Remote(here)
        return self._real(os.path.normpath(os.path.join(folder, target)), links - 1)  # noqa: PTH118


def _foreign_mounts(table: str) -> frozenset[str]:
    """Return the mount points of the disks that may not answer."""
    uppermost = {mount.place: mount for mount in parse_mounts(table)}
    return frozenset(place for place, mount in uppermost.items() if mount.may_not_answer and place != "/")
