"""Asks before the window closes while a job runs, and offers to resume imports that were cut off."""

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

# Jobs that nobody asked for, and that go on by themselves at the next start.
_UNASKED = (UpdateIndex, RebuildIndex, ForgetBinned)


class Quitting(QObject):
    """Asks before the window closes while a job runs that the person waits for."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self._window, self._imports = parts.window, parts.imports
        self._question: QMessageBox | None = None
        parts.window.holds_back = self.ask
        parts.imports.progressed.connect(self._update)
        parts.imports.ended.connect(self._update)

    def _progress(self) -> Progress | None:
        """Return the progress of the job that the person waits for, None if there is none."""
        job = self._imports.job
        if job is None or isinstance(job, _UNASKED):
            return None
        known = self._imports.progress
        return known if known is not None and known.job == job else Progress(job)

    def ask(self) -> bool:
        """Ask whether to quit while a job runs; return whether the window stays open until the answer."""
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
        """Show the current progress in the question; take the question away once the job has ended."""
        question, progress = self._question, self._progress()
        if question is None:
            return
        if progress is None:
            question.reject()
        else:
            question.setText(quit_question(progress))
            question.setInformativeText(quit_detail(progress.job))


class UnfinishedImports(QObject):
    """Offers to finish imports that were cut off by quitting or by a kill; forgets those that are declined."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self._window, self._session, self._imports = parts.window, parts.session, parts.imports
        self._tasks, self._folder = parts.tasks, parts.paths.data
        self._waits = False
        parts.imports.given_up.connect(self._forget_paths)
        parts.imports.imported.connect(self._after_import)

    def begin(self) -> None:
        """Look for unfinished imports and offer them; while an import runs, look after it."""
        self._waits = isinstance(self._imports.job, Import)
        if self._waits or not self._session.is_open or self._session.library.read_only:
            return
        from reader.importing.unfinished import unfinished_imports

        self._session.ask(lambda _: unfinished_imports(self._folder), self._offer)

    def _after_import(self, report: Report) -> None:
        # After a stopped import, `_forget_paths` looks again, once its note is gone.
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
        """Import the paths from the beginning: files that the library holds already are recognised by their bytes.

        The note of each import stays until the import finishes, however often it is cut off.
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
