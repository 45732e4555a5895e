"""Whatever is fed to the cleaner, the page is well-formed, allowed, and its own clean page."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reader.clean import clean_capture, whole_page
from tests.reader.clean.pages import capture, faults, with_images

WORDS = st.sampled_from((
    "灯塔", "海，", "“夜", "lamp", "F-35", " ", "\n", "　", "&nbsp;", "&lt;b&gt;", "&amp;", "<", ">",
    "\u200b", "🙂", "한국", "a\n 海", "分享 :", "Related", "获取更多RSS：", "https://feedx.net",
    "12/07/2023 - 12:11", "CDT 档案卡", "作者：某",
))  # fmt: skip
ADDRESSES = st.sampled_from((
    "https://e.org/a.jpg", "/b.png", "//e.org/c-300x200.jpg", "//e.org/c.jpg",
    "javascript:x", "#n", "", "mailto:a@e.org", "http://e.org/?a=1&b=\"2'",
    "https://i0.wp.com/e.org/a.jpg?w=3",
    "data:image/gif;base64,R0lGODlhAQABAAAAACw=", "http://e.org/%zz /ü", "http://[",
    "https://t.me/share/url", "HTTPS://E.org/X#y", "?q", "../up",
))  # fmt: skip
_VALUES = ("1", "40", "600", "display:none", "comment-wrapper", "entry-footer", "emoji", "g-artboard", "<i>")
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        ["src", "href", "srcset", "data-src", "alt", "width", "colspan", "style", "class", "hidden", "title"]
    ),
    st.one_of(
        ADDRESSES,
        st.sampled_from(_VALUES),
    ),
    max_size=3,
)
TAGS = st.sampled_from((
    "p", "div", "span", "b", "strong", "i", "em", "u", "s", "sub", "sup", "code", "a", "a", "img",
    "img", "br", "br", "hr", "h1", "h2", "h4", "ul", "ol", "li", "li", "table", "tr", "td", "td",
    "th", "caption", "dl", "dt", "dd", "blockquote", "pre", "pre", "figure", "figcaption", "iframe",
    "video", "source", "noscript", "form", "button", "ruby", "rt", "details", "summary", "section",
    "nav", "tbody", "center", "font", "script", "style", "picture", "textarea", "svg",
))  # fmt: skip


def _attribute(name: str, value: str) -> str:
    return f" {name}='{value.replace(chr(39), '&#39;')}'"


@st.composite
def elements(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    tag = draw(TAGS)
    written = "".join(_attribute(name, value) for name, value in draw(ATTRIBUTES).items())
    closing = f"</{tag}>" if draw(st.integers(0, 9)) else ""
    return f"<{tag}{written}>{draw(inner)}{closing}"


PAGES = st.recursive(
    WORDS, lambda inner: st.lists(st.one_of(WORDS, elements(inner)), max_size=6).map("".join), max_leaves=40
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PAGES)
@example("<h1>灯塔<img src='1'>灯塔<img src='1'>灯塔")
def test_a_clean_page_is_allowed_and_cleaning_it_again_changes_nothing(html: str) -> None:
    saved = capture(html, title="灯塔")
    clean = clean_capture(saved)
    assert faults(clean) == []
    assert faults(whole_page(saved), removed=True) == []
    again = clean_capture(replace(saved, html=with_images(clean)))
    assert again.html == clean.html
    assert again.text == clean.text
    assert [image.url for image in again.images] == [image.url for image in clean.images]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_a_page(html: str) -> None:
    clean = clean_capture(capture(html, title="灯塔 - Harbour", source="Harbour", author="某"))
    assert faults(clean) == []
    assert all(line.strip() for line in clean.text.split("\n") if clean.text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["灯塔", "lamp post", "F-35", "한국", "夜。"]), min_size=1, max_size=8))
def test_every_paragraph_is_a_line_of_the_text(paragraphs: list[str]) -> None:
    clean = clean_capture(capture("".join(f"<p>{words}</p>\n" for words in paragraphs)))
    assert clean.text.split("\n") == paragraphs
