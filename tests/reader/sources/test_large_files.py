"""A file that is too large to read is skipped by name if its kind is not read at all, and fails otherwise."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from reader.formats.file_kinds import FileKind, kind_of_refusal
from reader.outcome import ImportOutcome
from reader.sources.walk import walk_sources
from tests.reader.sources.limited import limit_files
from tests.reader.store.pictures import png_of
from tests.support.captures import feed

LIMIT = 100_000
SKIPPED = {
    "film.mp4": (b"\x00\x00\x00\x18ftypmp42", FileKind.VIDEO),
    "paper.pdf": (b"%PDF-1.7\n", FileKind.PDF),
    "page.html": (b"<html><body>" + b"<p>Tides</p>\n" * 9000, FileKind.WEB_PAGE),
    "notes.txt": (b"The tide waits for nobody. " * 5000, FileKind.TEXT),
    "picture.png": (png_of(9, 9), FileKind.PICTURE_NOT_KEPT),
    "disk.7z": (b"7z\xbc\xaf\x27\x1c", FileKind.OTHER_ARCHIVE),
}
FAILED = {
    "capture.md": feed(body="<p>潮汐</p>" * 9000),
    "front.md": b"---\ntitle: Tides\nfrom: https://e.org/1\n---\n" + b"<p>Tides</p>\n" * 9000,
    "noise.bin": bytes(range(256)),
    "zeros": b"\0",
}


def filled(data: bytes) -> bytes:
    return data.ljust(LIMIT + 1, b"\0")


def files() -> dict[str, bytes]:
    return {name: filled(data) for name, data in FAILED.items()} | {
        name: filled(data) for name, (data, _) in SKIPPED.items()
    }


def write_folder(path: Path) -> None:
    path.mkdir()
    for name, data in files().items():
        (path / name).write_bytes(data)


def write_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files().items():
            archive.writestr(f"a.b/{name}", data)


def write_tar(path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files().items():
            info = tarfile.TarInfo(f"a.b/{name}")
            info.size = len(data)
            archive.addfile(info, BytesIO(data))


@pytest.mark.parametrize("write", [write_folder, write_zip, write_tar])
def test_a_large_file_of_a_kind_that_is_not_read_is_skipped_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None]
) -> None:
    limit_files(monkeypatch, LIMIT)
    write(tmp_path / "in")
    found = {str(file.origin).rpartition("/")[2]: file for file in walk_sources([tmp_path / "in"])}
    assert all(isinstance(file, ImportOutcome) for file in found.values())
    skipped = {
        name: kind_of_refusal(file.reason)
        for name, file in found.items()
        if isinstance(file, ImportOutcome) and file.kind == "skipped"
    }
    assert skipped == {name: kind for name, (_, kind) in SKIPPED.items()}
    failed = {name for name, file in found.items() if isinstance(file, ImportOutcome) and file.kind == "failed"}
    assert failed == set(FAILED)


def test_a_large_archive_in_an_archive_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit_files(monkeypatch, LIMIT)
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("1.md", feed(body="潮汐" * LIMIT))
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    (found,) = walk_sources([tmp_path])
    assert isinstance(found, ImportOutcome)
    assert found.kind == "skipped"
    assert kind_of_refusal(found.reason) is FileKind.ARCHIVE_IN_ARCHIVE
