"""A long page shows everything with its first painting: what lies under the text does not wait for a second one."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage, QTextDocument

from reader.article import Article
from reader.clean import clean_capture
from reader.formats.default import read_captures
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.support.real import SAMPLE, SEEDS, needs_captures
from tests.ui.page.pages import absent, article, browser, find, held, no_picture
from ui.page.underlay import position_at
from ui.views.reading_pane import ReadingPane

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

_PAGES = 60
_LONG = 3400
_WORDS = "渔船在清晨返航，岸边的人数着今天的鱼。"
_ENGLISH = "The boats came home at dawn, and the people at the quay counted the fish of the day. "


def long_page(seed: int) -> Article:
    """Make a page of several screens out of all that is painted under the text."""
    dice = random.Random(seed)

    def words(most: int = 8) -> str:
        return dice.choice((_WORDS, _ENGLISH)) * dice.randint(1, most)

    def items(tag: str) -> str:
        return f"<{tag}>" + "".join(f"<li>{words(2)}</li>" for _ in range(dice.randint(2, 6))) + f"</{tag}>"

    makers: tuple[Callable[[], str], ...] = (
        lambda: f"<p>{words()}</p>",
        lambda: f"<p>{words(3)}<code>quay --fish</code>{words(3)}</p>",
        lambda: f"<h{dice.randint(2, 4)}>{_WORDS}</h2>",
        lambda: items("ul"),
        lambda: items("ol"),
        lambda: f"<blockquote><p>{words(4)}</p><p>{words(4)}</p></blockquote>",
        lambda: f"<pre>{'fish = count(quay)' + chr(10)}{words(1)}</pre>",
        lambda: "<hr>",
        lambda: f'<p><img src="img:{dice.randint(0, 3)}"></p>',
        lambda: (
            f"<table><tr><td>{items('ul')}</td><td>{words(3)}</td></tr><tr><td>{words()}</td><td>1</td></tr></table>"
        ),
    )
    html = ""
    while len(html) < 2 * _LONG:
        html += dice.choice(makers)()
    images = (held("a", 800, 600), absent("岸"), held("b", 300, 900), absent())
    return article(html, title=_WORDS * dice.randint(1, 3), images=images, number=seed + 1)


def real_pages() -> list[Article]:
    """Clean the longest of the real captures."""
    pages = []
    for file in walk_sources([SEEDS, SAMPLE]):
        if not isinstance(file, SavedFile):
            continue
        for capture in read_captures(file):
            page = clean_capture(capture)
            if len(page.text) > _LONG:
                pages.append(article(page.html, capture.title or "", images=page.images, number=len(pages) + 1))
    return sorted(pages, key=lambda page: len(page.text))[-_PAGES:]


def shown(pane: ReadingPane) -> QImage:
    view = browser(pane)
    return view.viewport().grab().toImage()


def differing(pane: ReadingPane, page: Article, *, pattern: str = "$^", position: float = 0.0) -> bool:
    """Say whether the second painting of a page is another than the first."""
    pane.show_article(page, picture=no_picture, matches=find(pattern), position=position)
    first = shown(pane)
    scrolled = browser(pane).verticalScrollBar().value()
    browser(pane).lay_out_all()
    browser(pane).verticalScrollBar().setValue(scrolled)
    return first != shown(pane)


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[] if seed % 5 == 0 else pytest.mark.slow) for seed in range(_PAGES)]
)
def test_the_first_painting_of_a_long_page_has_all_that_the_second_has(pane: ReadingPane, seed: int) -> None:
    page = long_page(seed)
    assert not differing(pane, page, pattern="清晨|quay")
    assert not differing(pane, page)
    assert not differing(pane, page, position=0.6)


@pytest.mark.slow
@needs_captures
def test_the_first_painting_of_real_long_pages_has_all_that_the_second_has(pane: ReadingPane) -> None:
    pages = real_pages()
    assert len(pages) > 20
    wrong = [
        page.title
        for page in pages
        for pattern, position in (("的|the", 0.0), ("$^", 0.0), ("$^", 0.5))
        if differing(pane, page, pattern=pattern, position=position)
    ]
    assert not wrong


@pytest.mark.parametrize("seed", range(0, _PAGES, 6))
def test_what_is_painted_after_scrolling_is_what_stands_there_on_the_whole_page(pane: ReadingPane, seed: int) -> None:
    items = "".join(f"<li>{_WORDS}</li>" for _ in range(20))
    rows = "".join(f"<tr><td>{number}</td><td>{_WORDS}</td></tr>" for number in range(20))
    beside = f"<table><tr><td><ul>{items}</ul></td><td><table>{rows}</table></td></tr></table>"
    source = long_page(seed)
    page = replace(source, html=source.html[: len(source.html) // 2] + beside + f"<p>{_ENGLISH * 40}</p>")
    pane.show_article(page, picture=no_picture)
    view = browser(pane)
    view.lay_out_all()
    scrolls = range(0, view.verticalScrollBar().maximum(), 437)
    parts = []
    for scroll in scrolls:
        view.verticalScrollBar().setValue(scroll)
        parts.append(shown(pane))
    view.verticalScrollBar().setValue(0)
    pane.resize(pane.width(), round(view.document().size().height()))
    whole = shown(pane)
    for scroll, part in zip(scrolls, parts, strict=True):
        assert whole.copy(0, scroll, part.width(), part.height()) == part, scroll


@given(seed=st.integers(0, 5), y=st.floats(0, 6000))
@settings(max_examples=40, deadline=None)
def test_the_line_at_a_height_is_the_first_that_ends_below_it(seed: int, y: float) -> None:
    document = QTextDocument()
    document.setPageSize(QSizeF(500, 0))
    lengths = random.Random(seed)
    document.setPlainText("\n".join("fish " * lengths.randint(0, 90) for _ in range(120)))
    found = position_at(document, y)
    document.size()  # Finishes the layout.
    block = document.begin()
    bottoms = []
    while block.isValid():
        top = document.documentLayout().blockBoundingRect(block).top()
        for number in range(block.layout().lineCount()):
            line = block.layout().lineAt(number)
            bottoms.append((top + line.y() + line.height(), block.position() + line.textStart()))
        block = block.next()
    assert found == next((position for bottom, position in bottoms if bottom > y), document.lastBlock().position())
