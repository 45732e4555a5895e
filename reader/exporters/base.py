"""What an exporter is, and how export files are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Protocol

from reader.article import ArticleId
from reader.errors import ExportError
from reader.store.library_store import LibraryStore


class Exporter(Protocol):
    """Writes articles in one format."""

    name: str

    def export(self, store: LibraryStore, ids: Sequence[ArticleId], to: Path) -> Iterator[ArticleId]:
        """Write the articles, yielding each id when it is written.

        Raises:
            ExportError: the target cannot be written.
            NoSuchArticleError: one of `ids` is not in the library.
        """


@contextlib.contextmanager
def export_errors(to: Path) -> Iterator[None]:
    """Turn what the disk may raise into an ExportError that names the target."""
    try:
        yield
    except OSError as error:
        raise ExportError(
            "{target} cannot be written: {cause}.",
            path=to,
            target=str(to),
            cause=error.strerror or str(error),
        ) from error


@contextlib.contextmanager
def whole_file(to: Path) -> Iterator[IO[bytes]]:
    """Open a file beside `to` that takes its name at the end, so that no half export is ever left."""
    temporary = to.with_name(f".{to.name[:200]}.part")
    with export_errors(to):
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(to)
        finally:
            temporary.unlink(missing_ok=True)
