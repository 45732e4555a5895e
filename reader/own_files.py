"""Keeps backups and exports off the files of the library that they are made from."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from reader.errors import ReaderError


def refuse_own_files(target: Path, library: Path, kind: type[ReaderError]) -> None:
    """Refuse to write to `target` if it lies in the folder `library`, or is one of its files by another name.

    Raises:
        ReaderError: of this `kind`; nothing was written.
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
        # Spelled otherwise, by case or by another mount, a folder is still the same one.
        if any(_is_same(folder, library) for folder in (real, *real.parents)):
            return True
        status = real.stat()
    except (OSError, ValueError):
        # What is not there yet is no link; a name that cannot be is for whoever writes to it to refuse.
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
