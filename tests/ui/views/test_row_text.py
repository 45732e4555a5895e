import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFont

from ui.views.row_text import RowText, around_first_mark, utf16_length


@pytest.fixture
def font(qapp):
    return QFont(qapp.font())


def test_a_long_text_is_cut_with_an_ellipsis_into_its_lines(font):
    text = RowText("一个很长的标题" * 20, (), font, 200, 2, 20)
    assert text.lines == 2
    assert text.height == 40
    assert text.text.endswith("…")
    assert text.layout.lineCount() == 2


def test_a_short_text_is_not_touched_and_line_ends_become_spaces(font):
    text = RowText("短\n标题", (), font, 400, 2, 20)
    assert (text.text, text.lines) == ("短 标题", 1)


def test_one_endless_word_is_broken_too(font):
    assert RowText("x" * 390, (), font, 160, 2, 20).lines == 2


def test_marks_count_characters_and_qt_counts_utf16(font):
    text = RowText("😀😀北约", ((2, 4),), font, 400, 1, 20)
    piece = text.layout.formats()[0]
    assert (piece.start, piece.length) == (4, 2)
    assert piece.format.fontWeight() == QFont.Weight.Bold


@given(st.text(max_size=60))
def test_lengths_are_those_of_utf16(text):
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_a_match_beyond_the_last_line_is_brought_into_view():
    text = "前" * 100 + "北约" + "后" * 20
    kept, marks = around_first_mark(text, ((100, 102), (110, 112)), 60)
    assert kept.startswith("…")
    assert kept[slice(*marks[0])] == "北约"
    assert marks[0][1] < 60


def test_a_match_that_is_in_view_leaves_the_text_alone():
    assert around_first_mark("北约" * 9, ((0, 2),), 60) == ("北约" * 9, ((0, 2),))
    assert around_first_mark("没有", (), 1) == ("没有", ())
