"""Recognises zips that are one thing, such as a book, and no archive of files; by the names of their members."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence

from reader.file_kinds import FileKind
from reader.formats.recognition import kind_of
from reader.formats.unpacking import DAMAGE, read_zip_member

_LOOK_BYTES = 4096
_MIMETYPE = b"mimetype"
# A book and an OpenDocument file begin with this member, which is stored as it is: name, then content.
_MIMETYPE_AT = 30
_OFFICE_FOLDERS = {"word/": FileKind.WORD, "xl/": FileKind.SPREADSHEET, "ppt/": FileKind.PRESENTATION}
# (names or folders that must all be there, kind)
_MEMBERS: Sequence[tuple[tuple[str, ...], FileKind]] = (
    (("META-INF/container.xml",), FileKind.EPUB),
    (("manifest.json", "library.sqlite3"), FileKind.PRESSMARK_BACKUP),
    (("datapackage.json", "archive/"), FileKind.WARC),
    (("datapackage.json", "data/archive/"), FileKind.WARC),
    (("metadata_", "content/"), FileKind.OMNIVORE),
    (("AndroidManifest.xml",), FileKind.PROGRAM),
    (("META-INF/MANIFEST.MF",), FileKind.PROGRAM),
    (("install.rdf",), FileKind.PROGRAM),
)


def kind_of_zip_head(head: bytes) -> FileKind | None:
    """Return what a zip is by its first member, where that says so; it does even if the rest is damaged."""
    if not head.startswith(_MIMETYPE, _MIMETYPE_AT):
        return None
    size = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    return _kind_of_mimetype(head[_MIMETYPE_AT + size :])


def kind_of_zip(archive: zipfile.ZipFile) -> FileKind | None:
    """Return what a zip is as a whole; None where it is an archive of files."""
    names = frozenset(archive.namelist())
    if "[Content_Types].xml" in names:
        folders = (kind for folder, kind in _OFFICE_FOLDERS.items() if _has(names, folder))
        return next(folders, FileKind.OLD_OFFICE)
    if "mimetype" in names and (kind := _kind_of_mimetype(_beginning_of(archive, "mimetype"))):
        return kind
    for wanted, kind in _MEMBERS:
        if all(_has(names, name) for name in wanted):
            return kind
    if any(name.count("/") == 1 and name.endswith("/index.rdf") for name in names):
        return FileKind.MAFF
    if any(name.count("/") == 1 and name.endswith("/info.json") for name in names) and _is_readeck(archive, names):
        return FileKind.READECK
    return _kind_of_page_with_parts(archive, names)


def _has(names: frozenset[str], wanted: str) -> bool:
    """Say whether there is a member of this name, or one below this folder, or with this beginning of a name."""
    return wanted in names or (wanted.endswith(("/", "_")) and any(name.startswith(wanted) for name in names))


def _is_readeck(archive: zipfile.ZipFile, names: frozenset[str]) -> bool:
    """Say whether each article has a folder with its page and its facts, as Readeck exports them."""
    folders = {name.partition("/")[0] for name in names if name.endswith("/info.json")}
    return all(f"{folder}/index.html" in names for folder in folders) and all(
        name.partition("/")[0] in folders for name in names
    )


def _kind_of_page_with_parts(archive: zipfile.ZipFile, names: frozenset[str]) -> FileKind | None:
    """Tell one page with its pictures, as SingleFile and WebScrapBook save it, from a folder of pages."""
    pages = [name for name in names if name.lower().endswith((".html", ".htm", ".xhtml", ".md", ".txt"))]
    if "index.html" not in names or any("/" not in name and name != "index.html" for name in pages):
        return None
    beginning = _beginning_of(archive, "index.html")
    if kind_of("index.html", beginning) is FileKind.SINGLEFILE:
        return FileKind.SINGLEFILE
    return FileKind.MAFF if b"data-scrapbook-" in beginning else None


def _kind_of_mimetype(mimetype: bytes) -> FileKind | None:
    if mimetype.startswith(b"application/epub+zip"):
        return FileKind.EPUB
    return FileKind.OPEN_DOCUMENT if mimetype.startswith(b"application/vnd.oasis.opendocument") else None


def _beginning_of(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return read_zip_member(archive, archive.getinfo(name), _LOOK_BYTES)
    except (*DAMAGE, RuntimeError, OSError, KeyError):
        return b""
