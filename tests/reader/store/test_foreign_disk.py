"""Which disks can go away under a running program, told from lists of mounts and trees of devices as Linux has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.store.sqlite.foreign_disk import is_foreign, is_on_foreign_disk

MOUNTS = r"""
22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw
23 22 0:21 / /proc rw,nosuid shared:5 - proc proc rw
24 22 0:22 / /sys rw,nosuid shared:6 - sysfs sysfs rw
25 22 8:3 / /home rw,relatime shared:2 - ext4 /dev/sda3 rw
26 22 0:40 / /tmp rw,nosuid - tmpfs tmpfs rw
27 25 0:50 / /home/a/nas rw,relatime shared:3 - nfs4 nas:/vol rw,vers=4.2
28 25 0:51 / /home/a/smb rw - cifs //nas/share rw
29 22 8:17 / /media/a/USB\040STICK rw,nosuid - ext4 /dev/sdb1 rw
30 22 8:33 / /media/a/usbdisk rw - ext4 /dev/sdc1 rw
31 22 8:49 / /media/a/FAT rw - vfat /dev/sdd1 rw
32 22 179:1 / /media/a/card rw - ext4 /dev/mmcblk0p1 rw
33 22 179:9 / /emmc rw - ext4 /dev/mmcblk1p1 rw
34 22 254:0 / /media/a/secret rw - ext4 /dev/mapper/luks-1 rw
35 22 254:1 / /srv rw - ext4 /dev/mapper/vg-srv rw
36 22 7:0 / /mnt/image rw - ext4 /dev/loop0 rw
38 22 0:61 / /mnt/ssh rw - fuse.sshfs me@host: rw
39 22 0:62 / /mnt/dos rw - fuseblk /dev/sda4 rw
40 22 8:2 /var/lib/books /home/a/books rw - ext4 /dev/sda2 rw
41 22 0:70 / /auto rw - autofs systemd-1 rw
42 22 8:17 / /auto rw - ext4 /dev/sdb1 rw
43 22 0:71 / /wsl rw - 9p C:\134 rw
44 22 8:99 / /mnt/unknown rw - ext4 /dev/sdx3 rw
"""

CASES = {
    "/": False,
    "/var/lib/pressmark": False,
    "/home/a/.local/share/pressmark": False,
    "/home/a/books/library.sqlite3": False,
    "/tmp/library": False,
    "/home/a/nas": True,
    "/home/a/nas/deep/er/library.sqlite3": True,
    "/home/a/nasty": False,
    "/home/a/smb/library": True,
    "/media/a/USB STICK/library": True,
    "/media/a/USB": False,
    "/media/a/usbdisk/library": True,
    "/media/a/FAT/library": True,
    "/media/a/card/library": True,
    "/emmc/library": False,
    "/media/a/secret/library": True,
    "/srv/library": False,
    "/mnt/image/library": True,
    "/mnt/ssh/library": True,
    "/mnt/dos/library": True,
    "/auto/library": True,
    "/wsl/library": True,
    "/mnt/unknown/library": False,
}


def disk(devices: Path, number: str, place: str, **files: str) -> Path:
    """Make a device as /sys has it, with a link by its number and another by its name."""
    folder = devices / "devices" / place
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text + "\n")
    for link in (devices / "dev" / "block" / number, devices / "class" / "block" / folder.name):
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(folder)
    return folder


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    root = tmp_path / "sys"
    for name, place, removable in (
        ("8:0", "pci0/ata1/host0/block/sda", "0"),
        ("8:16", "pci0/ata2/host1/block/sdb", "1"),
        ("8:32", "pci0/usb2/2-1/host2/block/sdc", "0"),
        ("8:48", "pci0/ata3/host3/block/sdd", "0"),
        ("179:0", "platform/mmc0/block/mmcblk0", "0"),
        ("179:8", "platform/mmc1/block/mmcblk1", "0"),
        ("254:0", "virtual/block/dm-0", "0"),
        ("254:1", "virtual/block/dm-1", "0"),
        ("7:0", "virtual/block/loop0", "0"),
    ):
        disk(root, name, place, removable=removable)
    for number, place in (
        ("8:2", "pci0/ata1/host0/block/sda/sda2"),
        ("8:3", "pci0/ata1/host0/block/sda/sda3"),
        ("8:17", "pci0/ata2/host1/block/sdb/sdb1"),
        ("8:33", "pci0/usb2/2-1/host2/block/sdc/sdc1"),
        ("8:49", "pci0/ata3/host3/block/sdd/sdd1"),
        ("179:1", "platform/mmc0/block/mmcblk0/mmcblk0p1"),
        ("179:9", "platform/mmc1/block/mmcblk1/mmcblk1p1"),
    ):
        disk(root, number, place, partition="1")
    blocks = root / "devices"
    for card, kind in (("mmc0/block/mmcblk0", "SD"), ("mmc1/block/mmcblk1", "MMC")):
        (blocks / "platform" / card / "device").mkdir()
        (blocks / "platform" / card / "device" / "type").write_text(kind + "\n")
    for mapped, below in (("dm-0", "pci0/usb2/2-1/host2/block/sdc/sdc1"), ("dm-1", "pci0/ata1/host0/block/sda/sda3")):
        (blocks / "virtual" / "block" / mapped / "slaves").mkdir()
        (blocks / "virtual" / "block" / mapped / "slaves" / "below").symlink_to(blocks / below)
    (blocks / "virtual" / "block" / "loop0" / "loop").mkdir()
    return root


@pytest.mark.parametrize(("path", "foreign"), CASES.items())
def test_a_disk_that_can_go_away_is_told(path: str, foreign: bool, devices: Path) -> None:
    assert is_foreign(MOUNTS, Path(path), devices) is foreign


def test_of_several_devices_the_source_names_one(devices: Path, tmp_path: Path) -> None:
    """As btrfs has it, whose number is no device's."""
    line = "37 22 0:60 /@data /data rw - btrfs /dev/{} rw"
    assert is_foreign(line.format("sdb1"), Path("/data/library"), devices)
    assert not is_foreign(line.format("sda3"), Path("/data/library"), devices)


def test_a_system_that_runs_from_a_stick_does_not_outlive_it(devices: Path) -> None:
    mounts = "22 1 8:17 / / rw - ext4 /dev/sdb1 rw\n25 22 8:17 /home /home rw - ext4 /dev/sdb1 rw"
    assert not is_foreign(mounts, Path("/home/a/library"), devices)


@pytest.mark.parametrize(
    "mounts", ["", "nonsense", "1 2 3", "22 1 8:2 / /", "22 1 8:2 / / rw - ", "22 1 8:2 / / rw - ext4"]
)
def test_a_list_that_cannot_be_read_says_nothing(mounts: str, devices: Path) -> None:
    assert not is_foreign(mounts, Path("/home/a"), devices)


def test_devices_that_stand_upon_each_other_in_a_circle_end(devices: Path) -> None:
    (devices / "devices/virtual/block/dm-1/slaves/itself").symlink_to(devices / "devices/virtual/block/dm-1")
    assert not is_foreign(MOUNTS, Path("/srv/library"), devices)


def test_the_disk_of_this_system_can_be_asked() -> None:
    assert not is_on_foreign_disk(Path("/"))
    assert not is_on_foreign_disk(Path("/there/is/no/such/folder"))
