"""Every file that is refused is called what it is, whatever its name says."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import UnknownFormatError
from reader.formats.default import read_captures
from reader.formats.file_kinds import FileKind, kind_of_refusal, refusal
from reader.formats.recognition import kind_of
from reader.outcome import ImportOutcome
from reader.sources.found import LoosePicture
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.support.captures import feed
from tests.support.real import FORMATS, PAGES_ARCHIVE, needs_formats, needs_pages

K = FileKind
MAIL = (
    b"From: Ann Shore <ann@example.org>\r\nTo: bo@example.org\r\nSubject: Tides\r\nDate: Mon, 1 Jan 2024 08:00:00 +0000"
)

SPECIMENS = {
    "plain page": (b"<!DOCTYPE html><html><body><p>Tides</p></body></html>", K.WEB_PAGE),
    "page without a head": ("\ufeff\n<div class='a'>潮汐</div>".encode(), K.WEB_PAGE),
    "page behind comments": (b"<!-- saved from url=(0014)about:internet -->\n<!-- x -->\n<HTML lang=en>", K.WEB_PAGE),
    "page behind a style sheet": (b"<style>" + b"a{color:red}" * 3000 + b"</style><p>Tides</p>", K.WEB_PAGE),
    "page of XHTML": (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C" "x"><html xmlns="y"></html>', K.WEB_PAGE),
    "page of GB18030": ("<html><title>潮汐与港口</title>".encode("gb18030"), K.WEB_PAGE),
    "page of UTF-16": ("<html><title>潮汐与港口</title></html>".encode("utf-16"), K.WEB_PAGE),
    "page that begins with words": (b"Tides today <p>a</p> <p>b</p> <div>c</div>", K.WEB_PAGE),
    "SingleFile": (b"<!DOCTYPE html> <html lang=en><!--\n Page saved with SingleFile \n url: https://e.org\n--><p>a", K.SINGLEFILE),
    "Save Page WE": (b'<html><head><meta name="savepage-url" content="https://e.org">', K.SAVE_PAGE_WE),
    "MHTML of Chromium": (b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=b\r\n\r\n", K.MHTML),
    "MHTML without headers": (b"------MultipartBoundary--x\r\nContent-Type: text/html\r\n\r\n<p>a</p>", K.MHTML),
    "web archive": (b"bplist00\xd1\x01\x02_\x10\x0fWebMainResource", K.WEBARCHIVE),
    "binary settings": (b"bplist00\xd1\x01\x02_\x10\x0fNSWindowFrame", K.UNKNOWN),
    "crawl": (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", K.WARC),
    "Evernote": (b'<?xml version="1.0"?>\n<!DOCTYPE en-export SYSTEM "x.dtd" [\n<!ENTITY a "b">\n]>\n<en-export>', K.EVERNOTE),
    "RSS": (b'<?xml version="1.0"?><rss version="2.0"><channel>', K.FEED),
    "RDF": (b'<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel>', K.FEED),
    "Atom": (b'<feed xmlns="http://www.w3.org/2005/Atom">', K.FEED),
    "JSON Feed": (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', K.FEED),
    "OPML": (b'<?xml version="1.0"?><opml version="2.0">', K.OPML),
    "drawing": (b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>', K.DRAWING),
    "other XML": (b'<?xml version="1.0"?><mods/>', K.XML),
    "FictionBook": (b'<?xml version="1.0"?><FictionBook xmlns="x"><body>', K.FICTION_BOOK),
    "PDF": (b"%PDF-1.7\n", K.PDF),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), K.OLD_OFFICE),
    "RTF": (b"{\\rtf1\\ansi Tides}", K.RTF),
    "Kindle": (bytes(60) + b"BOOKMOBI", K.KINDLE),
    "bookmarks": (b"<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE>", K.BOOKMARKS),
    "bookmarks of Google": (b'<META CHARSET=UTF-8><TITLE>B</TITLE><DL><p><DT><H3 ADD_DATE="1">', K.BOOKMARKS),
    "bookmarks of Chrome": (b'{"checksum": "f", "roots": {"bookmark_bar": {"children": []}}}', K.BOOKMARKS),
    "Pocket page": (b"<!DOCTYPE html><html><head><title>Pocket Export</title></head>", K.POCKET),
    "Pocket list": (b"title,url,time_added,tags,status\nTides,https://e.org,1700000000,,unread\n", K.POCKET),
    "Instapaper": (b"URL,Title,Selection,Folder,Timestamp\n", K.INSTAPAPER),
    "Raindrop": (b"id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n", K.RAINDROP),
    "Readwise Reader": (b"Title,URL,ID,Document tags,Saved date,Reading progress,Location,Seen\n", K.READWISE_READER),
    "Readwise": (b"Highlight,Book Title,Book Author\n", K.READWISE_HIGHLIGHTS),
    "wallabag": (b'[{"is_archived": 0, "is_starred": 1, "url": "https://e.org", "content": "<p>a</p><p>b</p><p>c</p>"}]', K.WALLABAG),
    "Omnivore": (b'[{"slug": "a", "url": "https://e.org", "savedAt": "2024"}]', K.OMNIVORE),
    "Karakeep": (b'{"bookmarks": [{"createdAt": 1, "content": {"type": "link"}}]}', K.KARAKEEP),
    "Pinboard": (b'[{"href": "https://e.org", "description": "", "extended": "", "toread": "no"}]', K.PINBOARD),
    "list of links": (b'[{"title": "Tides", "url": "https://e.org"}]', K.LINKS),
    "other JSON": (b'{"colour": "blue"}', K.JSON),
    "our export": (b'{"id": 1, "own_tags": [], "text": "a", "html": "b", "origin": "c"}\n', K.PRESSMARK_EXPORT),
    "database": (b"SQLite format 3\x00" + bytes(100), K.DATABASE),
    "our store": (b"SQLite format 3\x00" + bytes(52) + b"Pres" + bytes(28), K.PRESSMARK_LIBRARY),
    "e-mail": (MAIL + b"\r\n\r\nTides.", K.EMAIL),
    "mailbox": (b"From ann@example.org Mon Jan  1 08:00:00 2024\n" + MAIL.replace(b"\r", b"") + b"\n\nTides.", K.MAILBOX),
    "calendar": (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", K.CALENDAR),
    "address book": (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", K.CONTACTS),
    "shortcut": (b"[InternetShortcut]\r\nURL=https://e.org\r\n", K.SHORTCUT),
    "note with front matter": (b"---\ntitle: Tides\nsource: https://e.org\n---\nThe tide waits.\n", K.MARKDOWN),
    "note with headings": (b"# Tides\n\nThe tide waits.\n", K.MARKDOWN),
    "note with links": ("潮汐见[这里](https://e.org)。".encode(), K.MARKDOWN),
    "prose": ("潮汐不等人。\n".encode(), K.TEXT),
    "prose with brackets": (b"[sic] 3 < 4, and {a} too: so it was.", K.TEXT),
    "prose about a car": (b"BMW opens a factory by the harbour.", K.TEXT),
    "prose of one odd byte": (b"A\xffB", K.TEXT),
    "shell script": (b"#!/bin/sh\nexit 0\n", K.SCRIPT),
    "program of Linux": (b"\x7fELF\x02\x01\x01" + bytes(60), K.PROGRAM),
    "program of Windows": (b"MZ\x90\x00" + bytes(60), K.PROGRAM),
    "sound": (b"ID3\x03" + bytes(60), K.AUDIO),
    "film": (b"\x00\x00\x00\x18ftypmp42" + bytes(60), K.VIDEO),
    "picture of an iPhone": (b"\x00\x00\x00\x18ftypheic" + bytes(60), K.OTHER_PICTURE),
    "font": (b"wOF2" + bytes(60), K.FONT),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c" + bytes(60), K.OTHER_ARCHIVE),
    "Zstandard": (b"\x28\xb5\x2f\xfd" + bytes(60), K.PACKED_OTHERWISE),
    "noise": (bytes(range(256)) * 20, K.UNKNOWN),
    "zeros": (bytes(5000), K.UNKNOWN),
    "blank": (b" \n\n ", K.UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_file_is_recognised_by_its_content(name: str) -> None:
    data, kind = SPECIMENS[name]
    for called in ("a", "a.pdf", "a.html", "a.jpg"):
        assert kind_of(called, data) is kind


@pytest.mark.parametrize(("name", "kind"), [("a.css", K.STYLE_SHEET), ("a.JS", K.SCRIPT), ("a.csv", K.TABLE), ("a.md", K.MARKDOWN), ("a.txt", K.TEXT), ("a", K.TEXT)])  # fmt: skip
def test_plain_text_is_called_by_its_ending(name: str, kind: FileKind) -> None:
    assert kind_of(name, b"a, b: c;\n") is kind


def test_each_kind_has_one_sentence_of_its_own() -> None:
    assert [kind_of_refusal(refusal(kind)) for kind in FileKind] == list(FileKind)
    assert all("{" not in refusal(kind).template for kind in FileKind)


@given(
    st.binary(max_size=300), st.sampled_from(["", "<", "<!", "<!--", "<?", "[", "{", "From ", "---\n", "PK\x03\x04"])
)
def test_any_bytes_have_a_kind(data: bytes, beginning: str) -> None:
    assert isinstance(kind_of("a", beginning.encode() + data), FileKind)


def zip_of(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def tar_of(mode: str, **members: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


PAGE = b"<html><p>Tides</p></html>"
WHOLE = {
    "EPUB": (zip_of(**{"mimetype": b"application/epub+zip", "META-INF/container.xml": b""}), K.EPUB),
    "EPUB that breaks off": (zip_of(mimetype=b"application/epub+zip")[:80], K.EPUB),
    "EPUB without its mark": (zip_of(**{"META-INF/container.xml": b"", "a.opf": b""}), K.EPUB),
    "Word": (zip_of(**{"[Content_Types].xml": b"", "word/document.xml": b""}), K.WORD),
    "Excel": (zip_of(**{"[Content_Types].xml": b"", "xl/workbook.xml": b""}), K.SPREADSHEET),
    "OpenDocument": (zip_of(mimetype=b"application/vnd.oasis.opendocument.text"), K.OPEN_DOCUMENT),
    "MAFF": (zip_of(**{"1/index.html": PAGE, "1/index.rdf": b"<RDF/>"}), K.MAFF),
    "HTZ": (zip_of(**{"index.html": b"<html data-scrapbook-source='x'>", "a.png": b"a"}), K.MAFF),
    "SingleFile as a zip": (zip_of(**{"index.html": b"<html><!-- Page saved with SingleFile -->"}), K.SINGLEFILE),
    "crawl as a zip": (zip_of(**{"datapackage.json": b"{}", "archive/a.warc.gz": b"x"}), K.WARC),
    "Omnivore": (zip_of(**{"metadata_0_to_1.json": b"[]", "content/a.html": PAGE}), K.OMNIVORE),
    "Readeck": (zip_of(**{"AbC/info.json": b"{}", "AbC/index.html": PAGE}), K.READECK),
    "our backup": (zip_of(**{"library.sqlite3": b"x", "manifest.json": b"{}"}), K.PRESSMARK_BACKUP),
    "crawl": (gzip.compress(b"WARC/1.0\r\n" + bytes(900)), K.WARC),
    "one capture packed by gzip": (gzip.compress(feed()), K.PACKED_FILE),
    "one capture packed by xz": (lzma.compress(feed()), K.PACKED_FILE),
    "one capture packed by bzip2": (bz2.compress(feed()), K.PACKED_FILE),
    "one long page packed": (gzip.compress(PAGE * 5000), K.PACKED_FILE),
    "nothing packed": (gzip.compress(b""), K.PACKED_FILE),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_packed_thing_is_named_as_a_whole_alone_and_in_an_archive(tmp_path: Path, name: str) -> None:
    data, kind = WHOLE[name]
    (tmp_path / "a.bin").write_bytes(data)
    (tmp_path / "b.zip").write_bytes(zip_of(inner=data))
    (tmp_path / "c.tar").write_bytes(tar_of("w", inner=data))
    found = list(walk_sources([tmp_path]))
    assert [kind_of_refusal(file.reason) for file in found if isinstance(file, ImportOutcome)] == [kind] * 3
    assert all(isinstance(file, ImportOutcome) and file.kind == "skipped" for file in found)


@pytest.mark.parametrize("data", [zip_of(a=feed()), tar_of("w", a=feed()), tar_of("w:gz", a=feed()), tar_of("w:xz", a=feed()), b"PK\x03\x04 broken"])  # fmt: skip
def test_an_archive_inside_an_archive_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of(inner=data))
    (found,) = walk_sources([tmp_path])
    assert isinstance(found, ImportOutcome)
    assert kind_of_refusal(found.reason) is K.ARCHIVE_IN_ARCHIVE


def test_archives_of_captures_are_read_and_no_kind_of_their_own(tmp_path: Path) -> None:
    members = {"index.html": PAGE, "content/a.md": feed(), "info.json": b"{}", "deep/index.rdf/b.md": feed()}
    for name, data in {
        "a.zip": zip_of(**members),
        "b.tgz": tar_of("w:gz", **members),
        "d.tar.bz2": tar_of("w:bz2", **members),
    }.items():
        (tmp_path / name).write_bytes(data)
    found = list(walk_sources([tmp_path]))
    assert not [file for file in found if isinstance(file, ImportOutcome)]
    assert len(found) == 12


def test_an_archive_that_was_packed_of_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "c.tar.gz").write_bytes(gzip.compress(bytes(10240)))
    (found,) = walk_sources([tmp_path])
    assert isinstance(found, ImportOutcome)
    assert str(found.reason) == "The archive holds no files."


def test_a_packed_archive_whose_end_is_missing_is_damaged_and_not_a_packed_file(tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(tar_of("w:gz", a=feed() * 400)[:-30])
    (tmp_path / "b.gz").write_bytes(gzip.compress(feed())[:20])
    reasons = [str(file.reason) for file in walk_sources([tmp_path]) if isinstance(file, ImportOutcome)]
    assert len(reasons) == 2
    assert all("is damaged" in reason for reason in reasons)


@given(st.binary(max_size=600))
def test_a_single_packed_file_is_never_called_damaged(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("packed") / "a"
    path.write_bytes(gzip.compress(data))
    for found in walk_sources([path]):
        # What happens to be the head of a tar is read as one.
        assert isinstance(found, SavedFile) or "damaged" not in str(found.reason)


def kinds_of(folder: Path) -> Counter[str]:
    """Return what the files in a folder are called, by their number."""
    kinds: Counter[str] = Counter()
    for file in walk_sources([folder]):
        if isinstance(file, LoosePicture):
            kinds["picture"] += 1
        elif isinstance(file, ImportOutcome):
            kinds[kind_of_refusal(file.reason) or str(file.reason)] += 1
        else:
            try:
                list(read_captures(file))
                kinds["capture"] += 1
            except UnknownFormatError as error:
                kinds[str(kind_of_refusal(error.sentence))] += 1
    return kinds


REAL = {
    "bookmarks": {K.BOOKMARKS: 13},
    "docx": {K.WORD: 5},
    "enex": {K.EVERNOTE: 21},
    "fb2": {K.FICTION_BOOK: 2},
    "html_monolith": {K.WEB_PAGE: 5},
    "html_saved": {K.WEB_PAGE: 12},
    "karakeep_linkwarden": {K.WEB_PAGE: 2},
    "maff": {K.MAFF: 2},
    "mhtml": {K.MHTML: 10},
    "mhtml_chromium": {K.MHTML: 23, K.JSON: 1},
    "odt": {K.OPEN_DOCUMENT: 4},
    "opml": {K.OPML: 2},
    "pdf": {K.PDF: 5},
    "singlefile": {K.SINGLEFILE: 16, K.JSON: 1},
    "txt": {K.TEXT: 3},
    "wacz": {K.WARC: 4},
    "warc": {K.WARC: 7},
    "webarchive": {K.WEBARCHIVE: 1},
    "zim": {K.ZIM: 2},
}


@needs_formats
@pytest.mark.parametrize("folder", REAL)
def test_real_files_of_a_kind_are_all_called_so(folder: str) -> None:
    assert kinds_of(FORMATS / folder) == REAL[folder]


@needs_formats
def test_of_all_real_files_none_is_unknown_and_none_is_taken_for_a_capture() -> None:
    kinds = kinds_of(FORMATS)
    assert kinds.total() > 250
    assert not kinds[K.UNKNOWN]
    assert not kinds["capture"]


@needs_pages
def test_real_web_pages_are_all_called_so() -> None:
    kinds: Counter[str] = Counter()
    with tarfile.open(PAGES_ARCHIVE) as archive:
        for member in archive:
            if member.isfile() and (file := archive.extractfile(member)):
                kinds[f"{member.name.rpartition('.')[2]}: {kind_of(member.name, file.read())}"] += 1
    assert set(kinds) == {"html: web-page", "json: json", "jsonl: json", "md: markdown"}
