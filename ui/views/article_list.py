"""The list of articles found."""

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

# An article whose date was corrected moves, too, in a list that did not grow.
_MOVED = 200
_ALONE = QItemSelectionModel.SelectionFlag.ClearAndSelect
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)


class ArticleList(QTableView):
    """Shows the rows and tells which one was chosen.

    A table of one column: it knows at once where any of 100,000 rows of one height stands. QListView finds out
    in batches, paints nothing until the last one, and forgets where it was on every change.

    Signals:
        article_chosen: the ArticleId of the row that became current by the person's hand.
        left_upwards: the person went up from the first row.
        page_wanted: Enter was pressed in the list.
        room_changed: how many rows are in view at once.
        rows_painted: rows were painted for the first time.
        menu_wanted: (QPoint) the place on the screen where a menu was asked for.
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
        """Paint in other colours."""
        self._row.set_colours(colours)
        self._repaint()

    @property
    def at_top(self) -> bool:
        """Whether the first row is in view: then new ones are seen, too."""
        return self.verticalScrollBar().value() == 0

    @property
    def needs_all_ids(self) -> bool:
        """Whether the first ids of a newer answer are not enough for what is in view, or selected."""
        return not self.at_top or self.selection.now().count > 1

    def prepare(self, hits: Sequence[Hit], then: Callable[[], None]) -> None:
        """Lay out the rows of `hits`, one each time that there is nothing else to do, then call `then`.

        A screen of rows with new characters takes 15 ms to lay out and paint while an import has the processors:
        for rows that nobody waits for, that is too long at once. Whatever is shown meanwhile takes the place of this.
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
        """Show other articles, `total` in all, with the row `current` as the one that is open.

        `again` says that the question is the same: then the rows in view stay where they are, whatever came
        in above them.
        """
        self._preparing.stop()
        stays = again and not self.at_top
        awaited, self._awaited = self._awaited if again else None, None
        top, offset = divmod(self.verticalScrollBar().value(), self._row.height)
        anchor, before = self._articles.id_at(top), self._articles.rowCount()
        selected = self.selection.now()
        self._articles.set_ids(ids, total, keep_rows=again, first=first)
        # Else Qt lays the rows out after it has painted them, and paints them again.
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
        """Scroll so that `anchor`, which was the row `top`, is where it was; it has moved by `reach` at most."""
        row = None if anchor is None else self._articles.row_near(anchor, top - reach, top + reach)
        self.verticalScrollBar().setValue((top if row is None else row) * self._row.height + offset)

    def set_current(self, row: int | None, *, scroll: bool = True) -> None:
        """Mark a row without choosing it."""
        self._quiet = True
        # Qt scrolls to whatever becomes current; a list that only grew must stay where it is.
        self.setAutoScroll(False)
        if row is None:
            self.clearSelection()
            self.selectionModel().clearCurrentIndex()
        else:
            index = self._articles.index(row)
            # An article that is open at last, after more were selected with it, does not take these away.
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
        """Choose the next row, or the one before; the first if none is chosen."""
        last = self._articles.rowCount() - 1
        chosen = self.chosen_row()
        row = 0 if chosen is None else min(max(chosen + by, 0), last)
        if last >= 0:
            self._choose(row)

    def _choose(self, row: int) -> None:
        """Choose a row alone, whatever keys are held down."""
        self.selectionModel().setCurrentIndex(self._articles.index(row), _ALONE)
        self.scrollTo(self._articles.index(row))

    def neighbour(self) -> ArticleId | None:
        """Return the article that is to be read once those that are selected are gone: the one below, else above."""
        rows = self.selection.now().rows
        if not rows:
            return None
        below_id = self._articles.id_at(rows[-1][1] + 1)
        return self._articles.id_at(rows[0][0] - 1) if below_id is None else below_id

    def chosen_row(self) -> int | None:
        """Return the row that is chosen; the current one may only have the focus, which chooses nothing."""
        current = self.currentIndex()
        return current.row() if current.isValid() and self.selectionModel().isSelected(current) else None

    def kept_row(self, id_: ArticleId, ids: Sequence[ArticleId]) -> int | None:
        """Return the row that is chosen, if `id_` is there among other ids, too."""
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
        # Of several at once none is opened; to list the indexes of 100,000 would take a second.
        whole = self.selectionModel().selection()
        if whole.count() == 1 and whole.at(0).height() == 1 and not self._quiet:
            index = whole.at(0).topLeft()
            id_ = index.data(ID)
            # A row of a long answer may be chosen, as with End, before anybody knows what stands there.
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
            # Where several rows can be selected, Qt would move there and select nothing.
            if self._articles.rowCount():
                self._choose(0 if event.key() == Qt.Key.Key_Home else self._articles.rowCount() - 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.page_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            # Where the system gives this key the text of its letter, too, it is no typed letter.
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
