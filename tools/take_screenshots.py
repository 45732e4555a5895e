"""Photographs the running program on the captures written for it: `make screenshots` fills docs/screenshots.

Everything is real: the window, the worker that imports, the library; only the hand that types is ours.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_SCALE_FACTOR", "1.5")

from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtWidgets import QWidget

from reader.operation import tagging
from reader.paths import AppPaths
from reader.settings import Appearance, Settings
from ui.app import Application, Running

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "tests" / "data" / "demo"
TARGET = ROOT / "docs" / "screenshots"
PATIENCE_MS = 60_000


class Photographer:
    """Drives one window and photographs it."""

    def __init__(self, app: Application, data: Path, settings: Settings) -> None:
        paths = AppPaths(data)
        settings.save(paths.settings)
        self.app = app
        self.running = Running(app, paths, f"screenshots-{data.name}")
        self.window = self.running.window
        self.running.start(())
        self.window.resize(1280, 800)
        self.rest()

    def rest(self, ms: int = 700) -> None:
        """Let the program do what it does for a while."""
        clock = QElapsedTimer()
        clock.start()
        while clock.elapsed() < ms:
            self.app.processEvents()

    def until(self, done: Callable[[], bool]) -> None:
        """Wait for something to happen; give up loudly."""
        clock = QElapsedTimer()
        clock.start()
        while not done():
            self.app.processEvents()
            if clock.elapsed() > PATIENCE_MS:
                raise TimeoutError("the program did not come to rest")
        self.rest()

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Write a photograph of the window, or of a dialog of it."""
        self.rest()
        (widget or self.window).grab().save(str(TARGET / f"{name}.png"))

    def take_dialog(self, name: str, open_it: Callable[[], None]) -> None:
        """Photograph a dialog, which runs until it is closed."""

        def take_and_close() -> None:
            dialog = self.app.activeModalWidget()
            assert dialog is not None
            dialog.grab().save(str(TARGET / f"{name}.png"))
            dialog.close()

        QTimer.singleShot(700, self.app, take_and_close)
        open_it()

    def bring_in(self, *paths: Path) -> None:
        """Import as a drop does."""
        self.window.dropped.emit([str(path) for path in paths])
        self.rest(300)
        self.until(lambda: not self.running.imports.busy)

    def search(self, text: str) -> None:
        """Type into the box."""
        self.window.search.box.setText(text)
        self.rest()

    def open_row(self, row: int) -> None:
        """Choose a row of the list."""
        model = self.window.articles
        self.until(lambda: model.rowCount() > row)
        self.window.list.setCurrentIndex(model.index(row, 0))
        self.rest(2500)

    def mark(self, row: int, *tags: str) -> None:
        """Star an article, and give it tags of one's own."""
        self.open_row(row)
        self.window.actions_["star"].trigger()
        library, article = self.running.library, self.running.session.open_article
        assert library is not None
        assert article is not None
        library.apply(*tagging([article.id], tags))
        self.running.session.refresh(whole=True)
        self.rest()

    def close(self) -> None:
        """End the program as closing the window does."""
        self.window.close()
        self.running.close()
        self.rest(100)


def main() -> None:
    """Take all photographs."""
    TARGET.mkdir(parents=True, exist_ok=True)
    app = Application([sys.argv[0]])
    english = Settings(language="en", appearance=Appearance.LIGHT)
    with tempfile.TemporaryDirectory() as folder:
        photograph_light(app, Path(folder) / "light", english)
        chinese = replace(english, language="zh_CN", appearance=Appearance.DARK)
        photograph_dark(app, Path(folder) / "dark", chinese)


def photograph_light(app: Application, data: Path, settings: Settings) -> None:
    """Photograph the first start, an import's report, reading and searching."""
    photographer = Photographer(app, data, settings)
    photographer.take("first-run")
    saved = Path(tempfile.gettempdir()) / "saved-articles"
    shutil.rmtree(saved, ignore_errors=True)
    shutil.copytree(DEMO, saved)
    (saved / "README.md").unlink()
    broken = saved / "2019"
    broken.mkdir()
    (broken / "cut-off.md").write_text("<!--16891569", "utf-8")
    (broken / "empty.txt").write_bytes(b"")
    (broken / "notes.ods").write_bytes(b"\x00\x01 not an article")
    photographer.bring_in(saved)
    shutil.rmtree(saved)
    photographer.take_dialog("import-report", photographer.window.actions_["last_report"].trigger)
    photographer.window.messages.clear()
    photographer.mark(2, "海")
    photographer.open_row(0)
    photographer.take("reading")
    photographer.search("夜 OR 城")
    photographer.open_row(1)
    photographer.take("search")
    photographer.close()


def photograph_dark(app: Application, data: Path, settings: Settings) -> None:
    """Photograph the Chinese interface at night."""
    photographer = Photographer(app, data, settings)
    photographer.bring_in(DEMO)
    photographer.window.messages.clear()
    photographer.mark(5)
    photographer.mark(7, "活字")
    photographer.open_row(6)
    photographer.open_row(7)
    photographer.take("dark")
    photographer.close()


if __name__ == "__main__":
    main()
