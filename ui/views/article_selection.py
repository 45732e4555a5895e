"""Which articles of the list are selected, over ids that come in pages and over lists that change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject, Signal

from reader.article import ArticleId
from ui.models.article_list_model import ArticleListModel

Rows = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Selected:
    """What was selected in a list: rows from the top down, and of which ids the list was, as far as they were here."""

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
        """Whether the ids of all that is selected were here."""
        return not self.rows or self.rows[-1][1] < len(self.ids)

    def articles(self) -> list[ArticleId]:
        """Return the articles that are selected, from the top down, as far as their ids were here."""
        return [id_ for top, bottom in self.rows for id_ in self.ids[top : bottom + 1]]

    def rows_in(self, ids: Sequence[ArticleId], total: int) -> Sequence[Rows]:
        """Return where the same articles stand in a newer answer to the same question.

        Rows whose ids were not here yet are found if the answer is the same, or if all of it was selected.
        """
        # Imported where it is needed: the window is painted before. Loops over 300,000 ids would stop it for 95 ms.
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
        """Return the same articles, as far as they are in a newer answer to the same question."""
        return Selected(self.rows_in(ids, total), ids, total)


class ArticleSelection(QObject):
    """The selection of a list whose ids may not all be here.

    Signals:
        changed: other rows are selected, or the list is another.
        lost: what waited for the ids is not done, as the list has changed meanwhile.
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
        """Return what is selected."""
        selection = self._model.selection()
        ranges = (selection.at(number) for number in range(selection.count()))
        rows = sorted((each.top(), each.bottom()) for each in ranges)
        return Selected(rows, self._articles.ids, self._articles.rowCount())

    def with_articles(self, do: Callable[[list[ArticleId]], object]) -> None:
        """Call `do` with all articles that are selected: at once, or when all ids are here."""
        selected = self.now()
        if selected.is_known:
            do(selected.articles())
        else:
            self._waiting.append((selected, do))
            self._articles.want_rest()

    def select_again(self, before: Selected) -> None:
        """Select, in a newer answer to the same question, what was selected before."""
        selection = QItemSelection()
        for top, bottom in before.rows_in(self._articles.ids, self._articles.rowCount()):
            selection.select(self._articles.index(top), self._articles.index(bottom))
        if not selection.isEmpty():
            self._model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def settle(self, *, again: bool) -> None:
        """Do what waited for the ids of the list, with what was selected then; `again`: it answers the same question.

        What is about articles that are not all in the list any more is lost.
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
        """Do not wait for ids any more: why they do not come has been said."""
        self._waiting.clear()
