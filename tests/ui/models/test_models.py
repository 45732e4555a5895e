from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from reader.article import ArticleId, Hit, OlderVersion, RevisionId, Snippet, SourceCount
from reader.errors import Sentence
from reader.outcome import NotImported, OutcomeKind
from reader.scope import BIN, EVERYTHING, ArticleState, InState, OneSource
from reader.store.states import StateCounts
from ui.library_counts import LibraryCounts
from ui.models.article_list_model import HIT, ID, ArticleListModel, spoken, version_note
from ui.models.not_imported_model import NotImportedModel
from ui.models.scope_list_model import BEGINS, COUNT, SCOPE, ScopeListModel
from ui.words.dates import day

_TESTER = QAbstractItemModelTester.FailureReportingMode.Fatal


def hit(number: int, *, read: bool = False) -> Hit:
    return Hit(
        id=ArticleId(number),
        title=f"Title {number}",
        url=None,
        source="harbour",
        author=None,
        published=datetime(2020, 1, 2, tzinfo=UTC),
        captured=None,
        snippet=Snippet("A few words."),
        read=read,
    )


@pytest.fixture
def articles(qtbot):
    model = ArticleListModel()
    QAbstractItemModelTester(model, _TESTER, model)
    return model


@pytest.fixture
def unwatched(qtbot):
    """A model at whose rows nobody looks but the test; the tester looks at some itself."""
    return ArticleListModel()


def test_rows_are_wanted_when_they_are_looked_at_and_not_before(unwatched, qtbot):
    asked = []
    unwatched.rows_wanted.connect(asked.append)
    unwatched.set_ids([ArticleId(number) for number in range(100_000)])
    qtbot.wait(20)
    assert asked == []
    assert unwatched.rowCount() == 100_000
    assert unwatched.data(unwatched.index(50_000), HIT) is None
    qtbot.waitUntil(lambda: bool(asked))
    assert ArticleId(50_000) in asked[0]
    assert len(asked[0]) <= 120


def test_rows_come_and_are_kept(articles, qtbot):
    articles.set_ids([ArticleId(1), ArticleId(2)])
    with qtbot.waitSignal(articles.rows_wanted, check_params_cb=lambda ids: ids == (1, 2)):
        articles.data(articles.index(0), HIT)
    with qtbot.waitSignal(articles.dataChanged):
        articles.put_rows((ArticleId(1), ArticleId(2)), [hit(1)])
    assert articles.data(articles.index(0), HIT) == hit(1)
    assert articles.data(articles.index(0), Qt.ItemDataRole.DisplayRole) == "Title 1"
    assert articles.data(articles.index(1), HIT) is None
    with qtbot.assertNotEmitted(articles.rows_wanted, wait=30):
        articles.data(articles.index(1), HIT)


def test_a_new_question_shows_no_row_of_the_former_one(articles, qtbot):
    articles.set_ids([ArticleId(1)], first=[hit(1)])
    assert articles.data(articles.index(0), HIT) == hit(1)
    articles.set_ids([ArticleId(1)])
    assert articles.data(articles.index(0), HIT) is None
    with qtbot.waitSignal(articles.rows_wanted):
        articles.data(articles.index(0), HIT)
    searched = replace(hit(1), snippet=Snippet("Other words."))
    articles.put_rows((ArticleId(1),), [searched])
    assert articles.data(articles.index(0), HIT) == searched


def test_an_answer_to_an_older_question_is_not_taken(articles, qtbot):
    articles.set_ids([ArticleId(1)])
    with qtbot.waitSignal(articles.rows_wanted):
        articles.data(articles.index(0), HIT)
    articles.set_ids([ArticleId(2)])
    articles.put_rows((ArticleId(1),), [hit(1)])
    assert articles.data(articles.index(0), HIT) is None


def test_only_so_many_rows_are_kept(unwatched, qtbot):
    unwatched.set_ids([ArticleId(number) for number in range(6000)])
    for first in range(0, 6000, 30):
        with qtbot.waitSignal(unwatched.rows_wanted) as wanted:
            unwatched.data(unwatched.index(first), HIT)
        unwatched.put_rows(wanted.args[0], [hit(id_) for id_ in wanted.args[0]])
    with qtbot.waitSignal(unwatched.rows_wanted):
        unwatched.data(unwatched.index(0), HIT)
    assert unwatched.data(unwatched.index(5999), HIT) is not None


def test_known_rows_stay_until_they_are_read_anew_when_the_library_grew(articles, qtbot):
    articles.set_ids([ArticleId(1)])
    with qtbot.waitSignal(articles.rows_wanted):
        articles.data(articles.index(0), HIT)
    articles.put_rows((ArticleId(1),), [hit(1)])
    articles.set_ids([ArticleId(2), ArticleId(1)], keep_rows=True)
    assert articles.data(articles.index(1), HIT) == hit(1)
    with qtbot.waitSignal(articles.rows_wanted):
        articles.data(articles.index(1), HIT)
    changed = replace(hit(1), title="Another title")
    articles.put_rows((ArticleId(2), ArticleId(1)), [changed])
    assert articles.data(articles.index(1), HIT) == changed
    assert articles.row_near(ArticleId(1), -5, 5) == 1
    assert articles.row_near(ArticleId(1), 2, 5) is None
    assert articles.row_near(ArticleId(9), 0, 5) is None
    assert articles.id_at(0) == 2
    assert articles.id_at(2) is None


def test_a_list_is_as_long_as_the_answer_while_only_its_first_ids_are_here(unwatched, qtbot):
    rows, rest = [], []
    unwatched.rows_wanted.connect(rows.append)
    unwatched.rest_wanted.connect(lambda: rest.append(1))
    unwatched.set_ids([ArticleId(number) for number in range(200)], 300_000)
    assert unwatched.rowCount() == 300_000
    assert unwatched.data(unwatched.index(0), HIT) is None
    qtbot.waitUntil(lambda: len(rows) == 1)
    assert rest == []
    for row in (199_999, 250, 199):
        unwatched.data(unwatched.index(row), HIT)
    assert unwatched.data(unwatched.index(250), ID) is None
    qtbot.waitUntil(lambda: bool(rest))
    qtbot.wait(20)
    assert rest == [1]
    unwatched.set_ids(range(300_000), 300_000, keep_rows=True)
    assert unwatched.data(unwatched.index(199_999), ID) == 199_999


def test_the_first_rows_of_an_answer_are_there_at_once(articles, qtbot):
    articles.set_ids([ArticleId(1), ArticleId(2)], first=[hit(1), hit(2)])
    with qtbot.assertNotEmitted(articles.rows_wanted, wait=30):
        assert articles.data(articles.index(1), HIT) == hit(2)


def test_a_row_says_which_version_the_words_were_found_in():
    row = hit(1)
    dated = replace(row, version=OlderVersion(RevisionId(9), datetime(2020, 10, 16, 12, tzinfo=UTC)))
    undated = replace(row, version=OlderVersion(RevisionId(9), None))
    emptied = replace(row, lost_text=True)
    notes = ["", "in the version of 16 Oct 2020", "in another version", "a newer capture lost its text"]
    assert [version_note(each) for each in (row, dated, undated, emptied)] == notes
    assert ", in the version of 16 Oct 2020, A few words." in spoken(dated)


def test_a_row_is_read_out_with_what_it_shows(articles, qtbot):
    articles.set_ids([ArticleId(1)])
    with qtbot.waitSignal(articles.rows_wanted):
        articles.data(articles.index(0), HIT)
    articles.put_rows((ArticleId(1),), [hit(1)])
    spoken = articles.data(articles.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"unread, Title 1, harbour, {day(hit(1).published)}, A few words."
    articles.set_mark("read", [ArticleId(1), ArticleId(8)], True)
    articles.set_mark("starred", [ArticleId(1)], True)
    assert articles.data(articles.index(0), Qt.ItemDataRole.AccessibleTextRole).startswith("starred, Title 1")
    assert not articles.data(articles.index(0), Qt.ItemDataRole.AccessibleTextRole).startswith("unread")
    assert articles.data(articles.index(0), ID) == 1


UNREAD, STARRED = InState(ArticleState.UNREAD), InState(ArticleState.STARRED)


def test_the_sidebar_begins_with_everything_and_names_what_follows(qtbot):
    model = ScopeListModel()
    QAbstractItemModelTester(model, _TESTER, model)
    model.set_sections(LibraryCounts(0).sections())
    assert [model.data(model.index(row)) for row in range(model.rowCount())] == ["All articles", "Unread", "Starred"]
    assert model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole) == "Unread"
    counts = LibraryCounts(5, [SourceCount("harbour", 3), SourceCount("", 2)], binned=1, states=StateCounts(2, 1))
    with qtbot.waitSignal(model.modelReset):
        model.set_sections(counts.sections())
    rows = range(model.rowCount())
    names = [model.data(model.index(row)) for row in rows]
    assert names == ["All articles", "Unread", "Starred", "Sources", "harbour", "No source", "Bin"]
    assert [model.data(model.index(row), COUNT) for row in rows] == [5, 2, 1, None, 3, 2, 1]
    scopes = [EVERYTHING, UNREAD, STARRED, None, OneSource("harbour"), OneSource(""), BIN]
    assert [model.data(model.index(row), SCOPE) for row in rows] == scopes
    assert [row for row in rows if model.data(model.index(row), BEGINS)] == [3, 6]
    assert not model.flags(model.index(3)) & Qt.ItemFlag.ItemIsSelectable
    assert [model.row_of(scope) for scope in (*scopes[:3], *scopes[4:])] == [0, 1, 2, 4, 5, 6]
    assert model.row_of(OneSource("elsewhere")) is None
    assert model.data(model.index(4), Qt.ItemDataRole.AccessibleTextRole) == "harbour, 3"


def test_counts_that_change_do_not_reset_the_sidebar(qtbot):
    model = ScopeListModel()
    model.set_sections(LibraryCounts(3, [SourceCount("harbour", 3)]).sections())
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_sections(LibraryCounts(4, [SourceCount("harbour", 4)]).sections())
    assert model.data(model.index(4), COUNT) == 4


def test_the_report_has_a_row_for_each_reason_and_below_it_the_files(qtbot):
    page, empty = Sentence("This is a web page."), Sentence("{name} is empty.", {"name": "a.md"})
    model = NotImportedModel(
        [
            NotImported(OutcomeKind.SKIPPED, "/x/1.html", page),
            NotImported(OutcomeKind.FAILED, "/x/<b>a.md", empty),
            NotImported(OutcomeKind.SKIPPED, "/x/2.html", page),
        ]
    )
    QAbstractItemModelTester(model, _TESTER, model)
    shown = [
        [model.data(model.index(row, column, parent)) for column in range(3)]
        for reason in range(model.rowCount())
        for parent, rows in (
            (QModelIndex(), [reason]),
            (model.index(reason, 0), range(model.rowCount(model.index(reason, 0)))),
        )
        for row in rows
    ]
    assert shown == [
        ["a.md is empty.", "1", "Not readable"],
        ["/x/<b>a.md", "", ""],
        ["This is a web page.", "2", "Skipped"],
        ["/x/1.html", "", ""],
        ["/x/2.html", "", ""],
    ]
    file = model.index(0, 0, model.index(0, 0))
    assert "&lt;b&gt;" in model.data(file, Qt.ItemDataRole.ToolTipRole)
