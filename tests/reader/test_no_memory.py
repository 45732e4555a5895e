"""Memory that runs out wherever it may: one sentence, and the library is what it was."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.article import ParsedCapture
from reader.cli import main as cli
from reader.errors import NO_MEMORY, SearchIndexError, Sentence
from reader.formats.default import read_captures
from reader.importing.stored_articles import index_errors
from reader.importing.workers.pool import PipelineSettings
from reader.library import Library
from reader.outcome import OutcomeKind
from reader.paths import AppPaths
from reader.sources.saved_file import SavedFile
from reader.worker import main as worker
from reader.worker.events import EventWriter
from reader.worker.protocol import Event, Failed, Finished, UpdateIndex, from_line
from tests.support.captures import write_feed


def greedy(file: SavedFile) -> Iterator[ParsedCapture]:
    """Read captures, but for one that takes all memory there is."""
    if "greedy" in file.name:
        raise MemoryError
    return read_captures(file)


@pytest.mark.parametrize("processes", [0, 1])
def test_a_file_that_takes_all_memory_fails_alone(tmp_path: Path, processes: int) -> None:
    for name in ("a.md", "greedy.md", "z.md"):
        write_feed(tmp_path / "drop", name, url=f"https://news.example/{name}")
    library = Library.open(AppPaths(tmp_path / "library"))
    try:
        with library.writer("a test") as writer:
            settings = PipelineSettings(processes=processes, alone=0, read=greedy)
            outcomes = list(writer.import_paths([tmp_path / "drop"], settings))
    finally:
        library.close()
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.ADDED, OutcomeKind.FAILED, OutcomeKind.ADDED]
    assert "not enough memory to read this file" in str(outcomes[1].reason)


def test_the_command_line_says_that_there_is_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none_left(library: Library) -> None:
        raise MemoryError

    monkeypatch.setattr(Library, "info", none_left)
    assert cli.main(["--data-dir", str(tmp_path), "info"]) == 2
    assert capsys.readouterr().err.startswith("pressmark: There is not enough memory for this.")


def test_the_worker_says_that_there_is_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(paths: AppPaths) -> Library:
        raise MemoryError

    monkeypatch.setattr(Library, "open", none_left)
    said = io.StringIO()
    worker._do(UpdateIndex(), AppPaths(tmp_path), EventWriter(said), lambda: False, existing=False)
    assert from_line(said.getvalue(), Event) == Finished(Failed(Sentence(NO_MEMORY)), cancelled=True)


def test_an_index_without_memory_is_a_sentence() -> None:
    with pytest.raises(SearchIndexError, match="not enough memory"), index_errors():
        raise MemoryError
