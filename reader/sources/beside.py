"""Reads the files next to one on a disk, and never one outside the folder that was dropped."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from reader.errors import CaptureError
from reader.formats.base import MAX_FILE_BYTES
from reader.sources.names import printable

# Errors that may pass: the same call may succeed later.
_FAILING = frozenset(
    {errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN}
)


def read_beside(folder: Path, root: Path, name: str) -> bytes | None:
    """Read a file by its path relative to `folder`; None if it does not exist, is too large or lies outside `root`.

    Raises:
        CaptureError: the file may exist, but the disk gives an error.
    """
    try:
        # Path.resolve raises a RuntimeError for a link that leads to itself.
        path, inside = Path(os.path.realpath(folder / name)), os.path.realpath(root)
        if not path.is_relative_to(inside) or not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:
            return None
        return path.read_bytes()
    except OSError as error:
        if error.errno not in _FAILING:
            return None
        raise unreadable_beside(name, error.strerror or str(error)) from error
    except ValueError:
        return None


def unreadable_beside(name: str, cause: str) -> CaptureError:
    """Return the error for a file next to a capture that cannot be read.

    It fails the whole capture: an article stored without its picture would never get it later.
    """
    return CaptureError(
        "{name}, which belongs to this file, cannot be read: {cause}. Import the file again.",
        name=printable(name),
        cause=cause,
    )
