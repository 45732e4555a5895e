"""What is said of a picture is true of this picture: it is kept with an article, or it is not kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from reader.formats.file_kinds import FileKind, kind_of_refusal
from reader.importing.workers.pool import PipelineSettings
from reader.library import Library
from reader.outcome import OutcomeKind
from reader.paths import AppPaths
from tests.support.captures import feed, write_feed
from tests.support.changes import move_to_bin

KEPT, NOT_KEPT = FileKind.PICTURE_KEPT, FileKind.PICTURE_NOT_KEPT


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library.open(AppPaths(tmp_path / "library"))
    yield library
    library.close()


def png(shade: int) -> bytes:
    file = io.BytesIO()
    Image.new("L", (32, 32), shade).save(file, "PNG")
    return file.getvalue()


def said(library: Library, path: Path, settings: PipelineSettings | None = None) -> dict[str, FileKind | None]:
    """Import, and return what was said of each file that was skipped, by its name."""
    with library.writer("a test") as writer:
        outcomes = list(writer.import_paths([path], settings))
    skipped = [outcome for outcome in outcomes if outcome.kind is OutcomeKind.SKIPPED]
    (record, *_) = library.imports.all()
    assert record.skipped == len(skipped)
    return {str(outcome.origin).rpartition("/")[2]: kind_of_refusal(outcome.reason) for outcome in skipped}


def shown(name: str) -> str:
    return f'<p>有图。</p><img src="{name}" alt="书摊">'


def test_a_picture_beside_a_page_that_is_refused_is_not_kept(library: Library, tmp_path: Path) -> None:
    (tmp_path / "drop" / "page_files").mkdir(parents=True)
    (tmp_path / "drop" / "page.html").write_text('<html><body><img src="page_files/a.png"></body></html>')
    (tmp_path / "drop" / "page_files" / "a.png").write_bytes(png(1))
    assert said(library, tmp_path / "drop") == {"page.html": FileKind.WEB_PAGE, "a.png": NOT_KEPT}
    assert library.info().pictures_held == 0


@pytest.mark.parametrize("settings", [None, PipelineSettings(processes=2, alone=0, files_a_task=1)])
def test_pictures_before_and_behind_the_article_that_shows_them_are_kept(
    library: Library, tmp_path: Path, settings: PipelineSettings | None
) -> None:
    drop = tmp_path / "drop"
    write_feed(drop, "m.txt", body=shown("a.png") + shown("z.png"))
    for name, shade in (("a.png", 1), ("z.png", 2), ("b.png", 3), ("y.png", 4)):
        (drop / name).write_bytes(png(shade))
    assert said(library, drop, settings) == {"a.png": KEPT, "z.png": KEPT, "b.png": NOT_KEPT, "y.png": NOT_KEPT}
    assert library.info().pictures_held == 2
    # A second import finds the article as it is, and says the same.
    assert said(library, drop, settings) == {"a.png": KEPT, "z.png": KEPT, "b.png": NOT_KEPT, "y.png": NOT_KEPT}


def test_pictures_in_an_archive_are_told_apart_too(library: Library, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("news/1.png", png(1))
        archive.writestr("news/2.png", png(2))
        archive.writestr("news/a.md", feed(body=shown("1.png")))
    assert said(library, tmp_path / "a.zip") == {"1.png": KEPT, "2.png": NOT_KEPT}


def test_a_picture_that_was_deleted_with_its_article_is_not_kept_any_more(library: Library, tmp_path: Path) -> None:
    write_feed(tmp_path / "drop", "m.txt", body=shown("a.png"))
    (tmp_path / "drop" / "a.png").write_bytes(png(1))
    assert said(library, tmp_path / "drop") == {"a.png": KEPT}
    with library.writer("a test") as writer:
        move_to_bin(library, library.ids())
        list(writer.empty_bin())
    assert said(library, tmp_path / "drop" / "a.png") == {"a.png": NOT_KEPT}


def test_a_picture_that_cannot_be_decoded_is_not_said_to_be_kept(library: Library, tmp_path: Path) -> None:
    write_feed(tmp_path / "drop", "m.txt", body=shown("a.png"))
    (tmp_path / "drop" / "a.png").write_bytes(png(1)[:40])
    assert said(library, tmp_path / "drop") == {"a.png": NOT_KEPT}


def test_an_import_that_is_cancelled_counts_only_what_it_told(library: Library, tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.png").write_bytes(png(1))
    write_feed(tmp_path / "drop", "m.txt")
    with library.writer("a test") as writer:
        outcomes = writer.import_paths([tmp_path / "drop"])
        assert next(outcomes).kind is OutcomeKind.ADDED
        outcomes.close()
    (record,) = library.imports.all()
    assert (record.added, record.skipped) == (1, 0)
