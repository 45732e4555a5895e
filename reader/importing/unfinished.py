"""Notes about running imports: one that is cut off leaves its note behind, so that it can be offered again."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from reader.files import remove_if_possible, write_whole
from reader.system.untrusted_json import read_json_file

logger = logging.getLogger(__name__)

_NOTES = f"import-{'[0-9a-f]' * 32}.json"
# Room for the paths of 100,000 files dropped at once.
_MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class UnfinishedImport:
    """An import that did not end, or could not begin; `note` is the file that says so."""

    note: Path
    paths: tuple[str, ...]
    began: datetime


@contextmanager
def noted(folder: Path, paths: Sequence[Path]) -> Iterator[None]:
    """Note in a library's folder that the block imports `paths`; remove the note if the block ends without an error.

    A file lock tells other programs that the import still runs; the system releases it however the process ends. If
    the note cannot be written, as on a full disk, the import runs without one.
    """
    from filelock import FileLock

    note = _new_note(folder)
    lock = FileLock(_lock_of(note))
    try:
        # The lock first: a note without one says that its import was cut off. No folder, no lock: FileLock creates it.
        if folder.is_dir():
            _remove_half_written(folder)
            lock.acquire(timeout=0)
            _write(note, paths)
    except OSError as error:
        logger.warning("that an import has begun is not noted: %s", error)
    try:
        yield
        # An earlier import of the same paths that was cut off is made up for by this one.
        forget_paths(folder, paths)
        remove_if_possible(note)
    finally:
        lock.release()
    remove_if_possible(_lock_of(note))


def note_unbegun(folder: Path, paths: Sequence[str | Path]) -> None:
    """Note an import that was asked for and could not begin, unless there is a note of the same paths."""
    if all(each.paths != _whole(paths) for each in unfinished_imports(folder)):
        try:
            _write(_new_note(folder), paths)
        except OSError as error:
            logger.warning("an import that did not begin is not noted: %s", error)


def unfinished_imports(folder: Path) -> list[UnfinishedImport]:
    """Return the imports that were cut off, the oldest first; those still running are left out."""
    found = [_read_note(note) for note in folder.glob(_NOTES) if not _is_running(note)]
    return sorted((each for each in found if each is not None), key=lambda each: each.began)


def forget(imports: Sequence[UnfinishedImport]) -> None:
    """Remove the notes of imports."""
    for each in imports:
        remove_if_possible(each.note)
        remove_if_possible(_lock_of(each.note))


def forget_paths(folder: Path, paths: Sequence[str | Path]) -> None:
    """Remove the notes about imports of `paths`: they were imported since, or are no longer wanted."""
    forget([each for each in unfinished_imports(folder) if each.paths == _whole(paths)])


def _whole(paths: Sequence[str | Path]) -> tuple[str, ...]:
    """Return absolute paths, written the same for the same files: a dropped folder may end with a slash."""
    return tuple(os.path.abspath(path) for path in paths)  # noqa: PTH100 - links stay as they are


def _new_note(folder: Path) -> Path:
    return folder / f"import-{uuid4().hex}.json"


def _write(note: Path, paths: Sequence[str | Path]) -> None:
    """Write a note; raise OSError if it cannot be written."""
    # A path that is not valid text holds lone surrogates, which only ASCII JSON can carry.
    content = json.dumps({"paths": _whole(paths), "began": datetime.now(UTC).isoformat()}, ensure_ascii=True)
    write_whole(note, content.encode(), through=note.with_suffix(".new"))


def _remove_half_written(folder: Path) -> None:
    """Remove what a kill left while a note was being written; safe, as one program imports at a time."""
    for left in (*folder.glob("import-*.new"), *folder.glob("import-*.lock")):
        if not left.with_suffix(".json").exists():
            remove_if_possible(left)


def _read_note(note: Path) -> UnfinishedImport | None:
    """Read a note; remove one that does not say what was imported, and return None."""
    try:
        stored = read_json_file(note, most=_MOST_BYTES)
        paths, began = stored["paths"], datetime.fromisoformat(stored["began"])
        if not paths or not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
            raise TypeError(f"not a list of paths: {paths!r:.200}")
    except OSError as error:
        logger.warning("the note of an import cannot be read: %s", error)
        return None
    except (ValueError, KeyError, TypeError) as error:
        logger.warning("the note of an import is removed, as it cannot be read: %s", error)
        remove_if_possible(note)
        remove_if_possible(_lock_of(note))
        return None
    return UnfinishedImport(note, _whole(paths), began if began.tzinfo else began.replace(tzinfo=UTC))


def _is_running(note: Path) -> bool:
    # Most libraries have no note, and the window, which always looks for one, goes without 5 MB.
    from filelock import FileLock, Timeout

    lock = FileLock(_lock_of(note))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError as error:
        # In a read-only folder nothing can be imported, so nothing is offered.
        logger.info("whether an import still runs cannot be seen: %s", error)
        return True
    lock.release()
    return False


def _lock_of(note: Path) -> Path:
    return note.with_suffix(".lock")
