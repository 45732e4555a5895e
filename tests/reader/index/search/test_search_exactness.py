"""Search against a brute-force scan, through the whole library, on real captures."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from tests.reader.index.scanning import folded_lines, pieces, scan
from tests.support.changes import set_read, set_starred, set_tags
from tests.support.real import SAMPLE, SEEDS, needs_captures

pytestmark = needs_captures


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library.open(AppPaths(tmp_path_factory.mktemp("exact")))
    with library.writer("a test") as writer:
        list(writer.import_paths([SEEDS, SAMPLE]))
    yield library
    library.close()


@pytest.fixture(scope="module")
def lines(library: Library) -> dict[int, list[str]]:
    return folded_lines(library)


@pytest.mark.parametrize("kind", ["any", "word", "mixed"])
def test_hits_are_what_a_scan_finds(library: Library, lines: dict[int, list[str]], kind: str) -> None:
    queries = pieces(library, kind)
    assert len(queries) > 100
    for query in queries:
        page = library.search(Query(text=query))
        assert set(page.ids) == scan(query, lines), query
        assert page.total == len(page.ids)


def test_traditional_and_simplified_find_the_same(library: Library, lines: dict[int, list[str]]) -> None:
    for simplified, traditional in (("台湾", "臺灣"), ("习近平", "習近平"), ("中国", "中國"), ("香港", "香港")):
        page = library.search(Query(text=simplified))
        assert page.ids
        assert list(page.ids) == list(library.search(Query(text=traditional)).ids)


def test_words_joined_by_operators_are_sets(library: Library, lines: dict[int, list[str]]) -> None:
    chance = random.Random(5)
    words = [query for query in pieces(library, "any") if len(query) <= 3]
    for _ in range(60):
        a, b, c = chance.sample(words, 3)
        found = {word: scan(word, lines) for word in (a, b, c)}
        assert set(library.search(Query(text=f"{a} {b}")).ids) == found[a] & found[b]
        assert set(library.search(Query(text=f"{a} OR {b}")).ids) == found[a] | found[b]
        assert set(library.search(Query(text=f"{a} -{b}")).ids) == found[a] - found[b]
        assert set(library.search(Query(text=f"({a} OR {b}) {c}")).ids) == (found[a] | found[b]) & found[c]


def test_states_and_own_tags_are_sets_like_words(library: Library, lines: dict[int, list[str]]) -> None:
    chance = random.Random(9)
    ids = library.ids()
    said = {name: set(chance.sample(ids, len(ids) // 3)) for name in ("is:read", "is:starred", "tag:河邊")}
    set_read(library, sorted(said["is:read"]), True)
    set_starred(library, sorted(said["is:starred"]), True)
    set_tags(library, sorted(said["tag:河邊"]), ["河边"])
    said["is:unread"] = set(ids) - said["is:read"]
    words = [query for query in pieces(library, "any") if len(query) <= 3]
    for _ in range(40):
        word, (a, b) = chance.choice(words), chance.sample(sorted(said), 2)
        found = scan(word, lines)
        assert set(library.search(Query(text=f"{word} {a}")).ids) == found & said[a]
        assert set(library.search(Query(text=f"{a} -({b} OR {word})")).ids) == said[a] - said[b] - found
        assert library.search(Query(text=f"{word} -{a}", limit=1)).total == len(found - said[a])
        newly = chance.sample(ids, 3)
        set_starred(library, newly, True)
        said["is:starred"].update(newly)


def test_a_needle_at_a_limit_is_the_beginning_of_all(library: Library) -> None:
    everything = library.search(Query(text="的"))
    some = library.search(Query(text="的", limit=5))
    assert list(some.ids) == list(everything.ids)[:5]
    assert some.total == everything.total
