"""Rebuilds a capture as a clean page from an allow-list, so that nothing reaches it that is not on the list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from xml.etree.ElementTree import Element

from reader.article import CleanPage, PageImage, ParsedCapture
from reader.clean import page_facts
from reader.clean.dom.dom import Lengths, named
from reader.clean.dom.dom_reader import PageReader, TooDeep
from reader.clean.dom.html_parser import soup_tree, tree_of
from reader.clean.mend import flattened, mended, prepared, words_only
from reader.clean.rules.boilerplate import Boilerplate
from reader.clean.rules.boilerplate_lines import boilerplate_lines, signature_lines
from reader.clean.rules.normalise import drop_doubles, shaped
from reader.clean.to_html import to_html
from reader.identity.keys import fold_title
from reader.page import HEADINGS, IMAGE, Block, Box, Leaf, leaves, to_text

_FILE_NAME = re.compile(r"[\w%().\- ]{1,120}\.(?:jpe?g|png|gif|webp|bmp)", re.IGNORECASE)
_SITE_AT_END = re.compile(r"(.{2,300}\S)\s+[-–—|｜丨]\s+(\S.{0,40})")


def clean_capture(capture: ParsedCapture) -> CleanPage:
    """Rebuild the article: safe, readable, small, and without the boilerplate around it."""
    return rebuilt(capture, keep_removed=False)


def whole_page(capture: ParsedCapture) -> CleanPage:
    """Rebuild the whole page, just as safely; what `clean_capture` removes stands in `<div class="removed">`."""
    return rebuilt(capture, keep_removed=True)


def rebuilt(capture: ParsedCapture, *, keep_removed: bool, parse: Callable[[str], Element] = tree_of) -> CleanPage:
    """Rebuild a page; `parse` is replaced only by tests, which check that either parser gives the same page."""
    reader = _read_dom(capture, parse, keep_removed=keep_removed)
    images = reader.images
    # Also before shaping, which takes a picture out of a heading and so separates it from its double below.
    drop_doubles(reader.root, images)
    root = _shaped_without_doubles(reader.root, images)
    lines = list(leaves(root))
    found = page_facts.card_facts(lines)
    removed, moment = _removed_lines(lines, capture)
    found.published = moment or found.published
    if removed:
        root = _shaped_without_doubles(Box(root.tag, _without(root.children, removed, keep=keep_removed)), images)
        lines = list(leaves(root))
    numbers, kept = _renumbered(lines, images)
    return CleanPage(
        html=to_html(root, numbers),
        text=to_text(lines),
        images=kept,
        author=found.author if capture.author is None else None,
        source=found.source if capture.source is None else None,
        published=found.published if capture.published is None else None,
    )


def _shaped_without_doubles(root: Box, images: list[PageImage]) -> Box:
    """Shape a page; drop a picture that shaping has moved next to its double, for example out of a heading."""
    root = shaped(root)
    return shaped(root) if drop_doubles(root, images) else root


def _read_dom(capture: ParsedCapture, parse: Callable[[str], Element], *, keep_removed: bool) -> PageReader:
    page = prepared(capture.html)
    if isinstance(page, list):
        return _read_words(capture, page, keep_removed=keep_removed)
    tree = parse(page)
    base = _base(tree) if capture.url is None else capture.url
    reader = _reader(capture, base, tree, keep_removed=keep_removed)
    try:
        reader.read(tree)
    except TooDeep:
        return _read_flat(capture, base, keep_removed=keep_removed)
    return reader


def _read_flat(capture: ParsedCapture, base: str | None, *, keep_removed: bool) -> PageReader:
    """Read a page without its containers; if it is still too deep, by unclosed headings or links, only its words."""
    flat = flattened(mended(capture.html))
    tree = soup_tree(flat)
    reader = _reader(capture, base, tree, keep_removed=keep_removed)
    try:
        reader.read(tree)
    except TooDeep:
        return _read_words(capture, words_only(flat), keep_removed=keep_removed)
    return reader


def _read_words(capture: ParsedCapture, paragraphs: list[str], *, keep_removed: bool) -> PageReader:
    reader = _reader(capture, capture.url, Element("body"), keep_removed=keep_removed)
    reader.read_words(paragraphs)
    return reader


def _reader(capture: ParsedCapture, base: str | None, tree: Element, *, keep_removed: bool) -> PageReader:
    lengths = Lengths(tree)
    judge = Boilerplate(lengths).reason_to_remove
    return PageReader(base, capture.asset, judge, lengths, keep_removed=keep_removed)


def _base(tree: Element) -> str | None:
    """Return the address in the page's `base` element; None if there is none."""
    return next((element.get("href") for element in named(tree, "base")), None) or None


def _removed_lines(lines: list[Leaf], capture: ParsedCapture) -> tuple[set[int], datetime | None]:
    """Return the `id()` of each leaf to remove by wording or place, and the date line's time.

    The rules are applied again until nothing more is found: a removed line may have hidden another from them.
    """
    removed: set[int] = set()
    moment: datetime | None = None
    while True:
        rest = [leaf for leaf in lines if id(leaf) not in removed]
        dates, first = page_facts.date_lines(rest, capture.url)
        more = boilerplate_lines(rest) | _repeated_headings(rest, capture) | {id(leaf) for leaf in dates}
        more |= signature_lines(rest, capture.author)
        moment = moment or first
        if not more:
            return removed, moment
        removed |= more


def _titles(capture: ParsedCapture) -> set[str]:
    """Return the folded title, both whole and without the site's name at its end (iyouport.org)."""
    title = capture.title or ""
    titles = {fold_title(title)}
    match = _SITE_AT_END.fullmatch(title)
    if match and fold_title(match[2]) in {fold_title(capture.author or ""), fold_title(capture.source or "")}:
        titles.add(fold_title(match[1]))
    return titles - {""}


def _repeated_headings(lines: list[Leaf], capture: ParsedCapture) -> set[int]:
    """Find headings that repeat the title, or that are the file name of a picture below (Drupal, pao-pao.net)."""
    removed: set[int] = set()
    headings = [(position, leaf) for position, leaf in enumerate(lines) if leaf.tag in HEADINGS]
    if not headings:
        return removed
    titles, longest = _titles(capture), 2 * len(capture.title or "") + 20
    for position, leaf in headings:
        words = leaf.words.strip()
        repeats = len(words) <= longest and fold_title(words) in titles
        names_file = _FILE_NAME.fullmatch(words) and any(near.has_image for near in lines[position : position + 2])
        if repeats or names_file:
            removed.add(id(leaf))
    return removed


def _without(blocks: Iterable[Block], removed: set[int], *, keep: bool) -> list[Block]:
    """Drop the removed leaves, or wrap them if `keep`; recursive, as PageReader bounds the depth."""
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Leaf):
            if id(block) not in removed:
                out.append(block)
            elif keep:
                out.append(Box("div", [block]))
        else:
            out.append(Box(block.tag, _without(block.children, removed, keep=keep), block.spans))
    return out


def _renumbered(lines: list[Leaf], images: list[PageImage]) -> tuple[dict[int, int], tuple[PageImage, ...]]:
    """Return the new number of each picture that the page still shows, by its old one, and these pictures in order."""
    numbers: dict[int, int] = {}
    if not images:
        return numbers, ()
    kept: list[PageImage] = []
    by_address: dict[str, int] = {}
    for leaf in lines:
        for run in leaf.runs:
            if run.kind == IMAGE and run.image not in numbers:
                image = images[run.image]
                number = by_address.setdefault(image.url, len(kept))
                if number == len(kept):
                    kept.append(image)
                numbers[run.image] = number
    return numbers, tuple(kept)
