"""Kinds of text that are easily taken for one another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reader.exporters.jsonl import JsonLines
from reader.formats.base import HEAD_BYTES
from reader.formats.file_kinds import FileKind
from reader.formats.recognition import kind_of
from reader.library import Library
from reader.paths import AppPaths
from tests.support.captures import write_feed

K = FileKind
README = '<p align="center">Logo</p>\n\n# Tides\n\nSome *text* and a [note](https://e.org).\n'
LATER = "\n<p>a</p> <p>b</p> <p>c</p>\n"
MARKDOWN = [
    README,
    README + LATER,
    '<h1 align="center">Tides</h1>\n\n## When\n',
    '<img src="a.png">\n\n- [ ] wait\n',
    '<div align="center">\n\n[![badge](https://e.org/a.svg)](https://e.org)\n\n</div>\n',
    "<details>\n<summary>a</summary>\n\n# Tides\n\n</details>",
    "<!-- toc -->\n<a name='top'></a>\n\n# Tides\n",
    "<https://e.org> says:\n\n# Tides\n\n<b>now</b>",
    "# Tides" + LATER,
    "See [there](https://e.org)." + LATER,
]
PAGES = [
    "<!DOCTYPE html>\n<p>a</p>\n# Tides\n",
    "<html><body>\n# Tides\n</body></html>",
    "<head><title>a</title></head>\n# Tides\n",
    "<p>Tides</p>\n<pre>\n# Tides\n</pre>\n",
    "<p>Tides</p>\n- one<br>\n- two<br>\n",
    "<a\n  href='b'\n>Tides</a\n>",
    "Tides" + LATER + "- one\n",
    "<script>\n# a\n</script><p>Tides</p>",
]
NO_JSON = [
    '[1]: http://e.org\n\nThe note says "a": b.',
    '[1] The note says "a": b.',
    '[[Tides]] and "a": b.',
    '["a"] says "b": c.',
    '{"a": see below}, says "b": c.',
    '[1]\n\nThe note says "a": b.',
    '{"a"} and "b": c.',
    '[-1, the last one, is called "a": b]',
]
JSON = [
    '{"colour": "blue"}',
    '[{"colour": "blue"}, {"colour": "red"}]',
    '{"a": 1}\n{"a": 2}\n',
    '{"a": [1, 2.5e3, -4, true, false, null, {}, "\\u0041"]}',
    '{\n  "colour": "' + "blue " * HEAD_BYTES + '"}',
    '[' + '{"colour": "blue"}, ' * HEAD_BYTES + '{}]',
    '{"a": ' + '[' * HEAD_BYTES,
]  # fmt: skip
LETTERS = [
    "From: Ann\nTo: Bo\nDate: today\n\nTides.",
    "from: ann@e.org\nto: bo@e.org\ndate: today\nmessage-id: <1@e.org>\n\nTides.",
    "Subject: Tides\nFrom: Ann\nSent: today\nTo: Bo\n\nTides.",
    "Received: from a\n by b\nReturn-Path: <c>\nFrom: Ann\n\nTides.",
]
NO_LETTERS = [
    "title: a\ndate: b\nfrom: c\nto: d\n",
    "from: here\nto: there\ndate: 2024-01-01\nsubject: a walk\n",
    "date: 2024-01-01\nfrom: a@e.org\nto: b\nlayout: post\n\ntext",
]


@pytest.mark.parametrize("name", ["a", "a.md", "a.html"])
@pytest.mark.parametrize("text", MARKDOWN)
def test_markdown_with_html_in_it_is_markdown(name: str, text: str) -> None:
    assert kind_of(name, text.encode()) is K.MARKDOWN


@pytest.mark.parametrize("text", PAGES)
def test_a_page_that_shows_markdown_is_a_page(text: str) -> None:
    assert kind_of("a", text.encode()) is K.WEB_PAGE


@pytest.mark.parametrize("text", NO_JSON)
def test_brackets_alone_make_no_json(text: str) -> None:
    assert kind_of("a", text.encode()) in (K.TEXT, K.MARKDOWN)
    assert kind_of("a.md", text.encode()) is K.MARKDOWN


@pytest.mark.parametrize("text", JSON)
def test_json_is_json_however_it_is_cut(text: str) -> None:
    assert kind_of("a.txt", text.encode()) is K.JSON
    assert kind_of("a.md", text.encode()) is K.JSON


@pytest.mark.parametrize("text", LETTERS)
def test_a_letter_is_an_e_mail(text: str) -> None:
    assert kind_of("a", text.encode()) is K.EMAIL


@pytest.mark.parametrize("text", NO_LETTERS)
def test_settings_are_no_e_mail(text: str) -> None:
    assert kind_of("a.yml", text.encode()) is K.TEXT


def test_an_export_of_long_articles_is_known(tmp_path: Path) -> None:
    library = Library.open(AppPaths(tmp_path / "library"))
    try:
        body = "".join(f"<p>潮汐第{number}回。</p>" for number in range(9000))
        write_feed(tmp_path, "in/1.md", title='He said "own": no', body=body)
        with library.writer("a test") as writer:
            list(writer.import_paths([tmp_path / "in"]))
        list(library.export(JsonLines(), library.ids(), tmp_path / "a.jsonl"))
    finally:
        library.close()
    line = (tmp_path / "a.jsonl").read_bytes()
    assert line.index(b'"html": ') > HEAD_BYTES
    assert kind_of("a.jsonl", line) is K.PRESSMARK_EXPORT
    assert kind_of("a", line[:HEAD_BYTES]) is K.PRESSMARK_EXPORT


def test_other_json_with_a_key_of_ours_is_no_export() -> None:
    assert kind_of("a", json.dumps({"name": 1, "own_tags": []}).encode()) is K.JSON
    assert kind_of("a", json.dumps({"id": 1, "text": "own_tags"}).encode()) is K.JSON
