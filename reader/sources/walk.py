"""Finds the files to read: walks folders, and reads archives in place, never unpacking them to disk."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from io import BufferedReader
from pathlib import Path
from typing import Protocol

from reader.article import Origin
from reader.errors import NO_MEMORY_TO_READ, CaptureError, Sentence
from reader.formats.base import SourceFile
from reader.formats.default import refusal_by_beginning
from reader.formats.file_kinds import FileKind, refusal
from reader.formats.magic import is_picture
from reader.formats.recognition import LOOK_BYTES
from reader.sources.archives import (
    ArchiveMember,
    count_members,
    kind_inside,
    looks_like_archive,
    read_archive,
)
from reader.sources.remote_disks import Mounts

# A capture of 50 MB must be readable; anything larger than this is not an article.
MAX_FILE_BYTES = 64 * 1024 * 1024
# Errors that may pass: the same call may succeed later.
_FAILING = frozenset(
    {errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN}
)
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".localized", "__macosx"})
# Folders with thousands of files that nobody saved; each is skipped whole, and counts as one.
_LITTER_FOLDERS = frozenset(
    {".git", ".hg", ".svn", "__macosx", ".trashes", ".spotlight-v100", ".fseventsd", "$recycle.bin"}
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file that was not read, with the reason: skipped on purpose, or failed."""

    origin: Origin
    reason: Sentence
    skipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoosePicture(Unreadable):
    """A picture found on its own; only at the end of the import is it known whether an article shows it."""

    sha256: str


ReadBeside = Callable[[Path, Path, str], bytes | None]
Found = SourceFile | Unreadable
# The paths to look at next, each with the root that the files it asks for must lie in.
Below = list[tuple[Path, Path | None]]


class RemoteReader(Protocol):
    """A reader of disks that may never answer, such as network disks.

    Each method is told which `disk` a path lies on, so that a dead disk need not be waited for over each of its files.
    """

    def look(self, path: Path, root: Path | None, disk: str) -> Generator[Found, None, Below]:
        """Look at a path as the function `look` does; a path that does not answer becomes an Unreadable."""

    def beside(self, folder: Path, root: Path, name: str, disk: str) -> bytes | None:
        """Read a file as the function `read_beside` does.

        Raises:
            CaptureError: the disk gives an error, or does not answer.
        """

    def count(self, path: Path, disk: str) -> int | None:
        """Count the files at or below a path; None if the disk does not answer."""


class _DiskReader:
    """A reader of all disks: it reads local ones itself, and network ones by a remote reader, if there is one."""

    def __init__(self, remote: RemoteReader | None, mounts: Mounts | None) -> None:
        self._remote = remote
        self._mounts = mounts or Mounts()

    def look(self, path: Path, root: Path | None) -> Generator[Found, None, Below]:
        if remote := self._remote_for(path):
            reader, disk = remote
            return (yield from reader.look(path, root, disk))
        return (yield from look(path, root, self.beside))

    def beside(self, folder: Path, root: Path, name: str) -> bytes | None:
        try:
            remote = self._remote_for(folder / name)
        except ValueError:
            return None
        if remote:
            reader, disk = remote
            return reader.beside(folder, root, name, disk)
        return read_beside(folder, root, name)

    def count(self, path: Path) -> int:
        """Count the files at or below a path; a path that does not answer counts as one."""
        count, waiting = 0, [path]
        while waiting:
            path = waiting.pop()
            if remote := self._remote_for(path):
                reader, disk = remote
                count += reader.count(path, disk) or 1
            elif not _is_folder(path):
                count += count_members(path) or 1
            else:
                files, folders = _listed(path)
                count += files
                waiting += folders
        return count

    def _remote_for(self, path: Path) -> tuple[RemoteReader, str] | None:
        """Return the reader for a path on a network disk, and that disk; None for a local path."""
        disk = self._mounts.remote_disk(path) if self._remote else None
        return None if self._remote is None or disk is None else (self._remote, disk)


def walk_sources(
    paths: Iterable[Path], remote: RemoteReader | None = None, mounts: Mounts | None = None
) -> Iterator[Found]:
    """Yield every file at or below `paths` once, folders in order of name, archives member by member.

    Links inside a folder are followed to files, not to folders, which might form a cycle. Nothing is raised for a file:
    one that cannot be read is yielded as an Unreadable with the reason. Disks that `mounts` calls remote are read by
    `remote`, if there is one.
    """
    disks = _DiskReader(remote, mounts)
    seen: set[Path] = set()
    for path in paths:
        path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the link that was dropped
        if path in seen:
            continue
        seen.add(path)
        # Not recursive: folders may be nested deeper than Python's stack.
        waiting: Below = [(path, None)]
        while waiting:
            waiting += yield from disks.look(*waiting.pop())


def count_sources(paths: Iterable[Path], remote: RemoteReader | None = None, mounts: Mounts | None = None) -> int:
    """Count the files that `walk_sources` will yield. Slow where it unpacks a compressed tar: see `SourceCounter`."""
    disks = _DiskReader(remote, mounts)
    return sum(disks.count(Path(os.path.abspath(path))) for path in paths)  # noqa: PTH100 - as above


class SourceCounter:
    """Counts the files to import in a thread of its own, since a large archive takes some seconds."""

    def __init__(self, paths: Iterable[Path], remote: Callable[[], AbstractContextManager[RemoteReader]]) -> None:
        """Start counting; `remote` opens the reader for disks that may not answer."""
        self.total: int | None = None
        self._remote = remote
        self._paths = list(paths)
        self._thread = threading.Thread(target=self._count, daemon=True, name="count")
        self._thread.start()

    def wait(self, seconds: float) -> int | None:
        """Return the total, waiting at most `seconds` for it; None if it is not known by then."""
        self._thread.join(seconds)
        return self.total

    def _count(self) -> None:
        # Without a total the import goes on; its progress only has no end to show.
        with suppress(MemoryError, OSError), self._remote() as remote:
            self.total = count_sources(self._paths, remote)


def look(path: Path, root: Path | None, beside: ReadBeside | None = None) -> Generator[Found, None, Below]:
    """Yield the file at a path, or the members of an archive; return the paths in a folder, to be looked at next.

    `root` is the folder that files read next to this one must lie in; None for a path that was itself dropped.
    """
    try:
        status = path.stat()
    except OSError as error:
        yield _failed(path, error)
        return []
    is_folder = stat.S_ISDIR(status.st_mode)
    root = root or (path if is_folder else path.parent)
    if not is_folder or (path != root and _is_link(path)):
        yield from _read_path(path, status, root, beside or read_beside)
        return []
    if path != root and path.name.lower() in _LITTER_FOLDERS:
        reason = Sentence("This folder belongs to the system or to a version control; it is skipped whole.")
        yield _unreadable(path, reason, skipped=True)
        return []
    try:
        names = sorted(os.listdir(path), reverse=True)  # noqa: PTH208 - names alone are wanted
    except OSError as error:
        yield _failed(path, error)
        return []
    return [(path / name, root) for name in names]


def _listed(folder: Path) -> tuple[int, list[Path]]:
    """Count the files in a folder, and list its folders; archives and links are not opened."""
    files, folders = 0, []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    files += 1
                elif entry.name.lower() not in _LITTER_FOLDERS:
                    folders.append(folder / entry.name)
    except OSError:
        # The walk reports the folder as one Unreadable, so it counts as one.
        files += 1
    return files, folders


def _is_folder(path: Path) -> bool:
    """Say whether this is a folder or a link to one; False where the system denies the answer."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises in a folder that may be listed, but not entered


def _is_link(path: Path) -> bool:
    return os.path.islink(path)  # noqa: PTH114 - as above


def _read_path(path: Path, status: os.stat_result, root: Path, beside: ReadBeside) -> Iterator[Found]:
    """Yield one file, or the members of one archive."""
    try:
        if refused := _refused(path, status):
            yield refused
            return
        with path.open("rb") as file:
            data = None if looks_like_archive(file.peek(512)) else _read(file)
        if data is None:
            held = False
            for member in read_archive(path, MAX_FILE_BYTES):
                held = True
                yield _member(member, path)
            if not held:
                yield _unreadable(path, Sentence("The archive holds no files."), skipped=True)
            return
    except OSError as error:
        yield _failed(path, error)
        return
    except MemoryError:
        yield _unreadable(path, NO_MEMORY_TO_READ)
        return
    origin = Origin(printable(str(path)))
    yield _file(origin, path.name, data, _folders(path.parent), partial(beside, path.parent, root))


def _read(file: BufferedReader) -> bytes:
    """Read a file up to the size it has now: it may be growing. Some system files claim a size of 0."""
    size = os.fstat(file.fileno()).st_size
    # Allocating MAX_FILE_BYTES would take longer than reading most files.
    return file.read(min(size, MAX_FILE_BYTES) or MAX_FILE_BYTES)


@lru_cache(maxsize=16)
def _folders(folder: Path) -> tuple[str, ...]:
    """Return the names of the folders down to this one, outermost first, made printable."""
    return tuple(map(printable, folder.parts[1:]))


def _refused(path: Path, status: os.stat_result) -> Unreadable | None:
    """Return an Unreadable for a path that is not to be opened (skipped or too large); None for others."""
    if stat.S_ISDIR(status.st_mode):
        return _unreadable(
            path, Sentence("This is a link to a folder; drop that folder itself to import it."), skipped=True
        )
    if not stat.S_ISREG(status.st_mode):
        return _unreadable(path, Sentence("This is a device or a pipe, not a file."), skipped=True)
    if is_litter(path.name):
        return _unreadable(path, Sentence("Files of this name are the system's own; it was not read."), skipped=True)
    return _refused_by_size(path, status.st_size) if status.st_size > MAX_FILE_BYTES else None


def _refused_by_size(path: Path, size: int) -> Unreadable | None:
    """Say why a file that is too large is not read; None for an archive.

    It counts as skipped, not failed, if a small file of its kind would be skipped, too.
    """
    with path.open("rb") as file:
        beginning = file.read(LOOK_BYTES)
    if looks_like_archive(beginning[:512]):
        return None
    refused = refusal_by_beginning(path.name, beginning)
    return _unreadable(path, refused or too_large(size), skipped=refused is not None)


def _file(
    origin: Origin, name: str, data: bytes, parents: tuple[str, ...], beside: Callable[[str], bytes | None]
) -> SourceFile | Unreadable:
    """Return a file's bytes as a SourceFile; as an Unreadable if they are empty or a picture."""
    if not data:
        return Unreadable(origin=origin, reason=Sentence("The file is empty."), skipped=False)
    if is_picture(data):
        reason = refusal(FileKind.PICTURE_NOT_KEPT)
        return LoosePicture(origin=origin, reason=reason, skipped=True, sha256=hashlib.sha256(data).hexdigest())
    return SourceFile(origin=origin, name=printable(name), data=data, parents=parents, beside=beside)


def _member(member: ArchiveMember, path: Path) -> SourceFile | Unreadable:
    """Turn a member of an archive into a SourceFile, or into an Unreadable with the reason."""
    origin = Origin(printable(str(path)), printable(member.name) if member.name else None)
    name = member.name.rpartition("/")[2]
    if member.reason is not None or member.data is None:
        return Unreadable(origin=origin, reason=member.reason or Sentence("The file is empty."), skipped=member.skipped)
    if is_litter(name) or any(is_litter(part) for part in member.name.split("/")):
        reason = Sentence("Files of this name are the system's own; it was not read.")
        return Unreadable(origin=origin, reason=reason, skipped=True)
    if looks_like_archive(member.data[:512]):
        return Unreadable(origin=origin, reason=refusal(kind_inside(member.data)), skipped=True)
    parents = tuple(part for part in member.name.split("/")[:-1] if part not in ("", ".", ".."))
    return _file(origin, name, member.data, tuple(map(printable, parents)), partial(_read_member, member.beside))


def _read_member(read: Callable[[str], bytes | None], name: str) -> bytes | None:
    """Read a file next to a member of an archive.

    Raises:
        CaptureError: the disk gives an error.
    """
    try:
        return read(name)
    except OSError as error:
        raise unreadable_beside(name, error.strerror or str(error)) from error


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


def is_litter(name: str) -> bool:
    """Say whether a file of this name belongs to the system, such as .DS_Store."""
    return name.lower() in _LITTER or name.startswith("._")


def too_large(size: int) -> Sentence:
    """Return the sentence for a file larger than MAX_FILE_BYTES; `size` is in bytes."""
    return Sentence(
        "The file has {size} MB; Pressmark reads files of up to {limit} MB.",
        # Rounded up: otherwise a file a little too large would be said to have just the limit.
        {"size": -(-size // 1_000_000), "limit": MAX_FILE_BYTES // 1_000_000},
    )


def printable(name: str) -> str:
    """Return a file's name, which may hold any bytes, as text that can be stored and shown on one line.

    Bytes that are not UTF-8 are read as GB18030, which most such names are in; control characters and undecodable
    bytes become \N{REPLACEMENT CHARACTER}.
    """
    if name.isascii() and name.isprintable():
        return name
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Windows allows lone surrogates in a name.
        raw = name.encode("utf-8", "replace")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = _from_gb18030(raw)
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def _from_gb18030(raw: bytes) -> str:
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def _failed(path: Path, error: OSError) -> Unreadable:
    """Return an Unreadable with a sentence for an error of the system."""
    if error.errno == errno.ENOENT and _is_link(path):
        return _unreadable(path, Sentence("This is a link to a file that is not there."))
    if error.errno == errno.ENOENT:
        return _unreadable(path, Sentence("There is no such file."))
    if error.errno in (errno.EACCES, errno.EPERM):
        return _unreadable(path, Sentence("The file may not be read; its permissions forbid it."))
    reason = Sentence("The file cannot be read: {cause}.", {"cause": error.strerror or str(error)})
    return Unreadable(origin=Origin(printable(str(path))), reason=reason, skipped=False)


def _unreadable(path: Path, reason: Sentence, *, skipped: bool = False) -> Unreadable:
    return Unreadable(origin=Origin(printable(str(path))), reason=reason, skipped=skipped)
