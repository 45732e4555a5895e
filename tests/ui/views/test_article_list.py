from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest

from reader.article import ArticleId, OlderVersion, RevisionId
from tests.ui.models.test_models import hit
from ui.background.thumbnails import Thumbnails
from ui.look.colours import DARK, LIGHT
from ui.models.article_list_model import ArticleListModel
from ui.views.article_list import ArticleList
from ui.words.dates import day

MANY = [ArticleId(number) for number in range(30_000)]


@pytest.fixture
def view(qtbot) -> Iterator[ArticleList]:
    model = ArticleListModel()
    model.rows_wanted.connect(lambda ids: model.put_rows(ids, [hit(id_) for id_ in ids]))
    thumbnails = Thumbnails(lambda _: None, 72, 6)
    made = ArticleList(model, thumbnails, LIGHT)
    model.setParent(made)
    qtbot.addWidget(made)
    made.resize(360, 700)
    made.show()
    made.show_ids(MANY, len(MANY), None, again=False)
    yield made
    thumbnails.close()


@pytest.mark.parametrize("width", [90, 150, 260, 700])
def test_a_narrow_row_cuts_its_source_and_then_its_note(view, width):
    found = replace(hit(1), source="harbour " * 9, version=OlderVersion(RevisionId(9), hit(1).published))
    row = view._row
    words = row.lay_out(found, width).byline
    # Qt cuts to whole pixels.
    assert QFontMetricsF(row._byline).horizontalAdvance(words) <= row._text_width(found, width) + 1
    if width == 700:
        assert words.endswith(f"{day(found.published)} · in the version of {day(found.published)}")


def top_row(view: ArticleList) -> int:
    return view.indexAt(view.viewport().rect().topLeft()).row()


def test_any_row_of_a_long_list_can_be_reached_and_stays_in_view(view, qtbot):
    view.set_current(25_000)
    index = view.model().index(25_000)
    qtbot.waitUntil(lambda: view.viewport().rect().contains(view.visualRect(index)))
    assert view.currentIndex().row() == 25_000


def test_what_comes_in_above_does_not_move_the_rows_in_view(view, qtbot):
    view.reach(20_000)
    qtbot.wait(50)
    before = view.model().id_at(top_row(view))
    newer = [ArticleId(-1), ArticleId(-2)]
    view.show_ids(newer + MANY, len(MANY) + 2, 5, again=True)
    qtbot.wait(100)
    assert view.model().id_at(top_row(view)) == before
    assert view.currentIndex().row() == 5


def test_at_the_very_top_new_rows_are_seen(view, qtbot):
    view.show_ids([ArticleId(-1), *MANY], len(MANY) + 1, None, again=True)
    qtbot.wait(50)
    assert view.model().id_at(top_row(view)) == -1


def test_another_question_begins_at_the_top(view, qtbot):
    view.reach(20_000)
    view.show_ids(MANY[5:], len(MANY) - 5, None, again=False)
    qtbot.wait(50)
    assert top_row(view) == 0


def test_the_focus_alone_chooses_nothing(view, qtbot):
    chosen = []
    view.article_chosen.connect(chosen.append)
    view.setFocus()
    qtbot.wait(20)
    assert chosen == []
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert chosen == [0]
    view.step(1)
    view.step(-5)
    view.choose_current()
    assert chosen == [0, 1, 0, 0]


def test_the_last_row_of_a_long_answer_is_chosen_once_it_is_known(view, qtbot):
    chosen = []
    view.article_chosen.connect(chosen.append)
    view.show_ids(MANY[:200], len(MANY), None, again=False)
    view.step(1)
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert view.chosen_row() == len(MANY) - 1
    assert chosen == [MANY[0]]
    view.show_ids(MANY, len(MANY), None, again=True)
    assert chosen == [MANY[0], MANY[-1]]
    assert view.chosen_row() == len(MANY) - 1


def test_rows_that_nobody_waits_for_are_laid_out_one_by_one_before_they_are_shown(view, qtbot):
    rows = [hit(number) for number in range(100, 106)]
    ready: list[str] = []
    view.prepare(rows, lambda: ready.append("first"))
    view.show_ids(MANY, len(MANY), None, again=False)
    qtbot.wait(30)
    assert ready == []
    turns = QTimer(view, interval=0)
    turns.timeout.connect(lambda: ready.append("turn"))
    turns.start()
    view.prepare(rows, lambda: ready.append("second"))
    qtbot.waitUntil(lambda: "second" in ready)
    turns.stop()
    assert ready.index("second") >= len(rows) - 1
    assert all(row.id in view._row._laid for row in rows)


def test_marking_a_row_is_not_choosing_it(view):
    chosen = []
    view.article_chosen.connect(chosen.append)
    view.set_current(9)
    view.set_current(None)
    assert chosen == []
    assert view.chosen_row() is None


def test_the_list_stays_when_there_is_nothing_to_step_to(view):
    view.show_ids([], 0, None, again=False)
    view.step(1)
    view.choose_current()
    assert view.chosen_row() is None


def test_rows_are_painted_in_both_lights(view, qtbot):
    view.set_current(1)
    qtbot.wait(50)
    light = view.grab().toImage()
    view.set_colours(DARK)
    assert view.grab().toImage() != light
