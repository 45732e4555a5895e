"""Every job and event is the same once it has been written and read; no other line is taken for one."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import Sentence
from reader.outcome import ImportCounts
from reader.system.untrusted_json import UntrustedJsonError
from reader.worker.protocol import (
    CleanAgain,
    Event,
    Finished,
    Import,
    Job,
    Result,
    Started,
    Waits,
    from_line,
    to_line,
)

# Names of files that are no text are said with lone surrogates.
_TEXT = st.text(st.characters(codec=None))
st.register_type_strategy(str, _TEXT)
st.register_type_strategy(Sentence, st.builds(Sentence, _TEXT, st.dictionaries(_TEXT, _TEXT | st.integers())))
st.register_type_strategy(ImportCounts, st.builds(ImportCounts, **dict.fromkeys(ImportCounts.__slots__, st.integers())))

_JOBS = st.one_of([st.from_type(kind) for kind in get_args(Job)])
_EVENTS = st.one_of([st.from_type(kind) for kind in get_args(Event)])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(_TEXT | st.sampled_from(["is", "paths", "total", "result", "sentence", "params"]), inner)
        | st.fixed_dictionaries({"is": st.sampled_from(["Import", "Started", "Finished", "Failed", "int", "NoneType"])})
    ),
)


@given(_JOBS)
def test_a_job_is_read_as_it_was_written(job: Job) -> None:
    line = to_line(job)
    assert from_line(line, Job) == from_line(line.encode("utf-8"), Job) == job
    assert line.endswith("\n")
    assert line.isascii()
    assert line.count("\n") == 1


@given(_EVENTS)
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    assert (read := from_line(to_line(event), Event)) == event
    assert repr(read) == repr(event)


@given(st.binary() | _JSON.map(lambda value: json.dumps(value).encode()))
def test_any_line_is_a_message_or_one_error(line: bytes) -> None:
    for kind in (Job, Event):
        try:
            message = from_line(line, kind)
        except UntrustedJsonError:
            continue
        assert isinstance(message, kind)
        assert from_line(to_line(message), kind) == message


@pytest.mark.parametrize(
    "line",
    [
        "",
        "what?",
        "[1]",
        "{}",
        '{"is": "Import"}',
        '{"is": "Import", "paths": "/a"}',
        '{"is": "Import", "paths": [1]}',
        '{"is": "Import", "paths": [], "more": 1}',
        '{"is": "UpdateIndex", "unasked": 1}',
        '{"is": "UndoImport", "id": true}',
        '{"is": "Restore", "file": "a", "into": {"is": "str"}}',
        '{"is": ["Import"], "paths": []}',
        to_line(Started(2)),
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_job_is_refused(line: str) -> None:
    with pytest.raises(UntrustedJsonError):
        from_line(line, Job)


def test_a_line_that_is_no_event_is_refused() -> None:
    for line in (
        to_line(Import(("/a",))),
        '{"is": "Started", "total": {"is": "int"}}',
        '{"is": "Finished", "result": 1}',
    ):
        with pytest.raises(UntrustedJsonError):
            from_line(line, Event)


def test_what_is_left_out_is_what_it_is_by_default() -> None:
    assert from_line('{"is": "Started"}', Event) == Started(None)
    assert from_line('{"is": "Finished", "result": {"is": "Waits"}}', Event) == Finished(Waits(), cancelled=False)


def test_each_message_has_a_name_of_its_own() -> None:
    kinds = [*get_args(Job), *get_args(Event), *get_args(Result), CleanAgain]
    assert len({kind.__name__ for kind in kinds}) == len(kinds)
