"""Reads articles back from the store and builds segments of them, in the writer or in a worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reader.article import Article, ArticleId
from reader.errors import SearchIndexError
from reader.identity.older_lines import OlderLines
from reader.index import BuiltSegment, IndexedArticle, build_segments
from reader.store.index_record import Held, read_to_index
from reader.store.library_store import LibraryStore


@dataclass(frozen=True, slots=True)
class Built:
    """Segments for the index to adopt, and what they hold."""

    segments: Sequence[BuiltSegment]
    held: Sequence[Held]


def build_stored(ids: Sequence[ArticleId], store: LibraryStore, index_folder: Path) -> Built:
    """Build segments of articles as they are shown, for the index in `index_folder`.

    Raises:
        StoreError: the store cannot be read.
        SearchIndexError: a segment cannot be written.
    """
    held: list[Held] = []

    def articles() -> Iterator[IndexedArticle]:
        # One by one: the index needs neither their pages nor, once it is folded, their text.
        for article, has_image, versions in read_to_index(store, ids):
            held.append((article.id, article.revision, versions))
            # Nearly all have one version; to ask for others would cost as much as folding the text.
            yield searchable(article, has_image, () if versions == 1 else store.older_lines(article))

    with index_errors():
        return Built(build_segments(index_folder, articles()), held)


def searchable(article: Article, has_image: bool, older: tuple[OlderLines, ...]) -> IndexedArticle:
    """Return what the index holds of an article, and of the lines that only its other versions have."""
    return IndexedArticle(
        id=article.id,
        title=article.title,
        text=article.text,
        source=article.source,
        author=article.author,
        tags=article.tags,
        published=article.published,
        has_image=has_image,
        older=older,
    )


@contextmanager
def index_errors() -> Iterator[None]:
    """Turn errors of disk and memory while the index is written into a SearchIndexError."""
    try:
        yield
    except MemoryError as error:
        raise SearchIndexError(
            "There is not enough memory for the search index. Close other programs and try again."
        ) from error
    except OSError as error:
        cause = error.strerror or str(error)
        raise SearchIndexError("The search index cannot be written: {cause}.", cause=cause) from error
