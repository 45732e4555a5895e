"""Watches the open library: rebuilds its index, offers a repair, and notices changes by other programs."""

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
# While another program writes, the index is checked at this interval: that program may be repairing it.
_AGAIN_MS = 10_000
# The whole library is checked some time after the start while no job runs, and not at every start.
_CHECK_MS = 60_000
_CHECK_SECONDS = 7 * 24 * 3600
# An index that is damaged again this soon after a rebuild has a cause that rebuilding does not remove.
_SOON_SECONDS = 60.0
_TOLD = 4
# Subjects of messages: a newer message replaces an older one on the same subject.
_INDEX, _DAMAGE = "index", "damage"


class Health(QObject):
    """Watches the library of a window; calls `repair` when the person accepts a repair."""

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
        """Begin to watch the library, which has just been shown."""
        from reader.library.changes import Watch

        self._seen, self._watch_of = None, Watch(self._session.library)
        self._look()
        self._watching.start()
        if not self._session.library.read_only:
            self._checking.start()

    def _leave(self) -> None:
        """Stop watching, and say that the library is being repaired: nothing else makes the session leave it."""
        self._window.nothing.say(self.tr("The library is being repaired"), icon="articles")
        self._window.show_found(False)
        self._window.search.set_count("")
        self._announced = False
        for timer in (self._again, self._checking, self._watching):
            timer.stop()

    # The index

    def _look(self) -> None:
        """Check whether the index is whole, as far as file sizes and counts tell."""
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
        """Rebuild the index and say so; if it was rebuilt a moment ago, offer a rebuild instead."""
        # While another program writes, the index is checked again later: that program may be repairing it.
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
            # Another program writes, and may be repairing the index.
            self._again.start()
            return
        if isinstance(job, RebuildIndex):
            # A rebuild that failed counts as well: the next one would fail in the same way.
            self._healed = time.monotonic()
            if not finished.cancelled:
                self._window.messages.withdraw(_INDEX)
        if finished.cancelled:
            self._announced = False
        elif self._announced and isinstance(finished.result, Indexed):
            self._announced = False
            line = self.tr("The search index has been rebuilt. Articles that can be found: {count}.")
            self._window.messages.say(line.format(count=number(finished.result.articles)), about=_INDEX)

    # Changes by other programs

    def _watch(self) -> None:
        """Look whether another program has changed the library; the window's own worker reports its changes."""
        if (watch := self._watch_of) is not None:
            self._session.ask(lambda _: watch.look(), self._compare, self._fail_to_watch, lane="watch")

    def _look_from_here(self, _: object) -> None:
        """Forget what was seen before a job of this window: its changes are shown already."""
        self._seen = None

    def _compare(self, changes: Changes) -> None:
        self._watching.start()
        before, self._seen = self._seen, changes
        if before is None or before == changes or self._imports.busy or self._library is None:
            return
        logger.debug("the library has been changed")
        # A change of the index alone, for example by merging, does not change a list of everything.
        if before.articles != changes.articles or self._session.query.text:
            self._session.refresh(whole=self._window.list.needs_all_ids)
        self._look()

    def _fail_to_watch(self, error: ReaderError) -> None:
        """Log the error only: the next search or article reports it to the person."""
        logger.info("the library cannot be watched: %s", error.sentence)
        self._watching.start()

    # Damage that needs a repair

    def _show_damaged(self, _: ArticleId, __: Sentence) -> None:
        """Say in place of an article that it cannot be shown; the log has the details."""
        damaged = self.tr("This article is damaged and cannot be shown.")
        repairing = self.tr("Repairing the library makes its page again, if its capture can still be read.")
        self._window.pane.say(f"{damaged}\n\n{repairing}")
        self._window.setWindowTitle("Pressmark")
        self._say_repairable(damaged)

    def _say_repairable(self, text: str) -> None:
        can = self._library is not None and not self._library.read_only
        choices = [Choice(self.tr("Repair"), self._repair)] if can else []
        self._window.messages.say(text, choices, stays=True, about=_DAMAGE)

    # The check of the whole library

    def _check(self) -> None:
        """Have the whole library checked in the background, if the last check is long enough ago."""

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
        """Rebuild the index if it is damaged; list other damage, and offer a repair."""
        if self._library is None:
            return
        index = [problem for problem in problems if problem.area is Area.INDEX]
        others = [problem for problem in problems if problem.area is not Area.INDEX]
        if index:
            self._heal_index(index[0].sentence)
        if others:
            # The import bar shows the rebuild of the index.
            self._announced = False
            lines = [translated(problem.sentence) for problem in others[:_TOLD]]
            if len(others) > _TOLD:
                lines.append(self.tr("More damage like this: {count}.").format(count=number(len(others) - _TOLD)))
            self._say_repairable("\n".join([self.tr("The library has been checked, and is damaged:"), *lines]))

    def _fail(self, error: ReaderError) -> None:
        logger.info("%s", error.sentence)
