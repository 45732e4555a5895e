"""Plans how to find a needle in a segment: clauses of terms that every matching article satisfies, rarest first.

If one term is the whole needle, its postings are the answer and nothing is verified. Otherwise the rarest bigram, of
characters or of words, comes first, as most bigrams occur in few articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from reader.index.search.terms import Term, terms_of
from reader.index.segment import format as layout
from reader.index.segment import rare_terms
from reader.index.segment.reader import Posting, SegmentReader
from reader.index.segment.writer import encode_text
from reader.index.text.analysis import Needle
from reader.index.text.char_bigrams import is_pair

# The most words that are looked up for one prefix.
_MOST_WORDS = 1_000
_MOST_RARE = layout.COMMON_PAIR - 1
# From this many articles on, looking up runs of three pays: to verify 300 articles takes 0.4 ms, a look-up 3 µs.
_MANY = 300
_articles = attrgetter("articles")


class Clause(NamedTuple):
    """Posting lists whose union contains all matching articles; `articles` is an upper estimate of its size.

    Articles of `postings` certainly have the term; those of `doubtful` may have another term of the same signature.
    """

    articles: int
    postings: Sequence[Posting]
    doubtful: Sequence[Posting] = ()


class Plan(NamedTuple):
    """Clauses, rarest first. `exact` says that there is only one, and its `postings` need not be verified."""

    clauses: Sequence[Clause]
    exact: bool

    @property
    def only(self) -> Posting | None:
        """The one posting list that is the whole answer, if the plan is that simple; else None."""
        postings, doubtful = self.clauses[0].postings, self.clauses[0].doubtful
        simple = self.exact and not doubtful and len(postings) == 1 and postings[0].signature is None
        return postings[0] if simple else None


_NOTHING = Plan((Clause(0, ()),), True)


def make_plan(segment: SegmentReader, needle: Needle) -> Plan:
    """Plan how to find `needle` in `segment`."""
    terms = terms_of(needle)
    clauses = []
    for term in terms.parts:
        clause = _look_up(segment, term)
        if clause is None:
            return _NOTHING
        if term.key == terms.whole:
            return Plan((clause,), True)
        clauses.append(clause)
        # To verify so few articles costs less than to look up more terms, 2 to 4 µs each.
        if clause.articles < layout.COMMON_PAIR:
            return Plan((clause,), False)
    clauses.sort(key=_articles)
    # A run is only as common as its rarest pair.
    if terms.run is not None and clauses[0].articles >= layout.COMMON_RUN:
        posting = segment.find(layout.BIGRAM, terms.run)
        if posting is not None:
            return Plan((Clause(posting.articles, (posting,)),), True)
    if clauses[0].articles >= _MANY:
        clauses = sorted((*_runs_within(segment, needle.folded), *clauses), key=_articles)
    return Plan(clauses, False)


def _runs_within(segment: SegmentReader, text: str) -> Iterator[Clause]:
    """Yield a clause for each run of three characters of a needle that has a term of its own."""
    for run in dict.fromkeys(text[at : at + 3] for at in range(len(text) - 2)):
        posting = segment.find(layout.BIGRAM, encode_text(run))
        if posting is not None:
            yield Clause(posting.articles, (posting,))


def _look_up(segment: SegmentReader, term: Term) -> Clause | None:
    """Return the clause of a term; None if no article has it."""
    if term.field == layout.PREFIX:
        return _look_up_beginning(segment, term.text)
    posting = segment.find(term.field, term.key)
    if posting is not None:
        return Clause(posting.articles, (posting,))
    if term.field == layout.BIGRAM:
        return _look_up_rare_pair(segment, term.number) if is_pair(term.number) else None
    rest = (
        _look_up_rare_word_bigram(segment, term.number)
        if term.field == layout.WORD_BIGRAM
        else _look_up_long(segment, term.text)
    )
    return rest and Clause(rest.articles, (), (rest,))


def _look_up_rare_pair(segment: SegmentReader, bigram: int) -> Clause | None:
    first, second = bigram & 0xFFFF, bigram >> 16
    posting = segment.find(layout.RARE, rare_terms.list_of_pairs(first)) or segment.find(
        layout.RARE, rare_terms.list_of_pairs(first, second % rare_terms.PARTS)
    )
    return posting and Clause(_MOST_RARE, (posting.signed(second, _MOST_RARE),))


def _look_up_rare_word_bigram(segment: SegmentReader, hashed: int) -> Posting | None:
    posting = segment.find(layout.RARE, rare_terms.list_of_word_bigrams(hashed % segment.facts.joint_lists))
    return posting and posting.signed(rare_terms.word_bigram_signature(hashed), _MOST_RARE)


def _look_up_long(segment: SegmentReader, word: str) -> Posting | None:
    """Return the list of the words that are too long for a term and begin like this one."""
    if len(word) <= layout.LONGEST_WORD:
        return None
    return segment.find(layout.LONG, encode_text(word[: layout.LONGEST_PREFIX]))


def _look_up_beginning(segment: SegmentReader, beginning: str) -> Clause | None:
    head = encode_text(beginning[: layout.LONGEST_PREFIX])
    short = segment.find(layout.PREFIX, head)
    if short is None or len(beginning) <= layout.LONGEST_PREFIX:
        return short and Clause(short.articles, (short,))
    words = segment.find_beginning(layout.WORD, encode_text(beginning), _MOST_WORDS)
    if words is None:
        return Clause(short.articles, (), (short,))
    long = segment.find(layout.LONG, head)
    doubtful = () if long is None else (long,)
    if not words and not doubtful:
        return None
    return Clause(sum(map(_articles, (*words, *doubtful))), words, doubtful)
