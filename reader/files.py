"""Writes files and folders so that a power cut leaves all of them, or nothing."""

from __future__ import annotations

import errno
import logging
import os
import time
from datetime import datetime
from pathlib import Path

logger = logging.getLogger(__name__)

# Some network and FUSE file systems have no such thing.
_CANNOT_SYNC = (errno.EINVAL, errno.ENOTSUP)
ABANDONED_SECONDS = 3600.0


def write_whole(target: Path, data: bytes, *, through: Path) -> None:
    """Write `data` to the file `through`, of which no one else knows, see it on the disk, and call it `target`.

    Raises:
        OSError: it cannot be written; `target` is what it was.
    """
    try:
        with through.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        through.replace(target)
    except OSError:
        through.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def remove_abandoned(folder: Path, pattern: str) -> None:
    """Delete the half written files in `folder` that a program which was killed has left.

    One that is being written at this moment has been written to within the last `ABANDONED_SECONDS`.
    """
    lately = time.time() - ABANDONED_SECONDS
    for left in folder.glob(pattern):
        try:
            if left.stat().st_mtime < lately:
                left.unlink()
        except OSError as error:
            logger.warning("a half written file stays: %s", error)


def make_folder(folder: Path) -> None:
    """Create a folder and its parents, and see their names on the disk."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        sync_folder(each.parent)


def put_aside(path: Path) -> Path:
    """Give a file that is in the way, and may be somebody's, a name that says since when; return that.

    Raises:
        OSError: it cannot be renamed, and is where it was.
    """
    name = f"{path.name}.aside-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    number = 1
    while os.path.lexists(aside := path.with_name(name if number == 1 else f"{name}~{number}")):
        number += 1
    path.rename(aside)
    return aside


def sync_folder(folder: Path) -> None:
    """See the names in a folder on the disk, where the system can; Windows does so by itself."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError as error:
        logger.info("the names in a folder cannot be seen on the disk: %s", error)
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise
        logger.info("the names in %s cannot be seen on the disk: %s", folder, error)
    finally:
        os.close(descriptor)
