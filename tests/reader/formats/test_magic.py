"""What tells a file of bytes is never found in a text, whatever its first words are."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.formats.magic import is_picture
from reader.formats.sources import LoosePicture, SourceFile, walk_sources
from tests.reader.store.pictures import clear_pictures, good_pictures

PICTURES = good_pictures() | clear_pictures()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_the_store_keeps_is_one(name: str) -> None:
    assert is_picture(PICTURES[name])


@pytest.mark.parametrize(
    "text",
    [
        "[Why is WEBP so good?](https://example.org/webp)\n------\n\n<p>Hello</p>\n",
        "# About WEBP\n\nIt is small.\n",
        "RIFF and WEBP are four letters each.",
        "RIFFs, a WEBP",
        "RIFF, i.WEBP is built on it.",
        "GIF89a is the newer of the two.",
        "GIF87a",
        "BM is how the names of many bitmaps begin",
    ],
)
def test_a_picture_is_none_of_the_letters_it_begins_with(tmp_path: Path, text: str) -> None:
    assert not is_picture(text.encode())
    assert not is_picture(text.encode("gb18030"))
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    (found,) = walk_sources([tmp_path])
    assert isinstance(found, SourceFile)
    assert not isinstance(found, LoosePicture)
