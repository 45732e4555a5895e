"""A zip is one thing, such as a book, as long as nothing in it says that it is an archive of captures."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from reader.errors import UnknownFormatError
from reader.formats.default import read_captures
from reader.formats.file_kinds import FileKind, kind_of_refusal
from reader.outcome import ImportOutcome
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.support.captures import feed

PAGE = b"<html><p>Tides</p></html>"
SINGLEFILE = b"<html><!-- Page saved with SingleFile -->"
# What makes a zip one thing where there are no captures.
MARKS: dict[str, dict[str, bytes]] = {
    "feed beside the captures": {"saved/index.rdf": b'<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel>'},
    "page of MAFF": {"page/index.rdf": b"<RDF/>", "page/index.html": PAGE},
    "page by SingleFile": {"index.html": SINGLEFILE},
    "page by WebScrapBook": {"index.html": b"<html data-scrapbook-source='x'>"},
    "extension": {"install.rdf": b"<RDF/>"},
    "extension in the folder of the captures": {"META-INF/MANIFEST.MF": b"", "saved/install.rdf": b"<RDF/>"},
    "program of Android": {"AndroidManifest.xml": b"<manifest/>"},
    "export of Omnivore": {"metadata_0_to_20.json": b"[]", "content/a.html": PAGE},
    "note called as Omnivore's list": {"metadata_x.md": b"# Notes", "content/a.html": PAGE},
    "crawl": {"datapackage.json": b"{}", "archive/a.warc": b"WARC/1.0\r\n"},
    "backup unpacked": {"manifest.json": b"{}", "library.sqlite3": b"SQLite format 3\x00" + bytes(84)},
    "book unpacked": {"META-INF/container.xml": b"<container/>"},
    "book unpacked with its mark": {"mimetype": b"application/epub+zip"},
    "document unpacked": {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"},
}


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def captures_in(path: Path) -> int:
    """Count the captures that are read of an archive."""
    count = 0
    for file in walk_sources([path]):
        if isinstance(file, SavedFile):
            try:
                count += len(list(read_captures(file)))
            except UnknownFormatError:
                continue
    return count


@pytest.mark.parametrize("name", MARKS)
@pytest.mark.parametrize("folder", ["saved/", "content/", "", "word/"])
def test_no_member_makes_a_zip_of_captures_unreadable(tmp_path: Path, name: str, folder: str) -> None:
    captures = {f"{folder}{number}.md": feed(f"第{number}章") for number in range(5)}
    assert captures_in(zip_of(tmp_path / "first.zip", {**captures, **MARKS[name]})) == 5
    later = MARKS[name] if "mimetype" not in MARKS[name] else {"a.png": b"", **MARKS[name]}
    assert captures_in(zip_of(tmp_path / "last.zip", {**later, **captures})) == 5


@pytest.mark.parametrize("name", sorted(set(MARKS) - {"feed beside the captures", "note called as Omnivore's list"}))
def test_without_captures_the_same_members_are_one_thing(tmp_path: Path, name: str) -> None:
    if name == "extension in the folder of the captures":
        return
    (found,) = walk_sources([zip_of(tmp_path / "a.zip", MARKS[name])])
    assert isinstance(found, ImportOutcome)
    assert found.kind == "skipped"
    assert found.origin.member is None


def test_the_member_that_is_no_capture_is_named_alone(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"saved/1.md": feed(), "index.html": SINGLEFILE, "install.rdf": b"<RDF/>"})
    kinds = {}
    for file in walk_sources([path]):
        assert isinstance(file, SavedFile)
        try:
            list(read_captures(file))
        except UnknownFormatError as error:
            kinds[file.name] = kind_of_refusal(error.sentence)
    assert kinds == {"index.html": FileKind.SINGLEFILE, "install.rdf": FileKind.XML}


def test_a_page_without_its_facts_makes_no_maff(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"1/index.html": PAGE, "1/index.rdf": b"<RDF/>", "2/a.html": PAGE})
    assert sum(isinstance(file, SavedFile) for file in walk_sources([path])) == 3


def test_parts_of_an_export_beside_another_thing_make_no_omnivore(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"metadata_0.json": b"[]", "content/a.html": PAGE, "2/a.html": PAGE})
    assert sum(isinstance(file, SavedFile) for file in walk_sources([path])) == 3


@pytest.mark.parametrize("name", ["a.zip", "locked.zip"])
def test_a_member_that_cannot_be_read_is_no_capture(tmp_path: Path, name: str) -> None:
    path = zip_of(tmp_path / name, {"META-INF/container.xml": b"<container/>", "a.xhtml": PAGE * 100})
    data = bytearray(path.read_bytes())
    if name == "locked.zip":
        data[data.rindex(b"PK\x01\x02") + 8] |= 1
    else:
        start = data.index(b"a.xhtml") + len("a.xhtml")
        data[start : start + 8] = bytes(8)
    path.write_bytes(data)
    (found,) = walk_sources([path])
    assert isinstance(found, ImportOutcome)
    assert kind_of_refusal(found.reason) is FileKind.EPUB
