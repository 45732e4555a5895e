"""Connects the actions, views, session and imports of one window: who hears whom."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from reader.article import Article, CleanPage
from reader.errors import Sentence
from reader.formats.file_kinds import CAPTURE_EXAMPLE
from reader.query import Query, SortOrder
from reader.scope import EVERYTHING, OneSource, Scope
from reader.settings import Appearance, Settings, WebPictures
from reader.worker.protocol import CleanAgain, Import, Job, Repair, Restore
from ui.commands.reading import Commands
from ui.library_counts import LibraryCounts
from ui.list_query import Results
from ui.look.theme import Theme
from ui.opening import OpenedArticle
from ui.parts import Parts
from ui.views.message_bar import Choice
from ui.words.progress import Progress, Report
from ui.words.translations import translated
from ui.words.wording import (
    found_line,
    nothing_found,
    pictures_line,
    progress_line,
    report_line,
    saved_line,
    stopping_line,
    title_line,
)

if TYPE_CHECKING:
    from ui.views.reading_pane import ReadingPane


# Subjects of messages: a newer message replaces an older one on the same subject.
_REPORT, _PICTURES = "report", "pictures"


class Bindings(QObject):
    """Connects the signals of a window's parts to the parts that handle them."""

    def __init__(self, parts: Parts, commands: Commands, theme: Theme) -> None:
        super().__init__(parts.window)
        self._window, self._session, self._imports = parts.window, parts.session, parts.imports
        self._kept, self._commands, self._theme = parts.kept, commands, theme
        self._when_found: Callable[[], None] | None = None
        self._found: tuple[Query, int] | None = None
        self._join_reading()
        self._join_imports()
        self._join_commands()
        self._join_settings()

    # Reading

    def _join_reading(self) -> None:
        window, session = self._window, self._session
        window.search.text_changed.connect(session.set_text)
        window.scopes.set_sections(LibraryCounts(0).sections())
        window.sidebar.scope_chosen.connect(self._choose_scope)
        window.list.article_chosen.connect(session.open)
        window.list.left_upwards.connect(window.search.focus)
        window.list.page_wanted.connect(lambda: window.pane.setFocus())
        window.articles.rows_wanted.connect(session.load_rows)
        window.articles.rest_wanted.connect(session.load_rest)
        window.list.room_changed.connect(self._make_room)
        session.found.connect(self._take_found)
        session.rows_loaded.connect(window.articles.put_rows)
        session.counts_changed.connect(self._show_library_counts)
        session.opened.connect(self._show_opened)
        session.original_opened.connect(self._show_original)
        session.failed.connect(self._show_failure)
        session.closed.connect(self._show_closed)
        session.left.connect(self._show_left)
        window.pane_made.connect(self._join_pane)
        window.list.selection.changed.connect(self._show_count)
        window.list.selection.lost.connect(self._say_lost)
        for trouble in (session.failed, session.index_damaged, session.damaged):
            trouble.connect(window.list.selection.give_up)

    def _join_pane(self, pane: ReadingPane) -> None:
        pane.link_requested.connect(self._commands.open_link)
        pane.next_requested.connect(partial(self._window.list.step, 1))
        pane.previous_requested.connect(partial(self._window.list.step, -1))
        pane.position_changed.connect(self._session.remember_position)
        pane.revision_requested.connect(self._session.open_revision)

    def _choose_scope(self, scope: Scope) -> None:
        self._session.set_scope(scope)
        if self._session.in_bin:
            self._window.search.set_text("")

    def _make_room(self, rows: int) -> None:
        self._session.rows_in_view = rows

    def _take_found(self, results: Results) -> None:
        """Show a new answer at once; show a refreshed one, which nobody waits for, once its rows are laid out."""
        if results.again:
            self._window.list.prepare(results.first, partial(self._show_found, results))
        else:
            self._show_found(results)

    def _show_found(self, results: Results) -> None:
        window, page = self._window, results.page
        self._found = results.query, page.total
        window.sidebar.set_scope(self._session.query.scope)
        window.search.set_hint("" if page.hint is None else translated(page.hint))
        article = self._session.open_article
        row = (
            results.row
            if article is None or results.current == article.id
            else window.list.kept_row(article.id, page.ids)
        )
        window.list.show_ids(page.ids, page.total, row, again=results.again, first=results.first)
        self._show_count()
        if results.bring and row is not None:
            window.list.reach(row)
        if not page.ids:
            self._explain_nothing(results)
        window.show_found(bool(page.ids))
        if self._when_found is not None and not results.again:
            do, self._when_found = self._when_found, None
            do()

    def _show_count(self) -> None:
        """Say how many articles were found, and how many of them are selected."""
        if self._found is not None:
            query, total = self._found
            self._window.search.set_count(found_line(total, query, self._window.list.selection.now().count))

    def _say_lost(self) -> None:
        self._window.messages.say(self.tr("The list has changed meanwhile, so nothing was done. Select again."))

    def _explain_nothing(self, results: Results) -> None:
        query = results.query
        heading, detail = nothing_found(query)
        in_source = isinstance(query.scope, OneSource)
        do: Callable[[], None] = partial(self._session.set_scope, EVERYTHING)
        if query.text.strip() and query.scope != EVERYTHING:
            button = self.tr("Search all sources") if in_source else self.tr("Search all articles")
        elif query.text.strip():
            do, button = self._window.search.box.clear, self.tr("Clear the search")
        elif query.scope != EVERYTHING:
            button = self.tr("Show all articles")
        elif self._on_the_way(self._imports.job):
            return
        else:
            button = ""
        self._window.nothing.say(heading, detail, icon="search", button=button, do=do)

    def _show_library_counts(self, counts: LibraryCounts) -> None:
        self._window.scopes.set_sections(counts.sections())
        self._window.show_reading(counts.total > 0 or counts.binned > 0 or self._imports.busy)

    def _show_opened(self, opened: OpenedArticle) -> None:
        window, article = self._window, opened.article
        window.actions_["original"].setChecked(False)
        matches = partial(self._session.matches, query=opened.query)
        window.pane.show_article(
            article,
            picture=self._session.library.pictures.display,
            matches=matches,
            position=opened.position,
            revisions=opened.revisions,
            also_at=opened.also_at,
        )
        # The ids may have changed since the row was looked up; the chosen row is the likeliest.
        rows = (window.list.chosen_row(), opened.row)
        found = (row for row in rows if row is not None and window.articles.id_at(row) == article.id)
        window.list.set_current(next(found, None))
        window.setWindowTitle(title_line(article.title))
        self._fill_revisions(opened)

    def _fill_revisions(self, opened: OpenedArticle) -> None:
        from ui.page.document import revision_names

        menu = self._window.revisions
        menu.clear()
        for revision, moment in zip(opened.revisions, revision_names(opened.revisions), strict=True):
            text = self.tr("Captured {date}").format(date=moment)
            action = menu.addAction(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(revision.revision == opened.article.revision)
            action.triggered.connect(partial(self._session.open_revision, revision.revision))
        menu.setEnabled(len(opened.revisions) > 1)

    def _show_original(self, page: CleanPage, article: Article) -> None:
        self._window.pane.show_original(page, article, picture=self._session.library.pictures.display)

    def _show_failure(self, sentence: Sentence) -> None:
        self._window.messages.say(translated(sentence), stays=True)

    def _show_left(self) -> None:
        """Empty the views: the session has let go of the library."""
        self._show_closed()
        self._window.messages.clear()
        self._window.list.show_ids((), 0, None, again=False)
        self._window.scopes.set_sections(LibraryCounts(0).sections())

    def _show_closed(self) -> None:
        """Show that no article is open."""
        window = self._window
        if window.has_pane:
            window.pane.clear()
        window.setWindowTitle("Pressmark")
        window.revisions.clear()
        window.revisions.setEnabled(False)

    # Imports and pictures

    def _join_imports(self) -> None:
        window, imports = self._window, self._imports
        window.dropped.connect(imports.import_paths)
        window.import_bar.cancel_requested.connect(imports.cancel)
        window.first_run.say(
            self.tr("Drop saved articles here"),
            self.tr(
                "Files, folders, or archives such as .zip and .tar.xz. The originals are never changed.\n"
                "Pressmark reads feed captures, and names what else it meets.\n"
                "A feed capture begins like this:"
            ),
            example=CAPTURE_EXAMPLE.rstrip(),
            icon="drop",
            button=self.tr("Choose a folder…"),
            do=self._commands.import_folder,
        )
        imports.progressed.connect(self._show_progress)
        imports.ended.connect(self._end_progress)
        imports.imported.connect(self._show_report)
        imports.pictures_offered.connect(self._offer_pictures)
        imports.pictures_saved.connect(self._show_saved)
        imports.grown.connect(lambda: self._session.refresh(whole=window.list.needs_all_ids))
        imports.failed.connect(self._show_failure)

    def _show_progress(self, progress: Progress) -> None:
        window = self._window
        window.show_reading(True)
        if isinstance(progress.job, Import) and progress == Progress(progress.job):
            window.messages.withdraw(_REPORT)  # The report is of an earlier import.
        coming, query = self._on_the_way(progress.job), self._session.query
        shows_all = not query.text and query.scope == EVERYTHING
        if coming and progress.done == 0 and not window.articles.rowCount() and shows_all:
            window.nothing.say(coming, icon="articles")
            window.show_found(False)
        stopping = stopping_line(progress.job)
        window.import_bar.show_progress(progress_line(progress), progress.done, progress.total, stopping=stopping)

    def _on_the_way(self, job: Job | CleanAgain | None) -> str:
        """Return what an empty list says while a job brings articles; empty for other jobs."""
        return {
            Import: self.tr("The first articles are on their way"),
            Restore: self.tr("The library is being restored"),
            Repair: self.tr("The library is being repaired"),
        }.get(type(job), "")

    def _end_progress(self, _: object) -> None:
        self._window.import_bar.end(stays=self._imports.busy)

    def _show_report(self, report: Report) -> None:
        choices = [Choice(self.tr("Report…"), self._commands.show_report)] if report.not_imported else []
        self._window.messages.say(report_line(report), choices, stays=bool(choices), about=_REPORT)

    def _offer_pictures(self, count: int) -> None:
        """Ask whether to fetch the pictures of an import; nothing is fetched unasked."""
        choices = [
            Choice(self.tr("Save for offline reading"), self._imports.fetch_pictures),
            Choice(self.tr("Always"), self._always_fetch),
            Choice(self.tr("Never"), partial(self._kept.change, web_pictures=WebPictures.NEVER)),
        ]
        self._window.messages.say(pictures_line(count), choices, stays=True, about=_PICTURES)

    def _always_fetch(self) -> None:
        self._kept.change(web_pictures=WebPictures.ALWAYS)
        self._imports.fetch_pictures()

    def _show_saved(self, saved: int, failed: int, why: Sentence | None) -> None:
        again = [Choice(self.tr("Try again"), self._imports.fetch_pictures)] if failed else []
        line = saved_line(saved, failed, "" if why is None else translated(why))
        self._window.messages.say(line, again, stays=bool(failed), about=_PICTURES)

    # Commands

    def _join_commands(self) -> None:
        window, session = self._window, self._session
        window.actions_.join(
            {
                "quit": window.close,
                "search": window.search.focus,
                "clear_search": window.search.box.clear,
                "message": window.messages.take_focus,
                "find": lambda: window.pane.find(),
                "next_match": lambda: window.pane.step_match(1),
                "previous_match": lambda: window.pane.step_match(-1),
                "zoom_in": lambda: window.pane.set_zoom(window.pane.next_zoom(1)),
                "zoom_out": lambda: window.pane.set_zoom(window.pane.next_zoom(-1)),
                "zoom_reset": lambda: window.pane.set_zoom(100),
                "page_down": lambda: window.pane.page_down(),
                "page_up": lambda: window.pane.page_up(),
                "next_article": partial(window.list.step, 1),
                "previous_article": partial(window.list.step, -1),
                "next_result": lambda: self._in_list(partial(window.list.step, 1)),
                "previous_result": lambda: self._in_list(partial(window.list.step, -1)),
                "first_result": lambda: self._in_list(window.list.choose_current),
                "leave": self._leave,
                "back": session.back,
                "forward": session.forward,
                **{f"order_{order}": partial(session.set_order, order) for order in SortOrder},
                **{f"appearance_{each}": partial(self._kept.change, appearance=each) for each in Appearance},
            }
        )
        window.actions_["sidebar"].toggled.connect(window.show_sidebar)
        window.actions_["original"].triggered.connect(self._toggle_original)

    def _toggle_original(self, wanted: bool) -> None:
        article = self._session.open_article
        if wanted:
            self._session.show_original()
        elif article is not None:
            self._session.open_revision(article.revision)

    def _in_list(self, do: Callable[[], None]) -> None:
        """Focus the list and call `do`, once the answer to what was typed is shown."""
        self._window.list.setFocus()
        if self._session.waits:
            self._when_found = do
        else:
            do()

    def _leave(self) -> None:
        """Go one step back: from the capture to the article, from the page to the list, between list and search box."""
        window = self._window
        focus = QApplication.focusWidget()
        original: QAction = window.actions_["original"]
        if original.isChecked():
            original.trigger()
        elif focus is not None and window.pane.isAncestorOf(focus):
            window.list.setFocus()
        elif focus is window.search.box and window.search.box.text():
            window.search.box.clear()
        elif focus is window.search.box:
            window.list.setFocus()
        else:
            window.search.focus()

    # Settings

    def _join_settings(self) -> None:
        window = self._window
        self._theme.changed.connect(window.set_colours)
        self._kept.changed.connect(self._take_settings)
        self._take_settings(self._kept.value)

    def _take_settings(self, settings: Settings) -> None:
        self._window.actions_[f"appearance_{settings.appearance}"].setChecked(True)
        self._theme.set_appearance(settings.appearance)
        self._window.set_settings(settings)
