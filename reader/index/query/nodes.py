"""The nodes of a parsed query: each is a condition on one article. Times are microseconds since 1970 in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from reader.index.text.analysis import Needle
from reader.scope import InState, OneSource


class TextNode(NamedTuple):
    """The needle occurs in one line of title or text, or of the title alone."""

    needle: Needle
    title_only: bool = False


@dataclass(frozen=True, slots=True)
class SourceNode:
    """The folded name of the source holds `folded`."""

    folded: str


@dataclass(frozen=True, slots=True)
class AuthorNode:
    """The folded author holds `folded`."""

    folded: str


@dataclass(frozen=True, slots=True)
class TagNode:
    """One of the folded tags, whether from the capture or the person's own, is `folded`."""

    folded: str


@dataclass(frozen=True, slots=True)
class DateNode:
    """The article was published at `start` or later, and before `end`; None leaves that side open."""

    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class ImageNode:
    """The article has a picture."""


@dataclass(frozen=True, slots=True)
class AndNode:
    """All of the children hold."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class OrNode:
    """At least one of the children holds."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class NotNode:
    """The child does not hold."""

    child: Node


# A scope that the index can narrow by is a condition like the others.
Fact = SourceNode | OneSource | AuthorNode | TagNode | ImageNode | InState
Condition = TextNode | DateNode | Fact
Node = Condition | AndNode | OrNode | NotNode


def conditions(node: Node) -> Iterator[Condition]:
    """Yield all conditions, negated ones included."""
    if isinstance(node, NotNode):
        yield from conditions(node.child)
    elif isinstance(node, AndNode | OrNode):
        for child in node.children:
            yield from conditions(child)
    else:
        yield node


def asks_for_states(root: Node | None) -> bool:
    """Say whether the answer can change when the person stars, tags or reads an article."""
    return root is not None and any(isinstance(leaf, InState | TagNode) for leaf in conditions(root))
