"""The engines that are measured in one run."""

from __future__ import annotations

from collections.abc import Callable

from tests.benchmarks.peers.base import Engine
from tests.benchmarks.peers.fts5 import Fts5Bigrams, Fts5Trigrams
from tests.benchmarks.peers.pressmark import Pressmark
from tests.benchmarks.peers.tantivy_bigrams import TantivyBigrams
from tests.benchmarks.peers.whoosh_ngrams import WhooshNgrams

# Stock Whoosh takes in some hundred articles a second: it gets a part only, and its figures are of that part.
WHOOSH_ARTICLES = 1_000

ENGINES: tuple[Callable[[], Engine], ...] = (Pressmark, Fts5Bigrams, TantivyBigrams, Fts5Trigrams, WhooshNgrams)
