"""Runs Pressmark as it is, but kills it at a chosen point: the n-th time that something durable is about to be done.

`python -m tests.lab.reliability.launcher ARGUMENTS…` is `python main.py ARGUMENTS…`. What is done is heard by an audit
hook, and by standing before os.fsync and SQLite's COMMIT. The processes that it starts load this module, too.

The environment says what is wanted:
    PRESSMARK_COUNT=FILE     append a line for each point that is passed
    PRESSMARK_KILL=POINT:N   kill this process before point POINT is passed for the N-th time; "POINT:N:group" kills
                             its process group, too
    PRESSMARK_ONCE=FILE      the kill happens once; this file then says that it has
    PRESSMARK_WHERE=writer|reading   which processes it may kill; with "reading" the writer leaves all files to those
    PRESSMARK_PRIVATE=1      pictures may be fetched from this machine
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
_passed: Counter[str] = Counter()


def _place(path: str) -> str | None:
    """Say which part of a library a path belongs to, if to any."""
    parts = path.replace(os.sep, "/").split("/")
    name = parts[-1]
    if ".pressmark-backup" in name:
        return "backup"
    if "images" in parts:
        return "picture"
    if "index" in parts:
        if ".toc" in name:
            return "contents"
        return "segment" if "staging" in parts else "index"
    if name.startswith("library.sqlite3"):
        return next((place for mark, place in _BESIDE.items() if mark in name), "store")
    if name.startswith("settings."):
        return "settings"
    return "lock" if name.startswith("writer.") else None


# What is made beside a store: by a restore, a repair, and before a migration.
_BESIDE = {".restoring": "restored", ".repairing": "repaired", ".damaged": "damaged", "-backup": "copy"}


def _pass(deed: str, place: str | None) -> None:
    """Note that a point is about to be passed, and end there if it is the one."""
    if place is None:
        return
    point = f"{deed} {place}"
    _passed[point] += 1
    if _COUNTS is not None:
        os.write(_COUNTS, f"{_WHO} {os.getpid()} {point}\n".encode())
    wanted, _, rest = _KILL.partition(":")
    number, _, whom = rest.partition(":")
    if point == wanted and _passed[point] == int(number) and _is_meant() and _is_first():
        if whom == "group":
            os.killpg(0, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


def _is_meant() -> bool:
    return os.environ.get("PRESSMARK_WHERE") == _WHO


def _is_first() -> bool:
    once = os.environ.get("PRESSMARK_ONCE")
    if once is None:
        return True
    try:
        os.close(os.open(once, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    """Be the audit hook."""
    if event == "os.rename":
        _pass("rename", _place(os.fsdecode(arguments[1])))
    elif event == "os.remove":
        _pass("remove", _place(_full(arguments[0], arguments[1])))
    elif event == "os.mkdir":
        _pass("make", _place(os.fsdecode(arguments[0]) + "/"))
    elif event == "open" and isinstance(arguments[0], str | bytes) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        _pass("write", _place(os.fsdecode(arguments[0])))
    elif event == "sqlite3.connect":
        _pass("open", _place(os.fsdecode(arguments[0])))


def _full(path: str | bytes, folder: int) -> str:
    """Return a path that may be named beside an open folder, as rmtree does."""
    return os.fsdecode(path) if folder < 0 else str(_opened(folder) / os.fsdecode(path))


def _opened(file: int) -> Path:
    """Return the path of what is open."""
    return Path(f"/proc/self/fd/{file}").readlink()


def _listen() -> None:
    """Stand before what the audit hook does not hear."""
    fsync = os.fsync

    def heard_fsync(file: int) -> None:
        _pass("sync", _place(str(_opened(file))))
        fsync(file)

    os.fsync = heard_fsync
    connect = sqlite3.connect
    sqlite3.connect = lambda *args, **options: connect(*args, factory=_Connection, **options)  # type: ignore[assignment]
    _listen_to_archives()
    sys.addaudithook(_hear)


def _listen_to_archives() -> None:
    """Stand before each member that is added to a ZIP file."""
    open_member = zipfile.ZipFile.open

    def heard_open(archive: zipfile.ZipFile, name: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
        if mode == "w":
            _pass("add to", _place(str(archive.filename)))
        return open_member(archive, name, mode, *rest, **options)  # type: ignore[arg-type]

    zipfile.ZipFile.open = heard_open  # type: ignore[method-assign, assignment]


class _Connection(sqlite3.Connection):
    """A connection whose commits are points, before and after, as is what changes tables, and each step of a copy."""

    def __init__(self, database: Any, *rest: Any, **options: Any) -> None:
        self._place = _place(os.fsdecode(database))
        super().__init__(database, *rest, **options)

    def backup(self, target: sqlite3.Connection, **options: Any) -> None:
        place = _place(target.execute("PRAGMA database_list").fetchone()[2])
        told = options.pop("progress", None)

        def step(status: int, left: int, total: int) -> None:
            _pass("copy to", place)
            if told is not None:
                told(status, left, total)

        _pass("copy to", place)
        super().backup(target, progress=step, **options)

    def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        if sql.lstrip().startswith(_CHANGES):
            _pass("change", self._place)
        if sql.startswith("BEGIN IMMEDIATE"):
            _pass("begin", self._place)
        if sql.startswith("INSERT INTO revision"):
            _pass("insert", self._place)
        if sql != "COMMIT":
            return super().execute(sql, *rest)
        _pass("commit", self._place)
        cursor = super().execute(sql, *rest)
        _pass("committed", self._place)
        return cursor


_CHANGES = ("ALTER", "CREATE", "DROP", "UPDATE", "DELETE", "PRAGMA user_version =")


def _run() -> int:
    # Each outcome is told at once, so that it is known exactly what had been acknowledged.
    if "--worker" in sys.argv:
        from reader.worker import events

        events._PROGRESS_SECONDS = 0.0
    if os.environ.get("PRESSMARK_WHERE") == "reading":
        # Where they start slowly, the writer would have read all files before them.
        from reader.importing.workers.pool import PipelineSettings

        PipelineSettings.__init__.__kwdefaults__["alone"] = 0
    if "PRESSMARK_PRIVATE" in os.environ:
        # The server that pictures are fetched from is the test's own, on this machine.
        from reader.fetching.web_pictures import save_pictures

        save_pictures.__kwdefaults__["allow_private"] = True
    import main

    return main.main(sys.argv[1:])


_KILL = os.environ.get("PRESSMARK_KILL", "")
# What multiprocessing calls the main module of a process that it has started.
_WHO = "reading" if __name__ == "__mp_main__" else "writer"
_COUNTS: int | None = None
if "PRESSMARK_COUNT" in os.environ:
    _COUNTS = os.open(os.environ["PRESSMARK_COUNT"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
if _KILL:
    sys.path.insert(0, str(ROOT))
    _listen()

if __name__ == "__main__":
    sys.exit(_run())
