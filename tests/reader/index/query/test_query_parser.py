from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.index.query.nodes import (
    AndNode,
    AuthorNode,
    DateNode,
    ImageNode,
    Node,
    NotNode,
    OrNode,
    SourceNode,
    TagNode,
    TextNode,
    asks_for_states,
)
from reader.index.query.parser import parse
from reader.index.text.analysis import Needle
from reader.index.text.periods import microseconds, period
from reader.scope import ArticleState, InState

DANGLING_OR = "OR stands between two words"
BAD_DATE = "is not a date"
UNKNOWN_STATE = "“is:” knows"


def word(text: str, *, open_end: bool = False, title: bool = False) -> TextNode:
    return TextNode(Needle(text, True, not open_end), title)


A, B, C = word("a"), word("b"), word("c")
CHINESE = TextNode(Needle("北约", False, False))


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("", None),
        ("  ", None),
        ("北約", CHINESE),
        ("a b", AndNode((A, B))),
        ("a b OR c", OrNode((AndNode((A, B)), C))),
        ("a (b OR c)", AndNode((A, OrNode((B, C))))),
        ("a（b OR c）", AndNode((A, OrNode((B, C))))),
        ("a -b", AndNode((A, NotNode(B)))),
        ("a NOT b", AndNode((A, NotNode(B)))),
        ("NOT NOT a", A),
        ("-(a b)", NotNode(AndNode((A, B)))),
        ('-"a  b"', NotNode(word("a b"))),
        ("-source:RFI", NotNode(SourceNode("rfi"))),
        ("“a b”c", AndNode((word("a b"), C))),
        ("title:a title:“a b”", AndNode((word("a", title=True), word("a b", title=True)))),
        (
            "source：法廣 author:“張 三” tag:x",
            AndNode((SourceNode("法广"), AuthorNode("张 三"), TagNode("x"))),
        ),
        ("has:image", ImageNode()),
        ("is:read", InState(ArticleState.READ)),
        ("IS：Unread", InState(ArticleState.UNREAD)),
        ('-is:"starred"', NotNode(InState(ArticleState.STARRED))),
        ("(is:starred OR a)", OrNode((InState(ArticleState.STARRED), A))),
        ("TITLE:a", word("a", title=True)),
        ("a* b", AndNode((word("a", open_end=True), B))),
        ("北約*", CHINESE),
        ("or and", AndNode((word("or"), word("and")))),
        ("f-35", word("f-35")),
        ("http://a", word("http://a")),
        ("12:30", word("12:30")),
        ("《", TextNode(Needle("《", False, False))),
        ("——", TextNode(Needle("——", False, False))),
        ("--a", TextNode(Needle("--a", False, True))),
        ("\u0301", None),
    ],
)
def test_a_query_without_mistakes_means(text: str, root: Node | None) -> None:
    parsed = parse(text)
    assert parsed.root == root
    assert parsed.hint is None


@pytest.mark.parametrize(
    ("text", "root", "hint"),
    [
        ('"a b', word("a b"), "quotation mark is not closed"),
        ('source:"a b', SourceNode("a b"), "quotation mark is not closed"),
        ('a ""', A, "nothing between the quotation marks"),
        ("(a b", AndNode((A, B)), "A parenthesis is not closed"),
        ("a) b", AndNode((A, B)), "closed that was not opened"),
        ("a ()", A, "nothing between the parentheses"),
        ("a OR", A, DANGLING_OR),
        ("OR a", A, DANGLING_OR),
        ("a OR OR b", OrNode((A, B)), DANGLING_OR),
        ("(a OR) b", AndNode((A, B)), DANGLING_OR),
        ("a -", A, "A minus sign leaves out"),
        ("- a", A, "A minus sign leaves out"),
        ("a NOT", A, "no word behind NOT"),
        ("foo:bar", word("foo:bar"), "“foo:” is not a field"),
        ("a title:", A, "Nothing follows “"),
        ("a source: b", AndNode((A, B)), "Nothing follows “"),
        ("a after:soon", A, BAD_DATE),
        ("a after:2023-13", A, BAD_DATE),
        ("a has:wings", A, "“has:” knows only"),
        ("a is:blue", A, UNKNOWN_STATE),
        ("a is:unr", A, UNKNOWN_STATE),
        ("a is:", A, "Nothing follows “"),
        ("(" * 100 + "a" + ")" * 100, A, "nest too deep"),
    ],
)
def test_a_mistake_gives_a_hint_and_the_best_meaning(text: str, root: Node | None, hint: str) -> None:
    parsed = parse(text)
    assert parsed.root == root
    assert hint in str(parsed.hint)


@pytest.mark.parametrize("ending", [" ", '"', ")", "（"])
def test_only_a_last_word_without_anything_behind_it_is_being_typed(ending: str) -> None:
    assert parse("a b", typing=True).root == AndNode((A, word("b", open_end=True)))
    assert parse("title:a", typing=True).root == word("a", open_end=True, title=True)
    assert parse('"a b', typing=True).root == word("a b", open_end=True)
    root = parse("a" + ending, typing=True).root
    assert root == A


def test_a_state_that_is_still_being_typed_is_no_mistake_yet() -> None:
    for text in ("a is:u", "a is:starre"):
        assert (parse(text, typing=True).root, parse(text, typing=True).hint) == (A, None)
    for text in ("a is:x", "a is:unr ", "is:unr a"):
        assert UNKNOWN_STATE in str(parse(text, typing=True).hint)


@pytest.mark.parametrize("text", ["is:read", "a -IS：unread", "(tag:b)", 'title:x OR (a -tag:"b c")'])
def test_what_asks_for_states_says_so(text: str) -> None:
    assert asks_for_states(parse(text).root)
    assert not asks_for_states(parse(text.replace(":", "").replace("：", "")).root)
    assert not asks_for_states(None)


def test_dates_are_periods_of_local_time() -> None:
    def local(*date: int) -> int:
        return microseconds(datetime(*date).astimezone())  # type: ignore[arg-type]

    assert parse("date:2023").root == DateNode(local(2023, 1, 1), local(2024, 1, 1))
    assert parse("date:2023-12").root == DateNode(local(2023, 12, 1), local(2024, 1, 1))
    assert parse("date:2023/2/28").root == DateNode(local(2023, 2, 28), local(2023, 3, 1))
    assert parse("after:２０２３-07").root == DateNode(local(2023, 7, 1), None)
    assert parse("before：2023-07-12").root == DateNode(None, local(2023, 7, 12))


def test_the_ends_of_time_are_dates_too() -> None:
    assert period("0001-01-01") is not None
    for last in ("9999", "9999-12", "9999-12-31"):
        borders = period(last)
        assert borders is not None
        assert borders[1] is None
    assert period("0000") is None


@given(st.text(), st.booleans())
def test_any_text_can_be_parsed(text: str, typing: bool) -> None:
    parse(text, typing=typing)


@given(st.lists(st.sampled_from(["(", ")", "-", "OR", "NOT", '"', "a", "title:", "date:", " ", "*", "“", "：", "x:"])))
def test_any_mixture_of_operators_can_be_parsed(pieces: list[str]) -> None:
    assert str(parse("".join(pieces)).hint)
    parse(" ".join(pieces), typing=True)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        " OR ".join(["北约"] * 10_000),
        "(" * 100_000,
        "(" * 50_000 + "a" + ")" * 50_000,
        "-(" * 50_000,
        '"' * 99_999,
        "title:" * 20_000,
        "NOT " * 25_000,
        "- " * 50_000,
    ],
    ids=["word", "ORs", "open", "nested", "minus", "quotes", "fields", "NOTs", "dashes"],
)
def test_long_queries_are_parsed_by_work_that_grows_no_faster_than_they_do(text: str) -> None:
    """They are so long that anything else would not end."""
    query = parse(text)
    assert query.root is not None or query.hint is not None
