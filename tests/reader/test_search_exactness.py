"""Search against a brute-force scan, through the whole library, on real captures."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator

import pytest

from reader.index.analysis import fold
from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from tests.real import SAMPLE, SEEDS, needs_captures

pytestmark = needs_captures

# What means something in a query is left out of random ones; the query parser has tests of its own.
_OPERATORS = re.compile(r'[\s"“”＂()（）*＊:：]|^-')
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "THAI", "TIBETAN")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library.open(AppPaths(tmp_path_factory.mktemp("exact")))
    with library.writer("a test") as writer:
        list(writer.import_paths([SEEDS, SAMPLE]))
    yield library
    library.close()


@pytest.fixture(scope="module")
def lines(library: Library) -> dict[int, list[str]]:
    """Return every article's folded lines, title first."""
    found = {}
    for id_ in library.store.ids():
        article = library.article(id_)
        found[int(id_)] = fold(f"{article.title}\n{article.text}").split("\n")
    return found


def is_word(character: str) -> bool:
    """Say whether a character belongs to words that are written apart."""
    name = unicodedata.name(character, "")
    return character.isalnum() and not name.startswith(_UNSPACED)


def occurs(needle: str, line: str) -> bool:
    """Look at every place where the needle could stand."""
    at = line.find(needle)
    while at >= 0:
        before, behind = line[at - 1 : at], line[at + len(needle) : at + len(needle) + 1]
        starts = not (before and is_word(needle[0]) and is_word(before))
        ends = not (behind and is_word(needle[-1]) and is_word(behind))
        if starts and ends:
            return True
        at = line.find(needle, at + 1)
    return False


def scan(query: str, lines: dict[int, list[str]]) -> set[int]:
    needle = fold(query)
    return {id_ for id_, of_article in lines.items() if any(occurs(needle, line) for line in of_article)}


def pieces(library: Library, kind: str) -> list[str]:
    """Cut queries out of real articles: any characters, whole Latin words, or where the two meet."""
    chance = random.Random(kind)
    patterns = {
        "word": r"[A-Za-z0-9]+",
        "mixed": r"[A-Za-z0-9\-.]{1,6}[\u4e00-\u9fff]{1,3}|[\u4e00-\u9fff]{1,3}[A-Za-z0-9]{1,6}",
    }
    cut: list[str] = []
    ids = list(library.store.ids())
    while len(cut) < 250:
        text = library.article(chance.choice(ids)).text
        if kind in patterns:
            found = re.findall(patterns[kind], text)
            cut += chance.sample(found, min(2, len(found)))
        elif len(text) > 10:
            length = chance.randint(1, 8)
            at = chance.randrange(len(text) - length)
            cut.append(text[at : at + length])
    return [query for query in cut if not _OPERATORS.search(query)]


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


def test_a_needle_at_a_limit_is_the_beginning_of_all(library: Library) -> None:
    everything = library.search(Query(text="的"))
    some = library.search(Query(text="的", limit=5))
    assert list(some.ids) == list(everything.ids)[:5]
    assert some.total == everything.total
