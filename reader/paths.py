"""The files and folders of a profile; the only user of platformdirs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from reader.errors import StoreError

APP_NAME = "pressmark"
# The names of files, which a backup has inside, too, and what a backup's own name ends with.
DATABASE, SETTINGS = "library.sqlite3", "settings.json"
BACKUP_ENDING = ".pressmark-backup"
# What comes with the program: icons, translations, the table of folding.
RESOURCES = Path(__file__).resolve().parents[1] / "resources"
# Bytes. SQLite cannot open a file with a longer path, and misreports it as one that may not be written.
_LONGEST_PATH = 504


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The folders of one profile: everything lies below `data`, so that one folder is the whole library."""

    data: Path

    @classmethod
    def default(cls) -> AppPaths:
        """Return the paths of the default library, in the system's folder for application data."""
        import platformdirs

        return cls(Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)))

    def refuse_long(self) -> None:
        """Refuse a folder whose path is too long for SQLite.

        Raises:
            StoreError: the path of the database would be too long.
        """
        length = len(os.fsencode(self.database.absolute()))
        if length > _LONGEST_PATH and os.name == "posix":
            raise StoreError(
                "The path of the library is too long: {length} bytes of {limit} at most. "
                "Choose a folder nearer to the top.",
                path=self.data,
                length=length,
                limit=_LONGEST_PATH,
            )

    @property
    def database(self) -> Path:
        """The store: one SQLite file."""
        return self.data / DATABASE

    @property
    def images(self) -> Path:
        """Pictures, by content hash, and their thumbnails."""
        return self.data / "images"

    @property
    def index(self) -> Path:
        """The search index; may be deleted at any time."""
        return self.data / "index"

    @property
    def writer_lock(self) -> Path:
        """The lock file held by the one program that may write articles and the index."""
        return self.data / "writer.lock"

    @property
    def checked(self) -> Path:
        """An empty file, whose modification time is that of the last full check of the library."""
        return self.data / "checked"

    @property
    def settings(self) -> Path:
        """The settings: one JSON file."""
        return self.data / SETTINGS

    @property
    def window_state(self) -> Path:
        """The size and place of the window."""
        return self.data / "window.ini"

    @property
    def log(self) -> Path:
        """The log file, newest run last."""
        return self.data / "pressmark.log"
