"""A system without memory: a sentence, one file that is named, and nothing that passes for damage."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

import main
from reader.article import Origin, ParsedCapture
from reader.errors import NO_MEMORY, SearchIndexError, Sentence
from reader.formats.default import read_captures
from reader.importing.workers.pool import PipelineSettings
from reader.index import whoosh_index
from reader.library import Library
from reader.outcome import OutcomeKind
from reader.paths import AppPaths
from reader.query import Query
from reader.sources.saved_file import SavedFile
from reader.worker import main as worker
from reader.worker.protocol import Event, Failed, Finished, UpdateIndex, from_line, to_line
from tests.support.captures import write_feed


def _no_memory(*_: object, **__: object) -> NoReturn:
    raise MemoryError


def _raising(error: Exception) -> Callable[..., NoReturn]:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    write_feed(tmp_path / "drop", "1.txt")
    opened = Library.open(AppPaths(tmp_path / "library"))
    with opened.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "drop"]))
    yield opened
    opened.close()


@pytest.mark.parametrize("command", [("info",), ("import", "nothing")])
def test_a_command_that_lacks_memory_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(Library, "open", _no_memory)
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr("sys.stderr", errors := io.TextIOWrapper(io.BytesIO()))
    assert main.main(["--data-dir", str(tmp_path), *command]) == 2
    errors.seek(0)
    assert errors.read().startswith(f"pressmark: {NO_MEMORY}")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread")])
def test_a_program_that_lacks_memory_to_begin_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    monkeypatch.setattr(worker, "run", _raising(error))
    assert main.main(["--worker"]) == 2
    assert capsys.readouterr().err == f"pressmark: {NO_MEMORY}\n"


def test_any_other_error_of_a_program_that_begins_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "run", _raising(RuntimeError("another")))
    with pytest.raises(RuntimeError, match="another"):
        main.main(["--worker"])


def test_a_worker_that_lacks_memory_to_read_its_jobs_does_not_wait_for_them(tmp_path: Path) -> None:
    def lines() -> Iterator[str]:
        yield from ()
        raise MemoryError

    with pytest.raises(MemoryError):
        worker.main(AppPaths(tmp_path), stdin=lines(), stdout=io.StringIO())  # type: ignore[arg-type]


def test_a_line_of_the_log_that_there_is_no_memory_for_is_let_go_of(capsys: pytest.CaptureFixture[str]) -> None:
    handler = worker._log_handler()
    record = logging.LogRecord("a", logging.INFO, "a.py", 1, "%s", (), None)
    record.getMessage = _no_memory  # type: ignore[method-assign]
    handler.handle(record)
    assert capsys.readouterr().err == ""
    record.getMessage = _raising(ValueError("a bug"))  # type: ignore[method-assign]
    handler.handle(record)
    assert "a bug" in capsys.readouterr().err


def test_a_job_that_lacks_memory_ends_with_an_error_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Library, "open", _no_memory)
    assert _answer_of_worker(tmp_path) == Sentence(NO_MEMORY)


def test_a_job_that_meets_an_error_of_the_disk_ends_with_an_error_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: AppPaths) -> NoReturn:
        raise OSError(5, "Input/output error", "/a/folder")

    monkeypatch.setattr(Library, "open", fail)
    assert str(_answer_of_worker(tmp_path)) == "This could not be done: Input/output error: /a/folder."


def _answer_of_worker(data: Path) -> Sentence:
    """Give a worker in this process a job that it cannot do; its input stays open until it has answered."""
    answered = io.StringIO()

    def lines() -> Iterator[str]:
        yield to_line(UpdateIndex())
        while "\n" not in answered.getvalue():
            continue

    assert worker.main(AppPaths(data), stdin=lines(), stdout=answered) == 0  # type: ignore[arg-type]
    finished: Finished = from_line(answered.getvalue(), Event)
    assert isinstance(finished.result, Failed)
    return finished.result.sentence


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't allocate read lock")])
def test_a_file_that_memory_does_not_suffice_for_is_named_and_the_others_are_imported(
    tmp_path: Path, error: Exception
) -> None:
    for name in ("1.txt", "2.txt", "3.txt"):
        write_feed(tmp_path / "drop", name, title=name, url=f"https://news.example/{name}")

    def read(file: SavedFile) -> Iterator[ParsedCapture]:
        if file.name == "2.txt":
            raise error
        return read_captures(file)

    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        outcomes = list(writer.import_paths([tmp_path / "drop"], PipelineSettings(processes=0, read=read)))
    library.close()
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.ADDED, OutcomeKind.FAILED, OutcomeKind.ADDED]
    assert outcomes[1].origin == Origin(str(tmp_path / "drop" / "2.txt"))
    assert "not enough memory to read this file" in str(outcomes[1].reason)


def test_a_search_that_lacks_memory_does_not_call_the_index_damaged(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.search(Query(text="旧书市"))
    monkeypatch.setattr(whoosh_index, "parse", _no_memory)
    with pytest.raises(MemoryError):
        library.search(Query(text="旧书市"))
    (name, *_) = sorted(path for path in library.paths.index.iterdir() if path.suffix not in (".toc", ""))
    with name.open("r+b") as file:
        (first,) = file.read(1)
        file.seek(0)
        file.write(bytes([first ^ 1]))
    with pytest.raises(SearchIndexError, match="damaged"):
        library.search(Query(text="旧书市"))
