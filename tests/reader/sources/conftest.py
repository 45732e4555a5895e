"""A folder that is called a remote disk, and who reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.sources.remote.reader import PatientReader
from reader.sources.remote_disks import Mounts
from tests.reader.sources.remote_looks import (
    SECONDS,
    blocking_look,
)
from tests.support.captures import write_feed


@pytest.fixture
def remote() -> Iterator[PatientReader]:
    with PatientReader(SECONDS, blocking_look) as made:
        yield made


@pytest.fixture
def far(tmp_path: Path) -> Path:
    """Return a folder that the table below calls a network's."""
    folder = tmp_path / "near" / "far"
    for name in ("a.md", "c.md", "deep/d.md"):
        write_feed(folder, name, url=f"https://news.example/{name}")
    return folder


@pytest.fixture
def mounts(far: Path) -> Mounts:
    return Mounts(f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 0:40 / {far} rw - nfs4 server:/export rw")
