"""Where an import puts things."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reader.index import SearchIndex
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore


@dataclass(frozen=True, slots=True)
class Places:
    """Where a library's files are."""

    database: Path
    images: Path
    index: Path


@dataclass(frozen=True, slots=True)
class Shelves:
    """The store, the pictures and the index of one library, all to be written."""

    store: LibraryStore
    images: ImageStore
    index: SearchIndex
    places: Places
