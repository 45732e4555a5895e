"""Pictures that lie beside a capture: taken in whichever came first, kept by cleaning again, and mended."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reader.article import Origin, PageImage, RevisionId
from reader.errors import CaptureError
from reader.importing.run import import_captures
from reader.library import Library
from reader.outcome import ImportOutcome, OutcomeKind
from reader.paths import AppPaths
from reader.sources.saved_file import SavedFile
from tests.lab.reliability.libraries import library_hash_of
from tests.reader.cli.command_line import CommandLine
from tests.support.captures import feed, write_feed

# How a page writes the name of a picture, where it lies seen from the page, and the address of the page.
WRITTEN = {
    "plain": ("p.png", "p.png", "https://news.example/a/b"),
    "encoded": ("my%20pic.png", "my pic.png", "https://news.example/a/b"),
    "with a space": ("my pic.png", "my pic.png", "https://news.example/a/b"),
    "Chinese": ("图.png", "图.png", "https://news.example/a/b"),
    "with a dot": ("./p.png", "p.png", "https://news.example/a/b"),
    "from above": ("../p.png", "../p.png", "https://news.example/a/b"),
    "in a folder": ("files/p.png", "files/p.png", "https://news.example/a/b"),
    "with a query": ("p.png?v=1", "p.png?v=1", "https://news.example/a/b"),
    "a page with a slash in its query": ("p.png", "p.png", "https://news.example/a?of=x/y"),
    "a page at the root": ("p.png", "p.png", "https://news.example"),
    "a page without an address": ("p.png", "p.png", None),
}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library.open(AppPaths(tmp_path / "library"))
    yield library
    library.close()


def bring(library: Library, folder: Path) -> list[ImportOutcome]:
    with library.writer("a test") as writer:
        outcomes = list(writer.import_paths([folder]))
        list(writer.catch_up())
    library.refresh()
    return outcomes


def shown(library: Library) -> list[PageImage]:
    """Return the pictures of all articles as they are shown."""
    rows = library._store.rows("SELECT revision FROM article WHERE deleted IS NULL ORDER BY id")
    return [image for (revision,) in rows for image in library._store.images(RevisionId(revision))]


def capture(folder: Path, name: str, url: str | None, **more: object) -> Path:
    body = f'<p>旧书市开张了，来的人比去年多。</p><img src="{name}">'
    return write_feed(folder / "in" / "here", "a.txt", url=url, body=body, **more).parent


def put(folder: Path, name: str, data: bytes) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)


@pytest.mark.parametrize(("name", "place", "url"), WRITTEN.values(), ids=WRITTEN)
def test_a_picture_is_held_whichever_came_first(
    library: Library, tmp_path: Path, png: bytes, name: str, place: str, url: str | None
) -> None:
    drop = capture(tmp_path, name, url)
    bring(library, tmp_path / "in")
    put(drop, place, png)
    (outcome, *_) = bring(library, tmp_path / "in")
    assert outcome.kind is not OutcomeKind.DUPLICATE
    assert [image.sha256 for image in shown(library)] == [hashlib.sha256(png).hexdigest()]
    again = bring(library, tmp_path / "in")
    assert again[0].kind is OutcomeKind.DUPLICATE

    both = library_hash_of(library.paths, content=True)
    (drop / place).unlink()
    (outcome, *_) = bring(library, tmp_path / "in")
    assert outcome.kind is OutcomeKind.DUPLICATE
    assert library_hash_of(library.paths, content=True) == both

    other = Library.open(AppPaths(tmp_path / "other"))
    put(drop, place, png)
    bring(other, tmp_path / "in")
    other.close()
    assert library_hash_of(other.paths, content=True) == both


def test_a_page_whose_pictures_are_on_the_web_is_not_read_again(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = capture(tmp_path, "https://img.example/p.png?a=1&amp;b=2", "https://news.example/1")
    bring(library, folder)
    monkeypatch.setattr("reader.importing.queue.ImportQueue.read_here", None)
    (outcome,) = bring(library, folder)
    assert outcome.kind is OutcomeKind.DUPLICATE


def test_a_picture_that_cannot_be_read_now_fails_its_file_alone(library: Library, tmp_path: Path, png: bytes) -> None:
    def refuse(name: str) -> bytes | None:
        raise CaptureError("{name} cannot be read: {cause}.", name=name, cause="Input/output error")

    def source(n: int, beside: Callable[[str], bytes | None]) -> SavedFile:
        data = feed(url=f"https://news.example/{n}", body='<p>旧书市。</p><img src="p.png">')
        return SavedFile.of_bytes(Origin(f"{n}.txt"), f"{n}.txt", data, beside=beside)

    with library.writer("a test") as writer:
        list(import_captures([source(n, lambda _: png) for n in range(3)], writer._files))
        files = [source(0, lambda _: png), source(1, refuse), source(2, lambda _: png)]
        outcomes = list(import_captures(files, writer._files))
    kinds = [outcome.kind for outcome in outcomes]
    assert kinds == [OutcomeKind.DUPLICATE, OutcomeKind.FAILED, OutcomeKind.DUPLICATE]
    assert outcomes[1].reason is not None
    assert "p.png" in str(outcomes[1].reason.params)


@pytest.mark.parametrize("url", ["https://news.example/1", None])
@pytest.mark.parametrize("harm", ["missing", "damaged", "unreadable"])
def test_cleaning_again_keeps_the_pictures_that_are_damaged(
    library: Library, tmp_path: Path, png: bytes, harm: str, url: str | None
) -> None:
    drop = capture(tmp_path, "p.png", url)
    put(drop, "p.png", png)
    bring(library, drop)
    before, kept = shown(library), library_hash_of(library.paths, content=True)
    (file,) = library.paths.images.glob("??/*.png")
    file.unlink()
    if harm == "damaged":
        file.write_bytes(png[:-20] + bytes(20))
    elif harm == "unreadable":
        file.mkdir()
    library._store.rows("UPDATE revision SET clean_version = 0")
    with library.writer("a test") as writer:
        assert list(writer.clean_again()) == [1]
    assert shown(library) == before
    if file.is_dir():
        file.rmdir()
    file.write_bytes(png)
    assert library_hash_of(library.paths, content=True) == kept


@pytest.mark.parametrize("harm", ["missing", "damaged", "forgotten by a repair"])
def test_importing_again_mends_a_picture(tmp_path: Path, png: bytes, harm: str) -> None:
    pressmark = CommandLine(tmp_path / "library")
    drop = capture(tmp_path, "p.png", "https://news.example/1")
    put(drop, "p.png", png)
    pressmark.json("import", drop)
    (file,) = (pressmark.data / "images").glob("??/*.png")
    if harm == "damaged":
        file.write_bytes(png[:-20] + bytes(20))
    else:
        file.unlink()
    if harm == "forgotten by a repair":
        pressmark.run("repair")
    report = pressmark.json("import", drop)[0]
    assert (report["updated"], report["duplicate"]) == (1, 0)
    assert pressmark.json("show", "1")[0]["images"][0]["held"]
    assert pressmark.json("verify")[0]["problems"] == []


def test_a_damaged_picture_that_is_not_beside_the_file_is_named(tmp_path: Path, png: bytes) -> None:
    pressmark = CommandLine(tmp_path / "library")
    drop = capture(tmp_path, "p.png", "https://news.example/1")
    put(drop, "p.png", png)
    pressmark.json("import", drop)
    shutil.rmtree(pressmark.data / "images")
    (drop / "p.png").unlink()
    report = pressmark.json("import", drop)[0]
    assert (report["updated"], report["duplicate"]) == (0, 1)
    with closing(sqlite3.connect(pressmark.data / "library.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM image WHERE sha256 IS NOT NULL").fetchone() == (1,)
