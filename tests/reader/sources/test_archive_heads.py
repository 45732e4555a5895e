"""What an archive is known by is never found in a capture, whatever stands where an archive has its mark."""

from __future__ import annotations

import bz2
import io
import tarfile
from pathlib import Path

import pytest

from reader.formats.default import read_captures
from reader.outcome import ImportOutcome
from reader.sources.archives import looks_like_archive
from reader.sources.saved_file import SavedFile
from reader.sources.walk import count_sources, walk_sources
from tests.support.captures import feed

FORMATS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


def tar_of(format_: int, **members: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=format_) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def before_ustar(**members: bytes) -> bytes:
    """Return a tar as it was before the mark was invented; each member's checksum is computed again."""
    data = bytearray(tar_of(tarfile.USTAR_FORMAT, **members))
    at = 0
    while data[at : at + 1] != b"\0":
        size = int(data[at + 124 : at + 135], 8)
        data[at + 257 : at + 512] = bytes(255)
        data[at + 148 : at + 156] = b" " * 8
        data[at + 148 : at + 156] = b"%06o\0 " % sum(data[at : at + 512])
        at += 512 + -(-size // 512) * 512
    return bytes(data)


def text_with(mark: bytes, at: int) -> bytes:
    return feed(body="")[:-1].ljust(at, b"-") + mark + " 归档。".encode() * 99


@pytest.mark.parametrize("mark", [b"ustar", b"ustar  ", b"ustar00"])
def test_a_capture_is_no_tar_by_five_letters(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(text_with(mark, 257))
    (found,) = walk_sources([path])
    assert isinstance(found, SavedFile)
    assert len(list(read_captures(found))) == 1
    assert count_sources([path]) == 1


@pytest.mark.parametrize(
    "text", [b"BZhou wrote this.", b"BZh9 is a level.", b"BZh", b"BZh0" + b"1AY&SY", b"PK is a brand."]
)
def test_a_text_is_no_archive_by_the_letters_it_begins_with(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text)
    (found,) = walk_sources([path])
    assert isinstance(found, SavedFile)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_tar_of_any_kind_is_read(tmp_path: Path, format_: int) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(tar_of(format_, **{"1.md": feed(), "长" * 30: feed()}))
    assert [isinstance(found, SavedFile) for found in walk_sources([path])] == [True, True]
    assert count_sources([path]) == 2


def test_a_tar_of_before_the_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(before_ustar(a=feed(), b=feed() * 9))
    assert [isinstance(found, SavedFile) for found in walk_sources([path])] == [True, True]
    assert count_sources([path]) == 2


@pytest.mark.parametrize("format_", FORMATS)
def test_a_tar_with_a_damaged_head_is_damaged(tmp_path: Path, format_: int) -> None:
    data = bytearray(tar_of(format_, a=feed()))
    data[5] ^= 255
    path = tmp_path / "a.tar"
    path.write_bytes(data)
    (found,) = walk_sources([path])
    assert isinstance(found, ImportOutcome)
    assert "damaged" in str(found.reason)


@pytest.mark.parametrize("level", [1, 9])
@pytest.mark.parametrize("data", [b"", b"Tides" * 999])
def test_what_bzip2_packs_is_packed(level: int, data: bytes) -> None:
    assert looks_like_archive(bz2.compress(data, level))
