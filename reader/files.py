"""Writes files and folders so that a power cut leaves each of them complete, or as it was before."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

logger = logging.getLogger(__name__)

# The errors of network and FUSE file systems that have no fsync for folders.
_CANNOT_SYNC = (errno.EINVAL, errno.ENOTSUP)
ABANDONED_SECONDS = 3600.0


def write_whole(target: Path, data: bytes, *, through: Path) -> None:
    """Write `data` to the temporary file `through`, fsync it and rename it to `target`, which survives a power cut.

    Raises:
        OSError: the file cannot be written; `target` is as it was before.
    """
    with replacing(target, through=through) as file:
        file.write(data)
    sync_folder(target.parent)


def rename_synced(part: Path, target: Path) -> None:
    """Fsync a file that is written, rename it to `target`, and fsync the folder, so that a power cut undoes nothing.

    Raises:
        OSError: the disk fails; `target` is complete, either in its old or in its new version.
    """
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)


def holds(path: Path, data: bytes) -> bool:
    """Say whether a file holds exactly these bytes; one that cannot be read does not."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


@contextmanager
def replacing(target: Path, *, through: Path) -> Iterator[IO[bytes]]:
    """Open the temporary file `through`, which is fsynced and renamed to `target` once the block has written it.

    After an error `target` is as it was before. A new name may be lost with the power, as its folder is not synced.
    """
    try:
        with through.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        through.replace(target)
    except BaseException:
        through.unlink(missing_ok=True)
        raise


def remove_abandoned(folder: Path, pattern: str) -> None:
    """Delete the unfinished files matching `pattern` in `folder` that a killed program has left.

    A file changed within the last `ABANDONED_SECONDS` stays: it may still be being written.
    """
    lately = time.time() - ABANDONED_SECONDS
    for left in folder.glob(pattern):
        try:
            if left.stat().st_mtime < lately:
                left.unlink()
        except OSError as error:
            logger.warning("a half written file stays: %s", error)


def remove_if_possible(path: Path) -> None:
    """Delete a file, if it is there, that nobody needs any more; log one that cannot be deleted."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("a file that is not needed any more stays: %s", error)


def make_folder(folder: Path) -> None:
    """Create a folder and its parents, and fsync each parent so that the new names survive a power cut.

    Raises:
        OSError: a folder cannot be created.
    """
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        sync_folder(each.parent)


def put_aside(path: Path) -> Path:
    """Rename a file that is in the way, and may be of value, to a free name with the time; return the new path.

    Raises:
        OSError: the file cannot be renamed; it is where it was.
    """
    aside = free_name(path, "aside")
    path.rename(aside)
    return aside


def free_name(path: Path, kind: str) -> Path:
    """Return a name with the time for a file next to `path` that is set aside; no file has a name that begins so."""
    name = f"{path.name}.{kind}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    number = 1
    while any(path.parent.glob(f"{(free := name if number == 1 else f'{name}~{number}')}*")):
        number += 1
    return path.with_name(free)


def sync_folder(folder: Path) -> None:
    """Fsync a folder, so that the names in it survive a power cut; does nothing where that is impossible or needless.

    Raises:
        OSError: the disk fails.
    """
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError as error:
        logger.info("a folder cannot be synced: %s", error)
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise
        logger.info("the folder %s cannot be synced: %s", folder, error)
    finally:
        os.close(descriptor)
