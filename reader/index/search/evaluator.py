"""Answers a parsed query from one segment, exactly: terms narrow, the folded text decides.

What is sure from the terms alone goes first, so that few articles are left to look at.
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

# So few articles are verified without looking at more terms: reading a list of articles costs as much.
_FEW = 12
# Verifying an article (0.7 µs) costs as much as reading so many postings and meeting them with others.
_POSTINGS_PER_VERIFICATION = 150
# A millisecond's work or two: articles that hold rare terms are long, and take up to 10 µs.
_VERIFIED_AT_ONCE = 250
# When the turn of a condition is, of those that all must hold; others go by their hits, which are less than these.
# To ask for a date or a source is quicker of few articles than of all.
_FACTS, _LATE, _LAST = 1 << 19, 1 << 20, 1 << 21

Within = Numbers | None
"""What is left to look among; None is everything."""


class Evaluator:
    """Evaluates one query on one segment."""

    def __init__(
        self,
        segment: SegmentReader,
        cancelled: Callable[[], bool],
        scored: Container[Needle] = (),
        states: StateRows | None = None,
    ) -> None:
        """Ask `cancelled` now and then, and raise SearchCancelled once it says yes.

        Of the needles that are `scored`, note how relevant they are to the articles that are looked at anyway.
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
        """Return those of `hits`, for which `root` holds, that it does not hold for without their older versions."""
        doubtful = intersection(
            hits, union([self._only_in_older(node) for node in conditions(root) if isinstance(node, TextNode)])
        )
        if not len(doubtful):
            return NO_NUMBERS
        return difference(doubtful, self.without_older().among(root, doubtful))

    def without_older(self) -> Evaluator:
        """Return one that passes over what only older versions say; it knows what was read and planned so far."""
        shown = copy(self)
        shown.older, shown.scored = None, ()
        return shown

    def plan(self, needle: Needle) -> Plan:
        """Plan how to find a needle, once."""
        plan = self._plans.get(needle)
        if plan is None:
            plan = self._plans[needle] = make_plan(self.segment, needle)
        return plan

    def documents(self, posting: Posting) -> Numbers:
        """Read the articles of a term, once."""
        numbers = self._read.get(posting)
        if numbers is None:
            # A beginning may have a thousand lists.
            self.poll()
            numbers = self._read[posting] = self.segment.documents(posting)
        return numbers

    def poll(self) -> None:
        """Stop if the answer is no longer wanted."""
        if self._cancelled():
            raise SearchCancelled

    def among(self, node: Node, within: Within) -> Numbers:
        """Return those of `within` for which `node` holds."""
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
        """Say when a condition's turn is: what must be verified comes late, what excludes last; then by hits."""
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
        """Return the articles that say it in older versions and not as they are shown: mostly none."""
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
        """Take what is certain, and verify only the rest."""
        doubtful = _only_within(within, self._any_of(clause.doubtful)) if clause.doubtful else NO_NUMBERS
        if not clause.postings:
            return self._verified(needle, doubtful)
        certain = _only_within(within, self._any_of(clause.postings))
        if not len(doubtful):
            return certain
        return union([certain, self._verified(needle, difference(doubtful, certain))])

    def _candidates(self, plan: Plan, within: Within) -> Numbers:
        """Narrow down with the clauses, the rarest first, while that is cheaper than verifying."""
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
        """Return those that have the needle in the text."""
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
        """Do the same, and note the levels."""
        levels: list[int] = []

        def occurs(text: bytes) -> bool:
            levels.append(verifier.level(text))
            return levels[-1] != ABSENT

        found = self._for_which(candidates, occurs)
        self._note(needle, candidates, np.maximum(np.array(levels, np.int8), 0).view(np.uint8))
        return found

    def _note(self, needle: Needle, numbers: Within, levels: Levels | None) -> None:
        """Note levels; None says that the needle is in none of these articles but those noted later."""
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
        """Return those for whose text `holds` says yes."""
        found: list[int] = []
        for some in self._in_steps(candidates):
            texts = self.segment.contents(some)
            found += [number for number, text in zip(some, texts, strict=True) if holds(text)]
        return np.array(found, np.uint16)

    def _in_steps(self, candidates: Numbers) -> Iterator[list[int]]:
        """Give out what is looked at at once, and stop between if the answer is no longer wanted."""
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
    """Return those whose flag is set."""
    return as_numbers(flags) if within is None else within[flags[within]]


def _with_value(column: FactColumn, wanted: Iterable[bool], within: Within) -> Numbers:
    """Return those whose value is `wanted`, which is said of each different value."""
    chosen = np.fromiter(wanted, np.bool_, len(column.values))
    if within is None:
        return as_numbers(chosen[column.places])
    return within[chosen[column.places[within]]]


def _only_within(within: Within, numbers: Numbers) -> Numbers:
    return numbers if within is None else intersection(within, numbers)
