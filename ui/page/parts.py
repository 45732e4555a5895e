"""The small values a page is built of: decorations, inks, places, the cells of a table; knows no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from reader.page import CODE, EM, IMAGE, STRONG, STRUCK, SUB, SUP, UNDERLINE, Block, Box, Run

# Space that has no place at the beginning or end of a paragraph; pages indent with ideographic spaces.
BLANK = " \t\n\r\u3000\u00a0\u200b\ufeff"


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


def inked(ink: Ink, run: Run) -> Ink:
    """Return how a run is written where plain text is written in `ink`."""
    marks = run.marks
    if not (marks or run.href):
        return ink
    return replace(
        ink,
        bold=ink.bold or bool(marks & STRONG),
        italic=bool(marks & EM),
        underline=bool(marks & UNDERLINE),
        strike=bool(marks & STRUCK),
        code=bool(marks & CODE),
        script=1 if marks & SUP else -1 if marks & SUB else 0,
        href=run.href or "",
    )


def trimmed(runs: Sequence[Run]) -> list[Run]:
    """Take away what is blank at both ends of a paragraph, as the pictures around it leave it."""
    said = [at for at, run in enumerate(runs) if run.kind == IMAGE or run.text.strip(BLANK)]
    if not said:
        return []
    kept = list(runs[said[0] : said[-1] + 1])
    kept[0] = kept[0]._replace(text=kept[0].text.lstrip(BLANK))
    kept[-1] = kept[-1]._replace(text=kept[-1].text.rstrip(BLANK))
    return kept


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: where it stands, how far it reaches, what is in it."""

    row: int
    column: int
    tall: int
    wide: int
    heading: bool
    blocks: list[Block]


def rows_of(table: Box) -> list[list[Box]]:
    """List the cells of each row that has any."""
    rows = [row.children for row in table.children if isinstance(row, Box) and row.tag == "tr"]
    cells = [[cell for cell in row if isinstance(cell, Box)] for row in rows]
    return [row for row in cells if row]


def columns_of(rows: Iterable[list[Box]]) -> int:
    """Count the columns that the widest row needs."""
    return max((sum(cell.spans[0] for cell in row) for row in rows), default=0)


def grid(rows: list[list[Box]], columns: int) -> list[Cell]:
    """Give every cell its place; what does not fit in `columns` is appended to the row's last cell."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for at, row in enumerate(rows):
        column = 0
        for box in row:
            while (at, column) in taken:
                column += 1
            if column >= columns:
                if cells and cells[-1].row == at:
                    cells[-1].blocks.extend(box.children)
                continue
            wide = min(box.spans[0], columns - column)
            wide = next((more for more in range(1, wide) if (at, column + more) in taken), wide)
            tall = min(box.spans[1], len(rows) - at)
            taken |= {(at + down, column + right) for down in range(tall) for right in range(wide)}
            cells.append(Cell(at, column, tall, wide, box.tag == "th", list(box.children)))
            column += wide
    return cells
