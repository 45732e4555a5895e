"""Exports the captures themselves: the exact bytes that were imported, under their file names."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from reader.article import ArticleId, Origin
from reader.errors import DamagedPageError, ExportError
from reader.exporters.base import ExportOutcome, clear_up, export_errors, refuse_library, whole_file
from reader.files import holds, make_folder
from reader.store.library_store import LibraryStore

# File systems allow 255 bytes; the rest is room for " (123)".
_NAME_BYTES = 240
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


class Originals:
    """Writes every revision of each article, in one folder per source; importing the export gives the same library.

    One article with one revision, exported to a name with an ending (`--to article.txt`), becomes that file. Exported
    to `-`, the shown revision of one article goes to standard output.
    """

    name = "original"

    def export(self, store: LibraryStore, ids: Sequence[ArticleId], to: Path) -> Iterator[ExportOutcome]:
        """Write the originals below the folder `to`, or as one file: see the class."""
        if str(to) == "-":
            yield self._print_one(store, ids)
            return
        refuse_library(to, store)
        if len(ids) == 1 and to.suffix and not to.is_dir() and len(store.revisions(ids[0])) == 1:
            data = store.original(ids[0])
            clear_up(Path(os.path.realpath(to)).parent)
            with whole_file(to) as file:
                file.write(data)
            yield ExportOutcome(ids[0])
            return
        with export_errors(to):
            make_folder(to)
            for folder in to.iterdir():
                clear_up(folder)
        for id_ in ids:
            yield self._export_one(store, id_, to)

    def _print_one(self, store: LibraryStore, ids: Sequence[ArticleId]) -> ExportOutcome:
        if len(ids) != 1:
            raise ExportError("{target} cannot be written: {cause}.", target="-", cause="it takes one article only")
        sys.stdout.buffer.write(store.original(ids[0]))
        sys.stdout.flush()
        return ExportOutcome(ids[0])

    def _export_one(self, store: LibraryStore, id_: ArticleId, to: Path) -> ExportOutcome:
        """Write every revision of an article that is intact."""
        revisions = store.revisions(id_)
        folder = to / (safe_name(store.source(id_)) or "articles")
        # Next to the library, a source with the name of the library's folder would lead into it.
        refuse_library(folder, store)
        outcome = ExportOutcome(id_)
        for revision in reversed(revisions):
            try:
                data = store.original(id_, revision.revision)
            except DamagedPageError as error:
                outcome = ExportOutcome(id_, error.sentence)
                continue
            with export_errors(to):
                target = _target_name(folder, file_name_of(revision.origin, id_), revision.revision, data)
            with whole_file(target) as file:
                file.write(data)
        return outcome


def file_name_of(origin: Origin, id_: ArticleId) -> str:
    """Return a safe file name for a capture, its own name if possible."""
    name = PurePosixPath((origin.member or origin.path).replace("\\", "/")).name
    return safe_name(name) or f"{id_}.txt"


def safe_name(name: str) -> str:
    """Return `name` as one that every file system accepts, and that cannot lead out of its folder."""
    safe = _UNSAFE.sub("_", name).strip(" .")
    if _RESERVED.match(safe):
        safe = f"_{safe}"
    stem, dot, ending = safe.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = safe, ""
    room = _NAME_BYTES - len(ending.encode("utf-8", "replace")) - 1
    stem = stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    return f"{stem}.{ending}" if ending else stem


def _target_name(folder: Path, name: str, number: int, data: bytes) -> Path:
    """Return a path that is free or already holds these bytes, with a number appended if necessary."""
    path = folder / name
    stem, ending = path.stem, path.suffix
    # Archives give one name to thousands of articles, so the first number tried is the revision's, which is unique.
    while os.path.lexists(path) and not holds(path, data):
        path = folder / f"{stem} ({number}){ending}"
        number += 1
    return path
