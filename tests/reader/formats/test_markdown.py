"""Three questions are asked about Markdown, and what is sure is Markdown's is so for each of them."""

from __future__ import annotations

import pytest

from reader.formats.markdown import is_html_alone, is_markdown, is_markdown_with_html

SURE = [
    "# Tides",
    "###### Tides",
    "```",
    "```python",
    "See [there](https://e.org).",
    "See [there](/a).",
    "See [there](#a).",
    "![](./a.png)",
    "See [[Tides]].",
    "- [ ] wait",
    "  * [x] wait",
    "[^1]: A note.",
]
OF_TEXT_TOO = ["- one", "1. one", "2) two", "> The tide waits.", "---", "***", "====", "~~~"]
OF_SCRIPTS_TOO = ["**never**", "[there](a)", "[there](other.md)"]
NEITHER = ["Tides", "#tides", "[sic]", "3 * 4 * 5", "a - b", "[1]", "<p>Tides</p>", "#", "[](", "[[]]"]


@pytest.mark.parametrize("before", ["", "Tides.\n", "<p>Tides</p>\n\n"])
@pytest.mark.parametrize("mark", SURE)
def test_what_is_sure_is_markdown_wherever_it_stands(mark: str, before: str) -> None:
    text = f"{before}{mark}\n"
    assert is_markdown(text)
    assert is_markdown_with_html(text)
    assert not is_html_alone(text)


@pytest.mark.parametrize("mark", OF_TEXT_TOO)
def test_plain_text_has_lists_quotes_and_rules_but_html_has_not(mark: str) -> None:
    assert not is_markdown(mark)
    assert not is_markdown_with_html(mark)
    assert not is_html_alone(f"<p>Tides</p>\n{mark}\n")


@pytest.mark.parametrize("mark", OF_SCRIPTS_TOO)
def test_a_script_in_a_page_has_stars_and_brackets_but_plain_text_has_not(mark: str) -> None:
    assert is_markdown(mark)
    assert not is_markdown_with_html(mark)
    assert is_html_alone(mark)


@pytest.mark.parametrize("text", NEITHER)
def test_what_is_no_mark_makes_no_markdown(text: str) -> None:
    assert not is_markdown(text)
    assert not is_markdown_with_html(text)
    assert is_html_alone(text)


@pytest.mark.parametrize("element", ["pre", "PRE class=x", "script", "style", "textarea", "code"])
def test_a_page_that_shows_markdown_is_none(element: str) -> None:
    assert not is_markdown_with_html(f"<p>Tides</p><{element}>\n# Tides\n</{element.split()[0]}>")


@pytest.mark.parametrize("text", ["[" * 60_000, "[[" * 30_000, "[a](" * 15_000, "- [" + " " * 60_000])
def test_a_line_of_marks_is_looked_through_in_bounds(text: str) -> None:
    assert not is_markdown(text)
    assert not is_markdown_with_html(text)
