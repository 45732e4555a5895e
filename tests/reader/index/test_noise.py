"""What the files of an index hold is checked when it is asked for; until then a search must bear with anything."""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reader.article import ArticleId
from reader.errors import SearchIndexError
from reader.index import IndexedArticle, open_index
from reader.query import Query, SortOrder
from reader.scope import EVERYTHING, OneSource
from tests.support.indexing import update

QUESTIONS = (
    "",
    "中",
    "中国",
    "国经",
    "中国经济发展",
    "word",
    "wor*",
    "rareword7",
    "rarewo*",
    "2023年",
    '"two words"',
    "title:中国",
    "title:经济发展",
    "中国 -经济",
    "中国 OR word OR 发展",
    "source:法",
    "author:张 tag:政治",
    "has:image after:2023-02 before:2024",
)


def articles() -> list[IndexedArticle]:
    chance = random.Random(5)
    pieces = ["中国", "经济发展", "word", "two words", "2023年", "的", " ", "北约"]
    return [
        IndexedArticle(
            id=ArticleId(id_),
            title="".join(chance.sample(pieces, 3)),
            text="".join(chance.choices(pieces, k=40)) + f" rareword{id_ % 90}",
            source=chance.choice(["法廣", "BBC"]),
            author=chance.choice([None, "张三"]),
            tags=("政治",) if id_ % 3 else (),
            published=datetime(2023, 1, 1, tzinfo=UTC) + timedelta(days=id_),
            has_image=bool(id_ % 2),
        )
        for id_ in range(1, 200)
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    index = open_index(folder, writer=True)
    update(index, articles())
    index.remove([ArticleId(7)])
    index.close()
    return folder


def make_noise(file: Path, chance: random.Random) -> None:
    """Write random bytes over the file, or over a piece of it."""
    data = bytearray(file.read_bytes())
    length = len(data) if chance.random() < 0.5 else chance.randrange(1, min(len(data), 64) + 1)
    at = chance.randrange(len(data) - length + 1)
    data[at : at + length] = chance.randbytes(length)
    file.write_bytes(data)


@pytest.mark.parametrize("seed", range(12))
def test_noise_in_any_file_is_a_damaged_index_or_goes_unnoticed(whole: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for name in sorted(file.name for file in whole.glob("MAIN_*.*")):
        folder = tmp_path / name
        shutil.copytree(whole, folder)
        make_noise(folder / name, chance)
        try:
            index = open_index(folder, writer=False)
        except SearchIndexError:
            continue
        for text in QUESTIONS:
            for order in SortOrder:
                for limit in (0, 20, None):
                    with suppress(SearchIndexError):
                        index.search(
                            Query(text=text, order=order, limit=limit, scope=OneSource("BBC") if limit else EVERYTHING)
                        )
        index.close()
        shutil.rmtree(folder)
