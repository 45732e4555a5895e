"""The engines that are measured in one run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.lab.benchmarks.peers.base import Engine
from tests.lab.benchmarks.peers.fts5 import Fts5Bigrams, Fts5Sorting, Fts5Trigrams
from tests.lab.benchmarks.peers.library import PressmarkLibrary
from tests.lab.benchmarks.peers.pressmark import Pressmark
from tests.lab.benchmarks.peers.tantivy_bigrams import TantivyBigrams
from tests.lab.benchmarks.peers.whoosh_ngrams import WhooshNgrams

# Stock Whoosh takes in some hundred articles a second: it gets a part only, and its figures are of that part.
WHOOSH_ARTICLES = 1_000

_ENGINES: tuple[Callable[[], Engine], ...] = (
    Pressmark,
    Fts5Bigrams,
    Fts5Sorting,
    TantivyBigrams,
    Fts5Trigrams,
    WhooshNgrams,
)


def engine(name: str) -> Engine:
    """Make the engine of that name."""
    return next(made for made in (make() for make in _ENGINES) if made.name == name)


def answering(names: Sequence[str]) -> list[Engine]:
    """Make the engines that answer: of Pressmark its whole library, of the others what was built."""
    return [PressmarkLibrary() if name == Pressmark.name else engine(name) for name in names]
