"""The system's mount table, and what the kind of a mounted file system implies; the only reader of that table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_TABLE = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\([0-7]{3})")
# Two lists, as a file system may fail to answer, or go away. A USB stick answers (at once, or with an error) and can
# go away, so its kinds are in both. Virtual file systems such as proc are in neither: reading one may block for ever,
# and it never goes away. Only devtmpfs is in the first: it holds no file that is read, and a tmpfs is mounted in it.
# An unknown kind counts as one that may not answer, which costs a process, and as one that stays, as most do.
_ANSWERING = frozenset((
    "aufs", "bcachefs", "btrfs", "devtmpfs", "ecryptfs", "erofs", "exfat", "ext2", "ext3", "ext4", "f2fs", "fuseblk",
    "hfs", "hfsplus", "iso9660", "jfs", "msdos", "nilfs2", "ntfs", "ntfs3", "overlay", "ramfs", "reiserfs", "rootfs",
    "squashfs", "tmpfs", "udf", "vfat", "xfs", "zfs",
))  # fmt: skip
# Network file systems, those run by a program (FUSE), and the formats of USB sticks, cards and discs.
_GOING = frozenset((
    "9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "exfat", "fuse", "fuseblk", "gfs2", "glusterfs",
    "hfs", "hfsplus", "iso9660", "lustre", "msdos", "ncpfs", "ntfs", "ntfs3", "ocfs2", "orangefs", "prl_fs", "udf",
    "vboxsf", "vfat", "virtiofs",
))  # fmt: skip
_GOING_BEGIN = ("fuse.", "nfs", "smb")


class Mount(NamedTuple):
    """A line of the table: the mount point (`place`), the device, and the kind and source of the file system."""

    place: str
    device: str
    kind: str
    source: str

    @property
    def may_not_answer(self) -> bool:
        """Whether reading it may block for ever, as it is not known to be a local disk."""
        return self.kind not in _ANSWERING

    @property
    def can_go(self) -> bool:
        """Whether, by its kind, it can go away under a running program; a removable disk of another kind is missed."""
        return self.kind in _GOING or self.kind.startswith(_GOING_BEGIN)


def read_mount_table() -> str:
    """Return the system's mount table (mountinfo in proc(5)); "" where there is none."""
    try:
        return _TABLE.read_text("utf-8", "surrogateescape")
    except OSError:
        return ""


def parse_mounts(table: str) -> list[Mount]:
    """Return the mounts in the order of the table: of two at one mount point, the later hides the earlier."""
    mounts = []
    for line in table.splitlines():
        before, _, behind = line.partition(" - ")
        fields, more = before.split(" "), behind.split(" ")
        if len(fields) > 4 and len(more) > 1:
            mounts.append(Mount(_unescape_octal(fields[4]), fields[2], more[0], _unescape_octal(more[1])))
    return mounts


def _unescape_octal(field: str) -> str:
    """Resolve the octal escapes of a field, in which spaces and the like are written."""
    return _OCTAL.sub(lambda code: chr(int(code[1], 8)), field)
