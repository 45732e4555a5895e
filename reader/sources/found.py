"""What is found at one path: sources to import, and files that are not read, each with the reason."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from reader.article import Origin, ReadFile, no_file
from reader.errors import NO_MEMORY_TO_READ, CaptureError, Sentence, UnknownFormatError, unreadable
from reader.formats.base import HEAD_BYTES, MAX_FILE_BYTES, Source
from reader.formats.default import format_of, read_captures
from reader.formats.file_kinds import FileKind, refusal
from reader.formats.magic import is_picture
from reader.outcome import ImportOutcome, OutcomeKind
from reader.sources.archives import Archive, is_modest, kind_inside
from reader.sources.beside import read_beside
from reader.sources.member import ArchiveMember
from reader.sources.names import is_litter, printable
from reader.sources.saved_file import SavedFile

# Files up to this size are read as they are met: opening one again would cost more than its bytes.
_SMALL_BYTES = 1024 * 1024
# Folders with thousands of files that nobody saved; each is skipped whole, and counts as one.
LITTER_FOLDERS = frozenset(
    {".git", ".hg", ".svn", "__macosx", ".trashes", ".spotlight-v100", ".fseventsd", "$recycle.bin"}
)
_LITTER = "Files of this name are the system's own; it was not read."
_PICTURE = refusal(FileKind.PICTURE_NOT_KEPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoosePicture(ImportOutcome):
    """A picture found on its own; only at the end of the import is it known whether an article shows it."""

    sha256: str


ReadBeside = Callable[[Path, Path, str], bytes | None]
Found = SavedFile | ImportOutcome
# The paths to look at next, each with the root that the files it asks for must lie in.
Below = list[tuple[Path, Path | None]]


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
    if path != root and path.name.lower() in LITTER_FOLDERS:
        reason = Sentence("This folder belongs to the system or to a version control; it is skipped whole.")
        yield ImportOutcome(kind=OutcomeKind.SKIPPED, origin=Origin(printable(str(path))), reason=reason)
        return []
    try:
        names = sorted(os.listdir(path), reverse=True)  # noqa: PTH208 - names alone are wanted
    except OSError as error:
        yield _failed(path, error)
        return []
    return [(path / name, root) for name in names]


def count_members(path: Path) -> int | None:
    """Count the files of an archive; None if the path is not an archive, or a damaged one."""
    try:
        # Opening a pipe would block until something writes into it.
        archive = _met(path, no_file, small=0).archive if path.is_file() else None
    except OSError:
        return None
    return None if archive is None else archive.count()


def _is_link(path: Path) -> bool:
    return os.path.islink(path)  # noqa: PTH114 - Path.is_symlink raises where the system denies the answer


def _read_path(path: Path, status: os.stat_result, root: Path, beside: ReadBeside) -> Iterator[Found]:
    """Yield one file, or the members of one archive."""
    origin = Origin(printable(str(path)))
    try:
        _refuse_unread(path, status)
        source = _met(path, partial(beside, path.parent, root))
        if source.archive is None or format_of(source):
            yield from _file(source)
        else:
            yield from _sources_in(source.archive)
    except CaptureError as error:
        yield ImportOutcome.of_error(origin, error)
    except OSError as error:
        yield _failed(path, error)
    except MemoryError:
        yield ImportOutcome.failed(origin, NO_MEMORY_TO_READ)


def _met(path: Path, beside: ReadFile, small: int = _SMALL_BYTES) -> SavedFile:
    """Return a file as a source; one of at most `small` bytes is read whole."""
    # Unbuffered: a buffer would take a system call to set up, and another to read.
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        data = _read_up_to(file, size if size <= small else HEAD_BYTES)
    origin, name, parents = Origin(printable(str(path))), printable(path.name), _folders(path.parent)
    if size <= small:
        return SavedFile.of_bytes(origin, name, data, parents, beside)
    open_: Callable[[], BinaryIO] = partial(path.open, "rb")  # type: ignore[assignment]  # mypy forgets the mode
    return SavedFile(origin, name, size, data, open_, parents, beside)


def _read_up_to(file: FileIO, size: int) -> bytes:
    """Read a file up to the size it has now: it may be growing. Some system files claim a size of 0."""
    left, pieces = size or MAX_FILE_BYTES, []
    while left and (piece := file.read(left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


@lru_cache(maxsize=16)
def _folders(folder: Path) -> tuple[str, ...]:
    """Return the names of the folders down to this one, outermost first, made printable."""
    return tuple(map(printable, folder.parts[1:]))


def _refuse_unread(path: Path, status: os.stat_result) -> None:
    """Raise an UnknownFormatError for a path that is not to be opened."""
    if stat.S_ISDIR(status.st_mode):
        raise UnknownFormatError("This is a link to a folder; drop that folder itself to import it.")
    if not stat.S_ISREG(status.st_mode):
        raise UnknownFormatError("This is a device or a pipe, not a file.")
    if is_litter(path.name):
        raise UnknownFormatError(_LITTER)


def _sources_in(archive: Archive) -> Iterator[Found]:
    """Yield what is in an archive of files.

    Raises:
        CaptureError: the archive is damaged, or is one document, or is empty.
    """
    if kind := archive.kind():
        raise UnknownFormatError(refusal(kind).template)
    member = None
    for member in archive.members():
        yield from _member(member)
    if member is None:
        raise UnknownFormatError("The archive holds no files.")


def _member(member: ArchiveMember) -> Iterator[Found]:
    try:
        data = member.unpack()
        source = SavedFile.of_bytes(member.origin, member.name, data, member.parents, member.beside)
        if is_litter(member.name) or any(map(is_litter, member.parents)):
            raise UnknownFormatError(_LITTER)
        if source.archive and not _is_one(source, data):
            raise UnknownFormatError(refusal(kind_inside(source, data)).template)
        if source.size > MAX_FILE_BYTES:
            yield from _captures(replace(member, size=source.size, unpack=partial(bytes, data)))
        else:
            yield from _file(source)
    except CaptureError as error:
        yield ImportOutcome.of_error(member.origin, error)


def _file(source: SavedFile) -> Iterator[Found]:
    """Yield a file to import as it is; raise a CaptureError if it is empty, or too large."""
    if source.size > MAX_FILE_BYTES:
        yield from _captures(source)
    elif not source.head:
        raise CaptureError("The file is empty.")
    elif is_picture(source.head):
        yield LoosePicture(
            kind=OutcomeKind.SKIPPED, origin=source.origin, reason=_PICTURE, sha256=source.sha256().hex()
        )
    else:
        yield source


def _is_one(source: Source, data: bytes) -> bool:
    """Say whether an archive in another is of a format, which reads it as a whole."""
    try:
        return is_modest(data) and format_of(source) is not None
    except CaptureError:
        return False


def _captures(source: Source) -> Iterator[Found]:
    """Yield each capture of a source that is too large to be held in memory, as a file of its own.

    By the law of the formats, a capture's original alone is read as that capture.
    """
    if is_picture(source.head):
        raise UnknownFormatError(_PICTURE.template)
    for capture in read_captures(source):
        yield SavedFile.of_bytes(capture.origin, source.name, capture.original, source.parents, source.beside)


def _failed(path: Path, error: OSError) -> ImportOutcome:
    """Return the outcome of a file that the system does not let us read."""
    if error.errno == errno.ENOENT and _is_link(path):
        reason = Sentence("This is a link to a file that is not there.")
    elif error.errno == errno.ENOENT:
        reason = Sentence("There is no such file.")
    elif error.errno in (errno.EACCES, errno.EPERM):
        reason = Sentence("The file may not be read; its permissions forbid it.")
    else:
        reason = unreadable(error)
    return ImportOutcome.failed(Origin(printable(str(path))), reason)
