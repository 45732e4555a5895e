"""What is done to keep a library, each thing with the library that it is done to and what must hold after a kill."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import ClassVar

from reader.errors import DamagedStoreError
from reader.library import Library
from reader.maintenance.backup import _read_manifest, restore_backup
from reader.outcome import ImportId
from reader.paths import BACKUP_ENDING, AppPaths
from reader.store import schema
from reader.worker import protocol
from reader.worker.protocol import Job
from tests.lab.reliability.checking import Starts, check_start, unnamed_pictures
from tests.lab.reliability.corpus import WORD_OF_ALL
from tests.lab.reliability.killing import Kill, Tally, options_of
from tests.lab.reliability.libraries import (
    binned_in,
    fetched_in,
    library_hash_of,
    originals_of,
    put_older_store_into,
    shown_in,
)
from tests.lab.reliability.older import core_of, forget_index, grow, version_of
from tests.lab.reliability.program import ROOT, Ended, Processes, Programs
from tests.support.captures import write_feed
from tests.support.changes import move_to_bin

OLDER = ROOT / "tests" / "data" / "libraries"
_IN_SHOWN = 30


class Work:
    """Something that is done to the library in `folder`/library, and killed on the way.

    `template` is what it begins with; it is copied for each kill.
    """

    job: ClassVar[Job | None] = None
    command: tuple[str, ...] = ()
    word: str | None = WORD_OF_ALL
    programs: ClassVar[Programs] = Processes()

    def __init__(self, template: Path) -> None:
        self.template = template

    def set_up(self, folder: Path) -> None:
        """Make what the work begins with."""
        shutil.copytree(self.template, folder)

    def run(self, folder: Path, kill: Kill) -> Ended:
        """Do it, in a process that may be killed."""
        data = folder / "library"
        if self.job is None:
            return self.programs.command(data, self.command, **options_of(kill))
        return self.programs.job(data, self.job, **options_of(kill))

    def kept(self, folder: Path) -> set[bytes]:
        """Return the hashes of the originals that must be there whatever happens."""
        return originals_of(AppPaths(self.template / "library"))

    def look(self, folder: Path) -> None:
        """Look at what the kill has left, before anything is started, and without changing it."""

    def start(self, folder: Path, starts: Starts) -> None:
        """Start the program in what is left."""
        check_start(AppPaths(folder / "library"), self.kept(folder), starts, self.word)

    def check(self, folder: Path, ended: Ended) -> None:
        """Look at what there is after that start."""

    def check_end(self, folder: Path) -> None:
        """Look at what is there once the work was done again, to its end."""


class MovingToBin(Work):
    """A command that moves articles to the bin, in one transaction."""

    def __init__(self, template: Path) -> None:
        super().__init__(template)
        self.command = ("delete", *map(str, range(1, _IN_SHOWN)))

    def check(self, folder: Path, ended: Ended) -> None:
        binned = binned_in(folder)
        assert binned in (0, _IN_SHOWN - 1)
        assert binned or not ended.finished

    def check_end(self, folder: Path) -> None:
        assert binned_in(folder) == _IN_SHOWN - 1


class EmptyingBin(Work):
    """Deleting for good what is in the bin, in several transactions."""

    job: ClassVar = protocol.EmptyBin()

    def set_up(self, folder: Path) -> None:
        super().set_up(folder)
        library = Library.open(AppPaths(folder / "library"))
        move_to_bin(library, library.ids()[_IN_SHOWN:])
        library.close()

    def kept(self, folder: Path) -> set[bytes]:
        return originals_of(AppPaths(folder / "library"), "WHERE deleted IS NULL")

    def check(self, folder: Path, ended: Ended) -> None:
        if ended.finished:
            self.check_end(folder)

    def check_end(self, folder: Path) -> None:
        assert binned_in(folder) == 0
        assert unnamed_pictures(AppPaths(folder / "library")) == 0


class UndoingImport(Work):
    """Taking an import back: all of it, or nothing yet."""

    job: ClassVar = protocol.UndoImport(2)

    def __init__(self, template: Path) -> None:
        super().__init__(template)
        self._before = shown_in(template)
        after = template.parent / f"{template.name} undone"
        shutil.copytree(template, after)
        library = Library.open(AppPaths(after / "library"))
        library.imports.undo(ImportId(2))
        library.close()
        self._after = shown_in(after)
        assert self._before != self._after

    def check(self, folder: Path, ended: Ended) -> None:
        assert shown_in(folder) in ([self._after] if ended.finished else [self._before, self._after])

    def check_end(self, folder: Path) -> None:
        assert shown_in(folder) == self._after


class Backup(Work):
    """Writing a library to one file, in the place of an older backup if there is one."""

    def __init__(self, template: Path) -> None:
        super().__init__(template)
        self._hash = library_hash_of(AppPaths(template / "library"))
        self._older = template.parent / f"older{BACKUP_ENDING}"
        assert self.programs.command(template / "library", ("backup", str(self._older))).finished

    def set_up(self, folder: Path) -> None:
        super().set_up(folder)
        (folder / "backups").mkdir()
        if int(folder.name) % 2:
            shutil.copy(self._older, folder / "backups" / f"all{BACKUP_ENDING}")

    def run(self, folder: Path, kill: Kill) -> Ended:
        job = protocol.BackUp(str(folder / "backups" / f"all{BACKUP_ENDING}"))
        return self.programs.job(folder / "library", job, **options_of(kill))

    def check(self, folder: Path, ended: Ended) -> None:
        whole = [self._check(path) for path in (folder / "backups").glob(f"*{BACKUP_ENDING}")]
        assert whole or not ended.finished
        # A day passes. What is left was not written to for long; the next backup is of another name.
        for path in (folder / "backups").glob("*"):
            os.utime(path, (time.time() - 86_400,) * 2)
        job = protocol.BackUp(str(folder / "backups" / f"another{BACKUP_ENDING}"))
        assert self.programs.job(folder / "library", job).finished
        names = {path.name for path in (folder / "backups").iterdir()}
        assert names <= {f"all{BACKUP_ENDING}", f"another{BACKUP_ENDING}"}, "half a backup is left"

    def check_end(self, folder: Path) -> None:
        assert sum(self._check(path) for path in (folder / "backups").iterdir()) == 2

    def _check(self, file: Path) -> bool:
        """Hold a file that is named as a backup to be one."""
        elsewhere = AppPaths(file.parents[1] / "elsewhere")
        for _ in restore_backup(file, elsewhere, lambda: False):
            continue
        # Which pictures it lacks, as they could not be read, it says itself.
        assert library_hash_of(elsewhere) == self._hash or _read_manifest(file)["missing_pictures"]
        shutil.rmtree(elsewhere.data)
        return True


class Restore(Work):
    """Restoring a backup into an empty library; `version` is the format of the library in the backup."""

    def __init__(self, template: Path, version: int = schema.SCHEMA_VERSION) -> None:
        super().__init__(template)
        self._file = template.parent / f"v{version}{BACKUP_ENDING}"
        data = template / "library"
        if version != schema.SCHEMA_VERSION:
            self.word = None
            data = template.parent / f"v{version} restored"
            shutil.copytree(OLDER / f"v{version}", data)
        older = (data / "library.sqlite3").read_bytes()
        assert self.programs.command(data, ("backup", str(self._file))).finished
        if version != schema.SCHEMA_VERSION:
            put_older_store_into(self._file, older, version)
        self._hash = library_hash_of(AppPaths(data))

    def set_up(self, folder: Path) -> None:
        folder.mkdir()

    def run(self, folder: Path, kill: Kill) -> Ended:
        return self.programs.job(folder / "library", protocol.Restore(str(self._file)), **options_of(kill))

    def kept(self, folder: Path) -> set[bytes]:
        return set()

    def check(self, folder: Path, ended: Ended) -> None:
        library = Library.open(AppPaths(folder / "library"))
        articles = library.article_count()
        library.close()
        if articles:
            self.check_end(folder)
            # It was all restored, and is not restored over what is there.
            shutil.rmtree(folder / "library")
        assert articles or not ended.finished

    def check_end(self, folder: Path) -> None:
        assert library_hash_of(AppPaths(folder / "library")) == self._hash


class Repair(Work):
    """Saving what a damaged store holds; what was committed last is in its log only, until SQLite looks at it."""

    job: ClassVar = protocol.Repair()

    def set_up(self, folder: Path) -> None:
        super().set_up(folder)
        data = folder / "library"
        opened = Library.open(AppPaths(data))
        write_feed(folder, "last.txt", title="在日志里", url="https://news.example/last", body=f"<p>{WORD_OF_ALL}</p>")
        with opened.writer("a test") as writer:
            list(writer.import_paths([folder / "last.txt"]))
        shutil.copytree(data, folder / "damaged")
        opened.close()
        shutil.rmtree(data)
        (folder / "damaged").rename(data)
        (data / "library.sqlite3-shm").unlink()
        with (data / "library.sqlite3").open("rb+") as file:
            file.write(bytes(4096))
        assert (data / "library.sqlite3-wal").stat().st_size

    def kept(self, folder: Path) -> set[bytes]:
        last = hashlib.sha256((folder / "last.txt").read_bytes()).digest()
        return super().kept(folder) | {last}

    def start(self, folder: Path, starts: Starts) -> None:
        # Before the new store is in its place, the start says that the old one is damaged.
        with suppress(DamagedStoreError):
            super().start(folder, starts)

    def check(self, folder: Path, ended: Ended) -> None:
        copies = list((folder / "library").glob("library.sqlite3.*"))
        # One with its log, and a new store with the two files that SQLite makes beside it.
        assert len(copies) <= 5, "copies of the damaged store pile up"
        if ended.finished:
            self.check_end(folder)

    def check_end(self, folder: Path) -> None:
        super().start(folder, Starts())
        data = folder / "library"
        damaged = [path for path in data.glob("library.sqlite3.damaged-*") if not path.name.endswith("-wal")]
        # After a kill the start tries the damaged store, and SQLite brings the log into it: it is another file then.
        assert len(damaged) in (1, 2)
        assert all(path.read_bytes()[:4096] == bytes(4096) for path in damaged)


class Migration(Work):
    """Opening a library of an older format."""

    command = ("info",)
    word = None

    def __init__(self, template: Path, version: int, articles: int) -> None:
        super().__init__(template)
        self._version = version
        shutil.copytree(OLDER / f"v{version}", template / "library")
        grow(template / "library" / "library.sqlite3", articles)
        self._core = core_of(template / "library" / "library.sqlite3")

    def kept(self, folder: Path) -> set[bytes]:
        with closing(sqlite3.connect(self.template / "library" / "library.sqlite3")) as connection:
            return {row[0] for row in connection.execute("SELECT sha256 FROM original")}

    def look(self, folder: Path) -> None:
        copy = folder / "looked at"
        shutil.copytree(folder / "library", copy)
        path = copy / "library.sqlite3"
        before = path.with_name(f"{path.name}.v{self._version}-backup")
        if version_of(path) == schema.SCHEMA_VERSION:
            assert before.exists(), "the library was changed before a copy of it was kept"
        if before.exists():
            assert (version_of(before), core_of(before)) == (self._version, self._core)
        shutil.rmtree(copy)

    def check_end(self, folder: Path) -> None:
        path = folder / "library" / "library.sqlite3"
        assert (version_of(path), core_of(path)) == (schema.SCHEMA_VERSION, self._core)
        # Until everything was checked, one copy is kept.
        assert len(list(path.parent.glob("*-backup*"))) <= 1


class Window(Migration):
    """The window itself, opening a library of an older format."""

    command = ()

    def run(self, folder: Path, kill: Kill) -> Ended:
        if not kill:
            return self.programs.command(folder / "library", ("info",))
        return super().run(folder, {"after": 20.0, **kill})


class SavingPictures(Work):
    """Fetching the pictures that are on the web only."""

    job: ClassVar = protocol.FetchPictures()

    def run(self, folder: Path, kill: Kill) -> Ended:
        return self.programs.job(folder / "library", self.job, private=True, **options_of(kill))

    def check(self, folder: Path, ended: Ended) -> None:
        assert len(fetched_in(folder)) >= ended.acknowledged
        # One at most was put away whose address was not noted yet.
        assert unnamed_pictures(AppPaths(folder / "library")) <= 1

    def check_end(self, folder: Path) -> None:
        library = Library.open(AppPaths(folder / "library"))
        assert library.pictures_on_web() == 0
        library.close()
        assert unnamed_pictures(AppPaths(folder / "library")) == 0


class CatchingUp(Work):
    """Building the index that was deleted."""

    job: ClassVar = protocol.UpdateIndex()

    def set_up(self, folder: Path) -> None:
        super().set_up(folder)
        shutil.rmtree(folder / "library" / "index")
        forget_index(folder / "library" / "library.sqlite3")


def survive(work: Work, folder: Path, kill: Kill, tally: Tally) -> None:
    """Kill a work once, look at what is left, start there, and do the work again."""
    work.set_up(folder)
    ended = work.run(folder, kill)
    tally.note(kill, ended)
    check_what_is_left(work, folder, ended, tally.starts)
    shutil.rmtree(folder)


def check_what_is_left(work: Work, folder: Path, ended: Ended, starts: Starts) -> None:
    """Look at what a work that was disturbed has left, start there, and do the work again."""
    work.look(folder)
    work.start(folder, starts)
    work.check(folder, ended)
    again = work.run(folder, {})
    assert again.finished, again.errors
    work.start(folder, Starts())
    work.check_end(folder)
