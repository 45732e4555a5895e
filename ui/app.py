"""The composition root: makes the parts of the running program and joins them."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from reader.errors import ReaderError
from reader.paths import AppPaths
from reader.query import Query
from ui import translations
from ui.commands import Commands
from ui.core_messages import translated
from ui.exception_hook import ExceptionHook
from ui.icons import app_icon
from ui.import_session import ImportSession
from ui.kept_settings import KeptSettings
from ui.main_window import MainWindow
from ui.session import ReadingSession
from ui.single_instance import InstanceServer, hand_over, instance_name
from ui.stop_signals import StopSignals
from ui.tasks import Cancelled, Tasks
from ui.theme import Theme
from ui.thumbnails import Thumbnails
from ui.views.article_row import PICTURE, RADIUS
from ui.window_state import WindowState
from ui.wiring import Wiring
from ui.worker_process import WorkerProcess, worker_command

if TYPE_CHECKING:
    from reader.library import Library

logger = logging.getLogger(__name__)

APP_ID = "org.pressmark.Pressmark"
_LOG_BYTES = 1024 * 1024


class Application(QApplication):
    """The application, which macOS also hands files to open.

    Signals:
        file_opened: the path of a file.
    """

    file_opened = Signal(str)

    def event(self, event: QEvent) -> bool:
        """Override QApplication.event."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self.file_opened.emit(event.file())
            return True
        return super().event(event)


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the window was started with."""

    paths: AppPaths
    files: tuple[str, ...]


def main(arguments: Sequence[str]) -> int:
    """Open the window and return when it was closed; hand over to the one that is open already."""
    wanted = _parse(arguments)
    name = instance_name(wanted.paths.data)
    if hand_over(name, wanted.files):
        return 0
    app = Application([sys.argv[0]])
    _introduce(app)
    _log_to(wanted.paths.log)
    running = Running(app, wanted.paths, name)
    stop = StopSignals()
    stop.stop_wanted.connect(running.window.close)
    running.start(wanted.files)
    code: int = app.exec()
    stop.close()
    running.close()
    return code


def _parse(arguments: Sequence[str]) -> Arguments:
    parser = argparse.ArgumentParser(prog="pressmark")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    # The window that is running stands in another folder: a path is made whole where it was typed.
    files = tuple(os.path.abspath(file) for file in options.files)  # noqa: PTH100 - links stay as they are
    paths = AppPaths.default() if options.data_dir is None else AppPaths(options.data_dir.absolute())
    return Arguments(paths, files)


def _introduce(app: QApplication) -> None:
    app.setApplicationName("pressmark")
    app.setApplicationDisplayName("Pressmark")
    app.setDesktopFileName(APP_ID)
    app.setWindowIcon(app_icon())


def _log_to(path: Path) -> None:
    """Log to the library's folder; a folder that cannot be written is said when the library is opened."""
    form = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            path, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(form)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


class Running(QObject):
    """The parts of one run, made in order and closed in the opposite one."""

    def __init__(self, app: Application, paths: AppPaths, name: str) -> None:
        super().__init__(app)
        self._paths = paths
        self.library: Library | None = None
        self.closed = False
        self.hook = ExceptionHook(self)
        self._unhook = self.hook.install()
        kept = KeptSettings(paths.settings, self)
        translations.install(app, kept.value.language)
        theme = Theme(app, kept.value.appearance)
        self.server = InstanceServer(name, self)
        self.tasks = Tasks(self)
        self.worker = WorkerProcess(worker_command(paths.data), self)
        self.session = ReadingSession(self.tasks, self)
        self.imports = ImportSession(self.worker, lambda: kept.value.web_pictures, self)
        self.thumbnails = Thumbnails(self.session.thumbnail, PICTURE, RADIUS, self)
        self.window = MainWindow(theme.colours, kept.value, self.thumbnails)
        commands = Commands(self.window, self.session, self.imports, kept, self.tasks, paths, self.window.messages)
        self.wiring = Wiring(self.window, self.session, self.imports, commands, kept, theme)
        self.commands, self.theme = commands, theme
        self.window.closing.connect(self._keep_state)
        self.server.handed_over.connect(self._take_files)
        app.file_opened.connect(lambda file: self._take_files([file]))
        self.hook.struck.connect(self._confess)

    def start(self, files: Sequence[str]) -> None:
        """Show the window, then open the library behind it."""
        state = WindowState.load(self._paths.window_state)
        self.window.restore(state)
        self.window.actions_[f"order_{state.order}"].setChecked(True)
        # A library that is not there yet is empty: its page need not wait for an answer.
        self.window.show_reading(self._paths.database.exists() or bool(files))
        self.window.show()
        QTimer.singleShot(0, self, lambda: self._open_library(state, files))

    def _open_library(self, state: WindowState, files: Sequence[str]) -> None:
        """Open the library in a thread: its imports alone take longer than the first paint."""
        paths = self._paths

        def work(_: Cancelled) -> tuple[Library, bool]:
            from reader.library import Library

            library = Library.open(paths)
            return library, library.store.has_unindexed()

        def done(answer: tuple[Library, bool]) -> None:
            self.library, unindexed = answer
            self.wiring.select_first(state.article)
            question = Query(text=state.text, source=state.source, order=state.order)
            self.session.start(self.library, question, state.article)
            self.imports.import_paths(files)
            if unindexed and not files:
                self.imports.catch_up()

        self.tasks.run(work, done, self._say_closed)

    def _say_closed(self, error: ReaderError) -> None:
        """Show the page of a library that does not open."""
        logger.error("the library does not open: %s", error.sentence)
        page = self.window.first_run
        page.say(
            self.tr("The library does not open"),
            translated(error.sentence),
            icon="warning",
            button=self.tr("Show its folder"),
            do=self.commands.show_library_folder,
        )
        self.window.setAcceptDrops(False)
        self.window.show_reading(False)

    def _take_files(self, files: Sequence[str]) -> None:
        self.window.come_to_front()
        self.imports.import_paths(files)

    def _keep_state(self) -> None:
        article = self.session.open_article
        state = self.window.state(self.session.query, None if article is None else article.id)
        try:
            state.save(self._paths.window_state)
        except OSError as error:
            logger.warning("the state of the window cannot be saved: %s", error)
        self.window.pane.tell_position()
        self.session.save_position()

    def _confess(self, line: str) -> None:
        text = self.tr("Something went wrong inside Pressmark. The window keeps running; the log file says more.")
        box = QMessageBox(QMessageBox.Icon.Warning, "Pressmark", text, parent=self.window)
        box.setInformativeText(line.replace("<", "‹"))
        box.open()

    def close(self) -> None:
        """End what runs, in an order in which nobody is asked who is gone."""
        ends: tuple[Callable[[], None], ...] = (
            self.server.close,
            self.imports.close,
            self.session.close,
            lambda: shiboken6.delete(self.window),
            self.thumbnails.close,
            self.tasks.close,
        )
        for end in ends:
            end()
        if self.library is not None:
            self.library.close()
        self._unhook()
        self.closed = True
