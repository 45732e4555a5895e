"""A library that is whole is called whole, whatever is written to it meanwhile."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from reader.article import ArticleId
from reader.errors import Sentence
from reader.library import Library
from reader.long_work import drive
from reader.outcome import Problem
from reader.paths import AppPaths
from tests.reader.cli.command_line import ROOT, CommandLine
from tests.support.captures import write_feed
from tests.support.changes import move_to_bin, restore, set_starred


def finish(work: Generator[Problem, None, Sentence | None]) -> tuple[list[str], str]:
    """Return what is wrong, and why the index was not compared."""
    problems: list[str] = []
    remark = drive(work, lambda problem: problems.append(str(problem.sentence)))
    return problems, str(remark or "")


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    for n in range(400):
        write_feed(tmp_path / "drop", f"{n}.txt", title=f"书市 {n}", url=f"https://news.example/{n}")
    return tmp_path / "drop"


@pytest.fixture
def library(tmp_path: Path) -> Generator[Library, None, None]:
    library = Library.open(AppPaths(tmp_path / "library"))
    yield library
    library.close()


def test_what_an_import_is_about_to_index_is_no_problem(library: Library, drop: Path) -> None:
    looking = Library.open(library.paths)
    with library.writer("a test") as writer:
        outcomes = writer.import_paths([drop])
        next(outcomes)
        problems, why = finish(looking.verify())
        outcomes.close()
    assert problems == []
    # The import is given up here; what waits for the index now is told, and is no damage: the next search takes it up.
    assert problems == []
    problems, why = finish(looking.verify())
    assert problems == []
    assert why.endswith("articles wait to be taken up by the index.")
    looking.close()


def test_an_index_that_is_being_rebuilt_is_no_damage(library: Library, drop: Path) -> None:
    with library.writer("a test") as writer:
        list(writer.import_paths([drop]))
    looking = Library.open(library.paths)
    looking.index()
    with library.writer("a test", fresh_index=True) as writer:
        assert finish(looking.verify())[0] == []
        list(writer.catch_up())
        assert finish(looking.verify()) == ([], "")
    looking.close()


def test_what_is_deleted_meanwhile_is_not_missing(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests" / "data" / "libraries" / "v1", tmp_path / "library")
    library, other = (Library.open(AppPaths(tmp_path / "library")) for _ in range(2))
    with library.writer("a test") as writer:
        list(writer.catch_up())
    library._store.connections.get().execute(
        "UPDATE original SET data = x'00' WHERE id = (SELECT min(id) FROM original)"
    )
    work = library.verify()
    assert "is damaged" in str(next(work).sentence)
    with other.writer("a test") as writer:
        ids = [ArticleId(id_) for id_ in other.ids()]
        move_to_bin(other, ids)
        list(writer.delete_for_good(ids))
    assert finish(work) == ([], "")
    library.close()
    other.close()


def test_an_article_that_is_taken_out_of_the_bin_is_no_damage(library: Library, drop: Path) -> None:
    with library.writer("a test") as writer:
        list(writer.import_paths([drop / "1.txt"]))
        move_to_bin(library, library.ids())
        list(writer.catch_up())
    restore(library, library.bin.ids())
    assert finish(library.verify())[0] == []


def test_an_index_that_lacks_what_it_should_hold_is_damage(library: Library, drop: Path) -> None:
    with library.writer("a test") as writer:
        list(writer.import_paths([drop / "1.txt", drop / "2.txt"]))
    with library.writer("a test", fresh_index=True):
        library._store.connections.get().execute("UPDATE article SET indexed = revision")
    assert finish(library.verify())[0] == ["The index lacks 2 articles that it should hold."]


def test_verify_raises_no_alarm_during_an_import(library: Library, drop: Path) -> None:
    command = [sys.executable, ROOT / "main.py", "--data-dir", library.paths.data, "import", drop]
    importing = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    runs = 0
    while importing.poll() is None or not runs:
        looking = Library.open(library.paths)
        assert finish(looking.verify())[0] == []
        looking.close()
        runs += 1
    assert importing.returncode == 0
    assert finish(library.verify()) == ([], "")


def test_the_command_line_says_what_it_could_not_compare(library: Library, drop: Path) -> None:
    pressmark = CommandLine(library.paths.data)
    with library.writer("a test") as writer:
        outcomes = writer.import_paths([drop])
        next(outcomes)
        done = pressmark.run("verify")
        (answer,) = pressmark.json("verify")
        outcomes.close()
    assert done.returncode == 0
    assert "as they were stored" in done.stdout
    assert "wait to be taken up" in done.stderr
    assert answer["problems"] == []
    assert "wait to be taken up" in answer["remark"]


def test_rows_that_do_not_belong_together_are_named_and_put_right(library: Library, tmp_path: Path) -> None:
    for n in range(4):
        write_feed(tmp_path / "few", f"{n}.txt", title=f"河边的旧书市 {n}", url=f"https://news.example/2020/{n}")
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "few"]))
    set_starred(library, [ArticleId(3)], True)
    connection = library._store.connections.get()
    connection.execute("PRAGMA foreign_keys = OFF")
    for sql in (
        "UPDATE article SET revision = 2 WHERE id = 1",
        "UPDATE revision SET withdrawn = 7 WHERE article = 2",
        "INSERT INTO article (bucket, revision, source, added) VALUES ('news.example/ghost', 3, '', 0)",
        "DELETE FROM revision WHERE article = 4",
        "INSERT INTO alias VALUES (99, 98, 1), (3, 1, 0)",
        "INSERT INTO statement SELECT 97, field, item, import, value, time FROM statement",
    ):
        connection.execute(sql)
    problems, _ = finish(library.verify())
    assert problems[:2] == [
        "4 articles show a version that is not theirs or was taken back; `pressmark repair` mends them.",
        "4 entries of the store belong to no article; `pressmark repair` removes them.",
    ]
    library.close()
    assert CommandLine(library.paths.data).run("repair").returncode == 0
    again = Library.open(library.paths)
    assert finish(again.verify()) == ([], "")
    assert (again.ids(), again.bin.ids(), again._store.resolve(ArticleId(99))) == ([1, 3], [2], 99)
    assert list(again.states.states().starred) == [3]
    again.close()
