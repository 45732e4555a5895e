"""Ways to look at files that a disk may not give; a process is given them by name."""

from __future__ import annotations

import errno
import os
from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from reader.outcome import ImportOutcome
from reader.sources.found import Below, Found, look
from reader.sources.saved_file import SavedFile

# Long enough that a loaded machine is not taken for one that gives nothing.
SECONDS = 2.0


def blocking_look(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, but for files that are called so: opening one waits for ever, as a dead disk does."""
    if "block" in path.name:
        with path.open("rb") as pipe:
            pipe.read()
    return (yield from look(path, root))


def noting_look(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, noting at what, and wait for ever over each file that is no archive."""
    if path.is_dir() or path.suffix == ".zip":
        return (yield from look(path, root))
    with (path.parent.parent / "asked").open("a") as notes:
        print(path.name, file=notes)
    (path.parent / "pipe").open("rb").close()
    return []


def trickling_look(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, reading what is called so byte by byte as it comes."""
    if "slow" not in path.name:
        return (yield from look(path, root))
    with path.open("rb", buffering=0) as pipe:
        data = b"".join(iter(lambda: pipe.read(1), b""))
    (path.parent / "whole").write_bytes(data)
    yield from look(path.parent / "whole", path.parent)
    return []


def dying_look(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, but end the process over what is called so."""
    if "die" in path.name:
        os._exit(1)
    return (yield from look(path, root))


def telling_look(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, and leave a note just before the file b.md is sent."""
    for found in look(path, root):
        if isinstance(found, SavedFile) and found.name == "b.md":
            (path.parent / "sending").touch()
        yield found
    return []


def tripping_look(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, but meet a bug over what is called so."""
    if "trip" in path.name:
        raise KeyError("a bug")
    return (yield from look(path, root))


def look_with_stuck_pictures(path: Path, root: Path | None) -> Generator[Found, None, Below]:
    """Look, handing out files beside which everything waits for ever, as on a disk that has died since."""

    def wait_for_ever(_: str) -> bytes | None:
        with (path.parent / "a pipe").open("rb") as pipe:
            return pipe.read()

    for found in look(path, root):
        yield replace(found, beside=wait_for_ever) if isinstance(found, SavedFile) else found
    return []


def names(found: list[Found], root: Path) -> dict[str, str]:
    """Return what was found of which file."""
    return {
        str(Path(str(item.origin)).relative_to(root)): str(item.reason)
        if isinstance(item, ImportOutcome)
        else item.name
        for item in found
    }


def fail_to_fork(*_: object) -> NoReturn:
    raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def open_below(folder: Path) -> set[str]:
    """Name the files below a folder that some process has open."""
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if (path := link.readlink()).is_relative_to(folder):
                found.add(path.name)
    return found
