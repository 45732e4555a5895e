"""Asks before the window closes over work that the person waits for, and offers again what was cut off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from reader.worker.protocol import ForgetBinned, Import, RebuildIndex, UpdateIndex
from ui.parts import Parts
from ui.views.message_bar import Choice
from ui.words.progress import Progress, Report
from ui.words.wording import quit_detail, quit_question, unfinished_line

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from reader.importing.unfinished import UnfinishedImport

# What nobody asked for, and what goes on by itself at the next start.
_UNASKED = (UpdateIndex, RebuildIndex, ForgetBinned)


class Quitting(QObject):
    """Joins the closing of the window to the jobs that run."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self._window, self._imports = parts.window, parts.imports
        self._question: QMessageBox | None = None
        parts.window.holds_back = self.ask
        parts.imports.progressed.connect(self._update)
        parts.imports.ended.connect(self._update)

    def _progress(self) -> Progress | None:
        """Return how far the job is that somebody waits for; None if there is none."""
        job = self._imports.job
        if job is None or isinstance(job, _UNASKED):
            return None
        known = self._imports.progress
        return known if known is not None and known.job == job else Progress(job)

    def ask(self) -> bool:
        """Ask whether to quit in mid-work, and say whether the window is to stay until that is answered."""
        progress = self._progress()
        if progress is None:
            return False
        if self._question is None:
            from ui.dialogs.question import ask

            self._question = ask(
                self._window,
                quit_question(progress),
                quit_detail(progress.job),
                self.tr("Quit Anyway"),
                self._window.close_unasked,
                cancel=self.tr("Go On"),
            )
            self._question.finished.connect(self._forget_question)
        return True

    def _forget_question(self, *_: object) -> None:
        self._question = None

    def _update(self, *_: object) -> None:
        """Say how far it is now; once there is nothing to wait for, there is nothing to ask."""
        question, progress = self._question, self._progress()
        if question is None:
            return
        if progress is None:
            question.reject()
        else:
            question.setText(quit_question(progress))
            question.setInformativeText(quit_detail(progress.job))


class UnfinishedImports(QObject):
    """Offers imports again that were cut off, by quitting or by a kill; what is declined is forgotten."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self._window, self._session, self._imports = parts.window, parts.session, parts.imports
        self._tasks, self._folder = parts.tasks, parts.paths.data
        self._waits = False
        parts.imports.given_up.connect(self._forget_paths)
        parts.imports.imported.connect(self._after_import)

    def begin(self) -> None:
        """Look whether there are any, and offer them; while an import runs, it is looked later."""
        self._waits = isinstance(self._imports.job, Import)
        if self._waits or not self._session.is_open or self._session.library.read_only:
            return
        from reader.importing.unfinished import unfinished_imports

        self._session.ask(lambda _: unfinished_imports(self._folder), self._offer)

    def _after_import(self, report: Report) -> None:
        # Of one that was stopped, the note is forgotten first.
        if self._waits and not report.cancelled:
            self.begin()

    def _offer(self, found: Sequence[UnfinishedImport]) -> None:
        if not found:
            return
        line = unfinished_line([path for each in found for path in each.paths])
        go_on = Choice(self.tr("Import the Rest"), partial(self._import_again, found))
        decline = Choice(self.tr("Do Not Import"), partial(self._forget, found))
        self._window.messages.say(line, [go_on, decline], stays=True)

    def _import_again(self, found: Sequence[UnfinishedImport]) -> None:
        """Import them from the beginning: what the library holds already is known by its bytes.

        Each leaves its note until it has come to its end, however often it is cut off.
        """
        for each in found:
            self._imports.import_paths(each.paths)

    def _forget(self, found: Sequence[UnfinishedImport]) -> None:
        from reader.importing.unfinished import forget

        self._session.ask(lambda _: forget(found))

    def _forget_paths(self, paths: Sequence[str]) -> None:
        from reader.importing.unfinished import forget_paths

        def done(_: None) -> None:
            if self._waits:
                self.begin()

        self._tasks.run(lambda _: forget_paths(self._folder, paths), done, self._session.fail)
