"""One window in a process of its own, measured from inside; prints one line of JSON.

Run as `python -m tests.lab.benchmarks.window.process MODE FOLDER BEGAN [ARGUMENT]`, where BEGAN is the monotonic time
at which the process was asked for. It imports as little as can be, as its start and memory are measured.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from tests.lab.benchmarks.figures import memory, percentile

_IDLE_SECONDS = 2.0
_BETWEEN_KEYS = 0.06
# A wheel turns, and a screen is painted, no oftener than that.
_FRAME = 0.016
_BETWEEN_PAGES = 0.15
_IMPORT_PATIENCE_MS = 3_600_000


def main() -> None:
    """Do what the arguments say."""
    mode, folder, began = sys.argv[1:4]
    answer = _MODES[mode](Path(folder), float(began), *sys.argv[4:])
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _bare(folder: Path, began: float) -> dict[str, float]:
    """Show a window with nothing in it: what PySide6 itself costs."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    from tests.lab.benchmarks.window.driving import Paints, idle

    app = QApplication([])
    window = QMainWindow()
    window.resize(1280, 800)
    painted = Paints([window])
    window.show()
    shown = painted.wait() - began
    idle(_IDLE_SECONDS)
    app.processEvents()
    return {"shown": shown, "rss": memory("VmRSS")}


def _start(folder: Path, began: float) -> dict[str, float]:
    """Start the program as a person does, to the first list with all its rows."""
    from tests.lab.benchmarks.window.driving import Paints, Program, idle

    with Program(folder) as program:
        shown = Paints([program.run.window])
        program.start()
        usable = program.wait_painted("") - began
        idle(_IDLE_SECONDS)
        return {"shown": shown.times[0] - began, "usable": usable, "rss": memory("VmRSS")}


def _type(folder: Path, began: float, words: str) -> dict[str, object]:
    """Type words, key by key, each once the answer to the one before is painted."""
    from tests.lab.benchmarks.window.driving import Program, idle

    times: list[float] = []
    with Program(folder) as program:
        program.start()
        program.wait_painted("")
        for word in json.loads(Path(words).read_text("utf-8")):
            for at, character in enumerate(word):
                idle(_BETWEEN_KEYS)
                start = time.monotonic()
                program.type(character)
                times.append(program.wait_painted(word[: at + 1]) - start)
            idle(_BETWEEN_KEYS)
            program.run.window.search.box.clear()
            program.wait_painted("")
        return {**_spread(times), "rss": memory("VmRSS")}


def _scroll(folder: Path, began: float, count: str) -> dict[str, object]:
    """Scroll the list of all articles, by notches of the wheel and then by pages."""
    from tests.lab.benchmarks.window.driving import Program, idle, wait_until

    frames: list[float] = []
    filled: list[float] = []
    with Program(folder) as program:
        program.start()
        program.wait_painted("")
        for move, times in ((program.turn_wheel, int(count) // 2), (program.page_down, int(count) - int(count) // 2)):
            for _ in range(times):
                start = time.monotonic()
                move()
                frames.append(program.list_paints.wait() - start)
                wait_until(program.has_rows)
                filled.append(time.monotonic() - start)
                idle(_FRAME - filled[-1])
        return {"frames": _spread(frames), "filled": _spread(filled), "rss": memory("VmRSS")}


def _open(folder: Path, began: float, count: str) -> dict[str, object]:
    """Go from article to article by the down key, and read none of them."""
    from tests.lab.benchmarks.window.driving import Program, idle

    times: list[float] = []
    with Program(folder) as program:
        program.start()
        program.wait_painted("")
        opened: list[object] = []
        program.run.session.opened.connect(opened.append)
        paints = program.page_paints(lambda: bool(opened))
        for _ in range(int(count) + 1):
            opened.clear()
            start = time.monotonic()
            program.press_down()
            times.append(paints.wait() - start)
            idle(_BETWEEN_PAGES)
        # The first one brings what all pages need into memory.
        return {**_spread(times[1:]), "first_ms": times[0] * 1000, "rss": memory("VmRSS")}


def _import(folder: Path, began: float, source: str, recorded: str = "") -> dict[str, object]:
    """Import a folder or an archive through the window and its worker, ticking all the while."""
    from tests.lab.benchmarks.window.driving import Program, idle, wait_until
    from tests.lab.benchmarks.window.gap_recorder import GapRecorder

    with Program(folder) as program:
        program.start()
        idle(_IDLE_SECONDS)
        quiet = GapRecorder()
        idle(_IDLE_SECONDS)
        quiet.stop()
        reports: list[object] = []
        grown: list[float] = []
        program.run.imports.imported.connect(reports.append)
        gaps = GapRecorder()
        start = time.monotonic()
        program.run.session.found.connect(lambda _: grown.append(time.monotonic() - start))
        program.run.imports.import_paths([source])
        wait_until(lambda: bool(reports), _IMPORT_PATIENCE_MS)
        seconds = time.monotonic() - start
        # The list takes in the last articles after the report.
        idle(_IDLE_SECONDS)
        gaps.stop()
        told = gaps.recorded() if recorded else gaps.told()
        rows = program.run.window.articles.rowCount()
        waits = [later - before for before, later in pairwise([0.0, *grown])]
        return {
            "seconds": seconds,
            "rows": rows,
            "first_rows_s": waits[0],
            "longest_wait_s": max(waits),
            "idle": quiet.told(),
            "import": told,
            "rss": memory("VmRSS"),
        }


def _change(folder: Path, began: float, rows: str) -> dict[str, float]:
    """Change many articles at once with each command that can."""
    from tests.lab.benchmarks.window.driving import Program, idle

    with Program(folder) as program:
        program.start()
        program.wait_painted("")
        idle(_IDLE_SECONDS)
        return {name: 1000 * seconds for name, seconds in program.change_many(int(rows)).items()}


def _gaps_of_nothing(folder: Path, began: float, recorded: str = "") -> dict[str, object]:
    """Tick in a process that does nothing else until its input ends: what the machine itself does to a timer."""
    from PySide6.QtCore import QSocketNotifier
    from PySide6.QtWidgets import QApplication

    from tests.lab.benchmarks.window.gap_recorder import GapRecorder

    app = QApplication([])
    gaps = GapRecorder()
    end = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    end.activated.connect(app.quit)
    app.exec()
    return gaps.recorded() if recorded else gaps.told()


def _spread(seconds: list[float]) -> dict[str, float]:
    """Return how many there were, and what is told of them in milliseconds."""
    p50, p95, longest = (value * 1000 for value in (percentile(seconds, 0.5), percentile(seconds, 0.95), max(seconds)))
    return {"count": len(seconds), "p50_ms": p50, "p95_ms": p95, "max_ms": longest}


_MODES: dict[str, Callable[..., object]] = {
    "bare": _bare,
    "start": _start,
    "type": _type,
    "scroll": _scroll,
    "open": _open,
    "change": _change,
    "import": _import,
    "gaps": _gaps_of_nothing,
}

if __name__ == "__main__":
    main()
