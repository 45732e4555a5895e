"""Makes captures in an invented language that has the statistics of saved Chinese news.

No sentence of it was ever written by anyone: characters are drawn from a range of Unicode with Zipf's
frequencies, joined into invented words, and words into text whose topics make rare ones come in clusters.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from tests.support.captures import feed

_FIRST_CHARACTER, _CHARACTERS = 0x4E00, 4_000
_WORDS, _LATIN_WORDS, _TOPICS, _SOURCES = 40_000, 12_000, 400, 60
_WORD_LENGTHS, _LENGTH_WEIGHTS = (1, 2, 3, 4), (22, 58, 14, 6)
# Bytes of a capture: half of them are shorter than the median, a tenth is longer than 14 kB.
_MEDIAN_BYTES, _SIGMA, _LONGEST = 1_200, 1.92, 400_000
_ENGLISH_SHARE, _LATIN_SHARE, _NUMBER_SHARE, _TOPIC_SHARE = 0.04, 0.012, 0.015, 0.12
_FIRST_MS, _LAST_MS = 1_325_376_000_000, 1_767_225_600_000
_SYLLABLES = tuple(first + vowel for first in "bdfgklmnprstvz" for vowel in ("a", "e", "i", "o", "u", "an", "er"))


@dataclass(frozen=True, slots=True)
class Capture:
    """One saved file: where it lies below the folder of all, and its bytes."""

    path: str
    data: bytes


class Language:
    """An invented vocabulary with frequencies; the same seed gives the same language."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(f"language {seed}")
        characters = [chr(_FIRST_CHARACTER + at) for at in chance.sample(range(20_000), _CHARACTERS)]
        weights = _zipf(len(characters), 0.9)
        self.words = ["".join(chance.choices(characters, cum_weights=weights, k=n)) for n in _lengths(chance)]
        self.word_weights = _zipf(len(self.words), 1.0)
        self.latin = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(_LATIN_WORDS)]
        self.latin_weights = _zipf(len(self.latin), 1.05)
        self.topics = [chance.sample(self.words, 40) for _ in range(_TOPICS)]
        self.sources = ["".join(chance.choices(characters[:800], k=4)) for _ in range(_SOURCES)]
        self.source_weights = _zipf(len(self.sources), 1.0)


def _lengths(chance: random.Random) -> list[int]:
    return chance.choices(_WORD_LENGTHS, _LENGTH_WEIGHTS, k=_WORDS)


def _zipf(count: int, exponent: float) -> list[float]:
    """Return cumulative weights that fall with the rank."""
    return list(accumulate((rank + 2.7) ** -exponent for rank in range(count)))


def invented(count: int, seed: int = 1) -> Iterator[Capture]:
    """Yield `count` captures; each depends on its number and the seed alone."""
    language = Language(seed)
    for number in range(count):
        yield _Writer(language, random.Random(f"{seed} {number}")).capture(number)


class _Writer:
    """Writes one article."""

    def __init__(self, language: Language, chance: random.Random) -> None:
        self._language = language
        self._chance = chance
        self._topic = chance.choice(language.topics)
        self._english = chance.random() < _ENGLISH_SHARE

    def capture(self, number: int) -> Capture:
        """Return the article as a feed capture in the folder of its source."""
        chance, language = self._chance, self._language
        source = chance.choices(range(_SOURCES), cum_weights=language.source_weights)[0]
        size = min(int(chance.lognormvariate(0, _SIGMA) * _MEDIAN_BYTES), _LONGEST)
        title = self._sentence(chance.randint(4, 9))
        data = feed(
            title=title,
            url=f"https://source{source}.example/{number}",
            body=self._body(size),
            epoch=chance.randrange(_FIRST_MS, _LAST_MS),
        )
        return Capture(f"{language.sources[source]}/{number:07}.md", data)

    def _body(self, size: int) -> str:
        """Return paragraphs that come to some `size` bytes."""
        paragraphs: list[str] = []
        written = 0
        while written < size:
            sentences = [self._sentence(self._chance.randint(5, 24)) for _ in range(self._chance.randint(1, 5))]
            stop = ". " if self._english else "。"
            paragraph = f"<p>{stop.join(sentences)}{stop.strip()}</p>"
            written += len(paragraph.encode())
            paragraphs.append(paragraph)
        return "\n".join(paragraphs)

    def _sentence(self, length: int) -> str:
        chance, language = self._chance, self._language
        if self._english:
            return " ".join(chance.choices(language.latin, cum_weights=language.latin_weights, k=length))
        words = chance.choices(language.words, cum_weights=language.word_weights, k=length)
        for at in range(length):
            draw = chance.random()
            if draw < _LATIN_SHARE:
                words[at] = chance.choices(language.latin, cum_weights=language.latin_weights)[0]
            elif draw < _LATIN_SHARE + _NUMBER_SHARE:
                words[at] = f"{chance.choice((chance.randint(1, 99), chance.randint(1990, 2025)))}"
            elif draw < _LATIN_SHARE + _NUMBER_SHARE + _TOPIC_SHARE:
                words[at] = chance.choice(self._topic)
        if length > 9:
            words.insert(chance.randint(3, length - 3), "，")
        return "".join(words)
