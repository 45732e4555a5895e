"""Writes a page into a QTextDocument: title, byline, tags, versions, hairline, and the article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QTextCursor, QTextDocument, QTextLayout, QTextOption

from reader.article import Article, PageImage, RevisionInfo
from reader.page import is_web_address, leaves, read_page
from ui.page.builder import PageBuilder, SizeOf
from ui.page.parts import BLANK, Decoration, Ink, Mark
from ui.page.style import PageStyle, fixed_line
from ui.page.typography import NBSP, glue, reading_minutes
from ui.page.writer import PageWriter
from ui.words.dates import day, day_and_time

REVISION = "revision:"
MORE = "more:"
TAG = "tag:"
# Characters of HTML that are written at once, in about 100 ms. Most pages are much shorter, but to write a capture of
# 50 MB as a whole stopped the window for seven seconds.
FIRST_PART = 400_000
_MOST_TITLE_LINES = 3
# The dot never begins a line.
_DOT = f"{NBSP}· "
_QUIET = Ink(small=True, secondary=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSource:
    """The content of a page; `original` says that it is the capture before cleaning.

    Of a very long page only the first `shown` characters of its HTML are written, with a link to more.
    """

    article: Article
    html: str
    text: str
    images: tuple[PageImage, ...]
    revisions: tuple[RevisionInfo, ...] = ()
    also_at: tuple[str, ...] = ()
    original: bool = False
    shown: int = FIRST_PART

    @property
    def part(self) -> str:
        """The HTML to write; a shortened one ends before a tag, and `read_page` closes the open elements."""
        if len(self.html) <= self.shown:
            return self.html
        return self.html[: max(self.html.rfind("<", 0, self.shown), 0)] or self.html[: self.shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A written page: its source and style, its decorations in document order, and where title and body stand."""

    source: PageSource
    style: PageStyle
    decorations: tuple[Decoration, ...]
    title: tuple[str, int]
    title_end: int
    body: int
    end: int


def write_page(document: QTextDocument, source: PageSource, style: PageStyle, width: float, size_of: SizeOf) -> Page:
    """Fill the empty `document`, which is `width` px wide between its margins."""
    document.setIndentWidth(style.indent)
    document.setDefaultFont(style.font(style.text))
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    writer = PageWriter(cursor, style)
    title = fit_title(source.article.title, style, width)
    _write_title(writer, *title)
    title_end = cursor.position()
    _write_byline(writer, source)
    if source.original:
        words = QCoreApplication.translate(
            "Page", "The capture as it was saved. What is tinted is left out of the article."
        )
        _write_row(writer, [(words, _QUIET)])
    _write_tags(writer, source.article)
    _write_revisions(writer, source)
    _write_twins(writer, source)
    writer.space_below(round(style.line * 0.55))
    writer.start_block(style.rule(), writer.format(Ink(small=True)))
    writer.decorate(Mark.RULE, cursor.position())
    body = cursor.position() + 1
    _write_body(writer, source, size_of)
    cursor.endEditBlock()
    return Page(
        source=source,
        style=style,
        decorations=tuple(sorted(writer.decorations, key=lambda each: (each.first, -each.last))),
        title=title,
        title_end=title_end,
        body=body,
        end=document.characterCount() - 1,
    )


def fit_title(title: str, style: PageStyle, width: float) -> tuple[str, int]:
    """Choose the largest size at which `title` takes three lines, else shorten it at the smallest."""
    words = glue(" ".join(title.split())) or QCoreApplication.translate("Page", "Untitled")
    sizes = style.title_sizes()
    for size in sizes:
        if _third_line_end(words, style, size, width) is None:
            return words, size
    end = _third_line_end(words, style, sizes[-1], width) or len(words)
    while end > 1 and _third_line_end(words[:end].rstrip() + "…", style, sizes[-1], width) is not None:
        end -= 1
    return words[:end].rstrip() + "…", sizes[-1]


def _third_line_end(words: str, style: PageStyle, size: int, width: float) -> int | None:
    """Return where the third line ends, None if there is no fourth."""
    layout = QTextLayout(words, style.title_characters(size).font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    end = 0
    for _ in range(_MOST_TITLE_LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        end = line.textStart() + line.textLength()
    more = layout.createLine().isValid()
    layout.endLayout()
    return end if more else None


def _write_title(writer: PageWriter, words: str, size: int) -> None:
    form = writer.style.title_characters(size)
    writer.start_block(writer.style.title_block(size), form)
    writer.cursor.insertText(words, form)


def _write_row(writer: PageWriter, parts: Iterable[tuple[str, Ink]], label: str = "") -> None:
    """Write a line in the small, quiet style: `label`, and the parts that are not empty with dots between them."""
    writer.start_block(fixed_line(writer.style.small_line), writer.format(_QUIET))
    writer.insert(label, _QUIET)
    dot = ""
    for text, ink in parts:
        if text:
            writer.insert(dot, _QUIET)
            writer.insert(" ".join(text.split()), ink)
            dot = _DOT


def _linked(address: str) -> Ink:
    return replace(_QUIET, href=address)


def _write_byline(writer: PageWriter, source: PageSource) -> None:
    article = source.article
    author = article.author if article.author != article.source else None
    parts = (
        (article.source, _linked(_web_address(article))),
        (author or "", _QUIET),
        (_date_line(article), _QUIET),
        (_minutes(source.text), _QUIET),
    )
    _write_row(writer, parts, f"★{NBSP}" if article.starred else "")


def _write_tags(writer: PageWriter, article: Article) -> None:
    """Name the tags, each a link to the articles that have it; a tag that only repeats the byline is left out."""
    known = (article.source, article.author)
    tags = [tag for tag in dict.fromkeys((*article.own_tags, *article.tags)) if tag.strip() and tag not in known]
    if tags:
        _write_row(writer, ((tag, _linked(f"{TAG}{quote(tag, safe='')}")) for tag in tags))


def _web_address(article: Article) -> str:
    return article.url if article.url and is_web_address(article.url) else ""


def _date_line(article: Article) -> str:
    if article.published is not None:
        return day(article.published)
    if article.captured is not None:
        return QCoreApplication.translate("Page", "saved {date}").format(date=day(article.captured))
    return ""


def _minutes(text: str) -> str:
    if not text.strip():
        return ""
    # The beginning is enough for an estimate of the whole.
    minutes = round(reading_minutes(text[:FIRST_PART]) * max(1.0, len(text) / FIRST_PART))
    return QCoreApplication.translate("Page", "{minutes} min read").format(minutes=minutes)


def _write_revisions(writer: PageWriter, source: PageSource) -> None:
    """Name all versions, each but the one shown as a link; above them, link to the current one if another is shown."""
    if len(source.revisions) < 2:
        return
    names = dict(zip((each.revision for each in source.revisions), revision_names(source.revisions), strict=True))
    shown = source.article.revision
    current = next((each.revision for each in source.revisions if each.current), shown)
    if current != shown and shown in names:
        words = QCoreApplication.translate("Page", "This is the version of {date}.").format(date=names[shown])
        link = QCoreApplication.translate("Page", "Show the current version")
        _write_row(writer, [(link, _linked(f"{REVISION}{current}"))], words + " ")
    links = (
        (name, replace(_QUIET, bold=True) if revision == shown else _linked(f"{REVISION}{revision}"))
        for revision, name in names.items()
    )
    _write_row(writer, links, QCoreApplication.translate("Page", "Versions:") + " ")


def _write_twins(writer: PageWriter, source: PageSource) -> None:
    """Name the other addresses with the same text, each a link."""
    if source.also_at:
        links = ((address, _linked(address)) for address in source.also_at)
        _write_row(writer, links, QCoreApplication.translate("Page", "Also at:") + " ")


def revision_names(revisions: Sequence[RevisionInfo]) -> list[str]:
    """Name versions by their times, numbered from the oldest where times are equal; mark those that lost their text."""
    moments = [day_and_time(each.captured or each.published or each.imported) for each in revisions]
    names = []
    for position, moment in enumerate(moments):
        older = moments[position + 1 :].count(moment)
        name = f"{moment} ({older + 1})" if moments.count(moment) > 1 else moment
        lost = QCoreApplication.translate("Page", "{date} (lost its text)")
        names.append(lost.format(date=name) if revisions[position].lost_text else name)
    return names


def _write_body(writer: PageWriter, source: PageSource, size_of: SizeOf) -> None:
    part = source.part
    page = read_page(part)
    if not source.images and not any(leaf.words.strip(BLANK) for leaf in leaves(page)):
        writer.start_block(writer.style.paragraph(), writer.format(Ink(secondary=True)))
        address = _web_address(source.article)
        both = QCoreApplication.translate("Page", "Only the title and the link of this article were saved.")
        alone = QCoreApplication.translate("Page", "Only the title of this article was saved.")
        writer.insert(both if address else alone, Ink(secondary=True))
        if address:
            writer.insert(" ", Ink(secondary=True))
            writer.insert(QCoreApplication.translate("Page", "Open it on the web"), Ink(href=address))
        return
    PageBuilder(writer, source.images, size_of).write(page)
    if len(part) < len(source.html):
        writer.space_below(writer.style.line)
        writer.start_block(writer.style.paragraph(), writer.format(Ink(secondary=True)))
        writer.insert(QCoreApplication.translate("Page", "This page is very long."), Ink(secondary=True))
        writer.insert(" ", Ink(secondary=True))
        writer.insert(QCoreApplication.translate("Page", "Show more of it"), Ink(href=MORE))
