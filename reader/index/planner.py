"""Which terms of a segment answer a needle: clauses that every matching article fulfils, rarest first."""

from __future__ import annotations

from dataclasses import dataclass

from reader.index import segment_format as layout
from reader.index.analysis import JOINED_RUNS, WORDS, Needle
from reader.index.grams import border_pairs, gram_key, is_pair, pairs_of
from reader.index.segment_reader import Posting, SegmentReader
from reader.index.segment_writer import encode

# More terms than these are not looked up for one needle, nor more words for one beginning.
_MOST_TERMS = 24
_MOST_WORDS = 500


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
        return sum(count for count, _ in self.postings + self.doubtful)


@dataclass(frozen=True, slots=True)
class Plan:
    """The clauses, rarest first. `exact`: there is one only, and its `postings` need not be verified."""

    clauses: tuple[Clause, ...]
    exact: bool


NOTHING = Plan((Clause(()),), exact=True)


@dataclass(frozen=True, slots=True)
class _Term:
    """A gram, or a word of the field."""

    field: int
    text: str = ""
    gram: int = 0


def make_plan(segment: SegmentReader, needle: Needle) -> Plan:
    """Plan how to find `needle` in `segment`; without any clause every article is to be verified."""
    terms = _terms_of(needle)
    clauses = []
    for term in _some(terms):
        clause = _look_up(segment, term)
        if clause is None:
            return NOTHING
        clauses.append(clause)
    clauses.sort(key=lambda clause: clause.articles)
    exact = len(terms) == 1 and _says_all(terms[0], needle)
    return Plan(tuple(clauses), exact)


def _terms_of(needle: Needle) -> list[_Term]:
    """Cut a needle into the terms that its articles must have."""
    text = needle.folded
    terms: dict[_Term, None] = {}
    for run in JOINED_RUNS.findall(text):
        for gram in sorted(pairs_of(run)) if len(run) > 1 else [ord(run)]:
            terms[_Term(layout.GRAM, gram=gram)] = None
    for gram in sorted(border_pairs(text)):
        terms[_Term(layout.GRAM, gram=gram)] = None
    for match in WORDS.finditer(text):
        whole = match.end() < len(text) or needle.end_of_word
        terms[_Term(layout.WORD if whole else layout.PREFIX, match.group())] = None
    for char in WORDS.sub("", JOINED_RUNS.sub("", text)):
        if not char.isspace():
            terms[_Term(layout.GRAM, gram=ord(char))] = None
    return list(terms)


def _says_all(term: _Term, needle: Needle) -> bool:
    """Say whether an article that has the term has the needle."""
    if term.field == layout.GRAM:
        return gram_key(term.gram) == encode(needle.folded)
    return term.text == needle.folded


def _some(terms: list[_Term]) -> list[_Term]:
    """Take a sample, evenly, of more terms than it pays to look up."""
    if len(terms) <= _MOST_TERMS:
        return terms
    return [terms[at * len(terms) // _MOST_TERMS] for at in range(_MOST_TERMS)]


def _look_up(segment: SegmentReader, term: _Term) -> Clause | None:
    """Find the postings of a term; None if no article has it."""
    if term.field == layout.GRAM:
        return _look_up_gram(segment, term.gram)
    if term.field == layout.WORD:
        return _look_up_word(segment, term.text)
    return _look_up_beginning(segment, term.text)


def _look_up_gram(segment: SegmentReader, gram: int) -> Clause | None:
    posting = segment.find(layout.GRAM, gram_key(gram))
    if posting is not None:
        return Clause((posting,))
    if not is_pair(gram):
        return None
    bucket = segment.find(layout.BUCKET, layout.bucket_key(gram % segment.facts.buckets))
    return bucket and Clause((), (bucket,))


def _look_up_word(segment: SegmentReader, word: str) -> Clause | None:
    posting = segment.find(layout.WORD, encode(word))
    if posting is not None:
        return Clause((posting,))
    rare = _look_up_rare(segment, word)
    return rare and Clause((), (rare,))


def _look_up_beginning(segment: SegmentReader, beginning: str) -> Clause | None:
    short = segment.find(layout.PREFIX, encode(beginning[: layout.LONGEST_PREFIX]))
    if short is None:
        return None
    if len(beginning) <= layout.LONGEST_PREFIX:
        return Clause((short,))
    words = segment.find_beginning(layout.WORD, encode(beginning), _MOST_WORDS)
    if words is None:
        return Clause((), (short,))
    rare = _look_up_rare(segment, beginning)
    if rare is None and not words:
        return None
    clause = Clause(tuple(words), (rare,) if rare else ())
    return clause if clause.articles < short[0] else Clause((), (short,))


def _look_up_rare(segment: SegmentReader, word: str) -> Posting | None:
    if len(word) < layout.LONGEST_PREFIX:
        return None
    return segment.find(layout.RARE, encode(word[: layout.LONGEST_PREFIX]))
