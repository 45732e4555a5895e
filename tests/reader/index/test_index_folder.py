"""What else may stand where the index is: it is put aside, and the index is built again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.library import Library
from reader.paths import AppPaths
from tests.reader.cli.command_line import CommandLine
from tests.support.captures import write_feed

ARTICLES = 5


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for n in range(ARTICLES):
        write_feed(tmp_path / "drop", f"{n}.txt", title=f"第{n}篇", url=f"https://news.example/{n}")
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "drop"]))
        list(writer.catch_up())
    library.close()
    return tmp_path / "library"


def move_away(index: Path) -> None:
    index.rename(index.with_name("moved"))


def a_file(index: Path) -> None:
    move_away(index)
    index.write_text("somebody's notes")


def an_empty_file(index: Path) -> None:
    move_away(index)
    index.touch()


def a_dangling_link(index: Path) -> None:
    move_away(index)
    index.symlink_to(index.with_name("nowhere"))


def a_link_to_a_file(index: Path) -> None:
    move_away(index)
    index.with_name("notes").write_text("somebody's notes")
    index.symlink_to(index.with_name("notes"))


def a_pipe(index: Path) -> None:
    move_away(index)
    os.mkfifo(index)


def with_a_file_for_building(index: Path) -> None:
    (index / "staging").write_text("no folder")
    for path in index.glob("*.trm"):
        path.unlink()


def with_a_folder_for_its_lock(index: Path) -> None:
    lock = index / "MAIN_WRITELOCK"
    lock.unlink(missing_ok=True)
    lock.mkdir()


KINDS = [
    a_file,
    an_empty_file,
    a_dangling_link,
    a_link_to_a_file,
    a_pipe,
    with_a_file_for_building,
    with_a_folder_for_its_lock,
]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes that are files, and no links for everybody")
@pytest.mark.parametrize(
    ("kind", "command"),
    [
        *((kind, ("search", "旧书市")) for kind in KINDS),
        *((a_file, command) for command in (("rebuild-index",), ("repair",), ("import", ".."))),
    ],
)
def test_a_command_builds_the_index_again(data: Path, kind: Callable[[Path], None], command: tuple[str, ...]) -> None:
    kind(data / "index")
    pressmark = CommandLine(data)
    arguments = [str(data.parent / "drop") if word == ".." else word for word in command]
    done = pressmark.run(*arguments)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr
    assert pressmark.json("search", "--stdin", stdin="旧书市\n")[0]["total"] == ARTICLES
    assert pressmark.json("verify")[0]["problems"] == []
    if kind in (a_file, a_link_to_a_file):
        (aside,) = data.glob("index.aside-*")
        assert aside.read_text() == "somebody's notes"
