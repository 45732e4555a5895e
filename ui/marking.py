"""What the commands do that say something of articles: stars, tags of one's own, read and unread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from reader.article import ArticleId
from ui.main_window import MainWindow
from ui.session import ReadingSession
from ui.wording import starred_line, tagged_line

if TYPE_CHECKING:
    from ui.dialogs.tags import Tagging


class Marking(QObject):
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

    def _concerned(self) -> list[ArticleId]:
        """Return what is selected, also if it is not open yet; else the article that is open but not in the list."""
        if not self._session.is_open:
            return []
        article = self._session.open_article
        return self._window.list.selected_ids() or ([] if article is None else [article.id])

    def set_read(self, read: bool) -> None:
        """Note that articles were read, or are to be read again."""
        if ids := self._concerned():
            self._session.set_read(ids, read)

    # Stars

    def toggle_star(self) -> None:
        """Star articles; take the star away if all of them have one."""
        ids = self._concerned()
        if not ids or self._session.query.bin:
            return
        library = self._session.library
        self._session.ask(lambda: library.marks.toggle_starred(ids), self._show_starred)

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
        ids = self._concerned()
        if not ids or self._session.query.bin:
            return
        library = self._session.library

        def look() -> Tagging:
            from ui.dialogs.tags import Tagging

            return Tagging(len(ids), library.marks.tags(), library.marks.tags_of(ids))

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
            changed = library.marks.set_tags(ids, add, remove)
            return changed, () if article is None else library.marks.own_tags(article.id)

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
        self._window.sidebar.set_source(None)
        self._session.set_source(None)
        # What the search takes for its own, as parentheses, it leaves alone between quotation marks.
        self._window.search.box.setText(f"tag:{tag}" if tag.isalnum() else f'tag:"{tag}"')
