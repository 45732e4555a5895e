"""What the tests of reliability share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_MEMORY = "/dev/shm"


@pytest.fixture
def quick_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder that keeps nothing over a power cut, but waits for no disk: a kill cannot tell the difference."""
    if not os.access(_MEMORY, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="pressmark-", dir=_MEMORY) as folder:
        yield Path(folder)
