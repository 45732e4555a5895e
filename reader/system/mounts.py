"""The system's table of mounts, and what the kind of a mounted file system tells; the only reader of that table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_TABLE = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\([0-7]{3})")
# Two questions, and so two lists. A stick is in both: it answers at once, or with an error, and can be pulled out. What
# the system invents, such as proc, is in neither: reading it may wait for ever, and it never goes away; but the folder
# of devices holds no file that is read, and memory is mounted in it. An unknown kind is taken for one that may not
# answer, which costs a process; and for one that stays, as most do.
_ANSWERING = frozenset((
    "aufs", "bcachefs", "btrfs", "devtmpfs", "ecryptfs", "erofs", "exfat", "ext2", "ext3", "ext4", "f2fs", "fuseblk",
    "hfs", "hfsplus", "iso9660", "jfs", "msdos", "nilfs2", "ntfs", "ntfs3", "overlay", "ramfs", "reiserfs", "rootfs",
    "squashfs", "tmpfs", "udf", "vfat", "xfs", "zfs",
))  # fmt: skip
# What speaks to another machine, is a program, or is what sticks, cards and discs are formatted with.
_GOING = frozenset((
    "9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "exfat", "fuse", "fuseblk", "gfs2", "glusterfs",
    "hfs", "hfsplus", "iso9660", "lustre", "msdos", "ncpfs", "ntfs", "ntfs3", "ocfs2", "orangefs", "prl_fs", "udf",
    "vboxsf", "vfat", "virtiofs",
))  # fmt: skip
_GOING_BEGIN = ("fuse.", "nfs", "smb")


class Mount(NamedTuple):
    """A line of the table: where a file system is mounted, its device, its kind and its source."""

    place: str
    device: str
    kind: str
    source: str

    @property
    def may_not_answer(self) -> bool:
        """Whether reading it may wait for ever: it is no disk of this machine."""
        return self.kind not in _ANSWERING

    @property
    def can_go(self) -> bool:
        """Whether, by its kind, it can go away under a running program; a device that can be pulled out is not told."""
        return self.kind in _GOING or self.kind.startswith(_GOING_BEGIN)


def read_mount_table() -> str:
    """Return the system's table (mountinfo in proc(5)); nothing where there is none."""
    try:
        return _TABLE.read_text("utf-8", "surrogateescape")
    except OSError:
        return ""


def parse_mounts(table: str) -> list[Mount]:
    """Return the mounts in the order of the table: of two at one place, the later hides the earlier."""
    mounts = []
    for line in table.splitlines():
        before, _, behind = line.partition(" - ")
        fields, more = before.split(" "), behind.split(" ")
        if len(fields) > 4 and len(more) > 1:
            mounts.append(Mount(_plain(fields[4]), fields[2], more[0], _plain(more[1])))
    return mounts


def _plain(field: str) -> str:
    """Read a field, in which spaces and the like are written as octal numbers."""
    return _OCTAL.sub(lambda code: chr(int(code[1], 8)), field)
