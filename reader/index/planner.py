"""Which terms of a segment answer a needle: clauses that every matching article fulfils, rarest first.

A term that is the whole needle says all, and nothing need be verified. Else the rarest pair of characters, or
joint of words, leads: most of them occur in few articles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from reader.index import segment_format as layout
from reader.index import shared_lists as shared
from reader.index.analysis import JOINED_RUNS, WORDS, Needle
from reader.index.grams import border_pairs, gram_key, is_pair, pairs_of
from reader.index.joints import Joint, joints_of
from reader.index.segment_reader import Posting, SegmentReader
from reader.index.segment_writer import encode

# More terms than these are not looked up for one needle, nor more words for one beginning.
_MOST_TERMS = 24
_MOST_WORDS = 1_000
_SHORTEST_RUN = 3
# Of the rare words with the same first three letters so few share the next.
_OF_RARE_BEGINNING = 8


@dataclass(frozen=True, slots=True)
class Clause:
    """The matching articles are among these.

    Those of `postings` hold the term for certain, those of `doubtful` only something of the same signature.
    """

    postings: tuple[Posting, ...]
    doubtful: tuple[Posting, ...] = ()

    @property
    def articles(self) -> int:
        """About so many articles at most."""
        return sum(posting.articles for posting in self.postings + self.doubtful)

    @property
    def only(self) -> Posting | None:
        """The one posting that a term has to itself, if that is all."""
        if self.doubtful or len(self.postings) != 1 or self.postings[0].bits:
            return None
        return self.postings[0]


@dataclass(frozen=True, slots=True)
class Plan:
    """The clauses, rarest first. `exact`: there is one only, and its `postings` need not be verified.

    `only` is the posting that is the whole answer, if it is so simple.
    """

    clauses: tuple[Clause, ...]
    exact: bool
    only: Posting | None = None


NOTHING = Plan((Clause(()),), exact=True)


@dataclass(frozen=True, slots=True)
class _Term:
    """A word, a beginning, a joint, or a gram, which is a number, too. `text` of a word, `hashed` of a joint."""

    field: int
    key: bytes
    gram: int = 0
    text: str = ""
    hashed: int = 0


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a needle is cut into. `exact`: an article that has the one part has the needle.

    `run` may be a term that says as much as all parts; if it is none, that says nothing.
    """

    parts: tuple[_Term, ...]
    exact: bool
    run: bytes | None = None


def make_plan(segment: SegmentReader, needle: Needle) -> Plan:
    """Plan how to find `needle` in `segment`; without any clause every article is to be verified."""
    terms = _terms_of(needle)
    if terms.run is not None:
        posting = segment.find(layout.GRAM, terms.run)
        if posting is not None:
            return Plan((Clause((posting,)),), True, posting)
    clauses = []
    for term in terms.parts:
        clause = _look_up(segment, term)
        if clause is None:
            return NOTHING
        clauses.append(clause)
    if terms.exact:
        return Plan(tuple(clauses), True, clauses[0].only)
    clauses.sort(key=lambda clause: clause.articles)
    return Plan(tuple(clauses), False)


@lru_cache(maxsize=64)
def _terms_of(needle: Needle) -> _Terms:
    """Cut a needle into the terms that its articles must have, once for all segments."""
    parts = tuple(dict.fromkeys(_cut(needle)))
    text = encode(needle.folded)
    exact = len(parts) == 1 and parts[0].key == text
    length = len(needle.folded)
    is_run = _SHORTEST_RUN <= length <= layout.LONGEST_RUN and JOINED_RUNS.fullmatch(needle.folded)
    return _Terms(_some(parts), exact, text if is_run else None)


def _cut(needle: Needle) -> Iterator[_Term]:
    text = needle.folded
    every = list(joints_of(text))
    joints = [joint for joint in every if needle.end_of_word or not joint.last]
    yield from map(_joint, joints)
    # What a joint says its parts need not say again.
    said = {token for joint in joints for token in (joint.left, joint.right)}
    for run in JOINED_RUNS.findall(text):
        if run not in said:
            yield from map(_gram, sorted(pairs_of(run)) if len(run) > 1 else [ord(run)])
    if len(joints) < len(every):
        yield from map(_gram, sorted(border_pairs(text)))
    for match in WORDS.finditer(text):
        whole = match.end() < len(text) or needle.end_of_word
        if not whole or match.group() not in said:
            yield _Term(layout.WORD if whole else layout.PREFIX, encode(match.group()), text=match.group())
    for char in WORDS.sub("", JOINED_RUNS.sub("", text)):
        if not char.isspace():
            yield _gram(ord(char))


def _gram(gram: int) -> _Term:
    return _Term(layout.GRAM, gram_key(gram), gram)


def _joint(joint: Joint) -> _Term:
    hashed = shared.joint_hash(shared.token_hash(joint.left), shared.token_hash(joint.right))
    return _Term(layout.JOINT, encode(joint.key), hashed=hashed)


def _some(terms: tuple[_Term, ...]) -> tuple[_Term, ...]:
    """Take a sample, evenly, of more terms than it pays to look up."""
    if len(terms) <= _MOST_TERMS:
        return terms
    return tuple(terms[at * len(terms) // _MOST_TERMS] for at in range(_MOST_TERMS))


def _look_up(segment: SegmentReader, term: _Term) -> Clause | None:
    """Find the postings of a term; None if no article has it."""
    if term.field == layout.PREFIX:
        return _look_up_beginning(segment, term.text)
    posting = segment.find(term.field, term.key)
    if posting is not None:
        return Clause((posting,))
    if term.field == layout.WORD:
        rare = _look_up_rare(segment, term.text, shared.EVERY_BIT)
        return rare and Clause((), (rare,))
    if term.field == layout.JOINT:
        return _look_up_rare_joint(segment, term.hashed)
    return _look_up_rare_pair(segment, term.gram) if is_pair(term.gram) else None


def _look_up_rare_pair(segment: SegmentReader, gram: int) -> Clause | None:
    first, second = gram & 0xFFFF, gram >> 16
    posting = segment.find(layout.BUCKET, shared.list_of_pairs(first)) or segment.find(
        layout.BUCKET, shared.list_of_pairs(first, second % shared.PARTS)
    )
    return posting and Clause((posting.signed(second, shared.EVERY_BIT, layout.COMMON_PAIR - 1),))


def _look_up_rare_joint(segment: SegmentReader, hashed: int) -> Clause | None:
    posting = segment.find(layout.BUCKET, shared.list_of_joints(hashed % segment.facts.joint_lists))
    signature = shared.joint_signature(hashed)
    return posting and Clause((), (posting.signed(signature, shared.EVERY_BIT, layout.COMMON_PAIR - 1),))


def _look_up_beginning(segment: SegmentReader, beginning: str) -> Clause | None:
    short = segment.find(layout.PREFIX, encode(beginning[: layout.LONGEST_PREFIX]))
    if short is None or len(beginning) <= layout.LONGEST_PREFIX:
        return short and Clause((short,))
    words = segment.find_beginning(layout.WORD, encode(beginning), _MOST_WORDS)
    if words is None:
        return Clause((), (short,))
    rare = _look_up_rare(segment, beginning, shared.beginning_bits(beginning))
    return Clause(tuple(words), (rare,) if rare else ()) if words or rare else None


def _look_up_rare(segment: SegmentReader, word: str, bits: int) -> Posting | None:
    """Find the rare words of the same signature."""
    if len(word) < layout.LONGEST_PREFIX:
        return None
    posting = segment.find(layout.RARE, encode(shared.list_of_words(word)))
    if posting is None:
        return None
    likely = layout.COMMON_WORD - 1 if bits == shared.EVERY_BIT else posting.articles // _OF_RARE_BEGINNING
    return posting.signed(shared.word_signature(word), bits, likely)
