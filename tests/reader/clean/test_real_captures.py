"""The cleaner over real captures, judged by parsers that share nothing with it."""

from __future__ import annotations

import lzma
import re
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest

from reader.article import CleanPage, ParsedCapture
from reader.clean import clean_capture, whole_page
from tests.reader.clean.pages import ALLOWED, capture, faults, with_images
from tests.support.real import SAMPLE, SEEDS, TEAHOUSE_ARCHIVE, needs_captures

pytestmark = needs_captures

_LINK = re.compile(r"\A\[(.*)\]\((.*)\)$", re.MULTILINE)
_FACT = re.compile(r'^(title|from):\s*"?(.*?)"?$', re.MULTILINE)


def read(text: str) -> ParsedCapture:
    """Take a capture apart just far enough to have its page; the formats are tested elsewhere."""
    facts: dict[str, str] = {}
    if text.startswith("---\n"):
        head, _, text = text[4:].partition("\n---\n")
        facts = dict(_FACT.findall(head))
    text = re.sub(r"\A\s*<!--(?:\d+|NaN)-->\n", "", text)
    title, url = facts.get("title"), facts.get("from")
    if match := _LINK.match(text):
        title, url = match.groups()
        text = text[match.end() :].partition("------\n")[2]
    return capture(text, title=title, url=url or None)


def captures() -> Iterator[tuple[str, ParsedCapture]]:
    for folder in (SEEDS, SAMPLE):
        for path in sorted(folder.rglob("*.*")):
            yield path.name, read(path.read_text("utf-8"))


def disagreements(name: str, saved: ParsedCapture) -> Iterator[str]:
    """Say what is wrong with the clean page of a capture."""
    clean = clean_capture(saved)
    yield from (f"{name}: {fault}" for fault in faults(clean))
    yield from (f"{name}: original: {fault}" for fault in faults(whole_page(saved), removed=True))
    again = clean_capture(replace(saved, html=with_images(clean)))
    if (again.html, again.text) != (clean.html, clean.text):
        yield f"{name}: cleaning again changes the page"
    if any(not line.strip() for line in clean.text.split("\n")) and clean.text:
        yield f"{name}: an empty line in the text"


def test_every_real_page_is_allowed_well_formed_and_stable() -> None:
    assert [wrong for name, saved in captures() for wrong in disagreements(name, saved)] == []


@pytest.mark.slow
def test_a_thousand_pages_of_the_archive_are_allowed_well_formed_and_stable() -> None:
    wrong: list[str] = []
    with lzma.open(TEAHOUSE_ARCHIVE) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for number, member in enumerate(member for member in archive if member.isfile()):
            file = archive.extractfile(member) if number % 29 == 0 else None
            if file:
                wrong.extend(disagreements(member.name, read(file.read().decode("utf-8", "replace"))))
    assert wrong == []


def test_a_foreign_sanitizer_finds_nothing_to_remove() -> None:
    nh3 = pytest.importorskip("nh3", reason="nh3 is not installed")
    attributes = {tag: names for tag, names in ALLOWED.items() if names}

    def without_inserted(html: str) -> str:
        return unescape(re.sub(r"</?tbody>", "", html)).replace("\xa0", " ")

    for name, saved in captures():
        html = clean_capture(saved).html
        kept = nh3.clean(
            html,
            tags=set(ALLOWED),
            attributes=attributes,
            url_schemes={"http", "https", "mailto", "img"},
            link_rel=None,
        )
        assert without_inserted(kept) == without_inserted(html), name


def test_no_paragraph_of_the_samples_is_lost_but_boilerplate() -> None:
    """Long paragraphs are never boilerplate, except readers' spam, which is none of the article."""
    for name, saved in captures():
        text = re.sub(r"\s+", "", clean_capture(saved).text)
        body = saved.html.partition('<div class="comment-wrapper" id="comments">')[0]
        for paragraph in re.findall(r"<p[^>]*>([^<]{60,})</p>", body):
            assert re.sub(r"[\s\u200b\ufeff]+", "", unescape(paragraph)) in text, name


def seed(number: int) -> tuple[ParsedCapture, CleanPage]:
    saved = read(sorted(SEEDS.iterdir())[number].read_text("utf-8"))
    return saved, clean_capture(saved)


@pytest.mark.parametrize("number", [0, 1])
def test_a_seed_keeps_its_lead_picture_and_paragraphs_and_loses_its_boilerplate(number: int) -> None:
    saved, clean = seed(number)
    paragraphs = re.findall(r"<p>(?:<strong>)?([^<]+)", saved.html)
    assert len(paragraphs) >= 6
    assert clean.text.split("\n") == [" ".join(paragraph.split()) for paragraph in paragraphs]
    assert [image.url for image in clean.images] == re.findall(r'<img src="([^"]+)"', saved.html)
    assert clean.html.startswith('<p><img src="img:0" alt=""></p>')
    for boilerplate in ("分享", "获取更多RSS", "feedx", "facebook", "whatsapp", "intent/tweet"):
        assert boilerplate not in clean.html
        assert boilerplate not in clean.text
    assert clean.published is not None
    assert "分享" in whole_page(saved).text
