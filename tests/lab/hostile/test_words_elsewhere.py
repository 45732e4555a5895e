"""What a capture says reaches titles, logs and file names as plain words on one line."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import replace

import pytest

from reader.article import Origin
from reader.exporters.original import safe_name
from reader.output import OneLineFormatter, json_line
from tests.lab.hostile.materials import TITLES
from tests.lab.hostile.test_nothing_gets_out import STEERING
from tests.lab.hostile.wandering import is_odd
from tests.ui.page.pages import article
from ui.commands.reading import original_name
from ui.words.wording import title_line

NAMES = [
    *TITLES.values(),
    "..",
    ".",
    "",
    "a/../../b",
    "C:\\x",
    "\\\\a\\b",
    "con.txt",
    "a\nb.md",
    "-rf",
    "x" * 999 + ".md",
    " .md",
]


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_a_title_bar_is_one_line_of_plain_words(title: str) -> None:
    line = title_line(title)
    assert line.isprintable()
    assert line.endswith("Pressmark")
    assert not is_odd(line, rich=False)


@pytest.mark.parametrize("name", NAMES)
def test_the_name_that_an_export_proposes_is_harmless(name: str) -> None:
    proposed = original_name(replace(article("<p>x</p>"), origin=Origin(name or "x")))
    assert proposed == safe_name(proposed)
    assert proposed not in ("", ".", "..")
    assert not set(proposed) & set("/\\:\n\0\u202e")


@pytest.mark.parametrize("words", [*TITLES.values(), "a\nb", "a\u2028b", "\ud800"])
def test_a_log_record_is_one_line(words: str) -> None:
    form = OneLineFormatter("%(levelname)s: %(message)s")
    record = logging.LogRecord("x", logging.WARNING, "x", 1, "the file %s", (words,), None)
    line = form.format(record)
    assert line.isprintable()
    assert len(line.splitlines()) == 1


def test_a_traceback_cannot_forge_a_record() -> None:
    form = OneLineFormatter("%(levelname)s: %(message)s")
    try:
        raise ValueError("x\nCRITICAL: forged\u2028CRITICAL: forged")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "a bug", (), sys.exc_info())
    lines = form.format(record).splitlines()
    assert lines[0] == "ERROR: a bug"
    assert all(line.startswith("    ") for line in lines[1:])


@pytest.mark.parametrize("words", [*TITLES.values(), "a\x9b2J", "\u202egpj.exe", '"\\u202e"', "灯塔"])
def test_an_answer_in_json_steers_no_terminal_and_says_the_same(words: str) -> None:
    line = json_line({"title": words})
    assert not STEERING.search(line)
    assert json.loads(line) == {"title": words}
