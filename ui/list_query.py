"""What is asked of a library for the list, and how it is answered: off the GUI thread, as much as is seen at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reader.article import ArticleId, Hit
from reader.query import NOTHING_CHANGED, Before, HitPage, Query
from ui.background.tasks import Cancelled

if TYPE_CHECKING:
    from reader.library import Library

# The first answer brings so many ids; the rest come when somebody scrolls there.
FIRST_IDS = 200
FIRST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Results:
    """An answer and what was asked; `again`: the same question, of a library that grew or for the rest of the ids.

    `first` are the rows at the top, so that a new list is not empty for the moment in which rows are read.
    `row` is where the article `current` stands, as far as it is among the ids; `bring` it into view.
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
    """What is asked of a library, and what the list needs of the answer.

    `whole`: all ids, not the first ones; `refresh`: see first what has come in; `rows` are in view at once.
    `current` is open, or will be where `wanted` says so: then the list is shown where it stands.
    Articles that changed since they are shown are taken for what they were `before`.
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
    """Find what is asked; no work for the GUI thread."""
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
    """Find an article among the ids of an answer; there may be 300,000, so this is no work for the GUI thread."""
    if id_ is None:
        return None
    try:
        return ids.index(id_)
    except ValueError:
        return None
