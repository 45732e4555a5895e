"""Full disks, kills and two exports at once: a sentence, what was there is kept, and nothing half done stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from reader.errors import ExportError
from reader.exporters import DEFAULT_EXPORTERS, Exporter
from reader.exporters.base import whole_file
from reader.exporters.jsonl import JsonLines
from reader.files import ABANDONED_SECONDS
from reader.library import Library
from tests.reader.cli.command_line import ROOT, CommandLine
from tests.reader.disks import small_disk
from tests.reader.exporters.conftest import left

_EXPORTERS = pytest.mark.parametrize("exporter", DEFAULT_EXPORTERS, ids=lambda each: str(each.name))

_SLOW_EXPORT = """
import sys, time
from pathlib import Path
from reader.exporters import DEFAULT_EXPORTERS
from reader.library import Library
from reader.paths import AppPaths
name, data, to = sys.argv[1:]
library = Library.open(AppPaths(Path(data)))
original, article = type(library._store).original, type(library._store).article
written = 0
def slowly(read):
    def reading(*arguments):
        global written
        written += 1
        if written > 2:
            print("half way", flush=True)
            time.sleep(60)
        return read(*arguments)
    return reading
type(library._store).original, type(library._store).article = slowly(original), slowly(article)
exporter = next(each for each in DEFAULT_EXPORTERS if each.name == name)
list(library.export(exporter, library.ids(), Path(to)))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no tmpfs")
@_EXPORTERS
def test_a_full_disk_is_a_sentence_and_leaves_no_half_file(
    library: Library, tmp_path: Path, exporter: Exporter
) -> None:
    with small_disk(tmp_path / "disk", "8k") as disk:
        target = disk / "out"
        with pytest.raises(ExportError, match="cannot be written: No space left on device"):
            list(library.export(exporter, library.ids(), target))
        assert not [name for name in left(disk) if "part" in name]
        whole = {
            library._store.original(id_, each.revision)
            for id_ in library.ids()
            for each in library._store.revisions(id_)
        }
        assert {path.read_bytes() for path in disk.rglob("*") if path.is_file()} <= whole
    list(library.export(exporter, library.ids(), tmp_path / "elsewhere"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no tmpfs")
def test_a_full_disk_keeps_the_file_that_was_there(library: Library, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "8k") as disk:
        (disk / "all.jsonl").write_bytes(b"older\n")
        with pytest.raises(ExportError):
            list(library.export(JsonLines(), library.ids(), disk / "all.jsonl"))
        assert left(disk) == ["all.jsonl"]
        assert (disk / "all.jsonl").read_bytes() == b"older\n"


def killed_half_way(data: Path, exporter: Exporter, target: Path, how: signal.Signals) -> None:
    """Begin an export in a process of its own, and kill it in the middle."""
    command = [sys.executable, "-c", _SLOW_EXPORT, exporter.name, str(data), str(target)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half way\n"
        process.send_signal(how)
        process.wait(30)


def parts(folder: Path) -> Sequence[Path]:
    return [path for path in folder.rglob("*") if path.name.endswith(".part")]


@pytest.mark.skipif(os.name == "nt", reason="Windows kills otherwise")
@_EXPORTERS
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_an_export_that_is_killed_leaves_only_whole_files_and_the_next_one_clears_up(
    library: Library, tmp_path: Path, exporter: Exporter, how: signal.Signals
) -> None:
    target = tmp_path / "out" / ("all.jsonl" if exporter.name == "jsonl" else "")
    # What a kill in the middle of one original leaves; the next moment is between two of them.
    (tmp_path / "out" / "orchard.example").mkdir(parents=True)
    if exporter.name == "original":
        (tmp_path / "out" / "orchard.example" / ".pressmark-1-0.part").write_bytes(b"half")
    killed_half_way(library.paths.data, exporter, target, how)
    assert not (tmp_path / "out" / "all.jsonl").exists()
    assert parts(tmp_path / "out")
    long_ago = time.time() - 2 * ABANDONED_SECONDS
    for part in parts(tmp_path / "out"):
        os.utime(part, (long_ago, long_ago))
    list(library.export(exporter, library.ids(), target))
    assert parts(tmp_path / "out") == []
    if exporter.name == "jsonl":
        assert len(target.read_bytes().splitlines()) == 4
    else:
        assert len([path for path in target.rglob("*") if path.is_file()]) == 5


def test_what_another_program_writes_at_this_moment_is_let_be(library: Library, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    other, mine = tmp_path / "out" / ".pressmark-1-0.part", tmp_path / "out" / ".notes.part"
    other.write_bytes(b"half")
    mine.write_bytes(b"of somebody else")
    os.utime(mine, (0, 0))
    list(library.export(JsonLines(), library.ids(), tmp_path / "out" / "all.jsonl"))
    assert left(tmp_path / "out") == [".notes.part", ".pressmark-1-0.part", "all.jsonl"]


def test_two_files_are_written_side_by_side(tmp_path: Path) -> None:
    with whole_file(tmp_path / "one") as one, whole_file(tmp_path / "two") as two:
        one.write(b"1")
        two.write(b"2")
    assert ((tmp_path / "one").read_bytes(), (tmp_path / "two").read_bytes()) == (b"1", b"2")
    assert left(tmp_path) == ["one", "two"]


@pytest.mark.parametrize("way", ["original", "jsonl"])
def test_the_command_line_says_which_target_cannot_be_written(library: Library, tmp_path: Path, way: str) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    done = CommandLine(library.paths.data).run("export", "--all", "--format", way, "--to", tmp_path / "file" / "below")
    assert done.returncode == 2
    assert f"{tmp_path / 'file' / 'below'} cannot be written: " in done.stderr
    assert (tmp_path / "file").read_bytes() == b"mine"
