"""Articles and pictures written for the tests of the reading pane."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage

from reader.article import Article, ArticleId, Origin, PageImage, RevisionId, RevisionInfo
from ui.page.browser import PageBrowser
from ui.views.reading_pane import ReadingPane

LONG = "".join(f"<p>第{number}段：渔船在清晨返航，岸边的人数着今天的鱼。</p>" for number in range(120))


def article(
    html: str, title: str = "老码头重新开放", *, images: tuple[PageImage, ...] = (), number: int = 1
) -> Article:
    """Make an article of `html`."""
    return Article(
        id=ArticleId(number),
        revision=RevisionId(number),
        title=title,
        url="https://example.org/quay",
        source="山城周报",
        author="林一舟",
        published=datetime(2023, 7, 12, 10, 55, tzinfo=UTC),
        captured=None,
        tags=(),
        html=html,
        text=re.sub("<[^>]+>", "\n", html),
        images=images,
        origin=Origin("quay.md"),
    )


def held(name: str, width: int | None, height: int | None, alt: str = "") -> PageImage:
    """Make a picture that is stored under `name`."""
    return PageImage(url="https://example.org/p", alt=alt, sha256=name, width=width, height=height)


def absent(alt: str = "") -> PageImage:
    """Make a picture that is on the web only."""
    return PageImage(url="https://example.org/p", alt=alt)


def picture(width: int, height: int, colour: str = "#336699", image_format: str = "PNG") -> bytes:
    """Encode a picture of one colour."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, image_format)
    return bytes(data.data())


def no_picture(_sha256: str) -> bytes | None:
    return None


def find(pattern: str) -> Callable[[str], list[tuple[int, int]]]:
    """Find a pattern as the library finds searched words."""
    return lambda text: [found.span() for found in re.finditer(pattern, text)]


def revision(number: int, *, current: bool = False) -> RevisionInfo:
    """Make one line of a history."""
    day = datetime(2023, 7, number, 8, 0, tzinfo=UTC)
    return RevisionInfo(
        revision=RevisionId(number),
        title="t",
        captured=day,
        published=None,
        imported=day,
        origin=Origin("quay.md"),
        current=current,
    )


def browser(pane: ReadingPane) -> PageBrowser:
    """Return the view that shows the page."""
    return pane.findChild(PageBrowser)
