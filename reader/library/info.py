"""Counts the content of a library, and the bytes it takes on the disk."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reader.paths import AppPaths
from reader.store.library_store import LibraryStore
from reader.store.states import BinStore


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryInfo:
    """The numbers of things in a library; sizes are in bytes."""

    articles: int
    in_bin: int
    revisions: int
    sources: int
    pictures_held: int
    pictures_on_web: int
    unindexed: int
    store_bytes: int
    index_bytes: int
    image_bytes: int


def library_info(store: LibraryStore, bin_: BinStore, paths: AppPaths) -> LibraryInfo:
    """Count the content of a library, and its bytes on the disk."""
    count = store.one
    return LibraryInfo(
        articles=store.article_count(),
        in_bin=bin_.count(),
        revisions=count("SELECT count(*) FROM revision WHERE withdrawn IS NULL")[0],
        sources=count("SELECT count(DISTINCT source) FROM article WHERE deleted IS NULL")[0],
        pictures_held=count("SELECT count(DISTINCT sha256) FROM image")[0],
        pictures_on_web=len(store.pictures_to_fetch()),
        unindexed=len(store.to_index()),
        store_bytes=_total_size(paths.database.parent.glob(f"{paths.database.name}*")),
        index_bytes=_total_size(paths.index.rglob("*")),
        image_bytes=_total_size(paths.images.rglob("*")),
    )


def _total_size(files: Iterable[Path]) -> int:
    """Add up the sizes of files, skipping those that a writer removes meanwhile."""
    size = 0
    for file in files:
        with suppress(FileNotFoundError):
            status = file.stat()
            size += status.st_size if stat.S_ISREG(status.st_mode) else 0
    return size
