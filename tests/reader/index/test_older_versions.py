"""What only an older version says is found, behind what is shown, and the version is named."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article import ArticleId, RevisionId
from reader.errors import SearchIndexError
from reader.identity.older_lines import OlderLines
from reader.index import IndexedArticle, SearchIndex, open_index
from reader.query import Query, SortOrder
from tests.reader.index.brute_force import Condition, states_of
from tests.reader.index.search.test_exactness import CONDITIONS, article_of, check, quickly, simple_words
from tests.reader.index.search.test_exactness import Library as Scanned
from tests.support.indexing import update


def article(id_: int, title: str, text: str, *older: tuple[int, str, str], day: int = 0) -> IndexedArticle:
    return IndexedArticle(
        id=ArticleId(id_),
        title=title,
        text=text,
        source="RFI",
        author=None,
        tags=(),
        published=datetime(2023, 1, 1, tzinfo=UTC) + timedelta(days=day),
        has_image=False,
        older=tuple(OlderLines(RevisionId(number), title, tuple(text.split("\n"))) for number, title, text in older),
    )


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    index = open_index(tmp_path / "index", writer=True)
    yield index
    index.close()


def found(index: SearchIndex, text: str, order: SortOrder = SortOrder.NEWEST) -> list[int]:
    return list(index.search(Query(text=text, order=order)).ids)


def versions(index: SearchIndex, text: str, *ids: int) -> dict[int, int]:
    page = index.versions([ArticleId(id_) for id_ in ids], Query(text=text))
    return {id_: version.revision for id_, version in page.items()}


def test_a_line_that_only_an_older_version_has_is_found(index: SearchIndex) -> None:
    update(index, [article(1, "题", "如今的话", (7, "", "从前的话")), article(2, "题", "如今的话")])
    assert found(index, "从前") == [1]
    assert found(index, "如今") == [2, 1]
    assert index.count() == 2
    assert index.ids() == {1, 2}


def test_an_older_title_is_found_as_a_title(index: SearchIndex) -> None:
    update(index, [article(1, "新题", "文", (7, "旧题", "别的"), (6, "更早之题", "别的话"))])
    assert found(index, "title:旧题") == found(index, "title:更早") == [1]
    assert found(index, "title:别的") == []


def test_a_phrase_crosses_neither_lines_nor_titles_nor_versions(index: SearchIndex) -> None:
    older = (7, "prime", "甲乙\n丙丁 north"), (6, "minister", "戊己\nsouth")
    update(index, [article(1, "题", "庚辛", *older)])
    crossing = ('"prime minister"', "乙丙", "丁戊", "己庚", '"north south"', "辛甲", "primeminister", '"minister 甲"')
    assert [text for text in crossing if found(index, text)] == []
    assert found(index, "prime minister") == found(index, "甲乙 庚辛") == found(index, '"丙丁 north"') == [1]


def test_what_is_shown_comes_first_by_relevance_and_the_date_decides_by_date(index: SearchIndex) -> None:
    older = (7, "北约", "北约 北约 北约")
    update(index, [article(1, "甲", "北约"), article(2, "乙", "文", older, day=1), article(3, "丙", "北约", day=2)])
    assert found(index, "北约", SortOrder.RELEVANCE) == [3, 1, 2]
    assert found(index, "北约", SortOrder.NEWEST) == [3, 2, 1]
    assert found(index, "北约", SortOrder.OLDEST) == [1, 2, 3]


def test_to_leave_out_a_word_leaves_out_what_the_word_finds(index: SearchIndex) -> None:
    update(index, [article(1, "甲", "春", (7, "", "秋")), article(2, "乙", "春")])
    assert found(index, "秋") == [1]
    assert found(index, "春 -秋") == [2]


def test_the_version_is_the_newest_that_says_most_of_what_is_missing(index: SearchIndex) -> None:
    update(index, [article(1, "题", "春", (9, "", "夏"), (8, "", "夏天 秋天\n冬"), (7, "旧题", "秋\n冬"))])
    assert versions(index, "夏", 1) == {1: 9}
    assert versions(index, "春 夏", 1) == {1: 9}
    assert versions(index, "夏 秋", 1) == {1: 8}
    assert versions(index, "title:旧题", 1) == {1: 7}
    assert versions(index, "春", 1) == versions(index, "春 OR 夏", 1) == versions(index, "", 1) == {}
    page = index.versions([ArticleId(1)], Query(text="春 夏 秋"))
    assert [needle.folded for needle in page[ArticleId(1)].needles] == ["夏", "秋"]


def test_what_is_indexed_again_or_removed_loses_its_older_versions(index: SearchIndex) -> None:
    older = (7, "旧题", "从前")
    update(index, [article(1, "题", "如今", older), article(2, "题", "如今", older)])
    update(index, [article(1, "题", "如今")])
    index.remove([ArticleId(2)])
    assert found(index, "从前") == found(index, "旧题") == []
    assert versions(index, "从前", 1, 2) == {}


def test_joining_segments_keeps_older_versions(index: SearchIndex) -> None:
    update(index, [article(1, "题", "如今", (7, "旧题", "从前\n往日")), article(2, "题", "如今", day=-1)])
    update(index, [article(3, "题", "如今", day=-2)])
    index.remove([ArticleId(2)])
    assert index.merge()
    assert index.is_tidy()
    assert found(index, "从前") == found(index, "旧题") == [1]
    assert versions(index, "往日", 1) == {1: 7}
    assert list(index.damaged_files()) == []


def test_an_index_without_older_versions_has_no_files_for_them(index: SearchIndex, tmp_path: Path) -> None:
    update(index, [article(1, "题", "如今")])
    assert not list(tmp_path.rglob("*.older.*"))
    update(index, [article(1, "题", "如今", (7, "", "从前"))])
    assert list(tmp_path.rglob("*.older.*"))
    update(index, [article(1, "题", "如今")])
    assert not list(tmp_path.rglob("*.older.*"))


def test_damage_to_what_older_versions_say_is_noticed(index: SearchIndex, tmp_path: Path) -> None:
    update(index, [article(1, "题", "如今", (7, "", "从前"))])
    (file,) = tmp_path.rglob("*.older.text.col")
    data = file.read_bytes()
    file.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    reader = open_index(tmp_path / "index", writer=False)
    assert list(reader.damaged_files()) == [file.name]
    file.write_bytes(data[:-1])
    with pytest.raises(SearchIndexError):
        open_index(tmp_path / "index", writer=False)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    library = Scanned(tmp_path_factory.mktemp("scanned"), ((1, 500), (400, 700), (690, 720)), older=0.3)
    yield library
    library.index.close()


@quickly
@given(condition=simple_words() | CONDITIONS)
def test_a_version_is_named_just_where_the_one_shown_is_not_enough(scanned: Scanned, condition: Condition) -> None:
    expected = scanned.expected(condition)
    named = scanned.index.versions(
        [article.id for article in expected], Query(text=str(condition)), lambda: scanned.states
    )
    assert set(named) == {each.id for each in expected if not condition.holds(replace(each, older=()))}
    for id_, version in named.items():
        assert version.needles
        assert version.revision in {each.revision for each in scanned.articles[id_].older}


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    chance = random.Random(3)
    library = Scanned(tmp_path_factory.mktemp("joined"), ((1, 200),), deleted=20, older=0.3)
    for start in (200, 230, 260):
        batch = [article_of(id_, chance, 0.3) for id_ in range(start, start + 30)]
        update(library.index, batch)
        library.articles.update((each.id, each) for each in batch)
    while library.index.merge():
        pass
    library.states = states_of(400)
    assert len(library.index._snapshot.parts) == 1
    yield library
    library.index.close()


@quickly
@given(condition=simple_words() | CONDITIONS, order=st.sampled_from(SortOrder))
def test_joined_segments_answer_as_a_scan_does(joined: Scanned, condition: Condition, order: SortOrder) -> None:
    check(joined, condition, order, None)
