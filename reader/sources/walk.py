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

# A capture of 50 MB is read; what is larger is no article.
MAX_FILE_BYTES = 64 * 1024 * 1024
# What a disk or a system answers that may answer otherwise another time.
_FAILING = frozenset(
    {errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN}
)
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".localized", "__macosx"})
# Folders with thousands of files that nobody saved; each is skipped as one.
_LITTER_FOLDERS = frozenset(
    {".git", ".hg", ".svn", "__macosx", ".trashes", ".spotlight-v100", ".fseventsd", "$recycle.bin"}
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file that no capture was read from: skipped on purpose, or failed."""

    origin: Origin
    reason: Sentence
    skipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoosePicture(Unreadable):
    """A picture that was met by itself; only once all is imported is it known whether an article shows it."""

    sha256: str


ReadBeside = Callable[[Path, Path, str], bytes | None]
Found = SourceFile | Unreadable
# What is to be looked at next, each with the folder that files beside it must lie in.
Below = list[tuple[Path, Path | None]]


class RemoteReader(Protocol):
    """A reader of disks that may never answer, such as those of other machines.

    Each is told, too, on which `disk` a path lies, and need not wait for every file of one that is dead.
    """

    def look(self, path: Path, root: Path | None, disk: str) -> Generator[Found, None, Below]:
        """Do what the function `look` does; what does not answer is an Unreadable."""

    def beside(self, folder: Path, root: Path, name: str, disk: str) -> bytes | None:
        """Do what the function `read_beside` does; what does not answer is a CaptureError, too."""

    def count(self, path: Path, disk: str) -> int | None:
        """Count the files at or below a path; None for what does not answer."""


class _DiskReader:
    """A reader of all disks: those of this machine it reads itself, the others by a remote reader, if there is one."""

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
        """Count the files at or below a path; of a disk that does not answer, one."""
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
        """Return who reads a path of a remote disk, and which disk that is."""
        disk = self._mounts.remote_disk(path) if self._remote else None
        return None if self._remote is None or disk is None else (self._remote, disk)


def walk_sources(
    paths: Iterable[Path], remote: RemoteReader | None = None, mounts: Mounts | None = None
) -> Iterator[Found]:
    """Yield every file at or below `paths` once, folders in the order of their names, archives member by member.

    Links inside a folder are followed to files, not to folders, which might lead round in circles. Nothing here
    raises: what cannot be read is an Unreadable that names it and says why. What `mounts` calls a disk of another
    machine is read by `remote`, if there is one.
    """
    disks = _DiskReader(remote, mounts)
    seen: set[Path] = set()
    for path in paths:
        path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the link that was dropped
        if path in seen:
            continue
        seen.add(path)
        # Without recursion: folders may be deep.
        waiting: Below = [(path, None)]
        while waiting:
            waiting += yield from disks.look(*waiting.pop())


def count_sources(paths: Iterable[Path], remote: RemoteReader | None = None, mounts: Mounts | None = None) -> int:
    """Count the files that `walk_sources` will meet. A compressed tar is unpacked for it: see `SourceCounter`."""
    disks = _DiskReader(remote, mounts)
    return sum(disks.count(Path(os.path.abspath(path))) for path in paths)  # noqa: PTH100 - as above


class SourceCounter:
    """Counts the files to come in a thread of its own, since a large archive takes some seconds."""

    def __init__(self, paths: Iterable[Path], remote: Callable[[], AbstractContextManager[RemoteReader]]) -> None:
        """Begin to count; `remote` makes what counts on the disks that may not answer."""
        self.total: int | None = None
        self._remote = remote
        self._paths = list(paths)
        self._thread = threading.Thread(target=self._count, daemon=True, name="count")
        self._thread.start()

    def wait(self, seconds: float) -> int | None:
        """Return the total, waiting for it at most `seconds`; None while it is not known."""
        self._thread.join(seconds)
        return self.total

    def _count(self) -> None:
        # Without a total the progress has no end to show, and the import goes on.
        with suppress(MemoryError, OSError), self._remote() as remote:
            self.total = count_sources(self._paths, remote)


def look(path: Path, root: Path | None, beside: ReadBeside | None = None) -> Generator[Found, None, Below]:
    """Yield what is read of a file, or return what a folder holds; a path without a `root` was dropped itself."""
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
    """Count the files in a folder, and list the folders to count, without looking at what is in or behind them."""
    files, folders = 0, []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    files += 1
                elif entry.name.lower() not in _LITTER_FOLDERS:
                    folders.append(folder / entry.name)
    except OSError:
        # Whoever walks there says why; as a path it is one thing to be told of.
        files += 1
    return files, folders


def _is_folder(path: Path) -> bool:
    """Say whether this is a folder or a link to one; where the system does not let us look, it is none."""
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
    """Read to the end that a file has now; it may be growing, or say of itself that it has no size."""
    size = os.fstat(file.fileno()).st_size
    # Room for the most there may be would take longer to get than most files to read.
    return file.read(min(size, MAX_FILE_BYTES) or MAX_FILE_BYTES)


@lru_cache(maxsize=16)
def _folders(folder: Path) -> tuple[str, ...]:
    """Name the folders down to this one, as they can be shown."""
    return tuple(map(printable, folder.parts[1:]))


def _refused(path: Path, status: os.stat_result) -> Unreadable | None:
    """Return a path that is not opened at all, with the reason why: it is skipped, or too large; None for others."""
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
    """Say why a large file is not read: it is skipped if a small one of its kind would be; None for an archive."""
    with path.open("rb") as file:
        beginning = file.read(LOOK_BYTES)
    if looks_like_archive(beginning[:512]):
        return None
    refused = refusal_by_beginning(path.name, beginning)
    return _unreadable(path, refused or too_large(size), skipped=refused is not None)


def _file(
    origin: Origin, name: str, data: bytes, parents: tuple[str, ...], beside: Callable[[str], bytes | None]
) -> SourceFile | Unreadable:
    """Give the bytes of a file their name, or say why they are not worth a format's look."""
    if not data:
        return Unreadable(origin=origin, reason=Sentence("The file is empty."), skipped=False)
    if is_picture(data):
        reason = refusal(FileKind.PICTURE_NOT_KEPT)
        return LoosePicture(origin=origin, reason=reason, skipped=True, sha256=hashlib.sha256(data).hexdigest())
    return SourceFile(origin=origin, name=printable(name), data=data, parents=parents, beside=beside)


def _member(member: ArchiveMember, path: Path) -> SourceFile | Unreadable:
    """Turn a member of an archive into a file, or into the reason why there is none."""
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
    """Read what lies beside a member of an archive."""
    try:
        return read(name)
    except OSError as error:
        raise unreadable_beside(name, error.strerror or str(error)) from error


def read_beside(folder: Path, root: Path, name: str) -> bytes | None:
    """Read a file by its path relative to `folder`, as long as it lies inside `root`.

    Raises:
        CaptureError: it may be there, but the disk gives an error.
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
    """Return the error that fails a file: without its picture the article would be held, and never get it."""
    return CaptureError(
        "{name}, which belongs to this file, cannot be read: {cause}. Import the file again.",
        name=printable(name),
        cause=cause,
    )


def is_litter(name: str) -> bool:
    """Say whether a file of this name is the system's own."""
    return name.lower() in _LITTER or name.startswith("._")


def too_large(size: int) -> Sentence:
    """Say that a file is larger than any article."""
    return Sentence(
        "The file has {size} MB; Pressmark reads files of up to {limit} MB.",
        # Rounded up, as otherwise the size of one a little too large would be that of the limit.
        {"size": -(-size // 1_000_000), "limit": MAX_FILE_BYTES // 1_000_000},
    )


def printable(name: str) -> str:
    """Return a name that can be stored and shown in a line, for one of any bytes.

    Bytes that are no UTF-8 are read as GB18030, in which most such names were given; what is no text at all
    becomes \N{REPLACEMENT CHARACTER}.
    """
    if name.isascii() and name.isprintable():
        return name
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Windows lets half a character into a name.
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
    """Put an error of the system into a sentence about the file."""
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
