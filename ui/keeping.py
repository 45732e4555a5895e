"""What the commands do that keep a library: the bin, undoing imports, backups, repair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QPoint
from PySide6.QtWidgets import QMenu

from reader.article import ArticleId
from ui.import_session import ImportSession
from ui.main_window import MainWindow
from ui.session import ReadingSession
from ui.views.message_bar import Choice
from ui.wording import (
    backed_up_line,
    binned_line,
    delete_question,
    deleted_line,
    lost_pictures_line,
    repaired_line,
    restored_backup_line,
    restored_line,
    undoing_line,
    unreadable_pictures_line,
)
from ui.worker_process import Finished

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from reader.store.import_log import ImportRecord, Undoing

ENDING = ".pressmark-backup"


class Keeping(QObject):
    """Joins the commands that keep the library to the session and to the worker."""

    def __init__(self, window: MainWindow, session: ReadingSession, imports: ImportSession) -> None:
        super().__init__(window)
        self._window, self._session, self._imports = window, session, imports
        self._file = ""
        for name, do in {
            "to_bin": self.move_to_bin,
            "from_bin": self.restore,
            "delete_for_good": self.delete_for_good,
            "empty_bin": self.empty_bin,
            "undo_import": self.ask_undo,
            "back_up": self.back_up,
            "restore_backup": self.restore_backup,
        }.items():
            # The signal says whether the action is checked, which nobody here wants to know.
            window.actions_[name].triggered.connect(lambda _=False, do=do: self._do_if_open(do))
        window.list.menu_wanted.connect(self._show_menu)
        imports.kept.connect(self._tell)

    def _show_menu(self, place: QPoint) -> None:
        """Offer what can be done with the articles that are selected."""
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

    def _do_if_open(self, do: Callable[[], None]) -> None:
        """Do what a command says, unless there is no library: it is damaged, or being repaired."""
        if self._session.is_open or do == self.restore_backup:
            do()

    # The bin

    def move_to_bin(self) -> None:
        """Move what is selected to the bin, open the next article, and say how to undo it."""
        ids, following = self._window.list.selected_ids(), self._window.list.neighbour()
        if not ids or self._session.query.bin:
            return
        library = self._session.library

        def done(moved: Sequence[ArticleId]) -> None:
            undo = Choice(self.tr("Undo"), partial(self._restore, moved))
            self._window.messages.say(binned_line(len(moved)), [undo] if moved else [])
            self._after_bin()

        if following is not None:
            self._session.open(following)
        self._session.ask(lambda: library.move_to_bin(ids), done)

    def restore(self) -> None:
        """Take what is selected out of the bin."""
        self._restore(self._window.list.selected_ids())

    def _restore(self, ids: Sequence[ArticleId]) -> None:
        library = self._session.library

        def done(restored: Sequence[ArticleId]) -> None:
            self._window.messages.say(restored_line(len(restored)), brief=True)
            self._after_bin()

        if ids:
            self._session.ask(lambda: library.restore_from_bin(ids), done)

    def _after_bin(self) -> None:
        self._session.refresh(whole=not self._window.list.at_top)
        self._imports.forget_soon()

    def delete_for_good(self) -> None:
        """Delete what is selected in the bin, once the person has said so."""
        ids = self._window.list.selected_ids()
        if ids and self._session.query.bin:
            self._ask_to_delete(len(ids), lambda: self._imports.keep("purge", ids=list(ids)))

    def empty_bin(self) -> None:
        """Delete all that is in the bin, once the person has said so."""
        library = self._session.library

        def ask(count: int) -> None:
            if count:
                self._ask_to_delete(count, lambda: self._imports.keep("empty-bin"))
            else:
                self._window.messages.say(self.tr("The bin is empty."), brief=True)

        self._session.ask(library.store.binned_count, ask)

    def _ask_to_delete(self, count: int, do: Callable[[], object]) -> None:
        detail = self.tr("Their pages, originals and pictures are removed. This cannot be undone.")
        self._ask(delete_question(count), detail, self.tr("Delete for Good"), do)

    def _ask(self, question: str, detail: str, button: str, do: Callable[[], object]) -> QMessageBox:
        """Ask once, with Cancel as the answer that is nearest."""
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(QMessageBox.Icon.NoIcon, "Pressmark", question, parent=self._window)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(detail)
        box.addButton(button, QMessageBox.ButtonRole.AcceptRole).clicked.connect(do)
        cancel = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.finished.connect(box.deleteLater)
        box.open()
        return box

    # Imports

    def ask_undo(self) -> None:
        """Ask whether the last import is to be undone, saying what that does."""
        library = self._session.library

        def look() -> tuple[ImportRecord, Undoing] | None:
            log = library.imports()
            last = log.last()
            return None if last is None else (last, log.effect(last.id))

        self._session.ask(look, self._ask_undo)

    def _ask_undo(self, found: tuple[ImportRecord, Undoing] | None) -> None:
        if found is None:
            self._window.messages.say(self.tr("There is no import to undo."), brief=True)
            return
        record, effect = found
        moment = record.began.astimezone().replace(tzinfo=None)
        when = QLocale().toString(moment, QLocale.FormatType.ShortFormat)  # type: ignore[call-overload]
        question = self.tr("Undo the import of {time}?").format(time=when)
        detail = undoing_line(effect.articles, effect.revisions) or self.tr("Nothing of it is shown any more.")
        self._ask(question, detail, self.tr("Undo Import"), lambda: self._imports.keep("undo", id=record.id))

    # Backups

    def back_up(self) -> None:
        """Choose a file, and write the library to it."""
        from PySide6.QtWidgets import QFileDialog

        proposed = Path.home() / f"Pressmark {datetime.now().astimezone():%Y-%m-%d}{ENDING}"
        kinds = self.tr("Backups of Pressmark") + f" (*{ENDING})"
        name, _ = QFileDialog.getSaveFileName(self._window, self.tr("Back Up Library"), str(proposed), kinds)
        if name:
            self.back_up_to(name)

    def back_up_to(self, name: str) -> None:
        """Write the library to a file."""
        self._file = name
        self._imports.keep("backup", file=name)

    def restore_backup(self) -> None:
        """Choose a backup, and make this library, which must be empty, what it holds."""
        from PySide6.QtWidgets import QFileDialog

        kinds = self.tr("Backups of Pressmark") + f" (*{ENDING})"
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Restore Library"), str(Path.home()), kinds)
        if name:
            self._imports.keep("restore", file=name)

    # What came of it

    def _tell(self, finished: Finished) -> None:
        counts, choices = finished.counts, list[Choice]()
        line = ""
        if finished.cancelled:
            # An error has said why already, in the same place.
            return
        if finished.job == "undo":
            parts = [self.tr("Import undone."), binned_line(counts["articles"]), undoing_line(0, counts["revisions"])]
            line = " ".join(filter(None, parts))
        elif finished.job in ("purge", "empty-bin"):
            line = deleted_line(counts["deleted"])
        elif finished.job == "backup":
            line = backed_up_line(counts["articles"], Path(self._file).name)
            if counts.get("missing"):
                line += "\n" + self.tr("Some pictures are damaged or missing, and are not in it.")
        elif finished.job == "restore":
            line = restored_backup_line(counts["articles"])
        elif finished.job == "repair":
            line = "\n".join([repaired_line(counts["articles"], counts["lost"]), *finished.names[:5]])
            if counts.get("pictures_lost"):
                line += "\n" + lost_pictures_line(counts["pictures_lost"])
                if finished.pictures_on_web:
                    choices.append(Choice(self.tr("Fetch pictures again"), self._imports.fetch_pictures))
            if counts.get("pictures_unreadable"):
                line += "\n" + unreadable_pictures_line(counts["pictures_unreadable"])
        self._window.messages.say(line, choices)
