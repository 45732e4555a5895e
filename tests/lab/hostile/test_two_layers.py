"""Two independent layers: in a page that the cleaner rebuilt, another sanitizer with its own list finds nothing to remove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path

import nh3
import pytest

from reader.article import ParsedCapture
from reader.clean import clean_capture, whole_page
from reader.formats.default import read_captures
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.lab.fuzz.mutating import Mutator
from tests.lab.fuzz.targets import page_seeds
from tests.lab.hostile.materials import BAITS, links_worth_trying
from tests.reader.clean.pages import capture
from tests.support.real import SAMPLE, SEEDS, TEAHOUSE_ARCHIVE, needs_captures
from tests.support.slow_figures import Tell

# Written for this test alone, and by what a reader's page can need, not by what the cleaner lets through.
TAGS = {
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "sub",
    "sup",
    "table",
    "td",
    "th",
    "tr",
    "u",
    "ul",
}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto", "img"}
# Every parser of HTML opens the body of a table, and writes characters its own way.
_INSERTED = re.compile("</?tbody>")


def removed(html: str, **more: set[str]) -> bool:
    """Say whether the other sanitizer would remove anything."""
    kept = nh3.clean(html, tags=TAGS, attributes={**ATTRIBUTES, **more}, url_schemes=SCHEMES, link_rel=None)
    return _settled(kept) != _settled(html)


def _settled(html: str) -> str:
    return unescape(_INSERTED.sub("", html)).replace("\xa0", " ")


def faults(captures: Iterable[tuple[str, ParsedCapture]]) -> tuple[int, list[str]]:
    """Count the captures, and name those in whose pages there is something to remove."""
    count, wrong = 0, []
    for name, saved in captures:
        count += 1
        if removed(clean_capture(saved).html):
            wrong.append(name)
        if removed(whole_page(saved).html, div={"class"}):
            wrong.append(f"{name}, original")
    return count, wrong


def captures_in(*paths: Path) -> Iterator[tuple[str, ParsedCapture]]:
    """Read every capture of some files, folders and archives."""
    for file in walk_sources(paths):
        if isinstance(file, SavedFile):
            yield from ((str(file.origin), saved) for saved in read_captures(file))


def test_the_other_layer_does_find_what_is_no_page_of_ours() -> None:
    for html in (
        "<p onclick=x>a</p>",
        "<script>a</script>",
        '<a href="file:///x">a</a>',
        '<p style="x">a</p>',
        "<svg></svg>",
    ):
        assert removed(html), html
    assert not removed('<p>a <a href="https://e.org/">b</a><img src="img:0" alt=""></p>')


def test_nothing_of_a_hostile_page_is_left_to_remove() -> None:
    links = "".join(f'<p><a href="{address}">x</a><img src="{address}"></p>' for address in links_worth_trying())
    pages = [*page_seeds(), links, *(f"<p>灯塔</p>{bait[:20_000]}" for bait in BAITS.values())]
    assert faults((page[:80], capture(page, url="https://www.example.org/a")) for page in pages)[1] == []


def test_nothing_of_a_mutated_page_is_left_to_remove() -> None:
    seeds = page_seeds()
    pages = ((str(seed), capture(Mutator(seed).text(seeds))) for seed in range(1_000))
    assert faults(pages)[1] == []


@needs_captures
def test_nothing_of_the_real_samples_is_left_to_remove() -> None:
    count, wrong = faults(captures_in(SEEDS, SAMPLE))
    assert wrong == []
    assert count > 200


@needs_captures
@pytest.mark.slow
def test_nothing_of_the_whole_archive_is_left_to_remove(tell_figure: Tell) -> None:
    if not TEAHOUSE_ARCHIVE.exists():
        pytest.skip("the large archive is not beside this checkout")
    count, wrong = faults(captures_in(TEAHOUSE_ARCHIVE))
    assert wrong == []
    assert count > 29_000
    tell_figure("real captures in which a second sanitizer found nothing to remove", f"{count:,}")
