"""The selection of the list, kept while ids arrive late and the list changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject, Signal

from reader.article import ArticleId
from ui.models.article_list_model import ArticleListModel

Rows = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Selected:
    """A selection: ranges of rows from the top down, and the ids of the list, as far as they had been loaded."""

    rows: Sequence[Rows]
    ids: Sequence[ArticleId]
    total: int

    @property
    def count(self) -> int:
        """How many articles are selected."""
        return sum(bottom - top + 1 for top, bottom in self.rows)

    @property
    def is_everything(self) -> bool:
        """Whether all rows of the list are selected."""
        return self.count == self.total

    @property
    def is_known(self) -> bool:
        """Whether the ids of all selected rows had been loaded."""
        return not self.rows or self.rows[-1][1] < len(self.ids)

    def articles(self) -> list[ArticleId]:
        """Return the selected articles from the top down, as far as their ids had been loaded."""
        return [id_ for top, bottom in self.rows for id_ in self.ids[top : bottom + 1]]

    def rows_in(self, ids: Sequence[ArticleId], total: int) -> Sequence[Rows]:
        """Return the rows of the same articles in a newer answer to the same question.

        Rows whose ids had not been loaded are found if the answer is the same, or if all rows were selected.
        """
        # Imported here, after the first painting. Loops over 300,000 ids would stop the window for 95 ms.
        import numpy as np

        now, then = np.asarray(ids, np.int64), np.asarray(self.ids, np.int64)
        if total == self.total and np.array_equal(now[: len(then)], then):
            return self.rows
        if self.is_everything and not self.is_known:
            return [(0, total - 1)]
        wanted = [then[top : bottom + 1] for top, bottom in self.rows]
        there = np.isin(now, np.concatenate(wanted)) if wanted else np.zeros(len(now), bool)
        edges = np.flatnonzero(np.diff(there, prepend=False, append=False)).tolist()
        return [(top, below - 1) for top, below in zip(edges[::2], edges[1::2], strict=True)]

    def found_in(self, ids: Sequence[ArticleId], total: int) -> Selected:
        """Return the selection of the same articles in a newer answer to the same question."""
        return Selected(self.rows_in(ids, total), ids, total)


class ArticleSelection(QObject):
    """The selection of a list whose ids may not all be loaded.

    Signals:
        changed: other rows are selected, or the list has changed.
        lost: an action that waited for ids was dropped, as the list has changed.
    """

    changed = Signal()
    lost = Signal()

    def __init__(self, articles: ArticleListModel, model: QItemSelectionModel, parent: QObject) -> None:
        super().__init__(parent)
        self._articles, self._model = articles, model
        self._waiting: list[tuple[Selected, Callable[[list[ArticleId]], object]]] = []
        model.selectionChanged.connect(self._on_changed)

    def _on_changed(self) -> None:
        if not self.now().is_known:
            self._articles.want_rest()
        self.changed.emit()

    def now(self) -> Selected:
        """Return the current selection."""
        selection = self._model.selection()
        ranges = (selection.at(number) for number in range(selection.count()))
        rows = sorted((each.top(), each.bottom()) for each in ranges)
        return Selected(rows, self._articles.ids, self._articles.rowCount())

    def with_articles(self, do: Callable[[list[ArticleId]], object]) -> None:
        """Call `do` with all selected articles, at once or when their ids are loaded."""
        selected = self.now()
        if selected.is_known:
            do(selected.articles())
        else:
            self._waiting.append((selected, do))
            self._articles.want_rest()

    def select_again(self, before: Selected) -> None:
        """Select the articles of an earlier selection in a newer answer to the same question."""
        selection = QItemSelection()
        for top, bottom in before.rows_in(self._articles.ids, self._articles.rowCount()):
            selection.select(self._articles.index(top), self._articles.index(bottom))
        if not selection.isEmpty():
            self._model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def settle(self, *, again: bool) -> None:
        """Run the actions that waited for ids; `again` says that the new list answers the same question.

        An action is dropped if its articles are not all in the list any more.
        """
        self.changed.emit()
        waiting, self._waiting = self._waiting, []
        lost = False
        for before, do in waiting:
            found = before.found_in(self._articles.ids, self._articles.rowCount())
            if not again or found.count != before.count:
                lost = True
            elif found.is_known:
                do(found.articles())
            else:
                self._waiting.append((found, do))
                self._articles.want_rest()
        if lost:
            self.lost.emit()

    def give_up(self) -> None:
        """Drop the actions that wait for ids, which an error keeps from arriving."""
        self._waiting.clear()
