"""The blocks of a page: boxes hold boxes and leaves, leaves hold runs of inline text.

The cleaner makes them of a capture and stores them as HTML; `read_page` reads them back for whatever walks a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

STRONG, EM, UNDERLINE, STRUCK, SUB, SUP, CODE = 1, 2, 4, 8, 16, 32, 64

TEXT, BREAK, IMAGE = 0, 1, 2

MARK_TAGS = {
    "strong": STRONG, "em": EM, "u": UNDERLINE, "s": STRUCK, "sub": SUB, "sup": SUP, "code": CODE,
}  # fmt: skip
"""The element that each mark is written as, the outermost first."""

_MAX_SPAN = 20


class Run(NamedTuple):
    """A piece of a leaf: text, a line break or a picture (`image` is its number), with its marks and link."""

    kind: int
    text: str = ""
    marks: int = 0
    href: str | None = None
    image: int = -1


@dataclass(slots=True)
class Leaf:
    """A block that holds inline runs: a paragraph, a heading, preformatted text, a caption, a term.

    `offset` is where its text begins in `Article.text`, set by `read_page`; for a leaf without text, where the text of
    the next leaf begins.
    """

    tag: str
    runs: list[Run]
    offset: int = field(default=0, compare=False)
    _words: str | None = field(default=None, init=False, compare=False)

    @property
    def plain(self) -> Run | None:
        """The only run of the leaf, if it is text, as in most leaves; else None."""
        runs = self.runs
        return runs[0] if len(runs) == 1 and runs[0].kind == TEXT else None

    @property
    def words(self) -> str:
        """The leaf's text, one line per line break, without pictures."""
        if self._words is None:
            if plain := self.plain:
                self._words = plain.text
            else:
                written = [run.text if run.kind == TEXT else "\n" for run in self.runs if run.kind != IMAGE]
                self._words = "".join(written)
        return self._words

    @property
    def text(self) -> str:
        """The leaf's part of `Article.text`: its lines, none empty; alternative texts are left out."""
        between = range(1, len(self.runs) - 1)  # a picture there keeps the words around it apart
        pieces = [
            run.text if run.kind == TEXT else "\n" if run.kind == BREAK else " " if at in between else ""
            for at, run in enumerate(self.runs)
        ]
        lines = "".join(pieces).split("\n")
        if self.tag == "pre":
            return "\n".join([line.rstrip() for line in lines if line.strip()])
        return "\n".join([words for line in lines if (words := line.replace("  ", " ").strip())])

    @property
    def has_image(self) -> bool:
        """Whether the leaf contains a picture."""
        return IMAGE in [run.kind for run in self.runs]

    def replace(self, runs: list[Run]) -> None:
        """Replace all runs."""
        self.runs = runs
        self._words = None


@dataclass(slots=True)
class Box:
    """A block that holds blocks: a quote, a list, a table and their parts; a `div` holds text that cleaning removed."""

    tag: str
    children: list[Box | Leaf] = field(default_factory=list)
    spans: tuple[int, int] = (1, 1)


Block = Box | Leaf

HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_LEAVES = HEADINGS | {"p", "pre", "caption", "figcaption", "dt"}
_BOXES = frozenset(("blockquote", "ul", "ol", "li", "table", "tr", "td", "th", "dl", "dd", "figure"))
# Pages are flatter than this; deeper boxes give their blocks to the one around them.
_DEEPEST = 200
WEB_SCHEMES = ("http", "https")
# Schemes that a link may have: another one could run a program, or reveal something about this machine.
LINK_SCHEMES = (*WEB_SCHEMES, "mailto")
MAIL = "mailto:"
_ON_WEB = tuple(f"{scheme}://" for scheme in WEB_SCHEMES)
# Comments, and elements whose text is not for reading, are one token each; no other pattern looks beyond the next "<".
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template|noscript|head|title|svg|math|object)\b[^<>]*>.*?(?:</\1>|\Z)"
    r"|<(/?)([a-z][a-z0-9]*)([^<>]*)>|((?:[^<]+|<(?!/?[a-z][^<>]*>|!--))+)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""\s([a-z]+)=(["'])(.*?)\2""", re.DOTALL)
_PICTURE = re.compile(r"img:(\d{1,6})")


def read_page(html: str) -> Box:
    """Read HTML that `to_html` wrote as blocks, with the offset of each leaf; other HTML is read as far as possible."""
    reader = _BlockReader()
    for _, closing, tag, attributes, text in _TOKEN.findall(html):
        if text:
            reader.add(text)
        elif closing:
            reader.end(tag.lower())
        elif tag:
            reader.start(tag.lower(), attributes)
    reader.flush()
    return reader.root


def leaves(box: Box) -> Iterator[Leaf]:
    """Yield all leaves in the order of the page."""
    stack: list[Iterator[Block]] = [iter(box.children)]
    while stack:
        for block in stack[-1]:
            if isinstance(block, Leaf):
                yield block
            else:
                stack.append(iter(block.children))
                break
        else:
            stack.pop()


def to_text(leaves: Iterable[Leaf]) -> str:
    """Return the text of a page as it is indexed, each leaf on lines of its own."""
    return "\n".join([text for leaf in leaves if (text := leaf.text)])


def spans_of(attributes: Mapping[str, str]) -> tuple[int, int]:
    """Return the number of columns and rows that a cell spans."""
    columns, rows = (attributes.get(name, "1").strip()[:6] for name in ("colspan", "rowspan"))
    return _span(columns), _span(rows)


def _span(written: str) -> int:
    return max(1, min(_MAX_SPAN, int(written))) if written.isascii() and written.isdigit() else 1


class _BlockReader:
    """Builds the tree of blocks; the end of a container closes all blocks that are still open in it."""

    def __init__(self) -> None:
        self.root = Box("body")
        self._boxes = [self.root]
        self._offset = 0
        self._reset("")

    def _reset(self, leaf: str) -> None:
        self._leaf = leaf
        self._runs: list[Run] = []
        self._marks = 0
        self._href: str | None = None

    def add(self, text: str) -> None:
        """Read text."""
        self._runs.append(Run(TEXT, _without_references(text), self._marks, self._href))

    def start(self, tag: str, written: str) -> None:
        """Read the start tag of an element; the text of an unknown element belongs to the element around it."""
        attributes = {name: _without_references(value) for name, _, value in _ATTRIBUTE.findall(written)}
        if tag in MARK_TAGS:
            self._marks |= MARK_TAGS[tag]
        elif tag == "a":
            self._href = _safe(attributes.get("href", ""))
        elif tag == "br":
            self._runs.append(Run(BREAK))
        elif tag == "img":
            if found := _PICTURE.fullmatch(attributes.get("src", "")):
                self._runs.append(Run(IMAGE, attributes.get("alt", ""), 0, self._href, int(found[1])))
        elif tag in _LEAVES:
            self.flush(tag)
        elif tag == "hr":
            self.flush()
            self._boxes[-1].children.append(Box("hr"))
        elif tag in _BOXES or (tag == "div" and attributes.get("class") == "removed"):
            self.flush()
            self._open(Box(tag, spans=spans_of(attributes)))

    def end(self, tag: str) -> None:
        """Read an end tag: it closes the element and all that is open in it; without a start tag it is ignored."""
        if tag in MARK_TAGS:
            self._marks &= ~MARK_TAGS[tag]
        elif tag == "a":
            self._href = None
        elif tag in _LEAVES:
            self.flush()
        elif tag in _BOXES or tag == "div":
            self.flush()
            depth = next((at for at in range(len(self._boxes) - 1, 0, -1) if self._boxes[at].tag == tag), 0)
            del self._boxes[depth or len(self._boxes) :]

    def _open(self, box: Box) -> None:
        if len(self._boxes) < _DEEPEST:
            self._boxes[-1].children.append(box)
            self._boxes.append(box)

    def flush(self, following: str = "") -> None:
        """Close the leaf that is being read; runs directly in a box become a paragraph, or the pictures of a figure."""
        if self._runs:
            box = self._boxes[-1]
            leaf = Leaf(self._leaf or ("img" if box.tag == "figure" else "p"), self._runs, self._offset)
            box.children.append(leaf)
            if text := leaf.text:
                self._offset += len(text) + 1
        self._reset(following)


def _without_references(text: str) -> str:
    """Resolve character references; leave a text unchanged if a number in it has too many digits for Python."""
    try:
        return unescape(text)
    except ValueError:
        return text


def _safe(address: str) -> str | None:
    """Return the address of a link if it is safe to follow, else None."""
    address = address.strip()
    return address if is_web_address(address) or address.lower().startswith(MAIL) else None


def is_web_address(address: str) -> bool:
    """Say whether an address is http or https."""
    return address.lower().startswith(_ON_WEB)
