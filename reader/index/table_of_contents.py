"""Whoosh's part of the index: the table of contents, the names of segments, deletions and the writer's lock.

Whoosh does not call fsync. Here every file is synced before the table of contents that names it, and that one is synced
before the older one is removed.
"""

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from reader.errors import SearchIndexError
from reader.files import sync_folder
from reader.index._whoosh_import import (
    _CURRENT_TOC_VERSION,
    TOC,
    BufferFile,
    EmptyIndexError,
    FileStorage,
    StructFile,
    W3Codec,
    W3Segment,
    WhooshIndexError,
    clean_files,
    columns,
    fields,
)
from reader.index.segment import format as layout
from reader.index.segment.file import DamagedSegmentError
from reader.index.segment.reader import OtherFormatError
from reader.index.segment.writer import SegmentFacts

_NAME = "MAIN"
_LOCK = f"{_NAME}_WRITELOCK"
_FACTS = "pressmark_facts"
_VERSION = "pressmark_version"
# Behind three sizes of a byte each and a number.
_VERSION_AT = 7
_PICKLED = frozenset((
    ("whoosh.codec.whoosh3", "W3Codec"), ("whoosh.codec.whoosh3", "W3Segment"),
    ("builtins", "set"), ("builtins", "frozenset"),
))  # fmt: skip
# The errors that damaged files cause, in Pressmark, in Whoosh and in pickle.
DAMAGE = (
    DamagedSegmentError,
    WhooshIndexError,
    pickle.UnpicklingError,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
)


@contextmanager
def damage_told(folder: Path) -> Iterator[None]:
    """Turn the errors that damaged segments cause into a SearchIndexError."""
    try:
        yield
    except DAMAGE as error:
        raise SearchIndexError("The search index is damaged.", path=folder) from error


Segment = Any
"""A whoosh.codec.whoosh3.W3Segment, which is not typed."""


class TableOfContents:
    """The table of contents in one folder."""

    def __init__(self, folder: Path) -> None:
        """Read and write in `folder`."""
        self._folder = folder
        self._storage = _SyncedStorage(str(folder))
        self._lock = self._storage.lock(_LOCK)

    def lock(self) -> bool:
        """Take the writer's lock, which stock Whoosh respects, too; return False if another process holds it."""
        return bool(self._lock.acquire())

    def unlock(self) -> None:
        """Release the lock."""
        self._lock.release()

    def generation(self) -> int:
        """Return the number of the newest commit, -1 if there is none."""
        generation: int = TOC._latest_generation(self._storage, _NAME)  # noqa: SLF001 - there is no public name
        return generation

    def identity(self, generation: int) -> tuple[int, int] | None:
        """Return inode and time, which tell the file of a commit from a later one of that number; None without one."""
        try:
            status = (self._folder / TOC._filename(_NAME, generation)).stat()  # noqa: SLF001 - there is no public name
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def read(self) -> tuple[int, list[Segment]]:
        """Read the newest commit: its number and its segments.

        Raises:
            FileNotFoundError: a writer has committed meanwhile.
            one of DAMAGE: the table of contents cannot be read.
        """
        try:
            # With a schema given, Whoosh skips the one in the file, a pickle that it would load without any check.
            contents = TOC.read(self._storage, _NAME, schema=_schema())
        except EmptyIndexError:
            return -1, []
        return contents.generation, contents.segments

    def write(self, generation: int, segments: Sequence[Segment]) -> None:
        """Commit these segments, and remove the files of all others."""
        TOC(_schema(), list(segments), generation).write(self._storage, _NAME)
        self.clean(generation, segments)

    def clean(self, generation: int, segments: Sequence[Segment]) -> None:
        """Remove the files of all other commits, and unfinished files that a kill has left."""
        # On Windows a file that is open elsewhere cannot be removed; the next commit tries again.
        with suppress(OSError):
            clean_files(self._storage, _NAME, generation, segments)
            for unfinished in self._folder.glob(f"_{_NAME}_*.toc.*"):
                unfinished.unlink()

    def stem(self, segment: Segment) -> Path:
        """Return the common beginning of the paths of a segment's files."""
        return self._folder / str(segment.segment_id())


def new_segment() -> Segment:
    """Return a new segment with a name of its own."""
    return W3Segment(W3Codec(), _NAME)


def set_facts(segment: Segment, facts: SegmentFacts) -> None:
    """Attach facts to a segment, as plain values that stock Whoosh ignores."""
    segment.set_doc_count(facts.articles)
    segment._fieldlengths = {}  # noqa: SLF001 - stock Whoosh reads it
    setattr(segment, _FACTS, {**asdict(facts), _VERSION: layout.FORMAT_VERSION})


def facts_of(segment: Segment) -> SegmentFacts:
    """Return the facts that are attached to a segment.

    Raises:
        OtherFormatError: another program, or another version of Pressmark, has written the segment.
    """
    facts = dict(getattr(segment, _FACTS, {}))
    if facts.pop(_VERSION, None) != layout.FORMAT_VERSION:
        raise OtherFormatError
    older = facts.pop("older")
    return SegmentFacts(**facts, older=None if older is None else SegmentFacts(**older))


@cache
def _schema() -> Any:
    terms = {name: fields.ID() for name in layout.FIELD_NAMES}
    numbers = {
        layout.IDS: columns.NumericColumn("q"),
        layout.PUBLISHED: columns.NumericColumn("q", default=layout.UNDATED),
        layout.IMAGES: columns.NumericColumn("B"),
    }
    names = (layout.TEXT, layout.SOURCES, layout.AUTHORS, layout.TAGS)
    strings = {name: columns.VarBytesColumn() for name in names}
    values = {name: fields.COLUMN(column) for name, column in {**numbers, **strings}.items()}
    return fields.Schema(**terms, **values)


class _PlainUnpickler(pickle.Unpickler):
    """Unpickles segments and plain values only: any other pickle could run code, and the folder may be untrusted."""

    def find_class(self, module: str, name: str) -> Any:
        """Override Unpickler.find_class."""
        if (module, name) not in _PICKLED:
            raise OtherFormatError
        return super().find_class(module, name)


class _ContentsFile(BufferFile):  # type: ignore[misc]
    """A table of contents in memory."""

    def read_pickle(self) -> Any:
        """Override StructFile.read_pickle."""
        return _PlainUnpickler(self.file).load()


class _SyncedStorage(FileStorage):  # type: ignore[misc]
    """Syncs each file and each renaming, and leaves no damaged file open."""

    def open_file(self, name: str, **options: Any) -> Any:
        """Override FileStorage.open_file: read a table of contents into memory."""
        data = (Path(self.folder) / name).read_bytes()
        # Whoosh reads older versions by unpickling all of their content.
        if struct.unpack_from("!i", data, _VERSION_AT)[0] != _CURRENT_TOC_VERSION:
            raise OtherFormatError
        return _ContentsFile(data, name=name, **options)

    def list(self) -> list[str]:
        """Override FileStorage.list: a folder that cannot be read is not an empty one."""
        try:
            with os.scandir(self.folder) as entries:
                return [entry.name for entry in entries]
        except FileNotFoundError:
            return []

    def create_file(self, name: str, **options: Any) -> Any:
        """Override FileStorage.create_file."""
        return super().create_file(name, onclose=_flush_and_sync, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Override FileStorage.rename_file: replace in one step, then sync the folder."""
        folder = Path(self.folder)
        (folder / oldname).replace(folder / newname)
        sync_folder(folder)


def _flush_and_sync(file: StructFile) -> None:
    file.flush()
    os.fsync(file.fileno())
