"""What the benchmark wants of an engine, and the cutting of text that those with bigrams share."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from tests.lab.benchmarks.articles.prepared import Prepared
from tests.lab.benchmarks.articles.questions import Question
from tests.lab.benchmarks.program import JOINED_RUNS, WORDS

FIRST = 50


class Order(StrEnum):
    """What is wanted of an answer: the first fifty by date or by relevance, or how many there are."""

    NEWEST = "newest"
    RELEVANCE = "relevance"
    COUNT = "count"


class Engine(Protocol):
    """Builds an index in a folder and answers from it; `build` is called in a process of its own."""

    name: str
    exact: bool

    def build(self, folder: Path, batches: Iterable[list[Prepared]]) -> dict[str, float]:
        """Index all articles, and return what the engine wants to tell of it."""
        ...

    def index_bytes(self, folder: Path) -> int:
        """Measure the index without the text."""
        ...

    def open(self, folder: Path) -> None:
        """Be ready to answer."""
        ...

    def translate(self, question: Question, order: Order) -> Any:
        """Say it in the engine's language, before the clock runs; None if the engine cannot answer it."""
        ...

    def ask(self, translated: Any, order: Order) -> int:
        """Answer: the number of all hits for COUNT, else of the first that were fetched."""
        ...

    def add(self, rows: list[Prepared]) -> None:
        """Add articles durably, so that `ask` finds them."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...


_PIECES = re.compile(f"(?P<joined>{JOINED_RUNS.pattern})|{WORDS.pattern}")


class Cutter:
    """Cuts folded text into Latin words and Chinese bigrams, counting the seconds that it takes.

    The last character of each run is a term of its own: so no phrase reaches over what stands between runs.
    """

    def __init__(self) -> None:
        self.seconds = 0.0

    def article(self, row: Prepared) -> tuple[str, str]:
        """Return an article's terms in their order, and its different Chinese characters."""
        start = time.perf_counter()
        folded = row.folded
        terms: list[str] = []
        for match in _PIECES.finditer(folded):
            run = match[0]
            if match.lastgroup:
                terms.extend(map(str.__add__, run, run[1:]))
                terms.append(run[-1])
            else:
                terms.append(run)
        characters = " ".join(set("".join(JOINED_RUNS.findall(folded))))
        self.seconds += time.perf_counter() - start
        return " ".join(terms), characters


def terms_of(word: str) -> list[str]:
    """Cut a word or phrase of a query, whose last run may go on in the text."""
    terms: list[str] = []
    for match in _PIECES.finditer(word):
        run = match[0]
        if match.lastgroup:
            terms.extend(map(str.__add__, run, run[1:]))
            if len(run) == 1 or match.end() < len(word):
                terms.append(run[-1])
        else:
            terms.append(run)
    return terms


def is_character(word: str) -> bool:
    """Say whether a query is one Chinese character."""
    return len(word) == 1 and JOINED_RUNS.match(word) is not None


def ends_in_character(word: str) -> bool:
    """Say whether the last term of a query is one Chinese character that may begin a bigram."""
    terms = terms_of(word)
    return len(terms) > 1 and is_character(terms[-1])


def folder_bytes(folder: Path) -> int:
    """Add up what the files of a folder hold."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
