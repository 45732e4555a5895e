"""The open files of one library, as the holder of its writer lock uses them."""

from __future__ import annotations

from dataclasses import dataclass

from reader.index import SearchIndex
from reader.paths import AppPaths
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore


@dataclass(frozen=True, slots=True)
class LibraryFiles:
    """The store, the pictures and the index of one library, all of them writable, and their paths."""

    paths: AppPaths
    store: LibraryStore
    pictures: ImageStore
    index: SearchIndex
