"""The large real archive: everything is in, what is found is what a scan finds, and stock Whoosh agrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import pytest
import whoosh.index

from reader.index.segment import format as layout
from reader.index.segment.reader import SegmentReader
from reader.index.table_of_contents import TableOfContents, facts_of
from reader.library import Library
from reader.outcome import OutcomeKind
from reader.paths import AppPaths
from reader.query import Query
from tests.reader.index.scanning import folded_lines, pieces, scan
from tests.support.real import TEAHOUSE_ARCHIVE, needs_captures

pytestmark = [needs_captures, pytest.mark.slow]

_FILES, _ARTICLES = 29_591, 27_744
# Of so many terms one is compared with what stock Whoosh reads.
_TERMS_PER_LOOK = 97


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    if not TEAHOUSE_ARCHIVE.exists():
        pytest.skip("the large archive is not beside this checkout")
    library = Library.open(AppPaths(tmp_path_factory.mktemp("archive")))
    with library.writer("a test") as writer:
        counts = Counter(outcome.kind for outcome in writer.import_paths([TEAHOUSE_ARCHIVE]))
    assert counts.total() == _FILES
    assert counts[OutcomeKind.ADDED] == library.article_count() == _ARTICLES
    assert not counts[OutcomeKind.FAILED] + counts[OutcomeKind.SKIPPED]
    library.refresh()
    yield library
    library.close()


@pytest.fixture(scope="module")
def lines(library: Library) -> dict[int, list[str]]:
    return folded_lines(library)


def check_against_scan(library: Library, lines: dict[int, list[str]], most: int) -> None:
    for kind in ("any", "word", "mixed"):
        for query in pieces(library, kind)[:most]:
            page = library.search(Query(text=query))
            assert set(page.ids) == scan(query, lines), query
            assert page.total == len(page.ids)


def test_hits_are_what_a_scan_finds_before_and_after_tidying(library: Library, lines: dict[int, list[str]]) -> None:
    check_against_scan(library, lines, 30)
    with library.writer("a test") as writer:
        while writer.tidy():
            pass
        assert writer.is_tidy()
    library.refresh()
    assert library.index().ids() == set(library.ids())
    check_against_scan(library, lines, 130)


def test_nothing_changes_when_it_is_imported_again(library: Library) -> None:
    before = [path.name for path in sorted(library.paths.index.iterdir())]
    with library.writer("a test") as writer:
        counts = Counter(outcome.kind for outcome in writer.import_paths([TEAHOUSE_ARCHIVE]))
    assert counts == {OutcomeKind.DUPLICATE: _FILES}
    assert [path.name for path in sorted(library.paths.index.iterdir())] == before


def test_stock_whoosh_reads_the_same_postings(library: Library) -> None:
    looked = 0
    with whoosh.index.open_dir(str(library.paths.index)).searcher() as searcher:
        contents = TableOfContents(library.paths.index)
        segments = contents.read()[1]
        for (reader, _), segment in zip(searcher.reader().leaf_readers(), segments, strict=True):
            ours = SegmentReader(contents.stem(segment), facts_of(segment))
            assert reader.doc_count_all() == ours.articles
            for field, term in islice(reader.all_terms(), 0, None, _TERMS_PER_LOOK):
                posting = ours.find(layout.FIELD_NAMES.index(field), term)
                assert posting is not None
                articles = [number for number in ours.documents(posting).tolist() if not segment.is_deleted(number)]
                assert list(reader.postings(field, term).all_ids()) == articles
                looked += 1
    assert looked > 1_000
