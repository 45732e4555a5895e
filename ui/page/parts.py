"""The values from which a page is built: decorations, inks, places, the cells of a table; without Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from reader.page import CODE, EM, IMAGE, STRONG, STRUCK, SUB, SUP, UNDERLINE, Block, Box, Run

# Characters stripped from both ends of a paragraph; pages indent with ideographic spaces.
BLANK = " \t\n\r\u3000\u00a0\u200b\ufeff"


class Mark(Enum):
    """A shape that is painted under the text of a page."""

    BAR = auto()
    PANEL = auto()
    REMOVED = auto()
    RULE = auto()
    CODE = auto()
    ITEM = auto()


@dataclass(frozen=True, slots=True)
class Decoration:
    """A mark under the positions `first` to `last`; `label` is the bullet or number of a list item."""

    mark: Mark
    first: int
    last: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Ink:
    """The look of a run of text, gathered from the elements around it."""

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
    """The width of a place on the page: a share of the column, less `inset` px."""

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
    """The place in which the builder writes: how paragraphs are set there, and their room."""

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
    """Return the ink of a run in a place whose plain text has `ink`."""
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
    """Strip blank text from both ends of a paragraph, for example next to pictures."""
    said = [at for at, run in enumerate(runs) if run.kind == IMAGE or run.text.strip(BLANK)]
    if not said:
        return []
    kept = list(runs[said[0] : said[-1] + 1])
    kept[0] = kept[0]._replace(text=kept[0].text.lstrip(BLANK))
    kept[-1] = kept[-1]._replace(text=kept[-1].text.rstrip(BLANK))
    return kept


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: its position, its spans, and its blocks."""

    row: int
    column: int
    tall: int
    wide: int
    heading: bool
    blocks: list[Block]


def rows_of(table: Box) -> list[list[Box]]:
    """Return the cells of each row that has any."""
    rows = [row.children for row in table.children if isinstance(row, Box) and row.tag == "tr"]
    cells = [[cell for cell in row if isinstance(cell, Box)] for row in rows]
    return [row for row in cells if row]


def columns_of(rows: Iterable[list[Box]]) -> int:
    """Return the number of columns of the widest row."""
    return max((sum(cell.spans[0] for cell in row) for row in rows), default=0)


def grid(rows: list[list[Box]], columns: int) -> list[Cell]:
    """Place every cell; the content of a cell beyond `columns` is appended to the row's last one."""
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
