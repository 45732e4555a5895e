"""The interface of an exporter, and helpers to write export files whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from reader.article import ArticleId
from reader.errors import ExportError, Sentence
from reader.files import make_folder, remove_abandoned, replacing
from reader.own_files import refuse_own_files
from reader.store.library_store import LibraryStore

# Numbers the unfinished files of this process: the window may run two exports at a time.
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class ExportOutcome:
    """The outcome for one article: written, or damaged in the way that `reason` says."""

    id: ArticleId
    reason: Sentence | None = None


class Exporter(Protocol):
    """Writes articles in one format."""

    name: str

    def export(self, store: LibraryStore, ids: Sequence[ArticleId], to: Path) -> Iterator[ExportOutcome]:
        """Write the articles to `to`, yielding one outcome each; a damaged one does not stop the others.

        Raises:
            ExportError: the target cannot be written, or belongs to the library itself.
            NoSuchArticleError: one of `ids` is not in the library.
        """


def refuse_library(to: Path, store: LibraryStore) -> None:
    """Refuse to write into the folder of the library being exported.

    Raises:
        ExportError: `to` lies in that folder, or is a hard link to one of its files.
    """
    refuse_own_files(to, store.path.parent, ExportError)


@contextlib.contextmanager
def export_errors(to: Path) -> Iterator[None]:
    """Turn an OSError into an ExportError that names the target."""
    try:
        yield
    except OSError as error:
        raise ExportError(
            "{target} cannot be written: {cause}.",
            path=to,
            target=str(to),
            cause=error.strerror or str(error),
        ) from error


def clear_up(folder: Path) -> None:
    """Delete unfinished files in `folder` that killed exports have left.

    Raises:
        ExportError: the folder cannot be read.
    """
    with export_errors(folder):
        remove_abandoned(folder, ".pressmark-*.part")


@contextlib.contextmanager
def whole_file(to: Path) -> Iterator[IO[bytes]]:
    """Open a file next to `to` that is renamed to it at the end, so that no unfinished export bears that name.

    A pipe or a device is written to directly; a link is followed.
    """
    with export_errors(to):
        target = Path(os.path.realpath(to))
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        make_folder(target.parent)
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                yield file
            return
        temporary = target.with_name(f".pressmark-{os.getpid()}-{next(_numbers)}.part")
        with replacing(target, through=temporary) as file:
            yield file
