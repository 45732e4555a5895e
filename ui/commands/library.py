"""The commands that look after a library: permanent deletion, undoing an import, backup, restore, repair."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from reader.article import ArticleId
from reader.outcome import Undoing
from reader.paths import BACKUP_ENDING, AppPaths
from reader.worker import protocol
from reader.worker.protocol import Finished, Job
from ui.background.worker_process import open_window
from ui.parts import Parts
from ui.views.message_bar import Choice
from ui.words.dates import day_and_time
from ui.words.progress import Report
from ui.words.wording import (
    backed_up_line,
    binned_line,
    delete_question,
    deleted_line,
    exported_line,
    lost_pictures_line,
    repaired_line,
    restored_backup_line,
    undoing_line,
    unreadable_pictures_line,
    untouched_line,
)

if TYPE_CHECKING:
    from reader.library import Library
    from reader.outcome import ImportRecord


class LibraryCommands(QObject):
    """Connects the commands to the session and to the worker."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self._window, self._session, self._imports = parts.window, parts.session, parts.imports
        parts.window.actions_.join(
            {
                "delete_for_good": self.delete_for_good,
                "empty_bin": self.empty_bin,
                "undo_import": self.ask_undo,
                "back_up": self.back_up,
                "restore_backup": self.restore_backup,
            }
        )
        parts.window.list.menu_wanted.connect(self._show_menu)
        parts.imports.finished.connect(self._tell)
        parts.imports.imported.connect(self._offer_library)

    def _show_menu(self, place: QPoint) -> None:
        """Show a menu of the enabled commands for the selected articles."""
        menu = QMenu(self._window)
        for name in (
            "open_web",
            "copy_link",
            "star",
            "tags",
            "read",
            "unread",
            "to_bin",
            "from_bin",
            "delete_for_good",
        ):
            action = self._window.actions_[name]
            if action.isEnabled():
                menu.addAction(action)
        menu.exec(place)
        menu.deleteLater()

    # The bin

    def _ask(self, question: str, detail: str, button: str, do: Callable[[], object]) -> None:
        from ui.dialogs.question import ask

        ask(self._window, question, detail, button, do)

    def delete_for_good(self) -> None:
        """Delete the selected articles of the bin permanently, after asking."""
        if self._session.in_bin:
            self._window.list.selection.with_articles(self._ask_to_delete_these)

    def _ask_to_delete_these(self, ids: Sequence[ArticleId]) -> None:
        if ids:
            self._ask_to_delete(len(ids), lambda: self._imports.do(protocol.DeletePermanently(tuple(ids))))

    def empty_bin(self) -> None:
        """Delete all articles of the bin permanently, after asking."""

        def answer(count: int) -> None:
            if count:
                self._ask_to_delete(count, lambda: self._imports.do(protocol.EmptyBin()))
            else:
                self._window.messages.say(self.tr("The bin is empty."))

        self._session.ask(lambda library: library.bin.count(), answer)

    def _ask_to_delete(self, count: int, do: Callable[[], object]) -> None:
        detail = self.tr("Their pages, originals and pictures are removed. This cannot be undone.")
        self._ask(delete_question(count), detail, self.tr("Delete Permanently"), do)

    # Imports

    def ask_undo(self) -> None:
        """Ask whether to undo the last import, and say what that does."""

        def look(library: Library) -> tuple[ImportRecord, Undoing] | None:
            log = library.imports
            last = log.last()
            return None if last is None else (last, log.effect(last.id))

        self._session.ask(look, self._ask_undo)

    def _ask_undo(self, found: tuple[ImportRecord, Undoing] | None) -> None:
        if found is None:
            self._window.messages.say(self.tr("There is no import to undo."))
            return
        record, effect = found
        question = self.tr("Undo the import of {time}?").format(time=day_and_time(record.began))
        detail = undoing_line(effect.articles, effect.revisions) or self.tr("Nothing of it is shown any more.")
        self._ask(question, detail, self.tr("Undo Import"), lambda: self._imports.do(protocol.UndoImport(record.id)))

    # Backups

    def back_up(self) -> None:
        """Choose a file, and write the library to it."""
        from PySide6.QtWidgets import QFileDialog

        proposed = Path.home() / f"Pressmark {datetime.now().astimezone():%Y-%m-%d}{BACKUP_ENDING}"
        kinds = self.tr("Backups of Pressmark") + f" (*{BACKUP_ENDING})"
        name, _ = QFileDialog.getSaveFileName(self._window, self.tr("Back Up Library"), str(proposed), kinds)
        if name:
            self.back_up_to(name)

    def back_up_to(self, name: str) -> None:
        """Write the library to a file."""
        self._imports.do(protocol.BackUp(name))

    def restore_backup(self) -> None:
        """Choose a backup, and restore it: into this library if it is empty, else into another folder."""
        from PySide6.QtWidgets import QFileDialog

        kinds = self.tr("Backups of Pressmark") + f" (*{BACKUP_ENDING})"
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Restore Library"), str(Path.home()), kinds)
        if name:
            self.restore_from(name)

    def restore_from(self, file: str) -> None:
        """Restore a backup into this library if it is empty and writable, else ask for a folder."""
        if not self._session.is_open:
            self._ask_folder(file, self.tr("The library that does not open is left as it is."))
            return

        def look(library: Library) -> int:
            return library.article_count() + library.bin.count()

        def choose(articles: int) -> None:
            if not articles and not self._session.library.read_only:
                self._imports.do(protocol.Restore(file))
            else:
                self._ask_folder(file, untouched_line(articles))

        self._session.ask(look, choose)

    def _ask_folder(self, file: str, why: str) -> None:
        """Ask for a folder for the restored library, and say `why` this library is not used."""
        detail = why + " " + self.tr("Choose an empty folder, or make a new one.")
        question = self.tr("Where is the backup to be restored?")
        self._ask(question, detail, self.tr("Choose a Folder…"), lambda: self._choose_folder(file))

    def _choose_folder(self, file: str) -> None:
        from PySide6.QtWidgets import QFileDialog

        title = self.tr("Restore into an Empty Folder")
        folder = QFileDialog.getExistingDirectory(self._window, title, str(Path.home()))
        if folder:
            self.restore_into(file, folder)

    def restore_into(self, file: str, folder: str) -> None:
        """Restore a backup into a folder; if it is not empty, ask for another."""
        try:
            empty = not any(Path(folder).iterdir())
        except OSError as error:
            line = self.tr("{folder} cannot be read: {reason}.")
            self._ask_folder(file, line.format(folder=folder, reason=error.strerror or str(error)))
            return
        if empty:
            self._imports.do(protocol.Restore(file, folder))
        else:
            self._ask_folder(file, self.tr("{folder} is not empty.").format(folder=folder))

    def _offer_library(self, report: Report) -> None:
        """Offer to open another library, if its store was among the files to import."""
        from reader.formats.file_kinds import FileKind, kind_of_refusal

        for item in report.not_imported:
            file = Path(item.path)
            # A store inside an archive, or under another name, cannot be opened where it is.
            is_store = kind_of_refusal(item.reason) is FileKind.PRESSMARK_LIBRARY
            if is_store and file == AppPaths(file.parent).database and not self._is_shown(folder := str(file.parent)):
                line = self.tr("{folder} is another library of Pressmark.").format(folder=folder)
                choice = Choice(self.tr("Open"), partial(self._open_library, folder))
                self._window.messages.say(line, [choice], stays=True)

    def _open_library(self, folder: str) -> None:
        """Open a window for another library; if that fails, say how to do it by hand."""
        if open_window(Path(folder)) is None:
            line = self.tr("The window could not be opened. Start it with: pressmark --data-dir {folder}")
            self._window.messages.say(line.format(folder=shlex.quote(folder)), stays=True)

    def _is_shown(self, folder: str) -> bool:
        """Return whether this window shows the library in `folder`."""
        return self._session.is_open and Path(folder) == self._session.library.paths.data

    # Results

    def _tell(self, job: Job, finished: Finished) -> None:
        if isinstance(job, protocol.UndoImport | protocol.DeletePermanently | protocol.EmptyBin):
            self._session.close_if_gone()
        if finished.cancelled:
            # The error has been shown already.
            return
        say = self._window.messages.say
        match finished.result:
            case Undoing(articles, revisions):
                parts = [self.tr("Import undone."), binned_line(articles), undoing_line(0, revisions)]
                say(" ".join(filter(None, parts)))
            case protocol.Deleted(articles, versions):
                say(deleted_line(articles, versions))
            case protocol.BackedUp(articles, missing) if isinstance(job, protocol.BackUp):
                line = backed_up_line(articles, Path(job.file).name)
                if missing:
                    line += "\n" + self.tr("Some pictures are damaged or missing, and are not in it.")
                # A message about missing pictures stays until it is closed.
                say(line, stays=bool(missing))
            case protocol.Exported(articles, failed) if isinstance(job, protocol.ExportOriginals):
                say(exported_line(articles, failed, job.to))
            case protocol.Restored() as restored:
                self._tell_restored(restored)
            case protocol.Repaired() as repaired:
                self._tell_repaired(repaired)

    def _tell_restored(self, restored: protocol.Restored) -> None:
        line, choices = restored_backup_line(restored.articles), list[Choice]()
        elsewhere = not self._is_shown(restored.into)
        if restored.missing:
            line += "\n" + self.tr("Some pictures were damaged or missing when it was made, and are not in it.")
        if elsewhere:
            line += "\n" + self.tr("They are in {folder}.").format(folder=restored.into)
            choices.append(Choice(self.tr("Open"), partial(self._open_library, restored.into)))
        self._window.messages.say(line, choices, stays=elsewhere or bool(restored.missing))

    def _tell_repaired(self, repaired: protocol.Repaired) -> None:
        lost, choices = repaired.lost, list[Choice]()
        lines = [repaired_line(repaired.articles, len(lost)), *lost[:5]]
        if repaired.pictures_lost:
            lines.append(lost_pictures_line(repaired.pictures_lost))
            if repaired.pictures_on_web:
                choices.append(Choice(self.tr("Fetch pictures again"), self._imports.fetch_pictures))
        if repaired.pictures_unreadable:
            lines.append(unreadable_pictures_line(repaired.pictures_unreadable))
        self._window.messages.say("\n".join(lines), choices, stays=bool(lost or repaired.pictures_lost))
