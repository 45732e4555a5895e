"""Where Pressmark keeps its things; the only user of platformdirs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from reader.errors import StoreError

APP_NAME = "pressmark"
# What comes with the program: icons, translations, the table of folding.
RESOURCES = Path(__file__).resolve().parents[1] / "resources"
# SQLite opens no file with a longer path, and calls it one that may not be written.
_LONGEST_PATH = 504


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The folders of one profile: everything lies below `data`, so that one folder is the whole library."""

    data: Path

    @classmethod
    def default(cls) -> AppPaths:
        """Return the paths of the person's own library, where the system wants such data."""
        import platformdirs

        return cls(Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)))

    def refuse_long(self) -> None:
        """Refuse a folder with so long a path that no library can be kept there.

        Raises:
            StoreError: it is one.
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
        return self.data / "library.sqlite3"

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
        """Held by the one program that may write articles and the index."""
        return self.data / "writer.lock"

    @property
    def checked(self) -> Path:
        """An empty file; it is as old as the last time that all of the library was read and checked."""
        return self.data / "checked"

    @property
    def settings(self) -> Path:
        """What the person chose."""
        return self.data / "settings.json"

    @property
    def window_state(self) -> Path:
        """Where the window was."""
        return self.data / "window.ini"

    @property
    def log(self) -> Path:
        """The log file, newest run last."""
        return self.data / "pressmark.log"
