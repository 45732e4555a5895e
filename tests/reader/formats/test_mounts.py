"""Which disks are of this machine, told from the system's table and from links, without touching the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reader.formats.mounts import Mounts

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such table")


def mounts(tmp_path: Path, *foreign: str, kind: str = "nfs4") -> Mounts:
    lines = ["22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw"]
    for name in foreign:
        place = str(tmp_path / name).replace(" ", r"\040")
        lines.append(f"23 22 0:40 / {place} rw,relatime shared:9 master:1 - {kind} server:/export rw")
    return Mounts("\n".join(lines))


def test_what_lies_on_a_network_or_links_to_it_is_not_local(tmp_path: Path) -> None:
    for folder in ("far", "near/deep"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "near" / "file").touch()
    (tmp_path / "near" / "link").symlink_to(tmp_path / "far" / "file")
    (tmp_path / "near" / "chain").symlink_to("link")
    (tmp_path / "near" / "folder").symlink_to("../far")
    (tmp_path / "near" / "good").symlink_to("file")
    (tmp_path / "near" / "twisted").symlink_to("folder/../near/file")
    (tmp_path / "near" / "round").symlink_to("round")
    table = mounts(tmp_path, "far")
    far = ["far", "far/file", "far/a/b", "near/link", "near/chain", "near/folder", "near/folder/x", "near/twisted"]
    near = ["near", "near/file", "near/good", "near/deep", "near/missing", "near/deep/missing/far", "farther"]
    assert [name for name in far if table.is_local(tmp_path / name)] == []
    assert [name for name in near if not table.is_local(tmp_path / name)] == []
    assert not table.is_local(tmp_path / "near" / "round")


@pytest.mark.parametrize(
    ("kind", "local"),
    [("ext4", True), ("fuseblk", True), ("tmpfs", True), ("fuse.sshfs", False), ("cifs", False), ("proc", False)],
)
def test_the_kind_of_a_disk_decides(tmp_path: Path, kind: str, local: bool) -> None:
    assert mounts(tmp_path, "a disk", kind=kind).is_local(tmp_path / "a disk" / "x") is local


def test_a_disk_of_this_machine_may_lie_over_a_network(tmp_path: Path) -> None:
    table = mounts(tmp_path, "far")
    over = Mounts(
        f"22 1 8:1 / / rw - nfs a rw\n23 1 8:1 / {tmp_path} rw - nfs a rw\n24 1 8:1 / {tmp_path} rw - ext4 a rw"
    )
    assert not table.is_local(tmp_path / "far")
    assert over.is_local(tmp_path)


@pytest.mark.parametrize("table", ["", "nonsense", "1 2 3 - nfs", "22 1 8:1 / / rw"])
def test_without_a_table_every_disk_is_local(tmp_path: Path, table: str) -> None:
    assert Mounts(table).is_local(tmp_path)


def test_a_path_of_1500_folders_is_looked_at(tmp_path: Path) -> None:
    assert mounts(tmp_path, "far").is_local(tmp_path / ("a/" * 1500) / "x")


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="this system has no table")
def test_what_the_system_invents_is_not_local(tmp_path: Path) -> None:
    assert not Mounts().is_local(Path("/proc/kmsg"))
    (tmp_path / "link.md").symlink_to("/proc/kmsg")
    assert not Mounts().is_local(tmp_path / "link.md")
    assert Mounts().is_local(tmp_path)
