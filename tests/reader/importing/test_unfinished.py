"""An import that was cut off, however, leaves a note; one that came to its end does not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reader.importing.unfinished import forget, forget_paths, note_unbegun, noted, unfinished_imports
from reader.library import Library
from reader.paths import AppPaths
from tests.reader.cli.command_line import CommandLine
from tests.support.captures import write_feed
from tests.support.measured_apart import unmeasured
from tests.support.patience import wait_until

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    for number in range(8):
        write_feed(tmp_path / "drop", f"{number}.txt", title=f"第{number}篇", url=f"https://news.example/{number}")
    return tmp_path / "drop"


def paths_of(folder: Path) -> list[tuple[str, ...]]:
    return [each.paths for each in unfinished_imports(folder)]


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("import-*")]


def test_an_import_that_came_to_its_end_leaves_nothing(tmp_path: Path, drop: Path) -> None:
    data = tmp_path / "library"
    library = Library.open(AppPaths(data))
    with library.writer("a test") as writer:
        outcomes = writer.import_paths([drop])
        next(outcomes)
        assert len(left(data)) == 2
        # It is running yet.
        assert paths_of(data) == []
        list(outcomes)
    library.close()
    assert left(data) == []


def test_one_that_was_given_up_is_there_until_it_is_imported_or_forgotten(tmp_path: Path, drop: Path) -> None:
    data = tmp_path / "library"
    library = Library.open(AppPaths(data))
    for _ in range(2):
        with library.writer("a test") as writer:
            outcomes = writer.import_paths([drop])
            next(outcomes)
            outcomes.close()
    assert paths_of(data) == [(str(drop),), (str(drop),)]
    with library.writer("a test") as writer:
        list(writer.import_paths([drop]))
    assert left(data) == []
    with library.writer("a test") as writer:
        outcomes = writer.import_paths([drop / "0.txt", drop / "1.txt"])
        next(outcomes)
        outcomes.close()
    (found,) = unfinished_imports(data)
    assert found.paths == (str(drop / "0.txt"), str(drop / "1.txt"))
    forget([found])
    assert left(data) == []
    library.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_one_that_was_killed_is_there_with_whole_paths(tmp_path: Path) -> None:
    for number in range(400):
        body = "长" * 3000
        write_feed(
            tmp_path / "drop", f"{number}.txt", title=f"{number}", body=body, url=f"https://news.example/{number}"
        )
    data = tmp_path / "library"
    command = [sys.executable, str(ROOT / "main.py"), "import", "drop", "--data-dir", str(data)]
    with subprocess.Popen(command, cwd=tmp_path, env=unmeasured(), stdout=subprocess.DEVNULL) as program:
        wait_until(lambda: bool(list(data.glob("import-*.json"))), "the note of the import")
        assert paths_of(data) == []
        os.kill(program.pid, signal.SIGKILL)
    # The processes beside it hold its lock until they see that it has gone.
    wait_until(lambda: bool(paths_of(data)), "the end of the processes")
    assert paths_of(data) == [(str(tmp_path / "drop"),)]
    # It is no matter for anybody else.
    assert CommandLine(data).json("verify") is not None
    CommandLine(data).json("import", tmp_path / "drop")
    assert left(data) == []


def test_a_path_that_is_no_text_is_noted(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.txt")
    with pytest.raises(KeyboardInterrupt), noted(tmp_path, [tmp_path / name]):
        raise KeyboardInterrupt
    assert paths_of(tmp_path) == [(str(tmp_path / name),)]


def test_what_did_not_begin_is_noted_once(tmp_path: Path) -> None:
    for paths in (["/a", "/b"], ["/c"], ["/a", "/b"]):
        note_unbegun(tmp_path, paths)
    assert paths_of(tmp_path) == [("/a", "/b"), ("/c",)]


def test_a_folder_with_a_slash_at_its_end_is_the_same_folder(tmp_path: Path) -> None:
    for name in ("/a/", "/a", "/a/../a/."):
        note_unbegun(tmp_path, [name])
    assert paths_of(tmp_path) == [("/a",)]
    with pytest.raises(KeyboardInterrupt), noted(tmp_path, [Path("/b")]):
        raise KeyboardInterrupt
    forget_paths(tmp_path, ["/b/"])
    assert paths_of(tmp_path) == [("/a",)]


def write_note(folder: Path, number: int, content: object) -> Path:
    note = folder / f"import-{number:032x}.json"
    note.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return note


def test_notes_that_nobody_can_read_are_removed(tmp_path: Path) -> None:
    day = "2026-01-01T00:00:00+00:00"
    contents: list[object] = ["", [], {}, "\x00", {"paths": 7, "began": 7}, "[" * 10_000]
    contents += [{"paths": paths, "began": day} for paths in ("/b", ["/a", 7], [], {"/a": 1})]
    for number, content in enumerate(contents):
        write_note(tmp_path, number, content)
    assert paths_of(tmp_path) == []
    assert left(tmp_path) == []


def test_a_file_that_is_no_note_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "import-list.json").write_text("of another program", "utf-8")
    assert paths_of(tmp_path) == []
    assert left(tmp_path) == ["import-list.json"]


def test_notes_with_and_without_a_time_zone_are_put_in_order(tmp_path: Path) -> None:
    for number, began in enumerate(("2026-01-03T00:00:00", "2026-01-02T00:00:00+00:00", "2026-01-01T00:00:00")):
        write_note(tmp_path, number, {"paths": [f"/{number}"], "began": began})
    assert paths_of(tmp_path) == [("/2",), ("/1",), ("/0",)]


def test_a_note_of_many_thousand_files_is_read(tmp_path: Path) -> None:
    many = [f"/archive/of/many/years/{number:0100}" for number in range(20_000)]
    note_unbegun(tmp_path, many)
    assert paths_of(tmp_path) == [tuple(many)]


def test_what_kills_in_the_middle_of_noting_have_left_goes_with_the_next_import(tmp_path: Path) -> None:
    note_unbegun(tmp_path, ["/a"])
    for name in ("import-1.new", "import-1.lock", "import-2.lock"):
        (tmp_path / name).touch()
    with noted(tmp_path, [tmp_path]):
        assert paths_of(tmp_path) == [("/a",)]
    assert paths_of(tmp_path) == [("/a",)]
    assert sorted(path.suffix for path in tmp_path.glob("import-*")) in ([".json"], [".json", ".lock"])


def test_an_import_goes_on_where_nothing_can_be_noted(tmp_path: Path) -> None:
    done = []
    with noted(tmp_path / "nowhere", [tmp_path]):
        done.append(1)
    assert done == [1]
    note_unbegun(tmp_path / "nowhere", ["/a"])
    assert not (tmp_path / "nowhere").exists()
