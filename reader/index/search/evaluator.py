"""Evaluates a parsed query on one segment, exactly: terms give candidates, the folded text decides.

Conditions that terms alone decide are evaluated first, so that few candidates are left to verify.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from reader.index.query.nodes import (
    AndNode,
    AuthorNode,
    DateNode,
    Fact,
    ImageNode,
    Node,
    NotNode,
    OrNode,
    SourceNode,
    TagNode,
    TextNode,
    conditions,
)
from reader.index.search.needle_finder import ABSENT, Verifier, verifier_of
from reader.index.search.planner import Clause, Plan, make_plan
from reader.index.search.state_rows import StateRows
from reader.index.segment.id_sets import NO_NUMBERS, Numbers, as_numbers, difference, intersection, union, with_few
from reader.index.segment.reader import FactColumn, Levels, Posting, SegmentReader
from reader.index.text.analysis import Needle
from reader.index.text.score_levels import IN_TITLE
from reader.query import NO_STATES, SearchCancelled
from reader.scope import InState, OneSource

# This many candidates are verified without reading more posting lists: reading one costs as much.
_FEW = 12
# Verifying an article (0.7 µs) costs as much as reading and intersecting this many postings.
_POSTINGS_PER_VERIFICATION = 150
# The number of articles verified between two polls, one or two milliseconds: long articles take up to 10 µs each.
_VERIFIED_AT_ONCE = 250
# Sort keys of AND's children, above any number of hits: exact terms are sorted by their hits and come first. A date or
# a source is faster to check for few articles than for all.
_FACTS, _LATE, _LAST = 1 << 19, 1 << 20, 1 << 21

Within = Numbers | None
"""The articles that a condition is evaluated on; None means all."""


class Evaluator:
    """Evaluates one query on one segment."""

    def __init__(
        self,
        segment: SegmentReader,
        cancelled: Callable[[], bool],
        scored: Container[Needle] = (),
        states: StateRows | None = None,
    ) -> None:
        """Evaluate on `segment`; `cancelled` is polled, and SearchCancelled raised once it returns True.

        For the needles in `scored`, the levels of the articles that are verified anyway are noted in `noted`.
        """
        self.segment = segment
        self.older = None if segment.older is None else Evaluator(segment.older, cancelled)
        self.noted: dict[Needle, list[tuple[Within, Levels | None]]] = {}
        self.scored = scored
        self._states = StateRows(NO_STATES) if states is None else states
        self._cancelled = cancelled
        self._older_only: dict[TextNode, Numbers] = {}
        self._plans: dict[Needle, Plan] = {}
        self._read: dict[Posting, Numbers] = {}

    def only_older(self, root: Node, hits: Numbers) -> Numbers:
        """Return the articles among `hits` for which `root` holds only because of their older versions."""
        doubtful = intersection(
            hits, union([self._only_in_older(node) for node in conditions(root) if isinstance(node, TextNode)])
        )
        if not len(doubtful):
            return NO_NUMBERS
        return difference(doubtful, self.without_older().among(root, doubtful))

    def without_older(self) -> Evaluator:
        """Return an evaluator that ignores older versions; it shares the plans and postings that were read so far."""
        shown = copy(self)
        shown.older, shown.scored = None, ()
        return shown

    def plan(self, needle: Needle) -> Plan:
        """Return the plan to find a needle, made once."""
        plan = self._plans.get(needle)
        if plan is None:
            plan = self._plans[needle] = make_plan(self.segment, needle)
        return plan

    def documents(self, posting: Posting) -> Numbers:
        """Return the articles of a term, read once."""
        numbers = self._read.get(posting)
        if numbers is None:
            # A prefix may have a thousand lists.
            self.poll()
            numbers = self._read[posting] = self.segment.documents(posting)
        return numbers

    def poll(self) -> None:
        """Raise SearchCancelled if the search was cancelled."""
        if self._cancelled():
            raise SearchCancelled

    def among(self, node: Node, within: Within) -> Numbers:
        """Return the articles of `within` for which `node` holds."""
        if within is not None and not len(within):
            return within
        if isinstance(node, TextNode):
            more = self._only_in_older(node)
            shown = self._as_shown(node, within)
            return with_few(shown, _only_within(within, more)) if len(more) else shown
        if isinstance(node, DateNode):
            return self._dated(node, within)
        self.poll()
        if isinstance(node, AndNode):
            return self._all_of(node.children, within)
        if isinstance(node, OrNode):
            return union([self.among(child, within) for child in node.children])
        if isinstance(node, NotNode):
            within = self.segment.everything if within is None else within
            return difference(within, self.among(node.child, within))
        return self._with_fact(node, within)

    def _all_of(self, children: tuple[Node, ...], within: Within) -> Numbers:
        if within is None or len(within) > _FEW:
            children = tuple(sorted(children, key=self._turn))
        for child in children:
            within = self.among(child, within)
            if not len(within):
                break
        return NO_NUMBERS if within is None else within

    def _turn(self, node: Node) -> int:
        """Return the sort key of a condition: by hits, but conditions to verify come late, and negations last."""
        if isinstance(node, TextNode):
            plan = self.plan(node.needle)
            sure = plan.exact and not node.title_only
            return plan.clauses[0].articles if sure else _LATE + plan.clauses[0].articles
        if isinstance(node, NotNode):
            return _LAST + self._turn(node.child)
        if isinstance(node, AndNode):
            return min(map(self._turn, node.children))
        if isinstance(node, OrNode):
            return sum(map(self._turn, node.children))
        return _FACTS

    def _only_in_older(self, node: TextNode) -> Numbers:
        """Return the articles that match only in an older version: usually none."""
        if self.older is None:
            return NO_NUMBERS
        found = self._older_only.get(node)
        if found is None:
            owners: Numbers = self.older.segment.owners[self.older.among(node, None)]
            found = difference(owners, self._as_shown(node, owners)) if len(owners) else owners
            self._older_only[node] = found
        return found

    def _as_shown(self, node: TextNode, within: Within) -> Numbers:
        return self._in_title(node.needle, within) if node.title_only else self._in_text(node.needle, within)

    # Text

    def _in_text(self, needle: Needle, within: Within) -> Numbers:
        plan = self.plan(needle)
        if plan.exact:
            return self._certain(needle, plan.clauses[0], within)
        if needle in self.scored:
            self._note(needle, within, None)
        return self._verified(needle, self._candidates(plan, within))

    def _certain(self, needle: Needle, clause: Clause, within: Within) -> Numbers:
        """Return the articles of the certain postings, and those of the doubtful ones that pass verification."""
        doubtful = _only_within(within, self._any_of(clause.doubtful)) if clause.doubtful else NO_NUMBERS
        if not clause.postings:
            return self._verified(needle, doubtful)
        certain = _only_within(within, self._any_of(clause.postings))
        if not len(doubtful):
            return certain
        return union([certain, self._verified(needle, difference(doubtful, certain))])

    def _candidates(self, plan: Plan, within: Within) -> Numbers:
        """Intersect with the clauses, the rarest first, as long as that is cheaper than verifying."""
        for clause in plan.clauses:
            if within is not None:
                left = len(within)
                if left <= _FEW or clause.articles > left * _POSTINGS_PER_VERIFICATION:
                    break
            within = _only_within(within, self._any_of((*clause.postings, *clause.doubtful)))
        return self.segment.everything if within is None else within

    def _any_of(self, postings: Sequence[Posting]) -> Numbers:
        return union([self.documents(posting) for posting in postings])

    def _verified(self, needle: Needle, candidates: Numbers) -> Numbers:
        """Return the candidates whose text contains the needle."""
        if not len(candidates):
            return candidates
        verifier = verifier_of(needle)
        if needle in self.scored:
            return self._levelled(needle, verifier, candidates)
        if verifier.plain:
            literal = verifier.literal
            return self._for_which(candidates, lambda text: literal in text)
        return self._for_which(candidates, lambda text: verifier.find(text) >= 0)

    def _levelled(self, needle: Needle, verifier: Verifier, candidates: Numbers) -> Numbers:
        """Return the candidates whose text contains the needle, and note their levels."""
        levels: list[int] = []

        def occurs(text: bytes) -> bool:
            levels.append(verifier.level(text))
            return levels[-1] != ABSENT

        found = self._for_which(candidates, occurs)
        self._note(needle, candidates, np.maximum(np.array(levels, np.int8), 0).view(np.uint8))
        return found

    def _note(self, needle: Needle, numbers: Within, levels: Levels | None) -> None:
        """Note the levels of articles; None means 0 for all of them, except those noted later."""
        self.noted.setdefault(needle, []).append((numbers, levels))

    def _in_title(self, needle: Needle, within: Within) -> Numbers:
        plan = self.plan(needle)
        levels = plan.only and self.segment.levels(plan.only)
        if plan.only is not None and levels is not None:
            return _only_within(within, self.documents(plan.only)[levels == IN_TITLE])
        verifier, title = verifier_of(needle), self.segment.title
        found: list[int] = []
        for some in self._in_steps(self._candidates(plan, within)):
            found += [number for number in some if verifier.find(title(number)) >= 0]
        return np.array(found, np.uint16)

    def _for_which(self, candidates: Numbers, holds: Callable[[bytes], bool]) -> Numbers:
        """Return the candidates for whose text `holds` returns True."""
        found: list[int] = []
        for some in self._in_steps(candidates):
            texts = self.segment.contents(some)
            found += [number for number, text in zip(some, texts, strict=True) if holds(text)]
        return np.array(found, np.uint16)

    def _in_steps(self, candidates: Numbers) -> Iterator[list[int]]:
        """Yield the candidates in batches, polling `cancelled` before each."""
        for at in range(0, len(candidates), _VERIFIED_AT_ONCE):
            self.poll()
            yield candidates[at : at + _VERIFIED_AT_ONCE].tolist()

    # Facts

    def _dated(self, node: DateNode, within: Within) -> Numbers:
        segment = self.segment
        first = segment.undated if node.start is None else segment.published_before(node.start)
        last = segment.articles if node.end is None else segment.published_before(node.end)
        if within is None:
            return self.segment.everything[first : max(first, last)]
        return within[within.searchsorted(first) : within.searchsorted(last)]

    def _with_fact(self, node: Fact, within: Within) -> Numbers:
        segment = self.segment
        match node:
            case ImageNode():
                return _flagged(segment.images, within)
            case InState(state):
                return _flagged(self._states.of(segment, state), within)
            case OneSource(source):
                return _with_value(segment.sources, map(source.__eq__, segment.sources.values), within)
            case SourceNode(folded):
                return _with_value(segment.sources, (folded in source for source in segment.folded_sources), within)
            case AuthorNode(folded):
                return _with_value(segment.authors, (folded in author for author in segment.authors.values), within)
            case TagNode(folded):
                own = self._states.tagged(segment, folded)
                brought = _with_value(
                    segment.tags, (folded in tags.split("\n") for tags in segment.tags.values), within
                )
                return brought if own is None else union([brought, _flagged(own, within)])


def _flagged(flags: NDArray[np.bool_], within: Within) -> Numbers:
    """Return the articles whose flag is set."""
    return as_numbers(flags) if within is None else within[flags[within]]


def _with_value(column: FactColumn, wanted: Iterable[bool], within: Within) -> Numbers:
    """Return the articles whose value is wanted; `wanted` has one entry for each distinct value of the column."""
    chosen = np.fromiter(wanted, np.bool_, len(column.values))
    if within is None:
        return as_numbers(chosen[column.places])
    return within[chosen[column.places[within]]]


def _only_within(within: Within, numbers: Numbers) -> Numbers:
    return numbers if within is None else intersection(within, numbers)
