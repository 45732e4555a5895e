import sys
import threading
import time

import pytest

from reader.errors import ReaderError, StoreError
from reader.query import SearchCancelled
from tests.support.patience import PATIENCE_SECONDS
from ui.background.tasks import Tasks


@pytest.fixture
def tasks(qtbot):
    made = Tasks()
    yield made
    made.close()


def _unexpected(error: ReaderError) -> None:
    raise AssertionError(error)


def test_an_answer_comes_in_the_gui_thread_and_the_work_is_done_in_another(tasks, qtbot):
    seen = []
    tasks.run(
        lambda _: threading.current_thread(),
        lambda there: seen.append((there, threading.current_thread())),
        _unexpected,
    )
    qtbot.waitUntil(lambda: bool(seen))
    there, here = seen[0]
    assert here is threading.main_thread()
    assert there is not here


def test_a_newer_question_makes_the_older_answer_stale(tasks, qtbot):
    answers, told, go_on = [], [], threading.Event()

    def slow(cancelled):
        go_on.wait(PATIENCE_SECONDS)
        told.append(cancelled())
        return "old"

    tasks.run(slow, answers.append, _unexpected, lane="search")
    tasks.run(lambda _: "new", answers.append, _unexpected, lane="search")
    qtbot.waitUntil(lambda: answers == ["new"])
    go_on.set()
    qtbot.waitUntil(lambda: told == [True])
    qtbot.wait(30)
    assert answers == ["new"]


def test_an_answer_that_waits_to_be_handed_over_is_dropped_too(tasks, qtbot):
    answers, done = [], threading.Event()

    def quick(_):
        done.set()
        return "old"

    tasks.run(quick, answers.append, _unexpected, lane="search")
    done.wait(PATIENCE_SECONDS)
    tasks.drop("search")
    qtbot.wait(30)
    assert answers == []


def test_lanes_do_not_disturb_each_other_and_work_without_a_lane_is_always_answered(tasks, qtbot):
    answers = []
    tasks.run(lambda _: 1, answers.append, _unexpected, lane="search")
    tasks.run(lambda _: 2, answers.append, _unexpected, lane="article")
    for number in (3, 4, 5):
        tasks.run(lambda _, number=number: number, answers.append, _unexpected)
    qtbot.waitUntil(lambda: sorted(answers) == [1, 2, 3, 4, 5])


def test_an_error_that_people_should_see_is_handed_over(tasks, qtbot):
    def broken(_):
        raise StoreError("The library at {place} is damaged.", place="here")

    errors = []
    tasks.run(broken, lambda _: errors.append("no"), errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], StoreError)


def test_a_bug_in_a_thread_goes_to_the_hook(tasks, qtbot):
    def broken(_):
        raise ZeroDivisionError("a bug")

    with qtbot.captureExceptions() as bugs:
        tasks.run(broken, lambda _: None, _unexpected)
        qtbot.waitUntil(lambda: bool(bugs))
    assert bugs[0][0] is ZeroDivisionError


def test_closing_finishes_what_has_no_lane_and_answers_nobody(qtbot):
    tasks, written, answers, go_on = Tasks(), [], [], threading.Event()
    tasks.run(lambda _: go_on.wait(PATIENCE_SECONDS), answers.append, _unexpected, lane="search")
    for number in range(5):
        tasks.run(lambda _, number=number: written.append(number), answers.append, _unexpected)
    go_on.set()
    tasks.close()
    qtbot.wait(20)
    assert written == [0, 1, 2, 3, 4]
    assert answers == []
    tasks.run(lambda _: written.append(9), answers.append, _unexpected)
    assert 9 not in written


def test_a_search_that_was_cancelled_is_no_bug(tasks, qtbot, monkeypatch):
    bugs, ended = [], threading.Event()
    monkeypatch.setattr(sys, "excepthook", lambda *bug: bugs.append(bug))

    def overtaken(cancelled):
        while not cancelled():
            time.sleep(0.001)
        ended.set()
        raise SearchCancelled

    tasks.run(overtaken, _unexpected, _unexpected, lane="search")
    tasks.drop("search")
    assert ended.wait(PATIENCE_SECONDS)
    qtbot.wait(30)
    assert bugs == []
