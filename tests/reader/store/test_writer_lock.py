"""Only one program writes a library, and the second is told who."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.errors import LibraryInUseError
from reader.store.sqlite.writer_lock import writer_lock


def test_a_second_writer_is_told_who_holds_the_library(tmp_path: Path) -> None:
    lock = tmp_path / "writer.lock"
    with (
        writer_lock(lock, "the first program"),
        pytest.raises(LibraryInUseError, match="the first program"),
        writer_lock(lock, "the second"),
    ):
        pytest.fail("two writers at once")
    with writer_lock(lock, "the second"):
        assert lock.exists()
