"""A disk that reports an error where a picture lies fails the file that shows it: without it, it would be held for good."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from reader.errors import CaptureError
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.support.captures import write_feed


def fail(*_: object) -> NoReturn:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize(("ending", "reads"), [("zip", "zip_reader.read_zip_member"), ("tar", "tar_reader._open_tar")])
def test_an_error_of_the_disk_in_an_archive_is_told_of_its_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, reads: str
) -> None:
    write_feed(tmp_path / "drop", "1.txt")
    path = Path(shutil.make_archive(str(tmp_path / "drop"), ending, tmp_path / "drop"))
    file = next(walk_sources([path]))
    assert isinstance(file, SavedFile)
    monkeypatch.setattr(f"reader.sources.{reads}", fail)
    if ending == "zip":
        assert file.beside("a.png") is None
    name = "1.txt" if ending == "zip" else "a.png"
    for _ in range(2):
        with pytest.raises(CaptureError, match=f"{name}, which belongs to this file, cannot be read: Input/output er"):
            file.beside(name)
