"""A symbolic link that leads to itself, wherever a path may be one, is a sentence or a file that is not there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from reader.store.sqlite.foreign_disk import is_on_foreign_disk
from tests.reader.cli.command_line import CommandLine
from tests.support.captures import write_feed

pytestmark = pytest.mark.skipif(os.name == "nt", reason="only root makes symbolic links on Windows")


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    link = tmp_path / "loop.txt"
    link.symlink_to(link)
    return link


@pytest.mark.parametrize("exporter", ["jsonl", "original"])
def test_an_export_takes_the_place_of_a_link_to_itself(tmp_path: Path, loop: Path, exporter: str) -> None:
    pressmark = CommandLine(tmp_path / "library")
    pressmark.run("import", write_feed(tmp_path, "a.md", title="题"))
    done = pressmark.run("export", "1", "--format", exporter, "--to", loop)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert not loop.is_symlink()
    data = loop.read_bytes()
    assert json.loads(data)["title"] == "题" if exporter == "jsonl" else data == (tmp_path / "a.md").read_bytes()


def test_a_picture_that_links_to_itself_is_one_that_is_not_there(tmp_path: Path, loop: Path) -> None:
    capture = write_feed(tmp_path, "a.md", body='<p>图。</p><p><img src="loop.txt"></p>')
    done = CommandLine(tmp_path / "library").run("import", capture)
    assert (done.returncode, "added 1" in done.stdout, done.stderr) == (0, True, "")


def test_a_library_below_a_link_to_itself_is_a_sentence(tmp_path: Path, loop: Path) -> None:
    done = CommandLine(loop).run("import", write_feed(tmp_path, "a.md"))
    assert done.returncode == 2
    assert "Too many levels of symbolic links" in done.stderr
    assert "Traceback" not in done.stderr
    assert not is_on_foreign_disk(loop / "library.sqlite3")
