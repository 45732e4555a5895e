"""The law of every format: a capture's original alone is read as that capture again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reader.article import Origin, no_file
from reader.formats.base import CaptureFormat
from reader.formats.default import DEFAULT_FORMATS, format_of
from reader.sources.saved_file import SavedFile
from tests.support.captures import feed

FRONT_MATTER = "---\nlayout: post\ntitle: 茶园\nfrom: https://tea.example/1\ndate: 2021-05-23\ntags: [ 茶 ]\n---\n\n"


def at(path: str, data: bytes) -> SavedFile:
    return SavedFile.of_bytes(Origin(path), path.rpartition("/")[2], data, tuple(path.split("/")[1:-1]))


# Files of each format, by its name: all its layouts, and one capture among others where a file holds many.
SAVED: dict[str, Sequence[SavedFile]] = {
    "feed capture": (
        at("/saved/1.txt", feed()),
        at("/saved/articles/河湾晚报/2.md", feed(url=None)),
        at("/saved/articles/河湾晚报/0001_茶园.md", feed(title="")),
        at("/saved/3.txt", feed().decode().encode("utf-16")),
        at("/saved/4.txt", feed().decode().encode("gb18030")),
        at(
            "/saved/5.txt",
            "[茶园](https://tea.example/2)\n------\n日期：Mon, 12 Jun 2023 08:00:00 GMT\n\n<p>茶。</p>".encode(),
        ),
        at("/saved/6.md", (FRONT_MATTER + "<p>茶。</p>\n").encode()),
        at("/saved/7.md", FRONT_MATTER.encode() + feed()),
    ),
}


@pytest.mark.parametrize("capture_format", DEFAULT_FORMATS, ids=lambda each: each.name)
def test_a_capture_is_read_again_from_its_original_alone(capture_format: CaptureFormat) -> None:
    assert capture_format.name in SAVED, "a format is held to this law: add files of it to SAVED"
    for source in SAVED[capture_format.name]:
        assert format_of(source) is capture_format, source.name
        captures = list(capture_format.read(source))
        assert captures, source.name
        for capture in captures:
            alone = SavedFile.of_original(capture.origin, capture.original)
            assert format_of(alone) is capture_format, source.name
            assert [replace(again, asset=no_file) for again in capture_format.read(alone)] == [
                replace(capture, asset=no_file)
            ]
