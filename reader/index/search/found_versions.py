"""Finds the older version that makes an article a hit, if the version shown does not match."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from reader.article import ArticleId, RevisionId
from reader.index.query.nodes import Node, TextNode
from reader.index.query.parser import wanted_nodes
from reader.index.search.evaluator import Evaluator
from reader.index.search.state_rows import StateRows
from reader.index.segment.id_sets import NO_NUMBERS, Numbers
from reader.index.segment.older_rows import OlderRow
from reader.index.segment.reader import SegmentReader
from reader.index.text.analysis import Needle, find_matches
from reader.long_work import never


class VersionFound(NamedTuple):
    """An older version that matches, and the needles that it has and the version shown lacks."""

    revision: RevisionId
    needles: tuple[Needle, ...]


def with_older(segment: SegmentReader, ids: Iterable[ArticleId], deleted: Container[int]) -> Numbers:
    """Return the numbers of the articles among `ids` that are in a segment, not deleted, and have older versions."""
    older = segment.older
    if older is None:
        return NO_NUMBERS
    numbers = older.owners[sorted(older.numbers[id_] for id_ in ids if id_ in older.numbers)]
    return numbers[[number not in deleted for number in numbers.tolist()]]


def versions_found(
    segment: SegmentReader, numbers: Numbers, root: Node, states: StateRows
) -> Iterator[tuple[ArticleId, VersionFound]]:
    """Yield the articles among `numbers` for which `root` holds only because of an older version, with that version."""
    evaluator = Evaluator(segment, never, (), states)
    shown = evaluator.without_older()
    wanted = wanted_nodes(root)
    for number in evaluator.only_older(root, evaluator.among(root, numbers)):
        row = segment.older_row(int(number))
        missing = [node for node in wanted if not len(shown.among(node, np.array([number], np.uint16)))]
        if row is not None and missing:
            yield ArticleId(int(segment.ids[number])), _fullest(row, missing)


def _fullest(row: OlderRow, missing: Sequence[TextNode]) -> VersionFound:
    """Return the version with the most of the missing needles; among equals the newest, which comes first."""
    found = (
        VersionFound(revision, tuple(node.needle for node in missing if _says(node, title, text)))
        for revision, title, text in row.texts()
    )
    return max(found, key=lambda version: len(version.needles))


def _says(node: TextNode, title: str, text: str) -> bool:
    return bool(find_matches(title if node.title_only else f"{title}\n{text}", [node.needle]))
