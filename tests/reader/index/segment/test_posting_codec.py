from __future__ import annotations

import pickle
import re
from itertools import accumulate
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.index.build import build_segment
from reader.index.segment import format as layout
from reader.index.segment.posting_builder import PostingLists, lists_of, pack_occurrences, postings_of
from reader.index.segment.posting_codec import decode_levels, encode_blocks, gaps_of
from reader.index.segment.reader import Posting, SegmentReader
from reader.index.segment.writer import SegmentRow
from reader.index.text.score_levels import FEWEST_WITH_LEVELS, IN_TITLE, level

numbers = st.lists(st.integers(0, 65_534), min_size=1, max_size=80, unique=True).map(sorted)
near = st.lists(st.integers(1, 300), min_size=1, max_size=80).map(lambda gaps: list(accumulate(gaps)))


def make_lists(documents: list[list[int]], levels: list[int]) -> PostingLists:
    counts = [len(each) for each in documents]
    return PostingLists(
        terms=np.arange(len(documents)),
        starts=np.array([0, *accumulate(counts)]),
        articles=np.array([number for each in documents for number in each], np.uint16),
        levels=np.resize(np.array(levels, np.uint8), sum(counts)),
    )


@given(st.lists(numbers | near, min_size=1, max_size=5), st.lists(st.integers(0, 3), min_size=1, max_size=9))
def test_postings_are_read_as_they_were_written(documents: list[list[int]], levels: list[int]) -> None:
    lists = make_lists(documents, levels)
    for at, (count, first, last, block, packed) in enumerate(encode_blocks(lists)):
        wanted = documents[at]
        assert (count, first, last) == (len(wanted), wanted[0], wanted[-1])
        gaps = gaps_of(block).tolist()
        assert list(accumulate(gaps)) == wanted
        if count >= FEWEST_WITH_LEVELS:
            part = lists.levels[lists.starts[at] : lists.starts[at + 1]]
            assert decode_levels(packed, count).tolist() == part.tolist()
        else:
            assert packed == b""


@given(numbers | near)
def test_pickle_reads_the_same_gaps(documents: list[int]) -> None:
    (_, _, _, block, _) = next(encode_blocks(make_lists([documents], [0])))
    head = pickle.loads(block[8:])
    gaps, weights, values = pickle.loads(block[8 + 19 :])
    assert head == (len(documents), documents[-1], 1, 0, 0, 0)
    assert list(accumulate(gaps)) == documents
    assert weights is values is None


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9), st.booleans()), min_size=1, max_size=60),
    st.lists(st.integers(0, 30_000), min_size=10, max_size=10),
)
def test_occurrences_are_counted(found: list[tuple[int, int, bool]], lengths: list[int]) -> None:
    terms, articles, below = (np.array(column) for column in zip(*found, strict=True))
    lists = lists_of(postings_of(pack_occurrences(terms, articles, below), np.array(lengths)))
    wanted = {}
    for term, article in sorted({(term, article) for term, article, _ in found}):
        here = [is_below for other, where, is_below in found if (other, where) == (term, article)]
        wanted[term, article] = level(len(here), lengths[article]) if all(here) else IN_TITLE
    of_posting = np.repeat(lists.terms, lists.counts).tolist()
    read = zip(of_posting, lists.articles.tolist(), lists.levels.tolist(), strict=True)
    assert {(term, article): found for term, article, found in read} == wanted


texts = st.lists(
    st.sampled_from(["中国", "经济", "中", "a", "ab", "abcd", "3月", " ", "f-35", "𠮷", "😀", "。"]), max_size=40
).map("".join)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(texts, texts), min_size=20, max_size=40))
def test_every_term_of_a_segment_says_the_truth(tmp_path: Path, articles: list[tuple[str, str]]) -> None:
    contents = [f"{title}\n{text}" for title, text in articles]
    rows = [SegmentRow(at, at, False, content, "", "", "") for at, content in enumerate(contents, 1)]
    built = build_segment(tmp_path, rows)
    reader = SegmentReader(built.stem, built.facts)
    for field, key, posting in terms_of(reader):
        if field not in (layout.BIGRAM, layout.WORD, layout.PREFIX):
            continue
        halves = key.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass")
        text = halves.decode("utf-16", "replace")
        if "\ufffd" in text:
            continue
        pattern = pattern_of(field, text)
        wanted = [at for at, content in enumerate(contents) if pattern.search(content)]
        assert reader.documents(posting).tolist() == wanted, (field, text)
        levels = reader.levels(posting)
        assert (levels is None) == (len(wanted) < FEWEST_WITH_LEVELS)
        if levels is not None:
            assert levels.tolist() == [expected_level(pattern, contents[number]) for number in wanted], (field, text)


def terms_of(reader: SegmentReader) -> list[tuple[int, bytes, Posting]]:
    found = []
    for key, listed in reader.terms_from(0):
        posting = reader.find(key[1], key[2:])
        assert posting == listed
        found.append((key[1], key[2:], posting))
    return found


def pattern_of(field: int, text: str) -> re.Pattern[str]:
    if field == layout.BIGRAM:
        return re.compile(f"(?={re.escape(text)})")
    word = "[a-z0-9]"
    return re.compile(f"(?<!{word}){text}" + (f"(?!{word})" if field == layout.WORD else ""))


def expected_level(pattern: re.Pattern[str], content: str) -> int:
    if pattern.search(content[: content.index("\n")]):
        return IN_TITLE
    return level(len(pattern.findall(content)), len(content.encode()))
