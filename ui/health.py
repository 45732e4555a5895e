"""Watches the open library: rebuilds its index, offers a repair, and notices what other programs change."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from reader.article import ArticleId
from reader.errors import ReaderError, Sentence
from reader.outcome import Area, Problem
from reader.worker.protocol import Finished, Indexed, Job, RebuildIndex, UpdateIndex, Waits
from ui.parts import Parts
from ui.single_shot import single_shot
from ui.views.message_bar import Choice
from ui.words.translations import translated
from ui.words.wording import number

if TYPE_CHECKING:
    from reader.library import Library
    from reader.library.changes import Changes, IndexState, Watch

logger = logging.getLogger(__name__)

WATCH_MS = 2000
# While another program writes, the index is looked at so often; it may be that program that puts it right.
_AGAIN_MS = 10_000
# All of the library is read a while after the start, when the window has nothing else to do, and not every day.
_CHECK_MS = 60_000
_CHECK_SECONDS = 7 * 24 * 3600
# An index that is damaged still, or again so soon, has a cause that rebuilding it does not mend.
_SOON_SECONDS = 60.0
_TOLD = 4
# What messages are about: a newer one takes the place of an older one.
_INDEX, _DAMAGE = "index", "damage"


class Health(QObject):
    """Looks after the library of a window; `repair` is what the person is offered."""

    def __init__(self, parts: Parts, repair: Callable[[], object]) -> None:
        super().__init__(parts.window)
        self._window, self._session, self._imports = parts.window, parts.session, parts.imports
        self._repair = repair
        self._seen: Changes | None = None
        self._watch_of: Watch | None = None
        self._announced = False
        self._healed = float("-inf")
        self._again = single_shot(self, _AGAIN_MS, self._look)
        self._checking = single_shot(self, _CHECK_MS, self._check)
        self._watching = single_shot(self, WATCH_MS, self._watch)
        parts.session.index_damaged.connect(self._heal_index)
        parts.session.damaged.connect(lambda sentence: self._say_repairable(translated(sentence)))
        parts.session.page_damaged.connect(self._show_damaged)
        parts.session.left.connect(self._leave)
        parts.imports.finished.connect(self._tell_healed)
        parts.imports.checked.connect(self._tell_problems)
        parts.imports.ended.connect(self._look_from_here)

    @property
    def _library(self) -> Library | None:
        return self._session.library if self._session.is_open else None

    def begin(self) -> None:
        """Look after the library, which is shown now."""
        from reader.library.changes import Watch

        self._seen, self._watch_of = None, Watch(self._session.library)
        self._look()
        self._watching.start()
        if not self._session.library.read_only:
            self._checking.start()

    def _leave(self) -> None:
        """Say what is done meanwhile: it is a repair that the library is left for."""
        self._window.nothing.say(self.tr("The library is being repaired"), icon="articles")
        self._window.show_found(False)
        self._window.search.set_count("")
        self._announced = False
        for timer in (self._again, self._checking, self._watching):
            timer.stop()

    # The index

    def _look(self) -> None:
        """Look whether the index is whole, as far as that is cheaply seen."""
        if not self._imports.busy:
            from reader.library.changes import look_at_index

            self._session.ask(look_at_index, self._consider, self._fail, lane="look")

    def _consider(self, state: IndexState) -> None:
        if self._imports.busy or self._library is None:
            return
        if not state.behind:
            if state.older_pages and not self._library.read_only:
                self._imports.clean_again()
            return
        if state.why is not None:
            self._heal_index(state.why)
        elif not self._library.read_only:
            self._imports.do(UpdateIndex(unasked=True))

    def _heal_index(self, why: Sentence) -> None:
        """Rebuild the index, and say so; when that has just been tried, let the person say when again."""
        # While another program writes, whoever looks again sees whether it has put it right.
        if self._imports.busy or self._library is None or self._again.isActive():
            return
        line = translated(why)
        if self._library.read_only:
            where = self.tr("It can be rebuilt only where the library may be written; until then not all is found.")
            self._window.messages.say(f"{line} {where}", stays=True, about=_INDEX)
        elif time.monotonic() - self._healed < _SOON_SECONDS:
            rebuild = Choice(self.tr("Rebuild the index"), partial(self._imports.do, RebuildIndex()))
            self._window.messages.say(line, [rebuild], stays=True, about=_INDEX)
        else:
            self._window.messages.say(line + " " + self.tr("It is being rebuilt; no article is lost."), about=_INDEX)
            self._announced = True
            self._imports.do(RebuildIndex(unasked=True))

    def _tell_healed(self, job: Job, finished: Finished) -> None:
        if self._library is None or not isinstance(job, UpdateIndex | RebuildIndex):
            return
        if isinstance(finished.result, Waits):
            # Another program writes; perhaps it is the one that puts the index right.
            self._again.start()
            return
        if isinstance(job, RebuildIndex):
            # One that failed would fail again: what it ends with asks the same of the index as what it began with.
            self._healed = time.monotonic()
            if not finished.cancelled:
                self._window.messages.withdraw(_INDEX)
        if finished.cancelled:
            self._announced = False
        elif self._announced and isinstance(finished.result, Indexed):
            self._announced = False
            line = self.tr("The search index has been rebuilt. Articles that can be found: {count}.")
            self._window.messages.say(line.format(count=number(finished.result.articles)), about=_INDEX)

    # What another program does

    def _watch(self) -> None:
        """Look whether another program has changed something; the window's own worker says so by itself."""
        if (watch := self._watch_of) is not None:
            self._session.ask(lambda _: watch.look(), self._compare, self._fail_to_watch, lane="watch")

    def _look_from_here(self, _: object) -> None:
        """Take what a job of our own has changed as seen: it is shown already."""
        self._seen = None

    def _compare(self, changes: Changes) -> None:
        self._watching.start()
        before, self._seen = self._seen, changes
        if before is None or before == changes or self._imports.busy or self._library is None:
            return
        logger.debug("the library has been changed")
        # Of the index alone, as by tidying, a list of everything says nothing.
        if before.articles != changes.articles or self._session.query.text:
            self._session.refresh(whole=self._window.list.needs_all_ids)
        self._look()

    def _fail_to_watch(self, error: ReaderError) -> None:
        """Say nothing: the next thing that the person wants will."""
        logger.info("the library cannot be watched: %s", error.sentence)
        self._watching.start()

    # Damage that only a repair mends

    def _show_damaged(self, _: ArticleId, __: Sentence) -> None:
        """Say in the place of an article that it cannot be shown; what is wrong with its bytes says the log."""
        damaged = self.tr("This article is damaged and cannot be shown.")
        repairing = self.tr("Repairing the library makes its page again, if its capture can still be read.")
        self._window.pane.say(f"{damaged}\n\n{repairing}")
        self._window.setWindowTitle("Pressmark")
        self._say_repairable(damaged)

    def _say_repairable(self, text: str) -> None:
        can = self._library is not None and not self._library.read_only
        choices = [Choice(self.tr("Repair"), self._repair)] if can else []
        self._window.messages.say(text, choices, stays=True, about=_DAMAGE)

    # Reading everything

    def _check(self) -> None:
        """Have the whole library read in the background, if that has not been done lately."""

        def is_due(library: Library) -> bool:
            try:
                return abs(time.time() - library.paths.checked.stat().st_mtime) > _CHECK_SECONDS
            except OSError:
                return True

        self._session.ask(is_due, self._check_if, self._fail)

    def _check_if(self, due: bool) -> None:
        if due and self._library is not None and not self._imports.check():
            self._checking.start()

    def _tell_problems(self, problems: Sequence[Problem]) -> None:
        """Heal the index if it is that; of the rest say what it is, and offer the repair."""
        if self._library is None:
            return
        index = [problem for problem in problems if problem.area is Area.INDEX]
        others = [problem for problem in problems if problem.area is not Area.INDEX]
        if index:
            self._heal_index(index[0].sentence)
        if others:
            # That the index is being rebuilt is seen at the foot of the sidebar.
            self._announced = False
            lines = [translated(problem.sentence) for problem in others[:_TOLD]]
            if len(others) > _TOLD:
                lines.append(self.tr("More damage like this: {count}.").format(count=number(len(others) - _TOLD)))
            self._say_repairable("\n".join([self.tr("The library has been checked, and is damaged:"), *lines]))

    def _fail(self, error: ReaderError) -> None:
        logger.info("%s", error.sentence)
