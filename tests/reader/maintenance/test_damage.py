"""Disks that fail and folders that were tampered with: what is whole can be read, and the rest is named."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.article import Origin
from reader.errors import LibraryInUseError, SearchIndexError, StoreError
from reader.importing.run import import_captures
from reader.importing.stored_articles import index_errors
from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from reader.sources.saved_file import SavedFile
from reader.store.connection import Connections, store_errors, transaction
from reader.store.sqlite.writer_lock import writer_lock
from tests.reader.cli.command_line import CommandLine
from tests.support.captures import feed, write_feed


@pytest.fixture
def pressmark(tmp_path: Path) -> CommandLine:
    """Return the command line of a library that holds three articles."""
    for n, title in enumerate(("河边的旧书市", "山里的茶园", "海上的风电")):
        write_feed(tmp_path / "drop", f"{n}.txt", title=title, url=f"https://news.example/{n}")
    pressmark = CommandLine(tmp_path / "library")
    pressmark.json("import", tmp_path / "drop")
    return pressmark


@pytest.fixture
def library(pressmark: CommandLine) -> Iterator[Library]:
    library = Library.open(AppPaths(pressmark.data))
    yield library
    library.close()


def _total(pressmark: CommandLine, query: str = "摊主") -> int:
    return int(pressmark.json("search", "--stdin", stdin=f"{query}\n")[0]["total"])


def test_a_search_finds_everything_though_the_index_was_deleted(pressmark: CommandLine) -> None:
    shutil.rmtree(pressmark.data / "index")
    assert _total(pressmark) == 3
    for contents in (pressmark.data / "index").glob("*.toc"):
        contents.unlink()
    assert _total(pressmark) == 3


def test_a_search_that_cannot_let_the_index_catch_up_says_so(pressmark: CommandLine, library: Library) -> None:
    with library.writer("a test"):
        library._store.rows("UPDATE article SET indexed = 0 WHERE id = 1")
        done = pressmark.run("search", "摊主")
    assert done.returncode == 0
    assert "some articles cannot be found yet" in done.stderr
    assert "a test" in done.stderr


def test_a_search_on_a_damaged_index_says_so_and_heals_it(pressmark: CommandLine) -> None:
    for file in (pressmark.data / "index").glob("*.trm"):
        file.write_bytes(b"")
    done = pressmark.run("search", "摊主")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 6)
    assert "The search index is damaged. It has to be rebuilt." in done.stderr
    assert _total(pressmark) == 3
    assert pressmark.json("verify")[0]["problems"] == []


@pytest.mark.parametrize("extension", [".trm", ".pst", ".text.col", ".id.col"])
def test_one_flipped_bit_of_the_index_is_noticed_and_healed(pressmark: CommandLine, extension: str) -> None:
    file = next((pressmark.data / "index").glob(f"*{extension}"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    done = pressmark.run("verify")
    assert (done.returncode, file.name in done.stdout + done.stderr) == (1, True)
    assert pressmark.run("rebuild-index").returncode == 0
    assert pressmark.run("verify").returncode == 0
    assert _total(pressmark) == 3


def test_an_index_that_is_a_file_is_replaced(pressmark: CommandLine) -> None:
    shutil.rmtree(pressmark.data / "index")
    (pressmark.data / "index").write_text("in the way")
    done = pressmark.run("rebuild-index")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert _total(pressmark) == 3
    (aside,) = pressmark.data.glob("index.aside-*")
    assert aside.read_text() == "in the way"


def test_one_damaged_page_keeps_no_other_from_being_found_or_exported(
    pressmark: CommandLine, library: Library, tmp_path: Path
) -> None:
    library._store.rows("UPDATE revision SET html = x'00', text = x'00' WHERE article = 2")
    assert len(pressmark.json("search", "摊主")) == 3
    done = pressmark.run("rebuild-index", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (1, {"indexed": 2})
    assert "damaged and cannot be found: 1" in done.stderr
    assert _total(pressmark) == 2
    done = pressmark.run("export", "--all", "--format", "jsonl", "--to", tmp_path / "all.jsonl", "--json")
    assert done.returncode == 1
    assert "article 2 is damaged" in done.stderr
    assert len((tmp_path / "all.jsonl").read_text("utf-8").splitlines()) == 2
    done = pressmark.run("verify")
    assert (done.returncode, "article 2" in done.stdout) == (1, True)
    assert pressmark.run("export", "--all", "--format", "original", "--to", tmp_path / "out").returncode == 0


def test_one_damaged_original_keeps_no_other_from_being_exported(
    pressmark: CommandLine, library: Library, tmp_path: Path
) -> None:
    library._store.rows("UPDATE original SET data = x'00' WHERE id = 2")
    done = pressmark.run("export", "--all", "--format", "original", "--to", tmp_path / "out")
    assert done.returncode == 1
    assert len([path for path in (tmp_path / "out").rglob("*") if path.is_file()]) == 2


def test_an_older_copy_of_the_store_and_the_newer_index_agree_again(pressmark: CommandLine, tmp_path: Path) -> None:
    shutil.copy(pressmark.data / "library.sqlite3", tmp_path / "older")
    write_feed(tmp_path / "more", "1.txt", title="后来的文章", url="https://news.example/later")
    pressmark.run("import", tmp_path / "more")
    assert _total(pressmark) == 4
    shutil.copy(tmp_path / "older", pressmark.data / "library.sqlite3")
    assert _total(pressmark) == 3
    assert pressmark.json("verify")[0]["problems"] == []


def test_a_damaged_store_is_a_sentence_for_every_command(pressmark: CommandLine, tmp_path: Path) -> None:
    path = pressmark.data / "library.sqlite3"
    path.write_bytes(path.read_bytes()[:40_000])
    for command in (
        ("info",),
        ("search", ""),
        ("show", 1),
        ("verify",),
        ("rebuild-index",),
        ("export", "--all", "--format", "jsonl", "--to", tmp_path / "x"),
        ("import", tmp_path / "drop"),
    ):
        done = pressmark.run(*command)
        assert done.returncode == 2, command
        assert "is damaged" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


def test_a_failed_transaction_says_what_failed_and_leaves_none_open(tmp_path: Path) -> None:
    connections = Connections(tmp_path / "library.sqlite3")
    connection = connections.get()
    connection.execute("CREATE TABLE heap (data BLOB)")
    # This is how SQLite meets a full disk: it fails, and rolls back by itself.
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 5}")
    for _ in range(2):
        with (
            pytest.raises(StoreError, match="no room left"),
            store_errors(tmp_path),
            transaction(connection),
        ):
            connection.execute("INSERT INTO heap VALUES (zeroblob(500000))")
        assert not connection.in_transaction
    connections.close()


def test_a_lock_is_held_though_its_holder_cannot_be_noted(tmp_path: Path) -> None:
    (tmp_path / "writer.json").mkdir()
    with writer_lock(tmp_path / "writer.lock", "a test"):
        pass


@pytest.mark.parametrize(
    "note",
    ["[" * 1500, '{"program":' * 1500, '{"program": "x"}', '{"program": ["x"], "pid": 1}', "7", "", " " * (2 << 20)],
    ids=lambda note: repr(note[:16]),
)
def test_a_lock_whose_holder_is_noted_as_nonsense_is_held_by_another_program(tmp_path: Path, note: str) -> None:
    with writer_lock(tmp_path / "writer.lock", "a test"):
        (tmp_path / "writer.json").write_text(note, "utf-8")
        with (
            pytest.raises(LibraryInUseError, match="being written by another program"),
            writer_lock(tmp_path / "writer.lock", "another test"),
        ):
            pytest.fail("the lock was had twice")


@pytest.mark.parametrize("stored", ["[" * 1500, "7", '{"a": 1}', "[1, [2]]", "not JSON"])
def test_lists_in_the_store_that_are_damaged_cost_no_more_than_themselves(
    library: Library, tmp_path: Path, stored: str
) -> None:
    write_feed(tmp_path / "drop", "a.md")
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "drop"]))
    connection = library._store.connections.get()
    connection.execute("UPDATE revision SET tags = ?", (stored,))
    connection.execute("UPDATE article SET tags = ?", (stored,))
    connection.execute("UPDATE import SET paths = ?", (stored,))
    for id_ in library.ids():
        article = library.article(id_)
        assert (article.tags, article.own_tags) == ((), ())
    assert {record.paths for record in library.imports.all()} == {()}


def test_what_the_disk_says_of_the_index_is_a_sentence() -> None:
    with pytest.raises(SearchIndexError, match="No space left"), index_errors():
        raise OSError(28, "No space left on device")


def test_a_capture_that_the_store_does_not_take_fails_alone(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    # What is logged of it holds the half character, too, which no test report can carry.
    caplog.set_level(logging.CRITICAL, "reader.importing.prepare")
    # The third has the bytes of the second, whose origin holds half a character: no walk gives one, a format may.
    # What kept the second out does not keep out the third.
    files = [
        SavedFile.of_bytes(Origin(path), "x.txt", feed(title=title, url=None))
        for path, title in (("a", "甲"), ("b\ud800", "乙"), ("c", "乙"), ("d", "丁"))
    ]
    with library.writer("a test") as writer:
        kinds = [outcome.kind.value for outcome in import_captures(files, writer._files)]
    assert kinds == ["added", "failed", "added", "added"]
    assert library.search(Query()).total == 6
    assert library.info().unindexed == 0
