"""Runs Pressmark in forks of a process that has loaded it already: a run takes milliseconds, and a fault can strike it."""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import main
import reader
from reader.importing.workers.pool import PipelineSettings
from reader.worker import events
from reader.worker.protocol import Job
from tests.lab.reliability.faults.injection import Kind, Switchboard, watch_memory
from tests.lab.reliability.program import Ended, converse

_PATIENCE = 60


def load_everything() -> None:
    """Import all of the core, so that no fork has to."""
    for module in pkgutil.walk_packages(reader.__path__, "reader."):
        importlib.import_module(module.name)
    # Each outcome is told at once, so that it is known exactly what had been acknowledged.
    events._PROGRESS_SECONDS = 0.0


@dataclass(frozen=True)
class Struck:
    """What became of a fault: how often it struck, where first, and which calls were made."""

    hits: int = 0
    where: str = ""
    counts: Mapping[Kind, int] = field(default_factory=dict)


class ForkedPrograms:
    """Runs programs in forks.

    With the option `fault`, calls on files below `folder` count, and the fault strikes; with `alone`, an import reads
    that number of files by itself before it starts other processes.
    """

    def __init__(self, board: Switchboard, folder: Path) -> None:
        self._board = board
        self._folder = folder
        self.struck = Struck()

    @contextmanager
    def _disturbed(self, options: Mapping[str, Any]) -> Iterator[None]:
        if "fault" not in options:
            yield
            return
        self._board.switch_on(self._folder, options["fault"])
        try:
            yield
        finally:
            self._board.switch_off()
            self.struck = Struck(self._board.hits, self._board.where, self._board.counts)

    def job(self, library: Path, job: Job, **options: Any) -> Ended:
        """Override Programs.job."""
        arguments = ["--worker", "--data-dir", str(library)]
        from_us, to_worker = os.pipe()
        from_worker, to_us = os.pipe()
        with tempfile.TemporaryFile() as errors, os.fdopen(to_worker, "w") as stdin, os.fdopen(from_worker) as stdout:
            fds = (from_us, to_us, errors.fileno())
            with self._disturbed(options):
                process = _fork(arguments, fds, options.get("alone"), closing=(to_worker, from_worker))
                os.close(from_us), os.close(to_us)
                acknowledged, finished, said = converse(stdin, stdout, job)
                with suppress(BrokenPipeError):
                    stdin.close()
                code = _code_of(process)
            return Ended(code == -signal.SIGKILL, acknowledged, _read(errors), finished, code, said)

    def command(self, library: Path, arguments: Sequence[str], **options: Any) -> Ended:
        """Override Programs.command."""
        with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as output, Path(os.devnull).open() as nothing:
            fds = (nothing.fileno(), output.fileno(), errors.fileno())
            with self._disturbed(options):
                code = _code_of(_fork(["--data-dir", str(library), *arguments], fds))
            return Ended(code == -signal.SIGKILL, 0, _read(errors), code == 0, code, _read(output))


def _fork(arguments: Sequence[str], fds: Sequence[int], alone: int | None = None, closing: Sequence[int] = ()) -> int:
    """Run main.py in a fork, with its standard streams at `fds`; return its process."""
    sys.stdout.flush(), sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        for number, file in enumerate(fds):
            os.dup2(file, number)
        for file in closing:
            os.close(file)
        if alone is not None:
            PipelineSettings.__init__.__kwdefaults__["alone"] = alone
        # In the fork alone: an allocation of the one that listens to it must not fail.
        watch_memory()
        # A program that hangs is ended by the system.
        signal.alarm(_PATIENCE)
        code = _run(list(arguments))
    finally:
        os._exit(code)


def _run(arguments: list[str]) -> int:
    """Do what Python does with main.py, up to the exit code."""
    try:
        code = main.main(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 1
    except BaseException as error:  # noqa: BLE001 - as Python does at the end of a program
        # Its own standard error may be closed, or out of memory.
        os.write(2, b"Traceback of what nobody caught\n")
        os.write(2, "".join(traceback.format_exception(error)).encode("utf-8", "replace"))
        return 1
    return code


def _code_of(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")
