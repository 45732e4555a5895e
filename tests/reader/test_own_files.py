"""Nothing that is written out of a library is written over it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.own_files import is_own_file
from tests.reader.cli.command_line import CommandLine
from tests.support.captures import write_feed

Spelling = Callable[[Path], Path]


@pytest.fixture
def pressmark(tmp_path: Path) -> CommandLine:
    """Return the command line of a library of two articles, one from a source called like the library's folder."""
    write_feed(tmp_path / "drop", "a.txt", title="河边的旧书市", url="https://news.example/a")
    write_feed(tmp_path / "drop", "b.txt", title="山里的茶园", url="https://library/b")
    pressmark = CommandLine(tmp_path / "library")
    assert pressmark.json("import", tmp_path / "drop")[0]["added"] == 2
    return pressmark


def by_symbolic_link(target: Path) -> Path:
    link = target.parents[1] / "link"
    link.symlink_to(target.parent, target_is_directory=True)
    return link / target.name


def by_link_to_the_file(target: Path) -> Path:
    link = target.parents[1] / "innocent.jsonl"
    link.symlink_to(target)
    return link


def by_hard_link(target: Path) -> Path:
    link = target.parents[1] / "hard.jsonl"
    os.link(target, link)
    return link


def by_way_round(target: Path) -> Path:
    return target.parents[1] / "drop" / ".." / "library" / "images" / ".." / target.name


def relative(target: Path) -> Path:
    return Path(os.path.relpath(target))


SPELLINGS = (Path, by_symbolic_link, by_link_to_the_file, by_hard_link, by_way_round, relative)


def content(folder: Path) -> dict[str, bytes]:
    """Return every file that a library consists of."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal")) and "lock" not in path.name
    }


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_the_store_is_known_however_it_is_spelled(tmp_path: Path, spelled: Spelling) -> None:
    store = tmp_path / "library" / "library.sqlite3"
    for folder in ("library/images", "drop"):
        (tmp_path / folder).mkdir(parents=True)
    store.touch()
    assert is_own_file(spelled(store), store.parent)


def test_the_store_is_not_written_over(pressmark: CommandLine) -> None:
    target = by_hard_link(pressmark.data / "library.sqlite3")
    before = content(pressmark.data)
    for command in (
        ("backup", target),
        ("export", "--all", "--format", "jsonl", "--to", target),
        ("export", "1", "--format", "original", "--to", target),
    ):
        done = pressmark.run(*command, "--force")
        assert (done.returncode, "belongs to the library itself" in done.stderr) == (2, True)
    assert content(pressmark.data) == before


@pytest.mark.parametrize("name", ["new.jsonl", "images/new.jsonl", "settings.json", "index"])
def test_nothing_is_written_into_the_folder_of_the_library(pressmark: CommandLine, name: str) -> None:
    before = content(pressmark.data)
    for command in (("backup",), ("export", "--all", "--format", "jsonl", "--to")):
        done = pressmark.run(*command, pressmark.data / name)
        assert (done.returncode, "belongs to the library itself" in done.stderr) == (2, True)
    done = pressmark.run("export", "--all", "--format", "original", "--to", pressmark.data)
    assert done.returncode == 2
    assert content(pressmark.data) == before


def test_a_source_named_like_the_folder_does_not_lead_into_the_library(pressmark: CommandLine) -> None:
    before = content(pressmark.data)
    done = pressmark.run("export", "--all", "--format", "original", "--to", pressmark.data.parent)
    assert done.returncode == 2
    assert "belongs to the library itself" in done.stderr
    assert content(pressmark.data) == before


def test_a_file_that_is_there_is_replaced_only_with_force(pressmark: CommandLine, tmp_path: Path) -> None:
    target = tmp_path / "precious.txt"
    for command in (
        ("backup", target),
        ("export", "--all", "--format", "jsonl", "--to", target),
        ("export", "1", "--format", "original", "--to", target),
    ):
        target.write_text("precious")
        done = pressmark.run(*command)
        assert done.returncode == 2
        assert f"{target} is there already; --force replaces it" in done.stderr
        assert target.read_text() == "precious"
        assert pressmark.run(*command, "--force").returncode == 0
        assert target.read_bytes() != b"precious"


def test_an_empty_file_has_nothing_to_lose(pressmark: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "made-by-mktemp").touch()
    assert pressmark.run("backup", tmp_path / "made-by-mktemp").returncode == 0


def test_what_lies_elsewhere_is_no_file_of_the_library(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "store").write_text("a")
    (tmp_path / "twice").write_text("b")
    os.link(tmp_path / "twice", tmp_path / "linked")
    for name in ("library2", "library.backup", "new/file", "twice", "linked", "lib\0rary"):
        assert not is_own_file(tmp_path / name, tmp_path / "library")
    # A library whose folder is not there owns nothing.
    assert not is_own_file(tmp_path / "twice", tmp_path / "gone")
