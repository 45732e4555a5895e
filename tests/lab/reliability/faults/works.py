"""The works that faults are injected into, by name: those that are killed, too, on a library as small as can be."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from reader.library import Library
from reader.outcome import NotImported, OutcomeKind
from reader.paths import BACKUP_ENDING, AppPaths
from reader.store import schema
from reader.worker import protocol
from reader.worker.protocol import Event, from_line
from tests.lab.reliability.checking import check_complete
from tests.lab.reliability.corpus import make_drop
from tests.lab.reliability.killing import Kill, options_of
from tests.lab.reliability.libraries import library_hash_of, make_library
from tests.lab.reliability.program import Ended
from tests.lab.reliability.works import (
    Backup,
    CatchingUp,
    EmptyingBin,
    Migration,
    MovingToBin,
    Repair,
    Restore,
    UndoingImport,
    Work,
)

_FILES = 31
_DROP = 12
_PICTURES = 2


class Import(Work):
    """Importing a few captures into a new library."""

    def __init__(self, template: Path) -> None:
        super().__init__(template)
        self._drop = make_drop(template.parent / "drop", _DROP)
        self._held: set[bytes] = set()

    def set_up(self, folder: Path) -> None:
        folder.mkdir()
        shutil.copytree(self._drop.folder, folder / "drop")
        self._held = set()

    def run(self, folder: Path, kill: Kill) -> Ended:
        job = protocol.Import((str(folder / "drop"),))
        ended = self.programs.job(folder / "library", job, **options_of(kill))
        events: list[Event] = [from_line(line, Event) for line in ended.said.splitlines()]
        told = [event for event in events if isinstance(event, NotImported)]
        failed = [Path(each.path) for each in told if each.kind is OutcomeKind.FAILED]
        # A folder that cannot be listed hides how many files it holds.
        if all(path.is_file() for path in failed):
            self._held |= self._drop.captures(ended.acknowledged) - {_digest(path) for path in failed}
        return ended

    def kept(self, folder: Path) -> set[bytes]:
        return self._held

    def check_end(self, folder: Path) -> None:
        check_complete(AppPaths(folder / "library"), self._drop)
        library = Library.open(AppPaths(folder / "library"))
        assert library.info().pictures_held == _PICTURES, "an article lacks its picture"
        library.close()


class ImportByCommand(Import):
    """The same by the command line, which says at the end what it has imported."""

    def run(self, folder: Path, kill: Kill) -> Ended:
        return self.programs.command(folder / "library", ("import", str(folder / "drop")), **options_of(kill))


class ImportWithProcess(Import):
    """The same with a second process that reads; a fault may strike in either."""

    def run(self, folder: Path, kill: Kill) -> Ended:
        return super().run(folder, {**kill, "alone": 0})


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


class BackupByCommand(Backup):
    """The same by the command line."""

    def run(self, folder: Path, kill: Kill) -> Ended:
        file = folder / "backups" / f"all{BACKUP_ENDING}"
        return self.programs.command(folder / "library", ("backup", "--force", str(file)), **options_of(kill))


class RestoreByCommand(Restore):
    """The same by the command line."""

    def run(self, folder: Path, kill: Kill) -> Ended:
        return self.programs.command(folder / "library", ("restore", str(self._file)), **options_of(kill))


class Undamaged(Work):
    """A command that changes nothing of a library that is whole; what it answers is the truth."""

    def __init__(self, template: Path, *command: str) -> None:
        super().__init__(template)
        self.command = command
        self._hash = library_hash_of(AppPaths(template / "library"))

    def check(self, folder: Path, ended: Ended) -> None:
        assert library_hash_of(AppPaths(folder / "library")) == self._hash


def _by_command(kind: type[Work], *command: str) -> type[Work]:
    return type(f"{kind.__name__}ByCommand", (kind,), {"job": None, "command": command})


def _migration(version: int, template: Path) -> Work:
    template.mkdir()
    return Migration(template, version, 1)


# Those that begin with a library of today are given one.
ON_LIBRARY: dict[str, Callable[[Path], Work]] = {
    "moving to the bin": MovingToBin,
    "emptying the bin": EmptyingBin,
    "emptying the bin by command": _by_command(EmptyingBin, "empty-bin"),
    "undoing an import": UndoingImport,
    "undoing an import by command": _by_command(UndoingImport, "undo-import", "2"),
    "backup": Backup,
    "backup by command": BackupByCommand,
    "restore": Restore,
    "restore by command": RestoreByCommand,
    "restore of format 1": partial(Restore, version=1),
    "repair": Repair,
    "repair by command": _by_command(Repair, "repair"),
    "building the index": CatchingUp,
    "rebuilding the index by command": _by_command(CatchingUp, "rebuild-index"),
    "repair of what is whole": lambda template: Undamaged(template, "repair"),
    "search": lambda template: Undamaged(template, "search", "旧书市"),
    "verify": lambda template: Undamaged(template, "verify"),
    "library-hash": lambda template: Undamaged(template, "library-hash"),
}
ON_NOTHING: dict[str, Callable[[Path], Work]] = {
    "import": Import,
    "import by command": ImportByCommand,
    "import with a second process": ImportWithProcess,
    **{f"migration from format {version}": partial(_migration, version) for version in range(1, schema.SCHEMA_VERSION)},
}
NAMES = (*ON_NOTHING, *ON_LIBRARY)
# Those that start a second Python are tried less often.
SLOW = ("import with a second process",)


def make_work(name: str, folder: Path) -> Work:
    """Make a work, with what it begins with, below a folder."""
    template = folder / "template"
    if name in ON_NOTHING:
        return ON_NOTHING[name](template)
    make_library(template, _FILES)
    return ON_LIBRARY[name](template)
