"""The full-text index: finds articles, and can always be rebuilt from the store.

Only the modules of this package import whoosh.
"""

from __future__ import annotations

from pathlib import Path

from reader.index.build import build_segments
from reader.index.query.parser import ParsedQuery, needles, parse
from reader.index.query.snippets import make_snippet
from reader.index.search_index import BuiltSegment, IndexedArticle, SearchCancelled, SearchIndex
from reader.index.text.analysis import Needle, find_matches
from reader.index.text.folding import fold
from reader.index.whoosh_index import WhooshIndex

__all__ = [
    "BuiltSegment",
    "IndexedArticle",
    "Needle",
    "ParsedQuery",
    "SearchCancelled",
    "SearchIndex",
    "build_segments",
    "find_matches",
    "fold",
    "make_snippet",
    "needles",
    "open_index",
    "parse",
]


def open_index(folder: Path, *, writer: bool) -> SearchIndex:
    """Open the index in `folder`; if there is none, a writer creates it, and a reader finds nothing.

    Raises:
        SearchIndexError: the index is damaged, or of another version; it must be removed and rebuilt.
        LibraryInUseError: another program is writing to it.
    """
    return WhooshIndex(folder, writer=writer)
