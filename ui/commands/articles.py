"""The commands that change articles: star, tags, read and unread, the bin.

Each makes an operation, and `run` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from reader import operation
from reader.article import ArticleId
from reader.operation import Operation
from reader.scope import EVERYTHING
from ui.parts import Parts
from ui.views.message_bar import Choice
from ui.words.operations import done_line, question

if TYPE_CHECKING:
    from reader.library import Library
    from ui.dialogs.tags import Tagging

# From this many articles on, the person is asked before they are changed.
_MANY = 100
_OF_BIN = (operation.MoveToBin, operation.RestoreFromBin)

Articles = tuple[ArticleId, ...]


class ArticleCommands(QObject):
    """Connects the commands to the session; they change the selected articles, or else the open one."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self._window, self._session, self._imports = parts.window, parts.session, parts.imports
        parts.window.actions_.join(
            {
                "star": self.toggle_star,
                "tags": self.ask_tags,
                "read": lambda: self._with_concerned(lambda ids: self.run(operation.MarkRead(ids))),
                "unread": lambda: self._with_concerned(lambda ids: self.run(operation.MarkUnread(ids))),
                "to_bin": self.move_to_bin,
                "from_bin": lambda: self._with_selected(lambda ids: self.run(operation.RestoreFromBin(ids))),
            }
        )
        parts.session.changed.connect(self._show)
        parts.window.pane_made.connect(lambda pane: pane.tag_requested.connect(self.search_tag))

    # Operations

    def run(self, *operations: Operation, first: Callable[[], object] = lambda: None) -> None:
        """Apply operations: ask before many articles are changed, call `first`, and say what was changed."""
        if not operations or not operations[0].articles:
            return
        asked = question(operations[0]) if len(operations[0].articles) >= _MANY else None
        do = partial(self._apply, operations, first)
        if asked is None:
            do()
        else:
            from ui.dialogs.question import ask

            ask(self._window, asked[0], "", asked[1], do)

    def _apply(self, operations: Sequence[Operation], first: Callable[[], object] = lambda: None) -> None:
        first()
        self._session.apply(operations, self._tell)

    def _tell(self, undone: Sequence[Operation]) -> None:
        """Say how many articles were changed, unless the page shows it; offer to undo a move to the bin."""
        line, of_bin = done_line(undone), any(isinstance(each, _OF_BIN) for each in undone)
        if line and (of_bin or len(operation.changed(undone)) > 1 or self._session.open_article is None):
            undo = Choice(self.tr("Undo"), partial(self._apply, undone))
            self._window.messages.say(line, [undo] if isinstance(undone[0], operation.RestoreFromBin) else [])

    def _show(self, undone: Sequence[Operation]) -> None:
        """Show the changes in the list and on the page."""
        for inverse in undone:
            if inverse.mark is not None:
                name, was = inverse.mark
                self._window.articles.set_mark(name, inverse.articles, not was)
        if self._session.open_article is not None and self._window.has_pane:
            self._window.pane.set_marks(self._session.open_article)
        if any(isinstance(inverse, _OF_BIN) for inverse in undone):
            self._session.close_if_gone()
            self._session.refresh(whole=self._window.list.needs_all_ids)
            self._imports.forget_soon()

    def _with_selected(self, do: Callable[[Articles], object]) -> None:
        """Call `do` with the selected articles, once all their ids are here."""
        self._window.list.selection.with_articles(lambda ids: do(tuple(ids)))

    def _with_concerned(self, do: Callable[[Articles], object]) -> None:
        """Call `do` with the selected articles, or else with the open one."""
        if self._window.list.selection.now().count:
            self._with_selected(do)
        elif self._session.open_article is not None:
            do((self._session.open_article.id,))

    # Commands

    def toggle_star(self) -> None:
        """Star the articles, or unstar them if all of them are starred."""

        def look(ids: Articles, library: Library) -> Operation:
            return operation.Star(ids) if library.states.has_unstarred(ids) else operation.Unstar(ids)

        def star(ids: Articles) -> None:
            if len(ids) < _MANY:
                self.run(operation.ToggleStar(ids))
            else:
                self._session.ask(partial(look, ids), self.run)

        if not self._session.in_bin:
            self._with_concerned(star)

    def move_to_bin(self) -> None:
        """Move the selected articles to the bin, and open the next one."""
        if not self._session.in_bin:
            self._with_selected(lambda ids: self.run(operation.MoveToBin(ids), first=self._open_next))

    def _open_next(self) -> None:
        if (following := self._window.list.neighbour()) is not None:
            self._session.open(following)

    def ask_tags(self) -> None:
        """Show the dialog for the tags of the articles."""

        def look(ids: Articles, library: Library) -> Tagging:
            from ui.dialogs.tags import Tagging

            return Tagging(len(ids), library.states.tags(), library.states.tags_of(ids))

        if not self._session.in_bin:
            self._with_concerned(lambda ids: self._session.ask(partial(look, ids), partial(self._ask_tags, ids)))

    def _ask_tags(self, ids: Articles, found: Tagging) -> None:
        from ui.dialogs.tags import Tags

        dialog = Tags(found, self._window)
        dialog.accepted.connect(lambda: self.run(*operation.tagging(ids, *dialog.changes())))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def search_tag(self, tag: str) -> None:
        """Search for the articles with a tag."""
        self._session.set_scope(EVERYTHING)
        # Between quotation marks, characters of the search language, for example parentheses, stand for themselves.
        self._window.search.box.setText(f"tag:{tag}" if tag.isalnum() else f'tag:"{tag}"')
