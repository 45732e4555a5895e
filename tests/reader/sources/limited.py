"""A smaller limit on what is held in memory of one file, so that a test needs no large files."""

from __future__ import annotations

import pytest

from reader.formats import base, default
from reader.sources import beside, found, member, tar_reader, zip_reader


def limit_files(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    for module in (base, default, beside, found, member, tar_reader, zip_reader):
        monkeypatch.setattr(module, "MAX_FILE_BYTES", size)
