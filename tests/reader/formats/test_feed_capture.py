"""The feed capture in its four layouts, and every trap that real ones hold."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article import Origin, ParsedCapture
from reader.errors import CaptureError, UnknownFormatError
from reader.formats.dates import moment
from reader.formats.default import read_captures
from reader.identity.addresses import canonical_url
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.support.captures import feed
from tests.support.real import SAMPLE, SEEDS, needs_captures

FRONT_MATTER = """---
layout: post
title: "山里的茶园"
date: 2021-05-23T01:22:36.000Z
author: 木子
from: https://tea.example/1
tags: [ 茶与山, 南坡 ]
comments: True
categories: [ 茶与山 ]
---
"""


def read(data: bytes | str, name: str = "1.txt", parents: tuple[str, ...] = ()) -> ParsedCapture:
    (capture,) = read_captures(source(data, name, parents))
    return capture


def source(data: bytes | str, name: str = "1.txt", parents: tuple[str, ...] = ()) -> SavedFile:
    raw = data.encode() if isinstance(data, str) else data
    return SavedFile.of_bytes(Origin("/x/" + name), name, raw, parents)


def test_layout_a_is_read() -> None:
    capture = read(feed("河边的旧书市", "https://news.example/a/1", "<p>正文</p>", 1_689_156_904_000))
    moment = datetime(2023, 7, 12, 10, 15, 4, tzinfo=UTC)
    assert (capture.title, capture.url) == ("河边的旧书市", "https://news.example/a/1")
    assert (capture.published, capture.captured) == (moment, moment)
    assert capture.html == "<p>正文</p>\n"


def test_layout_b_takes_its_date_from_the_line_below_the_rule() -> None:
    head = "[灯笼巷](https://lantern.example/12)\n------\n日期：Thu, 25 Jun 2020 05:44:02 +0800\n\n<p>正文</p>"
    capture = read(head)
    assert (capture.title, capture.url) == ("灯笼巷", "https://lantern.example/12")
    assert capture.published == datetime(2020, 6, 24, 21, 44, 2, tzinfo=UTC)
    assert capture.captured is None
    assert capture.html == "<p>正文</p>"


def test_layout_c_knows_author_tags_and_source_and_believes_the_epoch() -> None:
    head = (
        f"{FRONT_MATTER}\n<!--1621732956123-->\n[山里的茶园](https://tea.example/1)\n------\n\n<div>\n<p>正文</p></div>"
    )
    capture = read(head)
    assert (capture.author, capture.tags, capture.source) == ("木子", ("茶与山", "南坡"), "茶与山")
    assert capture.published == datetime(2021, 5, 23, 1, 22, 36, 123000, tzinfo=UTC)
    assert capture.html.startswith("<div>")


def test_layout_d_has_everything_in_its_front_matter() -> None:
    capture = read(f"{FRONT_MATTER}\n<section>\n <p>\n  正文\n </p>\n</section>\n")
    assert (capture.title, capture.url) == ("山里的茶园", "https://tea.example/1")
    assert capture.published == datetime(2021, 5, 23, 1, 22, 36, tzinfo=UTC)
    assert capture.captured is None
    assert capture.html.startswith("<section>")


@pytest.mark.parametrize(
    "title",
    ["[独家] 河边", "河边[图]", "河边(上)", "A | B", "他说“好”", "#话题# 河边", "a](b", "《书》](上)", 'it\'s "so"'],
)
def test_titles_are_not_escaped(title: str) -> None:
    capture = read(feed(title, "https://news.example/1"))
    assert (capture.title, capture.url) == (title, "https://news.example/1")


def test_an_address_may_hold_brackets() -> None:
    assert read(feed("河", "https://wiki.example/River_(China)")).url == "https://wiki.example/River_(China)"
    assert read(feed("河", "https://news.example/a(1)b")).url == "https://news.example/a(1)b"


@pytest.mark.parametrize("epoch", ["NaN", "0", "-5", "99999999999999999999"])
def test_an_epoch_that_is_no_time_leaves_the_date_unknown(epoch: str) -> None:
    capture = read(feed(epoch=epoch))
    assert (capture.published, capture.captured) == (None, None)
    assert capture.title == "河边的旧书市"


def test_without_an_epoch_the_front_matter_gives_the_date() -> None:
    capture = read(f"{FRONT_MATTER}\n<!--NaN-->\n[山里的茶园](https://tea.example/1)\n------\n\n<p>甲</p>")
    assert capture.published == datetime(2021, 5, 23, 1, 22, 36, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("", None),
        ("sometime", None),
        ("2021-05-23", datetime(2021, 5, 23, tzinfo=UTC)),
        ("2014-05-21T07:43:05+02:00", datetime(2014, 5, 21, 5, 43, 5, tzinfo=UTC)),
        ("2021-05-23 08:00:00", datetime(2021, 5, 23, 8, tzinfo=UTC)),
        ("2021-05-23 08:00:00 +0800", datetime(2021, 5, 23, tzinfo=UTC)),
        ("2021/5/3", datetime(2021, 5, 3, tzinfo=UTC)),
        ("2021年5月3日 9:30", datetime(2021, 5, 3, 9, 30, tzinfo=UTC)),
        ("2021/13/03", None),
        ("Sun, 23 May 2021 08:00:00 GMT", datetime(2021, 5, 23, 8, tzinfo=UTC)),
        ("'2021-05-23T08:00:00Z'", datetime(2021, 5, 23, 8, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_the_front_matters_date_can_be_anything(written: str, moment: datetime | None) -> None:
    assert read(FRONT_MATTER.replace("2021-05-23T01:22:36.000Z", written) + "\n<p>甲</p>").published == moment


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ('"他说"好"了"', '他说"好"了'),
        ('"一: 二"', "一: 二"),
        ("一: 二 # 三", "一: 二 # 三"),
        ("'it''s'", "it's"),
        ('"say \\"so\\""', 'say "so"'),
        ("[方括号] 开头", "[方括号] 开头"),
    ],
)
def test_a_title_that_is_no_yaml_is_read_as_it_stands(written: str, title: str) -> None:
    assert read(FRONT_MATTER.replace('"山里的茶园"', written) + "\n<p>甲</p>").title == title


def test_tags_may_be_a_yaml_list() -> None:
    listed = FRONT_MATTER.replace("tags: [ 茶与山, 南坡 ]", "tags:\n  - 甲\n  - 乙")
    assert read(f"{listed}\n<p>甲</p>").tags == ("甲", "乙", "茶与山")


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("gb18030"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: ("\n\n" + text).encode(),
    ],
)
def test_however_it_was_written_it_reads_the_same(encode) -> None:
    text = feed(body="<p>摊主说，来的人比去年多，书也比去年便宜。</p>").decode()
    capture = read(encode(text))
    assert capture.title == "河边的旧书市"
    assert capture.html == "<p>摊主说，来的人比去年多，书也比去年便宜。</p>\n"
    assert capture.original == encode(text)


def test_traditional_text_in_big5_is_read() -> None:
    text = feed("寫給冬天的信", body="<p>親愛的朋友，這是第七個夜晚，山下的消息傳到這裡總要慢上幾天。</p>").decode()
    assert read(text.encode("big5")).title == "寫給冬天的信"


def test_a_few_damaged_bytes_cost_only_themselves() -> None:
    data = feed(body="<p>" + "摊主说来的人比去年多。" * 20 + "</p>")
    damaged = data[:-30] + b"\xff\xfe" + data[-30:]
    capture = read(damaged)
    assert capture.title == "河边的旧书市"
    assert "\ufffd" in capture.html


def test_nul_and_surrogates_never_get_further() -> None:
    capture = read(feed(title="a\x00b", body="<p>甲\x00乙</p>"))
    assert capture.title == "ab"
    assert "\x00" not in capture.html


def test_a_capture_cut_in_its_body_keeps_what_is_there() -> None:
    whole = feed(body="<p>第一段。</p><p>第二段。</p>")
    assert "第一段" in read(whole[: whole.rindex("二".encode()) + 1]).html


@pytest.mark.parametrize("cut", range(5, 68))
def test_a_capture_cut_in_its_head_says_so(cut: int) -> None:
    with pytest.raises(CaptureError, match="breaks off"):
        read(feed()[:cut])


def test_a_capture_whose_head_is_whole_is_read_whatever_is_cut_after_it() -> None:
    for cut in range(68, 77):
        capture = read(feed()[:cut])
        assert (capture.title, capture.url, capture.html) == ("河边的旧书市", "https://news.example/a/1", "")


def test_front_matter_that_never_ends_says_so() -> None:
    with pytest.raises(CaptureError, match="breaks off"):
        read(FRONT_MATTER[:-5])


def test_a_capture_may_lack_title_address_and_body() -> None:
    capture = read("<!--1689156904000-->\n[]()\n------\n", "12_河边.md")
    assert (capture.title, capture.url, capture.html) == ("河边", None, "")
    assert read("<!--1689156904000-->\n------\n\n<p>甲</p>").html == "<p>甲</p>"
    assert read("<!--1689156904000-->\n<p>甲</p>").html == "<p>甲</p>"


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02" * 99,
        b"hello",
        b"<html><p>x</p></html>",
        b"<!--1 column layout--><html></html>",
        b"---\nname: x\n---\n",
        b"---\nlayout: post\ntitle: x\ndate: 2020-01-01\n---\n\nSome *Markdown* text.\n",
        b"# Notes\n\n- [a](b)\n",
        b"[section]\n-------\nkey=1\n",
    ],
)
def test_other_files_are_not_ours(data: bytes) -> None:
    with pytest.raises(UnknownFormatError):
        read(data)


def test_the_name_of_a_file_decides_nothing() -> None:
    assert read(feed(), name="photo.jpg").title == "河边的旧书市"


@pytest.mark.parametrize(
    ("name", "parents", "expected"),
    [
        ("9_河边的旧书市.md", ("drop", "articles", "河湾晚报"), "河湾晚报"),
        ("9.md", ("drop", "articles", "河湾晚报", "2023"), "河湾晚报"),
        ("9_河边的旧书市.md", ("河湾晚报",), "河湾晚报"),
        ("000_c7d2d79357f615e0.txt", ("seeds",), None),
        ("9.md", ("downloads",), None),
        ("9.md", ("articles",), None),
        ("9.md", ("x", "articles", "old", "articles", "河湾晚报"), "河湾晚报"),
        ("9.md", ("articles", "2023-07"), None),
        ("9_河边的旧书市.md", ("downloads",), None),
        ("9_河边的旧书市.md", (), None),
    ],
)
def test_the_folder_is_the_source_where_the_archive_is_sorted_by_source(
    name: str, parents: tuple[str, ...], expected: str | None
) -> None:
    assert read(feed(), name, parents).source == expected


def test_a_file_of_fifty_megabytes_is_read() -> None:
    capture = read(feed(body="<p>" + "书" * 17_000_000 + "</p>"))
    assert len(capture.html) > 17_000_000


def test_a_folder_is_the_source_even_where_the_epoch_is_no_number() -> None:
    assert read(feed(epoch="NaN"), "9.md", ("articles", "河湾晚报")).source == "河湾晚报"


def test_without_a_title_the_pages_first_heading_is_it() -> None:
    body = "<div><h2><img src='x'></h2><h1 class='a'>河边&amp;<em>书市</em>\n 开张</h1><h2>二</h2></div>"
    assert read(feed("", body=body), "12_别的.md").title == "河边&书市 开张"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("399_河边书市.md", "河边书市"),
        ("2021-05-23-河边书市.md", "河边书市"),
        ("12.txt", "12"),
        ("旧.书市", "旧"),
        ("x", "x"),
    ],
)
def test_without_any_title_the_name_of_the_file_is_it(name: str, title: str) -> None:
    assert read(feed(""), name).title == title


def test_entities_in_titles_are_read_but_nothing_that_only_looks_like_one() -> None:
    assert read(feed("甲 &amp; 乙 &#8220;丙&#8221;")).title == "甲 & 乙 “丙”"
    assert read(feed("R&D &copy &section=1")).title == "R&D &copy &section=1"


def test_control_characters_never_get_into_the_title() -> None:
    assert read(feed("河\x08边\x1b[0m&#8;书市")).title is not None
    assert not any(ord(character) < 32 for character in read(feed("河\x08边\x1b书&#7;市")).title or "")


def test_a_rule_of_the_article_is_not_taken_for_that_of_the_head() -> None:
    capture = read(
        "<!--1689156904000-->\n[河边](https://news.example/1)\n<p>甲 [乙](https://b.example)</p>\n------\n<p>丙</p>"
    )
    assert (capture.title, capture.url) == ("河边", "https://news.example/1")
    assert "甲" in capture.html


def test_a_title_of_several_lines_is_put_on_one() -> None:
    capture = read("<!--1689156904000-->\n[河边\n的书市](https://news.example/1)\n------\n\n<p>甲</p>")
    assert (capture.title, capture.url, capture.html) == ("河边 的书市", "https://news.example/1", "<p>甲</p>")


def test_layout_c_that_breaks_off_in_its_link_says_so() -> None:
    with pytest.raises(CaptureError, match="breaks off"):
        read(FRONT_MATTER + "<!--1621732956123-->\n[山里的茶园](https://tea.exa")
    with pytest.raises(CaptureError, match="breaks off"):
        read(FRONT_MATTER + "<!--16217329")


def test_a_front_matter_may_hold_lists_and_values_of_several_lines() -> None:
    head = (
        "---\ntitle: >-\n  山里的\n  茶园\nauthor: [木子, '林, 山']\nfrom: https://tea.example/1\n"
        'tags: ["茶, 山", 南坡]\ncategories:\n- 茶\ndate:\n---\n<p>甲</p>'
    )
    capture = read(head)
    assert (capture.title, capture.author) == ("山里的 茶园", "木子, 林, 山")
    assert (capture.tags, capture.source) == (("茶, 山", "南坡", "茶"), "茶, 山")
    assert (capture.published, capture.html) == (None, "<p>甲</p>")


def test_layout_d_may_lack_its_address() -> None:
    capture = read(FRONT_MATTER.replace("https://tea.example/1", "") + "<p>甲</p>")
    assert (capture.title, capture.url) == ("山里的茶园", None)
    assert read("---\nlayout: post\ntitle: 茶\n---\n\n<p>甲</p>").title == "茶"


@pytest.mark.parametrize(
    "body",
    [
        "[First source](https://example.org/one)\n\nBy Ann Shore\n\n---\n\n## The first part\n\nThe pilot waits.\n",
        "[First source](https://example.org/one)\n\n---\n\nThe pilot waits.\n",
        "[One](https://example.org/one) (kept: [two](https://example.org/two))\n\nThe pilot waits.\n",
        "[![Pier](/pier.jpg)](https://example.org/one)\nThe pilot waits.\n",
        "[One][1] waits.\n\n[1]: https://example.org/one\n",
        "[TOC]\n\nThe pilot waits.\n",
        "[The pilot](https://example.org/one)",
        '<img src="/pier.jpg">\n\n## The pier\n\nThe **pilot** waits.\n',
        "<!-- more -->\n\n- one\n- two\n",
        "<p align=center>Pier</p>\n\n[The pilot](https://example.org/one) waits.\n",
        "The pilot waits.\n",
        "",
    ],
    ids=lambda body: body[:24],
)
def test_a_post_of_a_blog_is_no_capture_and_says_what_it_is(body: str) -> None:
    front = "---\nlayout: post\ntitle: The pilot and the tide\ndate: 2020-04-15\ntags: Harbour\n---\n\n"
    with pytest.raises(UnknownFormatError, match="Markdown note"):
        read(front + body)


def test_front_matter_without_an_address_is_a_capture_by_what_stands_below_it() -> None:
    front = "---\nlayout: post\ntitle: 茶\n---\n\n"
    for below in (
        "<!--1621732956123-->\n[山里的茶园](https://tea.example/1)\n------\n\n",
        "[山里的茶园](https://tea.example/1)\n------\n\n",
    ):
        capture = read(front + below + "<p>甲</p>")
        assert (capture.title, capture.url, capture.html) == ("山里的茶园", "https://tea.example/1", "<p>甲</p>")
    with pytest.raises(CaptureError, match="breaks off"):
        read(front + "<!--16217329")


def test_a_link_in_the_first_line_of_an_article_is_not_its_title() -> None:
    capture = read(FRONT_MATTER + "[图](https://tea.example/a.jpg)\n<p>甲</p>")
    assert (capture.title, capture.url) == ("山里的茶园", "https://tea.example/1")
    assert capture.html == "[图](https://tea.example/a.jpg)\n<p>甲</p>"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("The pilot&amp;#039;s log &amp;quot;March&amp;quot;", 'The pilot\'s log "March"'),
        ("Bread &amp;amp; butter", "Bread & butter"),
        ("It&amp;#8217;s &amp;hellip;", "It’s …"),
        ("Bread &amp; butter", "Bread & butter"),
        ("What &amp;nbsp; and &amp;lt;p&amp;gt; mean", "What &nbsp; and &lt;p&gt; mean"),
        ("A &lt; B", "A < B"),
        ("AT&amp;T; a&section=1", "AT&T; a&section=1"),
    ],
)
def test_a_title_that_was_escaped_twice_is_plain(written: str, title: str) -> None:
    assert read(feed(written, "https://news.example/1")).title == title


def test_only_what_may_lie_beside_a_capture_is_looked_for_there() -> None:
    asked: list[str] = []

    def beside(name: str) -> bytes | None:
        asked.append(name)
        return b"picture" if name == "a b.png" else None

    file = SavedFile.of_bytes(Origin("/x/1.txt"), "1.txt", feed(), beside=beside)
    (capture,) = read_captures(file)
    assert capture.asset("a%20b.png") == b"picture"
    assert capture.asset("b.png") is None
    assert asked == ["a%20b.png", "a b.png", "b.png"]
    for address in ("https://e.org/a.png", "http://e.org/a.png", "//e.org/a.png", "data:image/png;base64,AAAA"):
        assert capture.asset(address) is None
    assert len(asked) == 3


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_a_sentence(data: bytes) -> None:
    for begin in (b"", b"<!--1689156904000-->\n[", b"---\nlayout: post\ntitle: x\nfrom: ", feed()):
        with contextlib.suppress(CaptureError):
            capture = read(begin + data)
            f"{capture.title}{capture.url}{capture.author}{capture.html}".encode()


@given(st.text(alphabet="日期：0123456789-/:. TZ+年月Mon,Jun ", max_size=30))
def test_any_date_is_read_or_unknown(text: str) -> None:
    found = moment(text)
    assert found is None or found.tzinfo is UTC


@needs_captures
def test_every_real_capture_of_the_samples_has_its_facts() -> None:
    files = list(walk_sources([SEEDS, SAMPLE]))
    captures = [capture for file in files if isinstance(file, SavedFile) for capture in read_captures(file)]
    assert len(captures) == len(files) == 286
    for capture in captures:
        assert capture.title
        assert capture.published
        assert canonical_url(capture.url or "")
        assert capture.html
    assert sum(capture.source is None for capture in captures) == 62
