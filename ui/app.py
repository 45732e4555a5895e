"""The composition root: makes the parts of the running program and joins them."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from reader.errors import DamagedStoreError, ReaderError, StoreError
from reader.paths import AppPaths
from reader.system.exit_codes import DONE
from reader.worker.protocol import Finished, Job, Repair, Restore
from ui.background.tasks import Tasks
from ui.background.thumbnails import Thumbnails
from ui.background.worker_process import WorkerProcess, worker_command
from ui.bind import Bindings
from ui.commands.articles import ArticleCommands
from ui.commands.library import LibraryCommands
from ui.commands.quitting import Quitting, UnfinishedImports
from ui.commands.reading import Commands
from ui.commands.state import CommandState
from ui.health import Health
from ui.jobs import ImportSession
from ui.look.theme import Theme
from ui.main_window import MainWindow
from ui.opening import OpenedLibrary, open_library
from ui.parts import Parts
from ui.session import ReadingSession
from ui.system.exception_hook import ExceptionHook
from ui.system.log import EarlyLog
from ui.system.settings_store import SettingsStore
from ui.system.single_instance import InstanceServer, Turn, instance_name
from ui.system.stop_signals import StopSignals
from ui.system.window_state import WindowState
from ui.views.article_row import PICTURE, RADIUS
from ui.words import translations
from ui.words.translations import translated
from ui.words.wording import number

if TYPE_CHECKING:
    from reader.library import Library

logger = logging.getLogger(__name__)

APP_ID = "org.pressmark.Pressmark"
# How long to wait for painted rows: a library without articles paints none.
_FINISH_MS = 1000
_SEEN_MS = 20
_SWITCH_SECONDS = 0.0005
# Seconds between two reports of how far the upgrade of a library is.
_TELL_SECONDS = 0.1


class Application(QApplication):
    """The application, which macOS also hands files to open.

    Signals:
        file_opened: the path of a file.
    """

    file_opened = Signal(str)

    def __init__(self, arguments: Sequence[str]) -> None:
        # Given as an argument: to set the style with setStyle costs PySide 5 ms more.
        super().__init__([*arguments, "-style", "Fusion"])

    def event(self, event: QEvent) -> bool:
        """Override QApplication.event."""
        if event.type() is QEvent.Type.FileOpen:
            from PySide6.QtGui import QFileOpenEvent

            if isinstance(event, QFileOpenEvent) and event.file():
                self.file_opened.emit(event.file())
                return True
        return super().event(event)


def main(arguments: Sequence[str]) -> int:
    """Open the window, and return its exit code once it is closed; hand the files to a window that is already open."""
    paths, files = _read_arguments(arguments)
    name = instance_name(paths.data)
    turn = Turn(name)
    if not turn.take(files):
        return DONE
    app = Application([sys.argv[0]])
    _introduce(app)
    log = EarlyLog()
    logging.getLogger().addHandler(log)
    logging.getLogger().setLevel(logging.INFO)
    # Made before the library is opened, as a program that is told to stop must close the library.
    stop = StopSignals()
    running = Running(app, paths, name)
    stop.stop_wanted.connect(running.window.close_unasked)
    app.commitDataRequest.connect(running.end_session)
    running.finished.connect(partial(log.write_to, paths.log))
    running.start(files)
    code: int = app.exec()
    stop.close()
    running.close()
    log.write_to(paths.log)
    turn.give_back()
    return code


def _read_arguments(arguments: Sequence[str]) -> tuple[AppPaths, tuple[str, ...]]:
    """Return the folder of the library, and the files to import."""
    import argparse

    parser = argparse.ArgumentParser(prog="pressmark")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    # A window that is already open has another working folder, so paths are made absolute here.
    files = tuple(os.path.abspath(file) for file in options.files)  # noqa: PTH100 - links stay as they are
    paths = AppPaths.default() if options.data_dir is None else AppPaths(options.data_dir.absolute())
    return paths, files


def _introduce(app: QApplication) -> None:
    app.setApplicationName("pressmark")
    app.setApplicationDisplayName("Pressmark")
    app.setDesktopFileName(APP_ID)


class Running(QObject):
    """The parts of one run, made in order and closed in reverse.

    Signals:
        finished: the window is on the screen, and the parts that could wait are made.
        upgraded: (done, total), the articles of a library in an older format that are upgraded.
    """

    finished = Signal()
    upgraded = Signal(int, int)

    def __init__(self, app: Application, paths: AppPaths, name: str) -> None:
        super().__init__(app)
        self._paths = paths
        self.library: Library | None = None
        self.closed = self._finished = False
        self._told = 0.0
        self.hook = ExceptionHook(self)
        self._unhook = self.hook.install()
        self._state = WindowState.load(paths.window_state)
        self._files: Sequence[str] = ()
        # A searching thread gives up Python's lock once per interval, and one painting needs the lock about ten times.
        sys.setswitchinterval(_SWITCH_SECONDS)
        self.tasks = Tasks(self)
        # The library is opened in a thread while the window is made here, so that the first painting has rows.
        self._open()
        kept = SettingsStore(paths.settings, self)
        translations.install(app, kept.value.language)
        theme = Theme(app, kept.value.appearance)
        self.server = InstanceServer(name, self)
        self.worker = WorkerProcess(worker_command(paths.data), self)
        self.session = ReadingSession(self.tasks, self)
        self.imports = ImportSession(self.worker, lambda: kept.value.web_pictures, self)
        self.thumbnails = Thumbnails(self.session.thumbnail, PICTURE, RADIUS, self)
        self.window = MainWindow(theme.colours, kept.value, self.thumbnails)
        theme.dress()
        self._join(Parts(self.window, self.session, self.imports, kept, self.tasks, paths), theme)
        self.imports.finished.connect(self._open_again)
        self.window.closing.connect(self._keep_state)
        self.window.closing.connect(self.server.close)
        self.server.handed_over.connect(self._take_files)
        app.file_opened.connect(lambda file: self._take_files([file]))
        self.hook.struck.connect(self._confess)
        self.upgraded.connect(self._show_upgraded)

    def _join(self, parts: Parts, theme: Theme) -> None:
        """Make the objects that connect the parts."""
        self.commands, self.theme = Commands(parts), theme
        self.bindings = Bindings(parts, self.commands, theme)
        self.library_commands = LibraryCommands(parts)
        self.health = Health(parts, self._repair)
        self.article_commands = ArticleCommands(parts)
        self.quitting = Quitting(parts)
        self.unfinished = UnfinishedImports(parts)
        self.command_state = CommandState(parts)
        self.finished.connect(self.command_state.update)

    def start(self, files: Sequence[str]) -> None:
        """Show the window, with the first rows if they have been read, and finish once they are painted."""
        state, self._files = self._state, files
        self.window.restore(state)
        self.window.actions_[f"order_{state.order}"].setChecked(True)
        # A library that does not exist yet is empty, so the page of an empty library is shown at once.
        self.window.show_reading(os.path.exists(self._paths.database) or bool(files))  # noqa: PTH110 - it raises nothing
        QCoreApplication.sendPostedEvents(self.tasks)
        # The painted rows should be on the screen before anything else begins.
        self.window.list.rows_painted.connect(lambda: QTimer.singleShot(_SEEN_MS, self, self._finish))
        QTimer.singleShot(_FINISH_MS, self, self._finish)
        self.window.show()

    def _open(self) -> None:
        opening = partial(open_library, self._paths, self._state, self._tell_upgraded)
        self.tasks.run(opening, self._start_reading, self._say_closed)

    def _tell_upgraded(self, done: int, total: int) -> None:
        """Report how far the upgrade of the library is, from the upgrading thread; closing the window ends the upgrade.

        Raises:
            StoreError: the window has been closed; the library is as it was.
        """
        if self.closed:
            raise StoreError("The library {path_name} is as it was.", path_name=str(self._paths.database))
        if monotonic() - self._told >= _TELL_SECONDS:
            self._told = monotonic()
            self.upgraded.emit(done, total)

    def _show_upgraded(self, done: int, total: int) -> None:
        if self.library is None:
            self.window.nothing.say(
                self.tr("Your library is being brought up to date: {done} of {total} articles").format(
                    done=number(done), total=number(total)
                ),
                self.tr(
                    "A copy of it is kept until everything was checked once. You can close the window at any time."
                ),
                icon="articles",
            )
            self.window.show_found(False)

    def _start_reading(self, opened: OpenedLibrary) -> None:
        """Start to read the opened library, in the GUI thread."""
        self.library = opened.library
        self.session.start(opened)
        if opened.library.read_only:
            self._show_read_only()
        self._go_on()
        files, self._files = self._files, ()
        self.imports.import_paths(files)

    def _show_read_only(self) -> None:
        """Say that the library cannot be changed, and take no drops."""
        heading = self.tr("This library can be read here, but not changed.")
        self.window.messages.say(
            heading + " " + self.tr("Its folder may not be written. Stars, tags and what you read are not saved."),
            stays=True,
        )
        self.window.first_run.say(self.tr("This library is empty"), heading, icon="warning")
        self.window.setAcceptDrops(False)

    def _finish(self) -> None:
        """Make the parts that the first painting does not need; a second call does nothing."""
        if self._finished or self.closed:
            return
        self._finished = True
        gc.freeze()
        gc.enable()
        self._go_on()
        self.server.listen()
        self.window.finish()
        self.finished.emit()

    def _go_on(self) -> None:
        """Begin the work that waits for both the painted list and the open library."""
        if not self._finished or self.library is None:
            return
        self.session.load_counts()
        if self._state.article is not None:
            self.session.open(self._state.article)
        self.session.warm_up()
        self.health.begin()
        self.unfinished.begin()

    def _say_closed(self, error: ReaderError) -> None:
        """Say why the library does not open, and offer a repair if it is damaged."""
        logger.error("the library does not open: %s", error.sentence)
        self.window.setAcceptDrops(False)
        self.window.show_reading(False)
        why, button, do = translated(error.sentence), self.tr("Show its folder"), self.commands.show_library_folder
        if isinstance(error, DamagedStoreError):
            saved = self.tr("Repairing saves every article that can be read. The damaged file is kept.")
            why, button, do = f"{why}\n{saved}", self.tr("Repair"), self._repair
        self.window.first_run.say(self.tr("The library does not open"), why, icon="warning", button=button, do=do)

    def _repair(self) -> None:
        """Close the library, as a repair needs that, and have the worker repair it; the list shows the progress."""
        if self.library is not None:
            self._tell_position()
            self._state = self._state_now()
            library, self.library = self.library, None
            self.session.leave()
            self.tasks.drain()
            library.close()
        self.imports.do(Repair())

    def _open_again(self, job: Job, _: Finished) -> None:
        """Open the library again after a repair, whether or not it succeeded."""
        if isinstance(job, Restore) and self.library is None:
            # The backup was restored into another folder; this library still does not open, as its page says.
            self.window.show_reading(False)
        if not isinstance(job, Repair) or self.library is not None or self.closed:
            return
        self.window.setAcceptDrops(True)
        self._open()

    def _take_files(self, files: Sequence[str]) -> None:
        self.window.come_to_front()
        self.imports.import_paths(files)

    def _state_now(self) -> WindowState:
        article = self.session.open_article
        return self.window.state(self.session.query, None if article is None else article.id)

    def _keep_state(self) -> None:
        try:
            self._state_now().save(self._paths.window_state)
        except OSError as error:
            logger.warning("the state of the window cannot be saved: %s", error)
        self._tell_position()
        self.session.save_position()

    def end_session(self, _: object = None) -> None:
        """Save the state, and close unasked from now on: the desktop session is ending."""
        self.window.is_ending = True
        self._keep_state()

    def _tell_position(self) -> None:
        """Have the page report now how far it was read, not a moment after the last scrolling."""
        if self.window.has_pane:
            self.window.pane.tell_position()

    def _confess(self, line: str) -> None:
        from PySide6.QtWidgets import QMessageBox

        text = self.tr("Something went wrong inside Pressmark. The window keeps running; the log file says more.")
        box = QMessageBox(QMessageBox.Icon.Warning, "Pressmark", text, parent=self.window)
        box.setInformativeText(line.replace("<", "‹"))
        box.finished.connect(box.deleteLater)
        box.open()

    def _end_imports(self) -> None:
        """End the worker, and note the imports that it did not begin, so that the next start offers them."""
        unfinished = self.imports.close()
        if unfinished:
            from reader.importing.unfinished import note_unbegun

            for paths in unfinished:
                note_unbegun(self._paths.data, paths)

    def close(self) -> None:
        """End all parts, each before the parts that it uses."""
        self.closed = True
        ends: tuple[Callable[[], None], ...] = (
            self.server.close,
            self._end_imports,
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
