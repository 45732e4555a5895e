from __future__ import annotations

import importlib.util
import unicodedata
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article import Snippet
from reader.index import find_matches, fold, make_snippet, needles
from reader.index.text.analysis import Needle, make_needle
from reader.index.text.folding import fold_with_offsets
from reader.query import Query
from tests.reader.index.brute_force import letter, line_has

TOOL = Path(__file__).resolve().parents[4] / "tools" / "make_folding_table.py"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("習近平說臺灣", "习近平说台湾"),
        ("ＧＰＴ４％", "gpt4%"),
        ("Été STRASSE Straße İ", "ete strasse strasse i"),
        ("e\u0301a\u0308", "ea"),
        ("‘它’“是”", "'它'\"是\""),
        ("がぎパ한글", "がぎパ한글"),
        ("ｱｶﾞ", "アカ\u3099"),
        ("a\tb\u3000c\xa0d\re", "a b c d e"),
        ("line\nline", "line\nline"),
        ("½ ﬁ …", "1⁄2 fi ..."),
        ("´ ﷺ", "´ ﷺ"),
        ("——《》、。", "——《》、。"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_folding_any_character_twice_is_folding_it_once() -> None:
    everything = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    assert fold(fold(everything)) == fold(everything)


@given(st.text(min_size=1) | st.text(alphabet="aé…中國\0\n𝔸𠮷😀\ud83d\ude00", min_size=1))
def test_a_long_text_is_folded_as_its_characters_are(text: str) -> None:
    long = text * (1 + 400 // len(text))
    assert fold(long) == "".join(map(fold, long))


def test_every_character_is_folded_in_a_long_text_as_it_is_alone() -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    for start in range(0, len(characters), 4096):
        chunk = characters[start : start + 4096]
        assert fold("".join(chunk)) == "".join(map(fold, chunk))
    assert all(fold(char * 300) == fold(char) * 300 for char in characters[::0x61])


@given(st.text(), st.text())
def test_folding_is_free_of_context(first: str, second: str) -> None:
    assert fold(first + second) == fold(first) + fold(second)


@given(st.text(alphabet="aéE\u0301½ﬁ中國ß\n 𝔸"))
def test_offsets_say_where_each_folded_character_came_from(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded) + 1
    assert offsets[-1] == len(text)
    assert all(char in fold(text[at]) for char, at in zip(folded, offsets, strict=False))


def test_the_table_is_what_the_tool_writes() -> None:
    if importlib.util.find_spec("opencc") is None:
        pytest.skip("opencc-python-reimplemented is not installed")
    if unicodedata.unidata_version != "14.0.0":
        pytest.skip("this Python knows another Unicode than the table was made with")
    spec = importlib.util.spec_from_file_location("make_folding_table", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert zlib.decompress(tool.TARGET.read_bytes()) == zlib.decompress(tool.packed(tool.folding_table()))


@given(
    st.text(alphabet="ab3 中后が한-é\nЖ", max_size=30),
    st.text(alphabet="ab3中后が한-éЖ ", min_size=1, max_size=4),
)
def test_matches_are_those_of_a_scan(text: str, wanted: str) -> None:
    needle = make_needle(wanted)
    if needle is None:
        return
    matches = find_matches(text, [needle])
    assert bool(matches) == any(line_has(fold(line), needle.folded, open_end=False) for line in text.split("\n"))
    for start, end in matches:
        assert "\n" not in text[start:end]


def test_matches_are_offsets_into_the_text_as_written() -> None:
    text = "ﬁn: Ee\u0301! 臺灣（台灣）"
    marked = [text[start:end] for start, end in find_matches(text, needles(Query(text="fin ee 台湾")))]
    assert marked == ["ﬁn", "Ee\u0301", "臺灣", "台灣"]


def test_overlapping_matches_are_joined() -> None:
    assert find_matches("中国人民", needles(Query(text="中国人 国人民"))) == [(0, 4)]


def test_words_match_whole_and_chinese_anywhere() -> None:
    assert find_matches("GPT4 chatgpt GPT后", needles(Query(text="gpt"))) == [(13, 16)]
    assert find_matches("大北约人", needles(Query(text="北约"))) == [(1, 3)]


def test_needles_are_the_words_that_must_be_there() -> None:
    query = Query(text='Foo -bar title:北約 ("x y" OR NOT z) source:rfi after:2023 foo')
    assert needles(query) == (
        Needle("foo", True, True),
        Needle("北约", False, False),
        Needle("x y", True, True),
    )


def test_a_snippet_begins_a_little_before_the_first_match() -> None:
    text = "一" * 300 + "北約" + "二" * 300
    snippet = make_snippet(text, needles(Query(text="北约")), width=50)
    assert snippet == Snippet("…" + "一" * 10 + "北約" + "二" * 38 + "…", ((11, 13),))


def test_a_snippet_without_words_is_the_beginning_on_one_line() -> None:
    assert make_snippet("一\n二三四", (), width=3) == Snippet("一 二…")


def test_a_snippet_does_not_begin_inside_a_word_nor_before_its_paragraph() -> None:
    wanted = needles(Query(text="target"))
    assert make_snippet("some wonderful target", wanted, width=50).text == "…wonderful target"
    assert make_snippet("x" * 80 + "\nthe target", wanted, width=50) == Snippet("…the target", ((5, 11),))


@given(st.text(alphabet="ab 中\n", max_size=200), st.integers(1, 50))
def test_marks_of_a_snippet_lie_on_matches(text: str, width: int) -> None:
    snippet = make_snippet(text, needles(Query(text="ab 中")), width)
    assert len(snippet.text) <= width + 2
    for start, end in snippet.marks:
        assert snippet.text[start:end] in ("ab"[: end - start], "中")


@given(
    st.text(alphabet="ab é\u0301ﬁ臺 \n中", max_size=120),
    st.sampled_from(("ab", "a b", "台", "fi", "e 中", '"a b"', "b*")),
    st.integers(1, 50),
)
def test_a_snippet_shows_a_match_wherever_the_text_has_one(text: str, wanted: str, width: int) -> None:
    looked_for = needles(Query(text=wanted))
    snippet = make_snippet(text, looked_for, width)
    assert bool(snippet.marks) == bool(find_matches(text, looked_for))
    assert snippet.text.strip("…") in text.replace("\n", " ")


@given(st.characters())
def test_the_oracle_and_the_index_agree_on_letters(char: str) -> None:
    needle = make_needle(char)
    if needle is not None:
        assert needle.start_of_word == letter(needle.folded[0])
