"""The list of the found articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from reader.article import ArticleId, Hit
from ui.background.thumbnails import Thumbnails
from ui.look.colours import Colours
from ui.models.article_list_model import ID, ArticleListModel
from ui.single_shot import single_shot
from ui.views.article_row import ArticleRow
from ui.views.article_selection import ArticleSelection
from ui.views.viewport import give_viewport

# How far, in rows, an article may also move in a list of the same length, as its date was corrected.
_MOVED = 200
_ALONE = QItemSelectionModel.SelectionFlag.ClearAndSelect
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)


class ArticleList(QTableView):
    """Shows the rows, and signals which one the person chose.

    A table of one column, as it computes the place of any of 100,000 rows of one height at once. QListView lays out
    rows in batches, paints nothing until the last batch, and loses its position on every change.

    Signals:
        article_chosen: the ArticleId of the row that the person chose.
        left_upwards: the person went up from the first row.
        page_wanted: Enter was pressed in the list.
        room_changed: the number of rows that fit into the view.
        rows_painted: rows were painted for the first time.
        menu_wanted: the position on the screen for a context menu.
    """

    article_chosen = Signal(int)
    room_changed = Signal(int)
    rows_painted = Signal()
    left_upwards = Signal()
    menu_wanted = Signal(QPoint)
    page_wanted = Signal()

    def __init__(
        self, model: ArticleListModel, thumbnails: Thumbnails, colours: Colours, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._articles = model
        self._row = ArticleRow(colours, thumbnails, self)
        self._quiet = False
        self._awaited: int | None = None
        self._painted = False
        self._unprepared: list[Hit] = []
        self._when_prepared: Callable[[], None] | None = None
        self._preparing = single_shot(self, 0, self._prepare_one)
        give_viewport(self)
        self.setModel(model)
        self.selection = ArticleSelection(model, self.selectionModel(), self)
        self.setItemDelegate(self._row)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self._row.height)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalScrollBar().setSingleStep(self._row.height // 3)
        self.setAccessibleName(self.tr("Articles"))
        thumbnails.arrived.connect(self._repaint)

    def set_colours(self, colours: Colours) -> None:
        """Apply `colours`."""
        self._row.set_colours(colours)
        self._repaint()

    @property
    def at_top(self) -> bool:
        """Whether the list is scrolled to its top, where new rows appear."""
        return self.verticalScrollBar().value() == 0

    @property
    def needs_all_ids(self) -> bool:
        """Whether a newer answer must bring all ids, for the rows in view or the selected ones."""
        return not self.at_top or self.selection.now().count > 1

    def prepare(self, hits: Sequence[Hit], then: Callable[[], None]) -> None:
        """Lay out the rows of `hits` one by one while the GUI thread is idle, then call `then`.

        To lay out a screen of rows with new characters takes 15 ms during an import: too long at once for rows that
        nobody waits for. Rows that are shown meanwhile cancel the layout.
        """
        self._unprepared, self._when_prepared = list(hits), then
        self._preparing.start()

    def _prepare_one(self) -> None:
        if self._unprepared:
            self._row.lay_out(self._unprepared.pop(), self.viewport().width())
            self._preparing.start()
        elif self._when_prepared is not None:
            self._when_prepared()

    def show_ids(
        self,
        ids: Sequence[ArticleId],
        total: int,
        current: int | None,
        *,
        again: bool,
        first: Sequence[Hit] = (),
    ) -> None:
        """Show other articles, `total` in all; the article of the row `current` is open.

        `again` says that the question is the same: then the rows in view stay in place, whatever was added above
        them.
        """
        self._preparing.stop()
        stays = again and not self.at_top
        awaited, self._awaited = self._awaited if again else None, None
        top, offset = divmod(self.verticalScrollBar().value(), self._row.height)
        anchor, before = self._articles.id_at(top), self._articles.rowCount()
        selected = self.selection.now()
        self._articles.set_ids(ids, total, keep_rows=again, first=first)
        # Done now, as Qt would paint the rows, lay them out, and paint them again.
        self.executeDelayedItemsLayout()
        if stays:
            self._stay(anchor, top, offset, abs(total - before) + _MOVED)
        else:
            self.scrollToTop()
        self.set_current(current, scroll=False)
        if again and selected.count > 1:
            self._quiet = True
            self.selection.select_again(selected)
            self._quiet = False
        if awaited is not None:
            self._choose(awaited)
        self.selection.settle(again=again)

    def _stay(self, anchor: ArticleId | None, top: int, offset: int, reach: int) -> None:
        """Scroll so that `anchor`, which was row `top`, stays in place; it has moved by at most `reach` rows."""
        row = None if anchor is None else self._articles.row_near(anchor, top - reach, top + reach)
        self.verticalScrollBar().setValue((top if row is None else row) * self._row.height + offset)

    def set_current(self, row: int | None, *, scroll: bool = True) -> None:
        """Make a row current without emitting `article_chosen`."""
        self._quiet = True
        # Qt scrolls to the current row, but a list that only grew must stay in place.
        self.setAutoScroll(False)
        if row is None:
            self.clearSelection()
            self.selectionModel().clearCurrentIndex()
        else:
            index = self._articles.index(row)
            # If more rows were selected while the article was loading, they stay selected.
            if not self.selectionModel().isSelected(index):
                self.selectionModel().setCurrentIndex(index, _ALONE)
            if scroll:
                self.reach(row)
        self.setAutoScroll(True)
        self._quiet = False

    def reach(self, row: int) -> None:
        """Bring a row into view."""
        self.executeDelayedItemsLayout()
        self.scrollTo(self._articles.index(row))

    def step(self, by: int) -> None:
        """Choose the row `by` rows below the chosen one, or the first if none is chosen."""
        last = self._articles.rowCount() - 1
        chosen = self.chosen_row()
        row = 0 if chosen is None else min(max(chosen + by, 0), last)
        if last >= 0:
            self._choose(row)

    def _choose(self, row: int) -> None:
        """Choose one row, whatever modifier keys are pressed."""
        self.selectionModel().setCurrentIndex(self._articles.index(row), _ALONE)
        self.scrollTo(self._articles.index(row))

    def neighbour(self) -> ArticleId | None:
        """Return the article below the selected ones, or else above them: the one to read when these are gone."""
        rows = self.selection.now().rows
        if not rows:
            return None
        below_id = self._articles.id_at(rows[-1][1] + 1)
        return self._articles.id_at(rows[0][0] - 1) if below_id is None else below_id

    def chosen_row(self) -> int | None:
        """Return the chosen row: the current one, if it is selected and does not only have the focus."""
        current = self.currentIndex()
        return current.row() if current.isValid() and self.selectionModel().isSelected(current) else None

    def kept_row(self, id_: ArticleId, ids: Sequence[ArticleId]) -> int | None:
        """Return the chosen row if `id_` is at that row of other ids as well."""
        row = self.chosen_row()
        return row if row is not None and row < len(ids) and ids[row] == id_ else None

    def choose_current(self) -> None:
        """Choose the current row again, or the first."""
        row = self.chosen_row()
        if row is None:
            self.step(0)
        elif (id_ := self._articles.id_at(row)) is not None:
            self.article_chosen.emit(id_)

    def selectionChanged(  # noqa: N802 - as Qt has it
        self, selected: QItemSelection, deselected: QItemSelection
    ) -> None:
        """Override QTableView.selectionChanged."""
        super().selectionChanged(selected, deselected)
        # No article is opened if several are selected; to list the indexes of 100,000 rows would take a second.
        whole = self.selectionModel().selection()
        if whole.count() == 1 and whole.at(0).height() == 1 and not self._quiet:
            index = whole.at(0).topLeft()
            id_ = index.data(ID)
            # A row of a long answer may be chosen before its id is here, for example with End.
            self._awaited = index.row() if id_ is None else None
            if id_ is not None:
                self.article_chosen.emit(id_)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QTableView.keyPressEvent: typed letters are commands here, not a search for a row."""
        row = self.chosen_row()
        if event.key() == Qt.Key.Key_Up and not row:
            self.left_upwards.emit()
        elif event.key() == Qt.Key.Key_Down and row is None:
            self.step(0)
        elif event.key() in _ENDS and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            # In a list with multiple selection, Qt would move there without selecting the row.
            if self._articles.rowCount():
                self._choose(0 if event.key() == Qt.Key.Key_Home else self._articles.rowCount() - 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.page_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            # On some systems this key also carries the text of its letter.
            self.selectAll()
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QTableView.contextMenuEvent."""
        if self.selectionModel().hasSelection():
            self.menu_wanted.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QTableView.resizeEvent."""
        super().resizeEvent(event)
        self.room_changed.emit(self.height() // self._row.height + 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QTableView.paintEvent."""
        super().paintEvent(event)
        if not self._painted and self._articles.rowCount():
            self._painted = True
            self.rows_painted.emit()

    def _repaint(self) -> None:
        self.viewport().update()
