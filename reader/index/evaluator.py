"""Answers a parsed query from one segment, exactly: terms narrow, the folded text decides."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence

from reader.index.analysis import Needle, fold
from reader.index.planner import Clause, Plan, make_plan
from reader.index.query_nodes import (
    AndNode,
    AuthorNode,
    DateNode,
    ImageNode,
    Node,
    NotNode,
    OrNode,
    SourceNode,
    TagNode,
    TextNode,
)
from reader.index.search_index import SearchCancelled
from reader.index.segment_reader import Posting, SegmentReader
from reader.index.verifying import Verifier

Numbers = Sequence[int]
"""Rising numbers of articles in a segment."""

# So few articles are verified without looking at terms.
_FEW = 12
# Verifying an article costs as much as reading so many postings.
_POSTINGS_PER_VERIFICATION = 40
_VERIFIED_AT_ONCE = 256


class Verifiers:
    """The verifier of each needle of a query, made once for all segments."""

    def __init__(self) -> None:
        """Begin with none."""
        self._verifiers: dict[Needle, Verifier] = {}

    def __call__(self, needle: Needle) -> Verifier:
        """Return the one for `needle`."""
        if needle not in self._verifiers:
            self._verifiers[needle] = Verifier(needle)
        return self._verifiers[needle]


class Evaluator:
    """Evaluates one query on one segment."""

    def __init__(self, segment: SegmentReader, verifiers: Verifiers, cancelled: Callable[[], bool]) -> None:
        """Ask `cancelled` now and then, and raise SearchCancelled once it says yes."""
        self._segment = segment
        self._verifiers = verifiers
        self._cancelled = cancelled
        self._plans: dict[Needle, Plan] = {}

    def matching(self, node: Node | None, source: str | None = None) -> Numbers:
        """Return the articles for which `node` holds, of just this `source`; None holds for all."""
        within: Numbers = range(self._segment.articles)
        if source is not None:
            within = _with_value(self._segment.sources, source.__eq__, within)
        return within if node is None else self._among(node, within)

    def _among(self, node: Node, within: Numbers) -> Numbers:
        """Return those of `within` for which `node` holds."""
        self._poll()
        if not within:
            return within
        match node:
            case AndNode(children):
                return self._all_of(children, within)
            case OrNode(children):
                return self._any_of(children, within)
            case NotNode(child):
                return _difference(within, self._among(child, within))
            case TextNode(needle, title_only):
                return self._in_title(needle, within) if title_only else self._in_text(needle, within)
            case DateNode():
                return self._dated(node, within)
            case _:
                return self._with_fact(node, within)

    def _poll(self) -> None:
        if self._cancelled():
            raise SearchCancelled

    def _all_of(self, children: tuple[Node, ...], within: Numbers) -> Numbers:
        ordered = sorted(children, key=self._cost) if len(within) > _FEW else children
        for child in ordered:
            within = self._among(child, within)
            if not within:
                break
        return within

    def _any_of(self, children: tuple[Node, ...], within: Numbers) -> Numbers:
        found: set[int] = set()
        for child in children:
            found.update(self._among(child, within))
        return sorted(found)

    def _cost(self, node: Node) -> int:
        """Estimate what remains after `node`; the least goes first, what excludes comes last."""
        articles = self._segment.articles
        match node:
            case DateNode():
                return 0
            case TextNode(needle, False):
                clauses = self._plan(needle).clauses
                return clauses[0].articles if clauses else 2 * articles
            case AndNode(children):
                return min(map(self._cost, children))
            case OrNode(children):
                return sum(map(self._cost, children))
            case NotNode():
                return 3 * articles
            case _:
                return articles // 4

    def _plan(self, needle: Needle) -> Plan:
        if needle not in self._plans:
            self._plans[needle] = make_plan(self._segment, needle)
        return self._plans[needle]

    # Text

    def _in_title(self, needle: Needle, within: Numbers) -> Numbers:
        return self._verifiers(needle).among_titles(self._segment, within)

    def _in_text(self, needle: Needle, within: Numbers) -> Numbers:
        if len(within) <= _FEW:
            return self._verified(needle, within)
        plan = self._plan(needle)
        if plan.exact:
            return self._certain(needle, plan.clauses[0], within)
        for clause in plan.clauses:
            if clause.articles > len(within) * _POSTINGS_PER_VERIFICATION:
                break
            within = _intersection(within, self._documents(clause.postings + clause.doubtful))
        return self._verified(needle, within)

    def _certain(self, needle: Needle, clause: Clause, within: Numbers) -> Numbers:
        """Take what is certain, and verify only the rest."""
        certain = _intersection(within, self._documents(clause.postings))
        if not clause.doubtful:
            return certain
        doubtful = _intersection(within, self._documents(clause.doubtful))
        rest = sorted(set(doubtful).difference(certain))
        return sorted([*certain, *self._verified(needle, rest)])

    def _documents(self, postings: tuple[Posting, ...]) -> Numbers:
        lists = [self._segment.documents(posting) for posting in postings]
        return lists[0] if len(lists) == 1 else sorted(set().union(*lists))

    def _verified(self, needle: Needle, within: Numbers) -> Numbers:
        verifier = self._verifiers(needle)
        literal, occurs, plain = verifier.literal, verifier.occurs, verifier.plain
        text, offsets = self._segment.text, self._segment.text_offsets
        found: list[int] = []
        for at in range(0, len(within), _VERIFIED_AT_ONCE):
            self._poll()
            some = within[at : at + _VERIFIED_AT_ONCE]
            if plain:
                found += [number for number in some if literal in text[offsets[number] : offsets[number + 1]]]
            else:
                found += [number for number in some if occurs(text[offsets[number] : offsets[number + 1]])]
        return found

    # Facts

    def _dated(self, node: DateNode, within: Numbers) -> Numbers:
        dates, undated = self._segment.published, self._segment.undated
        first = undated if node.start is None else bisect_left(dates, node.start, undated)
        last = len(dates) if node.end is None else bisect_left(dates, node.end, undated)
        return within[bisect_left(within, first) : bisect_left(within, last)]

    def _with_fact(self, node: Node, within: Numbers) -> Numbers:
        segment = self._segment
        match node:
            case ImageNode():
                images = segment.images
                return [number for number in within if images[number]]
            case SourceNode(folded):
                return _with_value(segment.sources, lambda source: folded in fold(source), within)
            case AuthorNode(folded):
                return _with_value(segment.authors, lambda author: folded in author, within)
            case TagNode(folded):
                return _with_value(segment.tags, lambda tags: folded in tags.split("\n"), within)
        raise AssertionError(node)


def _with_value(column: tuple[Sequence[str], array[int]], wanted: Callable[[str], bool], within: Numbers) -> Numbers:
    values, places = column
    chosen = [wanted(value) for value in values]
    if not any(chosen):
        return []
    return [number for number in within if chosen[places[number]]]


def _difference(within: Numbers, excluded: Numbers) -> Numbers:
    """Return what is in `within` only."""
    if not excluded:
        return within
    unwanted = set(excluded)
    return [number for number in within if number not in unwanted]


def _intersection(within: Numbers, other: Numbers) -> Numbers:
    """Return what is in both."""
    if isinstance(within, range) and within.start == 0 and (not other or other[-1] < within.stop):
        return other
    if isinstance(within, range):
        return other[bisect_left(other, within.start) : bisect_left(other, within.stop)]
    known = set(other)
    return [number for number in within if number in known]
