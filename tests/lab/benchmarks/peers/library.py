"""Pressmark as the window has it: a library in the state that its import left it in."""

from __future__ import annotations

from pathlib import Path

from tests.lab.benchmarks.peers.base import Order
from tests.lab.benchmarks.peers.pressmark import Pressmark
from tests.lab.benchmarks.program import Query, open_library


class PressmarkLibrary(Pressmark):
    """Answers through the library, which takes everything by date from its store."""

    def open(self, folder: Path) -> None:
        """Open the library in `folder`, and load what the window loads once it is painted."""
        self._library = open_library(folder)
        self._library.warm_up()

    def ask(self, translated: Query, order: Order) -> int:
        """Answer; the exact total comes with every answer, whether it is asked for or not."""
        page = self._library.search(translated)
        return page.total if order is Order.COUNT else len(page.ids)

    def close(self) -> None:
        """Close the library."""
        self._library.close()
