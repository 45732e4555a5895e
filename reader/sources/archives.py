"""Reads archives in place, zip by `zip_reader` and tar by `tar_reader`: bounded, nothing written to disk."""

from __future__ import annotations

from collections.abc import Iterator

from reader.errors import CaptureError
from reader.formats.base import Source
from reader.formats.file_kinds import FileKind
from reader.sources.limits import COMPRESSED, DAMAGE, ArchiveTooLargeError, too_much
from reader.sources.member import ArchiveMember
from reader.sources.tar_reader import TarReader, is_tar_head
from reader.sources.zip_kinds import kind_of_zip_head
from reader.sources.zip_reader import ZipReader

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# Each file of a zip has such an entry in its directory, whatever number of files the zip claims. No document or book
# has more than `_MOST_ENTRIES`; reading more, only to name an archive that is skipped, takes seconds and much memory.
_ZIP_ENTRY = b"PK\x01\x02"
_MOST_ENTRIES = 5_000
_TROUBLE = (*DAMAGE, ArchiveTooLargeError, OSError)


class Archive:
    """An archive as a whole; nothing of it is read before it is asked."""

    def __init__(self, source: Source) -> None:
        self._reader = ZipReader(source) if source.head.startswith(_ZIP) else TarReader(source)

    def kind(self) -> FileKind | None:
        """Return what the archive is, if it is one document, such as a book; None for an archive of files.

        Raises:
            CaptureError: the archive is damaged.
            OSError: the disk cannot be read.
        """
        try:
            return self._reader.kind()
        except _TROUBLE as error:
            raise _archive_error(error, 0) from error

    def count(self) -> int | None:
        """Count the files; None for a damaged archive, or one that cannot be read."""
        try:
            return self._reader.count()
        except _TROUBLE:
            return None

    def members(self) -> Iterator[ArchiveMember]:
        """Yield every file.

        Raises:
            CaptureError: the archive is a bomb, or damaged; one that breaks off yields the members before the break.
            OSError: the disk cannot be read.
        """
        done = 0
        try:
            for member in self._reader.members():
                yield member
                done += 1
        except _TROUBLE as error:
            raise _archive_error(error, done) from error


def looks_like_archive(head: bytes) -> bool:
    """Say whether a file that begins with `head` is an archive, or a packed file."""
    return head.startswith((*_ZIP, *COMPRESSED)) or is_tar_head(head)


def is_modest(data: bytes) -> bool:
    """Say whether an archive in another has few enough files to be opened, only to say what it is."""
    return data.count(_ZIP_ENTRY) <= _MOST_ENTRIES


def kind_inside(source: Source, data: bytes) -> FileKind:
    """Return the kind of an archive with these bytes that lies in another archive."""
    try:
        kind = Archive(source).kind() if is_modest(data) else kind_of_zip_head(data)
    except (CaptureError, OSError):
        kind = None
    return kind or FileKind.ARCHIVE_IN_ARCHIVE


def _archive_error(error: Exception, done: int) -> CaptureError:
    """Return the error for one met after `done` members; one of the disk is raised as it is."""
    if isinstance(error, ArchiveTooLargeError):
        return too_much(done)
    if isinstance(error, OSError) and error.errno is not None:
        # gzip and bz2 report damage as an OSError without an errno; with one, the disk has failed.
        raise error
    if done:
        template = "The archive is damaged after its first {done} files, which were read ({cause})."
    else:
        template = "The archive is damaged, or none that Pressmark can read ({cause})."
    return CaptureError(template, done=done, cause=str(error))
