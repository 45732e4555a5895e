"""What lies on a remote disk is read as on any disk, and nothing of it is held longer than it is needed."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
import zipfile
from collections import deque
from pathlib import Path

import pytest

from reader.errors import CaptureError
from reader.formats.base import read_whole
from reader.sources.found import Found
from reader.sources.remote.reader import PatientReader
from reader.sources.remote_disks import Mounts
from reader.sources.saved_file import SavedFile
from reader.sources.walk import count_sources, walk_sources
from tests.reader.cli.command_line import ROOT
from tests.reader.sources.remote_looks import (
    SECONDS,
    names,
    open_below,
    telling_look,
    trickling_look,
)
from tests.support.captures import feed, write_feed
from tests.support.patience import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which disks are local")


def test_a_disk_that_answers_is_read_as_any_other(far: Path, mounts: Mounts, remote: PatientReader) -> None:
    (far / "empty.md").touch()
    (far / ".git").mkdir()
    (far / "a.png").write_bytes(b"picture")
    (far / "link.md").symlink_to("a.md")
    (far / "gone.md").symlink_to("nowhere")
    with zipfile.ZipFile(far / "z.zip", "w") as archive:
        archive.writestr("one.md", feed())
        archive.writestr("p.png", b"in the archive")
    write_feed(far.parent, "near.md")
    root = far.parent
    here, there = list(walk_sources([root])), list(walk_sources([root, root], remote, mounts))

    def facts(found: list[Found]) -> list[object]:
        return [
            (
                item.origin,
                item.name,
                read_whole(item),
                item.parents,
                item.beside("a.png"),
                item.beside("p.png"),
                item.beside("../x"),
            )
            if isinstance(item, SavedFile)
            else item
            for item in found
        ]

    assert facts(there) == facts(here)
    assert count_sources([root], remote, mounts) == count_sources([root])


def test_what_lies_beside_a_file_is_read_by_the_next_reader_once_its_own_was_given_up(
    far: Path, mounts: Mounts, remote: PatientReader
) -> None:
    os.mkfifo(far / "b block.md")
    (far / "a.png").write_bytes(b"picture")
    walking = walk_sources([far], remote, mounts)
    first = next(walking)
    assert isinstance(first, SavedFile)
    assert first.beside("a.png") == b"picture"
    list(walking)
    assert first.beside("a.png") == b"picture"


def test_what_lies_in_an_archive_whose_reader_was_given_up_cannot_be_read(
    far: Path, mounts: Mounts, remote: PatientReader
) -> None:
    os.mkfifo(far / "z block.md")
    with zipfile.ZipFile(far / "y.zip", "w") as archive:
        archive.writestr("a.md", feed())
        archive.writestr("a.png", b"picture")
    walking = walk_sources([far / "y.zip", far / "z block.md"], remote, mounts)
    first = next(walking)
    assert isinstance(first, SavedFile)
    list(walking)
    # None would say that there is no such picture, and the article would be held without it.
    with pytest.raises(CaptureError, match=r"has stopped\. Import the file again"):
        first.beside("a.png")


@pytest.mark.skipif(not Path("/proc").exists(), reason="nothing tells which files another process has open")
def test_an_archive_is_closed_once_nobody_can_ask_for_its_pictures(
    far: Path, mounts: Mounts, remote: PatientReader
) -> None:
    for number in range(20):
        with zipfile.ZipFile(far / f"{number:02}.zip", "w") as archive:
            archive.writestr("a.md", feed())
            archive.writestr("a.png", b"picture")
            # A small archive is held in memory.
            archive.writestr("b.bin", bytes(2_000_000))
    walking = walk_sources(sorted(far.glob("*.zip")), remote, mounts)
    kept = next(walking)
    deque(walking, maxlen=0)
    # What nobody can ask about is said with the next question.
    remote.count(far / "a.md", str(far))
    assert open_below(far) == {"00.zip"}
    assert isinstance(kept, SavedFile)
    assert kept.beside("a.png") == b"picture"
    del kept
    remote.count(far / "a.md", str(far))
    assert open_below(far) == set()


def test_a_name_longer_than_any_path_is_not_asked_for(far: Path, mounts: Mounts) -> None:
    with zipfile.ZipFile(far / "z.zip", "w") as archive:
        archive.writestr("a.md", feed())
        # Neither this nor a long question fits into the pipe: each process would wait for the other to read.
        archive.writestr("b.md", b"b" * 5_000_000)
        archive.writestr("p.md", b"picture")
    with PatientReader(SECONDS, telling_look) as remote:
        walking = walk_sources([far / "z.zip"], remote, mounts)
        first = next(walking)
        assert isinstance(first, SavedFile)
        wait_until((far / "sending").exists)
        assert first.beside("x" * 2_000_000) is None
        assert remote.beside(far, far, "x" * 2_000_000, str(far)) is None
        assert first.beside("p.md") == b"picture"
        assert [item.name for item in walking if isinstance(item, SavedFile)] == ["b.md", "p.md"]


def test_a_file_that_still_gives_bytes_is_read_to_its_end(far: Path, mounts: Mounts) -> None:
    os.mkfifo(far / "slow.md")
    data = feed(title="慢")[:60]

    def trickle() -> None:
        with (far / "slow.md").open("wb", buffering=0) as pipe:
            for byte in data:
                pipe.write(bytes([byte]))
                threading.Event().wait(0.1)

    thread = threading.Thread(target=trickle)
    thread.start()
    # All of it takes longer than one byte may.
    with PatientReader(SECONDS, trickling_look) as remote:
        (file,) = walk_sources([far / "slow.md"], remote, mounts)
    thread.join()
    assert isinstance(file, SavedFile)
    assert read_whole(file) == data


def test_nobody_waits_for_a_reader_at_the_end(far: Path, mounts: Mounts, remote: PatientReader) -> None:
    next(walk_sources([far], remote, mounts))
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(not os.access("/proc/kmsg", os.R_OK), reason="the messages of the kernel may not be read here")
def test_a_link_to_the_messages_of_the_kernel_does_not_hang(tmp_path: Path) -> None:
    write_feed(tmp_path, "a.md")
    (tmp_path / "b.md").symlink_to("/proc/kmsg")
    write_feed(tmp_path, "c.md")
    with PatientReader(SECONDS) as remote:
        found = names(list(walk_sources([tmp_path], remote)), tmp_path)
    assert (found["a.md"], found["c.md"]) == ("a.md", "c.md")
    assert "gave nothing" in found["b.md"] or "not permitted" in found["b.md"]


def test_a_program_ends_though_its_reader_waits_and_lets_its_caller_go(far: Path) -> None:
    os.mkfifo(far / "0 block.md")
    program = (
        "import sys, threading; from pathlib import Path; from reader.sources.remote_disks import Mounts;"
        "from reader.sources.walk import walk_sources; from reader.sources.remote.reader import PatientReader;"
        "from tests.reader.sources.remote_looks import blocking_look\n"
        "if __name__ == '__main__':\n"
        "    remote = PatientReader(100, blocking_look)\n"
        "    mounts = Mounts(f'22 1 8:1 / / rw - ext4 a rw\\n23 22 0:40 / {sys.argv[1]} rw - nfs4 a rw')\n"
        "    walk = lambda: list(walk_sources([Path(sys.argv[1])], remote, mounts))\n"
        "    threading.Thread(target=walk, daemon=True).start()\n"
        "    threading.Event().wait(3)\n"
        "    print('ended')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, far],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    assert done.stdout == "ended\n"
