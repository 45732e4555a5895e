"""Answers the queries that are one term, or one run of characters, without parser, evaluator and ranking.

A character, a pair, a word, `2023年` or `"prime minister"` is one look into the segment's table of terms, or two if it
is rare. The long way takes 12 µs by date and 33 by relevance; this one 6 and 13, as there are 25 calls instead of 50
to 130. Between two keys the processor's caches fill with other things, and each call costs thrice as much again.
What is in several segments, or partly deleted, goes the long way; a test holds that both lead to the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from reader.index.query.nodes import TextNode
from reader.index.search.evaluator import VERIFIED_AT_ONCE, Evaluator
from reader.index.search.needle_finder import Verifier
from reader.index.search.planner import NOTHING, look_up_rare, make_plan
from reader.index.search.terms import Term, one_term
from reader.index.segment import format as layout
from reader.index.segment.id_sets import Numbers
from reader.index.segment.reader import Posting, SegmentReader
from reader.index.text.analysis import Needle, fold, is_word_char
from reader.query import HitPage, Query, SortOrder
from reader.scope import Everything

if TYPE_CHECKING:
    from reader.article import ArticleId

_OPERATORS = ("OR", "NOT")


class _Found(NamedTuple):
    """The numbers of the first hits, in order, and how many hits there are."""

    first: Sequence[int] | NDArray[np.integer]
    total: int


_NOTHING_FOUND = _Found((), 0)


def answer_quickly(segment: SegmentReader, query: Query, cancelled: Callable[[], bool]) -> HitPage | None:
    """Answer from the one segment that there is, nothing of which is deleted; None if that is not so simple."""
    text, limit = query.text, query.limit
    if not isinstance(query.scope, Everything) or limit is None or query.order is SortOrder.OLDEST:
        return None
    quoted = text[:1] == '"' == text[-1:]
    if not quoted and (" " in text or text in _OPERATORS):
        return None
    folded = fold(text[1:-1] if quoted else text)
    if not quoted and " " in folded:
        return None
    open_end = query.typing and not quoted
    found = _answer_shown(segment, query, folded, open_end, cancelled)
    if found is None or segment.older is None:
        return found and _page(segment, found)
    more = Evaluator(segment, cancelled).only_in_older(TextNode(_needle(folded, open_end)))
    return _page(segment, _with_older(found, more, query))


def _answer_shown(
    segment: SegmentReader, query: Query, folded: str, open_end: bool, cancelled: Callable[[], bool]
) -> _Found | None:
    """Answer from the versions that are shown."""
    term = one_term(folded, open_end=open_end)
    if term is None:
        # Letters and digits alone are nothing that the language takes for itself.
        return _answer_run(segment, query, _needle(folded, open_end), cancelled) if folded.isalnum() else None
    if term.field == layout.PREFIX and len(term.text) > layout.LONGEST_PREFIX:
        return None
    posting = segment.find(term.field, term.key)
    if posting is None:
        return _answer_rare(segment, query, term, _needle(folded, open_end))
    return _answer_term(segment, query, posting, folded, open_end)


def _with_older(found: _Found, more: Numbers, query: Query) -> _Found:
    """Add the articles that only an older version makes hits: by relevance behind all others, else by date."""
    if not len(more):
        return found
    first = np.concatenate((np.array(found.first, np.uint16), more[::-1]))
    if query.order is SortOrder.NEWEST:
        first[::-1].sort()
    return _Found(first[: query.limit], found.total + len(more))


def _answer_term(segment: SegmentReader, query: Query, posting: Posting, folded: str, open_end: bool) -> _Found:
    """Answer what has postings of its own."""
    if not query.limit:
        return _Found((), posting.articles)
    if query.order is SortOrder.NEWEST:
        return _Found(segment.newest(posting, query.limit), posting.articles)
    best = _best(segment, posting, query.limit)
    if best is not None:
        return _Found(best, posting.articles)
    few = _best_of_few(segment, _needle(folded, open_end), segment.documents(posting).tolist())
    return _Found(few[: query.limit], posting.articles)


def _page(segment: SegmentReader, found: _Found) -> HitPage:
    if not len(found.first):
        return HitPage(ids=(), total=found.total)
    ids = array("q", segment.ids.take(found.first).tobytes())
    return HitPage(ids=cast("Sequence[ArticleId]", ids), total=found.total)


def _best(segment: SegmentReader, posting: Posting, limit: int) -> NDArray[np.uint32] | None:
    """Return the most relevant articles, of equals the newest first; None if no levels are written.

    More points are a higher level, and a newer article is a higher number: one sort of both together.
    """
    levels = segment.levels(posting)
    if levels is None:
        return None
    keys = levels.astype(np.uint32)
    keys <<= 16
    keys += segment.documents(posting)
    if limit < len(keys):
        keys.partition(len(keys) - limit)
        keys = keys[-limit:]
    keys.sort()
    keys &= 0xFFFF
    return keys[::-1]


# Terms that some articles only have


def _answer_rare(segment: SegmentReader, query: Query, term: Term, needle: Needle) -> _Found | None:
    """Answer what shares a list with others; None if there may be many that are no more than alike."""
    clause = None if term.field == layout.PREFIX else look_up_rare(segment, term)
    if clause is None:
        return _NOTHING_FOUND
    if term.field not in (layout.GRAM, layout.JOINT):
        return None
    posting = (*clause.postings, *clause.doubtful)[0]
    return _answer_few(segment, query, needle, segment.documents(posting).tolist(), sure=bool(clause.postings))


def _answer_run(segment: SegmentReader, query: Query, needle: Needle, cancelled: Callable[[], bool]) -> _Found | None:
    """Answer what is several terms; None if many articles must be looked at, which is to be cancelled in mid-work."""
    plan = make_plan(segment, needle)
    if plan.only is not None:
        return _answer_term(segment, query, plan.only, needle.folded, open_end=not needle.end_of_word)
    if plan.exact:
        return _NOTHING_FOUND if plan is NOTHING else None
    numbers = Evaluator(segment, cancelled).candidates(plan, None)
    return None if len(numbers) > VERIFIED_AT_ONCE else _answer_few(segment, query, needle, numbers.tolist())


def _answer_few(
    segment: SegmentReader, query: Query, needle: Needle, numbers: list[int], *, sure: bool = False
) -> _Found:
    """Answer from the articles among which all hits are, or which all are hits if it is `sure`."""
    if query.limit and query.order is SortOrder.RELEVANCE:
        numbers = _best_of_few(segment, needle, numbers)
    else:
        numbers = numbers if sure else _verified(segment, needle, numbers)
        numbers.reverse()
    return _Found(numbers[: query.limit], len(numbers))


def _verified(segment: SegmentReader, needle: Needle, numbers: Sequence[int]) -> list[int]:
    """Return those that have the needle."""
    verifier = Verifier(needle)
    read = zip(numbers, segment.contents(numbers), strict=True)
    if verifier.plain:
        literal = verifier.literal
        return [number for number, text in read if literal in text]
    return [number for number, text in read if verifier.find(text) >= 0]


def _best_of_few(segment: SegmentReader, needle: Needle, numbers: Sequence[int]) -> list[int]:
    """Return those that have the needle, the most relevant first, of equals the newest."""
    level = Verifier(needle).level
    read = zip(numbers, segment.contents(numbers), strict=True)
    levelled = sorted(((level(text), number) for number, text in read), reverse=True)
    return [number for level_of_it, number in levelled if level_of_it >= 0]


def _needle(folded: str, open_end: bool) -> Needle:
    return Needle(folded, is_word_char(folded[0]), is_word_char(folded[-1]) and not open_end)
