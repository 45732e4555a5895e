"""Commands in an odd environment: paths that are too long, a locale without Chinese, too little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reader.errors import StoreError
from reader.files import make_folder
from reader.library import Library
from reader.paths import AppPaths
from tests.reader.cli.command_line import ROOT, CommandLine
from tests.support.captures import write_feed
from tests.support.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has other limits and no such locale")


@pytest.mark.parametrize("command", [("info",), ("import", "."), ("repair",), ("restore", "no such backup")])
def test_a_library_below_1500_folders_is_refused_in_a_sentence(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = CommandLine(tmp_path / ("a/" * 1500) / "library").run(*command)
    assert done.returncode == 2
    assert done.stderr.startswith("pressmark: The path of the library is too long")
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_the_longest_path_that_is_not_refused_holds_a_library(tmp_path: Path) -> None:
    room = 504 - len(str(tmp_path / "x" / "library.sqlite3")) + 1
    folder = tmp_path / "/".join(["a" * 99] * (room // 100) + ["b" * (room % 100)])
    assert len(str(AppPaths(folder).database)) == 504
    Library.open(AppPaths(folder)).close()
    with pytest.raises(StoreError, match="too long"):
        Library.open(AppPaths(folder.with_name(folder.name + "c")))


def test_a_folder_is_created_below_any_number_of_folders(tmp_path: Path) -> None:
    deep = tmp_path / ("a/" * 1500)
    make_folder(deep)
    # Those who clean up after the tests walk folders by recursion.
    while deep != tmp_path:
        deep.rmdir()
        deep = deep.parent


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_with_too_little_memory_each_command_ends_in_a_sentence_and_loses_nothing(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    for number in range(20):
        write_feed(drop, f"{number:02}.md", url=f"https://news.example/{number}")
    # Its bytes alone are a fifth of the limit.
    write_feed(drop, "zz long.md", url="https://news.example/long", body=f"<p>{'港口潮汐' * 4_000_000}</p>")

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, ROOT / "main.py", "--data-dir", tmp_path / "library", *map(str, arguments)]
        limited = ["bash", "-c", 'ulimit -v 250000; exec "$@"', "bash", *map(str, command)]
        return subprocess.run(limited, capture_output=True, encoding="utf-8", timeout=PATIENCE_SECONDS, check=False)

    done = run("import", drop)
    assert done.returncode in (1, 2)
    assert "There is not enough memory" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert run("search", "摊主").stderr.splitlines()[-1] == "20 found"
    library = Library.open(AppPaths(tmp_path / "library"))
    try:
        assert library.article_count() >= 20
        with library.writer("a test") as writer:
            list(writer.catch_up())
        library.refresh()
        assert list(library.verify()) == []
    finally:
        library.close()


def test_in_the_locale_c_names_and_words_are_those_of_any_locale(tmp_path: Path) -> None:
    drop = tmp_path / "目录"
    write_feed(drop, "潮汐 é.md", title="Le café du port", url="https://news.example/1", body="<p>crêpes 港口</p>")
    (drop / "空的.md").write_bytes(b"")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    def run(*arguments: object) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, ROOT / "main.py", "--data-dir", tmp_path / "图书馆", *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE_SECONDS, check=False)

    imported = run("import", drop)
    assert imported.returncode == 1
    assert f"failed: {drop / '空的.md'}: The file is empty." in imported.stderr.decode()
    found = run("search", "--json", "café 港口")
    assert json.loads(found.stdout)["title"] == "Le café du port"
    assert run("tag", "海岸", 1).stdout.decode() == "1 tagged “海岸”.\n"
    assert run("export", "--all", "--format", "original", "--to", tmp_path / "导出").returncode == 0
    assert [file.name for file in (tmp_path / "导出").rglob("*.md")] == ["潮汐 é.md"]
    saved = run("backup", tmp_path / "备份.pressmark-backup")
    assert f"are in {tmp_path / '备份.pressmark-backup'}" in saved.stdout.decode()
    refused = run("import", tmp_path / "缺")
    assert f"failed: {tmp_path / '缺'}: There is no such file." in refused.stderr.decode()
