"""Reads the allow-listed HTML of an article into a small tree; knows nothing of Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"br", "hr", "img"})
_SILENT = frozenset({"script", "style", "template", "noscript", "head", "title", "svg", "math", "object"})
# The cleaned page is flatter than this; deeper elements become siblings, and no page exhausts the stack.
_DEEPEST = 80


@dataclass(slots=True)
class Node:
    """An element: its tag, its attributes, and what stands in it in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def elements(self, *tags: str) -> list[Node]:
        """List the children that have one of `tags`."""
        return [child for child in self.children if isinstance(child, Node) and child.tag in tags]

    def text(self) -> str:
        """Join the text of everything below."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def parse_page(html: str) -> Node:
    """Read `html` into a tree whose root has the tag "page"."""
    builder = _TreeBuilder()
    builder.feed(html)
    builder.close()
    return builder.root


class _TreeBuilder(HTMLParser):
    """Collects nodes; end tags without a beginning are passed over."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("page")
        self._open = [self.root]
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Override HTMLParser.handle_starttag."""
        if self._silent or tag in _SILENT:
            self._silent.append(tag)
            return
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Override HTMLParser.handle_startendtag."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Override HTMLParser.handle_endtag."""
        if self._silent:
            if tag in self._silent:
                del self._silent[self._silent.index(tag) :]
            return
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        """Override HTMLParser.handle_data."""
        if not self._silent:
            self._open[-1].children.append(data)
