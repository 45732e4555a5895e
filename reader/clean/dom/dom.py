"""Looks round in a parsed page: at its words, and at what stands below an element.

The elements are lxml's own or the standard library's. Both have `tag`, `text`, `tail` and `get`, and a comment's tag is
no string. Only lxml's know their parents, so what stands above an element, outermost first, is handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

_ASCII_SPACES = " \n\t\f\r"
# Words that are no part of the text around them: annotations over it, and what is no text at all.
_APART = frozenset(("rt", "rp", "style", "script", "template"))
_PRESERVING = frozenset(("pre", "textarea"))
# Elements of one page that are counted one by one, before all are measured together.
_MOST_GUESSES = 40


def keep_spaces(elements: Sequence[Element]) -> bool:
    """Say whether white space inside these elements stays as it was written."""
    return any(element.tag in _PRESERVING for element in elements)


def settled(text: str) -> str:
    """Return one character for a text of ASCII white space, as BeautifulSoup leaves of it; other texts as they are."""
    if text.isspace() and not text.strip(_ASCII_SPACES):
        return "\n" if "\n" in text else " "
    return text


def strings(element: Element, above: Sequence[Element]) -> Iterator[str]:
    """Yield the text inside an element, piece by piece, as BeautifulSoup's `get_text` puts it together."""
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
    """How much text stands inside each element of a page, counted once: elements can nest, and each be asked about."""

    def __init__(self, tree: Element) -> None:
        """Measure `tree` when a length is first needed; on most pages none is."""
        self._tree = tree
        self._lengths: dict[Element, int] = {}
        self._guesses = _MOST_GUESSES

    def reaches(self, size: int, element: Element, above: Sequence[Element]) -> bool:
        """Say whether the text inside an element has at least `size` characters."""
        if self._guesses and not self._lengths:
            self._guesses -= 1
            # Most elements asked about are short, and this counts in C, space and scripts with it.
            if sum(map(len, element.itertext())) < size:
                return False
        return self.of(element, above) >= size

    def of(self, element: Element, above: Sequence[Element]) -> int:
        """Count the characters of the text inside an element."""
        if element.tag in _APART:
            return sum(map(len, strings(element, above)))
        if not self._lengths:
            self._measure()
        return self._lengths[element]

    def _measure(self) -> None:
        """Add up from the end of the page to its beginning, so that what stands inside an element is known before."""
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
    """Yield an element and those inside it that have this name, in the order of the page.

    lxml's own `iter(tag)` passes over an element that the end of a page broke off (lxml 5.3).
    """
    return (found for found in element.iter() if found.tag == tag)


def has(element: Element, tag: str) -> bool:
    """Say whether an element of this name stands inside."""
    return any(found is not element for found in named(element, tag))


def inside(
    element: Element, above: Sequence[Element], tags: tuple[str, ...]
) -> Iterator[tuple[Element, list[Element]]]:
    """Yield the elements of these names inside an element, each with what stands above it, in the order of the page."""
    waiting = [(element, list(above))]
    while waiting:
        found, over = waiting.pop()
        if found is not element and found.tag in tags:
            yield found, over
        if len(found):
            under = [*over, found]  # one for all children
            waiting += [(child, under) for child in reversed(found)]
