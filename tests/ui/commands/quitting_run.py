"""Starts the real program in a process of its own, does one thing with an open article, quits, and ends as programs do."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QPoint, QTimer
from PySide6.QtGui import QContextMenuEvent, QGuiApplication

import ui.app
from ui.page.browser import PageBrowser

_AGAIN_MS = 10
Deed = Callable[[ui.app.Running, PageBrowser], object]


def copy_all(run: ui.app.Running, browser: PageBrowser) -> None:
    browser.selectAll()
    browser.copy()
    assert "灯塔与海" in QGuiApplication.clipboard().text()


def copy_the_address(run: ui.app.Running, browser: PageBrowser) -> None:
    run.window.actions_["copy_link"].trigger()
    assert QGuiApplication.clipboard().text().startswith("https://")


def leave_a_menu_open(run: ui.app.Running, browser: PageBrowser) -> None:
    browser.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), QPoint(5, 5)))


def leave_a_bar_open(run: ui.app.Running, browser: PageBrowser) -> None:
    run.window.pane.find()


def read_on(run: ui.app.Running, browser: PageBrowser) -> None:
    run.window.search.box.insert("灯塔")
    run.window.actions_["next_article"].trigger()
    run.window.actions_["original"].trigger()


def change_everything(run: ui.app.Running, browser: PageBrowser) -> None:
    for name in ("appearance_dark", "zoom_in", "sidebar", "star", "unread", "to_bin", "order_oldest"):
        run.window.actions_[name].trigger()


DEEDS: dict[str, Deed] = {
    deed.__name__: deed
    for deed in (copy_all, copy_the_address, leave_a_menu_open, leave_a_bar_open, read_on, change_everything)
}


class Person(QObject):
    """Waits until the first article is open, does the deed, and closes the window."""

    def __init__(self, run: ui.app.Running, deed: Deed) -> None:
        super().__init__(run)
        self._run, self._deed = run, deed
        self.done = False
        self._waiting = QTimer(self, interval=_AGAIN_MS)
        self._waiting.timeout.connect(self._look)
        self._waiting.start()

    def _look(self) -> None:
        window, session = self._run.window, self._run.session
        if not window.articles.rowCount() or session.waits:
            return
        if session.open_article is None:
            if window.list.chosen_row() is None:
                window.list.step(1)
            return
        self._waiting.stop()
        try:
            self._deed(self._run, window.pane.findChild(PageBrowser))
            self.done = True
        finally:
            window.close()


def outliving() -> list[str]:
    """Name the objects that Python made and Qt is to delete: when Python has ended, Qt may not ask it any more.

    What hangs from the application is deleted with it, while Python is there; the timer of a singleShot that is still to
    fire is deleted by nobody.
    """
    gc.collect()
    found = []
    for item in gc.get_objects():
        if isinstance(item, shiboken6.Object) and not isinstance(item, QTimer) and shiboken6.isValid(item):
            given_away = shiboken6.createdByPython(item) and not shiboken6.ownedByPython(item)
            if given_away and _root(item) is not QCoreApplication.instance():
                found.append(type(item).__name__)
    return sorted(found)


def _root(item: object) -> object:
    while isinstance(item, QObject) and item.parent() is not None:
        item = item.parent()
    return item


def main(deed: str, data: str) -> int:
    """Run the program, print what went wrong and what outlives it, and return its exit code."""
    start, persons, wrong = ui.app.Running.start, [], []

    def start_with_person(run: ui.app.Running, files: Sequence[str]) -> None:
        run.hook.struck.disconnect()
        run.hook.struck.connect(wrong.append)
        start(run, files)
        persons.append(Person(run, DEEDS[deed]))

    ui.app.Running.start = start_with_person  # type: ignore[method-assign]
    code = ui.app.main(["--data-dir", data])
    if not persons[0].done:
        wrong.append("the deed was not done")
    sys.stdout.write("\n".join([*wrong, *outliving()]))
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
