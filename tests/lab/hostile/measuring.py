"""Imports, finds and shows each thing of a list in a process of its own; tells what each cost, a line of JSON each."""

from __future__ import annotations

import itertools
import json
import logging
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication

from reader.article import ArticleId
from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from reader.settings import Settings
from ui.look.colours import LIGHT
from ui.page.browser import PageBrowser
from ui.views.reading_pane import ReadingPane

_SHOWN_OF_ONE = 3
_QUERIES = ("灯塔", "海 OR 一", "canary", '"alert(1)" -x')


def main(arguments: Sequence[str]) -> None:
    """Measure every path of standard input on the library of the first argument."""
    app = QApplication([])
    library = Library.open(AppPaths(Path(arguments[0])))
    pane = ReadingPane(LIGHT, Settings())
    pane.resize(800, 600)
    pane.show()
    meet = partial(_meet, app, library, pane)
    for line in sys.stdin:
        began = _seconds()
        before = _megabytes("VmRSS")
        _forget_peak()
        told = meet(Path(json.loads(line)))
        told |= {"seconds": round(_seconds() - began, 3), "grown": _megabytes("VmHWM") - before}
        sys.stdout.write(json.dumps(told) + "\n")
    pane.close()
    library.close()


def _meet(app: QApplication, library: Library, pane: ReadingPane, path: Path) -> dict[str, Any]:
    """Do with one file or archive what a person would: import it, search, and read what came of it."""
    known = _ids(library)
    kinds: Counter[str] = Counter()
    parts = [time.process_time()]
    with library.writer("a test") as writer:
        for outcome in writer.import_paths([path]):
            kinds[outcome.kind] += 1
    library.refresh()
    parts.append(time.process_time())
    for text in _QUERIES:
        query = Query(text=text)
        library.hits(library.search(query).ids[:20], query)
    parts.append(time.process_time())
    new = sorted(_ids(library) - known)
    shown = [_show(app, library, pane, id_) for id_ in new[:_SHOWN_OF_ONE]]
    parts.append(time.process_time())
    steps = [round(b - a, 2) for a, b in itertools.pairwise(parts)]
    return {"name": path.name, "kinds": kinds, "new": len(new), "steps": steps, "drawn": shown}


def _show(app: QApplication, library: Library, pane: ReadingPane, id_: ArticleId) -> int:
    """Show an article and its original; return how many characters the page has."""
    article = library.article(id_)
    pane.show_article(
        article, picture=library.pictures.display, matches=lambda text: library.matches(text, Query(text="灯塔"))
    )
    _let_it_draw(app, pane)
    drawn = len(pane.findChild(PageBrowser).toPlainText())
    pane.show_original(library.original_page(id_), article, picture=library.pictures.display)
    _let_it_draw(app, pane)
    return drawn


def _let_it_draw(app: QApplication, pane: ReadingPane) -> None:
    for _ in range(3):
        pane.grab()
        app.processEvents()
        while QThreadPool.globalInstance().activeThreadCount():
            time.sleep(0.002)  # not by Qt's own waiting, which keeps Python from the threads waited for
    pane.page_down()
    pane.grab()


def _ids(library: Library) -> set[ArticleId]:
    return set(library.search(Query(text="")).ids)


def _seconds() -> float:
    """Return the processor's time, that of the processes beside this one included."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def _megabytes(field: str) -> int:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(field))


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    main(sys.argv[1:])
