"""What another program changes is seen by a look, whatever it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.article import ArticleId
from reader.library import Library
from reader.library.changes import Watch
from reader.paths import AppPaths
from tests.support.captures import write_feed
from tests.support.changes import move_to_bin, restore

FIRST, SECOND = ArticleId(1), ArticleId(2)


def bring(library: Library, folder: Path, **about: object) -> None:
    for number in (1, 2):
        write_feed(folder, f"{number}.txt", url=f"https://news.example/{number}", **about)
    with library.writer("a test") as writer:
        list(writer.import_paths([folder]))


def bin_one_and_restore_another(library: Library) -> None:
    move_to_bin(library, [FIRST])
    restore(library, [SECOND])


def undo_what_was_brought_anew(library: Library) -> None:
    last = library.imports.last()
    assert last is not None
    library.imports.undo(last.id)


@pytest.mark.parametrize("change", [bin_one_and_restore_another, undo_what_was_brought_anew])
def test_a_change_that_leaves_as_many_articles_as_there_were_is_seen(
    tmp_path: Path, change: Callable[[Library], None]
) -> None:
    library = Library.open(AppPaths(tmp_path / "library"))
    bring(library, tmp_path / "first")
    bring(library, tmp_path / "later", body="<p>改过的。</p>", epoch=1_900_000_000_000)
    move_to_bin(library, [SECOND])
    other = Library.open(library.paths)
    watch = Watch(library)
    before = watch.look()
    assert watch.look() == before
    change(other)
    assert watch.look().articles != before.articles
    other.close()
    library.close()


def test_a_store_that_is_replaced_by_one_of_the_same_content_is_seen(tmp_path: Path) -> None:
    """A repair or a restore puts another file in its place; who has the old one open reads what nobody writes."""
    library = Library.open(AppPaths(tmp_path / "library"))
    bring(library, tmp_path / "first")
    library._store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    watch = Watch(library)
    before = watch.look()
    database = library.paths.database
    other = tmp_path / "other.sqlite3"
    shutil.copy2(database, other)
    assert other.stat().st_mtime_ns == database.stat().st_mtime_ns
    other.replace(database)
    assert watch.look().articles != before.articles
    library.close()
