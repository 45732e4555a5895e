"""Parses a mended page into a tree: lxml's own, or BeautifulSoup's where the two would differ.

BeautifulSoup builds its tree from lxml's events; lxml's own tree comes from the same parser in a tenth of the time.
Where that tree may lose something of the events, `direct_tree` returns None and BeautifulSoup is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Comment, Element, SubElement

from bs4 import BeautifulSoup
from bs4.element import PageElement, PreformattedString, Tag
from lxml import etree

# libxml2 cuts a text at 10 million bytes; a character has up to four.
_LONGEST = 2_500_000
# The tree silently ends at 255 elements deep; where it does, the path of last children is nearly that long.
_DEEPEST = 250
# BeautifulSoup takes `{…}` in the name of an attribute for a namespace, and keeps only the part after it.
_BRACED_NAME = re.compile(r"[\s/\"']\{[^\s=>/]*\}")


def tree_of(html: str) -> Element:
    """Parse a page prepared by `mend`, in the quickest way that loses nothing."""
    tree = direct_tree(html)
    return soup_tree(html) if tree is None else tree


def direct_tree(html: str) -> Element | None:
    """Parse a page into lxml's own tree; None where it might differ from BeautifulSoup's."""
    # BeautifulSoup splits a text at a declaration; lxml's tree does not.
    if len(html) > _LONGEST or "<!" in html or ("{" in html and _BRACED_NAME.search(html)):
        return None
    parser = etree.HTMLParser()  # one for each page: a parser belongs to its thread
    parser.feed(_with_body(html))
    root = parser.close()
    # Elements after </html> begin a second root, or are lost.
    whole = root.getnext() is None and _rightmost_depth(root) < _DEEPEST
    return root if whole else None


def soup_tree(html: str) -> Element:
    """Parse a page with BeautifulSoup, which has no bounds; elements after </html> get a parent in common with it."""
    soup = BeautifulSoup(_with_body(html), "lxml", multi_valued_attributes=None)
    document = Element("document")
    stack: list[tuple[Element, Iterator[PageElement]]] = [(document, iter(soup.contents))]
    while stack:
        parent, nodes = stack[-1]
        node = next(nodes, None)
        if node is None:
            stack.pop()
        elif isinstance(node, Tag):
            attributes = {str(name): str(value) for name, value in node.attrs.items()}
            stack.append((SubElement(parent, node.name, attributes), iter(node.contents)))
        elif isinstance(node, PreformattedString):  # comments, declarations
            parent.append(Comment())
        else:
            _add_text(parent, str(node))
    only = document[0]
    return only if len(document) == 1 and not only.tail else document


def _add_text(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = text
    else:
        parent.text = text


def _with_body(html: str) -> str:
    """Prefix a body tag, which also keeps BeautifulSoup from warning that the text looks like a file name or XML."""
    return f"<body>{html}"


def _rightmost_depth(element: Element) -> int:
    """Count the elements on the path to the end of the page: the last child of each level."""
    depth = 1
    while len(element):
        element = element[-1]
        depth += 1
    return depth
