"""Recognises zips that are one document, such as a book, and not an archive of files, by the names of their members.

A zip that holds a capture is always an archive, whatever else is in it: no member may hide captures from the import.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence

from reader.formats.feed_capture import begins_as_capture
from reader.formats.file_kinds import FileKind
from reader.formats.recognition import kind_of
from reader.paths import DATABASE
from reader.sources.limits import DAMAGE, read_zip_member

# Reading more of each member, only to name an archive that is skipped, takes seconds.
_BEGINNING = 4096
_MIMETYPE = b"mimetype"
# An EPUB and an OpenDocument file begin with this member, stored uncompressed: its name is at this offset, and the
# content follows.
_MIMETYPE_AT = 30
_OFFICE_FOLDERS = {"word/": FileKind.WORD, "xl/": FileKind.SPREADSHEET, "ppt/": FileKind.PRESENTATION}
# (names or folders that must all be there, kind)
_MEMBERS: Sequence[tuple[tuple[str, ...], FileKind]] = (
    (("META-INF/container.xml",), FileKind.EPUB),
    (("manifest.json", DATABASE), FileKind.PRESSMARK_BACKUP),
    (("datapackage.json", "archive/"), FileKind.WARC),
    (("datapackage.json", "data/archive/"), FileKind.WARC),
    (("AndroidManifest.xml",), FileKind.PROGRAM),
    (("META-INF/MANIFEST.MF",), FileKind.PROGRAM),
    (("install.rdf",), FileKind.PROGRAM),
)


def kind_of_zip_head(head: bytes) -> FileKind | None:
    """Return the kind that a zip declares in its first member, if it does; the rest may be damaged."""
    if not head.startswith(_MIMETYPE, _MIMETYPE_AT):
        return None
    size = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    return _kind_of_mimetype(head[_MIMETYPE_AT + size :])


def kind_of_zip(archive: zipfile.ZipFile) -> FileKind | None:
    """Return the kind of a zip that is one document; None for an archive of files.

    Raises:
        OSError: the disk cannot be read.
    """
    kind = _kind_by_names(archive)
    return None if kind is None or _holds_capture(archive) else kind


def _kind_by_names(archive: zipfile.ZipFile) -> FileKind | None:
    names = frozenset(name for name in archive.namelist() if not name.endswith("/"))
    if "[Content_Types].xml" in names:
        folders = (kind for folder, kind in _OFFICE_FOLDERS.items() if _has_member(names, folder))
        return next(folders, FileKind.OLD_OFFICE)
    if "mimetype" in names and (kind := _kind_of_mimetype(_beginning_of(archive, archive.getinfo("mimetype")))):
        return kind
    for wanted, kind in _MEMBERS:
        if all(_has_member(names, name) for name in wanted):
            return kind
    if _each_folder_has(names, "index.rdf"):
        return FileKind.MAFF
    if _each_folder_has(names, "info.json") and _each_folder_has(names, "index.html"):
        return FileKind.READECK
    return FileKind.OMNIVORE if _is_omnivore(names) else _kind_of_page_with_parts(archive, names)


def _holds_capture(archive: zipfile.ZipFile) -> bool:
    return any(begins_as_capture(_beginning_of(archive, info)) for info in archive.infolist())


def _has_member(names: frozenset[str], wanted: str) -> bool:
    """Say whether there is a member of this name, or one below this folder if `wanted` ends in a slash."""
    return wanted in names or (wanted.endswith("/") and any(name.startswith(wanted) for name in names))


def _each_folder_has(names: frozenset[str], wanted: str) -> bool:
    """Say whether all members lie in folders that each hold a file `wanted`: MAFF and Readeck use a folder per page."""
    return bool(names) and all("/" in name and f"{name.partition('/')[0]}/{wanted}" in names for name in names)


def _is_omnivore(names: frozenset[str]) -> bool:
    """Say whether a zip holds lists of articles, and otherwise only their pages and highlights."""
    lists = {name for name in names if name.startswith("metadata_") and name.endswith(".json")}
    parts = names - lists
    return bool(lists and parts) and all(name.startswith(("content/", "highlights/")) for name in parts)


def _kind_of_page_with_parts(archive: zipfile.ZipFile, names: frozenset[str]) -> FileKind | None:
    """Tell one page with its pictures, as SingleFile and WebScrapBook save it, from a folder of pages."""
    pages = [name for name in names if name.lower().endswith((".html", ".htm", ".xhtml", ".md", ".txt"))]
    if "index.html" not in names or any("/" not in name and name != "index.html" for name in pages):
        return None
    beginning = _beginning_of(archive, archive.getinfo("index.html"))
    if kind_of("index.html", beginning) is FileKind.SINGLEFILE:
        return FileKind.SINGLEFILE
    return FileKind.MAFF if b"data-scrapbook-" in beginning else None


def _kind_of_mimetype(mimetype: bytes) -> FileKind | None:
    if mimetype.startswith(b"application/epub+zip"):
        return FileKind.EPUB
    return FileKind.OPEN_DOCUMENT if mimetype.startswith(b"application/vnd.oasis.opendocument") else None


def _beginning_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return the first bytes of a member; empty if it is encrypted or damaged.

    Raises:
        OSError: the disk cannot be read.
    """
    try:
        return read_zip_member(archive, info, _BEGINNING)[:_BEGINNING]
    except (*DAMAGE, RuntimeError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        return b""
