"""What a remote disk or its reader does not give is named, and all else is read."""

from __future__ import annotations

import gc
import os
import sys
import zipfile
from pathlib import Path

import pytest

from reader.errors import CaptureError
from reader.outcome import ImportOutcome
from reader.sources.remote.reader import PatientReader
from reader.sources.remote_disks import Mounts
from reader.sources.saved_file import SavedFile
from reader.sources.walk import SourceCounter, walk_sources
from tests.reader.sources.remote_looks import (
    SECONDS,
    dying_look,
    fail_to_fork,
    look_with_stuck_pictures,
    names,
    noting_look,
    tripping_look,
)
from tests.support.captures import feed, write_feed
from tests.support.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which disks are local")


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
    with PatientReader(SECONDS, noting_look) as remote:
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
        assert isinstance(member, SavedFile)
        assert isinstance(next(remote.look(far / "d.md", far, str(far))), ImportOutcome)
        assert member.beside("a.md") == feed()


def test_a_disk_that_answers_now_and_then_is_asked_on(far: Path, mounts: Mounts, remote: PatientReader) -> None:
    paths = []
    for number in range(3):
        os.mkfifo(far / f"{number} block.md")
        paths += [far / f"{number} block.md", write_feed(far, f"{number}.md")]
    found = names(list(walk_sources(paths, remote, mounts)), far)
    assert [found[f"{number}.md"] for number in range(3)] == ["0.md", "1.md", "2.md"]


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
    assert [item.name for item in walking if isinstance(item, SavedFile)] == ["b.md"]


def test_a_bug_met_over_a_file_is_told_and_its_reader_reads_on(
    far: Path, mounts: Mounts, caplog: pytest.LogCaptureFixture
) -> None:
    write_feed(far, "b trip.md")
    with zipfile.ZipFile(far / "a.zip", "w") as archive:
        archive.writestr("a.md", feed())
        archive.writestr("a.png", b"picture")
    with PatientReader(SECONDS, tripping_look) as remote:
        first, second, reason = walk_sources([far / "a.zip", far / "b trip.md"], remote, mounts)
        assert isinstance(first, SavedFile)
        assert isinstance(second, SavedFile)
        assert first.beside("a.png") == b"picture"
    assert isinstance(reason, ImportOutcome)
    assert str(reason.reason).startswith("Pressmark tripped over this file")
    assert "KeyError: 'a bug'" in caplog.text


def test_a_picture_that_never_answers_fails_its_file(far: Path, mounts: Mounts) -> None:
    os.mkfifo(far / "a pipe")
    with zipfile.ZipFile(far / "z.zip", "w") as archive:
        archive.writestr("a.md", feed())
    with PatientReader(SECONDS, look_with_stuck_pictures) as remote:
        (file,) = walk_sources([far / "z.zip"], remote, mounts)
        assert isinstance(file, SavedFile)
        with pytest.raises(CaptureError, match=r"a\.png, which .* its disk or network does not answer\."):
            file.beside("a.png")


def test_a_file_over_which_the_reader_dies_is_named_and_the_rest_goes_on(far: Path, mounts: Mounts) -> None:
    write_feed(far, "b die.md")
    with PatientReader(SECONDS, dying_look) as remote:
        found = names(list(walk_sources([far], remote, mounts)), far)
    assert found["b die.md"].startswith("The file cannot be read")
    assert [name for name in found if "die" not in name] == ["a.md", "c.md", "deep/d.md"]


def test_a_reader_that_cannot_be_started_is_a_reason_and_the_rest_goes_on(
    far: Path, mounts: Mounts, remote: PatientReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_feed(far.parent, "near.md")
    monkeypatch.setattr("reader.sources.walk.Mounts", lambda: mounts)
    # Python starts a helper with its first process, and keeps its pipe.
    remote.count(far.parent / "near.md", "another disk")
    remote.close()
    gc.collect()
    before = set(Path("/proc/self/fd").iterdir())
    with monkeypatch.context() as patch:
        patch.setattr("multiprocessing.util.spawnv_passfds", fail_to_fork)
        found = names(list(walk_sources([far.parent], remote, mounts)), far.parent)
        counter = SourceCounter([far.parent], PatientReader)
        assert counter.wait(PATIENCE_SECONDS) == 2
        gc.collect()
        assert set(Path("/proc/self/fd").iterdir()) == before
        with pytest.raises(CaptureError, match=r"p\.png, which .* Resource temporarily unavailable\."):
            remote.beside(far, far, "p.png", str(far))
    assert found == {
        "far": "The file cannot be read: Resource temporarily unavailable.",
        "near.md": "near.md",
    }
    # Once there is room for a process again, one is started.
    assert remote.count(far, str(far)) == 3
