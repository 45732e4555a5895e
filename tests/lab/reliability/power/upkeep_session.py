"""What a person does to keep a library, saying after each step what holds from then on; its disk is recorded.

Run as `python -m tests.lab.reliability.power.upkeep_session DISK DROP OLDER`: on an empty disk, with two folders to import,
and with libraries of older formats.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reader.files import make_folder, write_whole
from reader.library import Library
from reader.long_work import drive
from reader.maintenance.backup import restore_backup
from reader.maintenance.repair import repair_library
from reader.outcome import ImportId
from reader.paths import BACKUP_ENDING, AppPaths
from tests.lab.reliability.older import forget_index
from tests.lab.reliability.power.session import say
from tests.support.changes import move_to_bin

BACKUP = Path("backups", "deeper", f"all{BACKUP_ENDING}")
BINNED = 6
_PAGE = 4096


def main(disk: Path, drop: Path, older: Path) -> None:
    """Bring older libraries up to date, then keep one of today: bin, undo, back up, empty, restore, repair."""
    for folder in sorted(older.glob("v*")):
        _put(folder, disk / folder.name)
        forget_index(disk / folder.name / "library.sqlite3")
        say("older", folder.name)
        Library.open(AppPaths(disk / folder.name)).close()
        say("up to date", folder.name)
    paths = AppPaths(disk / "library")
    _fill(paths, drop)
    backup = disk / BACKUP
    _back_up(paths, backup)
    _empty_bin(paths)
    _restore(backup, AppPaths(disk / "restored"))
    _damage_and_repair(paths)


def finish(work: Iterable[Any]) -> None:
    """Run something to its end."""
    for _ in work:
        continue


def hash_of(library: Library, *, content: bool = False) -> str:
    """Return the hash of all that a library holds, or of what it was given, whenever and in whichever order."""
    return drive(library.hash(content=content))


def _put(source: Path, target: Path) -> None:
    """Copy a folder, and see it on the disk."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            copy = target / path.relative_to(source)
            make_folder(copy.parent)
            write_whole(copy, path.read_bytes(), through=copy.with_name(f"{copy.name}.new"))


def _fill(paths: AppPaths, drop: Path) -> None:
    library = Library.open(paths)
    for folder in sorted(drop.iterdir()):
        with library.writer("a test") as writer:
            finish(writer.import_paths([folder]))
    say("imported", True)
    move_to_bin(library, library.ids()[:BINNED])
    say("binned", BINNED)
    with library.writer("a test") as writer:
        undone = writer.undo_import(ImportId(2))
        say("undone", undone.articles)
        finish(writer.catch_up())
    library.close()


def _back_up(paths: AppPaths, file: Path) -> None:
    library = Library.open(paths)
    say("hash", hash_of(library))
    finish(library.back_up(file, lambda: False))
    say("backed up", True)
    library.close()


def _empty_bin(paths: AppPaths) -> None:
    say("emptying", True)
    library = Library.open(paths)
    with library.writer("a test") as writer:
        finish(writer.empty_bin())
    library.close()
    say("emptied", True)


def _restore(file: Path, paths: AppPaths) -> None:
    say("restoring", True)
    finish(restore_backup(file, paths, lambda: False))
    say("restored", True)


def _damage_and_repair(paths: AppPaths) -> None:
    say("damaging", True)
    with paths.database.open("rb+") as file:
        file.write(bytes(_PAGE))
        file.flush()
        os.fsync(file.fileno())
    finish(repair_library(paths, "a test", lambda: False))
    say("repaired", True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
