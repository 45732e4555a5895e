"""Parses a mended page into a tree: lxml's own, or BeautifulSoup's where that would be another.

BeautifulSoup takes lxml's events; lxml's own tree comes from the same parser and takes a tenth of the time. Where
libxml2 builds a tree that does not say all that the events say, `direct_tree` tells, and BeautifulSoup is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Comment, Element, SubElement

from bs4 import BeautifulSoup
from bs4.element import PageElement, PreformattedString, Tag
from lxml import etree

# Of a text beyond 10 million bytes libxml2 keeps no more than that; a character has up to four.
_LONGEST = 2_500_000
# The tree ends without a word where it is 255 elements deep; then the last of each level lead there.
_DEEPEST = 250
# BeautifulSoup takes the name of such an attribute for one with a namespace, and keeps the part after it.
_BRACED_NAME = re.compile(r"[\s/\"']\{[^\s=>/]*\}")


def tree_of(html: str) -> Element:
    """Parse a page that `parsing` has mended, in the quickest way that loses nothing."""
    tree = direct_tree(html)
    return soup_tree(html) if tree is None else tree


def direct_tree(html: str) -> Element | None:
    """Parse a page into lxml's own tree; None where it is not sure to be the tree of BeautifulSoup."""
    # A declaration ends a text for BeautifulSoup, and not in the tree.
    if len(html) > _LONGEST or "<!" in html or ("{" in html and _BRACED_NAME.search(html)):
        return None
    parser = etree.HTMLParser()  # one for each page: a parser belongs to its thread
    parser.feed(_opened(html))
    root = parser.close()
    # What stands behind </html> begins a second root, or is lost.
    whole = root.getnext() is None and _rightmost_depth(root) < _DEEPEST
    return root if whole else None


def soup_tree(html: str) -> Element:
    """Parse a page with BeautifulSoup, which bounds nothing; what stands behind <html> has a parent with it."""
    soup = BeautifulSoup(_opened(html), "lxml", multi_valued_attributes=None)
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


def _opened(html: str) -> str:
    """Open the body; that also keeps BeautifulSoup from warning about text that looks like a file name or XML."""
    return f"<body>{html}"


def _rightmost_depth(element: Element) -> int:
    """Count the elements that lead to the end of the page."""
    depth = 1
    while len(element):
        element = element[-1]
        depth += 1
    return depth
