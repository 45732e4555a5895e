"""The window: the layout of its views, drops, closing, and the state that is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QKeyCombination, QMargins, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from reader.article import ArticleId
from reader.query import Query
from reader.settings import Settings
from ui.actions import ARTICLE, VIEW, KeyScope
from ui.background.thumbnails import Thumbnails
from ui.look.colours import Colours
from ui.look.icons import app_icon
from ui.models.article_list_model import ArticleListModel
from ui.models.scope_list_model import ScopeListModel
from ui.system.window_state import WindowState, fitted
from ui.typed_signal import TypedSignal
from ui.views.article_list import ArticleList
from ui.views.drop_cover import DropCover
from ui.views.empty_state import EmptyState, FirstRun
from ui.views.import_bar import ImportBar
from ui.views.message_bar import MessageBar
from ui.views.search_bar import SearchBar
from ui.views.sidebar import Sidebar
from ui.window_actions import Actions

if TYPE_CHECKING:
    from ui.views.reading_pane import ReadingPane

_SIDEBAR, _LIST, _PAGE = 216, 372, 692
_PANE_LEAST = 300
_EDGE, _TITLE_BAR = 4, 32
_LEAST, _USUAL = QSize(760, 480), QSize(1280, 800)


class MainWindow(QMainWindow):
    """Holds the views; `ui.bind` connects them to the session.

    Signals:
        dropped: the local paths of what was dropped anywhere on the window.
        closing: the window is about to close.
        pane_made: the ReadingPane, which is made after the list is painted, or when it is first used.
    """

    dropped = TypedSignal[list[str]]()
    closing = Signal()
    pane_made = TypedSignal["ReadingPane"]()

    def __init__(self, colours: Colours, settings: Settings, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setWindowTitle("Pressmark")
        self.setMinimumSize(_LEAST)
        self.resize(_USUAL)
        self.actions_ = Actions(self)
        self.articles, self.scopes = ArticleListModel(self), ScopeListModel(self)
        self.sidebar = Sidebar(self.scopes, colours)
        orders = [self.actions_[f"order_{order}"] for order in ("newest", "oldest", "relevance")]
        self.search = SearchBar(orders, colours)
        self.import_bar = ImportBar(colours)
        self.list = ArticleList(self.articles, thumbnails, colours)
        self.nothing = EmptyState(colours)
        self._colours, self._settings, self._zoom = colours, settings, 100
        self._pane: ReadingPane | None = None
        self.first_run = FirstRun(colours)
        # Asks before the window closes while a job runs; True keeps the window open.
        self.holds_back: Callable[[], bool] = lambda: False
        self.is_ending = False
        self._lay_out(colours)
        self._build_menus()
        self.setAcceptDrops(True)
        self.list.setFocus()

    def _lay_out(self, colours: Colours) -> None:
        self.list_stack = QStackedWidget()
        self.list_stack.addWidget(self.list)
        self.list_stack.addWidget(self.nothing)
        self.column = QWidget()
        self.column.setObjectName("listColumn")
        self.column.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.column.setMinimumWidth(300)
        _stacked(self.column, self.search, self.list_stack)
        self.sidebar.setMinimumWidth(150)
        self._pane_place = _page_place()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for widget in (self.sidebar, self.column, self._pane_place):
            self.splitter.addWidget(widget)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.setStretchFactor(2, 1)
        self.splitter.setSizes([_SIDEBAR, _LIST, _PAGE])
        self.stack = QStackedWidget()
        self.stack.addWidget(self.splitter)
        self.stack.addWidget(self.first_run)
        central = QWidget()
        _stacked(central, self.stack)
        self.setCentralWidget(central)
        self.messages = MessageBar(colours, central)
        self.messages.stand_over(self._pane_place)
        self.messages.focus_home = self.list
        self._place_import_bar(True)
        self.cover = DropCover(colours, central)

    @property
    def pane(self) -> ReadingPane:
        """The reading pane, made at its first use: with its imports it takes as long as the rest of the window."""
        return self._pane or self.make_pane()

    def make_pane(self) -> ReadingPane:
        """Make the reading pane, and put it where its placeholder is."""
        from ui.views.reading_pane import ReadingPane

        pane = self._pane = ReadingPane(self._colours, self._settings)
        pane.setMinimumWidth(_PANE_LEAST)
        pane.set_zoom(self._zoom)
        place = self.splitter.indexOf(self._pane_place)
        self.splitter.replaceWidget(place, pane)
        self.splitter.setStretchFactor(place, 1)
        self._pane_place.deleteLater()
        pane.show()
        self.messages.stand_over(pane.stack)
        self.pane_made.emit(pane)
        return pane

    @property
    def has_pane(self) -> bool:
        """Whether the reading pane is made."""
        return self._pane is not None

    def say_nothing_is_open(self) -> None:
        """Say in the placeholder of the page that no article is chosen."""
        self._pane_place.setText(QCoreApplication.translate("ReadingPane", "Choose an article to read it here."))

    def set_settings(self, settings: Settings) -> None:
        """Apply the settings to the page."""
        self._settings = settings
        if self._pane is not None:
            self._pane.set_settings(settings)

    def _build_menus(self) -> None:
        self.actions_.fill(self.menuBar())
        self.actions_.attach(KeyScope.LIST, self.list)
        self.actions_.attach(KeyScope.BOX, self.search.box)
        self.actions_["sidebar"].setChecked(True)
        self.revisions = QMenu(self.tr("&Versions"), self)
        self.revisions.setEnabled(False)
        view = self._menu(VIEW)
        view.insertMenu(self.actions_["zoom_in"], self.revisions)
        self._menu(ARTICLE).addAction(self.actions_["export_original"])

    def _menu(self, title: str) -> QMenu:
        found = self.menuBar().findChild(QMenu, title.replace("&", ""))
        assert isinstance(found, QMenu)
        return found

    def finish(self) -> None:
        """Make the parts that the first painting does not need."""
        QApplication.setWindowIcon(app_icon())
        if self._pane is None:
            self.make_pane()
        # The window takes all drops: a child that accepts drops would swallow the files.
        for child in self.findChildren(QWidget):
            child.setAcceptDrops(False)

    def set_colours(self, colours: Colours) -> None:
        """Apply other colours to all views."""
        self._colours = colours
        parts = (self.sidebar, self.search, self.list, self.nothing, self.first_run)
        for part in (*parts, self.import_bar, self.messages, self.cover):
            part.set_colours(colours)
        if self._pane is not None:
            self._pane.set_colours(colours)

    def show_reading(self, reading: bool) -> None:
        """Show list and page, or the page of an empty library."""
        self.stack.setCurrentWidget(self.splitter if reading else self.first_run)

    @property
    def is_reading(self) -> bool:
        """Whether list and page are shown, not the page of an empty library."""
        return self.stack.currentWidget() is self.splitter

    def show_sidebar(self, shown: bool) -> None:
        """Show or hide the sidebar."""
        self.sidebar.setVisible(shown)
        self._place_import_bar(shown)

    def _place_import_bar(self, sidebar: bool) -> None:
        """Put the import bar at the foot of the sidebar, or of the list if there is none; there it moves no row."""
        layout = (self.sidebar if sidebar else self.column).layout()
        assert layout is not None
        layout.addWidget(self.import_bar)

    def show_found(self, found: bool) -> None:
        """Show the list, or the page that says that nothing was found."""
        self.list_stack.setCurrentWidget(self.list if found else self.nothing)

    def come_to_front(self) -> None:
        """Show the window before all others, as far as the desktop lets it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def restore(self, state: WindowState) -> None:
        """Restore a saved state."""
        if state.geometry:
            self.restoreGeometry(QByteArray(state.geometry))
        self._fit_screen()
        if state.splitter:
            self.splitter.restoreState(QByteArray(state.splitter))
        self.actions_["sidebar"].setChecked(state.sidebar)
        self.show_sidebar(state.sidebar)
        self.search.set_text(state.text)
        self.sidebar.set_scope(state.scope)
        self._zoom = state.zoom
        if state.article is None:
            self.say_nothing_is_open()

    def _fit_screen(self) -> None:
        """Fit the window to the screen: Qt restores no geometry that was saved on a screen of another size."""
        placed = self.testAttribute(Qt.WidgetAttribute.WA_Moved)
        screen = (QGuiApplication.screenAt(self.geometry().center()) or self.screen()).availableGeometry()
        if self.isMaximized() or self.isFullScreen() or (placed and screen.contains(self.geometry())):
            return
        # There is no frame before the window is shown, so its size is an estimate.
        frame = QMargins(_EDGE, _TITLE_BAR, _EDGE, _EDGE)
        place = fitted(self.geometry().marginsAdded(frame), screen).marginsRemoved(frame)
        self.setMinimumSize(_LEAST.boundedTo(place.size()))
        if placed:
            self.setGeometry(place)
        else:
            self.resize(place.size())

    def state(self, query: Query, article: ArticleId | None) -> WindowState:
        """Return the state to save."""
        return WindowState(
            geometry=bytes(self.saveGeometry().data()),
            splitter=bytes(self.splitter.saveState().data()),
            sidebar=self.actions_["sidebar"].isChecked(),
            text=query.text,
            scope=query.scope,
            order=query.order,
            article=article,
            zoom=self._zoom if self._pane is None else self._pane.zoom,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QMainWindow.keyPressEvent: a key that no view used may be a command."""
        action = self.actions_.unclaimed(QKeySequence(QKeyCombination(event.modifiers(), Qt.Key(event.key()))))
        if action is None:
            super().keyPressEvent(event)
        else:
            action.trigger()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QMainWindow.dragEnterEvent."""
        if local_paths(event.mimeData()):
            event.acceptProposedAction()
            self.cover.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QMainWindow.dragLeaveEvent."""
        self.cover.hide()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QMainWindow.dropEvent."""
        self.cover.hide()
        event.acceptProposedAction()
        self.dropped.emit(local_paths(event.mimeData()))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QMainWindow.closeEvent."""
        if not self.is_ending and self.holds_back():
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QMainWindow.changeEvent: a window in use means that the session does not end."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.is_ending = False

    def close_unasked(self) -> None:
        """Close without asking, whatever runs: the person has confirmed it, or the session ends."""
        self.is_ending = True
        self.close()


def _page_place() -> QLabel:
    """Make the placeholder of the reading pane."""
    place = QLabel()
    place.setObjectName("pagePlace")
    place.setTextFormat(Qt.TextFormat.PlainText)
    place.setAlignment(Qt.AlignmentFlag.AlignCenter)
    place.setMinimumWidth(_PANE_LEAST)
    return place


def local_paths(data: QMimeData) -> list[str]:
    """Return the local files and folders in the data of a drag."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def _stacked(parent: QWidget, *children: QWidget) -> None:
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for child in children:
        layout.addWidget(child)
    layout.setStretch(len(children) - 1, 1)
