"""The list's question to a library, and its answer: worked out off the GUI thread, no more than is seen at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reader.article import ArticleId, Hit
from reader.query import NOTHING_CHANGED, Before, HitPage, Query
from ui.background.tasks import Cancelled

if TYPE_CHECKING:
    from reader.library import Library

# The first answer has at most this many ids; the rest come when somebody scrolls there.
FIRST_IDS = 200
FIRST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Results:
    """An answer and its query; `again`: the question was repeated, as the library grew or for the rest of the ids.

    `first` are the rows at the top, so that a new list is not empty while its rows are read.
    `row` is the row of the article `current`, None if it is not among the ids; `bring` says to scroll to it.
    """

    query: Query
    page: HitPage
    again: bool = False
    first: Sequence[Hit] = ()
    current: ArticleId | None = None
    row: int | None = None
    bring: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query, and what the list needs of the answer.

    `whole` asks for all ids, not only the first; `refresh` looks for new articles first; `rows` are in view at once.
    `current` is the open article; with `wanted` it is about to be opened, and the list is to show its row.
    Articles whose marks changed since they were listed are searched with the marks they had `before`.
    """

    query: Query
    again: bool = False
    whole: bool = False
    refresh: bool = False
    rows: int = FIRST_ROWS
    current: ArticleId | None = None
    wanted: bool = False
    before: Before = NOTHING_CHANGED


def answer(library: Library, asked: Question, cancelled: Cancelled) -> Results:
    """Answer a question; too slow for the GUI thread."""
    if asked.refresh:
        library.refresh()
    page = library.search(replace(asked.query, limit=None if asked.whole else FIRST_IDS), cancelled, asked.before)
    row = row_in(page.ids, asked.current)
    if asked.wanted and row is None and asked.current is not None and page.total > len(page.ids):
        page = library.search(asked.query, cancelled, asked.before)
        row = row_in(page.ids, asked.current)
    begin, end = 0, asked.rows
    if asked.wanted and row is not None and row >= asked.rows - 1:
        begin, end = max(0, row - asked.rows), row + asked.rows
    first = () if asked.whole or cancelled() else library.hits(page.ids[begin:end], asked.query, asked.before)
    return Results(asked.query, page, asked.again, first, asked.current, row, asked.wanted)


def row_in(ids: Sequence[ArticleId], id_: ArticleId | None) -> int | None:
    """Return the row of an article among the ids of an answer; too slow for the GUI thread, with 300,000 ids."""
    if id_ is None:
        return None
    try:
        return ids.index(id_)
    except ValueError:
        return None
