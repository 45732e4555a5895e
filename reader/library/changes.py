"""Watches an open library: whether its index is complete, and whether another program has changed anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reader.errors import SearchIndexError, Sentence
from reader.library.library import Library

MISSING = Sentence("The search index is missing.")


@dataclass(frozen=True, slots=True)
class IndexState:
    """Whether the index is `behind` the store, and `why` it must be rebuilt (None if nothing is wrong with it).

    `older_pages` is the number of pages that were cleaned by older rules.
    """

    behind: bool
    why: Sentence | None
    older_pages: int = 0


def look_at_index(library: Library) -> IndexState:
    """Return the state of the index, by counts that are cheap to read."""
    try:
        library.refresh()
        held = library.index().count()
    except SearchIndexError as error:
        return IndexState(behind=True, why=error.sentence)
    if held == 0 and library.has_indexed():
        return IndexState(behind=True, why=MISSING)
    # The index may still hold articles in the bin; the next writer removes them.
    shown = held - len(library.bin.hidden())
    behind = library.has_unindexed() or shown != library.article_count()
    return IndexState(behind=behind, why=None, older_pages=library.uncleaned_count())


@dataclass(frozen=True, slots=True)
class Changes:
    """A fingerprint of a library: `articles` differs once articles changed, `index` once the index changed."""

    articles: object
    index: object


class Watch:
    """Fingerprints a library; as long as its files are unchanged, the store is not queried."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._noticed: tuple[object, object] = (None, None)

    def look(self) -> Changes:
        """Return the library's fingerprint; the store is queried only if its files have changed.

        Raises:
            StoreError: the store cannot be read.
        """
        paths = self._library.paths
        log = paths.database.with_name(f"{paths.database.name}-wal")
        files = tuple(_status(path) for path in (paths.database, log))
        if self._noticed[0] != files:
            self._noticed = files, self._library.changes()
        return Changes((self._noticed[1], files[0] and files[0][0]), _status(paths.index))


def _status(path: Path) -> tuple[int, int, int] | None:
    """Return (inode, time of change in ns, size) of a file or folder; None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
