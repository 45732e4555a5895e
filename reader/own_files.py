"""Keeps backups and exports from overwriting the files of the library that they are made from."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from reader.errors import ReaderError


def refuse_own_files(target: Path, library: Path, kind: type[ReaderError]) -> None:
    """Refuse to write to `target` if it lies in the folder `library`, or is a hard link to one of its files.

    Raises:
        ReaderError: an error of type `kind`; nothing was written.
    """
    if is_own_file(target, library):
        raise kind(
            "{target} belongs to the library itself. Choose a place outside the library's folder.",
            path=target,
            target=str(target),
        )


def is_own_file(target: Path, library: Path) -> bool:
    """Say whether `target` lies in the folder `library`, or is a hard link to a file there."""
    try:
        real = Path(os.path.realpath(target))
        # By samefile, not by name: the same folder may be spelled in another case, or be mounted twice.
        if any(_is_same(folder, library) for folder in (real, *real.parents)):
            return True
        status = real.stat()
    except (OSError, ValueError):
        # A file that does not exist is no link; an impossible name is refused by whoever writes to it.
        return False
    return status.st_nlink > 1 and real.is_file() and _is_linked(real, library)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _is_linked(target: Path, library: Path) -> bool:
    for folder, _, names in os.walk(library):
        for name in names:
            with suppress(OSError):
                if target.samefile(Path(folder, name)):
                    return True
    return False
