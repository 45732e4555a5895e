"""The parts of a window, as its commands get them."""

from __future__ import annotations

from dataclasses import dataclass

from reader.paths import AppPaths
from ui.background.tasks import Tasks
from ui.jobs import ImportSession
from ui.main_window import MainWindow
from ui.session import ReadingSession
from ui.system.settings_store import SettingsStore


@dataclass(frozen=True, slots=True)
class Parts:
    """The window with its presenters, its settings, its threads and the paths of its library; made by `ui.app`."""

    window: MainWindow
    session: ReadingSession
    imports: ImportSession
    kept: SettingsStore
    tasks: Tasks
    paths: AppPaths
