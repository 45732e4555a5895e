"""The small values a page is built of: decorations, places, runs, the cells of a table; knows no Qt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from ui.page.tree import Node
from ui.page.typography import LINE_BREAK, collapse

# Space that has no place at the beginning or end of a paragraph; pages indent with ideographic spaces.
BLANK = " \t\n\r\u3000\u00a0\u200b\ufeff" + LINE_BREAK
_MOST_SPANNED = 100


class Mark(Enum):
    """What the page paints under its text."""

    BAR = auto()
    PANEL = auto()
    REMOVED = auto()
    RULE = auto()
    CODE = auto()
    ITEM = auto()


@dataclass(frozen=True, slots=True)
class Decoration:
    """A stretch of the document, in positions, and what is painted under it; `label` numbers an item."""

    mark: Mark
    first: int
    last: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Ink:
    """How a run of text is written, gathered from the elements around it."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    code: bool = False
    small: bool = False
    secondary: bool = False
    script: int = 0  # 1 raised, -1 lowered
    href: str = ""

    def plus(self, **changes: object) -> Ink:
        """Return this ink with `changes`."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Room:
    """How wide a place in the page is: a share of the column, less `inset` px."""

    share: float = 1.0
    inset: int = 0

    def width(self, column: float) -> float:
        """Return its width in a column of `column` px."""
        return max(16.0, column * self.share - self.inset)

    def less(self, inset: int) -> Room:
        """Return a room narrower by `inset` px."""
        return Room(self.share, self.inset + inset)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the builder writes: how paragraphs are set there and how much room there is."""

    ink: Ink = field(default_factory=Ink)
    room: Room = field(default_factory=Room)
    indent: int = 0
    frames: int = 0
    tables: int = 0
    caption: bool = False
    tight: bool = False
    heading: int = 0
    longest_word: int = 0

    def plus(self, **changes: object) -> Place:
        """Return this place with `changes`."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(slots=True)
class Run:
    """Text in one ink, or a picture that stands in the line."""

    text: str
    ink: Ink
    picture: int | None = None


def trimmed(runs: list[Run]) -> list[Run]:
    """Fold the white space across `runs`, and take away what is blank at both ends."""
    kept = [Run(collapse(run.text), run.ink, run.picture) for run in runs]
    while kept and kept[0].picture is None:
        kept[0].text = kept[0].text.lstrip(BLANK)
        if kept[0].text:
            break
        kept.pop(0)
    while kept and kept[-1].picture is None:
        kept[-1].text = kept[-1].text.rstrip(BLANK)
        if kept[-1].text:
            break
        kept.pop()
    spaced = True
    for run in kept:
        if spaced and run.picture is None:
            run.text = run.text.lstrip(" ")
        if run.text or run.picture is not None:
            spaced = run.picture is None and run.text[-1:] in (" ", LINE_BREAK)
    return [run for run in kept if run.text or run.picture is not None]


def text_with_breaks(node: Node) -> str:
    """Join the text below `node`, a `br` being a new line."""
    parts: list[str] = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(child)
        else:
            parts.append("\n" if child.tag == "br" else text_with_breaks(child))
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: where it stands, how far it reaches, what is in it."""

    row: int
    column: int
    tall: int
    wide: int
    node: Node


def rows_of(table: Node) -> list[list[Node]]:
    """List the cells of each row, through thead, tbody and tfoot."""
    rows: list[list[Node]] = []
    for child in table.elements("tr", "thead", "tbody", "tfoot"):
        found = [child] if child.tag == "tr" else child.elements("tr")
        rows += [row.elements("td", "th") for row in found]
    return [row for row in rows if row]


def columns_of(rows: Iterable[list[Node]]) -> int:
    """Count the columns that the widest row needs."""
    return max((sum(_span(cell, "colspan") for cell in row) for row in rows), default=0)


def grid(rows: list[list[Node]], columns: int) -> list[Cell]:
    """Give every cell its place; what does not fit in `columns` is appended to the row's last cell."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for at, row in enumerate(rows):
        column = 0
        for node in row:
            while (at, column) in taken:
                column += 1
            if column >= columns:
                if cells and cells[-1].row == at:
                    cells[-1].node.children.extend([" ", *node.children])
                continue
            wide = min(_span(node, "colspan"), columns - column)
            wide = next((more for more in range(1, wide) if (at, column + more) in taken), wide)
            tall = min(_span(node, "rowspan"), len(rows) - at)
            taken |= {(at + down, column + right) for down in range(tall) for right in range(wide)}
            cells.append(Cell(at, column, tall, wide, node))
            column += wide
    return cells


def _span(node: Node, name: str) -> int:
    found = re.fullmatch(r"\s*(\d{1,4})\s*", node.attributes.get(name, "1"))
    return min(max(int(found.group(1)), 1), _MOST_SPANNED) if found else 1
