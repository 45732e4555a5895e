"""Finds words in the plain text of a page, and their positions in its document."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from ui.page.typography import ZERO_WIDTH_SPACE

Range = tuple[int, int]
Matches = Callable[[str], list[Range]]

# Characters of two UTF-16 units, and zero-width spaces, which are not part of the text.
_OTHER_WIDTH = re.compile(f"[\U00010000-\U0010ffff{ZERO_WIDTH_SPACE}]")


def find_ignoring_case(text: str, needle: str) -> list[Range]:
    """Find `needle` in `text`, ignoring case."""
    return [found.span() for found in re.finditer(re.escape(needle), text, re.IGNORECASE)] if needle else []


def no_matches(_text: str) -> list[Range]:
    """Find nothing."""
    return []


class PageText:
    """The text of a page, one line a block, and the mapping from it to positions in the document.

    Positions count UTF-16 units, text counts characters; the zero-width spaces that let long words break
    are not part of the text.
    """

    def __init__(self, plain: str, hidden: Sequence[Range] = ()) -> None:
        """Read the document's own plain text, in which `hidden` ranges (the byline) are not searched."""
        self._hidden = hidden
        # The indexes in `text` after which positions run one unit further ahead, in order.
        self._steps: list[int] = []
        spaces = 0
        for found in _OTHER_WIDTH.finditer(plain):
            is_space = found.group() == ZERO_WIDTH_SPACE
            self._steps.append(found.start() - spaces - (1 if is_space else 0))
            spaces += is_space
        self.text = plain.replace(ZERO_WIDTH_SPACE, "")

    def find(self, matches: Matches) -> list[Range]:
        """Return the matches as sorted ranges of positions, without those that cross blocks."""
        found: list[Range] = []
        for start, end in matches(self.text):
            if end > start and "\n" not in self.text[start:end]:
                first, last = self._position(start), self._position(end)
                if not any(first < hidden[1] and last > hidden[0] for hidden in self._hidden):
                    found.append((first, last))
        return sorted(found)

    def _position(self, index: int) -> int:
        return index + bisect_left(self._steps, index)


def within(ranges: Sequence[Range], first: int, last: int) -> Sequence[Range]:
    """Return those of sorted, disjoint `ranges` that may touch `first` to `last`."""
    begin = max(0, bisect_left(ranges, (first, 0)) - 1)
    return ranges[begin : bisect_right(ranges, (last, last))]
