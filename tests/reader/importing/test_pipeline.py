"""The import on several processes: the same library as with one, whatever becomes of the others."""

from __future__ import annotations

import base64
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reader.errors import SearchIndexError, StoreError
from reader.formats.default import read_captures
from reader.importing.workers.pool import PipelineSettings
from reader.library import Library
from reader.outcome import ImportOutcome
from reader.paths import AppPaths
from reader.query import Query
from reader.scope import EVERYTHING, OneSource
from tests.reader.importing import unloadable
from tests.reader.importing.readers import fragile, slow
from tests.support.captures import feed, write_feed
from tests.support.patience import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")

SETTINGS = PipelineSettings(processes=2, alone=0, files_a_task=4)


@pytest.fixture
def new_library(tmp_path: Path) -> Iterator[Callable[[str], Library]]:
    opened: list[Library] = []

    def new(name: str = "library") -> Library:
        opened.append(Library.open(AppPaths(tmp_path / name)))
        return opened[-1]

    yield new
    for library in opened:
        library.close()


def outcomes_of(library: Library, settings: PipelineSettings, *paths: Path) -> list[tuple[Any, ...]]:
    with library.writer("a test") as writer:
        outcomes = list(writer.import_paths(paths, settings))
    library.refresh()
    return as_told(outcomes)


def as_told(outcomes: list[ImportOutcome]) -> list[tuple[Any, ...]]:
    return [(o.kind.value, str(o.origin), str(o.reason)) for o in outcomes]


def write_many(folder: Path, count: int) -> None:
    """Write a folder in which addresses, bytes and contents come again, near and far."""
    for n in range(count):
        body = f"<p>第{n}篇说旧书市的第{n % 7}天。</p>" * (1 + n % 13)
        name = f"{n:04}.txt"
        if n % 11 == 5:
            write_feed(folder, name, url=f"https://news.example/{n - 1}", body=body, epoch=1_700_000_000_000 + n)
        elif n % 11 == 7:
            write_feed(folder, name, url=f"https://news.example/{n - 3}", body=body, epoch=1_500_000_000_000 + n)
        elif n % 13 == 3 and n > 20:
            (folder / name).write_bytes((folder / f"{n - 1 - n % 17:04}.txt").read_bytes())
        elif n % 17 == 9:
            (folder / name).write_bytes(b"" if n % 2 else b"\x00\x01 no article" * 9)
        else:
            write_feed(
                folder, name, url=f"https://news.example/{n}", title=f"第{n}篇", body=body, epoch=1_600_000_000_000 + n
            )


def dump(library: Library) -> list[list[tuple[Any, ...]]]:
    """Return all that a library holds, but for the moments of the import."""
    tables = []
    for table, left_out in (
        ("article", {"added", "position"}),
        ("revision", {"imported"}),
        ("original", set()),
        ("image", set()),
    ):
        columns = [row[1] for row in library._store.rows(f"PRAGMA table_info({table})") if row[1] not in left_out]
        tables.append(library._store.rows(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1, 2"))
    return tables


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_several_processes_make_the_library_that_one_makes(
    new_library: Callable[[str], Library], tmp_path: Path, processes: int
) -> None:
    write_many(tmp_path / "drop", 240)
    one, several = new_library("one"), new_library("several")
    expected = outcomes_of(one, replace(SETTINGS, processes=0), tmp_path / "drop")
    assert outcomes_of(several, replace(SETTINGS, processes=processes), tmp_path / "drop") == expected
    assert {kind for kind, *_ in expected} == {"added", "updated", "duplicate", "failed", "skipped"}
    assert dump(several) == dump(one)
    assert several.index().ids() == one.index().ids() == set(one.ids())
    for text in ("旧书市", "第3天", "第33篇", "第1天 -第2篇"):
        for scope in (EVERYTHING, OneSource("news.example")):
            query = Query(text=text, scope=scope)
            assert list(several.search(query).ids) == list(one.search(query).ids)
    assert several.info().unindexed == 0
    assert list(several.verify()) == []


# Of each file: which address, if any, which of some bodies, and when it was captured.
captures = st.tuples(st.sampled_from([None, 1, 2, 3]), st.integers(0, 3), st.integers(1, 3))


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.generate])
@given(st.lists(captures, min_size=1, max_size=24))
def test_any_mixture_of_captures_makes_the_library_that_one_process_makes(
    tmp_path_factory: pytest.TempPathFactory, drop: list[tuple[int | None, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("drop")
    for n, (address, body, epoch) in enumerate(drop):
        url = None if address is None else f"https://news.example/{address}"
        write_feed(folder, f"{n:02}.txt", url=url, body=f"<p>第{body}种说法。</p>", epoch=1_600_000_000_000 + epoch)
    held = []
    for processes in (0, 2):
        library = Library.open(AppPaths(folder.parent / f"{folder.name}-{processes}"))
        outcomes = outcomes_of(library, replace(SETTINGS, processes=processes, files_a_task=2), folder)
        found = [list(library.search(Query(text=f"第{body}种")).ids) for body in range(4)]
        held.append((outcomes, dump(library), found, library.info().unindexed))
        library.close()
    assert held[0] == held[1]
    assert held[0][-1] == 0


def test_the_same_folder_again_starts_no_process(
    new_library: Callable[[str], Library], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_many(tmp_path / "drop", 60)
    library = new_library("library")
    outcomes_of(library, replace(SETTINGS, processes=0), tmp_path / "drop")
    good = [path for path in sorted((tmp_path / "drop").iterdir()) if path.read_bytes()[:4] == b"<!--"]
    monkeypatch.setattr("reader.importing.workers.pool.ReadingProcess", None)
    assert {kind for kind, *_ in outcomes_of(library, SETTINGS, *good)} == {"duplicate"}


def test_a_few_files_start_no_process(
    new_library: Callable[[str], Library], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_many(tmp_path / "drop", 50)
    monkeypatch.setattr("reader.importing.workers.pool.ReadingProcess", None)
    outcomes_of(new_library("library"), PipelineSettings(processes=2), tmp_path / "drop")


def test_pictures_beside_a_capture_are_asked_for(
    new_library: Callable[[str], Library], tmp_path: Path, png: bytes
) -> None:
    archive = tmp_path / "saved.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for n in range(30):
            body = f'<p>第{n}篇有图。</p><img src="pictures/{n % 3}.png" alt="书摊">'
            zipped.writestr(f"news/{n:02}.md", feed(url=f"https://news.example/{n}", body=body))
        for n in range(3):
            zipped.writestr(f"news/pictures/{n}.png", png + bytes(n))
    library = new_library("library")
    # The archive has been read to its end before the first file is asked for.
    outcomes = outcomes_of(library, replace(SETTINGS, files_a_task=1000, read=slow), archive)
    assert sum(kind == "added" for kind, *_ in outcomes) == 30
    assert library.info().pictures_held == 3
    for id_ in library.ids():
        (image,) = library.article(id_).images
        assert image.sha256 is not None
        assert library.pictures.display(image.sha256)


def test_questions_about_pictures_are_answered_while_other_tasks_wait(
    new_library: Callable[[str], Library], tmp_path: Path, png: bytes
) -> None:
    for n in range(120):
        body = f'<p>第{n}篇有图。</p><img src="pictures/{n % 5}.png" alt="书摊">'
        write_feed(tmp_path / "drop", f"{n:03}.txt", url=f"https://news.example/{n}", body=body)
    (tmp_path / "drop" / "pictures").mkdir()
    for n in range(5):
        (tmp_path / "drop" / "pictures" / f"{n}.png").write_bytes(png + bytes(n))
    library = new_library("library")
    outcomes = outcomes_of(library, replace(SETTINGS, files_a_task=2), tmp_path / "drop")
    assert sum(kind == "added" for kind, *_ in outcomes) == 120
    assert library.info().pictures_held == 5
    assert all(library.article(id_).images[0].sha256 for id_ in library.ids())


def test_a_capture_that_ends_the_process_fails_alone(
    new_library: Callable[[str], Library], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_many(tmp_path / "drop", 60)
    write_feed(tmp_path / "drop", "0030.txt", url=None, body="<p>deadly</p>")
    write_feed(tmp_path / "drop", "0031.txt", url=None, body="<p>deadly</p>")
    library = new_library("library")
    outcomes = outcomes_of(library, replace(SETTINGS, read=fragile), tmp_path / "drop")
    assert len(outcomes) == 60
    failed = {Path(path).name: reason for kind, path, reason in outcomes if kind == "failed" and "twice" in reason}
    assert failed.keys() == {"0030.txt", "0031.txt"}
    assert all(name in reason for name, reason in failed.items())
    assert library.info().unindexed == 0


def test_a_capture_that_does_not_end_fails_alone(new_library: Callable[[str], Library], tmp_path: Path) -> None:
    write_many(tmp_path / "drop", 30)
    write_feed(tmp_path / "drop", "0009.txt", url=None, body="<p>endless</p>")
    library = new_library("library")
    # A process that is not given the processor for as long as that is one whose capture does not end.
    outcomes = outcomes_of(library, replace(SETTINGS, read=fragile, seconds=5.0), tmp_path / "drop")
    assert [Path(path).name for _, path, reason in outcomes if "twice" in reason] == ["0009.txt"]
    assert library.info().unindexed == 0


def test_where_no_process_can_be_started_the_writer_reads(
    new_library: Callable[[str], Library], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_many(tmp_path / "drop", 60)
    one, alone = new_library("one"), new_library("alone")
    expected = outcomes_of(one, replace(SETTINGS, processes=0), tmp_path / "drop")
    assert outcomes_of(alone, replace(SETTINGS, read=unloadable.read), tmp_path / "drop") == expected
    assert dump(alone) == dump(one)
    assert caplog.text.count("has ended") >= 2


def test_processes_killed_at_any_moment_change_nothing(new_library: Callable[[str], Library], tmp_path: Path) -> None:
    write_many(tmp_path / "drop", 300)
    one, troubled = new_library("one"), new_library("troubled")
    expected = outcomes_of(one, replace(SETTINGS, processes=0), tmp_path / "drop")
    moments = random.Random(20230712).sample(range(1, 200), 4)
    killed = []
    with troubled.writer("a test") as writer:
        outcomes = []
        for outcome in writer.import_paths([tmp_path / "drop"], replace(SETTINGS, read=slow)):
            outcomes.append(outcome)
            if len(outcomes) in moments:
                for process in multiprocessing.active_children()[:1]:
                    killed.append(process.pid)
                    os.kill(process.pid or 0, signal.SIGKILL)
    troubled.refresh()
    assert len(killed) >= 2
    assert as_told(outcomes) == expected
    assert dump(troubled) == dump(one)
    assert list(troubled.verify()) == []


def test_cancelling_ends_the_processes_and_leaves_nothing_half_built(
    new_library: Callable[[str], Library], tmp_path: Path
) -> None:
    write_many(tmp_path / "drop", 400)
    for n in range(150, 400):
        write_feed(tmp_path / "drop", f"{n:04}.txt", url=None, body=f"<p>endless {n}</p>")
    library = new_library("library")
    with library.writer("a test") as writer:
        outcomes = writer.import_paths([tmp_path / "drop"], replace(SETTINGS, read=fragile, seconds=1000.0))
        for _ in range(100):
            next(outcomes)
        # Whoever waits for what is being read now hangs.
        outcomes.close()
        assert multiprocessing.active_children() == []
        list(writer.catch_up())
    assert not (library.paths.index / "staging").exists()
    library.refresh()
    assert library.info().articles > 50
    assert library.index().ids() == set(library.ids())


def test_the_processes_end_with_the_one_that_writes(tmp_path: Path) -> None:
    write_many(tmp_path / "drop", 3000)
    command = [sys.executable, "main.py", "--data-dir", str(tmp_path / "library"), "import", str(tmp_path / "drop")]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as writer:
        while len(children := _children_of(writer.pid)) < 2 and writer.poll() is None:
            time.sleep(0.01)
        assert children
        time.sleep(1)
        writer.kill()
    wait_until(lambda: not any(_is_running(pid) for pid in children), "the end of the processes")


def _children_of(pid: int) -> list[int]:
    try:
        tasks = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    except OSError:
        pytest.skip("this system does not show whose process is whose")
    return [int(child) for child in tasks.split()]


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_picture_that_cannot_be_written_ends_the_import(
    new_library: Callable[[str], Library], tmp_path: Path, png: bytes
) -> None:
    body = f'<p>有图。</p><img src="data:image/png;base64,{base64.b64encode(png).decode()}">'
    write_feed(tmp_path / "drop", "1.txt", body=body)
    library = new_library("library")
    library.paths.images.parent.mkdir(parents=True, exist_ok=True)
    library.paths.images.write_bytes(b"a file where the pictures' folder should be")
    with pytest.raises(StoreError, match="picture cannot be saved"):
        outcomes_of(library, SETTINGS, tmp_path / "drop")


def test_an_index_that_cannot_be_written_ends_the_import_and_keeps_the_articles(
    new_library: Callable[[str], Library], tmp_path: Path
) -> None:
    write_many(tmp_path / "drop", 20)
    library = new_library("library")
    with library.writer("a test") as writer:
        staging = library.paths.index / "staging"
        staging.write_bytes(b"a file where a folder should be")
        with pytest.raises(SearchIndexError, match="cannot be written"):
            list(writer.import_paths([tmp_path / "drop"], SETTINGS))
        staging.unlink()
    assert library.info().articles > 0
    with library.writer("a test") as writer:
        list(writer.catch_up())
    assert library.info().unindexed == 0


def test_an_index_is_built_anew_by_all_processes(new_library: Callable[[str], Library], tmp_path: Path) -> None:
    for n in range(1300):
        write_feed(tmp_path / "drop", f"{n:04}.txt", url=f"https://news.example/{n}", body=f"<p>第{n}篇。</p>")
    library = new_library("library")
    outcomes_of(library, replace(SETTINGS, processes=0), tmp_path / "drop")
    for read, steps in ((read_captures, [650, 1300]), (unloadable.read, [650, 1300])):
        with library.writer("a test", fresh_index=True) as writer:
            assert list(writer.catch_up(replace(SETTINGS, read=read))) == steps
        library.refresh()
        assert library.info().unindexed == 0
        assert library.index().ids() == set(library.ids())
        assert library.search(Query(text="第77篇")).total == 1
        assert list(library.verify()) == []


def test_articles_that_processes_end_over_are_indexed_by_the_writer(
    new_library: Callable[[str], Library],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write_many(tmp_path / "drop", 60)
    library = new_library("library")
    outcomes_of(library, replace(SETTINGS, processes=0), tmp_path / "drop")
    monkeypatch.setattr("reader.importing.index_rounds._FEW", 0)
    # A process that is sent None takes it for the end.
    monkeypatch.setattr("reader.importing.index_rounds._Portion.message", lambda part: None)
    count = library.info().articles
    with library.writer("a test", fresh_index=True) as writer:
        assert list(writer.catch_up(SETTINGS)) == [-(-count // 2), count]
    library.refresh()
    assert caplog.text.count("has ended") == 2
    assert library.info().unindexed == 0
    assert library.index().ids() == set(library.ids())


def test_a_process_loads_nothing_of_the_window() -> None:
    code = "import reader.importing.workers.main, sys; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "reader.index" in loaded
    assert not [name for name in loaded if name.split(".")[0] in ("PySide6", "shiboken6", "ui")]
