"""Walking files, folders and archives: everything is met once, and nothing stops the walk."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import random
import shutil
import sys
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from reader.formats import base
from reader.formats.base import AssetReader, read_whole
from reader.formats.default import read_captures
from reader.outcome import ImportOutcome
from reader.sources import limits
from reader.sources.found import count_members
from reader.sources.names import printable
from reader.sources.saved_file import SavedFile
from reader.sources.walk import count_sources, walk_sources
from tests.lab.hostile.bombs import chain, patched, sparse, xz_of_zeros
from tests.reader.sources.limited import limit_files
from tests.support.captures import feed, write_feed
from tests.support.real import TEAHOUSE_ARCHIVE, needs_captures


def walked(*paths: Path) -> tuple[list[SavedFile], list[ImportOutcome]]:
    found = list(walk_sources(paths))
    return (
        [file for file in found if isinstance(file, SavedFile)],
        [file for file in found if isinstance(file, ImportOutcome)],
    )


def reasons(unreadable: list[ImportOutcome]) -> dict[str, str]:
    return {str(file.origin).rpartition("/")[2]: str(file.reason) for file in unreadable}


def tar_of(path: Path, members: dict[str, bytes], mode: str) -> Path:
    with tarfile.open(path, mode) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_folders_are_walked_in_order_and_each_file_is_met_once(tmp_path: Path) -> None:
    for name in ("b/2.md", "a/1.txt", "a/深/3"):
        write_feed(tmp_path, name)
    files, unreadable = walked(tmp_path, tmp_path)
    assert [file.origin.path for file in files] == [str(tmp_path / name) for name in ("a/1.txt", "a/深/3", "b/2.md")]
    assert unreadable == []
    assert files[1].parents[-3:] == (tmp_path.name, "a", "深")
    assert count_sources([tmp_path]) == 3


def test_each_file_that_is_none_says_why(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "picture.bin").write_bytes(b"\x89PNG\r\n\x1a\n....")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    files, unreadable = walked(tmp_path, tmp_path / "missing")
    assert files == []
    assert reasons(unreadable) == {
        "empty.txt": "The file is empty.",
        ".DS_Store": "Files of this name are the system's own; it was not read.",
        "picture.bin": "This is a picture; no article in the library shows it, and it is not kept.",
        "dangling": "This is a link to a file that is not there.",
        "loop": "This is a link to a folder; drop that folder itself to import it.",
        "pipe": "This is a device or a pipe, not a file.",
        "missing": "There is no such file.",
    }
    failed = {str(file.origin).rpartition("/")[2] for file in unreadable if file.kind == "failed"}
    assert failed == {"empty.txt", "dangling", "missing"}


def test_a_file_that_is_too_large_says_how_large(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(base.MAX_FILE_BYTES + 1)
    _, (huge,) = walked(tmp_path)
    assert "67 MB" in str(huge.reason)
    assert huge.kind == "failed"


def test_a_file_a_little_too_large_is_not_said_to_be_as_large_as_may_be() -> None:
    said = str(base.too_large(base.MAX_FILE_BYTES + 1))
    assert "68 MB" in said
    assert "67 MB" in said


def test_a_file_with_gaps_in_a_tar_is_no_link(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(sparse("a.txt", 2**20) + bytes(1024))
    _, (gaps,) = walked(tmp_path)
    assert "stored with gaps" in str(gaps.reason)


def test_names_of_any_bytes_and_lengths_are_met(tmp_path: Path) -> None:
    (tmp_path / ("长" * 83)).write_bytes(feed())
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.md")).write_bytes(feed())
    files, _ = walked(tmp_path)
    assert len(files) == 2
    for file in files:
        file.origin.path.encode("utf-8")


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz", "w:bz2"])
def test_a_tar_is_read_in_place_with_the_pictures_beside(tmp_path: Path, mode: str) -> None:
    members = {"news/a.md": feed(), "news/pictures/1.png": b"\x89PNG\r\n\x1a\nxyz", "b.md": feed()}
    archive = tar_of(tmp_path / "saved.bin", members, mode)
    files, unreadable = walked(archive)
    assert [str(file.origin) for file in files] == [f"{archive}!news/a.md", f"{archive}!b.md"]
    assert files[0].parents == ("news",)
    assert files[0].beside("pictures/1.png") == b"\x89PNG\r\n\x1a\nxyz"
    assert files[0].beside("../../etc/passwd") is None
    assert [file.kind for file in unreadable] == ["skipped"]


def test_a_zip_is_read_in_place_with_the_pictures_beside(tmp_path: Path) -> None:
    members = {"新闻/a.md": feed(), "pictures/1.png": b"\x89PNG\r\n\x1a\nxyz"}
    archive = zip_of(tmp_path / "saved.zip", members)
    files = [
        file for file in walk_sources([archive]) if isinstance(file, SavedFile) and file.beside("../pictures/1.png")
    ]
    assert [str(file.origin) for file in files] == [f"{archive}!新闻/a.md"]
    assert count_sources([archive]) == 2


def test_names_in_a_zip_packed_on_a_chinese_windows_are_read(tmp_path: Path) -> None:
    archive = tmp_path / "saved.zip"
    data = zip_of(archive, {"AAAA.md": feed()}).read_bytes()
    archive.write_bytes(data.replace(b"AAAA.md", "河边".encode("gb18030") + b".md"))
    files, _ = walked(archive)
    assert files[0].name == "河边.md"


def test_names_that_lead_out_are_only_labels(tmp_path: Path) -> None:
    members = {"../../evil.md": feed(), "/abs.md": feed(), "a\\..\\b.md": feed()}
    before = sorted(tmp_path.parent.iterdir())
    for archive in (zip_of(tmp_path / "a.zip", members), tar_of(tmp_path / "a.tar", members, "w")):
        files, unreadable = walked(archive)
        assert len(files) == 3
        assert unreadable == []
    assert sorted(tmp_path.parent.iterdir()) == before


def test_members_that_lie_about_their_size_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit_files(monkeypatch, 100_000)
    members = {"bomb.md": feed(body="x" * 5_000_000), "good.md": feed()}
    for archive in (zip_of(tmp_path / "a.zip", members), tar_of(tmp_path / "a.tgz", members, "w:gz")):
        files, (bomb,) = walked(archive)
        assert [file.name for file in files] == ["good.md"]
        assert "larger than" in str(bomb.reason)
        assert bomb.kind == "failed"


@pytest.mark.parametrize("ending", ["zip", "tar"])
def test_an_archive_without_files_is_named(tmp_path: Path, ending: str) -> None:
    (tmp_path / "nothing").mkdir()
    archive = shutil.make_archive(str(tmp_path / "archive"), ending, tmp_path / "nothing")
    files, unreadable = walked(Path(archive))
    assert files == []
    assert reasons(unreadable) == {f"archive.{ending}": "The archive holds no files."}
    assert unreadable[0].kind == "skipped"


def test_a_damaged_archive_keeps_what_comes_before_the_damage(tmp_path: Path) -> None:
    chance = random.Random(3)
    members = {f"{n}.md": feed(body=chance.randbytes(20_000).hex()) for n in range(9)}
    archive = tar_of(tmp_path / "a.tar.xz", members, "w:xz")
    archive.write_bytes(archive.read_bytes()[:-30_000])
    files, unreadable = walked(archive)
    assert 0 < len(files) < 9
    assert f"after its first {len(files)} files" in str(unreadable[-1].reason)
    assert str(unreadable[-1].origin) == str(archive)


def test_a_damaged_member_of_a_zip_costs_only_itself(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "a.zip", {"bad.md": feed(body="甲" * 999), "good.md": feed()})
    data = bytearray(archive.read_bytes())
    at = data.index(b"bad.md") + 10
    data[at : at + 20] = bytes(20)
    archive.write_bytes(bytes(data))
    files, (bad,) = walked(archive)
    assert [file.name for file in files] == ["good.md"]
    assert "damaged inside its archive" in str(bad.reason)


def test_what_only_looks_like_an_archive_is_one_outcome(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04" + b"nothing" * 30)
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"only text"))
    files, unreadable = walked(tmp_path)
    assert files == []
    assert [file.kind for file in unreadable] == ["failed", "skipped"]


def test_links_in_a_tar_and_archives_in_archives_are_skipped(tmp_path: Path) -> None:
    inner = zip_of(tmp_path / "inner.zip", {"a.md": feed()}).read_bytes()
    (tmp_path / "inner.zip").unlink()
    archive = tar_of(tmp_path / "a.tar", {"inner.zip": inner}, "w")
    with tarfile.open(archive, "a") as opened:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        opened.addfile(link)
    files, unreadable = walked(archive)
    assert files == []
    assert [file.kind for file in unreadable] == ["skipped", "skipped"]


def test_a_book_is_one_skipped_file(tmp_path: Path) -> None:
    _, (book,) = walked(zip_of(tmp_path / "a.epub", {"mimetype": b"application/epub+zip", "x.html": b"<p>x"}))
    assert book.kind == "skipped"


def test_reading_beside_never_leaves_the_drop(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    write_feed(tmp_path / "drop" / "sub", "a.txt")
    (tmp_path / "drop" / "p.png").write_bytes(b"png")
    (tmp_path / "drop" / "link.png").symlink_to(tmp_path / "secret.txt")
    (file,) = (f for f in walk_sources([tmp_path / "drop"]) if isinstance(f, SavedFile) and f.name == "a.txt")
    assert file.beside("../p.png") == b"png"
    for name in ("../../secret.txt", "../link.png", str(tmp_path / "secret.txt"), "a\x00b", "x" * 5000):
        assert file.beside(name) is None


def test_a_tar_damaged_between_its_members_says_how_far_it_was_read(tmp_path: Path) -> None:
    archive = tar_of(tmp_path / "a.tar", {f"{n}.md": feed(title=f"第{n}") for n in range(6)}, "w")
    data = bytearray(archive.read_bytes())
    data[2 * 1024 + 10 : 2 * 1024 + 60] = b"\xff" * 50
    archive.write_bytes(bytes(data))
    files, (damaged,) = walked(archive)
    assert [file.name for file in files] == ["0.md", "1.md"]
    assert "after its first 2 files" in str(damaged.reason)
    archive.write_bytes(bytes(data[: 1024 + 100]))
    files, (damaged,) = walked(archive)
    assert [file.name for file in files] == ["0.md"]
    assert damaged.kind == "failed"


def test_a_tar_without_its_closing_blocks_is_whole(tmp_path: Path) -> None:
    archive = tar_of(tmp_path / "a.tar", {"a.md": feed(title="甲")}, "w")
    archive.write_bytes(archive.read_bytes()[:1024])
    files, unreadable = walked(archive)
    assert (len(files), unreadable) == (1, [])


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_an_archive_that_unpacks_without_end_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(limits, "_UNPACKED_BYTES", 5_000_000)
    members = {"good.md": feed(), **{f"{n}.bin": bytes(2_000_000) for n in range(30)}, "last.md": feed()}
    path = tmp_path / f"bomb.{kind}"
    bomb = zip_of(path, members) if kind == "zip" else tar_of(path, members, "w:gz")
    *_, last = walk_sources([bomb])
    assert isinstance(last, ImportOutcome)
    assert "unpacks to far more" in str(last.reason)
    assert (last.origin.path, last.origin.member, last.kind) == (str(bomb), None, "failed")


def test_a_tar_whose_attributes_fill_the_memory_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.tgz"
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("a.md")
        info.pax_headers = {"comment": "x" * 20_000_000}
        archive.addfile(info)
    (bomb,) = walk_sources([path])
    assert isinstance(bomb, ImportOutcome)
    assert bomb.kind == "failed"


def test_a_large_film_in_a_tar_does_not_hide_what_comes_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_files(monkeypatch, 100_000)
    members = {"film.mp4": random.Random(1).randbytes(3_000_000), "good.md": feed()}
    files, (film,) = walked(tar_of(tmp_path / "a.tar", members, "w"))
    assert [file.name for file in files] == ["good.md"]
    assert "larger than" in str(film.reason)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_both_met(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.md", feed(title="甲"))
        archive.writestr("a.md", feed(title="乙"))
    files, _ = walked(path)
    assert [read_whole(file) for file in files] == [feed(title="甲"), feed(title="乙")]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_member_costs_only_itself_however_it_is_packed(tmp_path: Path, method: int) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("bad.md", feed(body="甲乙丙丁" * 99))
        archive.writestr("good.md", feed())
    data = bytearray(path.read_bytes())
    data[36 + 10 : 36 + 60] = b"\x55" * 50
    path.write_bytes(bytes(data))
    files, (bad,) = walked(path)
    assert [file.name for file in files] == ["good.md"]
    assert bad.origin.member == "bad.md"


def test_a_locked_member_of_a_zip_says_so(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "a.zip", {"a.md": feed()})
    data = bytearray(archive.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(bytes(data))
    _, (locked,) = walked(archive)
    assert "password" in str(locked.reason)
    assert locked.kind == "failed"


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.xz"])
def test_no_damage_to_an_archive_stops_the_walk(tmp_path: Path, kind: str) -> None:
    members = {f"新闻/{n}.md": feed(title=f"第{n}篇") for n in range(8)}
    path = tmp_path / f"a.{kind}"
    whole = (zip_of(path, members) if kind == "zip" else tar_of(path, members, "w:" + kind[4:])).read_bytes()
    chance = random.Random(7)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 3, 30])):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        path.write_bytes(bytes(data[: chance.choice([len(data), chance.randrange(300, len(data))])]))
        assert list(walk_sources([path]))
        count_sources([path])


def test_the_members_of_archives_are_counted_beforehand(tmp_path: Path) -> None:
    members = {f"{n}.md": feed() for n in range(9)}
    assert count_sources([tar_of(tmp_path / "a.tar.xz", members, "w:xz")]) == 9
    assert count_sources([zip_of(tmp_path / "a.zip", members)]) == 9


def test_it_does_not_matter_which_folder_was_dropped(tmp_path: Path) -> None:
    path = write_feed(tmp_path, "articles/河湾晚报/9.md")
    drops = (tmp_path, path.parent.parent, path.parent, path)
    assert {capture.source for drop in drops for file in walked(drop)[0] for capture in read_captures(file)} == {
        "河湾晚报"
    }


def test_the_folders_of_a_version_control_are_skipped_whole(tmp_path: Path) -> None:
    for name in (".git/objects/1", ".git/config", "a.md"):
        write_feed(tmp_path, name)
    files, (git,) = walked(tmp_path)
    assert [file.name for file in files] == ["a.md"]
    assert (git.origin.path, git.kind) == (str(tmp_path / ".git"), "skipped")
    assert count_sources([tmp_path]) == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("河边.md", "河边.md"),
        (os.fsdecode("河边.md".encode("gb18030")), "河边.md"),
        (os.fsdecode(b"\xff\xfe.md"), "\ufffd\ufffd.md"),
        ("a\nb\x1b.md", "a\ufffdb\ufffd.md"),
        ("\ud83d.md", "?.md"),
    ],
)
def test_a_name_of_any_bytes_can_be_shown_in_a_line(name: str, shown: str) -> None:
    assert printable(name) == shown


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = write_feed(tmp_path, "a.md")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("whoever runs the tests may read any file")
    _, (refused,) = walked(tmp_path)
    assert "permissions" in str(refused.reason)


@needs_captures
@pytest.mark.slow
def test_the_large_real_archive_is_read_whole() -> None:
    count = sum(
        len(list(read_captures(file))) for file in walk_sources([TEAHOUSE_ARCHIVE]) if isinstance(file, SavedFile)
    )
    assert count == 29_591


def test_a_member_of_a_zip_without_a_name_stops_nothing(tmp_path: Path) -> None:
    packed = zip_of(tmp_path / "z.zip", {"a.txt": feed(), "b.txt": feed(url="https://n.example/2")})
    data = packed.read_bytes()
    # Its name is of no length in both headers, and what was the name is part of what follows.
    central = data.index(b"PK\x01\x02")
    packed.write_bytes(data[: central + 28] + b"\0\0" + data[central + 30 :])
    list(walk_sources([packed]))
    assert count_members(packed) in (None, 0, 1, 2)
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(""), feed())
        archive.writestr("b.txt", feed(url="https://n.example/2"))
    files, _ = walked(tmp_path / "y.zip")
    assert [file.name for file in files][-1] == "b.txt"
    assert count_members(tmp_path / "y.zip") == 2


def memory_of(path: Path) -> int:
    """Return how much more memory Python asked for while a file was walked, in MB."""
    tracemalloc.start()
    list(walk_sources([path]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak // 2**20


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_that_bursts_is_unpacked_to_the_bound_however_it_is_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: int
) -> None:
    limit_files(monkeypatch, 1_000_000)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive, archive.open("a.txt", "w") as member:
        for _ in range(40):
            member.write(bytes(2**20))
    assert memory_of(path) < 20


def test_a_tar_of_gaps_is_not_read_as_zeros(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(sparse("a.txt", 60 * 2**20) * 50 + bytes(1024))
    files, skipped = walked(path)
    assert (files, len(skipped)) == ([], 50)
    assert memory_of(path) < 20


@pytest.mark.parametrize(("kind", "body"), [(tarfile.GNUTYPE_LONGNAME, b"a\0"), (tarfile.XHDTYPE, b"13 path=abcd\n")])
def test_a_tar_of_names_of_names_is_one_failure(tmp_path: Path, kind: bytes, body: bytes) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(chain(kind, body))
    _, (failed,) = walked(path)
    assert failed.kind == "failed"
    assert count_members(path) is None


def test_xz_with_a_large_dictionary_is_one_failure_and_streams_in_a_row_are_one(tmp_path: Path) -> None:
    (tmp_path / "a.tar.xz").write_bytes(xz_of_zeros(5, 2**29))
    _, (failed,) = walked(tmp_path / "a.tar.xz")
    assert "emory" in str(failed.reason)
    whole = tar_of(tmp_path / "b.tar", {"a.md": feed(), "b.md": feed(url="https://n.example/2")}, "w").read_bytes()
    (tmp_path / "b.tar.xz").write_bytes(lzma.compress(whole[:700]) + bytes(8) + lzma.compress(whole[700:]) + bytes(4))
    files, failures = walked(tmp_path / "b.tar.xz")
    assert ([file.name for file in files], failures) == (["a.md", "b.md"], [])
    (tmp_path / "c.tar.xz").write_bytes(lzma.compress(whole)[:200])
    assert isinstance(list(walk_sources([tmp_path / "c.tar.xz"]))[-1], ImportOutcome)


@pytest.mark.parametrize("numbers", [225, 255])
def test_lzma_of_unknown_settings_is_one_failure(tmp_path: Path, numbers: int) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.md", feed())
    data = bytearray(path.read_bytes())
    data[30 + len("a.md") + 4] = numbers
    path.write_bytes(bytes(data))
    _, (failed,) = walked(path)
    assert "damaged" in str(failed.reason)


def test_a_method_that_nobody_knows_is_one_failure(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"a.md": feed()})
    path.write_bytes(patched(path.read_bytes(), 8, 10, 99))
    _, (failed,) = walked(path)
    assert "unknown method" in str(failed.reason)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of the file system are POSIX's")
def test_a_pipe_is_counted_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert count_members(tmp_path / "pipe") is None


def test_one_picture_by_many_names_is_not_read_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_READ_AGAIN_BYTES", 10_000)
    read: list[str] = []

    def beside(name: str) -> bytes:
        read.append(name)
        return bytes(1_000)

    asset = AssetReader(beside)
    assert sum(asset(f"x{n}/../a.png") is not None for n in range(1_000)) < 20
    assert len(read) < 20


def test_pictures_beside_a_page_in_a_zip_count_for_what_it_unpacks_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_UNPACKED_BYTES", 5_000_000)
    pictures = {f"{n}.png": bytes(2_000_000) + bytes([n]) for n in range(20)}
    page = next(walk_sources([zip_of(tmp_path / "a.zip", {"a.md": feed(), **pictures})]))
    assert isinstance(page, SavedFile)
    assert 0 < sum(page.beside(name) is not None for name in pictures) < 10
