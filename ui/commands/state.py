"""Enables the commands and sets their texts, for the number of articles concerned; the only module that does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from reader.article import ArticleId
from reader.worker.protocol import FetchPictures, Import, Repair, Restore, UndoImport
from ui.actions import COMMANDS, translated_text
from ui.need import Need
from ui.parts import Parts
from ui.words.command_texts import OF_SEVERAL, several, star_text

if TYPE_CHECKING:
    from ui.views.reading_pane import ReadingPane

# With more articles than this, it is not looked up which of them are read or starred.
_LOOKED_UP = 100
# While one of these runs, the last import may change.
_IMPORTING = (Import, UndoImport, Restore, Repair)


class CommandState(QObject):
    """Keeps the actions of a window in step with what it shows."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        window, session, imports = self._window, self._session, self._imports = (
            parts.window,
            parts.session,
            parts.imports,
        )
        self._log = parts.paths.log
        self._history = (False, False)
        self._of_one = {command.name: translated_text(command) for command in COMMANDS}
        session.history_changed.connect(self._take_history)
        reading = (session.counts_changed, session.found, session.opened, session.page_damaged, session.closed)
        for signal in (*reading, session.left, imports.progressed, imports.ended, imports.imported):
            signal.connect(self.update)
        window.list.selection.changed.connect(self.update)
        window.articles.dataChanged.connect(self.update)
        window.search.text_changed.connect(self.update)
        window.stack.currentChanged.connect(self.update)
        window.messages.changed.connect(self.update)
        window.pane_made.connect(self._watch_pane)
        self.update()

    def _watch_pane(self, pane: ReadingPane) -> None:
        pane.zoom_changed.connect(self.update)
        pane.matches_changed.connect(self.update)
        self.update()

    def _take_history(self, back: bool, forward: bool) -> None:
        self._history = back, forward
        self.update()

    def update(self, *_: object) -> None:
        """Enable the commands whose needs hold, and name those that concern several articles."""
        self._window.actions_.enable(self.held())
        self._name_commands()

    def held(self) -> Need:
        """Return the needs that hold now."""
        held = Need.NOTHING
        for facts in (self._library(), self._articles(), self._rows(), self._page()):
            for need, holds in facts.items():
                if holds:
                    held |= need
        return held

    def _library(self) -> dict[Need, bool]:
        is_open, counts, job = self._session.is_open, self._session.counts, self._imports.job
        return {
            Need.LIBRARY: is_open,
            Need.WRITABLE: is_open and not self._session.library.read_only,
            Need.READING: self._window.is_reading,
            Need.FULL_BIN: is_open and counts.binned > 0,
            Need.MESSAGE: bool(self._window.messages.text),
            Need.REPORT: self._imports.report is not None,
            Need.UNDOABLE_IMPORT: is_open and counts.can_undo_import and not isinstance(job, _IMPORTING),
            Need.PICTURES_ON_WEB: is_open and counts.has_pictures_on_web and not isinstance(job, FetchPictures),
            Need.SEARCH_TEXT: bool(self._window.search.box.text()),
            Need.LOG: os.path.exists(self._log),  # noqa: PTH110 - it raises nothing where the folder is forbidden
        }

    def _articles(self) -> dict[Need, bool]:
        article, selected = self._session.open_article, self._window.list.selection.now().count
        concerned = self._concerned()
        read = [self._is_read(id_) for id_ in concerned]
        unknown = bool(selected) and not concerned
        return {
            Need.SELECTED: selected > 0,
            Need.CONCERNED: selected > 0 or article is not None,
            Need.ARTICLE: article is not None,
            Need.ALONE: selected <= 1,
            Need.ADDRESS: article is not None and article.url is not None,
            Need.SOME_UNREAD: unknown or any(each is not True for each in read),
            Need.SOME_READ: unknown or any(each is not False for each in read),
        }

    def _concerned(self) -> Sequence[ArticleId]:
        """Return the selected articles, or else the open one; none for a large selection, or one not known yet."""
        article, selected = self._session.open_article, self._window.list.selection.now()
        if selected.count > _LOOKED_UP or not selected.is_known:
            return []
        return selected.articles() or ([] if article is None else [article.id])

    def _is_read(self, id_: ArticleId) -> bool | None:
        hit = self._window.articles.hit(id_)
        return None if hit is None else hit.read

    def _is_starred(self, id_: ArticleId) -> bool | None:
        hit, article = self._window.articles.hit(id_), self._session.open_article
        if hit is not None:
            return hit.starred
        return article.starred if article is not None and article.id == id_ else None

    def _rows(self) -> dict[Need, bool]:
        rows, chosen = self._window.articles.rowCount(), self._window.list.chosen_row()
        article = self._session.open_article is not None
        below = rows > 0 and (chosen is None or chosen < rows - 1)
        above = rows > 0 and (chosen is None or chosen > 0)
        in_bin = self._session.shows_bin
        return {
            Need.IN_BIN: in_bin,
            Need.OUTSIDE_BIN: not in_bin,
            Need.NEXT_ROW: below,
            Need.PREVIOUS_ROW: above,
            Need.PAGE_BELOW: below or article,
            Need.PAGE_ABOVE: above or article,
        }

    def _page(self) -> dict[Need, bool]:
        back, forward = self._history
        pane = self._window.pane if self._window.has_pane else None
        return {
            Need.WAY_BACK: back,
            Need.WAY_FORWARD: forward,
            Need.MATCHES: pane is not None and pane.has_matches,
            Need.LARGER: pane is not None and pane.next_zoom(1) > pane.zoom,
            Need.SMALLER: pane is not None and pane.next_zoom(-1) < pane.zoom,
            Need.ZOOMED: pane is not None and pane.zoom != 100,
        }

    def _name_commands(self) -> None:
        actions, count = self._window.actions_, self._window.list.selection.now().count
        for name in OF_SEVERAL:
            actions[name].setText(several(name, count) if count > 1 else self._of_one[name])
        starred = [self._is_starred(id_) for id_ in self._concerned()]
        known = bool(starred) and None not in starred
        if known:
            actions["star"].setText(star_text(len(starred), all(starred)))
        else:
            actions["star"].setText(star_text(count, None) if count > 1 else self._of_one["star"])
