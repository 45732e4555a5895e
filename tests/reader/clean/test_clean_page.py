from __future__ import annotations

from urllib.parse import unquote

import pytest

from reader.clean import clean_capture
from tests.reader.clean.pages import PAGES, capture, cleaned, faults, with_images


def html_of(html: str) -> str:
    return cleaned(html).html


@pytest.mark.parametrize(
    ("saved", "clean"),
    [
        ("<p>a<script>alert(1)</script><style>p{}</style>b</p>", "<p>a b</p>"),
        ('<p class="x" id="y" style="color:red" onclick="z()">a</p>', "<p>a</p>"),
        ("<b>x</b><strong>y</strong>", "<p><strong>xy</strong></p>"),
        ("<p>a<br><br>b<br>c<br></p>", "<p>a</p><p>b<br>c</p>"),
        ("<h1>头</h1><p>x</p>", "<h2>头</h2><p>x</p>"),
        ("<div>一<div>二</div>三</div>", "<p>一</p><p>二</p><p>三</p>"),
        (
            "<b>一<div>二</div>三</b>",
            "<p><strong>一</strong></p><p><strong>二</strong></p><p><strong>三</strong></p>",
        ),
        ('<a href="/x">一<div>二</div></a>', None),
        ("<ul><li>一<ul><li>二</li></ul></li></ul>", "<ul><li><p>一</p><ul><li>二</li></ul></li></ul>"),
        ("<ul><li>一</li><ul><li>二</li></ul></ul>", "<ul><li><p>一</p><ul><li>二</li></ul></li></ul>"),
        ("<ul>文<li>一</li><li> </li></ul>", "<ul><li>文</li><li>一</li></ul>"),
        ("<li>一</li>", "<p>一</p>"),
        ("<table><tr><td>唯一</td></tr></table>", "<p>唯一</p>"),
        (
            '<table><tr><th colspan="99" rowspan="x">一</th></tr><tr><td>二</td><td></td></tr></table>',
            '<table><tr><th colspan="20">一</th></tr><tr><td>二</td><td></td></tr></table>',
        ),
        ("<dl><dt>名</dt><dd>义</dd></dl>", "<dl><dt>名</dt><dd>义</dd></dl>"),
        ("<details><summary>题</summary>文</details>", "<p><strong>题</strong></p><p>文</p>"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字", "<p>漢(kan)字</p>"),
        ("<pre>\n  a\n\n  <b>b</b> \n</pre>", "<pre>  a\n\n  <strong>b</strong></pre>"),
        (
            "<table><caption>题</caption><tr><td>一<td>二</table>",
            "<table><caption>题</caption><tr><td>一</td><td>二</td></tr></table>",
        ),
        ("<dl><dt>名<img src=x:y></dt>散<dd>义</dd></dl>", "<dl><dt>名</dt><dd>散</dd><dd>义</dd></dl>"),
        ("<q>言</q>", "<p>“言”</p>"),
        ("<object><p>备</p></object>", "<p>备</p>"),
        ("<p>x <code>f()</code></p>", "<p>x <code>f()</code></p>"),
        ("<blockquote>一<hr></blockquote>", "<blockquote><p>一</p></blockquote>"),
        ("<form><input value=x><button>Go</button><label>邮箱</label></form><p>文</p>", "<p>文</p>"),
        ("<p>a<!-- b --><!--[if mso]>c<![endif]-->d</p>", "<p>ad</p>"),
        ("<p>一&lt;b&gt;二&amp;</p>", "<p>一&lt;b&gt;二&amp;</p>"),
        ("<svg><title>x</title><text>y</text></svg><p>文</p>", "<p>文</p>"),
        ("<noscript>Please enable JavaScript</noscript><p>文</p>", "<p>文</p>"),
        ("plain words", "<p>plain words</p>"),
        ("", ""),
        ("<div>\n\n</div>", ""),
    ],
)
def test_a_page_is_rebuilt(saved: str, clean: str | None) -> None:
    if clean is None:
        link = '<a href="https://www.example.org/x">'
        clean = f"<p>{link}一</a></p><p>{link}二</a></p>"
    assert html_of(saved) == clean


@pytest.mark.parametrize(
    ("saved", "text"),
    [
        ("<p>海风\n    吹过</p>", "海风吹过"),
        ("<p>海风，\n“吹过”</p>", "海风，“吹过”"),
        ("<p>海<b>风\n</b>吹</p>", "海风吹"),
        ("<p>the\n   lamp</p>", "the lamp"),
        ("<p>한국\n사람</p>", "한국 사람"),
        ("<p>灯 塔</p>", "灯 塔"),
        ("<p>GPT\n之后</p>", "GPT 之后"),
        ("<p>　　首行&nbsp;缩进　</p>", "首行 缩进"),
        ("<p>a\u200bb\ufeff\x08</p>", "ab"),
    ],
)
def test_white_space_collapses_and_line_breaks_between_chinese_characters_vanish(saved: str, text: str) -> None:
    assert cleaned(saved).text == text


def test_blocks_and_cells_never_fuse_and_inline_text_is_not_split() -> None:
    html = "<div>一<span>二</span></div><div>三</div><table><tr><td>四</td><td>五</td></tr></table>六<br>七"
    assert cleaned(html).text == "一二\n三\n四\n五\n六\n七"


def test_a_picture_keeps_the_words_beside_it_apart() -> None:
    assert cleaned('<p>left<img src="/a.jpg">right</p>').text == "left right"


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("https://e.org/a?b=1&c=2", "https://e.org/a?b=1&amp;c=2"),
        ("/a b", "https://www.example.org/a%20b"),
        ("//e.org/x", "https://e.org/x"),
        ("mailto:a@e.org", "mailto:a@e.org"),
        (" java\tscript:alert(1)", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("smb://host/x", None),
        ("data:text/html,x", None),
        ("ms-msdt:/id", None),
        ("#note1", None),
        ("harbour.html#note1", None),
        ("http://", None),
        ("http://[", None),
        ("http://e.org>x/", None),
        ("http://e.org:99999/", None),
    ],
)
def test_only_safe_links_are_kept(href: str, target: str | None) -> None:
    expected = f'<p><a href="{target}">词</a></p>' if target else "<p>词</p>"
    assert html_of(f'<a href="{href}">词</a>') == expected


def test_without_an_address_relative_links_are_words() -> None:
    assert cleaned('<a href="/x">词</a>', url=None).html == "<p>词</p>"
    assert cleaned('<base href="https://e.org/"><a href="/x">词</a>', url=None).html == (
        '<p><a href="https://e.org/x">词</a></p>'
    )


@pytest.mark.parametrize(
    ("html", "label"),
    [
        ('<iframe src="https://www.youtube.com/embed/x"></iframe>', "youtube.com"),
        ('<iframe src="https://www.youtube.com/embed/x" title="灯塔的一夜"></iframe>', "灯塔的一夜"),
        ('<video><source src="https://e.org/v.mp4">your browser is old</video>', "e.org"),
        ('<audio src="/v.mp3"></audio>', "example.org"),
        ('<iframe data-src="https://e.org/x"/>', "e.org"),
    ],
)
def test_media_become_a_labelled_link(html: str, label: str) -> None:
    clean = cleaned(f"<p>前</p>{html}<p>后</p>")
    assert clean.text == f"前\n{label}\n后"
    assert clean.html.count("<a href=") == 1


def test_a_heading_that_repeats_the_title_goes() -> None:
    assert cleaned("<h1>灯塔，与海！</h1><p>文</p><h2>灯塔</h2>", title="灯塔与海").text == "文\n灯塔"


def test_tables_and_lists_nest_only_so_deep_and_lose_no_words() -> None:
    table = "".join(f"<table><tr><td>格{i}</td><td>" for i in range(9)) + "底"
    listing = "".join(f"<ul><li>项{i}" for i in range(12))
    clean = cleaned(table + "</table>" * 9 + listing)
    assert clean.html.count("<table") == 2
    assert clean.html.count("<ul") == 6
    assert [line for line in clean.text.split("\n") if line.startswith("项")] == [f"项{i}" for i in range(12)]
    assert faults(clean) == []


@pytest.mark.parametrize("depth", [150, 300, 3_000, 20_000])
def test_no_nesting_loses_words(depth: int) -> None:
    html = (
        "<div>" * depth + '<p>deepest <a href="/x">link</a></p><img src="/a.jpg">' + "</div>" * depth + "<p>after</p>"
    )
    clean = cleaned(html)
    assert clean.text == "deepest link\nafter"
    assert len(clean.images) == 1
    assert faults(clean) == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>",
        "<style>",
        "<!--",
        "<textarea>",
        "<title>",
        "<noembed>",
        '<iframe src="https://e.org/x" />',
        "<iframe src=x>",
        "<plaintext>",
        "<xmp>",
        "<template>",
        "<![CDATA[",
        "<select><option>",
    ],
)
def test_an_unclosed_element_does_not_swallow_the_article(html: str) -> None:
    assert "正文" in cleaned(f"<p>前</p>{html}</p><p>正文</p>").text or html == "<select><option>"


@pytest.mark.parametrize(
    "html",
    [
        "<p>词</p>" * 800_000 + "after",
        "<b>" * 700_000 + "after",
        "<!--" * 700_000 + "after",
        "<a \"'>" * 300_000 + "after",
        "<div>" * 50_000 + "</b>" * 50_000 + "after",
        '<img src="data:image/png;base64,' + "A" * 10_000_000 + '"><p>after</p>',
        '<img src="https://e.org/a.jpg" alt="' + "b" * 10_000_000 + '"><p>after</p>',
        "<p>" + "words and 中文 " * 700_000 + "</p>after",
        "<" * 3_000_000 + "after",
        "<noscript>" * 30_000 + "after" + " w" * 300,
        "a" + " \n" * 3_000_000 + "after",
    ],
    ids=[
        "many",
        "inline",
        "comments",
        "quotes",
        "closing",
        "data",
        "alt",
        "words",
        "brackets",
        "noscript",
        "spaces",
    ],
)
def test_hostile_pages_end_soon_and_lose_no_words(html: str) -> None:
    clean = cleaned(html)
    assert "after" in clean.text


def test_broken_characters_are_dropped() -> None:
    clean = cleaned("<p>a\ud800\x00b&#0;&#x1;&#xD800;c</p>")
    assert clean.html.encode("utf-8")
    assert clean.text.startswith("ab")
    assert clean.text.endswith("c")


def test_page_looking_like_a_file_name_or_xml_gives_no_warning() -> None:
    assert cleaned("https://e.org/a.html").text == "https://e.org/a.html"
    assert cleaned("<?xml version='1.0'?><p>x</p>").text == "x"


def test_cleaning_a_clean_page_changes_nothing() -> None:
    for path in sorted(PAGES.glob("*.html")):
        clean = clean_capture(capture(path.read_text("utf-8"), title="旧码头"))
        again = clean_capture(capture(with_images(clean), title="旧码头"))
        assert (again.html, again.text, len(again.images)) == (clean.html, clean.text, len(clean.images)), path.name
        assert faults(clean) == [], path.name


@pytest.mark.parametrize("unseen", ["\u3000", "\u2008", "\u202e", "\u200b", "\u2066", "\u061c", "\ufeff", "\xad"])
def test_what_nobody_sees_in_an_address_is_spelt_out(unseen: str) -> None:
    page = clean_capture(capture(f'<p><a href="https://e.org/a&#{ord(unseen)};b">灯塔</a></p>'))
    href = page.html.partition('href="')[2].partition('"')[0]
    assert href.isascii()
    assert unquote(href) == f"https://e.org/a{unseen}b"
