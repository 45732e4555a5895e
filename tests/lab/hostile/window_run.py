"""Uses the real window as a person would, in a process of its own: imports, types, reads, scrolls, looks everywhere."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox

from reader.paths import AppPaths
from reader.scope import BIN, EVERYTHING
from reader.worker.protocol import BackUp, RebuildIndex, Restore, UpdateIndex
from tests.lab.hostile.wandering import odd_places
from tests.support.patience import PATIENCE_SECONDS
from ui.actions import COMMANDS
from ui.app import Application, Running

_TYPED = ("灯塔", "canary", "a OR b", '"alert(1)', "(((", "source:a -b", "中国", "*")
_AGREE = QMessageBox.ButtonRole.AcceptRole
# What asks for a file, shows a dialog or the desktop, fetches pictures, or ends the program; most of it is used elsewhere.
_DIALOGS = frozenset((
    "import_files", "import_folder", "last_report", "import_history", "save_pictures", "export_original", "undo_import", "back_up",
    "restore_backup", "preferences", "quit", "to_bin", "from_bin", "delete_for_good", "empty_bin", "open_web",
    "reveal", "keys", "log", "about",
))  # fmt: skip


class Person:
    """Sits before the window."""

    def __init__(self, app: Application, data: Path, bugs: list[str]) -> None:
        self.app = app
        self.run = Running(app, AppPaths(data), "pressmark-hostile")
        self.run.hook.struck.disconnect()
        self.run.hook.struck.connect(bugs.append)
        self.read = 0
        self.odd: list[str] = []

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Let the window work until something is done."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(what)
            self.app.processEvents()
            time.sleep(0.002)

    def begin(self, files: Sequence[str]) -> None:
        """Open the window with files, and wait until they are imported."""
        self.run.start(files)
        self.wait(lambda: self.run.imports.report is not None, "the import")
        self.wait(lambda: not self.run.imports.busy, "the end of the import")
        self.wait(lambda: self.run.window.articles.rowCount() > 0, "the list")

    def read_all(self, most: int) -> None:
        """Open the articles one after the other, scroll, and look at what was saved."""
        window = self.run.window
        for _ in range(most):
            chosen = window.list.chosen_row()
            if chosen is not None and chosen + 1 >= window.articles.rowCount():
                return
            window.list.step(1)
            self.wait(self._chosen_is_open, "the article")
            window.grab()
            window.pane.page_down()
            window.actions_["original"].trigger()
            self.settle()
            self.look()
            self.read += 1

    def _chosen_is_open(self) -> bool:
        """Say whether the article of the chosen row is shown; rows may move while the index is made whole."""
        article, row = self.run.session.open_article, self.run.window.list.chosen_row()
        return article is not None and row is not None and self.run.window.articles.id_at(row) == article.id

    def search(self) -> None:
        """Type queries, and open the first hit of each."""
        window = self.run.window
        for text in _TYPED:
            window.search.box.clear()
            window.search.box.insert(text)
            self.wait(lambda: not self.run.session.waits, "the answer")
            window.list.step(1)
            self.settle()
            self.look()
        window.search.box.clear()
        self.wait(lambda: not self.run.session.waits, "everything")

    def open_dialogs(self) -> None:
        """Open each dialog, look at it, and close it."""
        commands = self.run.commands
        for show in (commands.show_report, commands.preferences, commands.keys, commands.about, commands.open_web):
            QTimer.singleShot(200, self._close_dialog)
            show()
        self.run.window.pane.find()
        self.run.window.pane.close_find()

    def export(self, folder: Path) -> None:
        """Save the original of the open article."""
        article = self.run.session.open_article
        assert article is not None
        self.run.commands.write_original(article, folder / "original.md")
        self.wait((folder / "original.md").exists, "the original")

    def use_everything(self) -> None:
        """Trigger every command that opens no dialog and no other program."""
        for command in COMMANDS:
            if command.name not in _DIALOGS:
                self.run.window.actions_[command.name].trigger()
                self.settle()
                self.look()

    def keep(self, folder: Path) -> None:
        """Back up and restore; move to the bin, take out of it, empty it; undo the import; build the index anew."""
        window, imports, library = self.run.window, self.run.imports, self.run.session.library
        backup = str(folder / "all.pressmark-backup")
        for job in (BackUp(backup), Restore(backup), RebuildIndex(), UpdateIndex()):
            imports.do(job)
            self.wait(lambda: not imports.busy, str(job))
            self.look()
        window.sidebar.scope_chosen.emit(EVERYTHING)
        self.wait(lambda: not self.run.session.waits and window.articles.rowCount() > 1, "the list")
        self._delete_and_restore()
        self._answer("empty_bin", lambda: library.bin.count() == 0)
        self._answer("undo_import", lambda: library.imports.last() is None)
        window.sidebar.scope_chosen.emit(BIN)
        self.settle()
        self.look()

    def _delete_and_restore(self) -> None:
        """Move two articles to the bin, one after the other, and take one of them out."""
        window, bin_ = self.run.window, self.run.session.library.bin
        window.list.setFocus()
        for count in (1, 2):
            window.list.step(1)
            window.actions_["to_bin"].trigger()
            self.wait(lambda count=count: bin_.count() == count, "the bin")  # type: ignore[misc]
            self.settle()
            self.look()
        window.sidebar.scope_chosen.emit(BIN)
        self.wait(lambda: not self.run.session.waits and window.articles.rowCount() == 2, "the list of the bin")
        window.list.step(1)
        window.actions_["from_bin"].trigger()
        self.wait(lambda: bin_.count() == 1, "the article")
        self.look()

    def _answer(self, name: str, done: Callable[[], bool]) -> None:
        """Trigger a command that asks first, and agree."""
        window, imports = self.run.window, self.run.imports
        window.actions_[name].trigger()
        self.wait(lambda: any(box.isVisible() for box in window.findChildren(QMessageBox)), "the question")
        box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
        self.look()
        next(button for button in box.buttons() if box.buttonRole(button) is _AGREE).click()
        self.wait(done, name)
        self.wait(lambda: not imports.busy, name)
        self.settle()
        self.look()

    def settle(self) -> None:
        """Let what was asked for arrive."""
        end = time.monotonic() + 0.05
        while time.monotonic() < end:
            self.app.processEvents()

    def look(self) -> None:
        """Note where words of a capture could do harm."""
        self.run.window.grab()
        self.odd += odd_places(self.run.window)

    def leave(self) -> None:
        """Close the window and the program."""
        self.run.window.close_unasked()
        self.run.close()

    def _close_dialog(self) -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        dialog.grab()
        self.odd += odd_places(dialog)
        dialog.reject()


def main(data: str, most: str, out: str, *files: str) -> None:
    """Do everything once; print what was met."""
    bugs: list[str] = []
    app = Application(["pressmark"])
    person = Person(app, Path(data), bugs)
    try:
        person.begin(files)
        person.read_all(int(most))
        person.search()
        person.open_dialogs()
        person.export(Path(out))
        person.use_everything()
        person.keep(Path(out))
    finally:
        person.leave()
    counts = asdict(person.run.imports.report.counts) if person.run.imports.report else {}
    sys.stdout.write(json.dumps({"bugs": bugs, "read": person.read, "odd": sorted(set(person.odd)), "counts": counts}))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, filename=sys.argv[1], encoding="utf-8", errors="backslashreplace")
    main(*sys.argv[2:])
