"""Runs Pressmark's processes so that they can be killed, and hears what they had acknowledged."""

from __future__ import annotations

import operator
import os
import signal
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import IO, Any, Protocol

from reader.worker.protocol import Event, Failed, Finished, Imported, Job, Progressed, from_line, to_line
from tests.support.patience import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[3]
_LAUNCHER = (sys.executable, "-m", "tests.lab.reliability.launcher")


@dataclass(frozen=True)
class Ended:
    """How a process ended: killed or not, the number of files that it had acknowledged, and whether it said the end.

    `code` is its exit code, or the negative number of the signal that ended it; `said` is what it wrote.
    """

    killed: bool
    acknowledged: int
    errors: str
    finished: bool = False
    code: int = 0
    said: str = ""


def run_worker(
    library: Path,
    job: Job,
    *,
    kill: str = "",
    where: str = "writer",
    once: Path | None = None,
    after: float | None = None,
    prefix: Sequence[str] = (),
    options: Sequence[str] = (),
    private: bool = False,
) -> Ended:
    """Give a worker one job, and see it end, by itself or killed: at a point, or after so many seconds."""
    environment = os.environ | {"PRESSMARK_KILL": kill or "nothing:0", "PRESSMARK_WHERE": where}
    if private:
        environment["PRESSMARK_PRIVATE"] = "1"
    if once is not None:
        environment["PRESSMARK_ONCE"] = str(once)
    worker = subprocess.Popen(
        [*prefix, *_LAUNCHER, "--worker", *options, "--data-dir", str(library)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )
    timer = threading.Timer(PATIENCE_SECONDS if after is None else after, _kill_group, (worker,))
    timer.start()
    try:
        return _ended(worker, job)
    finally:
        timer.cancel()
        timer.join()
        _kill_group(worker)


def _ended(worker: subprocess.Popen[str], job: Job) -> Ended:
    """Listen until the worker has finished its job or is no more."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    assert worker.stderr is not None
    errors: list[str] = []
    reader = threading.Thread(target=lambda stream: errors.append(stream.read()), args=(worker.stderr,))
    reader.start()
    acknowledged, finished, said = converse(worker.stdin, worker.stdout, job)
    code = worker.wait(PATIENCE_SECONDS)
    worker.stdout.close()
    reader.join()
    worker.stderr.close()
    with suppress(BrokenPipeError):
        worker.stdin.close()
    # strace says by 128 + 9 that what it looked at was killed, when it does not die of the same signal.
    return Ended(_was_killed(code), acknowledged, "".join(errors), finished, code, said)


def converse(stdin: IO[str], stdout: IO[str], job: Job) -> tuple[int, bool, str]:
    """Give a worker its job, and return how many files it acknowledged, whether it finished, and what it said."""
    acknowledged, finished, said = 0, False, []
    # A worker that was killed hears no more.
    with suppress(BrokenPipeError):
        stdin.write(to_line(job))
        stdin.flush()
        for line in stdout:
            said.append(line)
            # A kill may cut the last line.
            event: Event | None = from_line(line, Event) if line.endswith("\n") else None
            if isinstance(event, Progressed):
                acknowledged = event.done
            if isinstance(event, Finished):
                if isinstance(event.result, Imported):
                    acknowledged = event.result.counts.seen
                finished = not isinstance(event.result, Failed)
                stdin.close()
    return acknowledged, finished, "".join(said)


def run_command(
    library: Path,
    arguments: Sequence[str],
    *,
    kill: str = "",
    after: float | None = None,
    prefix: Sequence[str] = (),
) -> Ended:
    """Run a command of the command line, or without one the window, and see it end, by itself or killed."""
    process = subprocess.Popen(
        [*prefix, *_LAUNCHER, "--data-dir", str(library), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        env=os.environ | {"PRESSMARK_KILL": kill or "nothing:0", "PRESSMARK_WHERE": "writer"},
        start_new_session=True,
    )
    timer = threading.Timer(PATIENCE_SECONDS if after is None else after, _kill_group, (process,))
    timer.start()
    try:
        _, errors = process.communicate(timeout=2 * PATIENCE_SECONDS)
    finally:
        timer.cancel()
        timer.join()
        _kill_group(process)
    code = process.returncode
    return Ended(_was_killed(code), 0, errors, code == 0, code)


class Programs(Protocol):
    """Runs Pressmark with a library: a job of its worker, or a command; `options` say how it is disturbed."""

    def job(self, library: Path, job: Job, **options: Any) -> Ended:
        """Give a worker one job."""

    def command(self, library: Path, arguments: Sequence[str], **options: Any) -> Ended:
        """Run a command of the command line, or without one the window."""


class Processes:
    """Programs that run as they do for a person, each in a process of its own."""

    def job(self, library: Path, job: Job, **options: Any) -> Ended:
        """Override Programs.job."""
        return run_worker(library, job, **options)

    def command(self, library: Path, arguments: Sequence[str], **options: Any) -> Ended:
        """Override Programs.command."""
        return run_command(library, arguments, **options)


def _was_killed(code: int) -> bool:
    """Say by its code whether a process was killed."""
    return code in (-signal.SIGKILL, 128 + signal.SIGKILL)


def _kill_group(process: subprocess.Popen[str]) -> None:
    """Kill a process and all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def count_points(
    library: Path, job: Job, scratch: Path, where: str = "writer", options: Sequence[str] = ()
) -> Counter[str]:
    """Let a job run to its end, and say how often each point was passed by the writer, or by those that read."""
    return count_points_of(lambda: run_worker(library, job, where=where, options=options), scratch, where)


def count_points_of(work: Callable[[], Ended], scratch: Path, where: str = "writer") -> Counter[str]:
    """Let a process that `work` starts run to its end, and say how often each point was passed."""
    os.environ["PRESSMARK_COUNT"] = str(scratch)
    try:
        ended = work()
    finally:
        del os.environ["PRESSMARK_COUNT"]
    assert not ended.killed, ended.errors
    passed: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in scratch.read_text("utf-8").splitlines():
        who, process, point = line.split(" ", 2)
        if who == where:
            passed[process][point] += 1
    # Of several processes that read, any may be the one that is killed; each passes about as much.
    return reduce(operator.and_, passed.values())


def group_is_alive(group: int) -> bool:
    """Say whether a process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
