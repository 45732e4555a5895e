"""The import process, as the window drives it: JSON lines in, JSON lines out."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reader.library import Library
from reader.paths import AppPaths
from reader.worker.main import _Events, _Jobs
from tests.captures import write_feed
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[3]


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

    def ask(self, **job: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()

    def until(self, *last: str) -> list[dict[str, Any]]:
        assert self.process.stdout is not None
        events = []
        for line in self.process.stdout:
            events.append(json.loads(line))
            if events[-1]["event"] in last:
                return events
        raise AssertionError(f"the worker ended with {events}")

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
    worker.ask(do="import", paths=[str(tmp_path / "drop")])
    events = worker.until("finished")
    assert events[0] == {"event": "started", "job": "import", "total": 2}
    assert events[-1]["counts"] == {
        "seen": 2,
        "added": 1,
        "updated": 0,
        "duplicate": 0,
        "skipped": 0,
        "failed": 1,
    }
    assert events[-1]["cancelled"] is False
    (outcome,) = (event for event in events if event["event"] == "outcome")
    assert (outcome["kind"], outcome["path"]) == ("failed", str(tmp_path / "drop" / "2.txt"))
    assert outcome["template"].format(**outcome["params"])
    assert any(event["event"] == "committed" for event in events)
    assert worker.close() == 0


def test_a_worker_does_one_job_after_another(worker: Worker, tmp_path: Path) -> None:
    write_feed(tmp_path / "drop", "1.txt")
    for expected in ({"added": 1, "duplicate": 0}, {"added": 0, "duplicate": 1}):
        worker.ask(do="import", paths=[str(tmp_path / "drop")])
        assert worker.until("finished")[-1]["counts"].items() >= expected.items()
    worker.ask(do="rebuild")
    assert worker.until("finished")[-1]["job"] == "rebuild"


def test_a_library_in_use_is_an_error_event(worker: Worker, tmp_path: Path) -> None:
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test"):
        worker.ask(do="import", paths=[])
        (error,) = worker.until("error")
    library.close()
    assert "a test" in error["template"].format(**error["params"])


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
    worker.ask(do="import", paths=[str(tmp_path / "untidy0")])
    assert worker.until("finished")[-1]["tidy"] is False
    worker.ask(do="rebuild")
    assert worker.until("finished")[-1]["tidy"] is True


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
    worker.ask(do="import", paths=[str(tmp_path / "drop")])
    worker.until("progress")
    worker.process.stdin.close()  # type: ignore[union-attr]
    finished = worker.until("finished")[-1]
    worker.process.wait(PATIENCE_SECONDS)
    assert finished["cancelled"] is True
    assert 0 < finished["counts"]["added"] < 2000
    library = Library.open(AppPaths(tmp_path / "library"))
    assert library.info().articles >= finished["counts"]["added"]
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
    _Jobs(library, _Events(said), lambda: True).run({"do": "import", "paths": [tmp_path / "drop"]})
    *events, finished = map(json.loads, said.getvalue().splitlines())
    record = library.imports.newest()
    assert record is not None
    assert record.incomplete
    assert finished["counts"] == {"seen": sum(record.counts.values()), **record.counts}
    told = [event["path"] for event in events if event["event"] == "outcome"]
    assert sorted(told) == sorted(item.path for item in library.imports.not_imported(record.id))
    assert library.info().articles == record.added
    library.close()


def test_an_import_that_is_stopped_before_it_stored_anything_says_so(tmp_path: Path) -> None:
    write_feed(tmp_path / "drop", "1.txt")
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "drop"]))
    said = io.StringIO()
    (tmp_path / "nothing").mkdir()
    _Jobs(library, _Events(said), lambda: True).run({"do": "import", "paths": [tmp_path / "nothing"]})
    assert json.loads(said.getvalue().splitlines()[-1])["counts"]["seen"] == 0
    library.close()
