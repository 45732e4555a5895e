"""Tells whether a file is on a disk that can go away while the program runs: a network share, a USB stick, a card."""

from __future__ import annotations

import os
import re
from pathlib import Path

from reader.system.mounts import Mount, parse_mounts, read_mount_table

_DEVICES = Path("/sys")
_BUS = re.compile(r"(?:usb|fw)\d+")
# Most layers of block devices to follow, such as encryption upon a volume upon a disk: a guard against loops.
_DEEPEST = 8


def is_on_foreign_disk(path: Path) -> bool:
    """Say whether the disk of `path` can go away; if the system does not tell, it is taken for a fixed one."""
    if os.name == "nt":
        return os.path.realpath(path).startswith("\\\\")
    return is_foreign(read_mount_table(), Path(os.path.realpath(path)), _DEVICES)


def is_foreign(mounts: str, path: Path, devices: Path) -> bool:
    """Say whether the disk of `path` can go away, given a list of mounts (mountinfo, proc(5)) and a tree like /sys."""
    known = parse_mounts(mounts)
    mount = _mount_of(path, known)
    if mount is None:
        return False
    if mount.can_go:
        return True
    root = _mount_of(Path("/"), known)
    # A system that runs from a USB stick ends with it, so the root disk counts as fixed.
    if root is not None and (mount.device, mount.source) == (root.device, root.source):
        return False
    device = _device(mount, devices)
    return device is not None and _can_go(device, _DEEPEST)


def _mount_of(path: Path, mounts: list[Mount]) -> Mount | None:
    """Return the mount that a path is on: the innermost one, and the last of several on the same folder."""
    name = path.as_posix().rstrip("/") + "/"
    around = (mount for mount in reversed(mounts) if name.startswith(mount.place.rstrip("/") + "/"))
    return max(around, key=lambda mount: len(mount.place), default=None)


def _device(mount: Mount, devices: Path) -> Path | None:
    """Return the folder that tells of a mount's device; None if it has none, as in memory."""
    link = devices / "dev" / "block" / mount.device
    if mount.device.startswith("0:") and mount.source.startswith("/dev/"):
        # A file system over several devices, such as btrfs, has none by number; its source names one of them.
        link = devices / "class" / "block" / Path(os.path.realpath(mount.source)).name
    return Path(os.path.realpath(link)) if link.exists() else None


def _can_go(device: Path, deepest: int) -> bool:
    """Say whether a device can be unplugged, or is a layer, such as encryption, upon one that can."""
    disk = device.parent if (device / "partition").exists() else device
    if (disk / "loop").exists() or _text_of(disk / "removable") == "1" or _text_of(disk / "device" / "type") == "SD":
        return True
    if any(map(_BUS.fullmatch, disk.parts)):
        return True
    try:
        below = [Path(os.path.realpath(each)) for each in (device / "slaves").iterdir()]
    except OSError:
        return False
    return deepest > 0 and any(_can_go(each, deepest - 1) for each in below)


def _text_of(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""
