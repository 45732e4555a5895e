"""Reads archives in place, zip here and tar in `tar_reader`: member by member, bounded, nothing written to disk.

A member's name is only a label; no name in an archive ever becomes a path on this machine.
"""

from __future__ import annotations

import logging
import posixpath
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from reader.errors import Sentence
from reader.formats.default import refusal_by_beginning
from reader.formats.file_kinds import FileKind, refusal
from reader.formats.recognition import kind_of
from reader.pictures import ENDINGS
from reader.sources.limits import (
    COMPRESSED,
    DAMAGE,
    ArchiveTooLargeError,
    read_zip_member,
    unpacked_head,
    unpacked_limit,
)
from reader.sources.tar_reader import count_tar, is_tar, is_tar_head, open_tar
from reader.sources.zip_kinds import kind_of_zip, kind_of_zip_head

logger = logging.getLogger(__name__)

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# A tar is read from front to back, so its pictures are held in memory, at most this many bytes.
_PICTURE_BYTES = 256 * 1024 * 1024
_HEAD_BYTES = 512
# Enough of a packed file to unpack its first bytes: a block of bzip2 has at most 900,000 bytes.
_PEEK_BYTES = 1024 * 1024
# Each file of a zip has such an entry in its directory, whatever number of files the zip claims. No document or book
# has more than `_MOST_ENTRIES`; reading more, only to name an archive that is skipped, takes seconds and much memory.
_ZIP_ENTRY = b"PK\x01\x02"
_MOST_ENTRIES = 5_000

Beside = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveMember:
    """A file in an archive: its bytes, or the reason why it was not read.

    A `name` of "" means the archive itself; `beside` reads other members by their path relative to this one.
    """

    name: str
    beside: Beside
    data: bytes | None = None
    reason: Sentence | None = None
    skipped: bool = False


def is_archive(path: Path) -> bool:
    """Say whether a file is an archive, from its first bytes.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return looks_like_archive(file.read(_HEAD_BYTES))


def looks_like_archive(head: bytes) -> bool:
    """Say whether a file that begins with `head` is an archive."""
    return head.startswith((*_ZIP, *COMPRESSED)) or is_tar_head(head)


def kind_inside(data: bytes) -> FileKind:
    """Return the kind of an archive that lies in another archive."""
    try:
        kind = _kind_of_packed(data[:_PEEK_BYTES])
        if kind is None and data.startswith(_ZIP) and data.count(_ZIP_ENTRY) <= _MOST_ENTRIES:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                kind = kind_of_zip(archive)
    except (*DAMAGE, OSError):
        kind = None
    return kind or FileKind.ARCHIVE_IN_ARCHIVE


def _kind_of_packed(beginning: bytes) -> FileKind | None:
    """Return the kind of a packed file whose beginning shows that it is one document; None for an archive of files.

    Raises:
        OSError, and what is in `DAMAGE`: the file is damaged.
    """
    if beginning.startswith(_ZIP):
        return kind_of_zip_head(beginning)
    if not beginning.startswith(COMPRESSED):
        return None
    unpacked = unpacked_head(BytesIO(beginning), _HEAD_BYTES)
    if is_tar(unpacked):
        return None
    # A WARC is packed record by record, and is opened packed by the programs that read it.
    return FileKind.WARC if kind_of("", unpacked) is FileKind.WARC else FileKind.PACKED_FILE


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in _ZIP


def read_archive(path: Path, limit: int) -> Iterator[ArchiveMember]:
    """Yield every file of an archive; at most `limit` bytes of a member are read, whatever size it claims.

    An archive that breaks off yields the members before the break, then itself (name "") as failed.

    Raises:
        OSError: the file cannot be read.
    """
    done = 0
    try:
        with path.open("rb") as file:
            kind = _kind_of_packed(file.read(_PEEK_BYTES))
        if kind is not None:
            yield _refused_member(kind)
            return
        members = _read_zip(path, limit) if _is_zip(path) else _read_tar(path, limit)
        for member in members:
            yield member
            done += 1
    except ArchiveTooLargeError:
        yield ArchiveMember(name="", beside=_nothing, reason=_too_much(done))
    except DAMAGE as error:
        yield _damaged(done, error)
    except OSError as error:
        # gzip and bz2 report damage as an OSError without an errno; with one, the disk has failed.
        if error.errno is not None:
            raise
        yield _damaged(done, error)


def count_members(path: Path) -> int | None:
    """Count the files of an archive; None if the path is not an archive, or a damaged one."""
    try:
        # Opening a pipe would block until something writes into it.
        if not path.is_file() or not is_archive(path):
            return None
        if not _is_zip(path):
            return count_tar(path)
        with zipfile.ZipFile(path) as archive:
            return sum(not _is_folder_member(info) for info in archive.infolist())
    except (*DAMAGE, ArchiveTooLargeError, OSError):
        return None


def _refused_member(kind: FileKind) -> ArchiveMember:
    return ArchiveMember(name="", beside=_nothing, reason=refusal(kind), skipped=True)


def _too_much(done: int) -> Sentence:
    return Sentence(
        "The archive unpacks to far more than any collection of articles; after its first {done} files it is not read.",
        {"done": done},
    )


def _damaged(done: int, error: Exception) -> ArchiveMember:
    if done:
        template = "The archive is damaged after its first {done} files, which were read ({cause})."
    else:
        template = "The archive is damaged, or none that Pressmark can read ({cause})."
    return ArchiveMember(name="", beside=_nothing, reason=Sentence(template, {"done": done, "cause": str(error)}))


def _nothing(name: str) -> bytes | None:
    return None


def _large_member(name: str, beginning: bytes, limit: int, beside: Beside) -> ArchiveMember:
    """Say why a member larger than `limit` is not read; it counts as skipped if a small one of its kind would be."""
    if looks_like_archive(beginning[:_HEAD_BYTES]):
        refused: Sentence | None = refusal(kind_inside(beginning))
    else:
        refused = refusal_by_beginning(name, beginning)
    too_large = Sentence(
        "The file in the archive is larger than {limit} MB, whatever size it claims; it is not read.",
        {"limit": limit // 1_000_000},
    )
    return ArchiveMember(name=name, beside=beside, reason=refused or too_large, skipped=refused is not None)


class _Meter:
    """Counts the bytes unpacked from a zip, both for its members in turn and for files read next to them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._packed = self._unpacked = 0

    def add(self, info: zipfile.ZipInfo, limit: int) -> None:
        """Count a member; one that is too large or damaged was still unpacked, up to its end or `limit`."""
        self._unpacked += min(limit, info.file_size)
        # Members may overlap, and each claim the same packed bytes.
        self._packed = min(self._packed + info.compress_size, self._size)

    @property
    def full(self) -> bool:
        """Whether more was unpacked than the packed bytes may unpack to."""
        return self._unpacked > unpacked_limit(self._packed)


def _read_zip(path: Path, limit: int) -> Iterator[ArchiveMember]:
    meter = _Meter(path.stat().st_size)
    # Closed only by garbage collection: a member that was handed out may still ask for files next to it.
    archive = zipfile.ZipFile(path)
    if kind := kind_of_zip(archive):
        yield _refused_member(kind)
        return
    members = [(_zip_name(info), info) for info in archive.infolist() if not _is_folder_member(info)]
    by_name = {posixpath.normpath(name): info for name, info in members}
    read = _zip_reader(archive, by_name, limit, meter)
    for name, info in members:
        member = _zip_member(archive, name, info, limit, _beside(name, read))
        meter.add(info, limit)
        yield member
        if meter.full:
            raise ArchiveTooLargeError


def _zip_member(
    archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo, limit: int, beside: Beside
) -> ArchiveMember:
    """Read one member of a zip; one that is damaged or encrypted leaves the others readable."""
    if info.flag_bits & 1:
        reason = Sentence("The file is locked with a password; unlock the archive and try again.")
        return ArchiveMember(name=name, beside=beside, reason=reason)
    try:
        data = read_zip_member(archive, info, limit)
    except (*DAMAGE, RuntimeError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = Sentence("The file is damaged inside its archive ({cause}).", {"cause": str(error)})
        return ArchiveMember(name=name, beside=beside, reason=reason)
    if len(data) > limit:
        return _large_member(name, data, limit, beside)
    return ArchiveMember(name=name, beside=beside, data=data)


def _zip_reader(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], limit: int, meter: _Meter) -> Beside:
    def read(name: str) -> bytes | None:
        info = members.get(name)
        if info is None or meter.full:
            return None
        meter.add(info, limit)
        return _zip_member(archive, name, info, limit, _nothing).data

    return read


def _is_folder_member(info: zipfile.ZipInfo) -> bool:
    """Say whether a member is a folder; `ZipInfo.is_dir` fails for an empty name."""
    return info.filename.endswith("/")


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; without the UTF-8 flag, its bytes are tried as UTF-8 and then as GB18030."""
    name = info.filename.replace("\\", "/")
    if info.flag_bits & 0x800:
        return name
    raw = name.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _read_tar(path: Path, limit: int) -> Iterator[ArchiveMember]:
    """Read a tar from front to back; its pictures are read in a second pass when a page first asks for one."""
    pictures = _TarPictures(path, limit)
    with open_tar(path) as members:
        for archive, info in members:
            if not info.isdir():
                yield _tar_member(archive, info, limit, _beside(info.name, pictures.read))


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo, limit: int, beside: Beside) -> ArchiveMember:
    if info.issparse():
        reason = Sentence("This file is stored with gaps in its archive; unpack the archive first to import it.")
        return ArchiveMember(name=info.name, beside=beside, reason=reason, skipped=True)
    if not info.isreg():
        reason = Sentence("This is a link or a device inside the archive, not a file.")
        return ArchiveMember(name=info.name, beside=beside, reason=reason, skipped=True)
    file = archive.extractfile(info)
    data = b"" if file is None else file.read(limit + 1)
    if len(data) > limit:
        return _large_member(info.name, data, limit, beside)
    return ArchiveMember(name=info.name, beside=beside, data=data)


class _TarPictures:
    """The pictures of a tar by their paths, as many as fit into `_PICTURE_BYTES`.

    A picture may come after the page that shows it, so the whole tar is read for them, but only if a page asks.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        self._pictures: dict[str, bytes] | None = None
        self._failure: OSError | None = None

    def read(self, name: str) -> bytes | None:
        """Return the picture at this path, or None."""
        if not name.lower().endswith(ENDINGS):
            return None
        if self._pictures is None:
            self._pictures = {}
            self._gather(self._pictures)
        if name not in self._pictures and self._failure is not None:
            # The picture may lie where the disk could not be read.
            raise OSError(self._failure.errno, self._failure.strerror)
        return self._pictures.get(name)

    def _gather(self, pictures: dict[str, bytes]) -> None:
        """Read as many pictures as there is room for; damage is reported when the articles are read, not here."""
        room = _PICTURE_BYTES
        try:
            with open_tar(self._path) as members:
                for archive, info in members:
                    # The gaps of a sparse file cost nothing in the archive, and much in memory.
                    wanted = info.isreg() and not info.issparse() and info.name.lower().endswith(ENDINGS)
                    if wanted and info.size <= min(room, self._limit) and (file := archive.extractfile(info)):
                        data = file.read(self._limit)
                        pictures[posixpath.normpath(info.name)] = data
                        room -= len(data)
        except (*DAMAGE, ArchiveTooLargeError, OSError) as error:
            logger.warning("pictures of %s are read up to its damage: %s", self._path, error)
            # gzip and bz2 report damage as an OSError without an errno.
            if isinstance(error, OSError) and error.errno is not None:
                self._failure = error


def _beside(name: str, read: Beside) -> Beside:
    """Return a reader of files by their path relative to the member `name`; it never leaves the archive."""
    folder = posixpath.dirname(name)

    def read_beside(relative: str) -> bytes | None:
        path = posixpath.normpath(posixpath.join(folder, relative))
        return None if path.startswith(("../", "/")) or relative.startswith("/") else read(path)

    return read_beside
