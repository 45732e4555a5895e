"""The settings of this run: one value that is replaced as a whole, and saved at once."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from reader.settings import Settings
from ui.typed_signal import TypedSignal

logger = logging.getLogger(__name__)


class SettingsStore(QObject):
    """Holds the settings, and signals when they change.

    Signals:
        changed: the new Settings.
    """

    changed = TypedSignal[Settings]()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self.value = Settings.load(path)

    def change(self, **values: Any) -> None:
        """Change some of the settings; if they cannot be saved, they hold until the program ends."""
        settings = replace(self.value, **values)
        if settings == self.value:
            return
        self.value = settings
        try:
            settings.save(self._path)
        except OSError as error:
            logger.warning("the settings cannot be saved: %s", error)
        self.changed.emit(settings)
