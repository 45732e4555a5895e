"""What the commands do that say something of articles: stars, tags of one's own, read and unread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from reader.article import ArticleId
from reader.scope import EVERYTHING
from ui.main_window import MainWindow
from ui.session import ReadingSession
from ui.words.wording import MANY, read_question, star_question, starred_line, tagged_line

if TYPE_CHECKING:
    from ui.dialogs.tags import Tagging


class ArticleCommands(QObject):
    """Joins these commands to the session. They are about what is selected, or else the article that is open."""

    def __init__(self, window: MainWindow, session: ReadingSession) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        for name, do in {
            "star": self.toggle_star,
            "tags": self.ask_tags,
            "read": partial(self.set_read, True),
            "unread": partial(self.set_read, False),
        }.items():
            # The signal says whether the action is checked, which nobody here wants to know.
            window.actions_[name].triggered.connect(lambda _=False, do=do: do())
        window.pane_made.connect(lambda pane: pane.tag_requested.connect(self.search_tag))

    def _with_concerned(self, do: Callable[[list[ArticleId]], object]) -> None:
        """Call `do` with all that is selected, also if it is not open yet; else with the article that is open."""
        if not self._session.is_open:
            return
        selection, article = self._window.list.selection, self._session.open_article
        if selection.now().count:
            selection.with_articles(do)
        elif article is not None:
            do([article.id])

    def _ask(self, question: str, button: str, do: Callable[[], object]) -> None:
        """Ask before many articles are changed; the library may be left meanwhile."""
        from ui.dialogs.question import ask

        ask(self._window, question, "", button, lambda: do() if self._session.is_open else None)

    def set_read(self, read: bool) -> None:
        """Note that articles were read, or are to be read again; ask first if they are many."""
        self._with_concerned(partial(self._set_read, read))

    def _set_read(self, read: bool, ids: Sequence[ArticleId]) -> None:
        if len(ids) < MANY:
            self._session.set_read(ids, read)
        else:
            question, button = read_question(len(ids), read)
            self._ask(question, button, lambda: self._session.set_read(ids, read))

    # Stars

    def toggle_star(self) -> None:
        """Star articles; take the star away if all of them have one."""
        if not self._session.in_bin:
            self._with_concerned(self._look_at_stars)

    def _look_at_stars(self, ids: Sequence[ArticleId]) -> None:
        """Star a few at once; of many say first what will be done."""
        library = self._session.library
        if len(ids) < MANY:
            self._session.ask(lambda: library.states.toggle_starred(ids), self._show_starred)
        else:
            self._session.ask(lambda: library.states.has_unstarred(ids), partial(self._ask_star, ids))

    def _ask_star(self, ids: Sequence[ArticleId], starred: bool) -> None:
        question, button = star_question(len(ids), starred)
        self._ask(question, button, lambda: self._set_starred(ids, starred))

    def _set_starred(self, ids: Sequence[ArticleId], starred: bool) -> None:
        library = self._session.library
        self._session.ask(lambda: (starred, library.states.set_starred(ids, starred)), self._show_starred)

    def _show_starred(self, done: tuple[bool, list[ArticleId]]) -> None:
        starred, ids = done
        self._window.articles.set_starred(ids, starred)
        self._session.keep_shown(starred=dict.fromkeys(ids, not starred))
        article = self._session.open_article
        if article is not None and article.id in ids:
            self._show_open(starred=starred)
        if len(ids) > 1 or article is None:
            self._window.messages.say(starred_line(len(ids), starred))

    def _show_open(self, **marks: Any) -> None:
        """Let the open article have other marks, here and on the page."""
        if self._session.open_article is not None:
            article = self._session.open_article = replace(self._session.open_article, **marks)
            self._window.pane.set_marks(article)

    # Tags

    def ask_tags(self) -> None:
        """Ask for the tags of articles."""
        if not self._session.in_bin:
            self._with_concerned(self._look_at_tags)

    def _look_at_tags(self, ids: Sequence[ArticleId]) -> None:
        library = self._session.library

        def look() -> Tagging:
            from ui.dialogs.tags import Tagging

            return Tagging(len(ids), library.states.tags(), library.states.tags_of(ids))

        self._session.ask(look, partial(self._ask_tags, ids))

    def _ask_tags(self, ids: Sequence[ArticleId], found: Tagging) -> None:
        from ui.dialogs.tags import Tags

        dialog = Tags(found, self._window)
        dialog.accepted.connect(lambda: self.set_tags(ids, *dialog.changes()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def set_tags(self, ids: Sequence[ArticleId], add: Sequence[str], remove: Sequence[str]) -> None:
        """Give articles tags, and take others away."""
        # The library may have been left since somebody asked for the tags.
        if not self._session.is_open or not (add or remove):
            return
        library, article = self._session.library, self._session.open_article

        def work() -> tuple[list[ArticleId], tuple[str, ...]]:
            changed = library.states.set_tags(ids, add, remove)
            return changed, () if article is None else library.states.own_tags(article.id)

        def done(found: tuple[list[ArticleId], tuple[str, ...]]) -> None:
            changed, own = found
            now = self._session.open_article
            if article is not None and now is not None and article.id == now.id and now.id in changed:
                self._show_open(own_tags=own)
            if len(changed) > 1 or article is None:
                self._window.messages.say(tagged_line(len(changed)))

        self._session.ask(work, done)

    def search_tag(self, tag: str) -> None:
        """Show what has a tag."""
        self._session.set_scope(EVERYTHING)
        # What the search takes for its own, as parentheses, it leaves alone between quotation marks.
        self._window.search.box.setText(f"tag:{tag}" if tag.isalnum() else f'tag:"{tag}"')
