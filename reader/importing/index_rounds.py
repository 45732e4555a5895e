"""Indexes what an import has stored, in rounds: each worker builds segments, and one commit adopts them all.

A round begins after the one before it was adopted, and holds each article once: so an older revision is never
committed after a newer one, whichever workers prepared them.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reader.article import ArticleId, RevisionId
from reader.importing.stored_articles import index_errors, intact_articles, searchable
from reader.importing.workers.messages import Asks, BesideAnswer, Build, Built
from reader.importing.workers.pool import Pool
from reader.index import BuiltSegment, IndexedArticle
from reader.library_files import LibraryFiles
from reader.store.index_record import count_versions, forget_indexed, mark_indexed
from reader.store.rows import in_parts

logger = logging.getLogger(__name__)

# Time from one round to the next; the first comes sooner, as the import may be a small one.
_FIRST_SECONDS = 1.0
_SECONDS = 3.0
# Workers keep rows in memory until they build a segment, so this much per worker begins a round early.
_MOST_ARTICLES = 5_000
_MOST_CHARACTERS = 24_000_000
# Articles per commit where the writer indexes by itself.
_BATCH = 1_000
_BUILD_SECONDS = 600.0
_PATIENCE = 0.2
# After this many lost builds the writer indexes the rest by itself.
_MOST_LOSSES = 2

Held = tuple[ArticleId, RevisionId]


@dataclass(slots=True)
class _Building:
    """A task for one worker: build segments from the rows it keeps, and from some articles of the store.

    `tickets` name the rows to index, `dropped` those to forget. `counts` are the numbers of versions of `articles`;
    an article whose row is kept has one. `lost` is set if the worker died before it was done.
    """

    tickets: dict[int, Held]
    dropped: Sequence[int]
    articles: Sequence[ArticleId]
    counts: Mapping[ArticleId, int]
    seconds: float = _BUILD_SECONDS
    built: Built | None = None
    lost: bool = False

    def message(self) -> Build:
        """Override Task.message."""
        return Build({ticket: held[0] for ticket, held in self.tickets.items()}, self.dropped, self.articles)

    def finish(self, answer: Built, number: int) -> None:
        """Override Task.finish."""
        self.built = answer

    def reply(self, question: Asks) -> BesideAnswer:
        """Override Task.reply; a build reads no files."""
        return BesideAnswer(None)

    def interrupted(self, *, guilty: bool) -> list[_Building]:
        """Override Task.interrupted: the rows are lost with the worker that kept them, so there is nothing to retry."""
        self.lost = True
        return []


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where the index row of a revision is kept: in the worker `owner`, under a ticket."""

    owner: int
    ticket: int
    revision: RevisionId
    characters: int


@dataclass(slots=True)
class _Waiting:
    """The articles of the next round, each once: by its row, which a worker keeps, or to be read from the store.

    `dropped` are, by worker, the tickets of rows that it may forget; `characters` is the size of all rows.
    """

    rows: dict[ArticleId, _Kept] = field(default_factory=dict)
    from_store: dict[ArticleId, None] = field(default_factory=dict)
    dropped: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    characters: int = 0

    def add(self, article: ArticleId, kept: _Kept | None) -> None:
        """Add an article, by its row or, without one, from the store; it replaces an earlier entry."""
        self.discard(article)
        if kept is None:
            self.from_store[article] = None
        else:
            self.rows[article] = kept
            self.characters += kept.characters

    def discard(self, article: ArticleId) -> None:
        """Remove an article, and drop its row."""
        self.from_store.pop(article, None)
        if (before := self.rows.pop(article, None)) is not None:
            self.dropped[before.owner].append(before.ticket)
            self.characters -= before.characters

    def __contains__(self, article: object) -> bool:
        return article in self.rows or article in self.from_store

    def __len__(self) -> int:
        return len(self.rows) + len(self.from_store)


class Rounds:
    """Brings stored revisions into the index, one round at a time."""

    def __init__(self, library: LibraryFiles, pool: Pool) -> None:
        self._library = library
        self._pool = pool
        self._waiting = _Waiting()
        self._building: list[_Building] = []
        self._due = time.monotonic() + _FIRST_SECONDS
        self._losses = 0
        self._gone: set[ArticleId] = set()

    def add(self, held: Held, owner: int, ticket: int | None, characters: int) -> None:
        """Index a stored revision in the next round.

        The worker `owner` keeps its row, `characters` long, under `ticket`; without a ticket it is read from the store.
        """
        kept = None if ticket is None else _Kept(owner, ticket, held[1], characters)
        self._gone.discard(held[0])
        self._waiting.add(held[0], kept)

    def remove(self, articles: Iterable[ArticleId]) -> None:
        """Remove articles from the index at the end of this round: they have been merged into others."""
        for article in articles:
            self._waiting.discard(article)
            self._gone.add(article)

    def drop(self, owner: int, ticket: int | None) -> None:
        """Tell the worker `owner` to forget a row, as its revision is not the one shown."""
        if ticket is not None:
            self._waiting.dropped[owner].append(ticket)

    def step(self) -> None:
        """End the current round if its segments are built; without one, begin the next if it is due."""
        if self._building:
            self._end_if_built()
        elif len(self._waiting) and (time.monotonic() >= self._due or self._is_much()):
            self._begin()

    def finish(self) -> None:
        """Index everything that is left."""
        while self._building or len(self._waiting):
            if not self._building:
                self._begin()
            self._pool.step(_PATIENCE)
            self._end_if_built()

    def _is_much(self) -> bool:
        share = max(1, len(self._pool.numbers()))
        waiting = self._waiting
        return len(waiting) >= share * _MOST_ARTICLES or waiting.characters >= share * _MOST_CHARACTERS

    def _begin(self) -> None:
        """Have each worker build segments from the rows it keeps, and from its share of the articles in the store."""
        waiting, self._waiting = self._waiting, _Waiting()
        numbers = self._pool.numbers()
        for article, kept in list(waiting.rows.items()):
            if kept.owner not in numbers:
                waiting.add(article, None)
        articles = list(waiting.from_store)
        if not numbers or self._losses >= _MOST_LOSSES:
            self._index_here(articles)
            articles = []
        for place, number in enumerate(numbers):
            tickets = {
                kept.ticket: (article, kept.revision) for article, kept in waiting.rows.items() if kept.owner == number
            }
            share = articles[place :: len(numbers)]
            if tickets or share:
                counts = count_versions(self._library.store, share)
                task = _Building(tickets, waiting.dropped.pop(number, []), share, counts)
                self._building.append(task)
                self._pool.give_to(number, task)
        for number in numbers:
            self._waiting.dropped[number] += waiting.dropped.pop(number, [])
        self._due = time.monotonic() + _SECONDS

    def _end_if_built(self) -> None:
        if any(task.built is None and not task.lost for task in self._building):
            return
        tasks, self._building = self._building, []
        segments: list[BuiltSegment] = []
        held: list[Held] = []
        counts: dict[ArticleId, int] = {}
        for task in tasks:
            if task.built is None:
                self._losses += 1
                for article in (*(article for article, _ in task.tickets.values()), *task.articles):
                    self._read_again(article)
            else:
                segments += task.built.segments
                held += [*task.tickets.values(), *task.built.held]
                counts |= task.counts
        if segments:
            with index_errors():
                self._library.index.adopt(segments)
            # What has come to other versions meanwhile is taken up again, also after a kill.
            mark_indexed(
                self._library.store,
                (
                    (article, RevisionId(-revision) if article in self._waiting else revision)
                    for article, revision in held
                ),
                counts,
            )
        if self._gone:
            with index_errors():
                self._library.index.remove(self._gone)
            forget_indexed(self._library.store, self._gone)
            self._gone = set()

    def _read_again(self, article: ArticleId) -> None:
        """Read an article whose row is lost from the store in the next round, unless a newer row of it waits."""
        if article not in self._waiting.rows:
            self._waiting.add(article, None)

    def _index_here(self, articles: Sequence[ArticleId]) -> None:
        for some in in_parts(articles, _BATCH):
            update_index(some, self._library)


def update_index(ids: Sequence[ArticleId], library: LibraryFiles) -> int:
    """Let the index take up the current revisions of `ids`, note in the store that it has, and return how many.

    A page that the disk has damaged is left out, so that it does not keep all others from being found.

    Raises:
        StoreError: the store cannot be read or written.
        SearchIndexError: the index cannot be written.
    """
    held: list[Held] = []
    counts = count_versions(library.store, ids)

    def searchables() -> Iterator[IndexedArticle]:
        # One by one: the index needs neither their pages nor, once it is folded, their text.
        for article in intact_articles(ids, library.store):
            held.append((article.id, article.revision))
            yield searchable(article, library.store)

    with index_errors():
        library.index.update(searchables())
    if held:
        mark_indexed(library.store, held, counts)
    return len(held)
