"""What a search index promises, whatever engine is behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from reader.article import ArticleId
from reader.identity.older_lines import OlderLines
from reader.long_work import never
from reader.query import NO_STATES, HitPage, Query, SearchCancelled, States

if TYPE_CHECKING:
    from pathlib import Path

    from reader.index.search.found_versions import VersionFound
    from reader.index.segment.writer import SegmentFacts
    from reader.index.table_of_contents import Segment

__all__ = ["IndexedArticle", "SearchCancelled", "SearchIndex", "no_states"]


def no_states() -> States:
    """Answer `states` where the person said nothing."""
    return NO_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedArticle:
    """What the index sees of an article: the version shown, and what only the others say, the newest first."""

    id: ArticleId
    title: str
    text: str
    source: str
    author: str | None
    tags: tuple[str, ...]
    published: datetime | None
    has_image: bool
    older: tuple[OlderLines, ...] = ()


@dataclass(frozen=True, slots=True)
class BuiltSegment:
    """A segment whose files lie in the staging folder, synced; can be sent to another process."""

    folder: Path
    segment: Segment
    facts: SegmentFacts

    @property
    def stem(self) -> Path:
        """What the paths of its files begin with."""
        return self.folder / str(self.segment.segment_id())


class SearchIndex(Protocol):
    """Finds articles. Searches may run in several threads at once; one thread at a time may write."""

    def adopt(self, built: Sequence[BuiltSegment]) -> None:
        """Add or replace the articles of segments that `build_segments` made, in one synced commit.

        Of two articles with one id the one in the later segment counts.
        """
        ...

    def remove(self, ids: Iterable[ArticleId]) -> None:
        """Take articles out, in one synced commit; ids that are not there are passed over."""
        ...

    def merge(self, cancelled: Callable[[], bool] = never, *, quickly: bool = False) -> bool:
        """Do one piece of tidying that makes searching faster; say whether there was any to do.

        With `quickly` it is one of a second at most, and none unless there are many small segments.
        """
        ...

    def is_tidy(self) -> bool:
        """Say whether `merge` would find nothing to do."""
        ...

    def search(
        self,
        query: Query,
        cancelled: Callable[[], bool] = never,
        states: Callable[[], States] = no_states,
        *,
        hidden: frozenset[ArticleId] = frozenset(),
    ) -> HitPage:
        """Answer exactly, as if the `hidden` articles were not there.

        Poll `cancelled` on the way, and raise SearchCancelled once it says yes. `states` is asked where the query
        is about what the person said of articles.
        """
        ...

    def versions(
        self, ids: Sequence[ArticleId], query: Query, states: Callable[[], States] = no_states
    ) -> Mapping[ArticleId, VersionFound]:
        """Say of hits which older version they were found in, where the one shown does not say what is sought."""
        ...

    def count(self) -> int:
        """Count the articles."""
        ...

    def ids(self) -> set[ArticleId]:
        """Return the ids of all articles."""
        ...

    def damaged_files(self) -> Iterator[str]:
        """Read all files, and yield the names of those that are not as they were written."""
        ...

    def refresh(self) -> None:
        """See what another process has committed since."""
        ...

    def close(self) -> None:
        """Let go of the files, and of the writer's lock."""
        ...
