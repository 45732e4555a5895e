"""Formats are asked of archives as a whole, and one that reads a part at a time is given files of any size."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from reader.article import Origin, ParsedCapture
from reader.errors import CaptureError
from reader.formats import default
from reader.formats.base import Source
from reader.formats.default import DEFAULT_FORMATS, format_of, read_captures
from reader.formats.file_kinds import FileKind, kind_of_refusal
from reader.outcome import ImportOutcome
from reader.sources.found import Found
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.reader.sources.limited import limit_files
from tests.reader.sources.test_walk import tar_of, zip_of
from tests.support.captures import feed


class Shelf:
    """Reads an archive that has a member called shelf, as one capture of all the others."""

    name = "shelf"

    def recognises(self, source: Source) -> bool:
        members = source.members() or ()
        return any(member.name == "shelf" for member in members)

    def read(self, source: Source) -> Iterator[ParsedCapture]:
        with source.open() as file:
            original = file.read()
        members = {member.name: member for member in source.members() or ()}
        html = b"".join(members[name].open().read() for name in sorted(members))
        yield ParsedCapture(origin=source.origin, original=original, html=html.decode())


class Lines:
    """Reads a capture from each line, and never more than a line."""

    name = "lines"

    def recognises(self, source: Source) -> bool:
        return source.head.startswith(b"line ")

    def read(self, source: Source) -> Iterator[ParsedCapture]:
        with source.open() as file:
            for line in file:
                yield ParsedCapture(origin=source.origin, original=line, html=line.decode())


@pytest.fixture(autouse=True)
def formats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default, "DEFAULT_FORMATS", (*DEFAULT_FORMATS, Shelf(), Lines()))


def html_of(found: Found) -> list[str]:
    assert isinstance(found, SavedFile)
    return [capture.html for capture in read_captures(found)]


SHELF = {"shelf": b"", "b.md": feed(), "a/c.txt": b"c"}


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_an_archive_that_a_format_reads_is_one_source(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    zip_of(path, SHELF) if kind == "zip" else tar_of(path, SHELF, "w:gz")
    (found,) = walk_sources([path])
    assert html_of(found) == [feed().decode() + "c"]
    assert found.origin == Origin(str(path))


def test_so_is_one_in_another_archive_unless_it_has_ever_so_many_files(tmp_path: Path) -> None:
    inner = zip_of(tmp_path / "inner.zip", SHELF).read_bytes()
    many = zip_of(tmp_path / "many.zip", {**SHELF, **{str(n): b"" for n in range(5_000)}}).read_bytes()
    path = tar_of(tmp_path / "a.tar", {"inner.zip": inner, "many.zip": many}, "w")
    one, other = walk_sources([path])
    assert html_of(one) == [feed().decode() + "c"]
    assert isinstance(other, ImportOutcome)
    assert kind_of_refusal(other.reason) is FileKind.ARCHIVE_IN_ARCHIVE


def test_a_damaged_archive_is_named_though_a_format_was_asked_first(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", SHELF)
    path.write_bytes(path.read_bytes()[:-20])
    (found,) = walk_sources([path])
    assert isinstance(found, ImportOutcome)
    assert found.kind == "failed"
    assert "damaged" in str(found.reason)


def test_a_tar_is_no_capture_by_the_name_of_its_first_member(tmp_path: Path) -> None:
    found = list(walk_sources([tar_of(tmp_path / "a.tar", {"<!--1689156904000-->": feed(), "b.md": feed()}, "w")]))
    assert [file.name for file in found if isinstance(file, SavedFile)] == ["<!--1689156904000-->", "b.md"]


def test_a_file_too_large_for_memory_is_read_a_capture_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_files(monkeypatch, 100_000)
    lines = [b"line %d of many\n" % number for number in range(10_000)]
    path = tmp_path / "a.txt"
    path.write_bytes(b"".join(lines))
    found = list(walk_sources([path]))
    assert len(found) == len(lines)
    assert html_of(found[0]) == ["line 0 of many\n"]
    assert html_of(found[-1]) == ["line 9999 of many\n"]
    assert {file.origin for file in found} == {Origin(str(path))}


def test_a_large_archive_is_read_by_its_format_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit_files(monkeypatch, 100_000)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**SHELF, "z": b"z" * 90_000, "y": b"y" * 90_000}.items():
            archive.writestr(name, data)
    (found,) = walk_sources([path])
    assert isinstance(found, SavedFile)
    assert format_of(found) is not None


def test_the_members_of_an_archive_may_be_opened_in_any_order(tmp_path: Path) -> None:
    members = {f"{n}.bin": bytes(9_000) + bytes([n]) for n in range(20)}
    for path in (zip_of(tmp_path / "a.zip", members), tar_of(tmp_path / "a.tar", members, "w")):
        source = SavedFile.of_bytes(Origin(str(path)), path.name, path.read_bytes())
        held = list(source.members() or ())
        assert [member.open().read() for member in reversed(held)] == list(reversed(members.values()))


def test_the_members_of_a_zip_are_not_opened_beyond_its_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.sources.limits._UNPACKED_BYTES", 500_000)
    monkeypatch.setattr("reader.sources.limits._UNPACKED_RATIO", 0)
    path = zip_of(tmp_path / "a.zip", {f"{n}.bin": bytes(90_000) for n in range(20)})
    first, *_, last = SavedFile.of_bytes(Origin(str(path)), path.name, path.read_bytes()).members() or ()
    assert [last.open().read() for _ in range(6)] == [bytes(90_000)] * 6
    with pytest.raises(CaptureError, match=r"unpacks to far more .* after its first 6 files"):
        first.open()


def test_a_member_says_what_keeps_it_from_being_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit_files(monkeypatch, 100_000)
    data = BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        info = tarfile.TarInfo("film")
        info.size = 200_000
        archive.addfile(info, BytesIO(bytes(200_000)))
    (member,) = SavedFile.of_bytes(Origin("a.tar"), "a.tar", data.getvalue()).members() or ()
    with pytest.raises(CaptureError, match="larger than"):
        member.open()
    assert len(member.head) == 65_536
