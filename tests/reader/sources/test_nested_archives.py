"""An archive inside an archive is named, which costs little whatever it holds."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from reader.article import Origin
from reader.formats.file_kinds import FileKind
from reader.sources.archives import kind_inside
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources


def zip_of(names: list[str]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    return data.getvalue()


def kind_of_inner(data: bytes) -> FileKind:
    return kind_inside(SavedFile.of_bytes(Origin("a.zip", "inner.zip"), "inner.zip", data), data)


def directory_of(entries: int, *, claimed: int) -> bytes:
    """Return a zip that is nothing but a directory, and claims to have that number of entries."""
    start = b"PK\x03\x04" + bytes(26)
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0)
    directory = b"".join(entry + b"%07d" % number for number in range(entries))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, claimed, claimed, len(directory), len(start), 0)
    return start + directory + end


def test_a_zip_inside_is_named_for_what_it_is() -> None:
    word = ["[Content_Types].xml", "word/document.xml"]
    assert kind_of_inner(zip_of(word)) == "word"
    assert kind_of_inner(zip_of([*word, *(f"word/media/{number}.png" for number in range(1000))])) == "word"
    assert kind_of_inner(zip_of(["a.md"])) == "archive-in-archive"


@pytest.mark.parametrize("claimed", [1, 60_000])
def test_a_zip_of_ever_so_many_files_inside_is_not_opened(tmp_path: Path, claimed: int) -> None:
    inner = directory_of(60_000, claimed=claimed)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.zip", inner)
    tracemalloc.start()
    (found,) = walk_sources([tmp_path / "a.zip"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert getattr(found, "reason", None) is not None
    # A directory that is read takes some 600 bytes an entry.
    assert peak < 4 * len(inner)
