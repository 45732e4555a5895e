"""JSON that somebody else wrote: a value, or one error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.system.untrusted_json import UntrustedJsonError, read_json, read_json_file

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@given(_VALUES)
def test_what_json_can_say_is_read_as_python_wrote_it(value: object) -> None:
    assert read_json(json.dumps(value)) == value
    assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 1500,
        "[" * 1500 + "]" * 1500,
        '{"a":' * 100_000,
        "1" * 5000,
        "1e999",
        "-1e999",
        "NaN",
        "[Infinity]",
        "-Infinity",
        b"\xff\xfe\xfa",
        b"\x80",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_what_no_program_of_ours_writes_is_one_error(text: str | bytes) -> None:
    with pytest.raises(UntrustedJsonError):
        read_json(text)


@given(st.binary() | st.text())
def test_any_bytes_are_a_value_or_that_error(data: bytes | str) -> None:
    try:
        read_json(data)
    except UntrustedJsonError:
        return


def test_a_file_that_is_far_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    file.write_text("[" + " " * (1 << 20) + "]", "utf-8")
    with pytest.raises(UntrustedJsonError, match="larger than"):
        read_json_file(file)
