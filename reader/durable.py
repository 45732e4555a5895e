"""Writes files and folders so that a power cut leaves all of them, or nothing."""

from __future__ import annotations

import errno
import logging
import os
import time
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
    """Make a folder, with those above it, and see their names on the disk."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


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
