"""The writer lock: only the one program that holds it may write a library's articles and index."""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from filelock import FileLock, Timeout

from reader.errors import LibraryInUseError, StoreError
from reader.files import make_folder
from reader.system.untrusted_json import UntrustedJsonError, read_json_file

logger = logging.getLogger(__name__)

# Time to wait for the holder's name: a program has the lock for a moment before it has written its name.
_NOTED_SECONDS = 1.0
_NAMELESS = "another program"
_FORBIDDEN = "The library {path_name} cannot be written here. Check the folder's permissions."


@contextmanager
def writer_lock(path: Path, program: str, patience: float = 0.0) -> Iterator[None]:
    """Hold the writer lock for the block, waiting for it for up to `patience` seconds.

    `program` is the holder's name, for others who want the lock. The system releases the lock when the process ends,
    so that a kill leaves nothing to clean up.

    Raises:
        LibraryInUseError: another program holds the lock; the sentence names that program.
        StoreError: the folder cannot be written.
    """
    lock = FileLock(path)
    holder = path.with_suffix(".json")
    try:
        make_folder(path.parent)
        lock.acquire(timeout=patience)
    except Timeout as error:
        raise LibraryInUseError(
            "The library {library} is being written by {holder}. Try again when it has finished.",
            path=path.parent,
            library=str(path.parent),
            holder=_name_of(holder),
        ) from error
    except OSError as error:
        forbidden = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
        raise StoreError(
            _FORBIDDEN if forbidden else "The library {path_name} cannot be used: {cause}.",
            path=path.parent,
            path_name=str(path.parent),
            cause=error.strerror or str(error),
        ) from error
    try:
        _note_holder(holder, program)
        yield
    finally:
        lock.release()


def _note_holder(holder: Path, program: str) -> None:
    """Write down who holds the lock; if that fails, as on a full disk, the lock is held all the same."""
    try:
        # Renamed into place so that nobody reads half a name; no fsync, as a power cut ends the lock, too.
        new = holder.with_suffix(".new")
        new.write_text(json.dumps({"program": program, "pid": os.getpid()}), "utf-8")
        new.replace(holder)
    except OSError as error:
        logger.warning("who writes the library is not noted: %s", error)


def _name_of(holder: Path) -> str:
    """Return the name of the lock's holder, waiting a moment for one that has not written it yet."""
    until = monotonic() + _NOTED_SECONDS
    while not holder.exists() and monotonic() < until:
        sleep(0.02)
    try:
        stored = read_json_file(holder)
        program, pid = stored["program"], stored["pid"]
        return f"{program} (process {pid})" if type(program) is str and type(pid) is int else _NAMELESS
    except (OSError, UntrustedJsonError, KeyError, TypeError):
        return _NAMELESS
