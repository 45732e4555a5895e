"""Whatever the cleaner writes is read back as it was, each leaf at its offset in the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.article import CleanPage
from reader.clean import clean_capture, whole_page
from reader.clean.dom.white_space import tidy_lines, tidy_runs
from reader.clean.rules.normalise import shaped
from reader.clean.to_html import to_html
from reader.formats.default import read_captures
from reader.page import BREAK, IMAGE, TEXT, Block, Box, Leaf, Run, leaves, read_page, to_text
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.reader.clean.pages import PAGES, page
from tests.reader.clean.test_properties import PAGES as GENERATED
from tests.reader.clean.test_properties import capture
from tests.support.real import SAMPLE, SEEDS, needs_captures


def words(text: str, marks: int, href: str | None) -> Run:
    return Run(TEXT, text, marks, href)


def picture(alt: str, href: str | None, number: int) -> Run:
    return Run(IMAGE, alt, 0, href, number)


HREFS = st.sampled_from([None, None, "https://e.org/?a=1&b=%22", "HTTP://e.org/'x'", "mailto:a@e.org"])
WORDS = st.one_of(st.text("灯塔ab <>&;\"'\n　“", min_size=1, max_size=8), st.text(min_size=1, max_size=8))
RUNS = st.one_of(
    st.builds(words, WORDS, st.integers(0, 127), HREFS),
    st.builds(picture, WORDS, HREFS, st.integers(0, 5)),
    st.just(Run(BREAK)),
)
PARTS = ("p", "h2", "h6", "pre", "figcaption", "caption", "dt")
CONTAINERS = ("blockquote", "ul", "ol", "li", "table", "tr", "td", "th", "dl", "dd", "figure", "div")


def leaf(tag: str, runs: list[Run]) -> Leaf:
    return Leaf(tag, tidy_lines(runs) if tag == "pre" else tidy_runs(runs))


def box(tag: str, children: list[Block], spans: tuple[int, int]) -> Box:
    return Box(tag, children, spans if tag in ("td", "th") else (1, 1))


LEAVES = st.builds(leaf, st.sampled_from(PARTS), st.lists(RUNS, min_size=1, max_size=5)).filter(lambda leaf: leaf.runs)
SPANS = st.tuples(st.integers(1, 20), st.integers(1, 20))


def boxes(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    return st.builds(box, st.sampled_from(CONTAINERS), st.lists(inner, max_size=4), SPANS)


PICTURES = st.builds(Leaf, st.just("p"), st.lists(st.builds(picture, WORDS, HREFS, st.integers(0, 5)), min_size=1))
CAPTIONS = st.builds(leaf, st.just("figcaption"), st.lists(RUNS, min_size=1))
FIGURES = st.builds(Box, st.just("figure"), st.tuples(PICTURES, CAPTIONS).map(list), st.just((1, 1)))
SIMPLE: st.SearchStrategy[Block] = st.one_of(LEAVES, FIGURES, st.just(Box("hr")))
BLOCKS = st.recursive(SIMPLE, boxes, max_leaves=20)
TREES = st.lists(BLOCKS, max_size=5).map(lambda blocks: shaped(Box("body", blocks)))


def faults(page: CleanPage) -> list[str]:
    """Say what is wrong with the offsets of a page."""
    found = list(leaves(read_page(page.html)))
    wrong = [leaf.text for leaf in found if not page.text[leaf.offset :].startswith(leaf.text)]
    return wrong if to_text(found) == page.text else ["the text is another", *wrong]


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_what_is_written_is_read_back(tree: Box) -> None:
    assert read_page(to_html(tree, {number: number for number in range(6)})) == tree


@settings(max_examples=150, deadline=None)
@given(GENERATED)
def test_the_leaves_of_a_page_are_its_text(html: str) -> None:
    assert faults(clean_capture(capture(html))) == []
    assert faults(whole_page(capture(html))) == []


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.html")))
def test_the_leaves_of_a_saved_page_are_its_text(name: str) -> None:
    assert faults(page(name)) == []


@needs_captures
def test_the_leaves_of_real_pages_are_their_text() -> None:
    files = [file for file in walk_sources([SEEDS, SAMPLE]) if isinstance(file, SavedFile)][::4]
    pages = [make(saved) for file in files for saved in read_captures(file) for make in (clean_capture, whole_page)]
    assert len(pages) > 100
    assert [fault for page in pages for fault in faults(page)] == []


PIECES = ("<p>", "</p>", "<b", "<!--", "<svg>", "</td>", "<td>", "<A href=", "&#9", '<img src="img:0">', "<li>")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=5), st.sampled_from(PIECES)), max_size=20).map("".join))
def test_any_string_is_a_page(html: str) -> None:
    found = list(leaves(read_page(html)))
    text = to_text(found)
    assert all(text[leaf.offset :].startswith(leaf.text) for leaf in found)


def test_what_is_not_for_reading_is_no_text() -> None:
    html = "<p>灯<!-- <p>x</p> -->塔</p><style>p {}</style><SCRIPT>x<p></SCRIPT><svg><title>x</title></svg><p>海</p><script>x"
    assert to_text(leaves(read_page(html))) == "灯塔\n海"


@pytest.mark.parametrize("address", ["javascript:x", "file:///x", "smb://x", "revision:3", "more:", "//e.org", "x", ""])
def test_an_address_that_is_not_safe_is_no_link(address: str) -> None:
    assert read_page(f'<p><a href="{address}">x</a></p>') == Box("body", [Leaf("p", [Run(TEXT, "x")])])


@pytest.mark.parametrize(
    "part",
    ["<", "<!--", "<script", "<script>", "<a href='", 'a="', "<p></div>", "<blockquote>", "<ul><li>", "&", "<br>"],
)
def test_no_page_takes_long(part: str) -> None:
    began = time.process_time()
    for html in (part * (200_000 // len(part)), f"<p {part[1:] * 30_000}>", f"&#{'1' * 200_000};"):
        read_page(html)
    assert time.process_time() - began < 8
