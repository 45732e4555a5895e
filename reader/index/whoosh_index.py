"""The search index on Whoosh's own files: opening, committing, searching, merging.

Whoosh keeps the table of contents (table_of_contents); `segment` writes and reads the segments. A search works
on a snapshot, which nothing changes: files that a writer has removed meanwhile stay readable as long as they
are open.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter, sleep

from reader.article import ArticleId
from reader.errors import LibraryInUseError, SearchIndexError
from reader.files import make_folder, sync_folder
from reader.index.build import STAGING, build_segment
from reader.index.merge import FEWEST, LARGEST_ARTICLES, MANY, choose_merge
from reader.index.query.nodes import AndNode, Node, asks_for_states
from reader.index.query.parser import ParsedQuery, needles_in, parse
from reader.index.search.evaluator import Evaluator
from reader.index.search.found_versions import VersionFound, versions_found, with_older
from reader.index.search.sort import SegmentHits, most_relevant, newest, oldest
from reader.index.search.state_rows import StateRows
from reader.index.search_index import BuiltSegment, SearchCancelled, no_states
from reader.index.segment.reader import OtherFormatError, SegmentReader
from reader.index.segment.writer import SegmentRow
from reader.index.snapshot import OpenSegment, Snapshot
from reader.index.table_of_contents import DAMAGE, TableOfContents, damage_told, facts_of
from reader.long_work import never
from reader.query import NO_STATES, HitPage, Query, SortOrder, States
from reader.scope import Bin, Everything

logger = logging.getLogger(__name__)

_RETRIES, _PAUSE = 20, 0.02
# So many articles are joined at once without being asked to: a second's work at most.
_QUICKLY_MERGED = 1_000
_POLLED = 256
# Of a query with more words only the first ones say what is relevant.
_SCORED_NEEDLES = 32
# What took less seconds is not remembered: that would cost more than it saves.
_QUICKLY_ANSWERED = 0.0003


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
            make_folder(folder)
        self._contents = TableOfContents(folder)
        if writer and not self._contents.lock():
            raise LibraryInUseError("Another program is writing to the search index.", path=folder)
        if writer:
            self._clear_staging()
        self._snapshot = Snapshot(-1, ())
        try:
            self.refresh()
        except SearchIndexError:
            self.close()
            raise
        if writer:
            self._contents.clean(self._snapshot.generation, [part.segment for part in self._snapshot.parts])

    def close(self) -> None:
        """Let go of the files, and of the writer's lock."""
        self._snapshot = Snapshot(-1, ())
        if self._writer:
            self._clear_staging()
            self._contents.unlock()
            self._writer = False

    def _clear_staging(self) -> None:
        """Remove what was built and not taken in, and whatever else has the folder's name."""
        staging = self._folder / STAGING
        shutil.rmtree(staging, ignore_errors=True)
        with suppress(OSError):
            staging.unlink(missing_ok=True)

    # Reading

    def refresh(self) -> None:
        """See what another process has committed since."""
        try:
            generation = self._contents.generation()
        except OSError as error:
            raise SearchIndexError("The search index cannot be read.", path=self._folder) from error
        if (generation, self._contents.identity(generation)) != (self._snapshot.generation, self._snapshot.identity):
            self._snapshot = self._load()

    def _load(self) -> Snapshot:
        """Read the newest commit; if its files vanish on the way, there is a newer one."""
        for _ in range(_RETRIES):
            try:
                return self._read()
            except FileNotFoundError:
                sleep(_PAUSE)
            except OtherFormatError as error:
                raise SearchIndexError(
                    "The search index is of another version of the program.", path=self._folder
                ) from error
            except DAMAGE as error:
                raise SearchIndexError("The search index is damaged.", path=self._folder) from error
            except OSError as error:
                raise SearchIndexError("The search index cannot be read.", path=self._folder) from error
        raise SearchIndexError("The search index is damaged.", path=self._folder)

    def _read(self) -> Snapshot:
        generation, segments = self._contents.read()
        identity = self._contents.identity(generation)
        known = {part.segment.segment_id(): part.reader for part in self._snapshot.parts}
        parts = []
        for segment in segments:
            reader = known.get(segment.segment_id())
            if reader is None:
                reader = SegmentReader(self._contents.stem(segment), facts_of(segment))
            parts.append(OpenSegment(segment, reader, frozenset(segment.deleted_docs())))
        return Snapshot(generation, parts, identity)

    def count(self) -> int:
        """Count the articles."""
        return self._snapshot.count

    def ids(self) -> set[ArticleId]:
        """Return the ids of all articles."""
        found: set[ArticleId] = set()
        with damage_told(self._folder):
            for part in self._snapshot.parts:
                found.update(map(ArticleId, part.reader.ids[part.numbers].tolist()))
        return found

    def search(
        self,
        query: Query,
        cancelled: Callable[[], bool] = never,
        states: Callable[[], States] = no_states,
        *,
        hidden: frozenset[ArticleId] = frozenset(),
    ) -> HitPage:
        """Answer exactly; the total counts all hits, whatever the limit, without those that are `hidden`.

        Raises:
            SearchCancelled: `cancelled` said yes.
            SearchIndexError: the index turns out to be damaged.
        """
        # A context manager would take a tenth of the time of a quick answer.
        try:
            return self._search(query, cancelled, states, hidden)
        except MemoryError as error:
            # A damaged size may ask for any amount of memory; files that are whole do not.
            if not any(self.damaged_files()):
                raise
            raise SearchIndexError("The search index is damaged.", path=self._folder) from error
        except DAMAGE as error:
            raise SearchIndexError("The search index is damaged.", path=self._folder) from error

    def _search(
        self,
        query: Query,
        cancelled: Callable[[], bool],
        states: Callable[[], States],
        hidden: frozenset[ArticleId],
    ) -> HitPage:
        snapshot = self._snapshot.hiding(hidden)
        parsed = parse(query.text, typing=query.typing)
        parsed = parsed._replace(root=_with_scope(parsed.root, query))
        current = states() if asks_for_states(parsed.root) else NO_STATES
        answer = None if current.version is None else snapshot.answers.get(query, current.version)
        if answer is not None:
            return answer
        began = perf_counter()
        answer = _answer_page(snapshot, query, parsed, snapshot.state_rows(current), cancelled)
        if current.version is not None and perf_counter() - began > _QUICKLY_ANSWERED:
            snapshot.answers.put(query, answer, current.version)
        return answer

    def versions(
        self, ids: Sequence[ArticleId], query: Query, states: Callable[[], States] = no_states
    ) -> dict[ArticleId, VersionFound]:
        """Say of hits which older version they were found in, where the one shown does not say what is sought.

        Raises:
            SearchIndexError: the index turns out to be damaged.
        """
        snapshot = self._snapshot
        root = parse(query.text, typing=query.typing).root
        found: dict[ArticleId, VersionFound] = {}
        try:
            rows = snapshot.state_rows(states() if asks_for_states(root) else NO_STATES)
            for part in snapshot.parts:
                live = with_older(part.reader, ids, part.deleted)
                if root is not None and len(live):
                    found.update(versions_found(part.reader, live, root, rows))
            return found
        except DAMAGE as error:
            raise SearchIndexError("The search index is damaged.", path=self._folder) from error

    def damaged_files(self) -> Iterator[str]:
        """Read all files, and yield the names of those that are not as they were written."""
        for part in self._snapshot.parts:
            for extension in part.reader.damaged():
                yield f"{part.segment.segment_id()}{extension}"

    # Writing

    def remove(self, ids: Iterable[ArticleId]) -> None:
        """Take articles out, in one synced commit."""
        parts = list(self._load().parts)
        with damage_told(self._folder):
            _delete_articles(parts, ids)
        self._commit(parts)

    def adopt(self, built: Sequence[BuiltSegment]) -> None:
        """Take in segments that were built apart, in one synced commit.

        Of two articles with one id the one in the later segment counts.
        """
        if not built:
            return
        parts = list(self._load().parts)
        for each in built:
            new = self._taken_in(each)
            with damage_told(self._folder):
                _delete_articles(parts, new.reader.ids.tolist())
            parts.append(new)
        self._commit(parts)

    def merge(self, cancelled: Callable[[], bool] = never, *, quickly: bool = False) -> bool:
        """Join some segments, if there are too many, in a commit of its own; say whether it did.

        Unless it is to be done `quickly`, it may take a minute. To be called while nothing else is to be done; once
        `cancelled` says yes, it stops with nothing changed.
        """
        most, fewest = (_QUICKLY_MERGED, MANY) if quickly else (LARGEST_ARTICLES, FEWEST)
        chosen = choose_merge([part.size for part in self._snapshot.parts], fewest)
        parts = [self._snapshot.parts[at] for at in chosen]
        if not parts or sum(part.size.live for part in parts) > most:
            return False
        logger.info("joining %d segments of the search index", len(parts))
        try:
            with damage_told(self._folder):
                built = build_segment(self._folder, _live_rows(parts, cancelled))
        except SearchCancelled:
            return False
        joined = self._taken_in(built)
        kept = [part for at, part in enumerate(self._snapshot.parts) if at not in chosen]
        self._commit([*kept, joined])
        return True

    def is_tidy(self) -> bool:
        """Say whether `merge` would find nothing to do."""
        return not choose_merge([part.size for part in self._snapshot.parts], FEWEST)

    def _taken_in(self, built: BuiltSegment) -> OpenSegment:
        """Move the files of a segment to the others."""
        stem = self._contents.stem(built.segment)
        for extension in built.facts.extensions:
            Path(f"{built.stem}{extension}").replace(f"{stem}{extension}")
        with damage_told(self._folder):
            return OpenSegment(built.segment, SegmentReader(stem, built.facts), frozenset())

    def _commit(self, parts: Iterable[OpenSegment]) -> None:
        """Make these segments the index, without those that hold nothing any more."""
        sync_folder(self._folder)
        generation = self._contents.generation() + 1
        kept = [
            OpenSegment(part.segment, part.reader, frozenset(part.segment.deleted_docs()))
            for part in parts
            if part.segment.doc_count()
        ]
        self._contents.write(generation, [part.segment for part in kept])
        self._snapshot = Snapshot(generation, kept, self._contents.identity(generation))


def _answer_page(
    snapshot: Snapshot, query: Query, parsed: ParsedQuery, states: StateRows, cancelled: Callable[[], bool]
) -> HitPage:
    scored = query.order == SortOrder.RELEVANCE and query.limit != 0
    wanted = needles_in(parsed.root)[:_SCORED_NEEDLES] if scored else ()
    found, total = [], 0
    for at, part in enumerate(snapshot.parts):
        evaluator = Evaluator(part.reader, cancelled, wanted, states)
        evaluator.poll()
        numbers = part.numbers if parsed.root is None else part.live(evaluator.among(parsed.root, None))
        total += len(numbers)
        if len(numbers):
            found.append(SegmentHits(at, evaluator, numbers, parsed.root))
    if not found or query.limit == 0:
        return HitPage(ids=(), total=total, hint=parsed.hint)
    if query.order == SortOrder.OLDEST:
        ids = oldest(found, snapshot.timeline, query.limit)
    elif wanted:
        ids = most_relevant(found, snapshot.timeline, wanted, query.limit)
    else:
        ids = newest(found, snapshot.timeline, query.limit)
    return HitPage(ids=ids, total=total, hint=parsed.hint)


def _with_scope(root: Node | None, query: Query) -> Node | None:
    """Add the scope to what the text says."""
    if isinstance(query.scope, Everything | Bin):
        return root
    return query.scope if root is None else AndNode((query.scope, root))


def _delete_articles(parts: Iterable[OpenSegment], ids: Iterable[int]) -> None:
    """Mark articles as deleted, wherever they are."""
    ids = list(ids)
    for part in parts:
        numbers = part.reader.numbers
        for id_ in ids:
            if id_ in numbers:
                part.segment.delete_document(numbers[id_])


def _live_rows(parts: Sequence[OpenSegment], cancelled: Callable[[], bool]) -> Iterator[SegmentRow]:
    """Read what remains of these segments, in order."""
    order = sorted(
        (date, id_, at, number)
        for at, part in enumerate(parts)
        for date, id_, number in zip(
            part.reader.published[part.numbers].tolist(),
            part.reader.ids[part.numbers].tolist(),
            part.numbers.tolist(),
            strict=True,
        )
    )
    for place, (_, _, at, number) in enumerate(order):
        if place % _POLLED == 0 and cancelled():
            raise SearchCancelled
        yield parts[at].reader.row(number)
