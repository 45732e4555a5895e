"""A disk in a file, which a test can take away under a running program, as somebody pulls out a stick."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_BYTES = 48 << 20


@dataclass(frozen=True)
class LoopDisk:
    """A mounted disk; `folder` is what is on it."""

    folder: Path
    image: Path

    def pull_out(self) -> None:
        """Take the disk away: nothing of it can be read any more, but what a process has in its memory."""
        os.sync()
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        os.truncate(self.image, 0)
        for path in files:
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


@contextmanager
def loop_disk(folder: Path) -> Iterator[LoopDisk]:
    """Mount an empty disk; skip the test where that cannot be done, saying what is missing."""
    missing = [tool for tool in ("mkfs.ext4", "losetup", "mount", "umount") if shutil.which(tool) is None]
    if missing or os.name == "nt" or os.geteuid() != 0:
        pytest.skip(f"a loop device takes root and {', '.join(missing) or 'Linux'}")
    disk = LoopDisk(folder / "disk", folder / "disk.img")
    disk.folder.mkdir(parents=True)
    with disk.image.open("wb") as file:
        file.truncate(_BYTES)
    subprocess.run(["mkfs.ext4", "-q", "-F", disk.image], check=True)
    mounted = subprocess.run(["mount", "-o", "loop", disk.image, disk.folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no loop device: {mounted.stderr.decode('utf-8', 'replace').strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk.folder], check=True)
