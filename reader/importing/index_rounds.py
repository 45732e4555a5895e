"""Lets the index take up what an import has stored, in rounds: each process builds a segment, one commit adopts all.

A round begins when the one before it is adopted, and holds each article once: so a newer revision, whichever
process prepared it, never meets an older one that comes later.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reader.article import ArticleId, RevisionId
from reader.importing.stored_articles import index_errors, intact_articles, searchable
from reader.importing.workers.messages import Asks, Beside, Build, Built
from reader.importing.workers.pool import Pool
from reader.index import BuiltSegment, IndexedArticle
from reader.library_files import LibraryFiles
from reader.store.index_record import count_versions, forget_indexed, mark_indexed
from reader.store.rows import in_parts

logger = logging.getLogger(__name__)

# What is read is found some seconds later; the first of it sooner, as it may be all there is.
_FIRST_SECONDS = 1.0
_SECONDS = 3.0
# Rows are kept in memory until a segment is built of them.
_MOST_ARTICLES = 5_000
_MOST_CHARACTERS = 24_000_000
# What this process indexes by itself it does in steps.
_BATCH = 1_000
_BUILD_SECONDS = 600.0
_PATIENCE = 0.2
# So many builds that came to nothing, and the rest is built here.
_MOST_LOSSES = 2

Held = tuple[ArticleId, RevisionId]


@dataclass(slots=True)
class _Building:
    """The task to build segments of one process's rows, and of some articles in the store.

    `counts` are the numbers of versions that those in the store had; an article whose row is kept has one.
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

    def reply(self, question: Asks) -> Beside:
        """Override Task.reply; a build reads no files."""
        return Beside(None)

    def interrupted(self, *, guilty: bool) -> list[_Building]:
        """Override Task.interrupted: the rows are gone with their process."""
        self.lost = True
        return []


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where the row of a revision is kept: in a process, under a ticket."""

    owner: int
    ticket: int
    revision: RevisionId
    characters: int


@dataclass(slots=True)
class _Waiting:
    """What the index is to take up in the next round: each article once, by its row or from the store."""

    rows: dict[ArticleId, _Kept] = field(default_factory=dict)
    from_store: dict[ArticleId, None] = field(default_factory=dict)
    dropped: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    characters: int = 0

    def add(self, article: ArticleId, kept: _Kept | None) -> None:
        """Add an article, in place of what was known of it."""
        self.discard(article)
        if kept is None:
            self.from_store[article] = None
        else:
            self.rows[article] = kept
            self.characters += kept.characters

    def discard(self, article: ArticleId) -> None:
        """Forget an article, and let its row be forgotten."""
        self.from_store.pop(article, None)
        if (before := self.rows.pop(article, None)) is not None:
            self.dropped[before.owner].append(before.ticket)
            self.characters -= before.characters

    def __contains__(self, article: object) -> bool:
        return article in self.rows or article in self.from_store

    def __len__(self) -> int:
        return len(self.rows) + len(self.from_store)


class Rounds:
    """Brings what is stored into the index, a round at a time."""

    def __init__(self, library: LibraryFiles, pool: Pool) -> None:
        self._library = library
        self._pool = pool
        self._waiting = _Waiting()
        self._building: list[_Building] = []
        self._due = time.monotonic() + _FIRST_SECONDS
        self._losses = 0
        self._gone: set[ArticleId] = set()

    def add(self, held: Held, owner: int, ticket: int | None, characters: int) -> None:
        """Let the index take up a revision that is stored; the process `owner` keeps its row under the ticket."""
        kept = None if ticket is None else _Kept(owner, ticket, held[1], characters)
        self._gone.discard(held[0])
        self._waiting.add(held[0], kept)

    def remove(self, articles: Iterable[ArticleId]) -> None:
        """Let the index forget articles that have become part of others."""
        for article in articles:
            self._waiting.discard(article)
            self._gone.add(article)

    def drop(self, owner: int, ticket: int | None) -> None:
        """Let a row be forgotten: its revision is not the one shown."""
        if ticket is not None:
            self._waiting.dropped[owner].append(ticket)

    def step(self) -> None:
        """Begin a round if it is time to, and end the one whose segments are built."""
        if self._building:
            self._end_if_built()
        elif len(self._waiting) and (time.monotonic() >= self._due or self._is_much()):
            self._begin()

    def finish(self) -> None:
        """Let the index take up all that is left."""
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
        """Let each process build of the rows it keeps, and share what is in the store only among them."""
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
        """Let an article whose row is lost be read from the store, unless there is a newer row of it."""
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
