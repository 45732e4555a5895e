"""Helpers to walk a parsed page: its text, and the descendants of an element.

The elements are lxml's or the standard library's. Both have `tag`, `text`, `tail` and `get`, and the tag of a comment
is not a string. Only lxml's know their parents, so callers pass in `above`: the ancestors, outermost first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

_ASCII_SPACES = " \n\t\f\r"
# Elements whose text is not part of the text around them: annotations above it, scripts and styles.
_APART = frozenset(("rt", "rp", "style", "script", "template"))
_PRESERVING = frozenset(("pre", "textarea"))
# How many elements of a page are measured one by one before all are measured together.
_MOST_GUESSES = 40


def keep_spaces(elements: Sequence[Element]) -> bool:
    """Say whether white space inside these elements is preserved."""
    return any(element.tag in _PRESERVING for element in elements)


def settled(text: str) -> str:
    """Collapse a text of nothing but ASCII white space to one character, as BeautifulSoup does; leave other texts."""
    if text.isspace() and not text.strip(_ASCII_SPACES):
        return "\n" if "\n" in text else " "
    return text


def strings(element: Element, above: Sequence[Element]) -> Iterator[str]:
    """Yield the text inside an element, piece by piece, exactly as BeautifulSoup's `get_text` would join it."""
    part = next((parent.tag for parent in (element, *reversed(above)) if parent.tag in _APART), "")
    wanted = part if element.tag in _APART else ""
    waiting: list[tuple[Element | str, str, bool]] = [(element, part, keep_spaces((*above, element)))]
    while waiting:
        item, part, preserved = waiting.pop()
        if isinstance(item, str):
            if part == wanted:
                yield item if preserved else settled(item)
            continue
        for child in reversed(item):
            if child.tail:
                waiting.append((child.tail, part, preserved))
            if isinstance(child.tag, str):
                inside = child.tag if child.tag in _APART else part
                waiting.append((child, inside, preserved or child.tag in _PRESERVING))
        if item.text:
            waiting.append((item.text, part, preserved))


class Lengths:
    """The length of the text inside each element of a page, measured once, since nested elements are asked about."""

    def __init__(self, tree: Element) -> None:
        """Take a page, which is measured only once a length is needed; on most pages none is."""
        self._tree = tree
        self._lengths: dict[Element, int] = {}
        self._guesses = _MOST_GUESSES

    def reaches(self, size: int, element: Element, above: Sequence[Element]) -> bool:
        """Say whether the text inside an element has at least `size` characters."""
        if self._guesses and not self._lengths:
            self._guesses -= 1
            # Most elements asked about are short. This upper bound, scripts and white space included, is counted in C.
            if sum(map(len, element.itertext())) < size:
                return False
        return self.of(element, above) >= size

    def of(self, element: Element, above: Sequence[Element]) -> int:
        """Return the length of the text inside an element, in characters."""
        if element.tag in _APART:
            return sum(map(len, strings(element, above)))
        if not self._lengths:
            self._measure()
        return self._lengths[element]

    def _measure(self) -> None:
        """Measure all elements from the end of the page to its beginning, so that children come before parents."""
        nodes = list(self._tree.iter())
        preserved, apart = set[Element](), set[Element]()
        for node in nodes:
            if node in preserved or node.tag in _PRESERVING:
                preserved.update((node, *node))
            if node in apart or node.tag in _APART:
                apart.update((node, *node))
        lengths = self._lengths
        for node in reversed(nodes):
            texts = [] if node in apart else [child.tail for child in node]
            if isinstance(node.tag, str) and node not in apart:
                texts.append(node.text)
            size = len if node in preserved else _settled_length
            lengths[node] = sum(map(size, filter(None, texts))) + sum([lengths[child] for child in node])


def _settled_length(text: str) -> int:
    return len(settled(text))


def named(element: Element, tag: str) -> Iterator[Element]:
    """Yield the elements with this tag among an element and its descendants, in document order.

    lxml's own `iter(tag)` misses an element cut off by the end of the page (lxml 5.3).
    """
    return (found for found in element.iter() if found.tag == tag)


def has(element: Element, tag: str) -> bool:
    """Say whether an element has a descendant with this tag."""
    return any(found is not element for found in named(element, tag))


def inside(
    element: Element, above: Sequence[Element], tags: tuple[str, ...]
) -> Iterator[tuple[Element, list[Element]]]:
    """Yield the descendants with one of these tags, each with its ancestors (outermost first), in document order."""
    waiting = [(element, list(above))]
    while waiting:
        found, over = waiting.pop()
        if found is not element and found.tag in tags:
            yield found, over
        if len(found):
            under = [*over, found]  # one for all children
            waiting += [(child, under) for child in reversed(found)]
