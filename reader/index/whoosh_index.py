"""The search index on Whoosh's own files: opening, committing, searching, merging.

Whoosh keeps the table of contents (table_of_contents); segment_writer writes the segments, segment_reader
reads them. A search works on a snapshot, which nothing changes: files that a writer has removed meanwhile
stay readable as long as they are mapped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import sleep

from reader.article import ArticleId
from reader.errors import LibraryInUseError, SearchIndexError
from reader.index import segment_format as layout
from reader.index.analysis import fold
from reader.index.evaluator import Evaluator, Numbers, Verifiers
from reader.index.merging import LARGEST_ARTICLES, LARGEST_CHARACTERS, SegmentSize, choose_merge
from reader.index.ordering import SegmentHits, by_date, by_relevance
from reader.index.periods import microseconds
from reader.index.query_parser import needles, parse
from reader.index.search_index import IndexedArticle, never
from reader.index.segment_reader import SegmentReader
from reader.index.segment_writer import Row, write_segment
from reader.index.table_of_contents import DAMAGE, Segment, TableOfContents, facts_of, set_facts, sync_folder
from reader.query import HitPage, Query, SortOrder

logger = logging.getLogger(__name__)

_RETRIES, _PAUSE = 20, 0.02
# Of a query with more words only the first ones say what is relevant.
_RANKING_NEEDLES = 32


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment as one commit left it."""

    segment: Segment
    reader: SegmentReader
    deleted: frozenset[int]

    def live(self, numbers: Numbers) -> Numbers:
        """Leave the deleted articles out."""
        if not self.deleted:
            return numbers
        return [number for number in numbers if number not in self.deleted]

    @property
    def size(self) -> SegmentSize:
        """How large it is."""
        facts = self.reader.facts
        return SegmentSize(facts.articles, facts.characters, len(self.deleted))


class _Snapshot:
    """All segments of one commit."""

    def __init__(self, generation: int, parts: Iterable[_Part]) -> None:
        self.generation = generation
        self.parts = tuple(parts)

    @property
    def count(self) -> int:
        return sum(part.size.live for part in self.parts)

    @property
    def everything(self) -> list[SegmentHits]:
        return [SegmentHits(part.reader, part.live(range(part.reader.articles))) for part in self.parts]

    @cached_property
    def newest(self) -> list[ArticleId]:
        """All ids, the newest first."""
        return by_date(self.everything, SortOrder.NEWEST, None)

    @cached_property
    def oldest(self) -> list[ArticleId]:
        """All ids, the oldest first."""
        return by_date(self.everything, SortOrder.OLDEST, None)


class WhooshIndex:
    """A SearchIndex in one folder. Any number of threads may search; one at a time may write."""

    def __init__(self, folder: Path, *, writer: bool) -> None:
        """Open the index; only a writer makes the folder.

        Raises:
            SearchIndexError: the index is damaged, or of another version; it must be built again.
            LibraryInUseError: another program is writing to it.
        """
        self._folder = folder
        self._writer = writer
        if writer:
            folder.mkdir(parents=True, exist_ok=True)
        self._contents = TableOfContents(folder)
        if writer and not self._contents.lock():
            raise LibraryInUseError("Another program is writing to the search index.", path=folder)
        self._snapshot = _Snapshot(-1, ())
        try:
            self.refresh()
        except SearchIndexError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the files, and of the writer's lock."""
        self._snapshot = _Snapshot(-1, ())
        if self._writer:
            self._contents.unlock()
            self._writer = False

    # Reading

    def refresh(self) -> None:
        """See what another process has committed since."""
        if self._contents.generation() != self._snapshot.generation:
            self._snapshot = self._load()

    def _load(self) -> _Snapshot:
        """Read the newest commit; if its files vanish on the way, there is a newer one."""
        for _ in range(_RETRIES):
            try:
                return self._read()
            except FileNotFoundError:
                sleep(_PAUSE)
            except DAMAGE as error:
                raise SearchIndexError("The search index is damaged.", path=self._folder) from error
            except OSError as error:
                raise SearchIndexError("The search index cannot be read.", path=self._folder) from error
        raise SearchIndexError("The search index is damaged.", path=self._folder)

    def _read(self) -> _Snapshot:
        generation, segments = self._contents.read()
        known = {part.segment.segment_id(): part.reader for part in self._snapshot.parts}
        parts = []
        for segment in segments:
            reader = known.get(segment.segment_id())
            if reader is None:
                reader = SegmentReader(self._contents.stem(segment), facts_of(segment))
            parts.append(_Part(segment, reader, frozenset(segment.deleted_docs())))
        return _Snapshot(generation, parts)

    def count(self) -> int:
        """Count the articles."""
        return self._snapshot.count

    def ids(self) -> set[ArticleId]:
        """Return the ids of all articles."""
        found: set[ArticleId] = set()
        for part in self._snapshot.parts:
            ids = part.reader.ids
            found.update(ArticleId(ids[number]) for number in part.live(range(part.reader.articles)))
        return found

    def search(self, query: Query, cancelled: Callable[[], bool] = never) -> HitPage:
        """Answer exactly; the total counts all hits, whatever the limit.

        Raises:
            SearchCancelled: `cancelled` said yes.
        """
        snapshot = self._snapshot
        parsed = parse(query.text, typing=query.typing)
        if parsed.root is None and query.source is None:
            ids = snapshot.oldest if query.order == SortOrder.OLDEST else snapshot.newest
            return HitPage(ids=ids[: query.limit], total=len(ids), hint=parsed.hint)
        verifiers = Verifiers()
        hits = []
        for part in snapshot.parts:
            evaluator = Evaluator(part.reader, verifiers, cancelled)
            numbers = part.live(evaluator.matching(parsed.root, query.source))
            if numbers:
                hits.append(SegmentHits(part.reader, numbers))
        if query.order == SortOrder.RELEVANCE:
            wanted = [verifiers(needle) for needle in needles(query)[:_RANKING_NEEDLES]]
            ids = by_relevance(hits, wanted, query.limit, cancelled)
        else:
            ids = by_date(hits, query.order, query.limit)
        return HitPage(ids=ids, total=sum(len(part.numbers) for part in hits), hint=parsed.hint)

    # Writing

    def update(self, articles: Iterable[IndexedArticle]) -> None:
        """Add or replace, in one synced commit; then join segments if there are too many."""
        parts = list(self._load().parts)
        for rows in _batches(articles):
            _delete(parts, rows.keys())
            parts.append(self._write(sorted(rows.values(), key=lambda row: row.order)))
        self._commit(parts)
        self._merge()

    def remove(self, ids: Iterable[ArticleId]) -> None:
        """Take articles out, in one synced commit."""
        parts = list(self._load().parts)
        _delete(parts, ids)
        self._commit(parts)
        self._merge()

    def _write(self, rows: Iterable[Row]) -> _Part:
        segment = self._contents.new_segment()
        facts = write_segment(self._contents.stem(segment), rows)
        set_facts(segment, facts)
        return _Part(segment, SegmentReader(self._contents.stem(segment), facts), frozenset())

    def _commit(self, parts: Iterable[_Part]) -> None:
        """Make these segments the index, without those that hold nothing any more."""
        sync_folder(self._folder)
        generation = self._contents.generation() + 1
        kept = [
            _Part(part.segment, part.reader, frozenset(part.segment.deleted_docs()))
            for part in parts
            if part.segment.doc_count()
        ]
        self._contents.write(generation, [part.segment for part in kept])
        self._snapshot = _Snapshot(generation, kept)

    def _merge(self) -> None:
        """Join segments until there are few enough; each time is a commit of its own."""
        while chosen := choose_merge([part.size for part in self._snapshot.parts]):
            parts = [self._snapshot.parts[at] for at in chosen]
            logger.info("joining %d segments of the search index", len(parts))
            kept = [part for at, part in enumerate(self._snapshot.parts) if at not in chosen]
            self._commit([*kept, self._write(_live_rows(parts))])


def _batches(articles: Iterable[IndexedArticle]) -> Iterator[dict[int, Row]]:
    """Fold the articles and divide them into what one segment can hold, by id."""
    rows: dict[int, Row] = {}
    characters = 0
    for article in articles:
        row = _row(article)
        rows[row.id] = row
        characters += len(row.content)
        if len(rows) >= LARGEST_ARTICLES or characters >= LARGEST_CHARACTERS:
            yield rows
            rows, characters = {}, 0
    if rows:
        yield rows


def _row(article: IndexedArticle) -> Row:
    return Row(
        id=article.id,
        published=layout.UNDATED if article.published is None else microseconds(article.published),
        has_image=article.has_image,
        content=f"{_line(article.title)}\n{fold(article.text)}",
        source=article.source,
        author=_line(article.author or ""),
        tags="\n".join(_line(tag).strip() for tag in article.tags),
    )


def _line(text: str) -> str:
    return fold(text).replace("\n", " ")


def _delete(parts: Iterable[_Part], ids: Iterable[int]) -> None:
    """Mark articles as deleted, wherever they are."""
    ids = list(ids)
    for part in parts:
        numbers = part.reader.numbers
        for id_ in ids:
            if id_ in numbers:
                part.segment.delete_document(numbers[id_])


def _live_rows(parts: Sequence[_Part]) -> Iterator[Row]:
    """Read what remains of these segments, in order."""
    order = sorted(
        (part.reader.order_keys[number], at, number)
        for at, part in enumerate(parts)
        for number in part.live(range(part.reader.articles))
    )
    return (parts[at].reader.row(number) for _, at, number in order)
