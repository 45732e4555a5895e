"""The reading pane: shows an article or its capture, highlights, finds, zooms, keeps one's place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from reader.article import Article, CleanPage, RevisionInfo
from reader.settings import Settings
from ui.look.colours import Colours
from ui.look.latin_marks import suit
from ui.page.browser import PageBrowser
from ui.page.document import FIRST_PART, Page, PageSource, fit_title, write_page
from ui.page.fonts import script_of
from ui.page.matches import Find, Matches, PageText, Range, find_ignoring_case, no_matches
from ui.page.pictures import Pictures
from ui.page.style import PageStyle
from ui.views.find_bar import FindBar

ZOOMS = (60, 70, 80, 90, 100, 110, 125, 150, 175, 200)
_POSITION_DELAY = 400
_RESIZE_DELAY = 120


class ReadingPane(QWidget):
    """Shows; what the person does comes out as signals.

    Signals:
        link_requested: a http, https or mailto address was chosen; everything else is dropped.
        link_hovered: the address under the pointer, "" when there is none.
        next_requested, previous_requested: paging went over the end or the beginning.
        position_changed: article id, and how far it was read, 0 to 1; some time after the scrolling.
        tag_requested: what has a tag is to be shown.
        revision_requested: another version was chosen.
        zoom_changed: per cent.
        matches_changed: the page has other matches than before, or none.
    """

    link_requested = Signal(str)
    link_hovered = Signal(str)
    next_requested = Signal()
    previous_requested = Signal()
    position_changed = Signal(int, float)
    revision_requested = Signal(int)
    tag_requested = Signal(str)
    zoom_changed = Signal(int)
    matches_changed = Signal()

    def __init__(
        self,
        colours: Colours,
        settings: Settings,
        parent: QWidget | None = None,
        *,
        find: Find = find_ignoring_case,
    ) -> None:
        super().__init__(parent)
        self._colours, self._settings, self._find = colours, settings, find
        self._zoom = 100
        self._source: PageSource | None = None
        self._style: PageStyle | None = None
        self._page: Page | None = None
        self._text = PageText("")
        self._matches: Matches = no_matches
        self._searched: list[Range] = []
        self._found: list[Range] = []
        self._current = -1
        self._pictures = Pictures(self)
        self._browser = PageBrowser(self._pictures, self)
        self._find_bar = FindBar(colours, self)
        self._empty = QLabel(self.tr("Choose an article to read it here."), self)
        self._nothing_chosen = self._empty.text()
        self._position_timer = self._timer(_POSITION_DELAY, self._emit_position)
        self._resize_timer = self._timer(_RESIZE_DELAY, self._after_resize)
        self._lay_out()
        self._connect()
        self.set_colours(colours)

    def _lay_out(self) -> None:
        self.setAutoFillBackground(True)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setMargin(40)
        self._empty.setAutoFillBackground(True)
        self._browser.setAccessibleName(self.tr("Article"))
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._browser)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(self._find_bar)
        self.setFocusProxy(self._browser)

    def _connect(self) -> None:
        browser, bar = self._browser, self._find_bar
        browser.link_activated.connect(self.link_requested)
        browser.revision_activated.connect(self.revision_requested)
        browser.tag_activated.connect(self.tag_requested)
        browser.more_activated.connect(self._show_more)
        browser.link_hovered.connect(self.link_hovered)
        browser.past_end.connect(self.next_requested)
        browser.before_beginning.connect(self.previous_requested)
        browser.zoom_turned.connect(self._step_zoom)
        browser.column_changed.connect(lambda _: self._resize_timer.start())
        browser.verticalScrollBar().valueChanged.connect(lambda _: self._position_timer.start())
        bar.needle_changed.connect(self._find_needle)
        bar.next_wanted.connect(self.next_match)
        bar.previous_wanted.connect(self.previous_match)
        bar.closed.connect(self.close_find)
        self.destroyed.connect(self._pictures.close)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._pictures.close)

    def _timer(self, delay: int, then: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(delay)
        timer.timeout.connect(then)
        return timer

    @property
    def page(self) -> QWidget:
        """What is above the find bar: the page, or the words in its place."""
        return self._stack

    # What is shown

    def show_article(
        self,
        article: Article,
        *,
        picture: Callable[[str], bytes | None],
        matches: Matches = no_matches,
        position: float = 0.0,
        revisions: Sequence[RevisionInfo] = (),
        also_at: Sequence[str] = (),
    ) -> None:
        """Show `article`, opened at its first match, else at `position`.

        Args:
            article: what to show.
            picture: answers the bytes of a stored picture; it is called in other threads.
            matches: finds the searched words in a text, as (start, end) of characters.
            position: how far it was read before, 0 to 1.
            revisions: the versions to choose from, the newest first.
            also_at: addresses of other articles that say the same.
        """
        source = PageSource(
            article=article,
            html=article.html,
            text=article.text,
            images=article.images,
            revisions=tuple(revisions),
            also_at=tuple(also_at),
        )
        self._show(source, picture, matches)
        if self._searched:
            self._go_to(0)
        else:
            self._restore(position)
        self._position_timer.stop()

    def show_original(self, page: CleanPage, article: Article, *, picture: Callable[[str], bytes | None]) -> None:
        """Show the capture with nothing removed; what cleaning takes away is tinted."""
        source = PageSource(article=article, html=page.html, text=page.text, images=page.images, original=True)
        self._show(source, picture, no_matches)
        self._position_timer.stop()

    def set_marks(self, article: Article) -> None:
        """Show the star and the tags that `article` has now, if it is the one that is shown."""
        if self._source is not None and self._source.article.id == article.id:
            shown = self._source.article
            marked = replace(shown, starred=article.starred, own_tags=article.own_tags)
            if marked != shown:
                self._source = replace(self._source, article=marked)
                self._set_again()

    def clear(self) -> None:
        """Show that nothing is selected."""
        self.tell_position()
        self._source = self._page = None
        self._pictures.show((), None)
        self._browser.underlay.decorations = ()
        self._browser.document().clear()
        self._text, self._matches = PageText(""), no_matches
        self._search_page()
        self.close_find()
        self.matches_changed.emit()
        self._empty.setText(self._nothing_chosen)
        self._stack.setCurrentWidget(self._empty)

    def say(self, words: str) -> None:
        """Say something in the place of an article, as that it cannot be shown."""
        self.clear()
        self._empty.setText(words)
        suit(self._empty)

    @property
    def said(self) -> str:
        """What stands in the place of an article; empty if there is one."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def _show(self, source: PageSource, picture: Callable[[str], bytes | None], matches: Matches) -> None:
        self.tell_position()
        self._source, self._matches = source, matches
        self._pictures.show(source.images, picture)
        self._stack.setCurrentWidget(self._browser)
        self._browser.verticalScrollBar().setValue(0)
        self._set_page()
        self._current = -1
        self._mark()
        self._browser.verticalScrollBar().setValue(0)

    def _set_page(self) -> None:
        """Set the page with the style of now."""
        if self._source is None:
            return
        script = script_of(self._source.article.title + "\n" + self._source.text[:FIRST_PART])
        style = PageStyle.of(self._colours, self._settings, self._zoom, script)
        browser = self._browser
        browser.picture_object.font = style.font(style.small)
        browser.set_measures(style.column, style.line)
        source, size_of = self._source, self._pictures.size_of
        page = browser.rewrite(lambda document: write_page(document, source, style, browser.column, size_of))
        browser.underlay.sunk, browser.underlay.font = style.sunk, style.font(style.text)
        self._page, self._style = page, style
        self._text = PageText(browser.document().toPlainText(), [(page.title_end, page.body - 1)])
        self._search_page()

    def _show_more(self) -> None:
        """Set twice as much of a very long page; what is in view stays there."""
        if self._source is not None:
            self._source = replace(self._source, shown=2 * self._source.shown)
            self._set_again()

    def _set_again(self) -> None:
        """Set the same page anew, with the same line at the top and the same match current."""
        if self._page is None:
            return
        position, offset = self._browser.top()
        from_body = position - self._page.body
        current = self._current
        self._set_page()
        if position:
            self._browser.bring_to_top(max(1, self._page.body + from_body), offset)
        self._current = current
        self._mark()
        self._position_timer.stop()

    def set_colours(self, colours: Colours) -> None:
        """Wear `colours`, at once."""
        self._colours = colours
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, colours.page)  # It is seen behind the scroll bar.
        self.setPalette(palette)
        palette = self._empty.palette()
        palette.setColor(palette.ColorRole.Window, colours.page)
        palette.setColor(palette.ColorRole.WindowText, colours.secondary)
        self._empty.setPalette(palette)
        self._browser.set_colours(colours)
        self._find_bar.set_colours(colours)
        self._set_again()

    def set_settings(self, settings: Settings) -> None:
        """Take the text's size, column and family from `settings`, at once."""
        self._settings = settings
        self._set_again()

    def _after_resize(self) -> None:
        """A narrower column may want a smaller title."""
        if self._source is None or self._style is None or self._page is None:
            return
        title = fit_title(self._source.article.title, self._style, self._browser.column)
        if title != self._page.title:
            self._set_again()

    # Zoom

    @property
    def zoom(self) -> int:
        """The size of the page in per cent."""
        return self._zoom

    @zoom.setter
    def zoom(self, percent: int) -> None:
        percent = min(max(percent, ZOOMS[0]), ZOOMS[-1])
        if percent != self._zoom:
            self._zoom = percent
            self._set_again()
            self.zoom_changed.emit(percent)

    def zoom_in(self) -> None:
        """Make the page larger."""
        self._step_zoom(1)

    def zoom_out(self) -> None:
        """Make the page smaller."""
        self._step_zoom(-1)

    def zoom_reset(self) -> None:
        """Give the page its own size."""
        self.zoom = 100

    @property
    def can_zoom_in(self) -> bool:
        """Whether there is a larger size."""
        return self._zoom < ZOOMS[-1]

    @property
    def can_zoom_out(self) -> bool:
        """Whether there is a smaller size."""
        return self._zoom > ZOOMS[0]

    def _step_zoom(self, steps: int) -> None:
        others = [each for each in ZOOMS if (each > self._zoom if steps > 0 else each < self._zoom)]
        if others:
            self.zoom = others[0] if steps > 0 else others[-1]

    # Place

    def page_down(self) -> None:
        """Go on by a page, or ask for the next article at the end."""
        self._page_by(self._browser.page_down, self.next_requested)

    def page_up(self) -> None:
        """Go back by a page, or ask for the previous article at the beginning."""
        self._page_by(self._browser.page_up, self.previous_requested)

    def _page_by(self, turn: Callable[[], None], nothing_shown: SignalInstance) -> None:
        if self._page is None:
            nothing_shown.emit()
        else:
            turn()

    def tell_position(self) -> None:
        """Emit a position that waits to be told; called before another page comes and when the pane goes."""
        if self._position_timer.isActive():
            self._position_timer.stop()
            self._emit_position()

    def _emit_position(self) -> None:
        if self._source is not None and not self._source.original:
            self.position_changed.emit(self._source.article.id, self._fraction())

    def _fraction(self) -> float:
        if self._page is None or self._browser.verticalScrollBar().value() == 0:
            return 0.0
        if self._browser.at_end():
            return 1.0
        read = self._browser.top()[0] - self._page.body
        return min(max(read / max(1, self._page.end - self._page.body), 0.0), 1.0)

    def _restore(self, fraction: float) -> None:
        if self._page is None or fraction <= 0:
            return
        length = self._page.end - self._page.body
        self._browser.bring_to_top(self._page.body + round(length * min(fraction, 1.0)))

    # Matches

    def selected_text(self) -> str:
        """Return what is selected, as plain text."""
        return self._browser.selected_text()

    def find(self) -> None:  # type: ignore[override]
        """Open the find bar, with the selection in it if it is short."""
        if self._page is None:
            return
        words = self.selected_text()
        self._find_bar.open(words if 0 < len(words) <= 60 and "\n" not in words else "")
        self._find_needle(self._find_bar.needle)

    def close_find(self) -> None:
        """Close the find bar; what was found last stays selected."""
        if self._find_bar.isHidden():
            return
        self._find_bar.hide()
        if 0 <= self._current < len(self._found):
            self._browser.select(*self._found[self._current])
        self._found, self._current = [], -1
        self._mark()
        self._browser.setFocus()

    def next_match(self) -> None:
        """Go to the next match, of the find bar if it is open, else of the search."""
        self._turn(1)

    def previous_match(self) -> None:
        """Go to the previous match."""
        self._turn(-1)

    @property
    def has_matches(self) -> bool:
        """Whether there is a match to go to."""
        return bool(self._shown_matches())

    def _shown_matches(self) -> list[Range]:
        return self._searched if self._find_bar.isHidden() else self._found

    def _turn(self, steps: int) -> None:
        matches = self._shown_matches()
        if matches:
            start = self._current if self._current >= 0 else (-1 if steps > 0 else 0)
            self._go_to((start + steps) % len(matches))

    def _go_to(self, number: int) -> None:
        """Make a match current and bring it into view, in the upper third if it was not there."""
        self._current = number
        self._mark()
        first = self._shown_matches()[number][0]
        top = self._browser.line_top(first)
        height, bar = self._browser.viewport().height(), self._browser.verticalScrollBar()
        if not bar.value() + 8 <= top <= bar.value() + height * 0.75:
            self._browser.bring_to_top(first, height * 0.3)

    def _find_needle(self, needle: str) -> None:
        if self._find_bar.isHidden():
            return
        self._found = self._text.find(lambda text: self._find(text, needle)) if needle else []
        self._current = -1
        if self._found:
            top = self._browser.top()[0]
            self._go_to(next((at for at, each in enumerate(self._found) if each[0] >= top), 0))
        else:
            self._mark()

    def _search_page(self) -> None:
        self._searched = self._text.find(self._matches)
        needle = self._find_bar.needle
        is_open = not self._find_bar.isHidden() and bool(needle)
        self._found = self._text.find(lambda text: self._find(text, needle)) if is_open else []

    def _mark(self) -> None:
        matches = self._shown_matches()
        underlay = self._browser.underlay
        underlay.highlights = matches
        underlay.current = matches[self._current] if 0 <= self._current < len(matches) else None
        self._find_bar.show_count(self._current + 1, len(matches))
        self._browser.viewport().update()
        self.matches_changed.emit()
