"""An article that is as long as a library: cut into terms piece by piece, with the very terms of the whole."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from functools import reduce
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.index.segment.bigram_collector import _bigrams_of
from reader.index.segment.posting_builder import add_counts, count_occurrences
from reader.index.segment.text_chunk import make_chunk
from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query
from tests.reader.cli.command_line import ROOT
from tests.support.captures import write_feed

# Scripts with and without spaces, characters of two units, and halves of one.
_TEXT = st.text(alphabet="港口潮abc 。\n𠀀𠀁😀1é\ud800\udc00", max_size=40)
# The most memory that a command takes. A process of its own starts it, which is small: Linux counts what the parent held
# when it made its child as the child's.
_MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
_TITLE = st.text(alphabet="港口ab 𠀀\udc00", max_size=6)


@given(st.lists(st.tuples(_TITLE, _TEXT), min_size=1, max_size=4), st.integers(2, 9))
def test_pieces_have_the_terms_of_the_whole(articles: list[tuple[str, str]], size: int) -> None:
    contents = [f"{title}\n{text}" for title, text in articles]
    chunk = make_chunk(5, contents)
    lengths = np.array([0] * 5 + [len(content.encode("utf-8", "surrogatepass")) for content in contents])
    whole = count_occurrences(_bigrams_of(chunk, len(chunk.units))).postings(lengths)
    pieces = [count_occurrences(_bigrams_of(piece, own)) for piece, own in chunk.pieces(size)]
    assert np.array_equal(reduce(add_counts, pieces).postings(lengths), whole)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="this system does not say how much memory a process took")
@pytest.mark.parametrize("words", [False, True], ids=["characters", "words"])
def test_a_capture_of_12_million_characters_is_imported_in_500_mb(tmp_path: Path, words: bool) -> None:
    choose = random.Random(1)
    if words:
        vocabulary = ["".join(choose.choices("etaoinshrdlu", k=choose.randint(2, 9))) for _ in range(30_000)]
        text = " ".join(choose.choices(vocabulary, k=1_850_000))
    else:
        # Characters are as uneven as in any text: all pairs of them would be more than a library has.
        weights = [1 / rank for rank in range(1, 3001)]
        text = "".join(choose.choices([chr(0x4E00 + rank) for rank in range(3000)], weights, k=12_000_000))
    body = "".join(f"<p>{text[at : at + 2000]}</p>" for at in range(0, len(text), 2000))
    capture = write_feed(tmp_path, "long.md", body=body)
    assert len(body) > 12_000_000
    command = [sys.executable, str(ROOT / "main.py"), "--data-dir", str(tmp_path / "library"), "import", str(capture)]
    done = subprocess.run([sys.executable, "-c", _MEASURE, *command], capture_output=True, text=True, check=True)
    # One file is read by the importing process alone: this is all the memory there is. Linux counts in KB.
    assert int(done.stdout) / (1 if sys.platform == "linux" else 1024) < 500_000
    library = Library.open(AppPaths(tmp_path / "library"))
    try:
        (id_,) = library.ids()
        assert "".join(library.article(id_).text.split()) == "".join(text.split())
        assert library.search(Query(text=text[5_000_000:5_000_040].strip())).total == 1
    finally:
        library.close()
