"""What is asked: pieces cut out of the articles at random, in classes of the ways people search."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.benchmarks.articles.prepared import Prepared, batches

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"(?<![^\W_])[a-z]{3,14}(?![^\W_])")
_TWO_WORDS = re.compile(r"(?<![^\W_])[a-z]{2,12} [a-z]{2,12}(?![^\W_])")
_MIXED = re.compile(r"(?<![^\W_])(?:\d{2,4}|[a-z]{2,8})[\u4e00-\u9fff]{1,2}")
_OPERATORS = ("or", "not")
_SAMPLE = 3_000
_TRIES = 20
EVERYTHING = "everything by date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All of `words` (or any, with `either`), none of `without`; folded. No word at all is everything.

    A word of several Latin words is a phrase. `years` is the first and the one behind the last.
    """

    kind: str
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    either: bool = False
    prefix: bool = False
    years: tuple[int, int] | None = None
    source: str | None = None


Maker = Callable[["_Cutter"], Question]


def make_questions(file: Path, total: int, numbers: Sequence[int]) -> list[list[Question]]:
    """Return lists of so many questions of every class.

    No question stands twice, in no list; a small library may have fewer. But of everything there is one only.
    """
    cutter = _Cutter(list(_sampled(batches(file), total)), random.Random("questions"))
    of_kind = [_different(maker, cutter, sum(numbers)) for maker in _MAKERS]
    lists = []
    for at, each in enumerate(numbers):
        first = sum(numbers[:at])
        questions = [question for questions in of_kind for question in questions[first : first + each]]
        lists.append([*questions, *[Question(kind=EVERYTHING)] * each])
    return lists


def _different(maker: Maker, cutter: _Cutter, count: int) -> list[Question]:
    found: dict[Question, None] = {}
    for _ in range(count * _TRIES):
        found[maker(cutter)] = None
        if len(found) == count:
            break
    return list(found)


def _sampled(source: Iterable[list[Prepared]], total: int) -> Iterable[Prepared]:
    step = max(1, total // _SAMPLE)
    for batch in source:
        yield from (row for row in batch if row.rank % step == 0)


class _Cutter:
    """Cuts pieces out of random articles."""

    def __init__(self, rows: list[Prepared], chance: random.Random) -> None:
        self.rows = rows
        self.years = sorted(row.published.year for row in rows if row.published)
        self.chance = chance

    def row(self) -> Prepared:
        """Return a random article."""
        return self.chance.choice(self.rows)

    def han(self, length: int, row: Prepared | None = None) -> str:
        """Cut `length` Chinese characters, of `row` if it has them."""
        while True:
            text = (row or self.row()).folded
            runs: list[str] = [run for run in _HAN.findall(text) if len(run) >= length]
            if runs:
                run = self.chance.choice(runs)
                at = self.chance.randint(0, len(run) - length)
                return run[at : at + length]
            row = None

    def found(self, pattern: re.Pattern[str]) -> str:
        """Return a random match in a random article that has one."""
        while True:
            found: list[str] = [piece for piece in pattern.findall(self.row().folded) if piece not in _OPERATORS]
            if found:
                return self.chance.choice(found)

    def span(self) -> tuple[int, int]:
        """Return one or two years in which there are articles."""
        first = self.chance.choice(self.years) if self.years else 2020
        return first, first + self.chance.randint(1, 2)


def _characters(length: int) -> Maker:
    kind = f"{length} character{'s' if length > 1 else ''}"
    return lambda cutter: Question(kind=kind, words=(cutter.han(length),))


def _prefix(cutter: _Cutter) -> Question:
    word = cutter.found(_LATIN)
    return Question(kind="prefix", words=(word[: cutter.chance.randint(2, max(2, len(word) - 1))],), prefix=True)


def _and(cutter: _Cutter) -> Question:
    row = cutter.row()
    return Question(kind="AND", words=(cutter.han(2, row), cutter.han(2, row)))


def _source(cutter: _Cutter) -> Question:
    row = next(row for row in iter(cutter.row, None) if row.source)
    return Question(kind="source filter", words=(cutter.han(2, row),), source=row.source)


_MAKERS: tuple[Maker, ...] = (
    *map(_characters, (1, 2, 4, 8)),
    lambda cutter: Question(kind="English word", words=(cutter.found(_LATIN),)),
    _prefix,
    lambda cutter: Question(kind="phrase", words=(cutter.found(_TWO_WORDS),)),
    lambda cutter: Question(kind="mixed", words=(cutter.found(_MIXED),)),
    _and,
    lambda cutter: Question(kind="OR", words=(cutter.han(2), cutter.han(2)), either=True),
    lambda cutter: Question(kind="NOT", words=(cutter.han(2),), without=(cutter.han(2),)),
    lambda cutter: Question(kind="date range", words=(cutter.han(2),), years=cutter.span()),
    _source,
)


def words_to_type(file: Path, total: int, keys: int) -> list[str]:
    """Return what is typed key by key, `keys` in all: Chinese of six characters and Latin words, in turn."""
    cutter = _Cutter(list(_sampled(batches(file), total)), random.Random("typing"))
    words = ["中国经济"]
    while (left := keys - sum(map(len, words))) > 0:
        word = cutter.found(_LATIN) if len(words) % 3 == 2 else cutter.han(6)
        words.append(word[:left])
    return words
