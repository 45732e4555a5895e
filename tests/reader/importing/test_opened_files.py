"""A file of more than a megabyte is opened by whoever reads it, and may be gone by then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from reader.importing.run import import_captures
from reader.importing.workers.pool import PipelineSettings
from reader.library import Library
from reader.paths import AppPaths
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.support.captures import write_feed


@pytest.mark.parametrize("settings", [PipelineSettings(processes=0), PipelineSettings(processes=1, alone=0)])
def test_a_large_file_is_read_where_it_lies_and_one_that_is_gone_fails_alone(
    tmp_path: Path, settings: PipelineSettings
) -> None:
    for name in ("1.txt", "2.txt", "3.txt"):
        write_feed(tmp_path / "drop", name, url=f"https://news.example/{name}", body="<p>旧书市。</p>" * 70_000)
    files = [file for file in walk_sources([tmp_path / "drop"]) if isinstance(file, SavedFile)]
    assert [len(file.head) for file in files] == [65_536] * 3
    (tmp_path / "drop" / "2.txt").unlink()
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        outcomes = list(import_captures(files, writer._files, settings))
    library.close()
    assert [outcome.kind for outcome in outcomes] == ["added", "failed", "added"]
    assert str(outcomes[1].reason) == "The file cannot be read: No such file or directory."


def test_one_that_is_gone_after_it_was_hashed_fails_alone(tmp_path: Path) -> None:
    write_feed(tmp_path, "1.txt", body='<p>旧书市。</p><img src="a.png">')
    (file,) = walk_sources([tmp_path / "1.txt"])
    assert isinstance(file, SavedFile)
    opened = iter([file.open])

    def gone() -> NoReturn:
        raise FileNotFoundError(2, "No such file or directory")

    once = replace(file, open=lambda: next(opened, gone)())
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        (held,) = import_captures([file], writer._files, PipelineSettings(processes=0))
        (outcome,) = import_captures([once], writer._files, PipelineSettings(processes=0))
    library.close()
    assert (held.kind, outcome.kind) == ("added", "failed")
    assert str(outcome.reason) == "The file cannot be read: No such file or directory."
