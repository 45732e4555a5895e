"""Which disks are of this machine, told from the system's table and from links, without touching the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reader.sources.remote_disks import Mounts

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
    assert [name for name in far if table.remote_disk(tmp_path / name) is None] == []
    assert [name for name in near if table.remote_disk(tmp_path / name) is not None] == []
    assert table.remote_disk(tmp_path / "near" / "round") is not None


def test_what_leads_to_one_remote_disk_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "link").symlink_to(tmp_path / "far" / "a" / "file")
    (tmp_path / "near" / "round").symlink_to("round")
    (tmp_path / "near" / "twisted").symlink_to("link/../file")
    table = mounts(tmp_path, "far", "other")
    for name in ("far", "far/a/b", "near/link"):
        assert table.remote_disk(tmp_path / name) == str(tmp_path / "far")
    assert table.remote_disk(tmp_path / "other" / "a") == str(tmp_path / "other")
    # Only the system knows where these lead.
    for name in ("near/round", "near/twisted"):
        assert table.remote_disk(tmp_path / name) == str(tmp_path / name)


@pytest.mark.parametrize(
    ("kind", "local"),
    [("ext4", True), ("fuseblk", True), ("tmpfs", True), ("fuse.sshfs", False), ("cifs", False), ("proc", False)],
)
def test_the_kind_of_a_disk_decides(tmp_path: Path, kind: str, local: bool) -> None:
    assert (mounts(tmp_path, "a disk", kind=kind).remote_disk(tmp_path / "a disk" / "x") is None) is local


def test_a_disk_of_this_machine_may_lie_over_a_network(tmp_path: Path) -> None:
    table = mounts(tmp_path, "far")
    over = Mounts(
        f"22 1 8:1 / / rw - nfs a rw\n23 1 8:1 / {tmp_path} rw - nfs a rw\n24 1 8:1 / {tmp_path} rw - ext4 a rw"
    )
    assert table.remote_disk(tmp_path / "far") is not None
    assert over.remote_disk(tmp_path) is None


@pytest.mark.parametrize("table", ["", "nonsense", "1 2 3 - nfs", "22 1 8:1 / / rw"])
def test_without_a_table_every_disk_is_local(tmp_path: Path, table: str) -> None:
    assert Mounts(table).remote_disk(tmp_path) is None


def test_a_path_of_1500_folders_is_looked_at(tmp_path: Path) -> None:
    assert mounts(tmp_path, "far").remote_disk(tmp_path / ("a/" * 1500) / "x") is None


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="this system has no table")
def test_what_the_system_invents_is_not_local(tmp_path: Path) -> None:
    (tmp_path / "link.md").symlink_to("/proc/kmsg")
    assert Mounts().remote_disk(Path("/proc/kmsg")) == Mounts().remote_disk(tmp_path / "link.md") == "/proc"
    assert Mounts().remote_disk(tmp_path) is None
