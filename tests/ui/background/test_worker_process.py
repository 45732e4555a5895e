"""The child processes here are small real ones that speak the worker's language."""

import sys
import textwrap
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess

from reader.outcome import ImportCounts, OutcomeKind
from reader.settings import WebPictures
from reader.worker.protocol import FetchPictures, Finished, Import, Imported, UpdateIndex
from ui.background.worker_process import WorkerProcess, worker_command
from ui.jobs import ImportSession
from ui.words.progress import Pace, Progress
from ui.words.wording import progress_line

IMPORT = Import(("/a",))
_HEAD = """
import sys, time
from reader.errors import Sentence
from reader.outcome import ImportCounts, NotImported, OutcomeKind
from reader.worker.protocol import *
if "--tidy" in sys.argv:
    time.sleep(1000)
def send(event):
    print(to_line(event), end="", flush=True)
job = from_line(sys.stdin.readline(), Job)
"""
_IMPORT = """
send(Started(2))
send(Progressed(1))
send(NotImported(OutcomeKind.FAILED, "/a/b.md", Sentence("{name} is empty.", {"name": "b.md"})))
send(Committed())
send(Finished(Imported(ImportCounts(added=1, failed=1), pictures_on_web=7)))
"""
_MORE_THAN_SAID = """
send(Started(10))
send(Progressed(10))
send(Progressed(12))
send(Finished(Imported(ImportCounts(added=12))))
"""
_PATIENT = """
send(Started())
sys.stdin.read()
send(Finished(Imported(ImportCounts()), cancelled=True))
"""


@pytest.fixture
def worker(qtbot):
    made = []

    def make(script):
        process = WorkerProcess((sys.executable, ["-c", textwrap.dedent(_HEAD) + script]))
        made.append(process)
        return process

    yield make
    for process in made:
        process.close()


def test_a_job_is_told_from_its_start_to_its_end(worker, qtbot):
    process = worker(_IMPORT)
    told = []
    process.started.connect(lambda job, total: told.append((job, total)))
    process.progressed.connect(lambda progressed: told.append(progressed.done))
    process.committed.connect(lambda: told.append("committed"))
    missing = []
    process.not_imported.connect(missing.append)
    with qtbot.waitSignal(process.finished, timeout=10000) as end:
        process.do(IMPORT)
        assert process.busy
    assert told == [(IMPORT, 2), 1, "committed"]
    assert missing[0].kind is OutcomeKind.FAILED
    assert str(missing[0].reason) == "b.md is empty."
    assert end.args == [IMPORT, Finished(Imported(ImportCounts(added=1, failed=1), pictures_on_web=7))]
    assert not process.busy


def test_a_total_that_is_passed_is_not_told_any_more(worker, qtbot):
    imports = ImportSession(worker(_MORE_THAN_SAID), lambda: WebPictures.NEVER)
    told = []
    imports.progressed.connect(lambda progress: told.append((progress.done, progress.total)))
    with qtbot.waitSignal(imports.imported, timeout=10000):
        imports.import_paths(["/a"])
    assert told[-2:] == [(10, 10), (12, None)]
    assert progress_line(Progress(Import(("/a",)), *told[-1])) == "Importing: 12"


def test_jobs_are_done_one_after_the_other(worker, qtbot):
    process, jobs = worker(_IMPORT), []
    process.finished.connect(lambda job, _: jobs.append(job))
    for job in (IMPORT, FetchPictures(), UpdateIndex()):
        process.do(job)
    qtbot.waitUntil(lambda: len(jobs) == 3, timeout=10000)
    assert jobs == [IMPORT, FetchPictures(), UpdateIndex()]


def test_cancelling_closes_the_input_and_forgets_what_waits(worker, qtbot):
    process, ends = worker(_PATIENT), []
    process.finished.connect(lambda *end: ends.append(end))
    with qtbot.waitSignal(process.started, timeout=10000):
        process.do(IMPORT)
    process.do(FetchPictures())
    process.cancel()
    process.cancel()
    qtbot.waitUntil(lambda: bool(ends), timeout=10000)
    qtbot.wait(50)
    assert ends == [(IMPORT, Finished(Imported(ImportCounts()), cancelled=True))]
    assert not process.busy


def test_a_worker_that_dies_is_told_once_and_the_next_job_runs(worker, qtbot):
    process, failures, ends = worker("sys.exit(3) if isinstance(job, Import) else None\n" + _IMPORT), [], []
    process.failed.connect(failures.append)
    process.finished.connect(lambda _, finished: ends.append(finished))
    process.do(IMPORT)
    process.do(UpdateIndex())
    qtbot.waitUntil(lambda: len(ends) == 2, timeout=10000)
    assert len(failures) == 1
    assert "stopped unexpectedly" in str(failures[0])
    assert [end.cancelled for end in ends] == [True, False]


def test_a_worker_that_cannot_start_is_told(qtbot):
    process, failures = WorkerProcess(("/nowhere/at/all", [])), []
    process.failed.connect(failures.append)
    with qtbot.waitSignal(process.finished, timeout=10000):
        process.do(IMPORT)
    assert "could not be started" in str(failures[0])
    process.close()


def test_an_error_of_the_worker_ends_the_job_with_its_sentence(worker, qtbot):
    process, failures = (
        worker('send(Finished(Failed(Sentence("{who} has it.", {"who": "Somebody"})), cancelled=True))\n'),
        [],
    )
    process.failed.connect(failures.append)
    with qtbot.waitSignal(process.finished, timeout=10000) as end:
        process.do(IMPORT)
    assert [str(failure) for failure in failures] == ["Somebody has it."]
    assert end.args[1].cancelled


def test_lines_that_are_none_of_ours_are_passed_over(worker, qtbot, caplog):
    process = worker('print("what?")\nprint("[1]")\nprint("{}", flush=True)\n' + _IMPORT)
    with qtbot.waitSignal(process.finished, timeout=10000) as end:
        process.do(IMPORT)
    assert end.args[1].result.counts.added == 1
    assert caplog.text.count("said something else") == 3


def test_closing_ends_a_worker_in_the_middle_of_its_work(worker, qtbot):
    process = worker(_PATIENT)
    with qtbot.waitSignal(process.started, timeout=10000):
        process.do(IMPORT)
    child = process._process
    process.close()
    assert child.state() is QProcess.ProcessState.NotRunning


_UNTIDY = """
send(Finished(Imported(ImportCounts(added=2), tidy=False)))
"""


def test_an_untidy_index_is_tidied_unseen_and_the_next_job_does_not_wait(worker, qtbot):
    process, jobs = worker(_UNTIDY), []
    process.finished.connect(lambda job, _: jobs.append(job))
    process.do(IMPORT)
    qtbot.waitUntil(lambda: process._tidying is not None, timeout=10000)
    assert not process.busy
    process.do(UpdateIndex())
    assert process.busy
    qtbot.waitUntil(lambda: len(jobs) == 2, timeout=10000)
    assert jobs == [IMPORT, UpdateIndex()]
    process.close()
    assert process._tidying is None


def test_tidying_that_cannot_start_is_no_matter(qtbot, worker):
    process = worker(_UNTIDY)
    with qtbot.waitSignal(process.finished, timeout=10000):
        process.do(IMPORT)
        process._command = ("/nowhere/at/all", [])
    qtbot.waitUntil(lambda: process._tidying is None, timeout=10000)
    assert not process.busy


def test_the_program_starts_itself_as_a_worker(monkeypatch):
    program, arguments = worker_command(Path("lib"))
    assert program == sys.executable
    assert Path(arguments[0]).name == "main.py"
    assert Path(arguments[0]).is_file()
    assert arguments[1:] == ["--worker", "--existing", "--data-dir", "lib"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert worker_command(Path("lib"))[1] == ["--worker", "--existing", "--data-dir", "lib"]


@pytest.mark.parametrize(
    ("choice", "jobs", "offers"),
    [
        (WebPictures.ASK, [IMPORT], [7]),
        (WebPictures.ALWAYS, [IMPORT, FetchPictures()], []),
        (WebPictures.NEVER, [IMPORT], []),
    ],
)
def test_pictures_on_the_web_are_fetched_only_when_the_person_said_so(worker, qtbot, choice, jobs, offers):
    imports = ImportSession(worker(_IMPORT), lambda: choice)
    offered, done = [], []
    imports.pictures_offered.connect(offered.append)
    imports.ended.connect(done.append)
    imports.import_paths(["/a"])
    qtbot.waitUntil(lambda: len(done) == len(jobs), timeout=10000)
    qtbot.wait(50)
    assert done == jobs
    assert offered == offers
    assert len(imports.report.not_imported) == 1


def test_nothing_to_import_starts_nothing(worker):
    imports = ImportSession(worker(_IMPORT), lambda: WebPictures.ASK)
    imports.import_paths([])
    assert not imports.busy


def test_the_pace_is_that_of_the_last_seconds():
    now = [100.0]
    pace = Pace(lambda: now[0])
    now[0] = 100.5
    assert pace.measure(50) is None
    now[0] = 102.0
    assert pace.measure(200) == pytest.approx(100)
    for second in range(3, 30):
        now[0] = 100.0 + second
        rate = pace.measure(200 + 10 * second)
    assert rate == pytest.approx(10)
    assert pace.measure(200) is None
