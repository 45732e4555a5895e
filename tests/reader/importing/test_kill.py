"""A command line that is stopped or killed: what it had stored is there, once, and index and store agree."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from tests.reader.cli.command_line import ROOT, CommandLine
from tests.support.captures import write_feed
from tests.support.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send")
_FILES = 900
_MOST_ATTEMPTS = 8


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """Return a folder of captures, every tenth of which is a later one of an address."""
    for n in range(_FILES):
        write_feed(
            tmp_path / "drop",
            f"{n:04}.txt",
            title=f"第{n}篇",
            url=f"https://news.example/{n - 5 if n % 10 == 9 else n}",
            body=f"<p>正文第{n}号，河边的旧书市。</p>" * 20,
            epoch=1_600_000_000_000 + n * 1000,
        )
    return tmp_path / "drop"


def _start(*arguments: object, stdin: int | None = None, stdout: int | IO[str] = subprocess.PIPE):
    return subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def _wait_for_articles(data: Path) -> None:
    """Wait until an import has stored something."""
    library = Library.open(AppPaths(data))
    while library.article_count() == 0:
        time.sleep(0.01)
    library.close()


def _check(library: Library) -> None:
    """Hold the library to what it promises, before and after the index has caught up."""
    (doubles,) = library._store.one("SELECT count(*) - count(DISTINCT original) FROM revision")
    assert doubles == 0
    assert library._store.one("SELECT count(*) FROM original")[0] == library.info().revisions
    with library.writer("a test") as writer:
        list(writer.catch_up())
    library.refresh()
    assert library.info().unindexed == 0
    assert library.index().ids() == set(library.ids())
    assert list(library.verify()) == []
    assert library.search(Query(text="旧书市")).total == library.info().articles


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_keeps_what_it_imported(tmp_path: Path, drop: Path, number: int) -> None:
    for attempt in range(_MOST_ATTEMPTS):
        data = tmp_path / f"library {attempt}"
        importing = _start("--data-dir", data, "import", drop)
        _wait_for_articles(data)
        importing.send_signal(number)
        _, errors = importing.communicate(timeout=PATIENCE_SECONDS)
        assert "Traceback" not in errors
        # On a machine with much to do it may have ended before it hears.
        if importing.returncode != 0:
            break
    if number == signal.SIGINT:
        assert importing.returncode == 2
        assert errors.endswith("pressmark: stopped; what was imported is in the library\n")
    library = Library.open(AppPaths(data))
    assert 0 < library.info().revisions < _FILES
    _check(library)
    library.close()


@pytest.mark.slow
def test_a_search_after_a_kill_finds_all_that_is_held(tmp_path: Path, drop: Path) -> None:
    data = tmp_path / "library"
    importing = _start("--data-dir", data, "import", drop)
    pressmark = CommandLine(data)
    _wait_for_articles(data)
    importing.kill()
    importing.communicate(timeout=PATIENCE_SECONDS)
    (answer,) = pressmark.json("search", "--stdin", stdin="旧书市\n")
    assert answer["total"] == pressmark.json("info")[0]["articles"] > 0
