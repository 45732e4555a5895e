"""Uses the real window as a person would, in a process of its own: imports, types, reads, scrolls, looks everywhere."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from reader.paths import AppPaths
from tests.hostile.wandering import odd_places
from ui.app import Application, Running

_PATIENCE_SECONDS = 120.0
_TYPED = ("灯塔", "canary", "a OR b", '"alert(1)', "(((", "source:a -b", "中国", "*")


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
        end = time.monotonic() + _PATIENCE_SECONDS
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
        window, session = self.run.window, self.run.session
        for _ in range(min(most, window.articles.rowCount())):
            before = session.open_article
            window.list.step(1)
            self.wait(lambda before=before: session.open_article not in (None, before), "the article")  # type: ignore[misc]
            window.grab()
            window.pane.page_down()
            window.actions_["original"].trigger()
            self.settle()
            self.look()
            self.read += 1

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
        self.run.window.close()
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
    finally:
        person.leave()
    counts = dict(person.run.imports.report.counts) if person.run.imports.report else {}
    sys.stdout.write(json.dumps({"bugs": bugs, "read": person.read, "odd": sorted(set(person.odd)), "counts": counts}))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, filename=sys.argv[1], encoding="utf-8", errors="backslashreplace")
    main(*sys.argv[2:])
