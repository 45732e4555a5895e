"""One window in a process of its own, measured from inside; prints one line of JSON.

Run as `python -m tests.benchmarks.window_process MODE FOLDER BEGAN [PATH]`, where BEGAN is the monotonic time
at which the process was asked for. It imports as little as can be, as its start and memory are measured.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import memory, percentile

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from ui.app import Running

_IDLE_SECONDS = 2.0
_PATIENCE_MS = 20_000
_BETWEEN_KEYS_MS = 60
_TICK_MS = 5
_IMPORT_PATIENCE_MS = 1_200_000


def main() -> None:
    """Do what the arguments say."""
    mode, folder, began = sys.argv[1:4]
    rest = [Path(path) for path in sys.argv[4:]]
    answer = _MODES[mode](Path(folder), float(began), *rest)
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _bare(folder: Path, began: float) -> dict[str, float]:
    """Show a window with nothing in it: what PySide6 itself costs."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.resize(1280, 800)
    painted = _paints(window)
    window.show()
    _wait(lambda: bool(painted))
    shown = painted[0] - began
    _idle(_IDLE_SECONDS)
    app.processEvents()
    return {"shown": shown, "rss": memory("VmRSS")}


def _gaps_of_nothing(folder: Path, began: float) -> dict[str, object]:
    """Tick in a process that does nothing else until its input ends: what the machine itself does to a timer."""
    from PySide6.QtCore import QSocketNotifier
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    gaps = _Gaps()
    end = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    end.activated.connect(app.quit)
    app.exec()
    return gaps.told()


def _start(folder: Path, began: float) -> dict[str, float]:
    """Start the program as a person does, to the first list with all its rows."""
    with _Program(folder) as program:
        shown = _paints(program.run.window)
        program.start()
        usable = program.wait_painted("") - began
        _idle(_IDLE_SECONDS)
        return {"shown": shown[0] - began, "usable": usable, "rss": memory("VmRSS")}


def _type(folder: Path, began: float, words: Path) -> dict[str, object]:
    """Type words, key by key, each once the answer to the one before is painted."""
    times: list[float] = []
    with _Program(folder) as program:
        program.start()
        program.wait_painted("")
        for word in json.loads(words.read_text("utf-8")):
            for at, character in enumerate(word):
                _idle(_BETWEEN_KEYS_MS / 1000)
                start = time.monotonic()
                program.type(character)
                times.append((program.wait_painted(word[: at + 1]) - start) * 1000)
            _idle(_BETWEEN_KEYS_MS / 1000)
            program.run.window.search.box.clear()
            program.wait_painted("")
        rss = memory("VmRSS")
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    return {"keys": len(times), "p50_ms": p50, "p95_ms": p95, "max_ms": max(times), "pause_ms": 0, "rss": rss}


def _import(folder: Path, began: float, captures: Path) -> dict[str, object]:
    """Import a folder through the window and its worker, ticking all the while."""
    with _Program(folder) as program:
        program.start()
        program.wait_painted("")
        quiet = _Gaps()
        _idle(_IDLE_SECONDS)
        quiet.stop()
        reports: list[object] = []
        program.run.imports.imported.connect(reports.append)
        gaps = _Gaps()
        start = time.monotonic()
        program.run.imports.import_paths([str(captures)])
        _wait(lambda: bool(reports), _IMPORT_PATIENCE_MS)
        seconds = time.monotonic() - start
        gaps.stop()
        return {"seconds": seconds, "idle": quiet.told(), "import": gaps.told(), "rss": memory("VmRSS")}


class _Gaps:
    """A timer that notes how late it was, and how much of that this thread spent working.

    The rest is the machine's: other processes had the processor.
    """

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._late: list[float] = []
        self._work: list[float] = []
        self._last, self._worked = time.monotonic(), time.thread_time()
        self._timer = QTimer(interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now, worked = time.monotonic(), time.thread_time()
        self._late.append((now - self._last) * 1000)
        self._work.append((worked - self._worked) * 1000)
        self._last, self._worked = now, worked

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()

    def told(self) -> dict[str, object]:
        """Return the longest times between two ticks and the longest work in one, in milliseconds."""
        longest, work = (sorted(values, reverse=True)[:5] for values in (self._late, self._work))
        return {
            "ticks": len(self._late),
            "longest_ms": longest,
            "longest_work_ms": work,
            "p999_ms": percentile(self._late, 0.999),
            "over_20_ms": sum(late > 20 for late in self._late),
        }


class _Program:
    """The whole program over a library, as `pressmark` makes it."""

    def __init__(self, folder: Path) -> None:
        from reader.paths import AppPaths
        from ui.app import Application, Running

        self._app = Application([])
        self.run: Running = Running(self._app, AppPaths(folder), f"pressmark-benchmark-{time.monotonic_ns()}")
        self._wanted = ""
        parts = (self.run.window.list.viewport(), self.run.window.nothing)
        self._paints = _paints(*parts, when=lambda: self._has_all(self._wanted))

    def __enter__(self) -> _Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.run.window.close()
        self.run.close()

    def start(self) -> None:
        """Show the window and open the library behind it."""
        self.run.start([])

    def type(self, character: str) -> None:
        """Commit a character to the search box, as an input method does."""
        from PySide6.QtGui import QInputMethodEvent
        from PySide6.QtWidgets import QApplication

        event = QInputMethodEvent("", [])
        event.setCommitString(character)
        QApplication.sendEvent(self.run.window.search.box, event)

    def wait_painted(self, text: str) -> float:
        """Wait until the answer to `text` has been painted with all rows in view, and return when it was."""
        self._wanted = text
        self._paints.clear()
        _wait(lambda: bool(self._paints))
        return self._paints[0]

    def _has_all(self, text: str) -> bool:
        from ui.models.article_list_model import HIT

        window, session = self.run.window, self.run.session
        if session._library is None or session._answered.text != text or window.search.count == "":
            return False
        if window.list_stack.currentWidget() is window.nothing:
            return True
        view = window.list
        first, last = view.indexAt(view.rect().topLeft()), view.indexAt(view.viewport().rect().bottomLeft())
        rows = range(first.row(), (last.row() if last.isValid() else window.articles.rowCount() - 1) + 1)
        return bool(rows) and all(window.articles.index(row).data(HIT) is not None for row in rows)


def _paints(*widgets: QObject, when: Callable[[], bool] = lambda: True) -> list[float]:
    """Return a list that gets the time after each painting of any of the widgets that began `when` said yes."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    times: list[float] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - as Qt has it
            if event.type() is QEvent.Type.Paint and when():
                # The filter runs before the painting; what waits in the queue, after it.
                QTimer.singleShot(0, lambda: times.append(time.monotonic()))
            return False

    watch = Watch(widgets[0])
    for widget in widgets:
        widget.installEventFilter(watch)
    return times


def _wait(done: Callable[[], bool], patience_ms: int = _PATIENCE_MS) -> None:
    """Let the window live until `done`; it is asked after every round of events."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    late = QTimer(singleShot=True, interval=patience_ms)
    late.start()
    while not done():
        if not late.isActive():
            raise TimeoutError("the window did not come to what was waited for")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def _idle(seconds: float) -> None:
    """Let the window live for a while."""
    from PySide6.QtCore import QTimer

    timer = QTimer(singleShot=True, interval=round(seconds * 1000))
    timer.start()
    _wait(lambda: not timer.isActive())


_MODES: dict[str, Callable[..., object]] = {
    "bare": _bare,
    "start": _start,
    "type": _type,
    "import": _import,
    "gaps": _gaps_of_nothing,
}

if __name__ == "__main__":
    main()
