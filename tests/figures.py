"""Figures that tests print at the end of the run, as slow ones do: how much was tried, and survived."""

from __future__ import annotations

from collections import Counter


class Figures:
    """Lines to print, and sums over all tests."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.sums: Counter[str] = Counter()

    def add(self, line: str) -> None:
        """Let a line be printed."""
        self.lines.append(line)

    def count(self, what: str, number: int) -> None:
        """Add to a sum."""
        self.sums[what] += number
