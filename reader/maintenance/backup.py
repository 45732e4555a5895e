"""Backs up a library to one file, and restores it from there; either whole and checked, or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import shutil
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reader import __version__
from reader.errors import BackupError
from reader.files import make_folder, remove_abandoned, rename_synced, write_whole
from reader.long_work import Stopped
from reader.own_files import refuse_own_files
from reader.paths import BACKUP_ENDING, DATABASE, SETTINGS, AppPaths
from reader.store import schema
from reader.store.connection import is_full, is_unreadable, store_errors
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore
from reader.store.sqlite.copy import check_database, copy_database, remove_database
from reader.store.sqlite.log_link import follow
from reader.store.sqlite.writer_lock import writer_lock
from reader.system.untrusted_json import read_json

logger = logging.getLogger(__name__)

BACKUP_FORMAT = 1
_MANIFEST = "manifest.json"
_PART = f"{BACKUP_ENDING}-part"
_CHUNK = 1 << 20
_PACKED = "its members are packed"
_WRONG_LIST = "the list of its members is wrong"
_UNREAD = "{file} cannot be read: {cause}."
_NOT_ONE = "{file} is no backup of Pressmark, or it is damaged ({cause})."
# What zipfile raises over damaged archives, and what values of an unexpected type lead to.
_NONSENSE = (
    zipfile.BadZipFile, EOFError, ValueError, LookupError, TypeError, AttributeError, NotImplementedError,
    OverflowError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class BackupStep:
    """Progress of a backup or a restore, in bytes; bytes count twice, as they are written and checked."""

    done: int
    total: int


class _BytesDone:
    """Counts the bytes of a backup or a restore that are done."""

    def __init__(self, total: int, cancelled: Callable[[], bool]) -> None:
        self._done, self._total, self._cancelled = 0, total, cancelled

    def step(self, size: int) -> BackupStep:
        """Add bytes; raise Stopped if the person has cancelled."""
        if self._cancelled():
            raise Stopped
        self._done += size
        return BackupStep(min(self._done, self._total), self._total)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What a backup holds; `size` is in bytes, `missing` are the hashes of pictures that were lost or damaged."""

    articles: int
    pictures: int
    missing: tuple[str, ...]
    size: int


def back_up(
    paths: AppPaths, store: LibraryStore, target: Path, cancelled: Callable[[], bool]
) -> Generator[BackupStep, None, BackupReport | None]:
    """Back up the library to `target`: write under a temporary name, read back and compare, then rename.

    The library may be used meanwhile. Returns None if cancelled; then, and after an error, nothing is left behind.

    Raises:
        BackupError: the backup cannot be written, or `target` is a file of the library itself.
        StoreError: the library cannot be read.
    """
    refuse_own_files(target, paths.data, BackupError)
    part = target.with_name(f".{target.name}{_PART}")
    database = target.with_name(f"{part.name}.sqlite3")
    try:
        with _write_errors(target):
            make_folder(target.parent)
            # What a killed backup left behind may be as large as a library.
            remove_abandoned(target.parent, f".*{_PART}*")
            _copy_store(store, database, cancelled)
            writing = _Writing(paths, database, part, cancelled)
            report = yield from writing.run()
            if writing.unreadable:
                _keep_older(target, writing.unreadable)
            rename_synced(part, target)
            return report
    except Stopped:
        return None
    finally:
        for half in (part, database):
            remove_database(half)


def _keep_older(target: Path, unreadable: int) -> None:
    """Refuse to replace an older backup by one without pictures that could not be read now, but perhaps later.

    Raises:
        BackupError: there is an older backup.
    """
    if target.exists():
        raise BackupError(
            "{target} stays as it was: {count} of the library's pictures cannot be read now. Try again, or choose "
            "another name for a backup without them.",
            path=target,
            target=str(target),
            count=unreadable,
        )


def _copy_store(store: LibraryStore, to: Path, cancelled: Callable[[], bool]) -> None:
    def step(done: int, total: int) -> None:
        if cancelled():
            raise Stopped

    try:
        copy_database(store.connections.get(), to, step)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and not is_unreadable(error):
            # It is the target that failed, not the library.
            raise
        with store_errors(store.path):
            raise


class _Writing:
    """Writes one archive and checks it."""

    def __init__(self, paths: AppPaths, database: Path, part: Path, cancelled: Callable[[], bool]) -> None:
        self._paths, self._database, self._part = paths, database, part
        self._images = ImageStore(paths.images)
        self._members: dict[str, dict[str, Any]] = {}
        self._missing: list[str] = []
        with closing(sqlite3.connect(database)) as copy:
            (self._articles,) = copy.execute("SELECT count(*) FROM article").fetchone()
            self._pictures = copy.execute("SELECT sha256, size FROM picture ORDER BY sha256").fetchall()
        total = 2 * (database.stat().st_size + sum(size for _, size in self._pictures))
        self._progress = _BytesDone(total, cancelled)
        # How many of the missing pictures may be readable another time.
        self.unreadable = 0

    def run(self) -> Generator[BackupStep, None, BackupReport]:
        """Write the archive, then read it back."""
        # Pictures and pages are compressed already.
        with zipfile.ZipFile(self._part, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            yield from self._add(archive, DATABASE, self._database)
            if self._paths.settings.is_file():
                yield from self._add(archive, SETTINGS, self._paths.settings)
            for sha256, _ in self._pictures:
                yield from self._add_picture(archive, sha256)
            archive.writestr(_MANIFEST, json.dumps(self._manifest(), indent=1))
        yield from map(self._progress.step, _check_members(self._part))
        return BackupReport(
            articles=self._articles,
            pictures=len(self._pictures) - len(self._missing),
            missing=tuple(self._missing),
            size=self._part.stat().st_size,
        )

    def _manifest(self) -> dict[str, Any]:
        return {
            "format": BACKUP_FORMAT,
            "library_format": schema.SCHEMA_VERSION,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "made_by": f"Pressmark {__version__}",
            "articles": self._articles,
            "missing_pictures": self._missing,
            "members": self._members,
        }

    def _add(self, archive: zipfile.ZipFile, name: str, path: Path) -> Iterator[BackupStep]:
        digest = hashlib.sha256()
        size = 0
        with path.open("rb") as source, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
            while chunk := source.read(_CHUNK):
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                yield self._progress.step(len(chunk))
        self._members[name] = {"size": size, "sha256": digest.hexdigest()}

    def _add_picture(self, archive: zipfile.ZipFile, sha256: str) -> Iterator[BackupStep]:
        path, data = None, None
        try:
            path = self._images.file_of(sha256)
            data = None if path is None else path.read_bytes()
        except OSError as error:
            # A failing disk is when a backup is needed most, so it goes on; the report names what is missing.
            logger.warning("a picture is left out: %s", error)
            self.unreadable += 1
        if path is None or data is None or hashlib.sha256(data).hexdigest() != sha256:
            self._missing.append(sha256)
            return
        name = f"images/{sha256[:2]}/{path.name}"
        archive.writestr(zipfile.ZipInfo(name), data)
        self._members[name] = {"size": len(data), "sha256": sha256}
        yield self._progress.step(len(data))


def restore_backup(
    file: Path, paths: AppPaths, cancelled: Callable[[], bool]
) -> Generator[BackupStep, None, BackupReport | None]:
    """Restore a backup into the library below `paths`; the whole backup is checked before anything is written.

    The library must hold no article yet. It may be open meanwhile: the store is written last, in one transaction.
    Returns None if cancelled: pictures may have been written then, articles not. The index is built by the next
    program that writes.

    Raises:
        BackupError: the file is not a backup, or is damaged, or the library holds articles already.
        StoreError: the library cannot be written.
        LibraryInUseError: another program is writing the library.
    """
    paths.refuse_long()
    manifest = _read_manifest(file)
    progress = _BytesDone(2 * sum(member["size"] for member in manifest["members"].values()), cancelled)
    try:
        yield from map(progress.step, _check_members(file))
        with writer_lock(paths.writer_lock, "Pressmark, which restores a backup"), _write_errors(paths.data):
            _refuse_inhabited(paths)
            with zipfile.ZipFile(file) as archive:
                yield from map(progress.step, _take_out(archive, manifest, paths))
    except Stopped:
        return None
    pictures = sum(name.startswith("images/") for name in manifest["members"])
    missing = tuple(manifest.get("missing_pictures", ()))
    return BackupReport(articles=manifest["articles"], pictures=pictures, missing=missing, size=file.stat().st_size)


def _refuse_inhabited(paths: AppPaths) -> None:
    store = LibraryStore(paths.database)
    try:
        (articles,) = store.one("SELECT count(*) FROM article")
    finally:
        store.close()
    if articles:
        raise BackupError(
            "{folder} holds a library of {count} articles already. A backup is restored into an empty library: "
            "name another folder with --data-dir, or move this one away first.",
            path=paths.data,
            folder=str(paths.data),
            count=articles,
        )


def _take_out(archive: zipfile.ZipFile, manifest: dict[str, Any], paths: AppPaths) -> Iterator[int]:
    """Write pictures and settings, then the store, which alone says what is in the library; yield the bytes written."""
    images = ImageStore(paths.images)
    for name, member in manifest["members"].items():
        if name.startswith("images/"):
            images.put_back(member["sha256"], Path(name).suffix[1:], archive.read(name))
            yield member["size"]
        elif name == SETTINGS and not paths.settings.exists():
            write_whole(paths.settings, archive.read(name), through=paths.settings.with_suffix(".new"))
    taken_out = paths.database.with_name(f"{paths.database.name}.restoring")
    remove_database(taken_out)
    try:
        with archive.open(DATABASE) as source, taken_out.open("wb") as target:
            shutil.copyfileobj(source, target, _CHUNK)
        check_database(taken_out)
        _put_store(taken_out, paths)
    finally:
        remove_database(taken_out)
    yield manifest["members"][DATABASE]["size"]


def _put_store(taken_out: Path, paths: AppPaths) -> None:
    """Copy a store over an empty one, in one transaction, so that programs which have it open see a normal commit."""
    store = LibraryStore(paths.database)
    try:
        with store_errors(paths.database), closing(sqlite3.connect(taken_out, isolation_level=None)) as source:
            schema.version_of(source)
            schema.upgrade(source)
            # A backup holds no index. Set here, whoever opens the library next knows, even after a kill.
            source.execute("UPDATE article SET indexed = 0")
            follow(source, store.connections.get())
            source.backup(store.connections.get())
    finally:
        store.close()


def _read_manifest(file: Path) -> dict[str, Any]:
    """Read the manifest of a backup.

    Raises:
        BackupError: the file is not a backup, cannot be read, or was written by a newer Pressmark.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            # Pressmark stores members uncompressed; a compressed one may be an archive bomb.
            packed = any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist())
            if packed:
                raise ValueError(_PACKED)
            manifest = _sound(read_json(archive.read(_MANIFEST)))
        newer = manifest["format"] > BACKUP_FORMAT or manifest["library_format"] > schema.SCHEMA_VERSION
        known = sorted([*manifest["members"], _MANIFEST]) == sorted(names) and DATABASE in manifest["members"]
    except OSError as error:
        # An OSError without a number comes from zipfile: the content is wrong, not the disk.
        template = _UNREAD if error.errno is not None else _NOT_ONE
        raise BackupError(template, path=file, file=str(file), cause=error.strerror or str(error)) from error
    except _NONSENSE as error:
        raise BackupError(_NOT_ONE, path=file, file=str(file), cause=str(error)) from error
    if newer:
        raise BackupError("{file} was written by a newer Pressmark. Update Pressmark to restore it.", file=str(file))
    if not known:
        raise BackupError(_NOT_ONE, path=file, file=str(file), cause=_WRONG_LIST)
    return dict(manifest)


def _sound(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest unchanged if every part of it has the right type.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: a part is missing or has another type.
    """
    numbers = [manifest["format"], manifest["library_format"], manifest["articles"]]
    numbers += [member["size"] for member in manifest["members"].values()]
    words = [member["sha256"] for member in manifest["members"].values()] + list(manifest.get("missing_pictures", ()))
    if not all(type(number) is int for number in numbers) or not all(isinstance(word, str) for word in words):
        raise ValueError(_WRONG_LIST)
    return manifest


def _check_members(file: Path) -> Iterator[int]:
    """Read every member of a backup and compare it with its hash, yielding the number of bytes read.

    Raises:
        BackupError: a member differs from what the manifest says.
    """
    members: dict[str, dict[str, Any]] = _read_manifest(file)["members"]
    try:
        archive = zipfile.ZipFile(file)
    except (*_NONSENSE, OSError) as error:
        raise BackupError(_NOT_ONE, path=file, file=str(file), cause=str(error)) from error
    with archive:
        for name, member in members.items():
            digest = hashlib.sha256()
            try:
                with archive.open(name) as data:
                    while chunk := data.read(_CHUNK):
                        digest.update(chunk)
                        yield len(chunk)
                intact = digest.hexdigest() == member["sha256"] and archive.getinfo(name).file_size == member["size"]
            except (*_NONSENSE, OSError):  # a member may claim to lie before the file begins
                intact = False
            if not intact:
                raise BackupError(_NOT_ONE, path=file, file=str(file), cause=name)


@contextmanager
def _write_errors(target: Path) -> Iterator[None]:
    """Turn errors of disk and database into a BackupError that names the target."""
    try:
        yield
    except (OSError, sqlite3.DatabaseError) as error:
        full = is_full(error) if isinstance(error, sqlite3.Error) else error.errno in _FULL
        if full:
            raise BackupError(
                "There is no room left for {target}; nothing of it was kept. Free some space or choose another disk.",
                path=target,
                target=str(target),
            ) from error
        cause = getattr(error, "strerror", None) or str(error)
        raise BackupError("{target} cannot be written: {cause}.", target=str(target), cause=cause) from error
