"""Queries that people and programs make: each has an answer or a hint, in time."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator

import pytest

from reader.article import ArticleId
from reader.index import IndexedArticle, SearchIndex, make_snippet, needles, open_index
from reader.query import HitPage, Query, SortOrder
from tests.support.indexing import update
from tests.support.slow_figures import Tell

ARTICLES = 3_000
_SYLLABLES = (
    "灯",
    "塔",
    "海",
    "夜",
    "船",
    "港",
    "风",
    "电",
    "书",
    "市",
    "山",
    "茶",
    "园",
    "路",
    "灯塔",
    "lamp ",
    "post ",
    "F-35 ",
    "2023 ",
)

QUERIES = {
    "ten thousand characters": "灯塔" * 5_000,
    "ten thousand different characters": "".join(map(chr, range(0x4E00, 0x4E00 + 10_000))),
    "ten thousand letters": "a" * 10_000,
    "a thousand ORs": " OR ".join(f"灯{n}" for n in range(1_000)),
    "a thousand ORs of what is everywhere": " OR ".join(["灯塔", "海", "夜", "船"] * 250),
    "a thousand ORs of words": " OR ".join(f"lamp{n}" for n in range(1_000)),
    "only operators": 'OR AND NOT - ( ) " OR OR',
    "nothing but OR": "OR " * 2_000,
    "nothing but NOT": "NOT " * 2_000,
    "nothing but minus": "-" * 5_000,
    "minus words": " ".join(f"-灯{n}" for n in range(1_000)),
    "regex": r"^.*(灯|塔)+?[^a-z]{1,9}$ \d+\b (?:(a+)+)+$ \1 [[:alpha:]]",
    "regex bombs": "(a+)+$ " * 200,
    "five hundred parentheses": "(" * 500 + "灯" + ")" * 500,
    "unclosed parentheses": "(" * 5_000,
    "closed parentheses": ")" * 5_000,
    "nested ORs": "(灯 OR " * 300 + "海" + ")" * 300,
    "a thousand phrases": " ".join(f'"灯塔 {n}"' for n in range(1_000)),
    "a thousand phrases that stand": '"灯塔" ' * 1_000,
    "unclosed phrases": '"灯塔 ' * 1_001,
    "quotes": '"' * 5_001,
    "stars": "*" * 5_000,
    "prefixes": " ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz") * 10,
    "prefixes ORed": " OR ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz") * 10,
    "fields": "title:" * 2_000,
    "filters": "source:s " * 1_000,
    "dates": "after:2020 before:2030 " * 500,
    "nonsense dates": "after:9999-99-99 before:0000 after:x before:-1",
    "controls": "\0\x01\x1b\x7f\u202e灯\ufffe",
    "marks": "a" + "\u0301" * 10_000,
    "widths": "ﬀ" * 5_000,
    "surrogates": "灯\ud800塔\udfff",
    "spaces": " \u3000\t" * 3_000,
    "wildcards of SQL": "%' OR 1=1; DROP TABLE article; -- _",
    "one character ORed": " OR ".join("灯塔海夜船港风电书市山茶园路"),
    "everything but": "-灯 -塔 -海 -夜 -船",
    "joined letters": "-".join("abcdefghij" * 200),
}
# What the promise is, which `make test-slow` measures; where each line is traced, as for coverage, all takes longer.
PROMISED_SECONDS = 0.2
FORGIVEN = 5
# Who shares a processor with others takes longer, by its own clock too; what is slow is slow each time.
TRIES = 3


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """Return an index of some thousand articles."""
    draw = random.Random(4)
    made = open_index(tmp_path_factory.mktemp("queries"), writer=True)
    articles = (
        IndexedArticle(
            id=ArticleId(number),
            title="".join(draw.choices(_SYLLABLES, k=8)),
            text="".join(draw.choices(_SYLLABLES, k=400)),
            source=f"s{number % 7}",
            author=None,
            tags=("t",),
            published=None,
            has_image=False,
        )
        for number in range(1, ARTICLES + 1)
    )
    update(made, articles)
    yield made
    made.close()


def ask(index: SearchIndex, text: str, order: SortOrder) -> tuple[HitPage, float]:
    """Ask as a window does: answer, and the pieces of text for ten rows."""
    query = Query(text=text, order=order, typing=True, limit=200)
    row = "灯塔海夜船" * 400
    began = time.process_time()
    page = index.search(query)
    wanted = needles(query)
    for _ in range(10):
        make_snippet(row, wanted)
    return page, time.process_time() - began


@pytest.mark.parametrize("order", list(SortOrder))
@pytest.mark.parametrize("name", QUERIES)
def test_a_query_that_means_harm_has_an_answer_or_a_hint(index: SearchIndex, name: str, order: SortOrder) -> None:
    page, _ = ask(index, QUERIES[name], order)
    assert page.hint is not None or page.total <= ARTICLES
    assert len(page.ids) <= 200


@pytest.mark.slow
def test_the_dearest_query_is_within_the_promise(index: SearchIndex, tell_figure: Tell) -> None:
    took = {
        name: min(ask(index, text, order)[1] for _ in range(TRIES))
        for name, text in QUERIES.items()
        for order in SortOrder
    }
    dearest = max(took, key=lambda name: took[name])
    tell_figure("hostile queries", len(QUERIES) * len(SortOrder))
    tell_figure(f"the dearest of them ({dearest}), ms", round(took[dearest] * 1000))
    assert took[dearest] < PROMISED_SECONDS * (1 if sys.gettrace() is None else FORGIVEN)
