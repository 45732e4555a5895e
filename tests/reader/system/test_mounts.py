"""The table of mounts is read once, for the two questions that are asked of it."""

from __future__ import annotations

import pytest

from reader.system.mounts import Mount, parse_mounts, read_mount_table


def test_a_line_of_the_table_is_a_mount() -> None:
    line = r"29 22 8:17 / /media/a/USB\040STICK rw,nosuid shared:1 master:2 - ext4 /dev/sdb\0111 rw"
    assert parse_mounts(f"{line}\nnonsense\n1 2 3") == [Mount("/media/a/USB STICK", "8:17", "ext4", "/dev/sdb\t1")]


@pytest.mark.parametrize(
    ("kind", "may_not_answer", "can_go"),
    [
        ("ext4", False, False),
        # A stick answers, and can be pulled out.
        ("vfat", False, True),
        ("fuseblk", False, True),
        ("nfs4", True, True),
        ("fuse.sshfs", True, True),
        ("smb3", True, True),
        # What the system invents may wait for ever, and stays.
        ("proc", True, False),
    ],
)
def test_a_disk_may_not_answer_or_go_away(kind: str, may_not_answer: bool, can_go: bool) -> None:
    mount = Mount("/a", "0:1", kind, "none")
    assert (mount.may_not_answer, mount.can_go) == (may_not_answer, can_go)


def test_the_table_of_this_system_can_be_read() -> None:
    assert isinstance(parse_mounts(read_mount_table()), list)
