from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.settings import PageFont
from ui.page.fonts import Script, page_families, script_of
from ui.page.matches import PageText, within
from ui.page.typography import (
    ZERO_WIDTH_SPACE,
    Setting,
    breakable,
    collapse,
    glue,
    pieces,
    reading_minutes,
)

PUNCTUATED = st.text(st.sampled_from("港口abc 。，「」『』（）“”’…—😀\n"), max_size=40)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("渔船在清晨返航，岸边的人说这个夏天的鱼很少。", Script.SC),
        ("漁船在清晨返航，岸邊的人說這個夏天的魚很少。", Script.TC),
        ("漁船返嚟喇，岸邊啲人話呢個夏天啲魚好少㗎咋，佢哋都唔知點算。", Script.HK),
        ("漁船は朝に帰ってきた。岸の人たちは魚が少ないと言った。", Script.JP),
        ("어선은 아침에 돌아왔다.", Script.KR),
        ("The boats came home at dawn, said Mrs. Chen (陈阿姨) of the quay.", Script.LATIN),
        ("", Script.LATIN),
    ],
)
def test_the_script_is_told_by_the_characters(text: str, script: Script) -> None:
    assert script_of(text) is script


def test_a_chinese_page_takes_its_own_family_first_and_others_to_fall_back_on() -> None:
    installed = {"Noto Sans CJK TC", "Noto Sans CJK SC", "DejaVu Sans"}
    assert page_families(Script.TC, PageFont.SANS, installed) == [
        "Noto Sans CJK TC",
        "DejaVu Sans",
        "Noto Sans CJK SC",
    ]
    assert page_families(Script.LATIN, PageFont.SANS, installed)[0] == "DejaVu Sans"


def test_a_missing_serif_falls_back_to_the_sans_of_the_same_script() -> None:
    assert page_families(Script.SC, PageFont.SERIF, {"PingFang SC"}) == ["PingFang SC"]


def test_no_family_is_named_that_is_not_installed() -> None:
    assert page_families(Script.JP, PageFont.SANS, set()) == []


@given(PUNCTUATED, st.sampled_from(Script))
def test_pieces_join_to_the_same_text(text: str, script: Script) -> None:
    assert "".join(piece.text for piece in pieces(text, script)) == text


def test_punctuation_side_by_side_is_squeezed() -> None:
    made = [(piece.text, piece.setting) for piece in pieces("他说：「早。」她笑", Script.SC)]
    assert made == [
        ("他说", Setting.PLAIN),
        ("：", Setting.HALF),
        ("「早", Setting.PLAIN),
        ("。", Setting.HALF),
        ("」她笑", Setting.PLAIN),
    ]


def test_centred_stops_of_traditional_fonts_are_squeezed_less() -> None:
    assert [piece.setting for piece in pieces("早。」", Script.TC)] == [
        Setting.PLAIN,
        Setting.QUARTER,
        Setting.PLAIN,
    ]


@pytest.mark.parametrize("text", ["it’s", "“A harbour”", "said “yes”."])
def test_quotes_of_latin_words_in_a_chinese_page_are_latin(text: str) -> None:
    settings = {piece.text: piece.setting for piece in pieces(text, Script.SC)}
    assert all(settings.get(quote, Setting.LATIN) is Setting.LATIN for quote in "“”’")
    assert Setting.LATIN in settings.values()


def test_quotes_of_chinese_words_stay_wide() -> None:
    assert all(piece.setting is Setting.PLAIN for piece in pieces("而“老字号”的", Script.SC))


def test_white_space_is_folded_but_for_the_space_at_full_width_punctuation() -> None:
    assert collapse("one \n two\t and\n more") == "one two and more"
    assert collapse("为， 他（ Deep Web ）说") == "为，他（Deep Web）说"
    assert collapse("one, two (three) four") == "one, two (three) four"


@given(PUNCTUATED)
def test_glue_keeps_the_length(text: str) -> None:
    assert len(glue(text)) == len(text)


def test_a_lone_dot_does_not_begin_a_line() -> None:
    assert glue("圍爐 ・ CUHK") == "圍爐\u00a0・ CUHK"


def test_long_words_become_breakable() -> None:
    assert breakable("abcdefgh 港口", 3).split(ZERO_WIDTH_SPACE) == ["abc", "def", "gh 港口"]


def test_reading_time_counts_ideographs_and_words() -> None:
    assert reading_minutes("") == 1
    assert reading_minutes("港" * 4500) == 10
    assert reading_minutes("word " * 2300) == 10


@given(st.lists(st.sampled_from(["港口", "a", "😀", "\n", ZERO_WIDTH_SPACE, "𠮷"]), max_size=30))
def test_matches_come_back_as_positions_of_the_document(parts: list[str]) -> None:
    plain = "".join(parts)
    units = plain.encode("utf-16-le")
    text = PageText(plain)
    for first, last in text.find(lambda text: [(at, at + 1) for at, each in enumerate(text) if each in "港a😀𠮷"]):
        found = units[first * 2 : last * 2].decode("utf-16-le").replace(ZERO_WIDTH_SPACE, "")
        assert found in ("港", "a", "😀", "𠮷")


def test_a_match_neither_crosses_a_block_nor_touches_what_is_hidden() -> None:
    text = PageText("港口\n清晨\n港口", hidden=[(3, 5)])
    assert text.find(lambda _text: [(1, 4), (3, 5), (6, 8), (7, 7)]) == [(6, 8)]


def test_only_ranges_in_view_are_painted() -> None:
    ranges = [(0, 2), (5, 9), (20, 22), (40, 44)]
    assert list(within(ranges, 7, 21)) == [(5, 9), (20, 22)]
