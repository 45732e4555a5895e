"""The import process, as the window drives it: jobs in, events out."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any, TypeVar

import pytest

from reader.library import Library
from reader.outcome import ImportCounts, NotImported, OutcomeKind
from reader.paths import AppPaths
from reader.worker.events import EventWriter
from reader.worker.jobs import Jobs
from reader.worker.protocol import (
    Committed,
    Event,
    Failed,
    Finished,
    Import,
    Imported,
    Indexed,
    Job,
    Progressed,
    RebuildIndex,
    Started,
    UpdateIndex,
    Waits,
    from_line,
    to_line,
)
from tests.support.captures import write_feed
from tests.support.patience import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[3]
E = TypeVar("E", bound=Event)


class Worker:
    """A real worker process."""

    def __init__(self, data: Path, *more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), "--worker", *more, "--data-dir", str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def ask(self, job: Job) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(to_line(job))
        self.process.stdin.flush()

    def until(self, last: type[E]) -> tuple[list[Event], E]:
        """Return what it says up to an event of a kind, and that event."""
        assert self.process.stdout is not None
        events: list[Event] = []
        for line in self.process.stdout:
            event: Event = from_line(line, Event)
            if isinstance(event, last):
                return events, event
            events.append(event)
        raise AssertionError(f"the worker ended with {events}")

    def do(self, job: Job) -> Any:
        """Return what a job came to."""
        self.ask(job)
        return self.until(Finished)[1].result

    def close(self) -> int:
        self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode


@pytest.fixture
def worker(tmp_path: Path):
    worker = Worker(tmp_path / "library")
    yield worker
    if worker.process.poll() is None:
        worker.close()


def test_an_import_is_started_counted_and_finished(worker: Worker, tmp_path: Path) -> None:
    write_feed(tmp_path / "drop", "1.txt")
    (tmp_path / "drop" / "2.txt").write_bytes(b"")
    worker.ask(Import((str(tmp_path / "drop"),)))
    events, finished = worker.until(Finished)
    assert events[0] == Started(2)
    assert finished == Finished(Imported(ImportCounts(added=1, failed=1)))
    (outcome,) = (event for event in events if isinstance(event, NotImported))
    assert (outcome.kind, outcome.path) == (OutcomeKind.FAILED, str(tmp_path / "drop" / "2.txt"))
    assert str(outcome.reason)
    assert Committed() in events
    assert worker.close() == 0


def test_a_worker_does_one_job_after_another(worker: Worker, tmp_path: Path) -> None:
    write_feed(tmp_path / "drop", "1.txt")
    for expected in (ImportCounts(added=1), ImportCounts(duplicate=1)):
        assert worker.do(Import((str(tmp_path / "drop"),))).counts == expected
    assert worker.do(RebuildIndex()) == Indexed(1)


def test_a_line_that_is_no_job_is_passed_over(worker: Worker) -> None:
    assert worker.process.stdin is not None
    worker.process.stdin.write('what?\n{"is": "Dance"}\n')
    assert worker.do(UpdateIndex()) == Indexed(0)


def test_a_library_in_use_is_an_error_but_of_what_is_unasked(worker: Worker, tmp_path: Path) -> None:
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test"):
        failed = worker.do(Import(()))
        assert worker.do(RebuildIndex(unasked=True)) == worker.do(UpdateIndex(unasked=True)) == Waits()
        assert isinstance(worker.do(UpdateIndex()), Failed)
    library.close()
    assert "a test" in str(failed.sentence)


def make_untidy(data: Path) -> int:
    """Import captures one by one, so that the index has a segment for each; return how many articles there are."""
    library = Library.open(AppPaths(data))
    with library.writer("a test") as writer:
        for n in range(3):
            folder = data.parent / f"untidy{n}"
            write_feed(folder, "1.txt", url=f"https://news.example/{n}")
            list(writer.import_paths([folder]))
        assert not writer.is_tidy()
    library.close()
    return 3


def test_an_import_says_whether_it_leaves_the_index_tidy(worker: Worker, tmp_path: Path) -> None:
    make_untidy(tmp_path / "library")
    assert worker.do(Import((str(tmp_path / "untidy0"),))).tidy is False
    assert worker.do(RebuildIndex()).tidy is True


def test_tidying_joins_segments_and_ends(tmp_path: Path) -> None:
    articles = make_untidy(tmp_path / "library")
    command = [sys.executable, str(ROOT / "main.py"), "--worker", "--data-dir", str(tmp_path / "library"), "--tidy"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tidying:
        # Its input stays open until it has ended by itself.
        assert tidying.wait(PATIENCE_SECONDS) == 0
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        assert writer.is_tidy()
    library.refresh()
    assert len(library.index().ids()) == articles
    assert list(library.verify()) == []
    library.close()


def test_tidying_ends_with_its_input_and_leaves_a_library_in_use_alone(tmp_path: Path) -> None:
    make_untidy(tmp_path / "library")
    command = [sys.executable, str(ROOT / "main.py"), "--worker", "--data-dir", str(tmp_path / "library"), "--tidy"]
    assert (
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_SECONDS).returncode == 0
    )
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test"), subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as tidying:
        assert tidying.stderr is not None
        assert b"being written by a test" in tidying.stderr.read()
        assert tidying.wait(PATIENCE_SECONDS) == 0
    library.close()


@pytest.mark.parametrize("what", ["--tidy", "--check"])
def test_what_is_done_in_the_background_begins_no_new_library_where_one_was_taken_away(
    tmp_path: Path, what: str
) -> None:
    worker = Worker(tmp_path / "gone", what, "--existing")
    assert worker.process.stdout is not None
    assert worker.process.stderr is not None
    assert worker.process.stdout.read() == ""
    said = worker.process.stderr.read()
    assert "not there any more" in said
    assert "Traceback" not in said
    worker.close()
    assert not (tmp_path / "gone").exists()


def test_closing_the_input_cancels_and_keeps_what_was_imported(worker: Worker, tmp_path: Path) -> None:
    for n in range(2000):
        write_feed(tmp_path / "drop", f"{n}.txt", url=f"https://news.example/{n}", body=f"<p>第{n}篇正文。</p>" * 20)
    worker.ask(Import((str(tmp_path / "drop"),)))
    worker.until(Progressed)
    worker.process.stdin.close()  # type: ignore[union-attr]
    _, finished = worker.until(Finished)
    assert isinstance(finished.result, Imported)
    added = finished.result.counts.added
    worker.process.wait(PATIENCE_SECONDS)
    assert finished.cancelled is True
    assert 0 < added < 2000
    library = Library.open(AppPaths(tmp_path / "library"))
    assert library.info().articles >= added
    # It did not make whoever quits wait for the index, which the next who writes lets catch up.
    with library.writer("a test") as writer:
        for _ in writer.catch_up():
            pass
    assert library.info().unindexed == 0
    library.close()
    for stream in (worker.process.stdout, worker.process.stderr):
        stream.close()  # type: ignore[union-attr]


def test_a_stopped_import_says_all_that_it_stored(tmp_path: Path) -> None:
    for number in range(20):
        write_feed(tmp_path / "drop", f"{number:02}.txt", title=f"{number}", url=f"https://news.example/{number}")
    for number in range(20, 30):
        (tmp_path / "drop" / f"{number}.txt").write_bytes(b"")
    library = Library.open(AppPaths(tmp_path / "library"))
    said = io.StringIO()
    # It stops after the first outcome of a transaction that holds many.
    job = Import((str(tmp_path / "drop"),))
    finished = Jobs(library.paths, EventWriter(said), lambda: True).do(job)
    events = [from_line(line, Event) for line in said.getvalue().splitlines()]
    record = library.imports.newest()
    assert record is not None
    assert record.incomplete
    assert finished == Finished(Imported(ImportCounts(**record.counts)), cancelled=True)
    told = [event.path for event in events if isinstance(event, NotImported)]
    assert sorted(told) == sorted(item.path for item in library.imports.not_imported(record.id))
    assert library.info().articles == record.added
    library.close()


def test_an_import_that_is_stopped_before_it_stored_anything_says_so(tmp_path: Path) -> None:
    write_feed(tmp_path / "drop", "1.txt")
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "drop"]))
    (tmp_path / "nothing").mkdir()
    job = Import((str(tmp_path / "nothing"),))
    finished = Jobs(library.paths, EventWriter(io.StringIO()), lambda: True).do(job)
    assert finished == Finished(Imported(ImportCounts()), cancelled=True)
    library.close()
