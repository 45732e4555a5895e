"""A library of a few articles of two sources, one of them with an older version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.library import Library
from reader.paths import AppPaths
from tests.support.captures import write_feed


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    drop = tmp_path / "drop"
    for number in range(4):
        source = "harbour" if number % 2 else "orchard"
        body = f"<p>第 {number} 篇，“说的是”灯塔。</p>" + "<p>很长。</p>" * 300
        write_feed(
            drop / source,
            f"{number}.txt",
            title=f"第{number}篇 海港纪事",
            url=f"https://{source}.example/{number}",
            body=body,
        )
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([drop]))
        write_feed(
            drop / "later",
            "0.txt",
            title="第0篇 海港纪事（改）",
            url="https://orchard.example/0",
            epoch=1_900_000_000_000,
        )
        list(writer.import_paths([drop / "later"]))
    yield library
    library.close()


def left(folder: Path) -> list[str]:
    """List every file and folder below `folder`, hidden ones too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
