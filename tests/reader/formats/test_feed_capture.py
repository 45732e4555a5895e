"""The feed capture in its four layouts, and every trap that real ones hold."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reader.article import Origin, ParsedCapture
from reader.errors import CaptureError, UnknownFormatError
from reader.formats import read_captures
from reader.formats.base import SourceFile
from tests.captures import feed

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


def source(data: bytes | str, name: str = "1.txt", parents: tuple[str, ...] = ()) -> SourceFile:
    raw = data.encode() if isinstance(data, str) else data
    return SourceFile(origin=Origin("/x/" + name), name=name, data=raw, parents=parents, beside=lambda _: None)


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


@pytest.mark.parametrize("cut", [6, 12, 17, 25, 32])
def test_a_capture_cut_in_its_head_says_so(cut: int) -> None:
    with pytest.raises(CaptureError, match="breaks off"):
        read(feed()[:cut])


def test_front_matter_that_never_ends_says_so() -> None:
    with pytest.raises(CaptureError, match="breaks off"):
        read(FRONT_MATTER[:-5])


def test_a_capture_may_lack_title_address_and_body() -> None:
    capture = read("<!--1689156904000-->\n[]()\n------\n")
    assert (capture.title, capture.url, capture.html) == (None, None, "")
    assert read("<!--1689156904000-->\n------\n\n<p>甲</p>").html == "<p>甲</p>"
    assert read("<!--1689156904000-->\n<p>甲</p>").html == "<p>甲</p>"


@pytest.mark.parametrize(
    "data",
    [b"\x00\x01\x02" * 99, b"hello", b"<html><p>x</p></html>", b"---\nname: x\n---\n", b"# Notes\n\n- [a](b)\n"],
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
