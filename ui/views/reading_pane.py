"""The reading pane: shows an article or its capture, highlights, finds, zooms, and keeps the reader's place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from reader.article import Article, CleanPage, RevisionInfo
from reader.settings import Settings
from ui.background.picture_reader import ReadPicture
from ui.look.colours import Colours
from ui.look.latin_marks import suit
from ui.page.browser import PageBrowser
from ui.page.document import FIRST_PART, Page, PageSource, fit_title, write_page
from ui.page.fonts import script_of
from ui.page.matches import Matches, PageText, Range, find_ignoring_case, no_matches
from ui.page.pictures import Pictures
from ui.page.style import PageStyle
from ui.single_shot import single_shot
from ui.views.find_bar import FindBar

ZOOMS = (60, 70, 80, 90, 100, 110, 125, 150, 175, 200)
_POSITION_DELAY = 400
_RESIZE_DELAY = 120


class ReadingPane(QWidget):
    """Shows one page, and emits what the person does.

    Signals:
        link_requested: a http, https or mailto address was chosen; other links are dropped.
        next_requested, previous_requested: the person paged past the end or the beginning.
        position_changed: the article's id, and how far it was read, 0 to 1; sent a moment after scrolling.
        tag_requested: the tag whose articles are to be shown.
        revision_requested: another version was chosen.
        zoom_changed: the zoom in per cent.
        matches_changed: the page's matches have changed.
    """

    link_requested = Signal(str)
    next_requested = Signal()
    previous_requested = Signal()
    position_changed = Signal(int, float)
    revision_requested = Signal(int)
    tag_requested = Signal(str)
    zoom_changed = Signal(int)
    matches_changed = Signal()

    def __init__(self, colours: Colours, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours, self._settings = colours, settings
        self.zoom = 100
        self._page: Page | None = None
        self._text = PageText("")
        self._matches: Matches = no_matches
        self._found: list[Range] = []
        self._current = -1
        self._pictures = Pictures(self)
        self._browser = PageBrowser(self._pictures, colours, self)
        self._find_bar = FindBar(colours, self)
        self._nothing_chosen = self.tr("Choose an article to read it here.")
        self._empty = QLabel(self._nothing_chosen, self)
        # The page, or the words in its place; the find bar is below.
        self.stack = QStackedWidget(self)
        self._position_timer = single_shot(self, _POSITION_DELAY, self._emit_position)
        self._resize_timer = single_shot(self, _RESIZE_DELAY, self._after_resize)
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
        self.stack.addWidget(self._empty)
        self.stack.addWidget(self._browser)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stack, 1)
        column.addWidget(self._find_bar)
        self.setFocusProxy(self._browser)

    def _connect(self) -> None:
        browser, bar = self._browser, self._find_bar
        browser.link_activated.connect(self.link_requested)
        browser.revision_activated.connect(self.revision_requested)
        browser.tag_activated.connect(self.tag_requested)
        browser.more_activated.connect(self._show_more)
        browser.past_end.connect(self.next_requested)
        browser.before_beginning.connect(self.previous_requested)
        browser.zoom_turned.connect(lambda by: self.set_zoom(self.next_zoom(by)))
        browser.column_changed.connect(lambda _: self._resize_timer.start())
        browser.verticalScrollBar().valueChanged.connect(lambda _: self._position_timer.start())
        bar.needle_changed.connect(self._find_needle)
        bar.turned.connect(self.step_match)
        bar.closed.connect(self.close_find)
        self.destroyed.connect(self._pictures.close)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._pictures.close)

    # Showing and writing a page

    def show_article(
        self,
        article: Article,
        *,
        picture: ReadPicture,
        matches: Matches = no_matches,
        position: float = 0.0,
        revisions: Sequence[RevisionInfo] = (),
        also_at: Sequence[str] = (),
    ) -> None:
        """Show `article`, opened at its first match, else at `position`.

        Args:
            article: the article.
            picture: returns the bytes of a stored picture; called in other threads.
            matches: finds the searched words in a text, as (start, end) of characters.
            position: how far the article was read before, 0 to 1.
            revisions: the versions to choose from, the newest first.
            also_at: addresses of other articles with the same text.
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
        if self._found and self._find_bar.isHidden():
            self._go_to(0)
        else:
            self._restore(position)
        self._position_timer.stop()

    def show_original(self, page: CleanPage, article: Article, *, picture: ReadPicture) -> None:
        """Show the capture with nothing removed; blocks that cleaning removes are tinted."""
        source = PageSource(article=article, html=page.html, text=page.text, images=page.images, original=True)
        self._show(source, picture, no_matches)
        self._position_timer.stop()

    def set_marks(self, article: Article) -> None:
        """Show the star and the tags that `article` has now, if the page is of `article`."""
        if self._page is not None and self._page.source.article.id == article.id:
            shown = self._page.source.article
            marked = replace(shown, starred=article.starred, own_tags=article.own_tags)
            if marked != shown:
                self._write_again(replace(self._page.source, article=marked))

    def clear(self) -> None:
        """Say that no article is chosen."""
        self.say(self._nothing_chosen)

    def say(self, words: str) -> None:
        """Show `words` in place of an article, for example that it cannot be shown."""
        self.tell_position()
        self.close_find()
        self._page = None
        self._pictures.show((), None)
        self._browser.underlay.decorations = ()
        self._browser.document().clear()
        self._text, self._matches = PageText(""), no_matches
        self._find_matches()
        self._empty.setText(words)
        suit(self._empty)
        self.stack.setCurrentWidget(self._empty)

    def _show(self, source: PageSource, picture: ReadPicture, matches: Matches) -> None:
        self.tell_position()
        self._matches = matches
        self._pictures.show(source.images, picture)
        self.stack.setCurrentWidget(self._browser)
        self._browser.verticalScrollBar().setValue(0)
        self._write(source)
        self._find_matches()
        self._browser.verticalScrollBar().setValue(0)

    def _write(self, source: PageSource) -> Page:
        """Write the page of `source` with the current colours, settings and zoom."""
        script = script_of(source.article.title + "\n" + source.text[:FIRST_PART])
        style = PageStyle.of(self._colours, self._settings, self.zoom, script)
        browser = self._browser
        browser.picture_object.font = style.font(style.small)
        browser.set_measures(style.column, style.line)
        size_of = self._pictures.size_of
        page = browser.rewrite(lambda document: write_page(document, source, style, browser.column, size_of))
        browser.underlay.sunk, browser.underlay.font = style.sunk, style.font(style.text)
        self._page = page
        self._text = PageText(browser.document().toPlainText(), [(page.title_end, page.body - 1)])
        return page

    def _show_more(self) -> None:
        """Write twice as much of a very long page; the view does not move."""
        if self._page is not None:
            self._write_again(replace(self._page.source, shown=2 * self._page.source.shown))

    def _write_again(self, source: PageSource | None = None) -> None:
        """Write the page again, or `source` in its place, with the same line at the top and the same match current."""
        if self._page is None:
            return
        position, offset = self._browser.top()
        from_body = position - self._page.body
        page = self._write(source or self._page.source)
        if position:
            self._browser.bring_to_top(max(1, page.body + from_body), offset)
        self._find_matches(self._current)
        self._position_timer.stop()

    def set_colours(self, colours: Colours) -> None:
        """Apply `colours` at once."""
        self._colours = colours
        palette = self.palette()
        # The window's colour is seen behind the scroll bar.
        palette.setColor(palette.ColorRole.Window, colours.page)
        palette.setColor(palette.ColorRole.WindowText, colours.secondary)
        self.setPalette(palette)
        self._browser.set_colours(colours)
        self._find_bar.set_colours(colours)
        self._write_again()

    def set_settings(self, settings: Settings) -> None:
        """Apply the text's size, column and family from `settings` at once."""
        self._settings = settings
        self._write_again()

    def _after_resize(self) -> None:
        """Write the page again if its title takes another size in the new column."""
        if self._page is not None:
            title = fit_title(self._page.source.article.title, self._page.style, self._browser.column)
            if title != self._page.title:
                self._write_again()

    # Zoom

    def set_zoom(self, percent: int) -> None:
        """Zoom the page to `percent` of its own size, or to the nearest that is allowed."""
        percent = min(max(percent, ZOOMS[0]), ZOOMS[-1])
        if percent != self.zoom:
            self.zoom = percent
            self._write_again()
            self.zoom_changed.emit(percent)

    def next_zoom(self, by: int) -> int:
        """Return the next larger zoom for a `by` of 1, the next smaller for -1, or the current one if there is none."""
        others = [each for each in ZOOMS if (each - self.zoom) * by > 0]
        return min(others, key=lambda each: abs(each - self.zoom), default=self.zoom)

    # Place

    def page_down(self) -> None:
        """Scroll down by a page, or ask for the next article at the end."""
        self._browser.page_down()

    def page_up(self) -> None:
        """Scroll up by a page, or ask for the previous article at the beginning."""
        self._browser.page_up()

    def tell_position(self) -> None:
        """Emit a pending position now; called before another page is shown and when the window closes."""
        if self._position_timer.isActive():
            self._position_timer.stop()
            self._emit_position()

    def _emit_position(self) -> None:
        if self._page is not None and not self._page.source.original:
            self.position_changed.emit(self._page.source.article.id, self._fraction(self._page))

    def _fraction(self, page: Page) -> float:
        if self._browser.verticalScrollBar().value() == 0:
            return 0.0
        if self._browser.at_end():
            return 1.0
        read = self._browser.top()[0] - page.body
        return min(max(read / max(1, page.end - page.body), 0.0), 1.0)

    def _restore(self, fraction: float) -> None:
        if self._page is None or fraction <= 0:
            return
        length = self._page.end - self._page.body
        self._browser.bring_to_top(self._page.body + round(length * min(fraction, 1.0)))

    # Matches

    def find(self) -> None:  # type: ignore[override]
        """Open the find bar, with the selection in it if that is short."""
        if self._page is None:
            return
        words = self._browser.selected_text()
        self._find_bar.open(words if 0 < len(words) <= 60 and "\n" not in words else "")
        self._find_needle()

    def close_find(self) -> None:
        """Close the find bar; the match that was current stays selected."""
        if self._find_bar.isHidden():
            return
        self._find_bar.hide()
        if 0 <= self._current < len(self._found):
            self._browser.select(*self._found[self._current])
        self._find_matches()
        self._browser.setFocus()

    def step_match(self, by: int) -> None:
        """Go to another match: `by` is 1 for the next, -1 for the previous one."""
        if self._found:
            start = self._current if self._current >= 0 else (-1 if by > 0 else 0)
            self._go_to((start + by) % len(self._found))

    @property
    def has_matches(self) -> bool:
        """Whether there is a match to go to."""
        return bool(self._found)

    def _go_to(self, number: int) -> None:
        """Make a match current and bring it into view, in the upper third if it was not in view."""
        self._current = number
        self._mark()
        first = self._found[number][0]
        top = self._browser.line_top(first)
        height, bar = self._browser.viewport().height(), self._browser.verticalScrollBar()
        if not bar.value() + 8 <= top <= bar.value() + height * 0.75:
            self._browser.bring_to_top(first, height * 0.3)

    def _find_needle(self) -> None:
        """Find the words of the find bar, and go to the first match below the top of the view."""
        if self._find_bar.isHidden():
            return
        self._find_matches()
        if self._found:
            top = self._browser.top()[0]
            self._go_to(next((at for at, each in enumerate(self._found) if each[0] >= top), 0))

    def _find_matches(self, current: int = -1) -> None:
        """Find the words of the find bar in the page while the bar is open, else the words of the search."""
        matches = self._matches
        if not self._find_bar.isHidden():
            matches = partial(find_ignoring_case, needle=self._find_bar.needle)
        self._found, self._current = self._text.find(matches), current
        self._mark()

    def _mark(self) -> None:
        underlay = self._browser.underlay
        underlay.highlights = self._found
        underlay.current = self._found[self._current] if 0 <= self._current < len(self._found) else None
        self._find_bar.show_count(self._current + 1, len(self._found))
        self._browser.viewport().update()
        self.matches_changed.emit()
