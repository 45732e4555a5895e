from __future__ import annotations

import pytest

from reader.index.merging import LARGEST_ARTICLES, LARGEST_CHARACTERS, SegmentSize, choose_merge


def run(commits: int, articles: int, characters: int = 1_500) -> tuple[list[SegmentSize], int, int]:
    """Return the segments after so many commits, how many articles were rewritten, the most at once."""
    sizes: list[SegmentSize] = []
    rewritten = most = 0
    for _ in range(commits):
        sizes.append(SegmentSize(articles, articles * characters, 0))
        while chosen := choose_merge(sizes):
            merged = sum(sizes[at].live for at in chosen)
            rewritten += merged
            most = max(most, merged)
            kept = [size for at, size in enumerate(sizes) if at not in chosen]
            sizes = [*kept, SegmentSize(merged, merged * characters, 0)]
    return sizes, rewritten, most


@pytest.mark.parametrize("articles", [600, 1_000, 1_500, 3_000])
def test_an_import_rewrites_each_article_once_and_leaves_few_segments(articles: int) -> None:
    sizes, rewritten, most = run(30_000 // articles, articles)
    assert len(sizes) <= 13
    assert rewritten <= 30_000
    assert most <= LARGEST_ARTICLES


def test_single_articles_are_rewritten_a_few_times() -> None:
    sizes, rewritten, _ = run(5_000, 1)
    assert len(sizes) <= 15
    assert rewritten <= 20 * 5_000


def test_long_articles_make_smaller_segments() -> None:
    sizes, _, _ = run(30, 1_000, characters=20_000)
    assert max(size.characters for size in sizes) <= LARGEST_CHARACTERS


def test_a_segment_that_was_mostly_deleted_is_rewritten() -> None:
    sizes = [SegmentSize(8_000, 8_000_000, 0), SegmentSize(9_000, 9_000_000, 3_001)]
    assert choose_merge(sizes) == [1]


def test_large_segments_are_left_alone() -> None:
    assert choose_merge([SegmentSize(9_000, 9_000_000, 10)] * 20) == []


def test_nothing_is_joined_that_would_be_too_large() -> None:
    longest = SegmentSize(50, LARGEST_CHARACTERS, 0)
    assert choose_merge([longest] * 20) == []
    for chosen in (choose_merge([SegmentSize(3_900, 1_000_000, 0)] * 8),):
        assert len(chosen) == 2
