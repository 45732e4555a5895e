from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.index.segment.rare_terms import token_hash, word_bigram_hash
from reader.index.text.analysis import JOINED, WORD_CHAR
from reader.index.text.word_bigrams import pieces_of, word_bigrams_of

texts = st.lists(
    st.sampled_from(["a", "bc", "3", "月", "年", "。", " ", "  ", "-", "\n", "\u00e9", "ｶ"]), max_size=12
).map("".join)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("2023年5月", ["2023年", "年5", "5月"]),
        ("prime  minister", ["prime minister"]),
        ("a b c", ["a b", "b c"]),
        ("在 GPT后", ["GPT后"]),
        ("下一代GPT之后的", ["代GPT", "一代GPT", "GPT之", "GPT之后"]),
        ("。代GPT之，", ["代GPT", "GPT之"]),
        ("f-35", []),
        ("a\nb", []),
    ],
)
def test_word_bigrams_are_where_words_touch(text: str, keys: list[str]) -> None:
    assert [bigram.key for bigram in word_bigrams_of(text)] == keys


@given(texts)
def test_every_word_bigram_stands_in_the_text_and_every_meeting_is_one(text: str) -> None:
    found = [(bigram.left, bigram.right) for bigram in word_bigrams_of(text)]
    words = list(re.finditer(f"{WORD_CHAR}+", text))
    wanted = []
    for word in words:
        before, behind = text[: word.start()], text[word.end() :]
        if left := re.search(f"[{JOINED}]{{1,2}}\\Z", before):
            wanted += [(left[0][-length:], word.group()) for length in range(1, len(left[0]) + 1)]
        elif earlier := re.search(rf"({WORD_CHAR}+) +\Z", before):
            wanted.append((earlier[1], word.group()))
        if right := re.match(f"[{JOINED}]{{1,2}}", behind):
            wanted += [(word.group(), right[0][:length]) for length in range(1, len(right[0]) + 1)]
    assert found == wanted
    assert [piece[1] for piece in pieces_of(text)] == [word.group() for word in words]


def test_long_texts_are_cut_by_work_that_grows_no_faster_than_they_do() -> None:
    """They are so long that anything else would not end."""
    for text in ("a" * 3_000_000, "a " * 300_000, "中a" * 300_000, " " * 3_000_000, ("a" * 50 + "-") * 50_000):
        assert [piece[1] for piece in pieces_of(text)] == re.findall(f"{WORD_CHAR}+", text)


def test_the_hashes_of_word_bigrams_spread() -> None:
    chance = random.Random(3)
    hashes = {word_bigram_hash(token_hash(str(chance.random())), token_hash("年")) for _ in range(5_000)}
    assert len({hashed >> 16 for hashed in hashes}) > 4_500
