"""Which terms of a segment answer a needle: clauses that every matching article fulfils, rarest first.

A term that is the whole needle says all, and nothing need be verified. Else the rarest pair of characters
leads: most pairs of a text occur in few articles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from reader.index import segment_format as layout
from reader.index.analysis import JOINED_RUNS, WORDS, Needle
from reader.index.grams import border_pairs, gram_key, is_pair, pairs_of
from reader.index.segment_reader import Posting, SegmentReader
from reader.index.segment_writer import encode

# More terms than these are not looked up for one needle, nor more words for one beginning.
_MOST_TERMS = 24
_MOST_WORDS = 500
# The longest run that may be a term, and the shortest that need not be one if it occurs.
_LONGEST_GRAM = 8
_SHORTEST_COMMON_GRAM = 3


@dataclass(frozen=True, slots=True)
class Clause:
    """The matching articles are among these.

    Those of `postings` hold the term for certain, those of `doubtful` only share a bucket with it.
    """

    postings: tuple[Posting, ...]
    doubtful: tuple[Posting, ...] = ()

    @property
    def articles(self) -> int:
        """At most so many articles."""
        return sum(posting.articles for posting in self.postings + self.doubtful)


@dataclass(frozen=True, slots=True)
class Plan:
    """The clauses, rarest first. `exact`: there is one only, and its `postings` need not be verified."""

    clauses: tuple[Clause, ...]
    exact: bool

    @property
    def only(self) -> Posting | None:
        """The one posting that is the answer, if it is so simple."""
        if self.exact and not self.clauses[0].doubtful and len(self.clauses[0].postings) == 1:
            return self.clauses[0].postings[0]
        return None


NOTHING = Plan((Clause(()),), exact=True)


@dataclass(frozen=True, slots=True)
class _Term:
    """A word, a beginning, or a gram, which is a number, too."""

    field: int
    key: bytes
    gram: int = 0


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a needle is cut into. `exact`: an article that has the one part has the needle.

    `whole` may be a term that says as much as all parts; if it is none, that says nothing.
    """

    parts: tuple[_Term, ...]
    exact: bool
    whole: bytes | None = None


def make_plan(segment: SegmentReader, needle: Needle) -> Plan:
    """Plan how to find `needle` in `segment`; without any clause every article is to be verified."""
    terms = _terms_of(needle)
    if terms.whole is not None:
        posting = segment.find(layout.GRAM, terms.whole)
        if posting is not None:
            return Plan((Clause((posting,)),), exact=True)
    clauses = []
    for term in terms.parts:
        clause = _look_up(segment, term)
        if clause is None:
            return NOTHING
        clauses.append(clause)
    if len(clauses) > 1:
        clauses.sort(key=lambda clause: clause.articles)
    return Plan(tuple(clauses), terms.exact)


@lru_cache(maxsize=64)
def _terms_of(needle: Needle) -> _Terms:
    """Cut a needle into the terms that its articles must have, once for all segments."""
    parts = tuple(dict.fromkeys(_cut(needle)))
    text = encode(needle.folded)
    exact = len(parts) == 1 and parts[0].key == text
    if exact or not _SHORTEST_COMMON_GRAM <= len(needle.folded) <= _LONGEST_GRAM:
        return _Terms(_some(parts), exact)
    return _Terms(_some(parts), exact, text if JOINED_RUNS.fullmatch(needle.folded) else None)


def _cut(needle: Needle) -> Iterator[_Term]:
    text = needle.folded
    for run in JOINED_RUNS.findall(text):
        yield from map(_gram, sorted(pairs_of(run)) if len(run) > 1 else [ord(run)])
    yield from map(_gram, sorted(border_pairs(text)))
    for match in WORDS.finditer(text):
        whole = match.end() < len(text) or needle.end_of_word
        yield _Term(layout.WORD if whole else layout.PREFIX, encode(match.group()))
    for char in WORDS.sub("", JOINED_RUNS.sub("", text)):
        if not char.isspace():
            yield _gram(ord(char))


def _gram(gram: int) -> _Term:
    return _Term(layout.GRAM, gram_key(gram), gram)


def _some(terms: tuple[_Term, ...]) -> tuple[_Term, ...]:
    """Take a sample, evenly, of more terms than it pays to look up."""
    if len(terms) <= _MOST_TERMS:
        return terms
    return tuple(terms[at * len(terms) // _MOST_TERMS] for at in range(_MOST_TERMS))


def _look_up(segment: SegmentReader, term: _Term) -> Clause | None:
    """Find the postings of a term; None if no article has it."""
    if term.field == layout.PREFIX:
        return _look_up_beginning(segment, term.key)
    posting = segment.find(term.field, term.key)
    if posting is not None:
        return Clause((posting,))
    if term.field == layout.WORD:
        shared = _look_up_rare(segment, term.key)
    elif is_pair(term.gram):
        shared = segment.find_bucket(term.gram)
    else:
        return None
    return shared and Clause((), (shared,))


def _look_up_beginning(segment: SegmentReader, beginning: bytes) -> Clause | None:
    short = segment.find(layout.PREFIX, _head(beginning))
    if short is None or _head(beginning) == beginning:
        return short and Clause((short,))
    words = segment.find_beginning(layout.WORD, beginning, _MOST_WORDS)
    if words is None:
        return Clause((), (short,))
    rare = _look_up_rare(segment, beginning)
    if rare is None and not words:
        return None
    clause = Clause(tuple(words), (rare,) if rare else ())
    return clause if clause.articles < short.articles else Clause((), (short,))


def _look_up_rare(segment: SegmentReader, word: bytes) -> Posting | None:
    """Find what the rare words share that begin with the same letters."""
    head = _head(word)
    return segment.find(layout.RARE, head) if len(head.decode("utf-8")) == layout.LONGEST_PREFIX else None


def _head(word: bytes) -> bytes:
    return encode(word.decode("utf-8")[: layout.LONGEST_PREFIX])
