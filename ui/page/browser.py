"""Shows a page: paints the underlay, scrolls, and lets out only safe links."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from PySide6.QtCore import QMimeData, QPoint, QPointF, QSizeF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QMenu, QTextBrowser, QTextEdit, QWidget

from reader.page import LINK_SCHEMES
from ui.look.colours import Colours
from ui.page.document import MORE, REVISION, TAG, Page
from ui.page.pictures import PictureObject, Pictures
from ui.page.typography import ZERO_WIDTH_SPACE
from ui.page.underlay import Underlay, position_at

_SIDE = 28


class PageBrowser(QTextBrowser):
    """A QTextBrowser that opens nothing itself, and reads nothing but the page that it shows.

    Signals:
        link_activated: a safe address that the person chose.
        revision_activated: another version was chosen.
        tag_activated: a tag was chosen.
        more_activated: more of a very long page is wanted.
        past_end, before_beginning: the person paged past the end, or the beginning.
        column_changed: the width of the text changed.
        zoom_turned: the wheel was turned with Ctrl: 1 for up, -1 for down.
    """

    link_activated = Signal(str)
    revision_activated = Signal(int)
    tag_activated = Signal(str)
    more_activated = Signal()
    past_end = Signal()
    before_beginning = Signal()
    column_changed = Signal(float)
    zoom_turned = Signal(int)

    def __init__(self, pictures: Pictures, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._widest = 600
        self.underlay = Underlay(colours)
        self.picture_object = PictureObject(pictures, colours, self)
        self._prepare()
        document = self.document()
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(0)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        kind = QTextFormat.ObjectTypes.ImageObject.value
        document.documentLayout().registerHandler(kind, self.picture_object)
        pictures.arrived.connect(self.viewport().update)
        self.anchorClicked.connect(self._activate)

    def _prepare(self) -> None:
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setCursorWidth(0)
        # The window takes all drops.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)

    # Resources and links

    def loadResource(self, type: int, name: QUrl | str) -> QImage:  # noqa: A002, N802
        """Override QTextBrowser.loadResource: pictures of this page only.

        Anything but an image object would make Qt open the name as a file.
        """
        return self._pictures.named(QUrl(name).toString())

    def doSetSource(  # noqa: N802
        self,
        name: QUrl | str,
        type: QTextDocument.ResourceType = QTextDocument.ResourceType.UnknownResource,  # noqa: A002
    ) -> None:
        """Override QTextBrowser.doSetSource: a page never navigates by itself."""

    def _activate(self, link: QUrl) -> None:
        address = link.toString()
        if address.startswith(REVISION) and address.removeprefix(REVISION).isdecimal():
            self.revision_activated.emit(int(address.removeprefix(REVISION)))
        elif address.startswith(TAG):
            self.tag_activated.emit(unquote(bytes(link.toEncoded().data()).decode().removeprefix(TAG)))
        elif address == MORE:
            self.more_activated.emit()
        elif is_safe(link):
            self.link_activated.emit(address)

    # The column

    @property
    def column(self) -> float:
        """The width of the text, in px."""
        return max(120.0, min(self._widest, self.viewport().width() - 2 * _SIDE))

    def set_measures(self, widest: int, line: int) -> None:
        """Set the largest width of the column, and the height of a line."""
        self._widest = widest
        self.verticalScrollBar().setSingleStep(line)

    def rewrite(self, write: Callable[[QTextDocument], Page]) -> Page:
        """Empty the document and let `write` fill it.

        The document has no size meanwhile, as Qt would lay out the whole page at once, not only what is in view.
        """
        document = self.document()
        size = document.pageSize()
        document.setPageSize(QSizeF(0, 0))
        document.clear()
        self.apply_column()
        page = write(document)
        self.setTextCursor(QTextCursor(document))
        document.setPageSize(size)
        self.underlay.decorations = page.decorations
        return page

    def apply_column(self) -> None:
        """Centre the column by the margins of the root frame."""
        line = self.verticalScrollBar().singleStep()
        column = self.column
        left = (self.viewport().width() - column) / 2
        frame = self.document().rootFrame()
        form = frame.frameFormat()
        form.setLeftMargin(left)
        form.setRightMargin(self.viewport().width() - column - left)
        form.setTopMargin(round(line * 1.9))
        form.setBottomMargin(round(line * 3))
        self.picture_object.column = column
        frame.setFrameFormat(form)

    def set_colours(self, colours: Colours) -> None:
        """Apply `colours`."""
        palette = self.palette()
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
            palette.setColor(group, QPalette.ColorRole.Base, colours.page)
            palette.setColor(group, QPalette.ColorRole.Text, colours.text)
            palette.setColor(group, QPalette.ColorRole.Highlight, colours.selection)
            palette.setColor(group, QPalette.ColorRole.HighlightedText, colours.text)
        self.setPalette(palette)
        self.underlay.colours = colours
        self.picture_object.colours = colours

    def resizeEvent(self, e: QResizeEvent) -> None:  # noqa: N802
        """Override QTextEdit.resizeEvent: the lines at the top stay at the top."""
        before = self.picture_object.column
        anchor = self.top()
        super().resizeEvent(e)
        self.apply_column()
        self.bring_to_top(*anchor)
        if before != self.picture_object.column:
            self.column_changed.emit(self.picture_object.column)

    def paintEvent(self, e: QPaintEvent) -> None:  # noqa: N802
        """Override QTextEdit.paintEvent: panels, bars and highlights are painted under the text."""
        painter = QPainter(self.viewport())
        painter.setClipRegion(e.region())
        offset = QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        painter.translate(-offset)
        self.underlay.paint(painter, self.document(), e.rect().translated(offset.toPoint()), self.column)
        painter.end()
        super().paintEvent(e)

    # Scrolling

    def top(self) -> tuple[int, float]:
        """Return the position whose line is first in view, and how far below the upper edge it begins."""
        scrolled = self.verticalScrollBar().value()
        if scrolled == 0:
            return 0, 0.0
        position = position_at(self.document(), scrolled)
        return position, self.line_top(position) - scrolled

    def bring_to_top(self, position: int, offset: float = 0.0) -> None:
        """Scroll so that the line at `position` begins `offset` px below the upper edge."""
        target = 0 if position <= 0 else round(self.line_top(position) - offset)
        bar = self.verticalScrollBar()
        if target > bar.maximum():
            self.lay_out_all()
        bar.setValue(target)

    def line_top(self, position: int) -> float:
        """Return where the line at `position` begins, in px of the document; lays out as far as needed."""
        block = self.document().findBlock(position)
        rect = self.document().documentLayout().blockBoundingRect(block)
        line = block.layout().lineForTextPosition(position - block.position())
        return rect.top() + (line.y() if line.isValid() else 0.0)

    def lay_out_all(self) -> None:
        """Finish the layout, which Qt does in steps, so that the height of the page is final."""
        height = round(self.document().size().height())
        # Qt updates the scroll bar as well, but later.
        self.verticalScrollBar().setRange(0, max(0, height - self.viewport().height()))

    def at_end(self) -> bool:
        """Say whether the end of the page is in view."""
        bar = self.verticalScrollBar()
        if bar.value() >= bar.maximum():
            self.lay_out_all()
        return bar.value() >= bar.maximum()

    def page_down(self) -> None:
        """Scroll down by the height of the view less two lines; emit `past_end` at the end."""
        if self.at_end():
            self.past_end.emit()
        else:
            self._scroll_by(self._page_height())

    def page_up(self) -> None:
        """Scroll up by the height of the view less two lines; emit `before_beginning` at the beginning."""
        if self.verticalScrollBar().value() <= 0:
            self.before_beginning.emit()
        else:
            self._scroll_by(-self._page_height())

    def _page_height(self) -> int:
        bar = self.verticalScrollBar()
        return max(bar.singleStep(), self.viewport().height() - 2 * bar.singleStep())

    def _scroll_by(self, px: int) -> None:
        bar = self.verticalScrollBar()
        if bar.value() + px > bar.maximum():
            self.lay_out_all()
        bar.setValue(bar.value() + px)

    # Keys, wheel, menu

    def keyPressEvent(self, e: QKeyEvent) -> None:  # noqa: N802
        """Override QTextBrowser.keyPressEvent: plain keys scroll, Shift with an arrow selects."""
        modifiers = e.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if e.key() == Qt.Key.Key_Space and modifiers in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        ):
            self.page_up() if modifiers else self.page_down()
        elif modifiers == Qt.KeyboardModifier.NoModifier and e.key() in _SCROLLING:
            self._scroll_for(Qt.Key(e.key()))
        else:
            if modifiers & Qt.KeyboardModifier.ShiftModifier:
                self._begin_selection_in_view()
            super().keyPressEvent(e)

    def _scroll_for(self, key: Qt.Key) -> None:
        bar = self.verticalScrollBar()
        if key == Qt.Key.Key_Home:
            bar.setValue(0)
        elif key == Qt.Key.Key_End:
            self.lay_out_all()
            bar.setValue(bar.maximum())
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._scroll_by(self._page_height() * (1 if key == Qt.Key.Key_PageDown else -1))
        else:
            self._scroll_by(bar.singleStep() * (2 if key == Qt.Key.Key_Down else -2))

    def _begin_selection_in_view(self) -> None:
        """Move the cursor into view, so that a selection by keyboard begins there."""
        cursor = self.textCursor()
        if not cursor.hasSelection() and not self.viewport().rect().contains(self.cursorRect(cursor).center()):
            cursor.setPosition(self.top()[0])
            self.setTextCursor(cursor)

    def wheelEvent(self, e: QWheelEvent) -> None:  # noqa: N802
        """Override QTextEdit.wheelEvent: Qt's own zoom would set the font to a point size of 1."""
        if e.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if e.angleDelta().y():
                self.zoom_turned.emit(1 if e.angleDelta().y() > 0 else -1)
            e.accept()
        else:
            super().wheelEvent(e)

    def contextMenuEvent(self, e: QContextMenuEvent) -> None:  # noqa: N802
        """Override QTextBrowser.contextMenuEvent."""
        menu = self.make_menu(e.pos())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(e.globalPos())

    def make_menu(self, at: QPoint) -> QMenu:
        """Make the menu for a position on the page: copy, copy the link address, select all."""
        menu = QMenu(self)
        copy = menu.addAction(self.tr("Copy"), self.copy)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setEnabled(self.textCursor().hasSelection())
        link = QUrl(self.anchorAt(at))
        if is_safe(link):
            address = link.toString()
            menu.addAction(self.tr("Copy Link Address"), lambda: QGuiApplication.clipboard().setText(address))
        menu.addSeparator()
        menu.addAction(self.tr("Select All"), self.selectAll).setShortcut(QKeySequence.StandardKey.SelectAll)
        return menu

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802
        """Override QTextEdit.createMimeDataFromSelection: plain text only, without fonts or names of pictures.

        An empty QTextEdit makes the object: the clipboard deletes it after Python has ended, when an object made by
        Python would crash. The object that Qt makes of this page's selection cannot be emptied.
        """
        data = QTextEdit().createMimeDataFromSelection()
        data.setText(self.selected_text())
        return data

    def selected_text(self) -> str:
        """Return the selection as plain text, with an empty line between paragraphs, as on the page."""
        text = self.textCursor().selection().toPlainText().translate(_NOT_TEXT)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    def select(self, first: int, last: int) -> None:
        """Select from `first` to `last` without scrolling."""
        scrolled = self.verticalScrollBar().value()
        cursor = self.textCursor()
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)


_NOT_TEXT = {ord(each): None for each in (ZERO_WIDTH_SPACE, "\ufffc")}
_SCROLLING = frozenset(
    {
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
    }
)


def is_safe(link: QUrl) -> bool:
    """Say whether an address may leave the page."""
    return link.scheme().lower() in LINK_SCHEMES
