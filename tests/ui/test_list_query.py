"""What a question brings: the ids, and the rows that are seen first."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from tests.support.captures import write_feed
from ui.list_query import Question, answer

_ROWS = 3


@pytest.mark.parametrize("row", range(7))
def test_an_article_that_is_wanted_is_among_the_rows_that_are_seen_first(tmp_path: Path, row: int) -> None:
    for number in range(7):
        write_feed(tmp_path / "drop", f"{number}.txt", url=f"https://news.example/{number}")
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "drop"]))
    id_ = library.search(Query()).ids[row]
    results = answer(library, Question(query=Query(), rows=_ROWS, current=id_, wanted=True), lambda: False)
    assert results.row == row
    assert id_ in [hit.id for hit in results.first]
    library.close()
