"""Reads the members of a zip, in any order, each bounded in what it unpacks to."""

from __future__ import annotations

import posixpath
import weakref
import zipfile
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import BinaryIO

from reader.errors import CaptureError
from reader.formats.base import MAX_FILE_BYTES, Source
from reader.formats.file_kinds import FileKind
from reader.sources.limits import DAMAGE, ArchiveTooLargeError, read_zip_member, too_much, unpacked_limit
from reader.sources.member import ArchiveMember
from reader.sources.names import decode_name
from reader.sources.zip_kinds import kind_of_zip, kind_of_zip_head


class _Meter:
    """Counts the bytes unpacked from a zip, both for its members in turn and for files read next to them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.files = self._packed = self._unpacked = 0

    def add(self, info: zipfile.ZipInfo) -> None:
        """Count a member; one that is too large or damaged is still unpacked, up to its end or MAX_FILE_BYTES."""
        self.files += 1
        self._unpacked += min(MAX_FILE_BYTES, info.file_size)
        # Members may overlap, and each claim the same packed bytes.
        self._packed = min(self._packed + info.compress_size, self._size)

    @property
    def full(self) -> bool:
        """Whether more was unpacked than the packed bytes may unpack to."""
        return self._unpacked > unpacked_limit(self._packed)


class ZipReader:
    """Reads a zip; it is opened at first use.

    Its methods raise an OSError if the disk cannot be read, and what is in `DAMAGE` if the zip is damaged.
    """

    def __init__(self, source: Source) -> None:
        # What a source caches must not hold the source: the file would stay open until the garbage is collected.
        self._path, self._open, self._head = source.origin.path, source.open, source.head
        self._meter = _Meter(source.size)

    @cached_property
    def _zip(self) -> zipfile.ZipFile:
        return _open_zip(self._open)

    @cached_property
    def _files(self) -> list[tuple[str, zipfile.ZipInfo]]:
        # ZipInfo.is_dir fails for an empty name.
        return [(_zip_name(info), info) for info in self._zip.infolist() if not info.filename.endswith("/")]

    @cached_property
    def _by_path(self) -> dict[str, zipfile.ZipInfo]:
        return {posixpath.normpath(name): info for name, info in self._files}

    def kind(self) -> FileKind | None:
        """Return what the zip is, if it is one document; None if it is an archive of files."""
        return kind_of_zip_head(self._head) or kind_of_zip(self._zip)

    def count(self) -> int:
        """Count its files."""
        return len(self._files)

    def members(self) -> Iterator[ArchiveMember]:
        """Yield its files; each is unpacked when it is opened.

        Raises:
            ArchiveTooLargeError: the zip is a bomb.
        """
        for name, info in self._files:
            yield ArchiveMember.of(self._path, name, info.file_size, partial(self._unpack, info), self._beside)
            if self._meter.full:
                raise ArchiveTooLargeError

    def _beside(self, path: str) -> bytes | None:
        info = self._by_path.get(path)
        if info is None or self._meter.full:
            return None
        try:
            data = self._unpack(info)
        except CaptureError:
            return None
        return data if len(data) <= MAX_FILE_BYTES else None

    def _unpack(self, info: zipfile.ZipInfo) -> bytes:
        if self._meter.full:
            raise too_much(self._meter.files)
        self._meter.add(info)
        if info.flag_bits & 1:
            raise CaptureError("The file is locked with a password; unlock the archive and try again.")
        try:
            return read_zip_member(self._zip, info, MAX_FILE_BYTES)
        except (*DAMAGE, RuntimeError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise CaptureError("The file is damaged inside its archive ({cause}).", cause=str(error)) from error


def _open_zip(open_: Callable[[], BinaryIO]) -> zipfile.ZipFile:
    """Open a zip that is closed with the last reference to it: its members may be unpacked at any time."""
    file = open_()
    try:
        archive = zipfile.ZipFile(file)
    except BaseException:
        file.close()
        raise
    weakref.finalize(archive, file.close)
    return archive


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; without the UTF-8 flag, its bytes are tried as UTF-8 and then as GB18030."""
    name = info.filename.replace("\\", "/")
    if info.flag_bits & 0x800:
        return name
    return decode_name(name.encode("cp437", "replace")) or name
