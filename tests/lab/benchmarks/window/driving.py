"""Drives the real window as a person does, and sees when it has painted; by its signals, its model and its events.

It imports nothing of the program by itself: how long that takes is measured.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QEventLoop, QItemSelection, QItemSelectionModel, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMessageBox, QWidget

if TYPE_CHECKING:
    from ui.app import Running

PATIENCE_MS = 30_000
_NOTCH = 120


class Paints(QObject):
    """Notes the time after each painting of any of some widgets that began `when` said yes."""

    def __init__(self, widgets: Iterable[QWidget], when: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self.times: list[float] = []
        self._when = when
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - as Qt has it
        """Override QObject.eventFilter."""
        if event.type() is QEvent.Type.Paint and self._when():
            # The filter runs before the painting; what waits in the queue, after it.
            QTimer.singleShot(0, self, lambda: self.times.append(time.monotonic()))
        return False

    def wait(self) -> float:
        """Forget the paintings that were, wait for the next, and return when it was done."""
        self.times.clear()
        wait_until(lambda: bool(self.times))
        return self.times[0]


class Program:
    """The whole program over a library, as `pressmark` makes it."""

    def __init__(self, folder: Path) -> None:
        # As main.py does.
        gc.disable()
        from reader.paths import AppPaths
        from ui.app import Application, Running

        self._app = Application([])
        self.run: Running = Running(self._app, AppPaths(folder), f"pressmark-benchmark-{time.monotonic_ns()}")
        self._answered: str | None = None
        self._wanted = ""
        self.run.session.found.connect(self._note)
        window = self.run.window
        self.list_paints = Paints([window.list.viewport()])
        self._paints = Paints([window.list.viewport(), window.nothing], lambda: self.has_all(self._wanted))

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.run.window.close_unasked()
        self.run.close()

    def _note(self, results: Any) -> None:
        self._answered = results.query.text

    def start(self) -> None:
        """Show the window and open the library behind it."""
        self.run.start([])

    def type(self, character: str) -> None:
        """Commit a character to the search box, as an input method does."""
        event = QInputMethodEvent("", [])
        event.setCommitString(character)
        QApplication.sendEvent(self.run.window.search.box, event)

    def wait_painted(self, text: str) -> float:
        """Wait until the answer to `text` has been painted with all rows in view, and return when it was."""
        self._wanted = text
        return self._paints.wait()

    def has_all(self, text: str) -> bool:
        """Say whether the window holds the answer to `text`, and all rows that are in view."""
        if self._answered != text:
            return False
        return self.run.window.nothing.isVisible() or self.has_rows()

    def has_rows(self) -> bool:
        """Say whether all rows in view are there."""
        from ui.models.article_list_model import HIT

        view, articles = self.run.window.list, self.run.window.articles
        first, last = view.indexAt(view.rect().topLeft()), view.indexAt(view.viewport().rect().bottomLeft())
        rows = range(first.row(), (last.row() if last.isValid() else articles.rowCount() - 1) + 1)
        return bool(rows) and all(articles.index(row).data(HIT) is not None for row in rows)

    def turn_wheel(self) -> None:
        """Scroll the list by one notch."""
        viewport = self.run.window.list.viewport()
        middle = QPointF(viewport.rect().center())
        event = QWheelEvent(
            middle,
            QPointF(viewport.mapToGlobal(middle.toPoint())),
            QPoint(),
            QPoint(0, -_NOTCH),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(viewport, event)

    def page_down(self) -> None:
        """Scroll the list by what is in view, as a click below the handle of its scroll bar does."""
        bar = self.run.window.list.verticalScrollBar()
        bar.triggerAction(bar.SliderAction.SliderPageStepAdd)

    def press_down(self) -> None:
        """Go to the next article."""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(self.run.window.list, event)

    def change_many(self, rows: int) -> dict[str, float]:
        """Select `rows` articles and let each command change them all; return the seconds until it says it is done.

        They are measured from the answer to the question, or from the command where nothing is asked, and with the
        reading of the ids where these are not here yet.
        """
        from reader.operation import tagging

        window, tagged = self.run.window, ["benchmark"]
        star, bin_ = window.actions_["star"].trigger, window.actions_["to_bin"].trigger
        ids: list[Any] = []
        seconds = {"select all": self._until_all_known(rows, ids)}
        seconds["star"] = self._until_said(star)
        seconds["unstar"] = self._until_said(star)
        seconds["mark as read"] = self._until_read("read")
        seconds["mark as unread"] = self._until_read("unread")
        seconds["tag"] = self._until_said(lambda: self.run.article_commands.run(*tagging(ids, tagged)))
        seconds["untag"] = self._until_said(lambda: self.run.article_commands.run(*tagging(ids, (), tagged)))
        seconds["move to bin"] = self._until_said(bin_)
        seconds["restore"] = self._until_said(window.messages.buttons[0].click)
        return seconds

    def _until_all_known(self, rows: int, ids: list[Any]) -> float:
        view, articles = self.run.window.list, self.run.window.articles
        began = time.monotonic()
        wanted = QItemSelection(articles.index(0), articles.index(min(rows, articles.rowCount()) - 1))
        view.selectionModel().select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        view.selection.with_articles(ids.extend)
        wait_until(lambda: bool(ids))
        return time.monotonic() - began

    def _until_said(self, do: Callable[[], object]) -> float:
        messages = self.run.window.messages
        messages.say("")
        return self._until(do, lambda: messages.text != "")

    def _until_read(self, command: str) -> float:
        told: list[object] = []
        connection = self.run.session.changed.connect(lambda *_: told.append(1))
        seconds = self._until(self.run.window.actions_[command].trigger, lambda: bool(told))
        self.run.session.changed.disconnect(connection)
        return seconds

    def _until(self, do: Callable[[], object], done: Callable[[], bool]) -> float:
        began = time.monotonic()
        do()
        question: list[QMessageBox] = []

        def is_asked_or_done() -> bool:
            # One that was answered is deleted when an event loop ends, and there is none around this.
            question[:] = [each for each in self.run.window.findChildren(QMessageBox) if each.isVisible()]
            return bool(question) or done()

        wait_until(is_asked_or_done)
        if question:
            accept = QMessageBox.ButtonRole.AcceptRole
            button = next(each for each in question[0].buttons() if question[0].buttonRole(each) == accept)
            began = time.monotonic()
            button.click()
        wait_until(done)
        seconds = time.monotonic() - began
        idle(0.5)
        return seconds

    def page_paints(self, when: Callable[[], bool]) -> Paints:
        """Watch the paintings of whatever shows the page."""
        return Paints([area.viewport() for area in self.run.window.pane.findChildren(QAbstractScrollArea)], when)


def wait_until(done: Callable[[], bool], patience_ms: int = PATIENCE_MS) -> None:
    """Let the window live until `done`; it is asked after every round of events."""
    late = QTimer(singleShot=True, interval=patience_ms)
    late.start()
    while not done():
        if not late.isActive():
            raise TimeoutError("the window did not come to what was waited for")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def idle(seconds: float) -> None:
    """Let the window live for a while."""
    timer = QTimer(singleShot=True, interval=max(0, round(seconds * 1000)))
    timer.start()
    wait_until(lambda: not timer.isActive(), PATIENCE_MS + round(seconds * 1000))
