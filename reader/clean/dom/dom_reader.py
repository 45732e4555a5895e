"""Reads the parsed page into boxes and leaves; keeps only the elements on the allow-list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import ClassVar, NamedTuple
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

from reader import page
from reader.article import PageImage, ReadFile
from reader.clean import links
from reader.clean.dom import dom
from reader.clean.dom.dom import Lengths
from reader.clean.dom.white_space import MARGIN, tidy_lines, tidy_runs, visible
from reader.clean.mend import MAX_DEPTH
from reader.clean.pictures import alt_text, find_image, is_emoji
from reader.page import BREAK, IMAGE, TEXT, Box, Leaf, Run, spans_of

_MARKS = {
    "b": page.STRONG, "strong": page.STRONG, "i": page.EM, "em": page.EM, "cite": page.EM,
    "dfn": page.EM, "var": page.EM, "u": page.UNDERLINE, "ins": page.UNDERLINE,
    "s": page.STRUCK, "strike": page.STRUCK,
    "del": page.STRUCK, "sub": page.SUB, "sup": page.SUP, "code": page.CODE, "tt": page.CODE,
    "kbd": page.CODE, "samp": page.CODE,
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
_BETWEEN = {"rt": ("(", ")"), "q": ("“", "”")}
_MEDIA = frozenset((
    "iframe", "video", "audio", "embed", "object",
))  # fmt: skip
_MANY = 200  # characters; with at least this many, text inside a form or a noscript belongs to the article
# Frames that only count, track or ask for money (seen: Medium's embeds, WordPress.com, Google).
_EMPTY_FRAMES = (
    "button.like.co", "widgets.wp.com", "googletagmanager.com", "doubleclick.net", "googlesyndication.com",
    "platform.twitter.com", "facebook.com/plugins/like", "facebook.com/plugins/share",
    "facebook.com/plugins/page",
)  # fmt: skip


class TooDeep(Exception):  # noqa: N818 - not an error that anyone sees: the page is then read flat
    """The nesting is deeper than MAX_DEPTH."""


class State(NamedTuple):
    """What applies at the reader's position: inline marks, the link, and the tag of the next leaf."""

    marks: int = 0
    href: str | None = None
    leaf: str = "p"


Attributes = Mapping[str, str]

Judge = Callable[[Element, Attributes, Sequence[Element]], str | None]
"""Says why an element is no part of the article, or None."""

_NO_ATTRIBUTES: Attributes = {}
# These may be boilerplate even without attributes.
_JUDGED = frozenset(("nav", "share-button"))


class PageReader:
    """Walks one parsed page, at most MAX_DEPTH deep, and builds the tree of blocks and the list of pictures."""

    def __init__(
        self, base: str | None, asset: ReadFile, judge: Judge, lengths: Lengths, *, keep_removed: bool
    ) -> None:
        self.base = base
        self.asset = asset
        self.judge = judge
        self._lengths = lengths
        self.keep_removed = keep_removed
        self.root = Box("body")
        self.images: list[PageImage] = []
        self._boxes: list[Box] = [self.root]
        self._runs: list[Run] = []
        self._state = State()
        self._above: list[Element] = []
        self._numbers: dict[str, int] = {}

    def read(self, tree: Element) -> Box:
        """Read everything inside the root element of a page; return the root of the blocks.

        Raises:
            TooDeep: the nesting is deeper than MAX_DEPTH.
        """
        self._read(tree, State())
        self._flush()
        return self.root

    def read_words(self, paragraphs: Iterable[str]) -> None:
        """Read paragraphs of plain text, for a page too large to parse."""
        for paragraph in paragraphs:
            self._add_text(paragraph)
            self._flush()

    def _read(self, element: Element, state: State) -> None:
        """Read the text and children of an element, in `state`."""
        above = self._above
        above.append(element)
        if len(above) >= MAX_DEPTH:
            raise TooDeep
        self._state = state
        if text := element.text:
            self._add_text(text)
        for child in element if len(element) else ():
            name = child.tag
            if isinstance(name, str):  # comments have none
                written = child.items()
                attributes = dict(written) if written else _NO_ATTRIBUTES
                if not ((written or name in _JUDGED) and self._sets_aside(name, child, attributes)):
                    self._READ.get(name, PageReader._read_block)(self, child, attributes, state)
                self._state = state
            if text := child.tail:
                self._add_text(text)
        above.pop()

    def _add_text(self, text: str) -> None:
        state = self._state
        if text.isspace():
            if not self._runs and state.leaf != "pre" and not text.strip(MARGIN):
                return  # a paragraph never begins with white space
            # How much white space this is matters only where lines are kept, or for a lone carriage return.
            if (state.leaf == "pre" or "\r" in text) and not dom.keep_spaces(self._above):
                text = dom.settled(text)
        self._runs.append(Run(TEXT, visible(text), state.marks, state.href))

    def _flush(self) -> None:
        """Close the leaf being built, and drop it if it holds nothing."""
        runs = self._runs
        if runs:
            self._runs = []
            tag = self._state.leaf
            kept = tidy_lines(runs) if tag == "pre" else tidy_runs(runs)
            if kept:
                self._boxes[-1].children.append(Leaf(tag, kept))

    def _sets_aside(self, name: str, element: Element, attributes: Attributes) -> bool:
        """Read an element that is boilerplate, or an e-mail address that Cloudflare hid; return False for any other."""
        if self.judge(element, attributes, self._above):
            if self.keep_removed and name not in _DROPPED:
                self._read_box(Box("div"), element, State())
            elif name not in _INLINE:
                self._flush()
            return True
        if "data-cfemail" in attributes:
            shown = decoded_email(attributes["data-cfemail"])
            self._add_text(shown or "".join(dom.strings(element, self._above)))
            return True
        return False

    def _read_box(self, box: Box, element: Element, state: State) -> None:
        self._flush()
        self._boxes[-1].children.append(box)
        self._boxes.append(box)
        self._read(element, state)
        self._flush()
        self._boxes.pop()

    def _read_block(self, element: Element, attributes: Attributes, state: State) -> None:
        if self._runs:
            self._flush()
        self._read(element, state)
        if self._runs:
            self._flush()

    def _read_inline(self, element: Element, attributes: Attributes, state: State) -> None:
        self._read(element, state)

    def _read_marked(self, element: Element, attributes: Attributes, state: State) -> None:
        self._read(element, State(state.marks | _MARKS[element.tag], state.href, state.leaf))

    def _read_link(self, element: Element, attributes: Attributes, state: State) -> None:
        written = attributes.get("href")
        href = links.link(written, self.base) if written else None
        self._read(element, State(state.marks, href, state.leaf) if href else state)

    def _read_image(self, element: Element, attributes: Attributes, state: State) -> None:
        self._add_image(attributes, self._above)

    def _read_break(self, element: Element, attributes: Attributes, state: State) -> None:
        self._runs.append(Run(BREAK))

    def _read_between(self, element: Element, attributes: Attributes, state: State) -> None:
        """Read a quotation or a ruby annotation, between the quotes or brackets that a browser adds."""
        before, after = _BETWEEN[element.tag]
        self._runs.append(Run(TEXT, before, state.marks, state.href))
        self._read(element, state)
        self._runs.append(Run(TEXT, after, state.marks, state.href))

    def _read_dropped(self, element: Element, attributes: Attributes, state: State) -> None:
        pass

    def _read_button(self, element: Element, attributes: Attributes, state: State) -> None:
        """Read only the pictures in a button: a picture can be its own zoom button."""
        for image, above in dom.inside(element, self._above, ("img",)):
            self._add_image(dict(image.items()), above)

    def _read_media(self, element: Element, attributes: Attributes, state: State) -> None:
        address = self._media_address(element, attributes)
        if address is None:
            if element.tag == "object":
                self._read(element, state)
            return
        if any(empty in address for empty in _EMPTY_FRAMES):
            return
        label = attributes.get("title") or attributes.get("aria-label") or links.site_of(address)
        self._flush()
        self._runs.append(Run(TEXT, visible(label), 0, address))
        self._state = State()
        self._flush()

    def _media_address(self, element: Element, attributes: Attributes) -> str | None:
        name = element.tag
        names = ("data",) if name == "object" else ("src", "data-src", "data-lazy-src", "data-cfsrc", "href")
        written = [attributes[name] for name in names if attributes.get(name)]
        if name in ("video", "audio"):
            written += [source.get("src", "") for source in islice(dom.named(element, "source"), 4)]
        for address in written:
            found = links.link(address, self.base)
            if found and found.startswith("http"):
                return _embedded(found)
        return None

    def _read_leaf(self, element: Element, attributes: Attributes, state: State) -> None:
        self._flush()
        self._read(element, State(state.marks, state.href, _LEAVES[element.tag]))
        self._flush()

    def _read_boxed(self, element: Element, attributes: Attributes, state: State) -> None:
        name = element.tag
        box = Box(_BOXES[name])
        if name in ("td", "th"):
            box.spans = spans_of(attributes)
        self._read_box(box, element, State(state.marks, state.href, "p"))

    def _read_rule(self, element: Element, attributes: Attributes, state: State) -> None:
        self._flush()
        self._boxes[-1].children.append(Box("hr"))

    def _read_summary(self, element: Element, attributes: Attributes, state: State) -> None:
        self._read_block(element, attributes, state._replace(marks=state.marks | page.STRONG))

    def _read_form(self, element: Element, attributes: Attributes, state: State) -> None:
        """Read a form only if it holds an article: a paragraph, or enough text."""
        self._flush()
        if self._lengths.reaches(_MANY, element, self._above) or dom.has(element, "p"):
            self._read_block(element, attributes, state)

    def _read_noscript(self, element: Element, attributes: Attributes, state: State) -> None:
        """Read a noscript: the plain copies of lazily loaded pictures, and text if it is too long to be a notice."""
        if self._lengths.reaches(_MANY, element, self._above):
            self._read_block(element, attributes, state)
            return
        self._flush()
        for found, above in dom.inside(element, self._above, ("img", "iframe")):
            if found.tag == "img":
                self._add_image(dict(found.items()), above)
            else:
                self._read_media(found, dict(found.items()), state)

    def _add_image(self, attributes: Attributes, above: Sequence[Element]) -> None:
        state = self._state
        if is_emoji(attributes):
            self._runs.append(Run(TEXT, alt_text(attributes), state.marks, state.href))
            return
        image = find_image(attributes, self.base, self.asset, _sources(above))
        if image is None:
            return
        number = self._numbers.setdefault(image.url, len(self.images))
        if number == len(self.images):
            self.images.append(image)
        self._runs.append(Run(IMAGE, image.alt, 0, state.href, number))

    # The method that reads each element; all other elements are blocks.
    _READ: ClassVar[dict[str, Callable[[PageReader, Element, Attributes, State], None]]] = {
        **dict.fromkeys(_MARKS, _read_marked),
        **dict.fromkeys(_DROPPED, _read_dropped),
        **dict.fromkeys(_LEAVES, _read_leaf),
        **dict.fromkeys(_BOXES, _read_boxed),
        **dict.fromkeys(_INLINE, _read_inline),
        **dict.fromkeys(_BETWEEN, _read_between),
        **dict.fromkeys(_MEDIA, _read_media),
        "a": _read_link, "img": _read_image, "br": _read_break,
        "hr": _read_rule, "button": _read_button, "summary": _read_summary,
        "form": _read_form, "noscript": _read_noscript,
    }  # fmt: skip


def _sources(above: Sequence[Element]) -> str:
    """Return the srcset of the `source` elements next to an `img` in a `picture`."""
    # lxml parses what follows a `source` as its content.
    parent = next((element for element in reversed(above) if element.tag != "source"), None)
    if parent is None or parent.tag != "picture":
        return ""
    sources = islice(dom.named(parent, "source"), 8)
    return ", ".join(source.get("srcset") or source.get("data-srcset") or "" for source in sources)


def decoded_email(code: str) -> str | None:
    """Return the e-mail address that Cloudflare hid as hexadecimal bytes, each XORed with the first."""
    try:
        key, *mixed = bytes.fromhex(code[:1000])
        return bytes(byte ^ key for byte in mixed).decode()
    except ValueError:
        return None


def _embedded(address: str) -> str:
    """Return the address that an embedding service wraps (Medium uses Embedly)."""
    parts = urlsplit(address)
    if (parts.hostname or "").endswith("embedly.com"):
        inner = parse_qs(parts.query).get("url", [""])[0]
        return links.link(inner, None) or address
    return address
