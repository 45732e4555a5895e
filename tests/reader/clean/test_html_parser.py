"""lxml's own tree and BeautifulSoup's give the same page; where they would not, BeautifulSoup is asked."""

from __future__ import annotations

from itertools import islice

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reader.article import CleanPage, ParsedCapture
from reader.clean.clean_page import clean_capture, rebuilt, whole_page
from reader.clean.dom.dom import Lengths, inside, strings
from reader.clean.dom.html_parser import direct_tree, soup_tree
from reader.clean.mend import prepared
from reader.formats.default import read_captures
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.reader.clean.pages import capture
from tests.support.real import SAMPLE, SEEDS, TEAHOUSE_ARCHIVE, needs_captures

TEXTS = st.sampled_from((
    "灯塔", "海，", " “夜", "lamp post ", "F-35", "a\n 海", " ", "\n", "\t", "\r", "\f", "\x0b", "　", "\xa0", "\u2028",
    "\u1680", "\x00", "\x1c", "\u200b", "🙂", "{", "}", "<", ">", "&", '"', "'", "</", "<!", "<?", "/>", "< p>", "<3",
    "&nbsp;", "&lt;b&gt;", "&amp;", "&#13;", "&#10;", "&#0;", "&#xd800;", "&#8203;", "&shy;", "&foo;", "&copy",
    "<!--词-->", "<!-->", "<!-- a > b --", "<![CDATA[词]]>", "<!doctype html>", "<?php echo 1 ?>",
    "</p>", "</div>", "</body>", "</html>", "</table>", "</a>", "</br>", "</td>", "<p", "<a href='",
    "分享 :", "Related", "字" * 210, "词" * 450, "12/07/2023 - 12:11",
))  # fmt: skip
TAGS = st.sampled_from((
    "html", "body", "head", "title", "meta", "base", "link", "p", "p", "div", "div", "span", "b", "strong", "i", "u",
    "sub", "code", "a", "a", "img", "img", "br", "hr", "h1", "h2", "h4", "ul", "ol", "li", "li", "dir", "table",
    "table", "tr", "td", "td", "th", "tbody", "thead", "caption", "col", "dl", "dt", "dd", "blockquote", "pre",
    "listing", "figure", "figcaption", "iframe", "video", "source", "picture", "object", "noscript", "form", "button",
    "input", "select", "option", "textarea", "ruby", "rt", "rp", "rb", "details", "summary", "section", "nav",
    "share-button", "center", "font", "script", "style", "svg", "math", "template", "q", "plaintext", "xmp", "frameset",
    "noframes", "o:p", "foo-bar", "SPAN", "P", "nobr", "wbr", "cite",
))  # fmt: skip
NAMES = st.sampled_from((
    "class", "class", "id", "style", "hidden", "src", "href", "srcset", "data-src", "alt", "width", "colspan", "title",
    "data", "data-cfemail", "data-selfpromo-x", "{x}class", "{y}", "a:b", "xmlns:q", "xml:lang", "on=click", "=", '"',
    "CLASS", "checked",
))  # fmt: skip
VALUES = st.sampled_from((
    "", "1", "40", "display:none", "visibility:hidden", "comment-wrapper", "comment-permalink", "/comment/reply/1",
    "entry-footer", "emoji", "g-artboard", "ai2html-artboard", "links inline", "collection", "x collection-list",
    "sharedaddy", "respond", "ads_1", "title", "until-found", "a>b", "<i>", "7d1c1d0b14531a0f1a", "&#8203;x",
    "https://e.org/a.jpg", "//e.org/c-300x200.jpg", "/b.png", "#n", "javascript:x", "http://e.org/?a=1&amp;b=2&copy=3",
    "a.jpg 1x, b.jpg 2x", "https://www.youtube.com/embed/x",
))  # fmt: skip
QUOTES = st.sampled_from(('"', '"', "'", ""))


@st.composite
def attributes(draw: st.DrawFn) -> str:
    quote = draw(QUOTES)
    value = f"={quote}{draw(VALUES)}{quote}" if draw(st.integers(0, 9)) else ""
    return draw(st.sampled_from((" ", " ", "\n", "/", ""))) + draw(NAMES) + value


@st.composite
def elements(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    tag = draw(TAGS)
    written = "".join(draw(st.lists(attributes(), max_size=3)))
    closing = draw(st.sampled_from((f"</{tag}>", f"</{tag}>", f"</{tag}>", "", "</div>", "</b>", "</table>")))
    return f"<{tag}{written}>{draw(inner)}{closing}"


PAGES = st.recursive(
    TEXTS, lambda inner: st.lists(st.one_of(TEXTS, elements(inner)), max_size=6).map("".join), max_leaves=40
)


def both_ways(saved: ParsedCapture) -> tuple[tuple[CleanPage, CleanPage], tuple[CleanPage, CleanPage]]:
    """Rebuild a page, clean and original, as the program does it and from BeautifulSoup's tree."""
    asked = tuple(rebuilt(saved, keep_removed=keep, parse=soup_tree) for keep in (False, True))
    return (clean_capture(saved), whole_page(saved)), (asked[0], asked[1])


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PAGES, st.sampled_from((None, "https://www.example.org/2024/harbour.html")))
@example("<ul>灯</ul></html><html data-root-share=''>塔", None)
@example("<noscript rowspan='a>b' {x}class=entry-footer>{<o:p>灯塔", None)
@example("<listing>灯塔\n \n</listing><pre>\n \n灯塔&#13;</pre>海&#13;<b> </b>&#13;洋", None)
def test_any_page_is_the_same_from_either_tree(html: str, url: str | None) -> None:
    direct, asked = both_ways(capture(html, url=url))
    assert direct == asked


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PAGES)
def test_text_counts_as_beautifulsoup_puts_it_together(html: str) -> None:
    tree = soup_tree(html)
    soup = BeautifulSoup(f"<body>{html}", "lxml", multi_valued_attributes=None)
    lengths = Lengths(tree)
    texts = [tag.get_text() for tag in soup.find_all(True)]
    measured = [(tree, []), *inside(tree, [], tuple(tag.name for tag in soup.find_all(True)))]
    measured = [(element, above) for element, above in measured if element.tag != "document"]
    assert [lengths.of(element, above) for element, above in measured] == [len(text) for text in texts]
    assert ["".join(strings(element, above)) for element, above in measured] == texts
    asked = Lengths(tree)
    assert all(asked.reaches(len(text), *each) for each, text in zip(measured, texts, strict=True))
    assert not any(Lengths(tree).reaches(len(text) + 1, *each) for each, text in zip(measured, texts, strict=True))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PAGES)
def test_a_text_that_is_counted_at_once_is_never_shorter_than_it_is(html: str) -> None:
    tree = direct_tree(html)
    if tree is None:
        return
    lengths = Lengths(tree)
    for element in tree.iter():
        if isinstance(element.tag, str):
            above = [*reversed(list(element.iterancestors()))]
            assert Lengths(tree).reaches(lengths.of(element, above), element, above)


@pytest.mark.parametrize(
    "html",
    [
        "<p>灯塔</p></body></html><p>海</p>",
        "<p>灯塔<!doctype html>海</p>",
        "<p {x}class='share-bar'>灯塔</p>",
        f"{'<div>' * 255}灯塔",
        f"<span>{'<i>' * 255}</i>{'</i>' * 254}灯塔",
        "灯" * 3_400_000,
    ],
)
def test_what_lxml_reads_otherwise_is_left_to_beautifulsoup(html: str) -> None:
    assert direct_tree(html) is None


def test_most_pages_need_no_soup() -> None:
    html = "<h1>灯塔</h1><!--海--><p class='a'>A &amp; B<br>C &nbsp;</p><table><tr><td>1<td>2</table></b><?php 1 ?>{}"
    page = prepared(html)
    assert isinstance(page, str)
    assert direct_tree(page) is not None


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + "<p>灯塔</p>",
        "<div class=sharedaddy>" * 190 + "词" * 900 + "<b>灯塔</b>" * 20_000,
        "<p>海</p>" * 8_000 + "<p class=g-artboard>灯塔</p>" * 8_000,
        "</html><noscript>" + "<div>" * 900 + "灯塔<img src=a.jpg>" * 6_000,
        "<div>" * 250 + "<p>灯塔</p>" + "</div>" * 250 + "<p>海</p>",
        "<nav>" + "<div>" * 300 + "夜" + "</div>" * 300 + "</nav><p>灯塔</p>",
        f'<p title="{"x" * 10_000_000}">灯塔</p>',
        "<table><tr><td>" * 1000 + "灯塔",
        "<!-- " * 20_000 + "<p>灯塔</p>",
        "<b><i><p>" * 3_000 + "灯塔",
        "灯塔<p " + "a " * 200_000 + ">海",
    ],
    ids=[
        "deep",
        "boilerplate",
        "drawings",
        "noscript",
        "deep then shallow",
        "deep boilerplate",
        "attribute",
        "tables",
        "comments",
        "misnested",
        "attributes",
    ],
)
def test_hostile_pages_take_bounded_time_and_lose_no_words(html: str) -> None:
    (clean, _), (asked, _) = both_ways(capture(html))
    assert clean == asked
    assert "灯塔" in clean.text


def differences(files: list[SavedFile]) -> list[str]:
    return [
        str(saved.origin)
        for file in files
        for saved in read_captures(file)
        for direct, asked in [both_ways(saved)]
        if direct != asked
    ]


@needs_captures
def test_every_sample_is_the_same_from_either_tree() -> None:
    files = [file for file in walk_sources([SEEDS, SAMPLE]) if isinstance(file, SavedFile)]
    assert files
    assert differences(files) == []


@pytest.mark.slow
@needs_captures
def test_every_capture_of_the_archive_is_the_same_from_either_tree() -> None:
    files = (file for file in walk_sources([TEAHOUSE_ARCHIVE]) if isinstance(file, SavedFile))
    seen = 0
    while some := list(islice(files, 500)):
        seen += len(some)
        assert differences(some) == []
    assert seen > 29_000
