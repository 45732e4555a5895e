"""An index folder that somebody else made runs nothing of theirs: a table of contents is a pickle."""

from __future__ import annotations

import pickle
import struct
from pathlib import Path
from typing import Any

import pytest

from reader.errors import SearchIndexError
from reader.index import IndexedArticle, open_index
from tests.support.indexing import update


class Runs:
    """Makes a file when it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> Any:
        return Path.touch, (self.canary,)


@pytest.fixture
def contents(tmp_path: Path) -> Path:
    """Return the table of contents of a small index."""
    index = open_index(tmp_path / "index", writer=True)
    article = IndexedArticle(
        id=1, title="灯塔", text="灯塔与海", source="s", author=None, tags=(), published=None, has_image=False
    )  # type: ignore[arg-type]
    update(index, [article])
    index.close()
    return next((tmp_path / "index").glob("*.toc"))


def parts(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Take a table of contents apart: its head, the pickled schema, and the numbers and segments after it."""
    length = shift = 0
    at = 14
    while True:
        length |= (data[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 128:
            return data[:14], data[at : at + length], data[at + length :]


def packed(schema: bytes) -> bytes:
    """Write a length, seven bits to the byte, and what is so long."""
    length, written = len(schema), b""
    while length > 127:
        written += bytes([length & 127 | 128])
        length >>= 7
    return written + bytes([length]) + schema


def test_segments_that_are_no_segments_are_damage_and_do_not_run(contents: Path, tmp_path: Path) -> None:
    head, schema, rest = parts(contents.read_bytes())
    canary = tmp_path / "ran"
    contents.write_bytes(head + packed(schema) + rest[:8] + pickle.dumps([Runs(canary)], 2))
    with pytest.raises(SearchIndexError):
        open_index(contents.parent, writer=False)
    assert not canary.exists()


def test_a_schema_of_somebody_elses_is_not_read(contents: Path, tmp_path: Path) -> None:
    head, schema, rest = parts(contents.read_bytes())
    assert contents.read_bytes() == head + packed(schema) + rest
    canary = tmp_path / "ran"
    contents.write_bytes(head + packed(pickle.dumps(Runs(canary), 2)) + rest)
    index = open_index(contents.parent, writer=False)
    assert index.count() == 1
    index.close()
    assert not canary.exists()


@pytest.mark.parametrize("version", [-110, -108, -107, -106, -105, 0])
def test_older_tables_of_contents_which_whoosh_would_run_are_not_read(
    contents: Path, tmp_path: Path, version: int
) -> None:
    head, _, rest = parts(contents.read_bytes())
    canary = tmp_path / "ran"
    old = head[:7] + struct.pack("!i", version) + head[11:]
    contents.write_bytes(old + packed(pickle.dumps(Runs(canary), 2)) + rest[:8] + pickle.dumps([Runs(canary)], 2))
    with pytest.raises(SearchIndexError):
        open_index(contents.parent, writer=False)
    assert not canary.exists()
