"""Reads the parsed page into boxes and leaves, keeping only what the allow-list names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from reader.article import Asset, PageImage
from reader.clean import links, nodes
from reader.clean.images import alt_text, find_image, is_emoji
from reader.clean.nodes import BREAK, IMAGE, TEXT, Box, Leaf, Run, visible
from reader.clean.parsing import MAX_DEPTH

_MARKS = {
    "b": nodes.STRONG, "strong": nodes.STRONG, "i": nodes.EM, "em": nodes.EM, "cite": nodes.EM,
    "dfn": nodes.EM, "var": nodes.EM, "u": nodes.UNDERLINE, "ins": nodes.UNDERLINE,
    "s": nodes.STRUCK, "strike": nodes.STRUCK,
    "del": nodes.STRUCK, "sub": nodes.SUB, "sup": nodes.SUP, "code": nodes.CODE, "tt": nodes.CODE,
    "kbd": nodes.CODE, "samp": nodes.CODE,
}  # fmt: skip
_DROPPED = frozenset((
    "script", "style", "template", "head", "title", "meta", "link", "base", "noembed", "noframes", "input",
    "select", "textarea", "option", "optgroup", "datalist", "button", "svg", "canvas", "map", "area", "rp",
    "col", "colgroup", "frame", "frameset", "progress", "meter", "dialog",
    "annotation", "annotation-xml",
))  # fmt: skip
_LEAVES = {
    "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6",
    "pre": "pre", "listing": "pre", "figcaption": "figcaption", "caption": "caption", "dt": "dt",
}  # fmt: skip
_BOXES = {
    "blockquote": "blockquote", "ul": "ul", "menu": "ul", "dir": "ul", "ol": "ol", "li": "li",
    "table": "table", "tr": "tr", "td": "td", "th": "th", "dl": "dl", "dd": "dd", "figure": "figure",
}  # fmt: skip
_INLINE = frozenset((
    "a", "abbr", "acronym", "bdi", "bdo", "big", "data", "font", "label", "mark", "math", "mi", "mn", "mo",
    "mrow", "mspace", "msub", "msup", "msubsup", "mfrac", "msqrt", "mtext", "nobr", "output", "param",
    "picture", "source", "track",
    "q", "rb", "rbc", "rt", "rtc", "ruby", "semantics", "slot", "small", "span", "time", "wbr",
))  # fmt: skip
_PLAIN_BLOCKS = frozenset(("p", "div", "section", "article"))
_MEDIA = frozenset((
    "iframe", "video", "audio", "embed", "object",
))  # fmt: skip
_MANY = 200  # characters from which text inside a form or a noscript is taken for the article's own
_MAX_SPAN = 20
# Frames that count, follow or ask for money, and show nothing (seen: Medium's embeds, WordPress.com, Google).
_EMPTY_FRAMES = (
    "button.like.co", "widgets.wp.com", "googletagmanager.com", "doubleclick.net", "googlesyndication.com",
    "platform.twitter.com", "facebook.com/plugins/like", "facebook.com/plugins/share",
    "facebook.com/plugins/page",
)  # fmt: skip


class TooDeep(Exception):  # noqa: N818 - not an error that anyone sees: the page is then read flat
    """The nesting is deeper than lxml reads."""


class State(NamedTuple):
    """What is in force where the reader stands: marks, link, the tag of the next leaf."""

    marks: int = 0
    href: str | None = None
    leaf: str = "p"


Close = Callable[[], None]
"""Ends an element that was entered."""

Judge = Callable[[Tag], str | None]
"""Says why an element is no part of the article, or None."""


Entered = tuple[State, Close | None]
"""What is in force inside an element, and how it ends."""


class PageReader:
    """Walks one parsed page, without recursion, and builds the tree of nodes and the list of pictures."""

    def __init__(self, base: str | None, assets: Mapping[str, Asset], judge: Judge, *, keep_removed: bool) -> None:
        self.base = base
        self.assets = assets
        self.judge = judge
        self.keep_removed = keep_removed
        self.root = Box("body")
        self.images: list[PageImage] = []
        self._boxes: list[Box] = [self.root]
        self._runs: list[Run] = []
        self._state = State()
        self._numbers: dict[str, int] = {}

    def read(self, soup: BeautifulSoup | Tag) -> Box:
        """Read everything below `soup`. Raise TooDeep where something is nested too deeply."""
        stack: list[tuple[Iterator[object], Callable[[], None] | None, State]] = [(iter(soup.contents), None, State())]
        while stack:
            children, close, state = stack[-1]
            node = next(children, None)
            if node is None:
                stack.pop()
                if close:
                    close()
                self._state = stack[-1][2] if stack else State()
                continue
            self._state = state
            if isinstance(node, NavigableString):
                if not isinstance(node, PreformattedString):  # comments, declarations
                    self._add_text(str(node))
            elif isinstance(node, Tag):
                entered = self._enter(node)
                if entered:
                    inner, close_inner = entered
                    stack.append((iter(node.contents), close_inner, inner))
                    if len(stack) > MAX_DEPTH:
                        raise TooDeep
        self._flush()
        return self.root

    def read_words(self, paragraphs: Iterable[str]) -> None:
        """Take paragraphs of plain words."""
        for paragraph in paragraphs:
            self._add_text(paragraph)
            self._flush()

    def _add_text(self, text: str) -> None:
        state = self._state
        self._runs.append(Run(TEXT, visible(text), state.marks, state.href))

    def _flush(self) -> None:
        """Close the leaf that is being written."""
        if self._runs:
            runs, self._runs = self._runs, []
            tag = self._state.leaf
            kept = nodes.tidy_lines(runs) if tag == "pre" else nodes.tidy(runs)
            if kept:
                self._boxes[-1].children.append(Leaf(tag, kept))

    def _open(self, box: Box) -> Callable[[], None]:
        self._flush()
        self._boxes[-1].children.append(box)
        self._boxes.append(box)

        def close() -> None:
            self._flush()
            self._boxes.pop()

        return close

    def _enter(self, tag: Tag) -> Entered | None:
        """Begin an element: return what is in force inside and how it ends, or None if it is done with."""
        name = tag.name
        if tag.attrs or name in ("nav", "share-button"):
            if self.judge(tag):
                return self._enter_removed(name)
            if "data-cfemail" in tag.attrs:
                self._add_text(decoded_email(str(tag.attrs["data-cfemail"])) or tag.get_text())
                return None
        return self._enter_kept(name, tag)

    def _enter_removed(self, name: str) -> Entered | None:
        if not self.keep_removed or name in _DROPPED:
            if name not in _INLINE:
                self._flush()
            return None
        return State(), self._open(Box("div"))

    def _enter_kept(self, name: str, tag: Tag) -> Entered | None:
        state = self._state
        if name in _PLAIN_BLOCKS:
            self._flush()
            return state, self._flush
        if name in _MARKS:
            return State(state.marks | _MARKS[name], state.href, state.leaf), None
        if name == "a":
            return self._enter_link(tag, state)
        if name == "img":
            self._add_image(tag)
            return None
        if name == "br":
            self._runs.append(Run(BREAK))
            return None
        if name in _INLINE:
            return self._enter_inline(name, tag, state)
        if name in _DROPPED:
            self._enter_dropped(name, tag)
            return None
        if name in _MEDIA:
            return self._enter_media(name, tag, state)
        return self._enter_block(name, tag, state)

    def _enter_link(self, tag: Tag, state: State) -> tuple[State, None]:
        written = tag.attrs.get("href")
        href = links.link(written, self.base) if isinstance(written, str) else None
        return State(state.marks, href or state.href, state.leaf), None

    def _enter_inline(self, name: str, tag: Tag, state: State) -> Entered:
        if name == "rt":
            self._runs.append(Run(TEXT, "(", state.marks, state.href))
            return state, lambda: self._runs.append(Run(TEXT, ")", state.marks, state.href))
        if name == "q":
            self._runs.append(Run(TEXT, "“", state.marks, state.href))
            return state, lambda: self._runs.append(Run(TEXT, "”", state.marks, state.href))
        return state, None

    def _enter_dropped(self, name: str, tag: Tag) -> None:
        if name == "button":  # a picture can be its own zoom button
            for image in tag.find_all("img"):
                self._add_image(image)

    def _enter_media(self, name: str, tag: Tag, state: State) -> Entered | None:
        address = self._media_address(name, tag)
        if address is None:
            return (state, None) if name == "object" else None
        if any(empty in address for empty in _EMPTY_FRAMES):
            return None
        label = tag.attrs.get("title") or tag.attrs.get("aria-label") or links.host(address)
        self._flush()
        self._runs.append(Run(TEXT, visible(str(label)), 0, address))
        self._state = State()
        self._flush()
        return None

    def _media_address(self, name: str, tag: Tag) -> str | None:
        names = ("data",) if name == "object" else ("src", "data-src", "data-lazy-src", "data-cfsrc", "href")
        written = [tag.attrs[name] for name in names if tag.attrs.get(name)]
        if name in ("video", "audio"):
            written += [source.attrs.get("src", "") for source in tag.find_all("source", limit=4)]
        for address in written:
            found = links.link(str(address), self.base)
            if found and found.startswith("http"):
                return _embedded(found)
        return None

    def _enter_block(self, name: str, tag: Tag, state: State) -> Entered | None:
        self._flush()
        if name in _LEAVES:
            inner = State(state.marks, state.href, _LEAVES[name])
            return inner, self._flush
        if name in _BOXES:
            box = Box(_BOXES[name])
            if name in ("td", "th"):
                box.spans = (_span(tag, "colspan"), _span(tag, "rowspan"))
            return State(state.marks, state.href, "p"), self._open(box)
        if name == "hr":
            self._boxes[-1].children.append(Box("hr"))
            return None
        if name == "summary":
            return state._replace(marks=state.marks | nodes.STRONG), self._flush
        if name == "noscript":
            return self._enter_noscript(tag, state)
        if name == "form" and len(tag.get_text()) < _MANY and not tag.find("p"):
            return None
        return state, self._flush

    def _enter_noscript(self, tag: Tag, state: State) -> Entered | None:
        """Read the twin pictures of lazy loaders, and words only where they are too many to be a notice."""
        pictures = tag.find_all(["img", "iframe"])
        if len(tag.get_text()) >= _MANY:
            return state, self._flush
        for picture in pictures:
            if picture.name == "img":
                self._add_image(picture)
            else:
                self._enter_media("iframe", picture, state)
        return None

    def _add_image(self, tag: Tag) -> None:
        attributes = {name: value for name, value in tag.attrs.items() if isinstance(value, str)}
        state = self._state
        if is_emoji(attributes):
            self._runs.append(Run(TEXT, alt_text(attributes), state.marks, state.href))
            return
        sources = ""
        parent = tag.parent
        while parent is not None and parent.name == "source":  # lxml takes what follows a source for its content
            parent = parent.parent
        if parent is not None and parent.name == "picture":
            sources = ", ".join(
                str(source.attrs.get("srcset") or source.attrs.get("data-srcset") or "")
                for source in parent.find_all("source", limit=8)
            )
        image = find_image(attributes, self.base, self.assets, sources)
        if image is None:
            return
        number = self._numbers.setdefault(image.url, len(self.images))
        if number == len(self.images):
            self.images.append(image)
        self._runs.append(Run(IMAGE, image.alt, 0, state.href, number))


def decoded_email(code: str) -> str | None:
    """Return the address that Cloudflare hid: hexadecimal bytes, each mixed with the first."""
    try:
        key, *mixed = bytes.fromhex(code[:1000])
        return bytes(byte ^ key for byte in mixed).decode()
    except ValueError:
        return None


def _embedded(address: str) -> str:
    """Return the address behind an embedding service (Medium uses Embedly)."""
    parts = urlsplit(address)
    if (parts.hostname or "").endswith("embedly.com"):
        inner = parse_qs(parts.query).get("url", [""])[0]
        return links.link(inner, None) or address
    return address


def _span(tag: Tag, name: str) -> int:
    written = str(tag.attrs.get(name, "1")).strip()[:6]
    return max(1, min(_MAX_SPAN, int(written))) if written.isascii() and written.isdigit() else 1
