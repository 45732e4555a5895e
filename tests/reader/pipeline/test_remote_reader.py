"""Files that never answer are given up one by one, and all others are read as on any disk."""

from __future__ import annotations

import errno
import multiprocessing
import os
import subprocess
import sys
import threading
import zipfile
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from reader.errors import CaptureError
from reader.formats.base import SourceFile
from reader.formats.mounts import Mounts
from reader.formats.sources import Below, Found, SourceCounter, Unreadable, count_sources, look, walk_sources
from reader.pipeline.remote_reader import PatientReader
from tests.captures import feed, write_feed
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.reader.command_line import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which disks are local")

# Long enough that a loaded machine is not taken for one that gives nothing.
_SECONDS = 2.0


def blocking_look(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, but for files that are called so: opening one waits for ever, as a dead disk does."""
    if "block" in path.name:
        with path.open("rb") as pipe:
            pipe.read()
    return (yield from look(path, root))


def noting_look(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, noting at what, and wait for ever over each file that is no archive."""
    if path.is_dir() or path.suffix == ".zip":
        return (yield from look(path, root))
    with (path.parent.parent / "asked").open("a") as notes:
        print(path.name, file=notes)
    (path.parent / "pipe").open("rb").close()
    return []


def trickling_look(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, reading what is called so byte by byte as it comes."""
    if "slow" not in path.name:
        return (yield from look(path, root))
    with path.open("rb", buffering=0) as pipe:
        data = b"".join(iter(lambda: pipe.read(1), b""))
    (path.parent / "whole").write_bytes(data)
    yield from look(path.parent / "whole", path.parent)
    return []


def dying_look(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, but end the process over what is called so."""
    if "die" in path.name:
        os._exit(1)
    return (yield from look(path, root))


def telling_look(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, and leave a note just before the file b.md is sent."""
    for found in look(path, root):
        if isinstance(found, SourceFile) and found.name == "b.md":
            (path.parent / "sending").touch()
        yield found
    return []


def tripping_look(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, but meet a bug over what is called so."""
    if "trip" in path.name:
        raise KeyError("a bug")
    return (yield from look(path, root))


def look_with_stuck_pictures(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, handing out files beside which everything waits for ever, as on a disk that has died since."""

    def wait_for_ever(_: str) -> bytes | None:
        with (path.parent / "a pipe").open("rb") as pipe:
            return pipe.read()

    for found in look(path, root):
        yield replace(found, beside=wait_for_ever) if isinstance(found, SourceFile) else found
    return []


@pytest.fixture
def remote() -> Iterator[PatientReader]:
    with PatientReader(_SECONDS, blocking_look) as made:
        yield made


@pytest.fixture
def far(tmp_path: Path) -> Path:
    """Return a folder that the table below calls a network's."""
    folder = tmp_path / "near" / "far"
    for name in ("a.md", "c.md", "deep/d.md"):
        write_feed(folder, name, url=f"https://news.example/{name}")
    return folder


@pytest.fixture
def mounts(far: Path) -> Mounts:
    return Mounts(f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 0:40 / {far} rw - nfs4 server:/export rw")


def names(found: list[Found], root: Path) -> dict[str, str]:
    """Return what was found of which file."""
    return {
        str(Path(str(item.origin)).relative_to(root)): str(item.reason) if isinstance(item, Unreadable) else item.name
        for item in found
    }


def fail_to_fork(*_: object) -> NoReturn:
    raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def open_below(folder: Path) -> set[str]:
    """Name the files below a folder that some process has open."""
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if (path := link.readlink()).is_relative_to(folder):
                found.add(path.name)
    return found


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
                item.data,
                item.parents,
                item.beside("a.png"),
                item.beside("p.png"),
                item.beside("../x"),
            )
            if isinstance(item, SourceFile)
            else item
            for item in found
        ]

    assert facts(there) == facts(here)
    assert count_sources([root], remote, mounts) == count_sources([root])


def test_a_file_that_never_answers_is_named_and_the_rest_goes_on(
    far: Path, mounts: Mounts, remote: PatientReader
) -> None:
    os.mkfifo(far / "b block.md")
    os.mkfifo(far / "deep" / "e block.md")
    write_feed(far.parent, "near.md")
    (far.parent / "link block.md").symlink_to(far / "b block.md")
    found = names(list(walk_sources([far.parent], remote, mounts)), far.parent)
    gave_nothing = "The file gave nothing for 2 seconds, and was left out. Its disk or network does not answer."
    assert found == {
        "far/a.md": "a.md",
        "far/b block.md": gave_nothing,
        "far/c.md": "c.md",
        "far/deep/d.md": "d.md",
        "far/deep/e block.md": gave_nothing,
        "link block.md": gave_nothing,
        "near.md": "near.md",
    }


def test_a_disk_that_does_not_answer_is_given_a_second_chance_and_no_more(far: Path, mounts: Mounts) -> None:
    os.mkfifo(far / "pipe")
    gave_nothing = "The file gave nothing for 2 seconds, and was left out. Its disk or network does not answer."
    with PatientReader(_SECONDS, noting_look) as remote:
        found = names(list(walk_sources([far, far.parent / "near.md"], remote, mounts)), far.parent)
        assert set(found.values()) == {gave_nothing, "There is no such file."}
        assert len(found) == 5
        assert (far.parent / "asked").read_text().split() == ["a.md", "c.md"]
        assert remote.count(far, str(far)) is None
        with pytest.raises(CaptureError, match=r"p\.png, which .* its disk or network does not answer\."):
            remote.beside(far, far, "p.png", str(far))
        # Another disk has its own chances, and what is open there stays so.
        with zipfile.ZipFile(far.parent / "z.zip", "w") as archive:
            archive.writestr("a.md", feed())
        member = next(remote.look(far.parent / "z.zip", None, "another disk"))
        assert isinstance(member, SourceFile)
        assert isinstance(next(remote.look(far / "d.md", far, str(far))), Unreadable)
        assert member.beside("a.md") == feed()


def test_a_disk_that_answers_now_and_then_is_asked_on(far: Path, mounts: Mounts, remote: PatientReader) -> None:
    paths = []
    for number in range(3):
        os.mkfifo(far / f"{number} block.md")
        paths += [far / f"{number} block.md", write_feed(far, f"{number}.md")]
    found = names(list(walk_sources(paths, remote, mounts)), far)
    assert [found[f"{number}.md"] for number in range(3)] == ["0.md", "1.md", "2.md"]


def test_what_lies_beside_a_file_is_read_by_the_next_reader_once_its_own_was_given_up(
    far: Path, mounts: Mounts, remote: PatientReader
) -> None:
    os.mkfifo(far / "b block.md")
    (far / "a.png").write_bytes(b"picture")
    walking = walk_sources([far], remote, mounts)
    first = next(walking)
    assert isinstance(first, SourceFile)
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
    assert isinstance(first, SourceFile)
    list(walking)
    # None would say that there is no such picture, and the article would be held without it.
    with pytest.raises(CaptureError, match=r"has stopped\. Import the file again"):
        first.beside("a.png")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="nothing here has an error of the disk to report")
def test_an_error_of_the_disk_is_told_and_the_archive_that_is_being_read_goes_on(
    far: Path, mounts: Mounts, remote: PatientReader
) -> None:
    with zipfile.ZipFile(far / "z.zip", "w") as archive:
        for name in ("a.md", "b.md"):
            archive.writestr(name, feed(title=name))
    walking = walk_sources([far / "z.zip"], remote, mounts)
    next(walking)
    with pytest.raises(CaptureError, match="mem, which belongs to this file, cannot be read: Input/output error"):
        remote.beside(Path("/proc/self"), Path("/proc"), "mem", "/proc")
    assert [item.name for item in walking if isinstance(item, SourceFile)] == ["b.md"]


def test_a_bug_met_over_a_file_is_told_and_its_reader_reads_on(
    far: Path, mounts: Mounts, caplog: pytest.LogCaptureFixture
) -> None:
    write_feed(far, "b trip.md")
    with zipfile.ZipFile(far / "a.zip", "w") as archive:
        archive.writestr("a.md", feed())
        archive.writestr("a.png", b"picture")
    with PatientReader(_SECONDS, tripping_look) as remote:
        first, second, reason = walk_sources([far / "a.zip", far / "b trip.md"], remote, mounts)
        assert isinstance(first, SourceFile)
        assert isinstance(second, SourceFile)
        assert first.beside("a.png") == b"picture"
    assert isinstance(reason, Unreadable)
    assert str(reason.reason).startswith("Pressmark tripped over this file")
    assert "KeyError: 'a bug'" in caplog.text


def test_a_picture_that_never_answers_fails_its_file(far: Path, mounts: Mounts) -> None:
    os.mkfifo(far / "a pipe")
    with zipfile.ZipFile(far / "z.zip", "w") as archive:
        archive.writestr("a.md", feed())
    with PatientReader(_SECONDS, look_with_stuck_pictures) as remote:
        (file,) = walk_sources([far / "z.zip"], remote, mounts)
        assert isinstance(file, SourceFile)
        with pytest.raises(CaptureError, match=r"a\.png, which .* its disk or network does not answer\."):
            file.beside("a.png")


@pytest.mark.skipif(not Path("/proc").exists(), reason="nothing tells which files another process has open")
def test_an_archive_is_closed_once_nobody_can_ask_for_its_pictures(
    far: Path, mounts: Mounts, remote: PatientReader
) -> None:
    for number in range(20):
        with zipfile.ZipFile(far / f"{number:02}.zip", "w") as archive:
            archive.writestr("a.md", feed())
            archive.writestr("a.png", b"picture")
    walking = walk_sources(sorted(far.glob("*.zip")), remote, mounts)
    kept = next(walking)
    deque(walking, maxlen=0)
    # What nobody can ask about is said with the next question.
    remote.count(far / "a.md", str(far))
    assert open_below(far) == {"00.zip"}
    assert isinstance(kept, SourceFile)
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
    with PatientReader(_SECONDS, telling_look) as remote:
        walking = walk_sources([far / "z.zip"], remote, mounts)
        first = next(walking)
        assert isinstance(first, SourceFile)
        wait_until((far / "sending").exists)
        assert first.beside("x" * 2_000_000) is None
        assert remote.beside(far, far, "x" * 2_000_000, str(far)) is None
        assert first.beside("p.md") == b"picture"
        assert [item.name for item in walking if isinstance(item, SourceFile)] == ["b.md", "p.md"]


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
    with PatientReader(_SECONDS, trickling_look) as remote:
        (file,) = walk_sources([far / "slow.md"], remote, mounts)
    thread.join()
    assert isinstance(file, SourceFile)
    assert file.data == data


def test_a_file_over_which_the_reader_dies_is_named_and_the_rest_goes_on(far: Path, mounts: Mounts) -> None:
    write_feed(far, "b die.md")
    with PatientReader(_SECONDS, dying_look) as remote:
        found = names(list(walk_sources([far], remote, mounts)), far)
    assert found["b die.md"].startswith("The file cannot be read")
    assert [name for name in found if "die" not in name] == ["a.md", "c.md", "deep/d.md"]


def test_a_reader_that_cannot_be_started_is_a_reason_and_the_rest_goes_on(
    far: Path, mounts: Mounts, remote: PatientReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_feed(far.parent, "near.md")
    monkeypatch.setattr("reader.formats.sources.Mounts", lambda: mounts)
    before = set(Path("/proc/self/fd").iterdir())
    with monkeypatch.context() as patch:
        patch.setattr("multiprocessing.util.spawnv_passfds", fail_to_fork)
        found = names(list(walk_sources([far.parent], remote, mounts)), far.parent)
        counter = SourceCounter([far.parent], PatientReader)
        assert counter.wait(PATIENCE_SECONDS) == 2
        with pytest.raises(CaptureError, match=r"p\.png, which .* Resource temporarily unavailable\."):
            remote.beside(far, far, "p.png", str(far))
    assert found == {
        "far": "The file cannot be read: Resource temporarily unavailable.",
        "near.md": "near.md",
    }
    assert set(Path("/proc/self/fd").iterdir()) == before
    # Once there is room for a process again, one is started.
    assert remote.count(far, str(far)) == 3


def test_nobody_waits_for_a_reader_at_the_end(far: Path, mounts: Mounts, remote: PatientReader) -> None:
    next(walk_sources([far], remote, mounts))
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(not os.access("/proc/kmsg", os.R_OK), reason="the messages of the kernel may not be read here")
def test_a_link_to_the_messages_of_the_kernel_does_not_hang(tmp_path: Path) -> None:
    write_feed(tmp_path, "a.md")
    (tmp_path / "b.md").symlink_to("/proc/kmsg")
    write_feed(tmp_path, "c.md")
    with PatientReader(_SECONDS) as remote:
        found = names(list(walk_sources([tmp_path], remote)), tmp_path)
    assert (found["a.md"], found["c.md"]) == ("a.md", "c.md")
    assert "gave nothing" in found["b.md"] or "not permitted" in found["b.md"]


def test_a_program_ends_though_its_reader_waits_and_lets_its_caller_go(far: Path) -> None:
    os.mkfifo(far / "0 block.md")
    program = (
        "import sys, threading; from pathlib import Path; from reader.formats.mounts import Mounts;"
        "from reader.formats.sources import walk_sources; from reader.pipeline.remote_reader import PatientReader;"
        "from tests.reader.pipeline.test_remote_reader import blocking_look\n"
        "if __name__ == '__main__':\n"
        "    remote = PatientReader(100, blocking_look)\n"
        "    mounts = Mounts(f'22 1 8:1 / / rw - ext4 a rw\\n23 22 0:40 / {sys.argv[1]} rw - nfs4 a rw')\n"
        "    walk = lambda: list(walk_sources([Path(sys.argv[1])], remote, mounts))\n"
        "    threading.Thread(target=walk, daemon=True).start()\n"
        "    threading.Event().wait(3)\n"
        "    print('ended')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, far], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "ended\n"
