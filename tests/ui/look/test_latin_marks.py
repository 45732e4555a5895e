from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF
from PySide6.QtWidgets import QLabel, QLineEdit

from ui.look.latin_marks import latin_marks, narrowed, suit, suited
from ui.views.row_text import RowText

pytestmark = pytest.mark.usefixtures("qapp")

_FAMILY = "Noto Sans CJK SC"
_PWID = QFont.Tag("pwid")


@pytest.fixture
def font() -> QFont:
    if _FAMILY not in QFontDatabase.families():
        pytest.skip(f"{_FAMILY} is not installed")
    made = QFont()
    made.setFamilies([_FAMILY])
    made.setPixelSize(16)
    return made


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("What’s new", "’"),
        ("“What’s new,” she said…", "“’”…"),
        ("他说“灯塔亮了”，然后走了…", ""),
        ("她读了 “What’s new” 之后", "“’”"),
        ("港口“ab”港口", ""),
        ("港口 (“ab”)，‘cd’ 港", "“”"),
        ("…err on the side of what’s awesome. 他鼓励创作者…", "…’"),
        ("Nothing for “港口”", ""),
        ("The boats… 港口", "…"),
    ],
)
def test_the_marks_of_latin_words_are_told_from_those_of_chinese(text: str, marks: str) -> None:
    assert "".join(text[at] for at in latin_marks(text)) == marks


_MIXED = st.text(st.sampled_from("ab ’“”‘…，。港口(),.1"), max_size=30)


@given(_MIXED)
def test_only_marks_are_listed_and_a_pair_has_one_width(text: str) -> None:
    marks = latin_marks(text)
    assert all(text[at] in "‘’“”…" for at in marks)
    assert marks == sorted(set(marks))
    opening = None
    for at, character in enumerate(text):
        if character == "“":
            opening = at
        elif character == "”" and opening is not None:
            assert (opening in marks) == (at in marks)
            opening = None


def test_quotes_are_narrow_and_ellipses_on_the_line(font: QFont) -> None:
    wide, narrow = QFontMetricsF(font), QFontMetricsF(narrowed(font))
    for mark in "‘’“”":
        assert narrow.horizontalAdvance(mark) < wide.horizontalAdvance(mark) / 1.5
    assert narrow.tightBoundingRect("…").center().y() > wide.tightBoundingRect("…").center().y() + 2


@pytest.mark.parametrize(
    ("text", "is_narrow"),
    [
        ("What’s new", True),
        ("A title without any", False),
        ("“守灯塔的人”", False),
        ("The page of “守灯塔的人，二” isn’t whole", False),
        ("港口 What’s", True),
        ("コーヒー What’s", False),
    ],
)
def test_a_whole_text_is_narrow_if_nothing_in_it_suffers(font: QFont, text: str, is_narrow: bool) -> None:
    assert suited(font, text).isFeatureSet(_PWID) is is_narrow


def test_a_label_and_a_field_wear_what_their_words_want(qtbot, font: QFont) -> None:
    for made in (QLabel(), QLineEdit()):
        qtbot.addWidget(made)
        made.setFont(font)
        for text, is_narrow in (("What’s", True), ("他说“灯塔，亮”", False), ("What’s", True)):
            made.setText(text)
            suit(made)
            assert made.font().isFeatureSet(_PWID) is is_narrow


@pytest.mark.parametrize("marks", [(), ((3, 9),)])
def test_a_mixed_row_gives_each_quote_the_width_of_its_words(font: QFont, marks: tuple[tuple[int, int], ...]) -> None:
    text = "港口 What’s 他说“好”"
    row = RowText(text, marks, font, 1000, 1, 20)
    line = row.layout.lineAt(0)

    def advance(at: int) -> float:
        return float(line.cursorToX(at + 1)[0] - line.cursorToX(at)[0])

    assert advance(text.index("’")) < 8
    assert advance(text.index("“")) > 14
    assert advance(text.index("”")) > 14
    piece = row.layout.formats()[-1]
    assert (piece.format.fontWeight() == QFont.Weight.Bold) is bool(marks)
