from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.index.merge import FEWEST, LARGEST_ARTICLES, LARGEST_CHARACTERS, MANY, SegmentSize, choose_merge


def commit(
    sizes: list[SegmentSize], articles: int, fewest: int, characters: int = 800
) -> tuple[list[SegmentSize], int]:
    """Add a segment and join until all is well; return the segments, and how many articles were rewritten."""
    sizes = [*sizes, SegmentSize(articles, articles * characters, 0)]
    rewritten = 0
    while chosen := choose_merge(sizes, fewest):
        joined = sum(sizes[at].live for at in chosen)
        rewritten += joined
        kept = [size for at, size in enumerate(sizes) if at not in chosen]
        sizes = [*kept, SegmentSize(joined, joined * characters, 0)]
    return sizes, rewritten


@pytest.mark.parametrize("commits", [2, 7, 30])
def test_after_an_import_a_library_of_usual_size_is_one_segment(commits: int) -> None:
    sizes = [SegmentSize(1_000, 800_000, 0)] * commits
    assert sorted(choose_merge(sizes)) == list(range(commits))


def test_what_an_import_leaves_over_is_joined_with_the_rest() -> None:
    sizes = [SegmentSize(articles, 800 * articles, 0) for articles in (12, 700, 2_300, 2_400, 2_500)]
    assert sorted(choose_merge(sizes)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("articles", [1, 5, 10])
def test_small_commits_rewrite_an_article_a_few_times_only(articles: int) -> None:
    sizes: list[SegmentSize] = [SegmentSize(40_000, 32_000_000, 0)]
    total = 0
    for _ in range(500):
        sizes, rewritten = commit(sizes, articles, FEWEST)
        total += rewritten
    assert total <= 8 * 500 * articles * log(500) / log(2) / 2
    assert len(sizes) <= 8
    assert max(size.articles for size in sizes) == 40_000


def test_while_articles_come_in_a_segment_waits_for_its_like() -> None:
    sizes: list[SegmentSize] = []
    for _ in range(MANY - 1):
        sizes, rewritten = commit(sizes, 1, MANY)
        assert not rewritten
    sizes, rewritten = commit(sizes, 1, MANY)
    assert (len(sizes), rewritten) == (1, MANY)


def test_a_few_articles_leave_a_large_segment_alone() -> None:
    assert choose_merge([SegmentSize(28_000, 24_000_000, 0), SegmentSize(100, 80_000, 0)]) == []


def test_a_segment_that_was_mostly_deleted_is_rewritten() -> None:
    sizes = [SegmentSize(80_000, 8_000_000, 0), SegmentSize(9_000, 9_000_000, 3_001)]
    assert choose_merge(sizes) == [1]


@given(
    st.lists(
        st.builds(
            SegmentSize,
            st.integers(1, LARGEST_ARTICLES),
            st.integers(1, LARGEST_CHARACTERS),
            st.just(0),
        ),
        max_size=30,
    ),
    st.sampled_from([FEWEST, MANY]),
)
def test_nothing_is_joined_that_would_be_too_large(sizes: list[SegmentSize], fewest: int) -> None:
    chosen = choose_merge(sizes, fewest)
    assert not chosen or len(chosen) >= fewest
    assert sum(sizes[at].live for at in chosen) <= LARGEST_ARTICLES
    assert sum(sizes[at].live_characters for at in chosen) <= LARGEST_CHARACTERS


def test_joining_comes_to_an_end() -> None:
    sizes = [SegmentSize(articles, 800 * articles, 0) for articles in range(1, 400, 7)]
    for _ in range(len(sizes)):
        chosen = choose_merge(sizes)
        if not chosen:
            return
        joined = sum(sizes[at].live for at in chosen)
        sizes = [size for at, size in enumerate(sizes) if at not in chosen] + [SegmentSize(joined, 800 * joined, 0)]
    pytest.fail("segments are joined for ever")
