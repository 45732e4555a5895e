"""Whatever is asked, the answer is that of a scan of every article."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.article import ArticleId, RevisionId
from reader.identity.older_lines import OlderLines
from reader.index import IndexedArticle, SearchIndex, open_index
from reader.query import HitPage, Query, SortOrder
from reader.scope import ArticleState, InState, OneSource
from tests.reader.index.brute_force import Condition, Fact, Group, Word, by_date, by_relevance, is_in, states_of
from tests.support.indexing import update
from tests.support.real import SAMPLE, needs_captures

PIECES = [
    *"中国中國台湾臺灣北约习近平后後前会議们在是的了",
    *"，。《》、—…％· \u3000\t-'’“*&#。",
    *"がカ한국ไทย𠀀𠮷",
    *(
        "GPT",
        "gpt4",
        "F-35",
        "iPhone15",
        "the",
        "then",
        "thermal",
        "Thé",
        "новый",
        "Новая",
        "２０２３",
        "2023",
    ),
    *("\n", "\n", " ", " ", "½", "ﬁ", "e\u0301", "straße", "𐐨", "_", "ｱﾞ", "C++", "a.b"),
    # Longer than a term may be.
    *("long" * 17, "long" * 16 + "er"),
]
# What the language takes for its own, or may stumble over.
SIGNS = ["OR", "NOT", "--", "(", ")", "（", "“", "”", '"', '"', "**", "：", "is:read", "tag:", "\x00", "\t"]
COMMON = ["中国", "的是", "the ", "北约后", " 2023年", "在GPT后", "2023年的", "后来GPT之后"]


def text_of(chance: random.Random, length: int) -> str:
    return "".join(chance.choice(COMMON if chance.random() < 0.1 else PIECES) for _ in range(chance.randrange(length)))


def older_of(chance: random.Random) -> tuple[OlderLines, ...]:
    versions = []
    for number in range(chance.randrange(1, 4)):
        lines = [line.strip() for line in text_of(chance, 40).split("\n")]
        title = text_of(chance, 8).strip() if chance.random() < 0.5 else ""
        versions.append(OlderLines(RevisionId(number), title, tuple(filter(None, lines))))
    return tuple(versions)


def article_of(id_: int, chance: random.Random, older: float) -> IndexedArticle:
    # Some are so long that a word must occur more often to count.
    longest = 3_000 if chance.random() < 0.02 else 60
    moment = datetime(2022, 12, 30, tzinfo=UTC) + timedelta(hours=chance.randrange(2000))
    return IndexedArticle(
        id=ArticleId(id_),
        title=text_of(chance, 8),
        text=text_of(chance, longest),
        source=chance.choice(["RFI", "法廣", "BBC 中文"]),
        author=chance.choice([None, "Zoé", "张三", "張三豐"]),
        tags=tuple(chance.sample(["政治", "歷史", "World News"], chance.randrange(3))),
        published=None if chance.random() < 0.1 else moment,
        has_image=chance.random() < 0.3,
        older=older_of(chance) if chance.random() < older else (),
    )


SEVERAL = ((1, 700), (600, 900), (880, 890), (300, 301), (895, 960))
# Large enough for terms of longer runs.
ONE = ((1, 2_200),)


class Library:
    """An index of some segments, with `deleted` articles fewer than were added, and what should be in it.

    A part of the articles, `older`, have other versions.
    """

    def __init__(
        self, folder: Path, batches: tuple[tuple[int, int], ...], deleted: int = 60, older: float = 0.15
    ) -> None:
        chance = random.Random(7)
        self.articles: dict[int, IndexedArticle] = {}
        self.index = open_index(folder, writer=True)
        for start, end in batches:
            batch = [article_of(id_, chance, older) for id_ in range(start, end)]
            update(self.index, batch)
            self.articles.update((article.id, article) for article in batch)
        gone = [ArticleId(id_) for id_ in chance.sample(range(1, batches[-1][1]), deleted)]
        self.index.remove(gone)
        for id_ in gone:
            del self.articles[id_]
        self.states = states_of(batches[-1][1] + 50)

    def search(self, query: Query) -> HitPage:
        return self.index.search(query, states=lambda: self.states)

    def expected(self, condition: Condition) -> list[IndexedArticle]:
        return [article for article in self.articles.values() if condition.holds(article)]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("index"), SEVERAL)
    yield library
    library.index.close()


@pytest.fixture(scope="module")
def one_segment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("one"), ONE)
    yield library
    library.index.close()


@pytest.fixture(scope="module")
def whole_segment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("whole"), ONE, deleted=0, older=0.0)
    yield library
    library.index.close()


@pytest.fixture(scope="module")
def whole_with_older(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("older"), ONE, deleted=0, older=0.4)
    yield library
    library.index.close()


def typed_words() -> st.SearchStrategy[str]:
    """Pieces joined, as a run: without what the language takes for itself."""
    runs = st.lists(st.sampled_from(PIECES + COMMON), min_size=1, max_size=4).map("".join)
    cleaned = runs.map(lambda run: re.sub(r'[\s"“”()*]', "", run).lstrip("-"))
    return cleaned.filter(lambda run: run.strip("\u0301") not in ("", "OR", "NOT"))


def phrases() -> st.SearchStrategy[str]:
    return st.lists(typed_words(), min_size=1, max_size=3).map("  ".join)


WORDS = st.one_of(
    typed_words().map(Word),
    typed_words().map(lambda text: Word(text, starred=True)),
    typed_words().map(lambda text: Word(text, title=True)),
    phrases().map(lambda text: Word(text, quoted=True)),
)
FACTS = st.sampled_from(
    [
        Fact("source", "法广"),
        Fact("source", "bbc 中"),
        Fact("author", "张三"),
        Fact("author", "zoe"),
        Fact("tag", "历史"),
        Fact("tag", "world news"),
        Fact("tag", "world"),
        Fact("tag", "to read"),
        Fact("has", "image"),
        Fact("is", "read"),
        Fact("is", "unread"),
        Fact("is", "starred"),
        *(Fact(field, value) for field in ("after", "before", "date") for value in ("2023", "2023-01", "2023-02-03")),
    ]
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    st.one_of(WORDS, FACTS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Group("and", tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Group("or", tuple(parts))),
        inner.map(lambda part: Group("not", (part,))),
    ),
    max_leaves=5,
)
quickly = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quickly
@given(word=WORDS)
def test_a_word_finds_what_a_scan_finds(library: Library, word: Word) -> None:
    page = library.search(Query(text=str(word)))
    assert list(page.ids) == by_date(library.expected(word), newest=True)


@quickly
@given(condition=CONDITIONS, order=st.sampled_from(SortOrder), limit=st.none() | st.integers(0, 20))
def test_any_query_finds_what_a_scan_finds(
    library: Library, condition: Condition, order: SortOrder, limit: int | None
) -> None:
    check(library, condition, order, limit)


@settings(parent=quickly, max_examples=40)
@given(condition=CONDITIONS, order=st.sampled_from(SortOrder), limit=st.none() | st.integers(0, 20))
def test_one_large_segment_answers_likewise(
    one_segment: Library, condition: Condition, order: SortOrder, limit: int | None
) -> None:
    check(one_segment, condition, order, limit)


@settings(parent=quickly, max_examples=40)
@given(pieces=st.lists(st.sampled_from(COMMON), min_size=1, max_size=3), order=st.sampled_from(SortOrder))
def test_what_is_common_has_terms_of_its_own_that_answer_likewise(
    one_segment: Library, pieces: list[str], order: SortOrder
) -> None:
    text = " ".join("".join(pieces).split())
    check(one_segment, Word(text, quoted=True), order, 30)
    check(
        one_segment,
        Word(text[1:] or text, starred=text[-1].isascii() and " " not in text, quoted=" " in text),
        order,
        30,
    )


def simple_words() -> st.SearchStrategy[Word]:
    """What may be one term: a word, its beginning, a character, a pair, or two of these side by side."""
    parts = st.sampled_from([*"中国北约的是了がᄒ한𠀀𠮷", "gpt", "the", "th", "２０２３", "новый", "long" * 17, "Thé"])
    runs = st.lists(parts, min_size=1, max_size=2)
    return st.one_of(
        runs.map("".join).map(Word),
        runs.map("".join).map(lambda text: Word(text, starred=True)),
        runs.map("".join).map(lambda text: Word(text, quoted=True)),
        runs.map(" ".join).map(lambda text: Word(text, quoted=True)),
    )


@settings(parent=quickly, max_examples=200)
@given(word=simple_words() | WORDS, order=st.sampled_from(SortOrder), limit=st.integers(0, 20) | st.just(5_000))
def test_a_segment_with_nothing_deleted_answers_likewise(
    whole_segment: Library, word: Word, order: SortOrder, limit: int
) -> None:
    check(whole_segment, word, order, limit)


@settings(parent=quickly, max_examples=200)
@given(
    condition=simple_words() | CONDITIONS, order=st.sampled_from(SortOrder), limit=st.integers(0, 20) | st.just(5_000)
)
def test_a_segment_with_many_older_versions_answers_likewise(
    whole_with_older: Library, condition: Condition, order: SortOrder, limit: int
) -> None:
    check(whole_with_older, condition, order, limit)


@quickly
@given(word=simple_words(), order=st.sampled_from(SortOrder))
def test_a_word_being_typed_is_answered_likewise(whole_segment: Library, word: Word, order: SortOrder) -> None:
    expected = whole_segment.expected(word if word.quoted else Word(word.text, starred=True))
    page = whole_segment.index.search(
        Query(text=str(Word(word.text, quoted=word.quoted)), order=order, typing=True, limit=9_000)
    )
    assert page.total == len(page.ids) == len(expected)
    assert set(page.ids) == {article.id for article in expected}


@settings(parent=quickly, max_examples=300)
@given(
    text=st.lists(st.sampled_from([*PIECES, *COMMON, *SIGNS]), max_size=4).map("".join) | st.text(max_size=4),
    typing=st.booleans(),
    order=st.sampled_from(SortOrder),
    limit=st.integers(0, 9) | st.just(5_000),
)
def test_whatever_is_typed_is_answered_quickly_as_it_is_the_long_way(
    whole_segment: Library, text: str, typing: bool, order: SortOrder, limit: int
) -> None:
    # A space in front says nothing, and is more than what is answered quickly.
    quick, long = (
        whole_segment.search(Query(text=asked, typing=typing, order=order, limit=limit)) for asked in (text, f" {text}")
    )
    assert (list(quick.ids), quick.total, quick.hint) == (list(long.ids), long.total, long.hint)


def check(library: Library, condition: Condition, order: SortOrder, limit: int | None) -> None:
    expected = library.expected(condition)
    page = library.search(Query(text=str(condition), order=order, limit=limit))
    assert page.total == len(expected)
    if order == SortOrder.RELEVANCE:
        assert list(page.ids) == by_relevance(expected, condition)[:limit]
    else:
        assert list(page.ids) == by_date(expected, newest=order == SortOrder.NEWEST)[:limit]


@quickly
@given(run=typed_words())
def test_the_word_being_typed_matches_as_a_beginning(library: Library, run: str) -> None:
    page = library.index.search(Query(text="-zzz " + run, typing=True))
    assert set(page.ids) == {a.id for a in library.expected(Word(run, starred=True))}


@quickly
@given(run=typed_words())
def test_the_source_of_the_sidebar_narrows(library: Library, run: str) -> None:
    page = library.index.search(Query(text=run, scope=OneSource("法廣")))
    assert set(page.ids) == {a.id for a in library.expected(Word(run)) if a.source == "法廣"}


@quickly
@given(run=typed_words(), state=st.sampled_from(ArticleState))
def test_the_state_of_the_sidebar_narrows(library: Library, run: str, state: ArticleState) -> None:
    expected = [a for a in library.expected(Word(run)) if is_in(state, a.id)]
    page = library.search(Query(text=run, scope=InState(state)))
    assert list(page.ids) == by_date(expected, newest=True)


@settings(parent=quickly, max_examples=40)
@given(word=WORDS, state=st.sampled_from(ArticleState), order=st.sampled_from(SortOrder), limit=st.integers(0, 20))
def test_a_word_in_a_state_finds_what_a_scan_finds(
    one_segment: Library, word: Word, state: ArticleState, order: SortOrder, limit: int
) -> None:
    check(one_segment, Group("and", (Fact("is", state), word)), order, limit)


@quickly
@given(text=st.text(max_size=30) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_at_all_is_answered(library: Library, text: str) -> None:
    page = library.index.search(Query(text=text, typing=True, order=SortOrder.RELEVANCE))
    assert page.total == len(page.ids) <= len(library.articles)


# Real captures


def real_articles() -> list[IndexedArticle]:
    articles = []
    for number, path in enumerate(sorted(SAMPLE.rglob("*.md")), 1):
        body = re.sub(r"</?(p|div|h\d|li|br)[^>]*>", "\n", path.read_text("utf-8", errors="replace"))
        articles.append(
            IndexedArticle(
                id=ArticleId(number),
                title=path.stem,
                text=html.unescape(re.sub(r"<[^>]*>", "", body)),
                source=path.parent.name,
                author=None,
                tags=(),
                published=None,
                has_image="<img" in body,
            )
        )
    return articles


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SearchIndex, list[IndexedArticle]]]:
    articles = real_articles()
    index = open_index(tmp_path_factory.mktemp("real"), writer=True)
    update(index, articles[:200])
    update(index, articles[200:])
    yield index, articles
    index.close()


@needs_captures
def test_pieces_of_real_captures_find_what_a_scan_finds(
    captures: tuple[SearchIndex, list[IndexedArticle]],
) -> None:
    index, articles = captures
    chance = random.Random(11)
    lines = [line for article in articles for line in article.text.split("\n") if line.strip()]
    for _ in range(60):
        line = chance.choice(lines)
        start, length = chance.randrange(len(line)), chance.randrange(1, 9)
        run = re.sub(r'[\s"“”()（）*:：]', "", line[start : start + length]).lstrip("-")
        if run in ("", "OR", "NOT"):
            continue
        word = Word(run)
        assert set(index.search(Query(text=run)).ids) == {a.id for a in articles if word.holds(a)}, run
